import type { ApiResponse } from "../../apimachinery/apiRequest.ts";
import type { ObjectKey } from "../../apimachinery/gvk.ts";
import type { Json } from "../../base/json.ts";
import type { Change, ControllerContext, ControllerDefinition, ReconcileContext, ReconcileResult } from "../../client/controller.ts";
import { indexesOf } from "../../client/controller.ts";
import type { WriteOp } from "../../client/writes.ts";
import { patchOp, updateStatusOp } from "../../client/writes.ts";
import { leaseKind } from "../../kinds/coordination/lease/kind.ts";
import { nodeKind } from "../../kinds/core/node/kind.ts";
import type { Node, Taint } from "../../kinds/core/node/types.ts";
import { podKind } from "../../kinds/core/pod/kind.ts";
import { second } from "../../sim/time.ts";
import type { DurationUs, SimTime } from "../../sim/time.ts";
import { nodeNameIndex, nodeNameIndexOf } from "../podsByNode.ts";
import { sameTaint, withTaints } from "../taints.ts";
import type { Heard } from "./nodeHealth.ts";
import { hear, isManagedNoExecute, isManagedNoSchedule, isReady, isSilent, noExecuteTaint, noScheduleTaints, silentConditions } from "./nodeHealth.ts";
import { isOnLostNode, markPodsNotReady, podOfPath, podsComingToLostNode } from "./podsNotReady.ts";
import { isAllDisrupted, taintIntervalUs, zoneOf, zonesOf } from "./zones.ts";

// Follows pkg/controller/nodelifecycle/node_lifecycle_controller.go.

const monitorPeriodUs = 5 * second;
const monitorTimer = "monitor";
const leaseNamespace = "kube-node-lease";

/** Watches that nodes live, and taints those that do not. Keys are nodes, and pods that come to a node that is not ready. */
export class NodeLifecycleController implements ControllerDefinition<Node> {
  readonly name = "nodelifecycle";
  readonly account = "node-controller";
  readonly for = nodeKind;
  readonly owns = [];
  readonly watches = [
    { kind: podKind, map: podsComingToLostNode },
    { kind: nodeKind, map: othersOfNode },
  ];
  readonly reads = [leaseKind];
  readonly indexes = [indexesOf(podKind, { [nodeNameIndex]: nodeNameIndexOf })];
  readonly concurrency = 8;
  readonly #heard = new Map<string, Heard>();
  /** When a zone may have its next NoExecute taint. */
  readonly #nextTaintAt = new Map<string, SimTime>();

  started(ctx: ControllerContext): void {
    this.timer(monitorTimer, ctx);
  }

  /** Looks at all nodes every five seconds, as upstream's monitor does. */
  timer(_key: string, ctx: ControllerContext): void {
    ctx.setTimer(monitorTimer, monitorPeriodUs);
    for (const node of ctx.lister(nodeKind).list(null)) {
      const { name } = node.metadata;
      if (!this.#heard.has(name) || (isSilent(this.#listen(node, ctx), node, ctx.now) && silentConditions(node, "") !== null)) ctx.enqueue({ namespace: "", name });
    }
  }

  reconcile(key: ObjectKey, ctx: ReconcileContext): ReconcileResult {
    if (key.namespace !== "") return markPod(key, ctx);
    const node = ctx.lister(nodeKind).get(key);
    if (node === null) {
      if (this.#heard.delete(key.name)) recordNode(ctx, key.name, key.name, "RemovingNode", `Node ${key.name} event: Removing Node ${key.name} from Controller`);
      return {};
    }
    if (!this.#heard.has(key.name)) recordNode(ctx, key.name, node.metadata.uid, "RegisteredNode", `Node ${key.name} event: Registered Node ${key.name} in Controller`);
    if (isSilent(this.#listen(node, ctx), node, ctx.now)) {
      const conditions = silentConditions(node, ctx.timestamp);
      if (conditions !== null) return declareSilent(node, { ...node, status: { ...node.status, conditions } }, ctx);
    }
    const labels = missingLabels(node);
    if (labels !== null) {
      ctx.because(`gave node ${key.name} the older names of its labels`);
      ctx.write(patchOp(nodeKind, key, { metadata: { labels } }));
    }
    return this.#taint(node, ctx);
  }

  /** A pod that could not be marked is tried again by itself. */
  refused(_key: ObjectKey, op: WriteOp, _response: ApiResponse | null, ctx: ReconcileContext): "fail" {
    const pod = podOfPath(op.path);
    if (pod !== null) ctx.enqueue(pod);
    return "fail";
  }

  snapshot(): Json {
    return { heard: [...this.#heard], nextTaintAt: [...this.#nextTaintAt] } as unknown as Json;
  }

  restore(data: Json): void {
    const saved = data as unknown as { heard: readonly (readonly [string, Heard])[]; nextTaintAt: readonly (readonly [string, SimTime])[] };
    this.reset();
    for (const [name, entry] of saved.heard) this.#heard.set(name, entry);
    for (const [zone, at] of saved.nextTaintAt) this.#nextTaintAt.set(zone, at);
  }

  reset(): void {
    this.#heard.clear();
    this.#nextTaintAt.clear();
  }

  #listen(node: Node, ctx: ControllerContext): Heard {
    const { name } = node.metadata;
    const before = this.#heard.get(name);
    const latest = hear(before, node, ctx.lister(leaseKind).get({ namespace: leaseNamespace, name }), ctx.now, ctx.unixUs);
    if (latest !== before) this.#heard.set(name, latest);
    return latest;
  }

  /** Writes the taints that the conditions call for. NoExecute taints come one at a time in a zone. */
  #taint(node: Node, ctx: ReconcileContext): ReconcileResult {
    const before = node.spec.taints ?? [];
    const noSchedule = withTaints(before, noScheduleTaints(node, ctx.timestamp), isManagedNoSchedule);
    const wanted = noExecuteTaint(node, ctx.timestamp);
    const delay = this.#evictionDelay(node, wanted, ctx);
    const allowed = wanted === null || delay === "never" ? [] : delay === 0 ? [wanted] : before.filter(isManagedNoExecute);
    const taints = withTaints(noSchedule, allowed, isManagedNoExecute);
    if (taints !== before) {
      const { name, resourceVersion } = node.metadata;
      ctx.because(taintText(node, before, taints));
      ctx.write(patchOp(nodeKind, { namespace: "", name }, { metadata: { resourceVersion }, spec: { taints: taints.length === 0 ? null : (taints as unknown as Json) } }, "application/merge-patch+json"));
      if (delay === 0 && wanted !== null && !before.some(isManagedNoExecute)) this.#nextTaintAt.set(zoneOf(node), (ctx.now + (intervalOf(node, ctx) ?? 0)) as SimTime);
    }
    return typeof delay === "number" && delay > 0 ? { requeueAfterUs: delay } : {};
  }

  /** Microseconds until the node may get its NoExecute taint; "never" while things are as they are. */
  #evictionDelay(node: Node, wanted: Taint | null, ctx: ReconcileContext): DurationUs | "never" {
    if (wanted === null) return 0;
    if (isAllDisrupted(zonesOf(ctx.lister(nodeKind).list(null)))) return "never";
    // Not ready and unreachable take each other's place at once.
    if (node.spec.taints?.some(isManagedNoExecute) === true) return 0;
    if (intervalOf(node, ctx) === null) return monitorPeriodUs;
    return Math.max(0, (this.#nextTaintAt.get(zoneOf(node)) ?? 0) - ctx.now);
  }
}

function intervalOf(node: Node, ctx: ReconcileContext): DurationUs | null {
  const zone = zonesOf(ctx.lister(nodeKind).list(null)).get(zoneOf(node));
  return zone === undefined ? 0 : taintIntervalUs(zone);
}

function markPod(key: ObjectKey, ctx: ReconcileContext): ReconcileResult {
  const pod = ctx.lister(podKind).get(key);
  if (pod !== null && isOnLostNode(pod, ctx)) markPodsNotReady([pod], pod.spec.nodeName ?? "", ctx);
  return {};
}

/** The state of the zones has changed: what was held back for it may go on. */
function othersOfNode(change: Change, ctx: ControllerContext): readonly ObjectKey[] {
  const sameReadiness = change.old !== null && change.change !== "deleted" && isReady(change.old as Node) === isReady(change.object as Node);
  if (sameReadiness) return [];
  return ctx.lister(nodeKind).list(null).filter((node) => !isReady(node)).map((node) => ({ namespace: "", name: node.metadata.name }));
}

function declareSilent(before: Node, node: Node, ctx: ReconcileContext): ReconcileResult {
  const { name } = node.metadata;
  ctx.because(`declared node ${name} unknown: its kubelet has not been heard of for 50 s`);
  ctx.write(updateStatusOp(nodeKind, node));
  if (isReady(before)) {
    recordNode(ctx, name, node.metadata.uid, "NodeNotReady", `Node ${name} status is now: NodeNotReady`);
    markPodsNotReady(ctx.lister(podKind).byIndex(nodeNameIndex, name), name, ctx);
  }
  return {};
}

const olderNames = [["kubernetes.io/os", "beta.kubernetes.io/os"], ["kubernetes.io/arch", "beta.kubernetes.io/arch"]] as const;

/** The beta names of labels follow the stable ones; null where they do. */
function missingLabels({ metadata: { labels = {} } }: Node): Readonly<Record<string, string>> | null {
  const missing = olderNames.flatMap(([name, older]) => (labels[name] === undefined || labels[name] === labels[older] ? [] : [[older, labels[name]] as const]));
  return missing.length === 0 ? null : Object.fromEntries(missing);
}

function taintText(node: Node, before: readonly Taint[], after: readonly Taint[]): string {
  const text = (taint: Taint): string => `${taint.key}:${taint.effect}`;
  const added = after.filter((taint) => !before.some((other) => sameTaint(other, taint))).map(text);
  const removed = before.filter((taint) => !after.some((other) => sameTaint(other, taint))).map(text);
  return [...(added.length > 0 ? [`tainted node ${node.metadata.name} with ${added.join(", ")}`] : []), ...(removed.length > 0 ? [`took ${removed.join(", ")} off node ${node.metadata.name}`] : [])].join("; ");
}

function recordNode(ctx: ReconcileContext, name: string, uid: string, reason: string, message: string): void {
  ctx.event({ about: { kind: "Node", name, uid, apiVersion: "v1" }, type: "Normal", reason, message });
}
