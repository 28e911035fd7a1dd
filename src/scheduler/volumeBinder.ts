import type { ClientRequest } from "../client/clientSet.ts";
import { objectPath, type PathKind } from "../client/paths.ts";
import type { KubeObject } from "../apimachinery/objectMeta.ts";
import { isJsonObject, type Json } from "../base/json.ts";
import type { Node } from "../kinds/core/node/types.ts";
import { persistentVolumeKind } from "../kinds/core/persistentvolume/kind.ts";
import type { PersistentVolume } from "../kinds/core/persistentvolume/types.ts";
import { persistentVolumeClaimKind } from "../kinds/core/persistentvolumeclaim/kind.ts";
import type { PersistentVolumeClaim } from "../kinds/core/persistentvolumeclaim/types.ts";
import { addTime, second, type SimTime } from "../sim/time.ts";
import type { PromisedVolumes } from "./clusterReader.ts";
import { isBound, type VolumePlan } from "./plugins/volumeBinding.ts";
import { reaches, selectedNodeAnnotation, volumeForClaim } from "../kinds/volumes/binding.ts";

/** A claim that a pod waits for. */
interface WaitedFor {
  readonly namespace: string;
  readonly claim: string;
  readonly uid: string;
  /** That is to be its own; null where one is to be made. */
  readonly volume: string | null;
  /** Of the object that was written: what the watch tells of before is old. null: not answered yet. */
  version: number | null;
}

interface Waiting {
  readonly node: string;
  readonly items: readonly WaitedFor[];
  readonly until: SimTime;
  failure: string | null;
}

/** What the API says of volumes and claims now. */
export interface StoredVolumes {
  claim(namespace: string, name: string): PersistentVolumeClaim | null;
  volume(name: string): PersistentVolume | null;
  node(name: string): Node | null;
}

const bindTimeoutUs = 600 * second;
/** How often is looked whether volumes are bound. */
export const volumePollUs = 1 * second;

/** Volumes of pods that have their node, and wait for them before they are bound. Follows volumebinding/binder.go, BindPodVolumes. */
export class VolumeBinder implements PromisedVolumes {
  private waiting = new Map<string, Waiting>();

  get idle(): boolean {
    return this.waiting.size === 0;
  }

  /** The writes that make the API server's controllers bind and provision. */
  begin(pod: string, node: string, plan: VolumePlan, now: SimTime): readonly { readonly request: ClientRequest; readonly tag: Json }[] {
    const items = [
      ...plan.bindings.map(([claim, volume]) => itemOf(claim, volume.metadata.name)),
      ...plan.provisions.map((claim) => itemOf(claim, null)),
    ];
    this.waiting.set(pod, { node, items, until: addTime(now, bindTimeoutUs), failure: null });
    const requests = [
      ...plan.bindings.map(([claim, volume]) => updateOf(persistentVolumeKind, volumeForClaim(volume, claim))),
      ...plan.provisions.map((claim) => updateOf(persistentVolumeClaimKind, madeFor(claim, node))),
    ];
    return requests.map((request, at) => ({ request, tag: { type: "volume", pod, at } }));
  }

  answered(tag: Json, code: number, body: Json): void {
    if (!isJsonObject(tag)) return;
    const waiting = this.waiting.get(String(tag["pod"]));
    const item = waiting?.items[Number(tag["at"])];
    if (waiting === undefined || item === undefined) return;
    const answer = isJsonObject(body) ? body : {};
    if (code === 200) item.version = Number(isJsonObject(answer["metadata"]) ? answer["metadata"]["resourceVersion"] : 0);
    else waiting.failure = String(answer["message"] ?? "the connection broke");
  }

  drop(pod: string): void {
    this.waiting.delete(pod);
  }

  /** Pods whose volumes are bound now (failure: null), and those that must be scheduled again. */
  ended(stored: StoredVolumes, now: SimTime): readonly { readonly pod: string; readonly failure: string | null }[] {
    const ended: { pod: string; failure: string | null }[] = [];
    for (const [pod, waiting] of this.waiting) {
      const state = waiting.failure ?? stateOf(waiting, stored);
      if (state === "waits" && now < waiting.until) continue;
      ended.push({ pod, failure: state === "bound" ? null : waiting.failure ?? `binding volumes: ${state === "waits" ? "context deadline exceeded" : state}` });
      this.waiting.delete(pod);
    }
    return ended;
  }

  volume(volume: PersistentVolume): PersistentVolume {
    if (this.waiting.size === 0 || volume.spec.claimRef !== undefined) return volume;
    for (const item of this.items()) if (item.volume === volume.metadata.name) return volumeForClaim(volume, { metadata: { namespace: item.namespace, name: item.claim, uid: item.uid } });
    return volume;
  }

  claim(claim: PersistentVolumeClaim): PersistentVolumeClaim {
    for (const { node, items } of this.waiting.values()) {
      if (items.some((item) => item.volume === null && item.uid === claim.metadata.uid && item.claim === claim.metadata.name)) return madeFor(claim, node);
    }
    return claim;
  }

  private *items(): Iterable<WaitedFor> {
    for (const { items } of this.waiting.values()) yield* items;
  }

  snapshot(): Json {
    return copyOf([...this.waiting]) as unknown as Json;
  }

  restore(data: Json): void {
    this.waiting = new Map(copyOf(data as unknown as readonly (readonly [string, Waiting])[]));
  }
}

/** Entries are changed in place: a snapshot keeps its own. */
function copyOf(entries: readonly (readonly [string, Waiting])[]): readonly (readonly [string, Waiting])[] {
  return entries.map(([pod, waiting]) => [pod, { ...waiting, items: waiting.items.map((item) => ({ ...item })) }]);
}

function itemOf({ metadata }: PersistentVolumeClaim, volume: string | null): WaitedFor {
  return { namespace: metadata.namespace ?? "", claim: metadata.name, uid: metadata.uid, volume, version: null };
}

function updateOf(kind: PathKind, object: KubeObject): ClientRequest {
  const { name, namespace = "" } = object.metadata;
  return { verb: "update", path: objectPath(kind, { namespace, name }), body: object as unknown as Json };
}

function madeFor(claim: PersistentVolumeClaim, node: string): PersistentVolumeClaim {
  return { ...claim, metadata: { ...claim.metadata, annotations: { ...claim.metadata.annotations, [selectedNodeAnnotation]: node } } };
}

function isOld({ metadata }: KubeObject, item: WaitedFor): boolean {
  return item.version === null || Number(metadata.resourceVersion) < item.version;
}

/** "bound", "waits", or why the pod must be scheduled again. Follows binder.go, checkBindings. */
function stateOf(waiting: Waiting, stored: StoredVolumes): string {
  const node = stored.node(waiting.node);
  if (node === null) return `failed to get node ${JSON.stringify(waiting.node)}: node ${JSON.stringify(waiting.node)} not found`;
  for (const item of waiting.items) {
    const state = item.volume === null ? stateOfMade(item, node, stored) : stateOfChosen(item, item.volume, node, stored);
    if (state !== "bound") return state;
  }
  return "bound";
}

function stateOfChosen(item: WaitedFor, name: string, node: Node, stored: StoredVolumes): string {
  const volume = stored.volume(name);
  const claim = stored.claim(item.namespace, item.claim);
  if (volume === null) return `failed to check binding: could not find v1.PersistentVolume ${JSON.stringify(name)}`;
  if (claim === null) return `failed to check binding: could not find v1.PersistentVolumeClaim ${JSON.stringify(`${item.namespace}/${item.claim}`)}`;
  if (isOld(volume, item)) return "waits";
  if (!reaches(volume, node)) return `pv ${JSON.stringify(name)} node affinity doesn't match node ${JSON.stringify(node.metadata.name)}: no matching NodeSelectorTerms`;
  if ((volume.spec.claimRef?.uid ?? "") === "") return `ClaimRef got reset for pv ${JSON.stringify(name)}`;
  return isBound(claim) ? "bound" : "waits";
}

function stateOfMade(item: WaitedFor, node: Node, stored: StoredVolumes): string {
  const claim = stored.claim(item.namespace, item.claim);
  if (claim === null) return `failed to check provisioning pvc: could not find v1.PersistentVolumeClaim ${JSON.stringify(`${item.namespace}/${item.claim}`)}`;
  if (isOld(claim, item)) return "waits";
  if (claim.metadata.annotations === undefined) return `selectedNode annotation reset for PVC ${JSON.stringify(item.claim)}`;
  if (claim.metadata.annotations[selectedNodeAnnotation] !== node.metadata.name) return `provisioning failed for PVC ${JSON.stringify(item.claim)}`;
  if ((claim.spec.volumeName ?? "") === "") return "waits";
  const volume = stored.volume(claim.spec.volumeName ?? "");
  if (volume === null) return "waits";
  if (!reaches(volume, node)) return `pv ${JSON.stringify(volume.metadata.name)} node affinity doesn't match node ${JSON.stringify(node.metadata.name)}: no matching NodeSelectorTerms`;
  return isBound(claim) ? "bound" : "waits";
}
