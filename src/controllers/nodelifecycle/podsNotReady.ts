// Follows pkg/controller/util/node/controller_utils.go (MarkPodsNotReady).
import type { ObjectKey } from "../../apimachinery/gvk.ts";
import type { Change, ControllerContext, ReconcileContext } from "../../client/controller.ts";
import { referenceTo } from "../../client/eventRecorder.ts";
import { patchOp } from "../../client/writes.ts";
import { nodeKind } from "../../kinds/core/node/kind.ts";
import { podKind } from "../../kinds/core/pod/kind.ts";
import { podCondition } from "../../kinds/core/pod/podStatus.ts";
import type { Pod } from "../../kinds/core/pod/types.ts";
import { conditionOf, isReady } from "./nodeHealth.ts";

const mayBeReady = (pod: Pod): boolean => (podCondition(pod, "Ready")?.status ?? "False") !== "False";
const keyOf = (pod: Pod): ObjectKey => ({ namespace: pod.metadata.namespace ?? "", name: pod.metadata.name });

/** Pods that come to a node, or are first heard of, while it is not ready. What becomes of a node's readiness later is told by the monitor. */
export function podsComingToLostNode({ change, object, old }: Change, ctx: ControllerContext): readonly ObjectKey[] {
  const pod = object as Pod;
  const { nodeName } = pod.spec;
  if (change === "deleted" || nodeName === undefined || (old as Pod | null)?.spec.nodeName === nodeName || !mayBeReady(pod)) return [];
  return isOnLostNode(pod, ctx) ? [keyOf(pod)] : [];
}

export function isOnLostNode(pod: Pod, ctx: ControllerContext): boolean {
  const node = ctx.lister(nodeKind).get({ namespace: "", name: pod.spec.nodeName ?? "" });
  return node !== null && conditionOf(node, "Ready") !== null && !isReady(node);
}

/** The readiness that the kubelet cannot take back itself. */
export function markPodsNotReady(pods: readonly Pod[], node: string, ctx: ReconcileContext): void {
  for (const pod of pods) {
    if (!mayBeReady(pod)) continue;
    ctx.because(`marked pod ${pod.metadata.name} not ready: its node ${node} is not`);
    const condition = { ...podCondition(pod, "Ready"), type: "Ready", status: "False", lastTransitionTime: ctx.timestamp };
    ctx.write({
      ...patchOp(podKind, keyOf(pod), { metadata: { uid: pod.metadata.uid }, status: { conditions: [condition] } }, "application/strategic-merge-patch+json", "status"),
      tolerates: [404, 409],
      event: { about: referenceTo(pod), type: "Warning", reason: "NodeNotReady", message: "Node is not ready" },
    });
  }
}

/** The pod of such a patch. */
export function podOfPath(path: string): ObjectKey | null {
  const [, , , , namespace = "", plural, name = "", subresource] = path.split("/");
  return plural === "pods" && subresource === "status" ? { namespace, name } : null;
}
