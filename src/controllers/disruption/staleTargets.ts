import type { ObjectKey } from "../../apimachinery/gvk.ts";
import { parseRfc3339 } from "../../base/rfc3339.ts";
import type { ControllerContext, ReconcileContext, ReconcileResult } from "../../client/controller.ts";
import { updateStatusOp } from "../../client/writes.ts";
import { podKind } from "../../kinds/core/pod/kind.ts";
import { isPodTerminal, isTerminating, podCondition } from "../../kinds/core/pod/podStatus.ts";
import type { Pod, PodCondition } from "../../kinds/core/pod/types.ts";
import { minute } from "../../sim/time.ts";

// Follows pkg/controller/disruption/disruption.go (syncStalePodDisruption).

const staleAfterUs = 2 * minute;

/** Microseconds until the pod's DisruptionTarget is stale: it was to go and does not. null: it has none that could be. */
export function staleAfter(pod: Pod, nowUs: number): number | null {
  const condition = isTerminating(pod) ? null : podCondition(pod, "DisruptionTarget");
  // A kubelet may take any time; what has ended disrupts nobody.
  if (condition?.status !== "True" || condition.reason === "TerminationByKubelet" || isPodTerminal(pod)) return null;
  return Math.max(0, (parseRfc3339(condition.lastTransitionTime ?? "") ?? 0) + staleAfterUs - nowUs);
}

/** Queues the pod for when it is due. */
export function watchStale(pod: Pod, key: ObjectKey, ctx: ControllerContext): void {
  const afterUs = staleAfter(pod, ctx.unixUs);
  if (afterUs !== null) ctx.enqueueAfter(key, afterUs);
}

export function clearStale(pod: Pod, ctx: ReconcileContext): ReconcileResult {
  const afterUs = staleAfter(pod, ctx.unixUs);
  if (afterUs === null) return {};
  if (afterUs > 0) return { requeueAfterUs: afterUs };
  const fresh: PodCondition = { type: "DisruptionTarget", status: "False", lastTransitionTime: ctx.timestamp };
  const conditions = pod.status?.conditions?.map((condition) => (condition.type === "DisruptionTarget" ? fresh : condition)) ?? [];
  ctx.write(updateStatusOp(podKind, { ...pod, status: { ...pod.status, conditions } } as Pod));
  return {};
}
