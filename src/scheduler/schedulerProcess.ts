import { createClientSet } from "../client/clientSetImpl.ts";
import type { ClientNote, ClientSet, Informer } from "../client/clientSet.ts";
import { EventRecorder, referenceTo } from "../client/eventRecorder.ts";
import { objectPath } from "../client/paths.ts";
import { compareText } from "../base/compareText.ts";
import { isJsonObject, type Json, type JsonObject } from "../base/json.ts";
import { deepEqual } from "../base/deepEqual.ts";
import { formatRfc3339 } from "../base/rfc3339.ts";
import { nodeKind } from "../kinds/core/node/kind.ts";
import type { Node } from "../kinds/core/node/types.ts";
import { podKind } from "../kinds/core/pod/kind.ts";
import type { Pod } from "../kinds/core/pod/types.ts";
import { parseKeyText } from "../apimachinery/gvk.ts";
import type { Process, ProcessContext, ProcessEvent, ProcessId } from "../sim/process.ts";
import type { DurationUs } from "../sim/time.ts";
import { namespaceKind } from "../kinds/core/namespace/kind.ts";
import type { Namespace } from "../kinds/core/namespace/types.ts";
import { serviceKind } from "../kinds/core/service/kind.ts";
import type { Service } from "../kinds/core/service/types.ts";
import { replicaSetKind } from "../kinds/apps/replicaset/kind.ts";
import type { ReplicaSet } from "../kinds/apps/replicaset/types.ts";
import { persistentVolumeClaimKind } from "../kinds/core/persistentvolumeclaim/kind.ts";
import type { PersistentVolumeClaim } from "../kinds/core/persistentvolumeclaim/types.ts";
import { storageClassKind } from "../kinds/storage/storageclass/kind.ts";
import type { StorageClass } from "../kinds/storage/storageclass/types.ts";
import { SchedulerCache } from "./cache.ts";
import { viewOf, type ClusterView } from "./clusterView.ts";
import { decide, fitErrorText, type Decision } from "./cycle.ts";
import { DecisionLog, decisionText, keptDecision } from "./decisions.ts";
import type { ClusterEvent, SchedulerPlugin } from "./framework.ts";
import { mayHelp } from "./nodeChange.ts";
import { Nominator } from "./nominator.ts";
import { defaultPlugins } from "./plugins/index.ts";
import { podInfoOf, type PodInfo } from "./podInfo.ts";
import { planPreemption, type NoPreemption, type PreemptionPlan } from "./preemption.ts";
import { SchedulingQueue, type QueuedPod } from "./queue.ts";

/**
 * IMPLEMENTED: active, back-off and unschedulable queues with wake-up by cause; filters and scores of plugins/index.ts; node sampling;
 * assumed pods; binding; preemption by priority with nominated nodes; FailedScheduling text; decisions kept.
 * NOT IMPLEMENTED: volume plugins (but that pods wait for claims that are missing or unbound), NodeDeclaredFeatures, resource claims, replication controllers and stateful sets as owners in default spreading, several profiles,
 * extenders, disruption budgets (preemption heeds them, but their kind is not served).
 */
export interface SchedulerOptions {
  readonly server: ProcessId;
  readonly qps: number;
  readonly burst: number;
  /** Unix microseconds of virtual time 0. */
  readonly epochUs: number;
  readonly schedulerName: string;
  /** Virtual cost of one scheduling attempt, and of any other event. */
  readonly attemptCostUs: DurationUs;
  readonly eventCostUs: DurationUs;
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
  private readonly plugins: readonly SchedulerPlugin[] = defaultPlugins;
  private readonly clients: ClientSet;
  /** Events have a rate limit of their own: they never hold up bindings. */
  private readonly eventClients: ClientSet;
  private readonly pods: Informer<Pod>;
  private readonly nodes: Informer<Node>;
  private readonly services: Informer<Service>;
  private readonly replicaSets: Informer<ReplicaSet>;
  private readonly namespaces: Informer<Namespace>;
  private readonly claims: Informer<PersistentVolumeClaim>;
  private readonly storageClasses: Informer<StorageClass>;
  private readonly recorder: EventRecorder;
  private readonly queue = new SchedulingQueue(this.plugins);
  private cache = new SchedulerCache();
  private nominator = new Nominator();
  private viewed: ClusterView | null = null;
  private readonly decisions = new DecisionLog();
  /** Bound in the cache, not yet seen bound through the API. By "namespace/name". */
  private assumed = new Map<string, Assumed>();
  private nextStart = 0;

  constructor(id: ProcessId, options: SchedulerOptions) {
    this.id = id;
    this.options = options;
    this.clients = createClientSet({ server: options.server, identity, userAgent, qps: options.qps, burst: options.burst });
    this.pods = this.clients.informer("pods", { kind: podKind, fieldSelector: "status.phase!=Succeeded,status.phase!=Failed" });
    this.nodes = this.clients.informer("nodes", { kind: nodeKind });
    this.services = this.clients.informer("services", { kind: serviceKind });
    this.replicaSets = this.clients.informer("replicasets", { kind: replicaSetKind });
    this.namespaces = this.clients.informer("namespaces", { kind: namespaceKind });
    this.claims = this.clients.informer("persistentvolumeclaims", { kind: persistentVolumeClaimKind });
    this.storageClasses = this.clients.informer("storageclasses", { kind: storageClassKind });
    this.eventClients = createClientSet({ name: "events", server: options.server, identity, userAgent, qps: options.qps, burst: options.burst });
    this.recorder = new EventRecorder({ component: options.schedulerName, epochUs: options.epochUs, clients: this.eventClients });
  }

  cost(event: ProcessEvent): DurationUs {
    return event.type === "timer" && event.key === "schedule" ? this.options.attemptCostUs : this.options.eventCostUs;
  }

  handle(event: ProcessEvent, ctx: ProcessContext): void {
    if (event.type === "start") {
      this.clients.start(ctx);
      this.eventClients.start(ctx);
    }
    if (event.type === "timer") this.recorder.timer(ctx, event.key);
    for (const note of this.eventClients.handle(event, ctx)) this.recorder.answered(ctx, note);
    for (const note of this.clients.handle(event, ctx)) this.take(note, ctx);
    if (event.type === "timer" && event.key === "schedule" && this.clients.synced) this.scheduleOne(ctx);
    if (event.type === "timer" && event.key === "flush") this.flushLater(ctx);
    if (this.clients.synced && this.queue.ready) ctx.setTimer("schedule", 1);
  }

  private take(note: ClientNote, ctx: ProcessContext): void {
    if (note.type === "answer") this.answered(note.tag, note.response?.code ?? 0, note.response?.body ?? null, ctx);
    if (note.type !== "change") return;
    if (note.informer === "persistentvolumeclaims" || note.informer === "storageclasses") return ctx.withCause(note.cause, () => this.queue.wake("claimChange", ctx.now, ctx.cause));
    if (note.informer !== "nodes" && note.informer !== "pods") return;
    ctx.withCause(note.cause, () => {
      if (note.informer === "nodes") this.nodeChanged(note.change, note.object as Node, note.old as Node | null, ctx);
      else this.podChanged(note.change, note.object as Pod, note.old as Pod | null, ctx);
    });
  }

  private nodeChanged(change: "added" | "updated" | "deleted", node: Node, old: Node | null, ctx: ProcessContext): void {
    if (change === "deleted") {
      this.cache.removeNode(node.metadata.name);
      return this.queue.wake("nodeDelete", ctx.now, ctx.cause);
    }
    this.cache.setNode(node);
    if (change === "added") this.queue.wake("nodeAdd", ctx.now, ctx.cause);
    else if (old === null || mayHelp(node, old)) this.queue.wake("nodeUpdate", ctx.now, ctx.cause);
  }

  private podChanged(change: "added" | "updated" | "deleted", pod: Pod, old: Pod | null, ctx: ProcessContext): void {
    const info = podInfoOf(pod, old);
    if (change === "deleted") return this.podGone(info, ctx);
    if ((pod.spec.nodeName ?? "") !== "") return this.podPlaced(info, old, ctx);
    if (pod.spec.schedulerName !== this.options.schedulerName || this.assumed.has(info.key)) return;
    if (pod.metadata.deletionTimestamp !== undefined) {
      this.nominator.remove(info.key);
      return this.queue.remove(info.key);
    }
    this.nominator.tell(info, old?.status?.nominatedNodeName ?? "");
    if (this.plugins.some((plugin) => (plugin.preEnqueue?.(info) ?? null) !== null)) return this.queue.hold(info.key, info.priority, ctx.now, ctx.cause);
    if (!this.queue.has(info.key) || change === "added" || (old?.spec.schedulingGates ?? []).length > 0) this.queue.add(info.key, info.priority, ctx.now, ctx.cause);
    else if (old !== null && (!deepEqual(pod.spec, old.spec) || !deepEqual(pod.metadata.labels, old.metadata.labels))) this.queue.wakeOne(info.key, ctx.now, ctx.cause);
  }

  private podGone(pod: PodInfo, ctx: ProcessContext): void {
    this.queue.remove(pod.key);
    this.assumed.delete(pod.key);
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
      const waiting = this.pods.lister.get(parseKeyText(key));
      const plugin = this.plugins.find((known) => known.name === pluginName);
      return waiting === null || (plugin?.podMayHelp?.(podInfoOf(waiting), other, view) ?? true);
    });
  }

  /** It holds nothing of its own, so that one serves until the cache is another. */
  private view(): ClusterView {
    this.viewed ??= viewOf(this.cache, this.nominator, {
      services: (namespace) => this.services.lister.list(namespace),
      replicaSet: (namespace, name) => this.replicaSets.lister.get({ namespace, name }),
      namespaces: () => this.namespaces.lister.list(null).map((namespace) => namespace.metadata.name),
      namespaceLabels: (name) => this.namespaces.lister.get({ namespace: "", name })?.metadata.labels,
      disruptionBudgets: () => [],
      claim: (namespace, name) => this.claims.lister.get({ namespace, name }),
      storageClass: (name) => this.storageClasses.lister.get({ namespace: "", name }),
    });
    return this.viewed;
  }

  private scheduleOne(ctx: ProcessContext): void {
    const entry = this.queue.pop();
    if (entry === null) return;
    const pod = this.pods.lister.get(parseKeyText(entry.key));
    if (pod === null || (pod.spec.nodeName ?? "") !== "" || pod.metadata.deletionTimestamp !== undefined) return;
    ctx.withCause(entry.cause, () => {
      const info = podInfoOf(pod);
      const { decision, state } = decide(this.plugins, info, this.view(), this.nextStart, ctx.random.fork("ties"));
      this.nextStart = decision.nextStart;
      if (decision.chosen !== null) return this.bind(info, entry, decision, decision.chosen, ctx);
      const plan = planPreemption(this.plugins, state, info, decision, ctx.random.fork("preemption"));
      this.refuse(info, entry, decision, plan, ctx);
    });
    this.flushLater(ctx);
  }

  private bind(pod: PodInfo, entry: QueuedPod, decision: Decision, node: string, ctx: ProcessContext): void {
    this.decisions.keep(pod.key, keptDecision(decision, null, []));
    ctx.explain({ component: "scheduler", text: decisionText(decision), object: `pods/${pod.key}`, tone: "progress" });
    this.cache.setPod(pod, node);
    this.nominator.remove(pod.key);
    this.assumed.set(pod.key, { node, entry });
    const { name, namespace = "", uid } = pod.pod.metadata;
    this.clients.request(ctx, {
      verb: "create",
      path: objectPath(podKind, { namespace, name }, "binding"),
      body: { apiVersion: "v1", kind: "Binding", metadata: { name, namespace, uid }, target: { apiVersion: "v1", kind: "Node", name: node } },
    }, { type: "bind", pod: pod.key, uid });
  }

  private refuse(pod: PodInfo, entry: QueuedPod, decision: Decision, plan: PreemptionPlan | NoPreemption, ctx: ProcessContext): void {
    const preempts = "node" in plan;
    const victims = preempts ? plan.victims.map((victim) => victim.key) : [];
    const message = fitErrorText(decision, preempts || decision.nodeCount === 0 ? "" : `no new claims to deallocate, preemption: ${plan.message}`);
    this.decisions.keep(pod.key, keptDecision(decision, preempts ? plan.node : null, victims));
    const cause = ctx.explain({ component: "scheduler", text: message, object: `pods/${pod.key}`, tone: "warn" });
    this.queue.park(entry, decision.refusedBy, ctx.now, cause);
    this.recorder.record(ctx, { about: referenceTo(pod.pod), type: "Warning", reason: "FailedScheduling", action: "Scheduling", message });
    if (preempts) this.preempt(pod, plan, ctx);
    else if (plan.clearsNomination) this.nominator.remove(pod.key);
    this.writeRefusal(pod, message, preempts ? plan.node : plan.clearsNomination ? "" : null, ctx);
  }

  /** Makes room, and holds it for the pod. Follows framework/preemption, prepareCandidate. */
  private preempt(pod: PodInfo, plan: PreemptionPlan, ctx: ProcessContext): void {
    for (const victim of plan.victims) {
      if (victim.pod.metadata.deletionTimestamp !== undefined) continue;
      const { name, namespace = "", uid } = victim.pod.metadata;
      const message = `${this.options.schedulerName}: preempting to accommodate a higher priority pod`;
      this.patchStatus(victim, { conditions: [this.condition(victim, { type: "DisruptionTarget", status: "True", reason: "PreemptionByScheduler", message }, ctx)] }, ctx);
      this.clients.request(ctx, {
        verb: "delete",
        path: objectPath(podKind, { namespace, name }),
        body: { apiVersion: "v1", kind: "DeleteOptions", preconditions: { uid } },
      }, { type: "preempt" });
      this.recorder.record(ctx, { about: referenceTo(victim.pod), type: "Normal", reason: "Preempted", action: "Preempting", message: `Preempted by pod ${pod.pod.metadata.uid} on node ${plan.node}` });
    }
    // Pods of lower priority that were to run there may not fit any more.
    for (const other of [...this.nominator.on(plan.node).values()].sort((a, b) => compareText(a.key, b.key))) {
      if (other.priority >= pod.priority) continue;
      this.nominator.remove(other.key);
      this.patchStatus(other, { nominatedNodeName: null }, ctx);
    }
    this.nominator.set(pod, plan.node);
  }

  /** Upstream patches only what changed; `nominated` "" clears it, null leaves it. Follows schedule_one.go, handleSchedulingFailure. */
  private writeRefusal(pod: PodInfo, message: string, nominated: string | null, ctx: ProcessContext): void {
    const present = pod.pod.status?.conditions?.find((condition) => condition.type === "PodScheduled");
    const same = present?.status === "False" && present.reason === "Unschedulable" && present.message === message;
    const named = pod.pod.status?.nominatedNodeName ?? "";
    const renamed = nominated !== null && nominated !== named;
    if (same && !renamed) return;
    this.patchStatus(pod, {
      conditions: [this.condition(pod, { type: "PodScheduled", status: "False", reason: "Unschedulable", message }, ctx)],
      ...(renamed ? { nominatedNodeName: nominated === "" ? null : nominated } : {}),
    }, ctx);
  }

  private condition(pod: PodInfo, said: { readonly type: string; readonly status: string; readonly reason: string; readonly message: string }, ctx: ProcessContext): JsonObject {
    const present = pod.pod.status?.conditions?.find((condition) => condition.type === said.type);
    const stamp = formatRfc3339(this.options.epochUs + ctx.clock());
    return {
      ...said, lastProbeTime: null,
      lastTransitionTime: present?.status === said.status ? (present.lastTransitionTime ?? stamp) : stamp,
      ...(pod.pod.metadata.generation === undefined ? {} : { observedGeneration: pod.pod.metadata.generation }),
    };
  }

  private patchStatus(pod: PodInfo, status: JsonObject, ctx: ProcessContext): void {
    const { name, namespace = "", uid } = pod.pod.metadata;
    this.clients.request(ctx, {
      verb: "patch",
      path: objectPath(podKind, { namespace, name }, "status"),
      contentType: "application/strategic-merge-patch+json",
      body: { metadata: { uid }, status },
    }, { type: "condition" });
  }

  private answered(tag: Json, code: number, body: Json, ctx: ProcessContext): void {
    if (!isJsonObject(tag) || tag["type"] !== "bind" || typeof tag["pod"] !== "string") return;
    const key = tag["pod"];
    const pod = this.pods.lister.get(parseKeyText(key));
    const assumed = this.assumed.get(key);
    if (code === 201) {
      // The watch may have told of the binding first; the event is due all the same.
      const node = assumed?.node ?? pod?.spec.nodeName ?? "";
      if (pod !== null && pod.metadata.uid === tag["uid"]) this.recorder.record(ctx, { about: referenceTo(pod), type: "Normal", reason: "Scheduled", action: "Binding", message: `Successfully assigned ${key} to ${node}` });
      return;
    }
    if (assumed === undefined) return;
    this.assumed.delete(key);
    this.cache.removePod(key);
    ctx.trace({ type: "bindFailed", pod: key, code, body });
    // Gone, or bound by somebody else: the watch tells what is left to do.
    if (pod === null || pod.metadata.uid !== tag["uid"] || (pod.spec.nodeName ?? "") !== "") return;
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
    if (question["type"] === "queue") return this.queue.depths();
    if (question["type"] === "waiting") return { ...this.queue.depths(), pods: this.queue.waiting(Number(question["keys"] ?? 0)) } as unknown as Json;
    return null;
  }

  snapshot(): Json {
    return {
      clients: this.clients.snapshot(), eventClients: this.eventClients.snapshot(), recorder: this.recorder.snapshot(), queue: this.queue.snapshot(), decisions: this.decisions.snapshot(),
      assumed: [...this.assumed] as unknown as Json, nextStart: this.nextStart, nominated: this.nominator.entries() as unknown as Json,
    };
  }

  restore(data: Json): void {
    if (!isJsonObject(data)) throw new Error("scheduler: not a snapshot");
    this.clients.restore(data["clients"] ?? null);
    this.eventClients.restore(data["eventClients"] ?? null);
    this.recorder.restore(data["recorder"] ?? null);
    this.queue.restore(data["queue"] ?? []);
    this.decisions.restore(data["decisions"] ?? []);
    this.assumed = new Map(data["assumed"] as unknown as readonly (readonly [string, Assumed])[]);
    this.nextStart = Number(data["nextStart"]);
    // The cache is what the informers and the assumed pods say: it is not state of its own.
    this.cache = new SchedulerCache();
    for (const node of this.nodes.lister.list(null)) this.cache.setNode(node);
    for (const pod of this.pods.lister.list(null)) {
      const info = podInfoOf(pod);
      const place = this.assumed.get(info.key)?.node ?? pod.spec.nodeName ?? "";
      if (place !== "") this.cache.setPod(info, place);
    }
    this.nominator = new Nominator();
    this.viewed = null;
    for (const [key, node] of data["nominated"] as unknown as readonly (readonly [string, string])[]) {
      const pod = this.pods.lister.get(parseKeyText(key));
      if (pod !== null) this.nominator.set(podInfoOf(pod), node);
    }
  }
}
