// Follows pkg/kubelet/volumemanager/populator/desired_state_of_world_populator.go (createVolumeSpec, getPVCExtractPV).
import type { ApiResponse } from "../../apimachinery/apiRequest.ts";
import type { Json, JsonObject } from "../../base/json.ts";
import { isJsonObject } from "../../base/json.ts";
import type { ClientSet } from "../../client/clientSet.ts";
import { referenceTo, type EventRecorder } from "../../client/eventRecorder.ts";
import type { Node } from "../../kinds/core/node/types.ts";
import type { PersistentVolume } from "../../kinds/core/persistentvolume/types.ts";
import type { PersistentVolumeClaim } from "../../kinds/core/persistentvolumeclaim/types.ts";
import type { Pod, Volume } from "../../kinds/core/pod/types.ts";
import type { FromRuntime } from "../runtime/criMessages.ts";
import type { ProcessContext, ProcessId } from "../../sim/process.ts";
import { ofClaim, ofVolume } from "./volumes/claimViews.ts";
import { CsiNode } from "./volumes/csiNode.ts";
import { growthWrite, mayGrow } from "./volumes/nodeExpand.ts";
import { newNodeDisks, type DiskContent, type DiskUse, type DiskView, type NodeDisks } from "./volumes/nodeDisks.ts";

/** Where on the node the data of a claim lies, which disk of the cloud has it, or why it cannot be had. */
export type ClaimView = { readonly path: string } | DiskUse | { readonly error: string };

export interface PodClaimsOptions {
  readonly clients: ClientSet;
  readonly recorder: EventRecorder;
  readonly node: string;
  readonly runtime: ProcessId;
  /** Who has the disks; null: there are none. */
  readonly cloud: ProcessId | null;
  /** The node's status is to tell something new. */
  changed(ctx: ProcessContext): void;
  /** This machine's Node as it is known. */
  nodeObject(): Node | null;
  pod(uid: string): Pod | null;
}

const retryUs = 2_000_000;
/** As the kubelet looks at each pod again: every minute or so. */
const growUs = { least: 60_000_000, most: 90_000_000 };
const noPath = { path: "", type: "" };
const claimPath = (namespace: string, name: string): string => `/api/v1/namespaces/${namespace}/persistentvolumeclaims/${name}`;

/** The claims of this node's pods, and the paths that their volumes name with a type: read with their volumes until they are bound. Nodes may read them, and may not watch them. */
export class PodClaims {
  /** From the first pod with a disk on. */
  #disks: NodeDisks | null = null;
  readonly #options: PodClaimsOptions;
  readonly #clients: ClientSet;
  readonly #csiNode: CsiNode;
  /** By "<pod uid>/<volume>"; null: asked for. */
  readonly #views = new Map<string, ClaimView | null>();

  constructor(options: PodClaimsOptions) {
    this.#options = options;
    this.#clients = options.clients;
    this.#csiNode = new CsiNode(options.clients);
  }

  /** What the node's status is to call in use; null while that is not known, as after a start. */
  get volumesInUse(): readonly string[] | null {
    for (const view of this.#views.values()) if (view === null) return null;
    return this.#disks?.inUse ?? [];
  }

  nodeChanged(ctx: ProcessContext, node: Node): void {
    if (this.#options.cloud === null) return;
    this.#csiNode.nodeChanged(ctx, node);
    this.#disks?.nodeChanged(ctx, node);
  }

  /** A timer "claim/<uid>/<what>" of one of its pods ("" for the node's own). True where the pod is to look at its volumes again. */
  timer(ctx: ProcessContext, uid: string, what: string): boolean {
    const node = this.#options.nodeObject();
    if (what === "csiNode") {
      if (node !== null) this.#csiNode.create(ctx, node);
      return false;
    }
    const pod = this.#options.pod(uid);
    if (pod === null) return false;
    if (what === "") this.fetch(ctx, pod);
    else if (what === "grow") this.#lookForGrowth(ctx, pod);
    else return this.#disks?.timer(ctx, uid, what) === true;
    return false;
  }

  disk(uid: string, use: DiskUse): DiskView {
    return this.#disks?.view(uid, use) ?? { waiting: true };
  }

  /** The cloud told what is on a disk, or the runtime what a path is: the pods that are to look again. */
  told(ctx: ProcessContext, content: DiskContent | Extract<FromRuntime, { type: "cri/pathChecked" }>): readonly string[] {
    if (content.type === "disk/content") return this.#disks?.told(ctx, content) ?? [];
    const { tag, path, error } = content;
    const uid = tag.slice(0, tag.indexOf("/"));
    if (!this.#views.has(tag)) return [];
    this.#views.set(tag, error === null ? { path } : { error });
    if (error !== null) ctx.setTimer(`claim/${uid}`, retryUs);
    return [uid];
  }

  runtimeRestarted(ctx: ProcessContext): void {
    this.#disks?.readAgain(ctx);
  }

  /** What timer() was true for was looked at. */
  looked(uid: string): void {
    this.#disks?.patient(uid);
  }

  /** Nothing of the pod runs any more: what it had mounted may go. */
  unmount(ctx: ProcessContext, uid: string): void {
    const freed = this.#disks?.release(ctx, uid) ?? null;
    if (freed === null) return;
    ctx.cancelTimer(`claim/${uid}/grow`);
    for (const disk of freed) ctx.sendDatagram(this.#options.runtime, { type: "cri/unmountDisk", disk });
    if (freed.length > 0) this.#options.changed(ctx);
  }

  /** Asks for the claims of a pod that are not known to be bound. */
  fetch(ctx: ProcessContext, pod: Pod): void {
    for (const volume of pod.spec.volumes ?? []) {
      const name = claimName(pod, volume);
      const { path, type = "" } = volume.hostPath ?? noPath;
      if (name === null && type === "") continue;
      const key = `${pod.metadata.uid}/${volume.name}`;
      const known = this.#views.get(key);
      if ( known === null || (known !== undefined && !("error" in known))) continue;
      if (known === undefined) this.#views.set(key, null);
      if (name === null) {
        ctx.sendDatagram(this.#options.runtime, { type: "cri/checkPath", path, pathType: type, tag: key });
        continue;
      }
      const namespace = pod.metadata.namespace ?? "";
      this.#clients.request(ctx, { verb: "get", path: claimPath(namespace, name) }, { claim: key, about: `${namespace}/${name}`, owner: volume.ephemeral === undefined ? "" : pod.metadata.uid, pod: `${namespace}/${pod.metadata.name}`, uid: "" });
    }
  }

  lookup(uid: string, volume: string): ClaimView | null {
    return this.#views.get(`${uid}/${volume}`) ?? null;
  }

  /** The uid of the pod whose claim is known now; null where the answer was to somebody else, or another question follows. */
  answered(ctx: ProcessContext, tag: Json, response: ApiResponse | null): string | null {
    if (this.#csiNode.answered(ctx, tag, response)) return "";
    if (isJsonObject(tag) && typeof tag["grows"] === "string") return this.#growthAnswered(ctx, tag["grows"], tag, response);
    if (!isJsonObject(tag) || typeof tag["claim"] !== "string") return null;
    const key = tag["claim"];
    const uid = key.slice(0, key.indexOf("/"));
    if (!this.#views.has(key)) return uid;
    const { about, owner, pod } = tag as { readonly about: string; readonly owner: string; readonly pod: string };
    const result = tag["uid"] === "" ? ofClaim(about, owner, pod, response) : ofVolume(about, String(tag["uid"]), String(tag["volume"]), response);
    if ("ask" in result) {
      this.#clients.request(ctx, { verb: "get", path: `/api/v1/persistentvolumes/${result.ask}` }, { claim: key, about, owner, pod, uid: result.uid, volume: result.ask });
      return null;
    }
    if ("disk" in result) this.#use(ctx, uid, key.slice(uid.length + 1), result);
    this.#views.set(key, "error" in result ? { error: `error processing PVC ${about}: ${result.error}` } : result);
    if ("error" in result) ctx.setTimer(`claim/${uid}`, retryUs);
    return uid;
  }

  #use(ctx: ProcessContext, uid: string, volume: string, use: DiskUse): void {
    this.#disks ??= newNodeDisks(this.#options.cloud);
    if (this.#disks.use(ctx, uid, volume, use, this.#options.nodeObject())) this.#options.changed(ctx);
    ctx.setTimer(`claim/${uid}/grow`, 1);
  }

  /** Asks for the claims of the pod's disks: whoever made a disk larger leaves the file system to the node. */
  #lookForGrowth(ctx: ProcessContext, pod: Pod): void {
    const { uid, namespace = "" } = pod.metadata;
    ctx.setTimer(`claim/${uid}/grow`, ctx.random.fork("grow").int(growUs.least, growUs.most));
    for (const volume of pod.spec.volumes ?? []) {
      const view = this.#views.get(`${uid}/${volume.name}`) ?? null;
      const name = claimName(pod, volume);
      if (name !== null && view !== null && "disk" in view) this.#clients.request(ctx, { verb: "get", path: claimPath(namespace, name) }, { grows: uid, step: "claim", claim: null });
    }
  }

  #growthAnswered(ctx: ProcessContext, uid: string, tag: JsonObject, response: ApiResponse | null): string {
    const pod = this.#options.pod(uid);
    if (response?.code !== 200 || pod === null) return "";
    if (tag["step"] === "claim") {
      const claim = response.body as unknown as PersistentVolumeClaim;
      if (mayGrow(claim)) this.#clients.request(ctx, { verb: "get", path: `/api/v1/persistentvolumes/${claim.spec.volumeName ?? ""}` }, { grows: uid, step: "volume", claim: response.body });
      return "";
    }
    const claim = tag["claim"] as unknown as PersistentVolumeClaim;
    if (tag["step"] === "volume") {
      const write = growthWrite(claim, response.body as unknown as PersistentVolume);
      if (write !== null) this.#clients.request(ctx, write, { grows: uid, step: "done", claim: tag["claim"] ?? null });
      return "";
    }
    const message = `MountVolume.NodeExpandVolume succeeded for volume ${JSON.stringify(claim.spec.volumeName ?? "")} ${this.#options.node}`;
    for (const about of [referenceTo(pod), referenceTo(claim)]) this.#options.recorder.record(ctx, { about, type: "Normal", reason: "FileSystemResizeSuccessful", message });
    return "";
  }

  forget(ctx: ProcessContext, pod: Pod): void {
    let had = false;
    for (const { name } of pod.spec.volumes ?? []) had = this.#views.delete(`${pod.metadata.uid}/${name}`) || had;
    if (!had) return;
    ctx.cancelTimer(`claim/${pod.metadata.uid}`);
    this.unmount(ctx, pod.metadata.uid);
  }

  snapshot(): Json {
    return { views: [...this.#views], disks: this.#disks?.snapshot() ?? null, csiNode: this.#csiNode.snapshot() } as unknown as Json;
  }

  restore(data: Json): void {
    const saved = data as unknown as { readonly views: readonly (readonly [string, ClaimView | null])[]; readonly disks: Json; readonly csiNode: Json };
    this.#views.clear();
    for (const [key, view] of saved.views) this.#views.set(key, view);
    this.#disks = saved.disks === null ? null : newNodeDisks(this.#options.cloud);
    this.#disks?.restore(saved.disks);
    this.#csiNode.restore(saved.csiNode);
  }
}

function claimName(pod: Pod, volume: Volume): string | null {
  return volume.persistentVolumeClaim?.claimName ?? (volume.ephemeral === undefined ? null : `${pod.metadata.name}-${volume.name}`);
}
