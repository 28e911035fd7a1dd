import type { ObjectKey } from "../../apimachinery/gvk.ts";
import { compareText } from "../../base/compareText.ts";
import type { Json } from "../../base/json.ts";
import type { ControllerDefinition, ReconcileContext, ReconcileResult } from "../../client/controller.ts";
import { indexesOf } from "../../client/controller.ts";
import { deleteOp, patchOp } from "../../client/writes.ts";
import { nodeKind } from "../../kinds/core/node/kind.ts";
import type { Node } from "../../kinds/core/node/types.ts";
import { podKind } from "../../kinds/core/pod/kind.ts";
import { isPodTerminal } from "../../kinds/core/pod/podStatus.ts";
import type { Pod, PodCondition } from "../../kinds/core/pod/types.ts";
import { second } from "../../sim/time.ts";
import { nodeNameIndex, nodeNameIndexOf } from "../podsByNode.ts";

// Follows pkg/controller/podgc/gc_controller.go. Differs: where upstream looks at all pods every 20 s, it does so where a change gives it
// reason to, in the same rounds; and a node's going starts its clock.

const roundUs = 20 * second;
const quarantineUs = 40 * second;
const outOfService = "node.kubernetes.io/out-of-service";

/** Keys of what is no node: nodes are in no namespace. */
const endedPods: ObjectKey = { namespace: "pods", name: "ended" };
const unscheduledPods: ObjectKey = { namespace: "pods", name: "unscheduled" };

/**
 * Pods bound to a node that is no more are marked failed and removed: no kubelet will ever do it. So are those that are to go from a node
 * that is not ready and that somebody declared out of service, those that are to go before they had a node, and the oldest of those that
 * ended where there are more than `endedKept` (--terminated-pod-gc-threshold; 0 keeps all). Keys are names of nodes, and the two above.
 */
export function createPodGcController(endedKept: number): ControllerDefinition<Node> {
  /** Nodes in quarantine, and since when. */
  const missing = new Map<string, number>();

  const reconcile = (key: ObjectKey, ctx: ReconcileContext): ReconcileResult => {
    if (key.namespace === endedPods.namespace) {
      if (key.name === endedPods.name) removeEnded(endedKept, ctx);
      else removeUnscheduled(ctx);
      return {};
    }
    const node = ctx.lister(nodeKind).get(key);
    if (node !== null && isOutOfService(node)) removeTerminating(node, ctx);
    const pods = node === null ? ctx.lister(podKind).byIndex(nodeNameIndex, key.name) : [];
    if (pods.length === 0) {
      missing.delete(key.name);
      return {};
    }
    const sinceUs = missing.get(key.name) ?? ctx.now;
    missing.set(key.name, sinceUs);
    const leftUs = sinceUs + quarantineUs - ctx.now;
    if (leftUs > 0) return { requeueAfterUs: leftUs };
    ctx.because(`removed ${pods.length} pods: their node ${key.name} is gone`);
    for (const pod of pods) remove(pod, { type: "DisruptionTarget", status: "True", reason: "DeletionByPodGC", message: "PodGC: node no longer exists", lastTransitionTime: ctx.timestamp }, ctx);
    return {};
  };

  return {
    name: "podgc",
    account: "pod-garbage-collector",
    for: nodeKind,
    owns: [],
    watches: [
      {
        kind: podKind,
        map: ({ object, change }, ctx) => {
          const name = (object as Pod).spec.nodeName ?? "";
          if (change === "deleted") return [];
          const toRoundUs = roundUs - (ctx.now % roundUs);
          if (endedKept > 0 && ctx.lister(podKind).size > endedKept) ctx.enqueueAfter(endedPods, toRoundUs);
          if (name === "") {
            // Only finalizers hold one that has no node.
            if (object.metadata.deletionTimestamp !== undefined && !isPodTerminal(object as Pod)) ctx.enqueueAfter(unscheduledPods, toRoundUs);
            return [];
          }
          const node = ctx.lister(nodeKind).get({ namespace: "", name });
          return node === null || (object.metadata.deletionTimestamp !== undefined && isOutOfService(node)) ? [{ namespace: "", name }] : [];
        },
      },
    ],
    indexes: [indexesOf(podKind, { [nodeNameIndex]: nodeNameIndexOf })],
    concurrency: 1,
    reconcile,
    snapshot: () => [...missing],
    restore: (data) => {
      missing.clear();
      for (const [node, sinceUs] of data as unknown as readonly (readonly [string, number])[]) missing.set(node, sinceUs);
    },
    reset: () => missing.clear(),
  };
}

/** Somebody vouches that the machine does not run any more. */
function isOutOfService(node: Node): boolean {
  return node.spec.taints?.some(({ key }) => key === outOfService) === true && node.status?.conditions?.find(({ type }) => type === "Ready")?.status !== "True";
}

function removeTerminating(node: Node, ctx: ReconcileContext): void {
  const { name } = node.metadata;
  const pods = ctx.lister(podKind).byIndex(nodeNameIndex, name).filter(({ metadata }) => metadata.deletionTimestamp !== undefined);
  if (pods.length > 0) ctx.because(`removed ${pods.length} terminating pods: their node ${name} is out of service`);
  for (const pod of pods) remove(pod, null, ctx);
}

function removeUnscheduled(ctx: ReconcileContext): void {
  const pods = ctx.lister(podKind).list(null).filter((pod) => pod.metadata.deletionTimestamp !== undefined && (pod.spec.nodeName ?? "") === "");
  if (pods.length > 0) ctx.because(`removed ${pods.length === 1 ? "a terminating pod" : `${pods.length} terminating pods`} that never had a node`);
  for (const pod of pods) remove(pod, null, ctx);
}

function removeEnded(kept: number, ctx: ReconcileContext): void {
  const ended = ctx.lister(podKind).list(null).filter(isPodTerminal);
  const surplus = ended.length - kept;
  if (surplus <= 0) return;
  ctx.because(`removed ${surplus} pods that ended: there are ${ended.length}, and ${kept} are kept`);
  for (const pod of [...ended].sort(evictedFirst).slice(0, surplus)) remove(pod, null, ctx);
}

function evictedFirst(one: Pod, other: Pod): number {
  const [first, second] = [one, other].map((pod) => Number(pod.status?.phase === "Failed" && pod.status.reason === "Evicted"));
  return (second ?? 0) - (first ?? 0) || compareText(one.metadata.creationTimestamp ?? "", other.metadata.creationTimestamp ?? "") || compareText(one.metadata.name, other.metadata.name);
}

function remove(pod: Pod, condition: PodCondition | null, ctx: ReconcileContext): void {
  const key = { namespace: pod.metadata.namespace ?? "", name: pod.metadata.name };
  if (!isPodTerminal(pod)) {
    const status = { phase: "Failed", ...(condition === null ? {} : { conditions: [condition] }) };
    ctx.write({ ...patchOp(podKind, key, { metadata: { uid: pod.metadata.uid }, status } as unknown as Json, "application/strategic-merge-patch+json", "status"), tolerates: [404, 409] });
  }
  ctx.write({ ...deleteOp(podKind, key, { uid: pod.metadata.uid, gracePeriodSeconds: 0 }), tolerates: [404, 409] });
}
