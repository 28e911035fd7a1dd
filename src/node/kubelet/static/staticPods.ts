// Follows pkg/kubelet/config/file.go, pkg/kubelet/pod/mirror_client.go and pkg/kubelet/kubelet.go (tryReconcileMirrorPods).
import type { ApiResponse } from "../../../apimachinery/apiRequest.ts";
import { compareText } from "../../../base/compareText.ts";
import { isJsonObject, type Json } from "../../../base/json.ts";
import { formatRfc3339 } from "../../../base/rfc3339.ts";
import type { ClientSet } from "../../../client/clientSet.ts";
import type { Node } from "../../../kinds/core/node/types.ts";
import type { Pod, PodStatus } from "../../../kinds/core/pod/types.ts";
import type { ProcessContext } from "../../../sim/process.ts";
import { mostManifests } from "../../nodeSettings.ts";
import type { PodWorkerEvent, PodWorkerState } from "../podWorker/state.ts";
import { explainPod, isNewer } from "../podNames.ts";
import { annotation, readManifest, type ReadManifest } from "./manifest.ts";

/** A pod whose mirror could not be made is tried again at its next sync. */
const syncUs = { least: 60_000_000, most: 90_000_000 };

/** What static pods ask of the kubelet around them. */
export interface StaticHost {
  readonly node: string;
  readonly clients: ClientSet;
  readonly workers: ReadonlyMap<string, PodWorkerState>;
  nodeObject(): Node | null;
  nowUs(ctx: ProcessContext): number;
  /** Whether the machine can run such a pod yet. */
  canRun(pod: Pod): boolean;
  /** Whether the API's pods of this node are known. */
  podsKnown(): boolean;
  begin(pod: Pod, ctx: ProcessContext): void;
  step(uid: string, event: PodWorkerEvent, ctx: ProcessContext): void;
}

type Files = Readonly<Record<string, Json>>;
interface OnDisk {
  readonly files: Files;
  /** What was last known of each, by uid: containers and their restarts outlive a power cut, as a runtime's own records do. */
  readonly statuses: Readonly<Record<string, PodStatus>>;
}

/** The pods that this machine's own files describe, and their images in the API. */
export class StaticPods {
  readonly #host: StaticHost;
  readonly #read = new Map<string, ReadManifest>();
  /** The newest mirror of each name, whoever made it. */
  readonly #mirrors = new Map<string, Pod>();
  /** Requests under way, by the mirror's name. */
  readonly #asked = new Map<string, "create" | "delete">();
  /** Pods that are no longer described, and end. */
  readonly #leaving = new Map<string, Pod>();
  #disk: OnDisk = { files: {}, statuses: {} };

  constructor(host: StaticHost) {
    this.#host = host;
  }

  /** The kubelet has started: the files are those on the disk, or those that the machine came with. */
  start(ctx: ProcessContext, given: Files): void {
    this.#disk = (ctx.disk.read("static-pods") as OnDisk | null) ?? { files: given, statuses: {} };
    for (const file of Object.keys(this.#disk.files).sort(compareText)) this.#readFile(file, ctx);
  }

  /** A file was written; null: it is gone. */
  write(ctx: ProcessContext, file: string, manifest: Json): void {
    const { [file]: _before, ...others } = this.#disk.files;
    if (manifest !== null && Object.keys(others).length >= mostManifests) return this.#passOver(ctx, file, `${mostManifests} files are there, the most there may be`);
    this.#keep(ctx, { ...this.#disk, files: manifest === null ? others : { ...others, [file]: manifest } });
    const before = this.#read.get(file)?.pod ?? null;
    this.#read.delete(file);
    if (manifest !== null) this.#readFile(file, ctx);
    const now = this.#read.get(file)?.pod ?? null;
    if (before !== null && before.metadata.uid !== now?.metadata.uid) this.#end(before, ctx);
    this.sync(ctx);
  }

  /** All that should run and does not is begun; of one name, the one that runs has to end first. */
  sync(ctx: ProcessContext): void {
    for (const pod of this.#pods()) {
      if (this.#host.workers.has(pod.metadata.uid) || this.#ofName(nameOf(pod)) !== null || !this.#host.canRun(pod)) continue;
      this.#host.begin(this.#seen(pod), ctx);
    }
    this.syncMirrors(ctx);
  }

  /** Every pod has its mirror, and no mirror is without its pod. */
  syncMirrors(ctx: ProcessContext): void {
    if (!this.#host.podsKnown()) return;
    for (const pod of this.#pods()) if (this.#host.workers.has(pod.metadata.uid)) this.#syncMirror(pod, ctx);
    for (const [name, mirror] of this.#mirrors) if (this.#ofName(name) === null && !this.#pods().some((pod) => nameOf(pod) === name)) this.#delete(name, mirror, ctx);
  }

  /** What the API says of a mirror. */
  mirrorChanged(ctx: ProcessContext, mirror: Pod, deleted: boolean): void {
    const name = nameOf(mirror);
    const known = this.#mirrors.get(name);
    if (deleted) {
      if (known?.metadata.uid === mirror.metadata.uid) this.#mirrors.delete(name);
    } else if (known === undefined || isNewer(mirror, known)) {
      this.#mirrors.set(name, mirror);
      const uid = hashOf(mirror);
      const pod = this.#host.workers.get(uid)?.pod;
      if (pod !== undefined && this.inApi(pod) === mirror) {
        this.#remember(ctx, uid, mirror.status ?? {});
        this.#host.step(uid, { type: "pod", pod: { ...pod, metadata: { ...pod.metadata, resourceVersion: mirror.metadata.resourceVersion }, status: livingStatus(mirror.status ?? {}) } }, ctx);
      }
    }
    this.syncMirrors(ctx);
  }

  /** True where the answer was to a request for a mirror. */
  answered(ctx: ProcessContext, tag: Json, response: ApiResponse | null): boolean {
    const name = isJsonObject(tag) && typeof tag["mirror"] === "string" ? tag["mirror"] : null;
    if (name === null) return false;
    const what = this.#asked.get(name);
    this.#asked.delete(name);
    const code = response?.code ?? 0;
    if (what === "delete" && (code === 200 || code === 404)) this.#mirrors.delete(name);
    if (what === "create" && code === 201) this.mirrorChanged(ctx, response?.body as unknown as Pod, false);
    else if (code !== 200 && code !== 404) this.#again(ctx, name, what === "create" ? messageOf(response) : null);
    else this.syncMirrors(ctx);
    return true;
  }

  /** The object that stands for the worker's pod in the API: its mirror, where it is a static pod; null where there is none. */
  inApi(pod: Pod): Pod | null {
    if (!isStatic(pod)) return pod;
    const mirror = this.#mirrors.get(nameOf(pod));
    return mirror !== undefined && hashOf(mirror) === pod.metadata.uid && mirror.metadata.deletionTimestamp === undefined ? mirror : null;
  }

  /** The worker's pod is to be forgotten as soon as it has ended. */
  leaves(uid: string): boolean {
    return this.#leaving.has(uid);
  }

  forgotten(ctx: ProcessContext, uid: string): void {
    if (this.#leaving.delete(uid)) this.sync(ctx);
  }

  /** The worker of a mirror by the mirror's uid, as people name it; its own uid otherwise. */
  workerOf(uid: string): string {
    for (const mirror of this.#mirrors.values()) if (mirror.metadata.uid === uid) return hashOf(mirror);
    return uid;
  }

  get uids(): readonly string[] {
    return this.#pods().map(({ metadata }) => metadata.uid);
  }

  /** Each file, with the pod it describes or why it is passed over. */
  observe(): Json {
    return [...this.#read].map(([file, { pod, error }]) => ({ file, pod: pod === undefined ? null : nameOf(pod), error: error ?? null }));
  }

  snapshot(): Json {
    return { read: [...this.#read], mirrors: [...this.#mirrors], asked: [...this.#asked], leaving: [...this.#leaving], disk: this.#disk } as unknown as Json;
  }

  restore(data: Json): void {
    const saved = data as unknown as { readonly read: readonly (readonly [string, ReadManifest])[]; readonly mirrors: readonly (readonly [string, Pod])[]; readonly asked: readonly (readonly [string, "create" | "delete"])[]; readonly leaving: readonly (readonly [string, Pod])[]; readonly disk: OnDisk };
    for (const [file, read] of saved.read) this.#read.set(file, read);
    for (const [name, mirror] of saved.mirrors) this.#mirrors.set(name, mirror);
    for (const [name, what] of saved.asked) this.#asked.set(name, what);
    for (const [uid, pod] of saved.leaving) this.#leaving.set(uid, pod);
    this.#disk = saved.disk;
  }

  #readFile(file: string, ctx: ProcessContext): void {
    const read = readManifest(file, this.#disk.files[file] ?? null, this.#host.node, this.#host.nowUs(ctx));
    this.#read.set(file, read);
    if (read.error !== undefined) this.#passOver(ctx, file, read.error);
  }

  #passOver(ctx: ProcessContext, file: string, why: string): void {
    ctx.explain({ component: `kubelet on ${this.#host.node}`, text: `could not process manifest file ${file}: ${why}`, tone: "fail" });
  }

  #pods(): readonly Pod[] {
    return [...this.#read.values()].flatMap(({ pod }) => (pod === undefined ? [] : [pod]));
  }

  /** The static pod of this name that has a worker. */
  #ofName(name: string): Pod | null {
    for (const { pod } of this.#host.workers.values()) if (isStatic(pod) && nameOf(pod) === name) return pod;
    return null;
  }

  /** The pod with what was known of its containers before this kubelet started. */
  #seen(pod: Pod): Pod {
    const mirror = this.#mirrors.get(nameOf(pod));
    const status = mirror !== undefined && hashOf(mirror) === pod.metadata.uid ? mirror.status : this.#disk.statuses[pod.metadata.uid];
    return status === undefined ? pod : { ...pod, status: livingStatus(status) };
  }

  #end(pod: Pod, ctx: ProcessContext): void {
    const { uid } = pod.metadata;
    const { [uid]: _status, ...statuses } = this.#disk.statuses;
    this.#keep(ctx, { ...this.#disk, statuses });
    const worker = this.#host.workers.get(uid);
    if (worker === undefined) return;
    explainPod(ctx, this.#host.node, pod, `ends static pod ${pod.metadata.name}: its manifest has changed or is gone`, "progress");
    this.#leaving.set(uid, pod);
    const deletionGracePeriodSeconds = pod.spec.terminationGracePeriodSeconds ?? 30;
    this.#host.step(uid, { type: "pod", pod: { ...worker.pod, metadata: { ...worker.pod.metadata, deletionTimestamp: formatRfc3339(this.#host.nowUs(ctx)), deletionGracePeriodSeconds } } }, ctx);
  }

  #remember(ctx: ProcessContext, uid: string, status: PodStatus): void {
    this.#keep(ctx, { ...this.#disk, statuses: { ...this.#disk.statuses, [uid]: status } });
  }

  #keep(ctx: ProcessContext, disk: OnDisk): void {
    this.#disk = disk;
    ctx.disk.write("static-pods", disk as unknown as Json);
  }

  #syncMirror(pod: Pod, ctx: ProcessContext): void {
    const name = nameOf(pod);
    const mirror = this.#mirrors.get(name);
    if (mirror !== undefined) {
      if (mirror.metadata.deletionTimestamp !== undefined || hashOf(mirror) !== pod.metadata.uid) this.#delete(name, mirror, ctx);
      return;
    }
    const node = this.#host.nodeObject();
    // A node that was deleted has no mirrors.
    if (this.#asked.has(name) || node === null || node.metadata.deletionTimestamp !== undefined) return;
    this.#asked.set(name, "create");
    const { namespace, labels, annotations } = pod.metadata;
    const metadata = {
      name: pod.metadata.name, namespace, ...(labels === undefined ? {} : { labels }), annotations: { ...annotations, [annotation.mirror]: pod.metadata.uid },
      ownerReferences: [{ apiVersion: "v1", kind: "Node", name: node.metadata.name, uid: node.metadata.uid, controller: true }],
    };
    explainPod(ctx, this.#host.node, pod, `tells the API of static pod ${pod.metadata.name} by a mirror`, "progress");
    this.#host.clients.request(ctx, { verb: "create", path: `/api/v1/namespaces/${namespace ?? ""}/pods`, body: { apiVersion: "v1", kind: "Pod", metadata, spec: pod.spec } as unknown as Json }, { mirror: name });
  }

  #delete(name: string, mirror: Pod, ctx: ProcessContext): void {
    if (this.#asked.has(name)) return;
    this.#asked.set(name, "delete");
    const body: Json = { apiVersion: "v1", kind: "DeleteOptions", gracePeriodSeconds: 0, preconditions: { uid: mirror.metadata.uid } };
    this.#host.clients.request(ctx, { verb: "delete", path: `/api/v1/namespaces/${mirror.metadata.namespace ?? ""}/pods/${mirror.metadata.name}`, body }, { mirror: name });
  }

  #again(ctx: ProcessContext, name: string, error: string | null): void {
    const pod = this.#pods().find((each) => nameOf(each) === name);
    if (pod !== undefined && error !== null) explainPod(ctx, this.#host.node, pod, `could not make the mirror of ${pod.metadata.name}: ${error}`, "warn");
    ctx.setTimer("static", ctx.random.fork("mirror").int(syncUs.least, syncUs.most));
  }
}

/** Made where a machine has manifests, or the API has mirrors of it. */
export function newStaticPods(host: StaticHost): StaticPods {
  return new StaticPods(host);
}

function nameOf({ metadata }: Pod): string {
  return `${metadata.namespace ?? ""}/${metadata.name}`;
}

function isStatic({ metadata }: Pod): boolean {
  return metadata.annotations?.[annotation.source] === "file" && metadata.annotations[annotation.mirror] === undefined;
}

function hashOf(mirror: Pod): string {
  return mirror.metadata.annotations?.[annotation.mirror] ?? "";
}

/** A static pod that has ended runs again with its kubelet: of its status only what happened to its containers is kept. */
function livingStatus(status: PodStatus): PodStatus {
  const { phase: _phase, reason: _reason, message: _message, ...known } = status;
  return known;
}

function messageOf(response: ApiResponse | null): string {
  if (response === null) return "the connection to the API server was lost";
  return isJsonObject(response.body) && typeof response.body["message"] === "string" ? response.body["message"] : `status ${response.code}`;
}
