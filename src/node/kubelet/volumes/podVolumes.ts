// Follows pkg/volume/{configmap,secret,projected,downwardapi,emptydir,hostpath}.
import type { KeyToPath, Pod, Volume, VolumeProjection } from "../../../kinds/core/pod/types.ts";
import type { VolumeFiles, VolumeSpec } from "../../runtime/criMessages.ts";
import type { LookupObject } from "../environment.ts";
import type { ClaimView } from "../podClaims.ts";
import type { DiskUse, DiskView } from "./nodeDisks.ts";
import { fieldValue, resourceValue, type PodFacts } from "../fieldPath.ts";

/** The token of the n-th projected source of a volume; null while it is asked for; an error text where it was refused. */
export type LookupToken = (volume: string, source: number) => { readonly token: string } | { readonly error: string } | null;

export interface VolumeWorld {
  readonly facts: PodFacts;
  readonly lookup: LookupObject;
  readonly token: LookupToken;
  /** What stands behind a volume that is a claim; null while it is asked for. */
  readonly claim: (volume: string) => ClaimView | null;
  readonly disk: (use: DiskUse) => DiskView;
}

export type VolumeResult = { readonly spec: VolumeSpec } | { readonly waiting: true } | { readonly error: string };
type FilesResult = { readonly files: VolumeFiles } | { readonly waiting: true } | { readonly error: string };

/** What a volume of a pod holds when it is mounted. */
export function volumeContent(pod: Pod, volume: Volume, world: VolumeWorld): VolumeResult {
  if (volume.emptyDir !== undefined) return { spec: emptyDir(pod, volume.name, volume.emptyDir.medium === "Memory") };
  if (volume.hostPath !== undefined) {
    const view = (volume.hostPath.type ?? "") === "" ? volume.hostPath : world.claim(volume.name);
    if (view !== null && "error" in view) return { error: `MountVolume.SetUp failed for volume "${volume.name}" : ${view.error}` };
    return view === null ? { waiting: true } : { spec: { name: volume.name, files: {}, hostPath: volume.hostPath.path } };
  }
  if (volume.persistentVolumeClaim !== undefined || volume.ephemeral !== undefined) return claimContent(volume.name, world.claim(volume.name), world);
  // The runtime mounts it, from an image that comes before the container.
  if (volume.image !== undefined) return { spec: { name: volume.name, files: {}, image: volume.image.reference ?? "" } };
  const result = sourceFiles(pod, volume, world);
  if ("error" in result) return { error: `MountVolume.SetUp failed for volume "${volume.name}" : ${result.error}` };
  return "waiting" in result ? result : { spec: { name: volume.name, files: result.files } };
}

/** It lies on the machine's disk and outlives a reboot as the pod does; in memory it does not. */
function emptyDir(pod: Pod, name: string, inMemory: boolean): VolumeSpec {
  return inMemory ? { name, files: {} } : { name, files: {}, hostPath: `/var/lib/kubelet/pods/${pod.metadata.uid}/volumes/kubernetes.io~empty-dir/${name}` };
}

/** Follows pkg/kubelet/volumemanager/volume_manager.go (WaitForAttachAndMount). */
function claimContent(name: string, claim: ClaimView | null, world: VolumeWorld): VolumeResult {
  if (claim === null) return { waiting: true };
  if ("path" in claim) return { spec: { name, files: {}, hostPath: claim.path } };
  if ("disk" in claim) {
    const view = world.disk(claim);
    return "files" in view ? { spec: { name, files: view.files, disk: claim.disk } } : view;
  }
  return { error: `Unable to attach or mount volumes: unmounted volumes=[${name}], unattached volumes=[], failed to process volumes=[${name}]: ${claim.error}` };
}

/** True where the content follows objects of the API and so must be refreshed. */
function isLive(volume: Volume): boolean {
  return volume.configMap !== undefined || volume.secret !== undefined || volume.projected !== undefined || volume.downwardAPI !== undefined;
}

/** What those volumes of a pod hold now that follow objects of the API. */
export function liveVolumes(pod: Pod, world: VolumeWorld): readonly VolumeSpec[] {
  const specs: VolumeSpec[] = [];
  for (const volume of pod.spec.volumes ?? []) {
    const content = isLive(volume) ? volumeContent(pod, volume, world) : null;
    if (content !== null && "spec" in content) specs.push(content.spec);
  }
  return specs;
}

function sourceFiles(pod: Pod, volume: Volume, world: VolumeWorld): FilesResult {
  if (volume.configMap !== undefined) return objectFiles(pod, "configmaps", volume.configMap.name, volume.configMap.items, volume.configMap.optional, world);
  if (volume.secret !== undefined) return objectFiles(pod, "secrets", volume.secret.secretName, volume.secret.items, volume.secret.optional, world);
  if (volume.downwardAPI !== undefined) return downwardFiles(pod, volume.downwardAPI.items ?? [], world);
  if (volume.projected !== undefined) {
    const files: Record<string, string> = {};
    let index = 0;
    for (const source of volume.projected.sources ?? []) {
      const part = projectedFiles(pod, volume.name, index, source, world);
      if (!("files" in part)) return part;
      for (const path in part.files) files[path] = part.files[path] ?? "";
      index += 1;
    }
    return { files };
  }
  const type = Object.keys(volume).filter((key) => key !== "name").sort()[0] ?? "unknown";
  return { error: `volumes of type ${type} are not simulated yet` };
}

function projectedFiles(pod: Pod, volume: string, index: number, source: VolumeProjection, world: VolumeWorld): FilesResult {
  if (source.configMap !== undefined) return objectFiles(pod, "configmaps", source.configMap.name, source.configMap.items, source.configMap.optional, world);
  if (source.secret !== undefined) return objectFiles(pod, "secrets", source.secret.name, source.secret.items, source.secret.optional, world);
  if (source.downwardAPI !== undefined) return downwardFiles(pod, source.downwardAPI.items ?? [], world);
  if (source.serviceAccountToken !== undefined) {
    const token = world.token(volume, index);
    if (token === null) return { waiting: true };
    return "error" in token ? { error: token.error } : { files: { [source.serviceAccountToken.path]: token.token } };
  }
  return { error: `projected sources of type ${Object.keys(source).sort().join(", ")} are not simulated yet` };
}

function objectFiles(pod: Pod, plural: "configmaps" | "secrets", name: string | undefined, items: readonly KeyToPath[] | undefined, optional: boolean | undefined, world: VolumeWorld): FilesResult {
  const view = world.lookup(plural, pod.metadata.namespace ?? "", name ?? "");
  if (view === "unknown") return { waiting: true };
  if (view === "missing") return optional === true ? { files: {} } : { error: `${plural === "configmaps" ? "configmap" : "secret"} "${name ?? ""}" not found` };
  if (items === undefined || items.length === 0) return { files: view.entries };
  const files: Record<string, string> = {};
  for (const item of items) {
    const value = view.entries[item.key];
    if (value !== undefined) files[item.path] = value;
    else if (optional !== true) return { error: plural === "configmaps" ? `configmap references non-existent config key: ${item.key}` : `references non-existent secret key: ${item.key}` };
  }
  return { files };
}

function downwardFiles(pod: Pod, items: NonNullable<NonNullable<Volume["downwardAPI"]>["items"]>, world: VolumeWorld): FilesResult {
  const files: Record<string, string> = {};
  for (const item of items) {
    const own = pod.spec.containers[0];
    const value =
      item.fieldRef !== undefined ? fieldValue(pod, item.fieldRef.fieldPath, world.facts)
      : item.resourceFieldRef !== undefined && own !== undefined ? resourceValue(pod, own, item.resourceFieldRef, world.facts)
      : null;
    if (value === null) return { error: `downward API file ${item.path} names a field that cannot be read` };
    files[item.path] = value;
  }
  return { files };
}
