import type { Json } from "../../base/json.ts";
import { isJsonObject } from "../../base/json.ts";
import type { ClientContext, ClientNote, ClientSet, Informer } from "../../client/clientSet.ts";
import { EventRecorder } from "../../client/eventRecorder.ts";
import { nodeKind } from "../../kinds/core/node/kind.ts";
import type { Node } from "../../kinds/core/node/types.ts";
import { podKind } from "../../kinds/core/pod/kind.ts";
import type { Pod } from "../../kinds/core/pod/types.ts";
import { serviceKind } from "../../kinds/core/service/kind.ts";
import type { Service } from "../../kinds/core/service/types.ts";
import type { FromNet, Way } from "../../network/packet.ts";
import type { Process, ProcessContext, ProcessEvent, ProcessId } from "../../sim/process.ts";
import type { FromRuntime, NodeImage } from "../runtime/criMessages.ts";
import { lifecyclesOf } from "./lifecycles.ts";
import { machineIds, type MachineIds } from "./machineIds.ts";
import { isNewer } from "./podNames.ts";
import { StatsServer } from "./stats/statsServer.ts";
import type { KubeletOptions } from "./options.ts";
import type { NodeSaying } from "./nodeEvents.ts";
import { NodeKeeper } from "./nodeKeeper.ts";
import { NodeLoad } from "./nodeLoad.ts";
import { EvictionManager } from "./eviction/evictionManager.ts";
import type { EvictionHost } from "./eviction/state.ts";
import { NodeFaults, type NodeFault, type NodeOrder } from "./nodeFaults.ts";
import type { NodeFacts } from "./nodeObject.ts";
import { KubeletClients } from "./kubeletClients.ts";
import { runEffect, type EffectParts } from "./podEffects.ts";
import { PodObjects } from "./podObjects.ts";
import { podReferences } from "./podReferences.ts";
import { PodAdmission } from "./podAdmission.ts";
import type { CriticalRoomState } from "./criticalRoom.ts";
import { PodClaims } from "./podClaims.ts";
import { PodTokens } from "./podTokens.ts";
import { PodWorld } from "./podWorld.ts";
import { liveVolumes } from "./volumes/podVolumes.ts";
import type { DiskContent } from "./volumes/nodeDisks.ts";
import { newStaticPods, type StaticPods } from "./static/staticPods.ts";
import { initialWorker } from "./podWorker/initial.ts";
import { podChart } from "./podWorker/podMachine.ts";
import type { probeTarget } from "./podWorker/probing.ts";
import type { PodWorkerEvent, PodWorkerState, ProbeKind } from "./podWorker/state.ts";
import { workerEvent } from "./podWorker/runtimeEvents.ts";
import { stepPodWorker } from "./podWorker/step.ts";
import { answerEvent, probeOutcome, Prober } from "./prober.ts";
import { ServiceLinks } from "./serviceLinks.ts";
import { newShutdown, type Shutdown } from "./shutdown.ts";
import { StatusWriter } from "./statusWriter.ts";

/** How long a change of a mounted ConfigMap or Secret takes to reach the files: the kubelet's sync period and its jitter. */
const writeRetryUs = 10_000_000;
const volumeDelayUs = { least: 60_000_000, most: 90_000_000 };
const isUp = (worker: PodWorkerState | undefined): worker is PodWorkerState => worker !== undefined && podChart.has(worker.value, "up");

/** The node agent of one machine. `id` is "node-1/kubelet"; its runtime is "node-1/runtime", its network "node-1/net". */
export function createKubelet(id: ProcessId, options: KubeletOptions): Process {
  return new Kubelet(id, options);
}

type Adopted = Extract<PodWorkerEvent, { type: "adopted" }>;

class Kubelet implements Process {
  readonly id: ProcessId;
  readonly #options: KubeletOptions;
  readonly #group: string;
  readonly #connections: KubeletClients;
  readonly #clients: ClientSet;
  readonly #pods: Informer<Pod>;
  readonly #node: Informer<Node>;
  readonly #services: Informer<Service>;
  readonly #recorder: EventRecorder;
  readonly #keeper: NodeKeeper;
  readonly #objects: PodObjects;
  readonly #tokens: PodTokens;
  readonly #claims: PodClaims;
  readonly #writer: StatusWriter;
  readonly #prober: Prober;
  readonly #links: ServiceLinks;
  readonly #effects: EffectParts;
  readonly #world: PodWorld;
  readonly #workers = new Map<string, PodWorkerState>();
  readonly #load = new NodeLoad(this.#workers);
  #images = new Map<string, NodeImage>();
  #runtimeListed = false;
  #podCidr = "";
  readonly #faults = new NodeFaults();
  readonly #server: StatsServer;
  readonly #evictions: EvictionManager;
  readonly #admission: PodAdmission;
  /** null: this machine has no manifests, and the API no mirrors of it. */
  #statics: StaticPods | null = null;
  /** Set once the machine shuts down. */
  #shutdown: Shutdown | null = null;
  #ids: MachineIds = { machineId: "", bootId: "" };
  /** What a runtime that was already up runs, until the pods' own list is known. */
  #found = new Map<string, Adopted>();

  constructor(id: ProcessId, options: KubeletOptions) {
    this.id = id;
    this.#options = options;
    this.#group = id.slice(0, id.indexOf("/") + 1);
    const { name } = options.node;
    this.#connections = new KubeletClients(options);
    this.#clients = this.#connections.api;
    this.#pods = this.#clients.informer<Pod>("pods", { kind: podKind, fieldSelector: `spec.nodeName=${name}` });
    this.#node = this.#clients.informer<Node>("node", { kind: nodeKind, fieldSelector: `metadata.name=${name}` });
    this.#services = this.#clients.informer<Service>("services", { kind: serviceKind });
    this.#recorder = new EventRecorder({ component: "kubelet", host: name, epochUs: options.epochUs, clients: this.#connections.events });
    this.#keeper = new NodeKeeper({ clients: this.#clients, heartbeat: this.#connections.heartbeat, name, epochUs: options.epochUs, say: (ctx, saying) => this.#nodeEvent(ctx, saying) });
    this.#objects = new PodObjects(this.#clients);
    this.#prober = new Prober({ process: id, net: `${this.#group}net`, runtime: `${this.#group}runtime`, nodeIp: options.nodeIp });
    this.#effects = { runtime: `${this.#group}runtime`, node: name, recorder: this.#recorder, prober: this.#prober, fetch: (pod, ctx) => this.#fetch(pod, ctx) };
    this.#server = new StatsServer({ net: `${this.#group}net`, runtime: `${this.#group}runtime`, node: options.node, nodeIp: options.nodeIp });
    this.#evictions = new EvictionManager(`${this.#group}runtime`, this.#workers);
    this.#admission = new PodAdmission({
      node: options.node, workers: this.#workers, load: this.#load, recorder: this.#recorder, nodeObject: () => this.#nodeObject(),
      refusal: (pod) => this.#shutdown?.refusal ?? this.#evictions.admits(pod), evict: (ctx, pod, event) => this.#step(pod.metadata.uid, event, ctx),
    });
    this.#tokens = new PodTokens(this.#clients);
    this.#claims = new PodClaims({
      clients: this.#clients, recorder: this.#recorder, node: name, runtime: `${this.#group}runtime`, cloud: options.cloud ?? null,
      changed: (ctx) => this.#keeper.changed(ctx), nodeObject: () => this.#nodeObject(), pod: (podUid) => this.#workers.get(podUid)?.pod ?? null,
    });
    this.#links = new ServiceLinks(this.#services);
    this.#world = new PodWorld({
      options, lookup: this.#objects.lookup, services: this.#links, load: this.#load,
      image: (reference) => this.#images.get(reference) ?? null,
      token: (podUid, volume, index) => this.#tokens.lookup(podUid, volume, index),
      claim: (podUid, volume) => this.#claims.lookup(podUid, volume), disk: (podUid, use) => this.#claims.disk(podUid, use),
    });
    this.#writer = new StatusWriter(this.#clients, (pod) => (this.#statics === null ? pod : this.#statics.inApi(pod)), { nodeIp: options.nodeIp, runtime: options.node.runtime, instant: options.containers === "instant" });
  }

  cost(event: ProcessEvent): number {
    return event.type === "datagram" ? 20 : 50;
  }

  handle(event: ProcessEvent, ctx: ProcessContext): void {
    if (event.type === "start") return this.#start(ctx);
    if (event.type === "datagram") return this.#datagram(event.body, event.notes as Way, ctx);
    if (event.type === "timer" && !event.key.startsWith("client/")) return this.#timer(event.key, ctx);
    this.#connections.handle(event, ctx, (note) => this.#note(note, ctx), (note) => this.#recorder.answered(ctx, note));
  }

  /** {type: "lifecycle", uid}: -> Lifecycle[], or null for a pod that is not here. {type: "manifests"}: the machine's own. */
  observe(question: Json): Json {
    if (!isJsonObject(question)) return this.#server.observe(question);
    if (question["type"] === "manifests") return this.#statics?.observe() ?? [];
    const uid = String(question["uid"]);
    const worker = question["type"] === "lifecycle" ? this.#workers.get(this.#statics?.workerOf(uid) ?? uid) : undefined;
    return worker === undefined ? this.#server.observe(question) : lifecyclesOf(worker, this.#options.epochUs);
  }

  snapshot(): Json {
    return {
      clients: this.#connections.snapshot(), recorder: this.#recorder.snapshot(),
      keeper: this.#keeper.snapshot(), objects: this.#objects.snapshot(), tokens: this.#tokens.snapshot(), claims: this.#claims.snapshot(), writer: this.#writer.snapshot(),
      workers: [...this.#workers.values()] as unknown as Json, images: [...this.#images.values()] as unknown as Json,
      runtimeListed: this.#runtimeListed, podCidr: this.#podCidr, prober: this.#prober.snapshot(), ids: { ...this.#ids }, found: [...this.#found] as unknown as Json, failing: this.#faults.snapshot(), server: this.#server.snapshot(), evictions: this.#evictions.snapshot(), room: this.#admission.snapshot() as unknown as Json, statics: this.#statics?.snapshot() ?? null, shutdown: this.#shutdown?.snapshot() ?? null,
    };
  }

  restore(data: Json): void {
    const saved = data as Readonly<Record<string, Json>>;
    this.#objects.restore(saved["objects"] ?? null);
    this.#connections.restore(saved["clients"] ?? null);
    this.#recorder.restore(saved["recorder"] ?? null);
    this.#keeper.restore(saved["keeper"] ?? null);
    this.#tokens.restore(saved["tokens"] ?? null);
    this.#claims.restore(saved["claims"] ?? null);
    this.#writer.restore(saved["writer"] ?? null);
    this.#load.forget();
    this.#links.forget();
    this.#workers.clear();
    for (const worker of saved["workers"] as unknown as readonly PodWorkerState[]) this.#workers.set(worker.pod.metadata.uid, worker);
    this.#images = new Map((saved["images"] as unknown as readonly NodeImage[]).map((image) => [image.reference, image]));
    this.#runtimeListed = saved["runtimeListed"] === true;
    this.#podCidr = saved["podCidr"] as string;
    this.#prober.restore(saved["prober"] ?? null);
    this.#ids = saved["ids"] as unknown as MachineIds;
    this.#faults.restore(saved["failing"] ?? []);
    this.#server.restore(saved["server"] ?? null);
    this.#evictions.restore(saved["evictions"] ?? null);
    this.#admission.restore((saved["room"] ?? null) as unknown as CriticalRoomState | null);
    if ((saved["statics"] ?? null) !== null) this.#staticPods().restore(saved["statics"] ?? null);
    this.#shutdown = (saved["shutdown"] ?? null) === null ? null : newShutdown(this.#workers);
    this.#shutdown?.restore(saved["shutdown"] ?? null);
    this.#found = new Map(saved["found"] as unknown as readonly (readonly [string, Adopted])[]);
  }

  #start(ctx: ProcessContext): void {
    this.#ids = machineIds(ctx);
    this.#server.start(ctx, this.#nowUs(ctx));
    this.#connections.start(ctx);
    this.#keeper.start(ctx, this.#facts(ctx));
    const { staticPods } = this.#options.node;
    if (staticPods !== undefined || ctx.disk.read("static-pods") !== null) this.#staticPods().start(ctx, staticPods ?? {});
    if (this.#statics !== null) this.#podCidr = String(ctx.disk.read("pod-cidr") ?? "");
    ctx.sendDatagram(`${this.#group}runtime`, { type: "cri/list", bootId: this.#ids.bootId });
    this.#nodeEvent(ctx, { type: "Normal", reason: "Starting", message: "Starting kubelet." });
    this.#nodeEvent(ctx, { type: "Normal", reason: "NodeAllocatableEnforced", message: "Updated Node Allocatable limit across pods" });
  }

  #facts(ctx: ProcessContext): NodeFacts {
    return {
      spec: this.#options.node, nodeIp: this.#options.nodeIp, nowUs: this.#nowUs(ctx), networkReady: this.#runtimeListed && this.#podCidr !== "",
      images: [...this.#images.values()], pressures: this.#evictions.pressures, shuttingDown: this.#shutdown !== null, machineId: this.#ids.machineId, bootId: this.#ids.bootId,
      volumesInUse: this.#running ? this.#claims.volumesInUse : null, hasCloud: (this.#options.cloud ?? null) !== null,
    };
  }

  #staticPods(): StaticPods {
    return (this.#statics ??= newStaticPods({
      node: this.#options.node.name, clients: this.#clients, workers: this.#workers,
      nodeObject: () => this.#nodeObject(), nowUs: (ctx) => this.#nowUs(ctx), podsKnown: () => this.#pods.synced,
      canRun: (pod) => this.#runtimeListed && (this.#podCidr !== "" || pod.spec.hostNetwork === true),
      begin: (pod, ctx) => this.#begin(pod, ctx), step: (uid, event, ctx) => this.#step(uid, event, ctx),
    }));
  }

  #nowUs(ctx: ProcessContext): number {
    return this.#options.epochUs + ctx.clock();
  }

  #nodeObject(): Node | null {
    return this.#node.lister.get({ namespace: "", name: this.#options.node.name });
  }

  #nodeEvent(ctx: ClientContext, saying: NodeSaying): void {
    const { name } = this.#options.node;
    if (this.#options.containers !== "instant") this.#recorder.record(ctx, { about: { kind: "Node", name, uid: name, apiVersion: "v1" }, ...saying });
  }

  #timer(key: string, ctx: ProcessContext): void {
    if (key.startsWith("pod/")) {
      const [, uid = "", what = "", container = "", probe = ""] = key.split("/");
      if (what === "retry") return this.#write(uid, ctx);
      this.#step(uid, what === "probe" ? { type: "probeTimer", container, probe: probe as ProbeKind } : what === "hook" ? { type: "hookTimer", container } : { type: "sync" }, ctx);
    } else if (key.startsWith("token/")) {
      const token = key.slice("token/".length);
      const worker = this.#workers.get(token.slice(0, token.indexOf("/")));
      if (worker !== undefined) this.#tokens.renew(ctx, worker.pod, token);
    } else if (key.startsWith("claim/")) {
      const [, uid = "", what = ""] = key.split("/");
      if (this.#claims.timer(ctx, uid, what)) this.#step(uid, { type: "sync" }, ctx);
      this.#claims.looked(uid);
    } else if (key.startsWith("refresh/")) {
      for (const uid of this.#objects.usersOf(key.slice("refresh/".length))) this.#refreshVolumes(uid, ctx);
    } else if (key === "room") {
      this.#takeUp(ctx);
    } else if (key === "static") {
      this.#statics?.syncMirrors(ctx);
    } else if (key === "shutdown") {
      this.#shutdown?.go(ctx, this.#evictionHost(ctx));
    } else if (!this.#evictions.timer(ctx, key) && !this.#recorder.timer(ctx, key)) {
      this.#keeper.timer(ctx, key, this.#nodeObject(), () => this.#facts(ctx));
    }
  }

  #note(note: ClientNote, ctx: ProcessContext): void {
    if (note.type === "answer") return this.#answer(note, ctx);
    if (note.type === "synced") {
      if (note.informer === "pods") ctx.sendDatagram(`${this.#group}runtime`, { type: "cri/keepPods", podUids: [...this.#pods.lister.list(null).map(({ metadata }) => metadata.uid), ...this.#workers.keys(), ...(this.#statics?.uids ?? [])] });
      if (note.informer === "pods" || note.informer === "services") this.#takeUp(ctx);
      else if (note.informer.includes("/")) this.#wakeUsers(note.informer, ctx);
      return;
    }
    if (note.type !== "change") return;
    ctx.withCause(note.cause, () => this.#change(note, ctx));
  }

  #change(note: Extract<ClientNote, { type: "change" }>, ctx: ProcessContext): void {
    if (note.informer === "pods") this.#podChanged(note.object as Pod, note.change === "deleted", ctx);
    else if (note.informer === "node") this.#nodeChanged(ctx);
    else if (note.informer.includes("/")) {
      this.#wakeUsers(note.informer, ctx);
      // One that comes later, or goes, is seen by volumes for which it need not be there.
      if (note.change === "updated" || this.#objects.usersOf(note.informer).some((uid) => isUp(this.#workers.get(uid)))) ctx.setTimer(`refresh/${note.informer}`, ctx.random.fork("refresh").int(volumeDelayUs.least, volumeDelayUs.most));
    }
  }

  #answer(note: Extract<ClientNote, { type: "answer" }>, ctx: ProcessContext): void {
    const { tag, response } = note;
    if (typeof tag === "string") return void this.#keeper.answered(ctx, tag, response, this.#nodeObject(), () => this.#facts(ctx));
    const holder = this.#tokens.answered(ctx, tag, response) ?? this.#claims.answered(ctx, tag, response);
    if (holder !== null) {
      const worker = this.#workers.get(holder);
      if (worker === undefined || podChart.has(worker.value, "mounting")) this.#step(holder, { type: "sync" }, ctx);
      else this.#refreshVolumes(holder, ctx);
      return;
    }
    if (this.#statics?.answered(ctx, tag, response) === true || !isJsonObject(tag) || typeof tag["uid"] !== "string") return;
    const uid = tag["uid"];
    const written = this.#writer.answered(uid, tag["what"] === "delete" ? "delete" : "status", response);
    const worker = this.#workers.get(uid);
    if (worker === undefined) return;
    if (written === "gone") return;
    if (written === "later") ctx.setTimer(`pod/${uid}/retry`, writeRetryUs);
    else if (written !== null && isNewer(written, worker.pod)) this.#podChanged(written, false, ctx);
    else this.#write(uid, ctx);
  }

  #nodeChanged(ctx: ProcessContext): void {
    const node = this.#nodeObject();
    if (node === null) return;
    this.#claims.nodeChanged(ctx, node);
    const podCidr = node.spec.podCIDR ?? "";
    if (podCidr !== "" && podCidr !== this.#podCidr) {
      this.#podCidr = podCidr;
      // The network plugin's own configuration, which is all that static pods need where no API server answers.
      if (this.#statics !== null) ctx.disk.write("pod-cidr", podCidr);
      ctx.sendDatagram(`${this.#group}runtime`, { type: "cri/configure", podCidr });
      if (this.#runtimeListed) this.#becomeReady(ctx);
    }
    this.#keeper.nodeChanged(ctx, node, () => this.#facts(ctx));
  }

  #becomeReady(ctx: ProcessContext): void {
    ctx.explain({ component: `kubelet on ${this.#options.node.name}`, text: `${this.#options.node.name} is ready to run pods`, object: `nodes//${this.#options.node.name}`, tone: "ok" });
    this.#keeper.report(ctx, this.#nodeObject(), this.#facts(ctx));
    this.#takeUp(ctx);
  }

  /** True once pods can be worked on: their list, the services for their environment, and the runtime are known. */
  get #running(): boolean {
    return this.#runtimeListed && this.#podCidr !== "" && this.#pods.synced && this.#services.synced;
  }

  /** Everything that had to be known is: all pods of the list get their workers. */
  #takeUp(ctx: ProcessContext): void {
    this.#statics?.sync(ctx);
    if (!this.#running) return;
    for (const pod of this.#pods.lister.list(null)) if (!this.#workers.has(pod.metadata.uid)) this.#podChanged(pod, false, ctx);
  }

  #podChanged(pod: Pod, deleted: boolean, ctx: ProcessContext): void {
    if (pod.metadata.annotations?.["kubernetes.io/config.mirror"] !== undefined) return this.#staticPods().mirrorChanged(ctx, pod, deleted);
    if (!this.#running) return;
    const { uid } = pod.metadata;
    const known = this.#workers.get(uid);
    if (deleted) return this.#step(uid, { type: "gone" }, ctx);
    if (known !== undefined) {
      if (isNewer(pod, known.pod)) this.#step(uid, { type: "pod", pod }, ctx);
      return;
    }
    this.#begin(pod, ctx);
  }

  #begin(pod: Pod, ctx: ProcessContext): void {
    const { uid } = pod.metadata;
    const worker = this.#admission.admitted(initialWorker(pod, this.#nowUs(ctx)), this.#nowUs(ctx), ctx);
    if (worker === null) return;
    this.#workers.set(uid, worker);
    this.#load.changed(null, worker);
    const found = this.#found.get(uid);
    if (found !== undefined && this.#found.delete(uid)) this.#step(uid, found, ctx);
    this.#step(uid, { type: "pod", pod }, ctx);
  }

  #evictionHost(ctx: ProcessContext): EvictionHost {
    return {
      node: this.#options.node,
      evict: (pod, event) => this.#step(pod.metadata.uid, event, ctx),
      event: (type, reason, message) => this.#nodeEvent(ctx, { type, reason, message }),
      report: () => (this.#shutdown === null ? this.#keeper.changed(ctx) : this.#keeper.report(ctx, this.#nodeObject(), this.#facts(ctx))),
    };
  }

  #datagram(body: unknown, way: Way, ctx: ProcessContext): void {
    const message = body as FromRuntime | FromNet | NodeFault | DiskContent | NodeOrder;
    switch (message.type) {
      case "disk/content": case "cri/pathChecked":
        for (const uid of this.#claims.told(ctx, message)) this.#step(uid, { type: "sync" }, ctx);
        return;
      case "cri/restarted":
        this.#claims.runtimeRestarted(ctx);
        ctx.sendDatagram(`${this.#group}runtime`, { type: "cri/list", bootId: this.#ids.bootId });
        return;
      case "cri/listed":
        return this.#listed(message, ctx);
      case "cri/execDone":
        return this.#probeAnswered(message.tag, (_target) => ({ ok: message.exitCode === 0, output: message.output }), ctx);
      case "cri/stats":
        if (!isJsonObject(message.tag)) return;
        if (message.tag["eviction"] === true) return this.#evictions.told(ctx, message, this.#evictionHost(ctx));
        return this.#server.answered(message, Number(message.tag["http"]), ctx);
      case "cri/useCrossed": case "cri/storage": case "cri/imageUse":
        return this.#evictions.told(ctx, message, this.#evictionHost(ctx));
      case "cri/images":
        this.#images = new Map(message.images.map((image) => [image.reference, image]));
        return this.#keeper.changed(ctx);
      case "deliver":
        if (message.packet.direction === "request") return this.#server.request(message.packet, way, ctx);
        return this.#probeAnswered(message.packet.replyTo.tag, (target) => probeOutcome(target, message.packet.payload), ctx);
      case "fault":
      case "clearFault":
        return this.#faults.told(message, this.#images);
      case "restarted":
        return this.#server.listen(ctx);
      case "manifest":
        if (this.#podCidr !== "") ctx.disk.write("pod-cidr", this.#podCidr);
        return this.#staticPods().write(ctx, message.file, message.manifest);
      case "shutdown":
        return (this.#shutdown = newShutdown(this.#workers)).begin(ctx, this.#evictionHost(ctx));
      case "apiRoute": case "lost":
        return;
      case "cri/imagePulled":
        if (!this.#images.has(message.image.reference)) this.#keeper.changed(ctx);
        this.#images.set(message.image.reference, message.image);
        break;
      default:
        break;
    }
    const told = workerEvent(message);
    if (told !== null) this.#step(told.uid, told.event, ctx);
  }

  #listed(message: Extract<FromRuntime, { type: "cri/listed" }>, ctx: ProcessContext): void {
    const first = !this.#runtimeListed;
    this.#runtimeListed = true;
    this.#ids = { ...this.#ids, bootId: message.bootId };
    if (this.#options.containers !== "instant") this.#evictions.begin(ctx, this.#options.node);
    this.#images = new Map(message.images.map((image) => [image.reference, image]));
    this.#found = new Map(message.sandboxes.filter(({ podUid }) => !this.#workers.has(podUid)).map(({ podUid, ip }) => [podUid, { type: "adopted", ip, containers: message.containers.filter((container) => container.podUid === podUid) }]));
    const alive = new Set(message.sandboxes.map((sandbox) => sandbox.podUid));
    for (const uid of this.#workers.keys()) if (!alive.has(uid)) this.#step(uid, { type: "lost" }, ctx);
    if (this.#podCidr === "") return this.#statics?.sync(ctx);
    ctx.sendDatagram(`${this.#group}runtime`, { type: "cri/configure", podCidr: this.#podCidr });
    if (first) this.#becomeReady(ctx);
  }

  #probeAnswered(tag: Json, outcome: (target: ReturnType<typeof probeTarget>) => { readonly ok: boolean; readonly output: string }, ctx: ProcessContext): void {
    const uid = (tag as unknown as readonly [string, string])[1];
    const worker = this.#workers.get(uid);
    const event = worker === undefined ? null : answerEvent(tag, worker, outcome, (container) => this.#faults.probesFail(worker.pod, container));
    if (event !== null) this.#step(uid, event, ctx);
  }

  #wakeUsers(informer: string, ctx: ProcessContext): void {
    for (const uid of this.#objects.usersOf(informer)) this.#step(uid, { type: "sync" }, ctx);
  }

  #refreshVolumes(uid: string, ctx: ProcessContext): void {
    const worker = this.#workers.get(uid);
    if (!isUp(worker)) return;
    for (const volume of liveVolumes(worker.pod, this.#world.volumeWorld(worker.pod))) ctx.sendDatagram(`${this.#group}runtime`, { type: "cri/updateVolume", podUid: uid, volume });
  }

  #step(uid: string, event: PodWorkerEvent, ctx: ProcessContext): void {
    const before = this.#workers.get(uid);
    if (before === undefined) return;
    this.#world.nowUs = this.#nowUs(ctx);
    const { state, effects } = stepPodWorker(before, event, this.#world);
    if (state !== before) {
      this.#workers.set(uid, state);
      this.#load.changed(before, state);
      if (state.value === "finished") this.#claims.unmount(ctx, uid);
      if (state.value === "finished" && this.#admission.ended(uid)) ctx.setTimer("room", 1);
      if (state.value === "finished" && this.#shutdown !== null) ctx.setTimer("shutdown", 1);
    }
    for (const effect of effects) runEffect(this.#effects, state, effect, ctx);
    if (state !== before) this.#write(uid, ctx);
  }

  #write(uid: string, ctx: ProcessContext): void {
    const worker = this.#workers.get(uid);
    if (worker === undefined) return;
    if (worker.value === "finished" && (worker.termination?.why === "gone" || this.#statics?.leaves(uid) === true)) return this.#forget(worker, ctx);
    this.#writer.write(ctx, worker, this.#nowUs(ctx));
  }

  #forget(worker: PodWorkerState, ctx: ProcessContext): void {
    const { uid } = worker.pod.metadata;
    this.#workers.delete(uid);
    this.#load.changed(worker, null);
    this.#writer.forget(uid);
    ctx.sendDatagram(`${this.#group}runtime`, { type: "cri/removePod", podUid: uid });
    this.#objects.unfollow(ctx, uid, podReferences(worker.pod));
    this.#tokens.forget(ctx, worker.pod);
    this.#claims.forget(ctx, worker.pod);
    // There is more room now for those that wait to be resized.
    for (const other of this.#workers.values()) if (other.resize !== null && other.resize.pending !== null) ctx.setTimer(`pod/${other.pod.metadata.uid}/sync`, 1);
    ctx.cancelTimer(`pod/${uid}/sync`);
    ctx.cancelTimer(`pod/${uid}/retry`);
    this.#statics?.forgotten(ctx, uid);
  }

  #fetch(pod: Pod, ctx: ProcessContext): void {
    this.#objects.follow(pod.metadata.uid, podReferences(pod));
    this.#tokens.fetch(ctx, pod);
    this.#claims.fetch(ctx, pod);
    // New informers begin with the next event their clients see.
    for (const note of this.#clients.handle({ type: "timer", key: "" }, ctx)) this.#note(note, ctx);
  }
}
