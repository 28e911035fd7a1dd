import type { ObjectKey } from "../../apimachinery/gvk.ts";
import { deepEqual } from "../../base/deepEqual.ts";
import type { Json } from "../../base/json.ts";
import type { Change, ControllerContext, ControllerDefinition, ReconcileContext, ReconcileResult } from "../../client/controller.ts";
import { indexesOf } from "../../client/controller.ts";
import { deleteOp, patchOp } from "../../client/writes.ts";
import { nodeKind } from "../../kinds/core/node/kind.ts";
import type { Node } from "../../kinds/core/node/types.ts";
import { podKind } from "../../kinds/core/pod/kind.ts";
import type { Pod } from "../../kinds/core/pod/types.ts";
import { second } from "../../sim/time.ts";
import { nodeNameIndex, nodeNameIndexOf } from "../podsByNode.ts";
import { noExecute, toleratedSeconds } from "../taints.ts";

// Follows pkg/controller/tainteviction/taint_eviction.go.

/** A planned eviction. */
interface Planned {
  /** Virtual microseconds: when the toleration that was in force when it was planned ends. What is tolerated afterwards does not move it. */
  readonly dueAt: number;
  readonly uid: string;
}

/** Removes pods from nodes whose NoExecute taints they do not, or no longer, tolerate. Keys are pods. */
export function createTaintEvictionController(): ControllerDefinition<Pod> {
  const planned = new Map<string, Planned>();

  const cancel = (text: string, key: ObjectKey, ctx: ReconcileContext): ReconcileResult => {
    if (planned.delete(text)) emit(key, `Cancelling deletion of Pod ${text}`, ctx);
    return {};
  };

  const reconcile = (key: ObjectKey, ctx: ReconcileContext): ReconcileResult => {
    const text = `${key.namespace}/${key.name}`;
    const pod = ctx.lister(podKind).get(key);
    if (pod === null || (planned.has(text) && planned.get(text)?.uid !== pod.metadata.uid)) return cancel(text, key, ctx);
    if (pod.metadata.deletionTimestamp !== undefined) {
      planned.delete(text);
      return {};
    }
    const node = pod.spec.nodeName === undefined ? null : ctx.lister(nodeKind).get({ namespace: "", name: pod.spec.nodeName });
    const taints = noExecute(node?.spec.taints);
    const seconds = taints.length === 0 ? null : toleratedSeconds(taints, pod.spec.tolerations ?? []);
    if (seconds === null) return cancel(text, key, ctx);
    const dueAt = planned.get(text)?.dueAt ?? ctx.now + (seconds === "now" ? 0 : seconds * second);
    if (dueAt > ctx.now && seconds !== "now") {
      planned.set(text, { dueAt, uid: pod.metadata.uid });
      return { requeueAfterUs: dueAt - ctx.now };
    }
    // What is not tolerated at all any more does not wait for the plan.
    if (dueAt > ctx.now) cancel(text, key, ctx);
    // A plan that is carried out is there until the pod goes: upstream too calls it off when the pod is gone at once.
    evict(pod, key, taints[0]?.key ?? "", ctx);
    return {};
  };

  return {
    name: "taint-eviction",
    account: "node-controller",
    eventComponent: "taint-eviction-controller",
    for: null,
    owns: [],
    watches: [
      { kind: podKind, map: (change, ctx) => podConcerned(change, planned, ctx) },
      { kind: nodeKind, map: podsOfRetainted },
    ],
    indexes: [indexesOf(podKind, { [nodeNameIndex]: nodeNameIndexOf })],
    concurrency: 8,
    reconcile,
    snapshot: () => [...planned] as unknown as Json,
    restore: (data) => {
      planned.clear();
      for (const [pod, plan] of data as unknown as readonly (readonly [string, Planned])[]) planned.set(pod, plan);
    },
    reset: () => planned.clear(),
  };
}

/** A pod on a node without NoExecute taints concerns nobody, unless its eviction is planned. */
function podConcerned(change: Change, planned: ReadonlyMap<string, Planned>, ctx: ControllerContext): readonly ObjectKey[] {
  const pod = change.object as Pod;
  const key = { namespace: pod.metadata.namespace ?? "", name: pod.metadata.name };
  if (planned.has(`${key.namespace}/${key.name}`)) return [key];
  if (change.change === "deleted" || pod.spec.nodeName === undefined) return [];
  const node = ctx.lister(nodeKind).get({ namespace: "", name: pod.spec.nodeName });
  return noExecute(node?.spec.taints).length === 0 ? [] : [key];
}

function podsOfRetainted(change: Change, ctx: ControllerContext): readonly ObjectKey[] {
  const node = change.object as Node;
  const before = change.old === null ? [] : noExecute((change.old as Node).spec.taints);
  const after = change.change === "deleted" ? [] : noExecute(node.spec.taints);
  if (deepEqual(before, after)) return [];
  return ctx.lister(podKind).byIndex(nodeNameIndex, node.metadata.name).map((pod) => ({ namespace: pod.metadata.namespace ?? "", name: pod.metadata.name }));
}

function evict(pod: Pod, key: ObjectKey, taint: string, ctx: ReconcileContext): void {
  emit(key, `Marking for deletion Pod ${key.namespace}/${key.name}`, ctx);
  ctx.because(`evicted pod ${key.name} from ${pod.spec.nodeName ?? ""}: it does not tolerate ${taint} any longer`);
  const condition = { type: "DisruptionTarget", status: "True", reason: "DeletionByTaintManager", message: "Taint manager: deleting due to NoExecute taint", lastTransitionTime: ctx.timestamp };
  ctx.write({ ...patchOp(podKind, key, { metadata: { uid: pod.metadata.uid }, status: { conditions: [condition] } }, "application/strategic-merge-patch+json", "status"), tolerates: [404, 409] });
  ctx.write({ ...deleteOp(podKind, key, { uid: pod.metadata.uid }), tolerates: [404, 409] });
}

function emit(key: ObjectKey, message: string, ctx: ReconcileContext): void {
  ctx.event({ about: { kind: "Pod", namespace: key.namespace, name: key.name, apiVersion: "v1" }, type: "Normal", reason: "TaintManagerEviction", message });
}
