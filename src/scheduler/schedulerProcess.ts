import { createClientSet } from "../client/clientSetImpl.ts";
import type { ClientNote, ClientSet } from "../client/clientSet.ts";
import { EventRecorder, referenceTo, type EventNote } from "../client/eventRecorder.ts";
import { LeaderElector } from "../client/leaderElection.ts";
import { compareText } from "../base/compareText.ts";
import { isJsonObject, type Json } from "../base/json.ts";
import { deepEqual } from "../base/deepEqual.ts";
import type { Node } from "../kinds/core/node/types.ts";
import type { Pod } from "../kinds/core/pod/types.ts";
import { parseKeyText } from "../apimachinery/gvk.ts";
import type { Process, ProcessContext, ProcessEvent, ProcessId } from "../sim/process.ts";
import type { DurationUs } from "../sim/time.ts";
import { SchedulerCache } from "./cache.ts";
import { createClusterReader, type ClusterReader } from "./clusterReader.ts";
import { viewOf, type ClusterView } from "./clusterView.ts";
import type { SchedulerConfiguration } from "./configuration.ts";
import { decide, fitErrorText, type Decision } from "./cycle.ts";
import { DecisionLog, decisionText, keptDecision } from "./decisions.ts";
import type { ClusterEvent, CycleState, SchedulerPlugin } from "./framework.ts";
import { mayHelp } from "./nodeChange.ts";
import { Nominator } from "./nominator.ts";
import { volumePlan } from "./plugins/volumeBinding.ts";
import { podInfoOf, type PodInfo } from "./podInfo.ts";
import { PodWriter } from "./podWriter.ts";
import { profilesOf, type Profile } from "./profiles.ts";
import { planPreemption, type NoPreemption, type PreemptionPlan } from "./preemption.ts";
import { SchedulingQueue, type QueuedPod } from "./queue.ts";
import { storageEvent } from "./storageEvents.ts";
import { VolumeBinder, volumePollUs } from "./volumeBinder.ts";

/** What is simulated, and what is not, stands in honesty.ts. */
export interface SchedulerOptions {
  readonly server: ProcessId;
  readonly qps: number;
  readonly burst: number;
  /** Unix microseconds of virtual time 0. */
  readonly epochUs: number;
  /** Profiles and what they are made of: one of upstream's defaults where it is not given. */
  readonly configuration?: SchedulerConfiguration;
  /** Virtual cost of one scheduling attempt, and of any other event. */
  readonly attemptCostUs: DurationUs;
  readonly eventCostUs: DurationUs;
  /** Name of the machine, as a candidate for the lease kube-scheduler says it; without it nobody is asked (--leader-elect=false). */
  readonly hostname?: string;
}

interface Assumed {
  readonly node: string;
  readonly entry: QueuedPod;
}

const userAgent = "kube-scheduler/v1.36.2 (linux/amd64) kubernetes/scheduler";
const identity = { type: "user", name: "system:kube-scheduler", groups: ["system:authenticated"] } as const;

export function createScheduler(id: ProcessId, options: SchedulerOptions): Process {
  return new SchedulerProcess(id, options);
}

class SchedulerProcess implements Process {
  readonly id: ProcessId;
  private readonly options: SchedulerOptions;
  private readonly profiles: ReadonlyMap<string, Profile>;
  private readonly clients: ClientSet;
  /** Events have a rate limit of their own: they never hold up bindings. */
  private readonly eventClients: ClientSet;
  private readonly volumes = new VolumeBinder();
  private readonly reader: ClusterReader;
  private readonly writer: PodWriter;
  /** By scheduler name, which their events tell. */
  private readonly recorders: ReadonlyMap<string, EventRecorder>;
  private readonly elector: LeaderElector | null;
  private readonly queue: SchedulingQueue;
  private cache = new SchedulerCache();
  private nominator = new Nominator();
  private viewed: ClusterView | null = null;
  private readonly decisions = new DecisionLog();
  /** Bound in the cache, not yet seen bound through the API. By "namespace/name". */
  private assumed = new Map<string, Assumed>();
  private nextStart = 0;
  /** Attempts since it began, by "<profile>|<result>": scheduler_schedule_attempts_total. */
  private attempts = new Map<string, number>();

  constructor(id: ProcessId, options: SchedulerOptions) {
    this.id = id;
    this.options = options;
    this.clients = createClientSet({ server: options.server, identity, userAgent, qps: options.qps, burst: options.burst });
    this.reader = createClusterReader(this.clients, this.volumes);
    this.writer = new PodWriter(this.clients, options.epochUs);
    this.eventClients = createClientSet({ name: "events", server: options.server, identity, userAgent, qps: options.qps, burst: options.burst });
    const profiles = profilesOf(options.configuration);
    this.profiles = new Map(profiles.map((profile) => [profile.schedulerName, profile]));
    this.queue = new SchedulingQueue(profiles.flatMap(({ plugins }) => plugins));
    this.recorders = new Map(profiles.map(({ schedulerName }) => [schedulerName, new EventRecorder({ component: schedulerName, epochUs: options.epochUs, clients: this.eventClients })]));
    const { hostname } = options;
    this.elector = hostname === undefined ? null : new LeaderElector({ ...options, hostname, identity, userAgent, lease: "kube-scheduler", eventComponent: profiles[0]?.schedulerName ?? "" });
  }

  cost(event: ProcessEvent): DurationUs {
    return event.type === "timer" && event.key === "schedule" ? this.options.attemptCostUs : this.options.eventCostUs;
  }

  handle(event: ProcessEvent, ctx: ProcessContext): void {
    if (event.type === "start") {
      this.clients.start(ctx);
      this.eventClients.start(ctx);
      this.elector?.start(ctx);
    } else if (this.elector?.handle(event, ctx) === true) return this.scheduleSoon(ctx);
    if (event.type === "timer") for (const recorder of this.recorders.values()) recorder.timer(ctx, event.key);
    for (const note of this.eventClients.handle(event, ctx)) for (const recorder of this.recorders.values()) recorder.answered(ctx, note);
    for (const note of this.clients.handle(event, ctx)) this.take(note, ctx);
    if (event.type === "timer" && event.key === "schedule" && this.clients.synced) this.scheduleOne(ctx);
    if (event.type === "timer" && event.key === "flush") this.flushLater(ctx);
    if (event.type === "timer" && event.key === "volumes") this.volumesBound(ctx);
    this.scheduleSoon(ctx);
  }

  /** One that waits for the lease follows what happens in the cluster, as upstream's does, and decides nothing. */
  private scheduleSoon(ctx: ProcessContext): void {
    if (this.queue.ready && this.clients.synced && this.elector?.leading !== false) ctx.setTimer("schedule", 1);
  }

  private take(note: ClientNote, ctx: ProcessContext): void {
    if (note.type === "answer") this.answered(note.tag, note.response?.code ?? 0, note.response?.body ?? null, ctx);
    if (note.type !== "change") return;
    if (note.informer !== "nodes" && note.informer !== "pods") return this.storageChanged(note, ctx);
    ctx.withCause(note.cause, () => {
      if (note.informer === "nodes") this.nodeChanged(note.change, note.object as Node, note.old as Node | null, ctx);
      else this.podChanged(note.change, note.object as Pod, note.old as Pod | null, ctx);
    });
  }

  private storageChanged(note: Extract<ClientNote, { type: "change" }>, ctx: ProcessContext): void {
    const event = storageEvent(note.informer, note.change, note.object, note.old);
    if (event === null || !this.queue.awaitsEvents) return;
    const { namespace, name } = note.object.metadata;
    ctx.withCause(note.cause, () => this.queue.wake(event, ctx.now, ctx.cause, (key) => {
      if (event !== "claimChange") return true;
      const waiting = this.waitingPod(key);
      return waiting === null || (waiting.pod.metadata.namespace === namespace && waiting.volumes.claims.some((claim) => claim.name === name));
    }));
  }

  private waitingPod(key: string): PodInfo | null {
    const pod = this.reader.pods.lister.get(parseKeyText(key));
    return pod === null ? null : podInfoOf(pod);
  }

  private nodeChanged(change: "added" | "updated" | "deleted", node: Node, old: Node | null, ctx: ProcessContext): void {
    if (change === "deleted") {
      this.cache.removeNode(node.metadata.name);
      return this.queue.wake("nodeDelete", ctx.now, ctx.cause);
    }
    this.cache.setNode(node);
    if (change === "updated" && old !== null && !mayHelp(node, old)) return;
    this.queue.wake(change === "added" ? "nodeAdd" : "nodeUpdate", ctx.now, ctx.cause, (key, pluginName) => {
      const waiting = this.waitingPod(key);
      return waiting === null || (this.pluginOf(waiting, pluginName)?.nodeMayHelp?.(waiting, node, old) ?? true);
    });
  }

  private podChanged(change: "added" | "updated" | "deleted", pod: Pod, old: Pod | null, ctx: ProcessContext): void {
    const info = podInfoOf(pod, old);
    if (change === "deleted") return this.podGone(info, ctx);
    if ((pod.spec.nodeName ?? "") !== "") return this.podPlaced(info, old, ctx);
    const profile = this.profiles.get(pod.spec.schedulerName ?? "");
    // Somebody else's.
    if (profile === undefined || this.assumed.has(info.key)) return;
    if (pod.metadata.deletionTimestamp !== undefined) {
      this.nominator.remove(info.key);
      return this.queue.remove(info.key);
    }
    this.nominator.tell(info, old?.status?.nominatedNodeName ?? "");
    if (profile.plugins.some((plugin) => (plugin.preEnqueue?.(info) ?? null) !== null)) return this.queue.hold(info.key, info.priority, ctx.now, ctx.cause);
    if (!this.queue.has(info.key) || change === "added" || (old?.spec.schedulingGates ?? []).length > 0) this.queue.add(info.key, info.priority, ctx.now, ctx.cause);
    else if (old !== null && (!deepEqual(pod.spec, old.spec) || !deepEqual(pod.metadata.labels, old.metadata.labels))) this.queue.wakeOne(info.key, ctx.now, ctx.cause);
  }

  private podGone(pod: PodInfo, ctx: ProcessContext): void {
    this.queue.remove(pod.key);
    this.assumed.delete(pod.key);
    this.volumes.drop(pod.key);
    const heldRoom = this.nominator.nodeFor(pod.key) !== null;
    this.nominator.remove(pod.key);
    const placed = this.cache.placedOn(pod.key) !== null;
    this.cache.removePod(pod.key);
    if (placed || heldRoom) this.wakeByPod("podDelete", pod, ctx);
  }

  private podPlaced(pod: PodInfo, old: Pod | null, ctx: ProcessContext): void {
    this.queue.remove(pod.key);
    this.assumed.delete(pod.key);
    this.nominator.remove(pod.key);
    this.cache.setPod(pod, pod.pod.spec.nodeName ?? "");
    if ((old?.spec.nodeName ?? "") === "") return this.wakeByPod("podAdd", pod, ctx);
    if (old === null) return;
    const before = podInfoOf(old);
    if (pod.requests.cpuMilli < before.requests.cpuMilli || pod.requests.memoryBytes < before.requests.memoryBytes) this.wakeByPod("podScaleDown", pod, ctx);
    if (deepEqual(pod.pod.metadata.labels ?? {}, old.metadata.labels ?? {}) && pod.pod.metadata.deletionTimestamp === old.metadata.deletionTimestamp) return;
    // Whoever was kept away by the old labels may come now, and whoever waits for the new ones.
    this.wakeByPod("podRelabel", before, ctx);
    this.wakeByPod("podRelabel", pod, ctx);
  }

  private wakeByPod(event: ClusterEvent, other: PodInfo, ctx: ProcessContext): void {
    if (!this.queue.awaitsEvents) return;
    const view = this.view();
    this.queue.wake(event, ctx.now, ctx.cause, (key, pluginName) => {
      const waiting = this.waitingPod(key);
      return waiting === null || (this.pluginOf(waiting, pluginName)?.podMayHelp?.(waiting, other, view) ?? true);
    });
  }

  private pluginOf(pod: PodInfo, name: string): SchedulerPlugin | undefined {
    return this.profiles.get(pod.pod.spec.schedulerName ?? "")?.plugins.find((known) => known.name === name);
  }

  private count({ spec }: Pod, result: "scheduled" | "unschedulable" | "error"): void {
    const key = `${spec.schedulerName ?? ""}|${result}`;
    this.attempts.set(key, (this.attempts.get(key) ?? 0) + 1);
  }

  private record(pod: PodInfo, about: Pod, note: Omit<EventNote, "about">, ctx: ProcessContext): void {
    this.recorders.get(pod.pod.spec.schedulerName ?? "")?.record(ctx, { about: referenceTo(about), ...note });
  }

  /** It holds nothing of its own, so that one serves until the cache is another. */
  private view(): ClusterView {
    this.viewed ??= viewOf(this.cache, this.nominator, this.reader.objects);
    return this.viewed;
  }

  private scheduleOne(ctx: ProcessContext): void {
    const entry = this.queue.pop();
    if (entry === null) return;
    const pod = this.reader.pods.lister.get(parseKeyText(entry.key));
    if (pod === null || (pod.spec.nodeName ?? "") !== "" || pod.metadata.deletionTimestamp !== undefined) return;
    const profile = this.profiles.get(pod.spec.schedulerName ?? "");
    if (profile === undefined) return;
    ctx.withCause(entry.cause, () => {
      const info = podInfoOf(pod);
      const { decision, state } = decide(profile.plugins, info, this.view(), this.nextStart, ctx.random.fork("ties"), profile.percentageOfNodesToScore);
      this.nextStart = decision.nextStart;
      if (decision.chosen !== null) return this.place(info, entry, decision, state, decision.chosen, ctx);
      const plan = profile.preempts ? planPreemption(profile.plugins, state, info, decision, ctx.random.fork("preemption")) : null;
      this.refuse(info, entry, decision, plan, profile, ctx);
    });
    this.flushLater(ctx);
  }

  private place(pod: PodInfo, entry: QueuedPod, decision: Decision, state: CycleState, node: string, ctx: ProcessContext): void {
    this.decisions.keep(pod.key, keptDecision(decision, null, []));
    ctx.explain({ component: "scheduler", text: decisionText(decision), object: `pods/${pod.key}`, tone: "progress" });
    this.cache.setPod(pod, node);
    this.nominator.remove(pod.key);
    this.assumed.set(pod.key, { node, entry });
    const target = pod.volumes.claims.length === 0 ? null : this.cache.node(node);
    const plan = target === null ? null : volumePlan(state, target.node);
    if (plan === null || plan.bindings.length + plan.provisions.length === 0) return this.writer.bind(pod, node, ctx);
    this.writer.nominate(pod, node, ctx);
    for (const { request, tag } of this.volumes.begin(pod.key, node, plan, ctx.now)) this.clients.request(ctx, request, tag);
    ctx.setTimer("volumes", volumePollUs);
  }

  /** Binds pods whose volumes are bound by now, and schedules others again. */
  private volumesBound(ctx: ProcessContext): void {
    const { pods, nodes, claims, volumes } = this.reader;
    const ended = this.volumes.ended({
      claim: (namespace, name) => claims.lister.get({ namespace, name }),
      volume: (name) => volumes.lister.get({ namespace: "", name }),
      node: (name) => nodes.lister.get({ namespace: "", name }),
    }, ctx.now);
    for (const { pod: key, failure } of ended) {
      const pod = pods.lister.get(parseKeyText(key));
      const assumed = this.assumed.get(key);
      if (pod === null || assumed === undefined) continue;
      ctx.withCause(assumed.entry.cause, () => {
        if (failure === null) this.writer.bind(podInfoOf(pod), assumed.node, ctx);
        else this.unplace(podInfoOf(pod), assumed.entry, `running PreBind plugin "VolumeBinding": ${failure}`, ctx);
      });
    }
    if (!this.volumes.idle) ctx.setTimer("volumes", volumePollUs);
  }

  /** What was to be written before the pod is bound failed. Follows schedule_one.go, handleBindingCycleError. */
  private unplace(pod: PodInfo, entry: QueuedPod, message: string, ctx: ProcessContext): void {
    this.assumed.delete(pod.key);
    this.cache.removePod(pod.key);
    this.wakeByPod("podDelete", pod, ctx);
    this.count(pod.pod, "error");
    this.queue.park(entry, [], ctx.now, ctx.cause);
    this.queue.wakeOne(pod.key, ctx.now, ctx.cause);
    this.record(pod, pod.pod, { type: "Warning", reason: "FailedScheduling", action: "Scheduling", message }, ctx);
    this.writer.refuse(pod, "SchedulerError", message, "", ctx);
  }

  private refuse(pod: PodInfo, entry: QueuedPod, decision: Decision, plan: PreemptionPlan | NoPreemption | null, profile: Profile, ctx: ProcessContext): void {
    const preempts = plan !== null && "node" in plan;
    const victims = preempts ? plan.victims.map((victim) => victim.key) : [];
    const tried = [...(profile.deallocates ? ["no new claims to deallocate"] : []), ...(plan === null || preempts ? [] : [`preemption: ${plan.message}`])];
    const message = fitErrorText(decision, preempts || decision.nodeCount === 0 ? "" : tried.join(", "));
    this.decisions.keep(pod.key, keptDecision(decision, preempts ? plan.node : null, victims));
    const cause = ctx.explain({ component: "scheduler", text: message, object: `pods/${pod.key}`, tone: "warn" });
    this.count(pod.pod, "unschedulable");
    this.queue.park(entry, decision.refusedBy, ctx.now, cause);
    this.record(pod, pod.pod, { type: "Warning", reason: "FailedScheduling", action: "Scheduling", message }, ctx);
    if (preempts) this.preempt(pod, plan, ctx);
    else if (plan?.clearsNomination === true) this.nominator.remove(pod.key);
    this.writer.refuse(pod, "Unschedulable", message, preempts ? plan.node : plan?.clearsNomination === true ? "" : null, ctx);
  }

  /** Makes room, and holds it for the pod. Follows framework/preemption, prepareCandidate. */
  private preempt(pod: PodInfo, plan: PreemptionPlan, ctx: ProcessContext): void {
    for (const victim of plan.victims) {
      if (victim.pod.metadata.deletionTimestamp !== undefined) continue;
      this.writer.evict(victim, pod.pod.spec.schedulerName ?? "", ctx);
      this.record(pod, victim.pod, { type: "Normal", reason: "Preempted", action: "Preempting", message: `Preempted by pod ${pod.pod.metadata.uid} on node ${plan.node}` }, ctx);
    }
    // Pods of lower priority that were to run there may not fit any more.
    for (const other of [...this.nominator.on(plan.node).values()].sort((a, b) => compareText(a.key, b.key))) {
      if (other.priority >= pod.priority) continue;
      this.nominator.remove(other.key);
      this.writer.nominate(other, null, ctx);
    }
    this.nominator.set(pod, plan.node);
  }

  private answered(tag: Json, code: number, body: Json, ctx: ProcessContext): void {
    if (isJsonObject(tag) && tag["type"] === "volume") return this.volumes.answered(tag, code, body);
    if (!isJsonObject(tag) || tag["type"] !== "bind" || typeof tag["pod"] !== "string") return;
    const key = tag["pod"];
    const pod = this.reader.pods.lister.get(parseKeyText(key));
    const assumed = this.assumed.get(key);
    if (code === 201) {
      if (pod !== null) this.count(pod, "scheduled");
      // The watch may have told of the binding first; the event is due all the same.
      const node = assumed?.node ?? pod?.spec.nodeName ?? "";
      if (pod !== null && pod.metadata.uid === tag["uid"]) this.record(podInfoOf(pod), pod, { type: "Normal", reason: "Scheduled", action: "Binding", message: `Successfully assigned ${key} to ${node}` }, ctx);
      return;
    }
    if (assumed === undefined) return;
    this.assumed.delete(key);
    this.cache.removePod(key);
    ctx.trace({ type: "bindFailed", pod: key, code, body });
    // Gone, or bound by somebody else: the watch tells what is left to do.
    if (pod === null || pod.metadata.uid !== tag["uid"] || (pod.spec.nodeName ?? "") !== "") return;
    this.count(pod, "error");
    this.queue.park(assumed.entry, [], ctx.now, ctx.cause);
    this.queue.wakeOne(key, ctx.now, ctx.cause);
  }

  private flushLater(ctx: ProcessContext): void {
    const next = this.queue.flush(ctx.now);
    if (next !== null) ctx.setTimer("flush", Math.max(1, next - ctx.now));
  }

  observe(question: Json): Json {
    if (!isJsonObject(question)) return null;
    if (question["type"] === "decision") return this.decisions.of(`${String(question["namespace"])}/${String(question["pod"])}`) as unknown as Json;
    if (question["type"] === "election") return this.elector?.observe() ?? null;
    if (question["type"] === "queue") return this.queue.depths();
    if (question["type"] === "metrics") return this.elector?.leading === false ? null : { ...this.queue.depths(), attempts: [...this.attempts] } as unknown as Json;
    if (question["type"] === "waiting") return this.elector?.leading === false ? null : { ...this.queue.depths(), pods: this.queue.waiting(Number(question["keys"] ?? 0)) } as unknown as Json;
    return null;
  }

  snapshot(): Json {
    return {
      elector: this.elector?.snapshot() ?? null, clients: this.clients.snapshot(), eventClients: this.eventClients.snapshot(), recorders: [...this.recorders.values()].map((recorder) => recorder.snapshot()), queue: this.queue.snapshot(), decisions: this.decisions.snapshot(),
      assumed: [...this.assumed] as unknown as Json, nextStart: this.nextStart, nominated: this.nominator.entries() as unknown as Json, volumes: this.volumes.snapshot(), attempts: [...this.attempts] as unknown as Json,
    };
  }

  restore(data: Json): void {
    if (!isJsonObject(data)) throw new Error("scheduler: not a snapshot");
    this.elector?.restore(data["elector"] ?? null);
    this.clients.restore(data["clients"] ?? null);
    this.eventClients.restore(data["eventClients"] ?? null);
    const recorders = data["recorders"] as readonly Json[];
    for (const [index, recorder] of [...this.recorders.values()].entries()) recorder.restore(recorders[index] ?? null);
    this.queue.restore(data["queue"] ?? []);
    this.decisions.restore(data["decisions"] ?? []);
    this.assumed = new Map(data["assumed"] as unknown as readonly (readonly [string, Assumed])[]);
    this.nextStart = Number(data["nextStart"]);
    this.attempts = new Map(data["attempts"] as unknown as readonly (readonly [string, number])[]);
    this.volumes.restore(data["volumes"] ?? []);
    // The cache is what the informers and the assumed pods say: it is not state of its own.
    this.cache = new SchedulerCache();
    for (const node of this.reader.nodes.lister.list(null)) this.cache.setNode(node);
    for (const pod of this.reader.pods.lister.list(null)) {
      const info = podInfoOf(pod);
      const place = this.assumed.get(info.key)?.node ?? pod.spec.nodeName ?? "";
      if (place !== "") this.cache.setPod(info, place);
    }
    this.nominator = new Nominator();
    this.viewed = null;
    for (const [key, node] of data["nominated"] as unknown as readonly (readonly [string, string])[]) {
      const pod = this.reader.pods.lister.get(parseKeyText(key));
      if (pod !== null) this.nominator.set(podInfoOf(pod), node);
    }
  }
}
