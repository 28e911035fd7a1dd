import type { ApiResponse } from "../../apimachinery/apiRequest.ts";
import type { ObjectKey } from "../../apimachinery/gvk.ts";
import type { Json } from "../../base/json.ts";
import { parseRfc3339 } from "../../base/rfc3339.ts";
import type { ControllerDefinition, ReconcileContext, ReconcileResult } from "../../client/controller.ts";
import { deleteOp, getOp } from "../../client/writes.ts";
import { jobKind } from "../../kinds/batch/job/kind.ts";
import type { Job } from "../../kinds/batch/job/types.ts";
import { isFinished } from "../../kinds/batch/job/validateStatus.ts";
import { second } from "../../sim/time.ts";
import type { DurationUs } from "../../sim/time.ts";

// Follows pkg/controller/ttlafterfinished/ttlafterfinished_controller.go.

/** Deletes Jobs whose time after their end is over. */
export function createTtlAfterFinishedController(): ControllerDefinition<Job> {
  return { name: "ttl-after-finished", account: "ttl-after-finished-controller", for: jobKind, owns: [], watches: [], reconcile, resume };
}

function reconcile(key: ObjectKey, ctx: ReconcileContext): ReconcileResult {
  const job = ctx.lister(jobKind).get(key);
  const leftUs = job === null ? null : leftOf(job, ctx.unixUs);
  if (leftUs === null) return {};
  if (leftUs > 0) return { requeueAfterUs: leftUs };
  // The informer may be old, and the TTL longer by now: the server is asked before anything is deleted.
  ctx.write({ ...getOp(jobKind, key), tolerates: [404] });
  return { resumeWith: null };
}

function resume(key: ObjectKey, _step: Json, answers: readonly ApiResponse[], ctx: ReconcileContext): ReconcileResult {
  const [answer] = answers;
  if (answer?.code !== 200) return {};
  const job = answer.body as unknown as Job;
  const leftUs = leftOf(job, ctx.unixUs);
  if (leftUs === null) return {};
  if (leftUs > 0) return { requeueAfterUs: leftUs };
  ctx.because(`deleted the Job: it ended ${job.spec.ttlSecondsAfterFinished ?? 0} s ago or more`);
  ctx.write({ ...deleteOp(jobKind, key, { propagationPolicy: "Foreground", uid: job.metadata.uid }), tolerates: [404] });
  return {};
}

/** How long the Job may stay; null where it has no such time, has not ended or is going already. */
function leftOf({ metadata, spec, status }: Job, nowUs: number): DurationUs | null {
  if (metadata.deletionTimestamp !== undefined || spec.ttlSecondsAfterFinished === undefined || !isFinished(status)) return null;
  const end = status?.conditions?.find(({ type, status: is }) => (type === "Complete" || type === "Failed") && is === "True")?.lastTransitionTime;
  const endUs = end === undefined ? null : parseRfc3339(end);
  return endUs === null ? null : Math.max(0, endUs + spec.ttlSecondsAfterFinished * second - nowUs);
}
