// Follows plugin/pkg/auth/authorizer/node/graph.go and pkg/api/v1/pod/util.go.
import type { Pod } from "../../kinds/core/pod/types.ts";
import type { KubeObject } from "../../apimachinery/objectMeta.ts";
import type { Resources } from "../resources.ts";
import type { CacheEvent, ObjectCache } from "../watch/objectCache.ts";

const mirror = "kubernetes.io/config.mirror";

/** What the pods of each node refer to, counted: "secrets default/a". It follows from the pods alone. */
export class NodeGraph {
  readonly #resources: Resources;
  readonly #cache: ObjectCache;
  readonly #byNode = new Map<string, Map<string, number>>();

  constructor(resources: Resources, cache: ObjectCache) {
    this.#resources = resources;
    this.#cache = cache;
  }

  /** All anew from the cache. */
  rebuild(): void {
    this.#byNode.clear();
    const pods = this.#resources.get("pods");
    if (pods !== null) for (const [, pod] of this.#cache.range(pods, "")) this.#count(pod as Pod, 1);
  }

  /** A pod was bound, or is gone. Nothing else of it can change what it refers to, but for ephemeral containers. */
  changed({ type, object, prev }: CacheEvent): void {
    const before = prev as Pod | null;
    const now = type === "DELETED" ? null : (object as Pod);
    if (before?.spec.nodeName === now?.spec.nodeName && before?.spec.ephemeralContainers === now?.spec.ephemeralContainers) return;
    if (before !== null) this.#count(before, -1);
    if (now !== null) this.#count(now, 1);
  }

  /** Whether a pod of the node refers to an object. Volumes are reached through their claims. */
  refers(node: string, plural: string, namespace: string, name: string): boolean {
    const refs = this.#byNode.get(node);
    if (refs === undefined) return false;
    if (plural !== "persistentvolumes") return refs.has(`${plural} ${namespace}/${name}`);
    const resource = this.#resources.get(plural);
    const volume = resource === null ? null : (this.#cache.get(resource, name) as (KubeObject & { readonly spec?: { readonly claimRef?: { readonly namespace?: string; readonly name?: string } } }) | null);
    const claim = volume?.spec?.claimRef;
    return claim !== undefined && refs.has(`persistentvolumeclaims ${claim.namespace ?? ""}/${claim.name ?? ""}`);
  }

  #count(pod: Pod, step: 1 | -1): void {
    const node = pod.spec.nodeName ?? "";
    if (node === "") return;
    let refs = this.#byNode.get(node);
    if (refs === undefined) this.#byNode.set(node, (refs = new Map()));
    for (const key of referencesOf(pod)) {
      const count = (refs.get(key) ?? 0) + step;
      if (count > 0) refs.set(key, count);
      else refs.delete(key);
    }
    if (refs.size === 0) this.#byNode.delete(node);
  }
}

function referencesOf(pod: Pod): ReadonlySet<string> {
  const { spec } = pod;
  const { namespace = "", name } = pod.metadata;
  const found = new Set<string>([`pods ${namespace}/${name}`]);
  // A node that could make such pods would give itself rights.
  if (pod.metadata.annotations?.[mirror] !== undefined) return found;
  const add = (plural: string, target: string | undefined): void => void (target !== undefined && target !== "" && found.add(`${plural} ${namespace}/${target}`));
  add("serviceaccounts", spec.serviceAccountName);
  for (const secret of spec.imagePullSecrets ?? []) add("secrets", secret.name);
  for (const container of [...spec.containers, ...(spec.initContainers ?? []), ...(spec.ephemeralContainers ?? [])]) {
    for (const from of container.envFrom ?? []) {
      add("secrets", from.secretRef?.name);
      add("configmaps", from.configMapRef?.name);
    }
    for (const { valueFrom } of container.env ?? []) {
      add("secrets", valueFrom?.secretKeyRef?.name);
      add("configmaps", valueFrom?.configMapKeyRef?.name);
    }
  }
  for (const volume of spec.volumes ?? []) {
    add("secrets", volume.secret?.secretName);
    add("configmaps", volume.configMap?.name);
    add("persistentvolumeclaims", volume.persistentVolumeClaim?.claimName);
    if (volume.ephemeral !== undefined) add("persistentvolumeclaims", `${name}-${volume.name}`);
    for (const source of volume.projected?.sources ?? []) {
      add("secrets", source.secret?.name);
      add("configmaps", source.configMap?.name);
    }
    add("secrets", volume.azureFile?.secretName);
    add("secrets", volume.csi?.nodePublishSecretRef?.name);
    for (const source of [volume.cephfs, volume.cinder, volume.flexVolume, volume.iscsi, volume.rbd, volume.scaleIO, volume.storageos]) add("secrets", source?.secretRef?.name);
  }
  return found;
}
