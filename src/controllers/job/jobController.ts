import type { ApiResponse } from "../../apimachinery/apiRequest.ts";
import type { ObjectKey } from "../../apimachinery/gvk.ts";
import { keyText } from "../../apimachinery/gvk.ts";
import type { Change, ControllerDefinition, ReconcileContext, ReconcileResult } from "../../client/controller.ts";
import { indexesOf } from "../../client/controller.ts";
import { referenceTo } from "../../client/eventRecorder.ts";
import type { WriteOp } from "../../client/writes.ts";
import { jobKind } from "../../kinds/batch/job/kind.ts";
import type { Job } from "../../kinds/batch/job/types.ts";
import { isFinished } from "../../kinds/batch/job/validateStatus.ts";
import { podKind } from "../../kinds/core/pod/kind.ts";
import type { DurationUs } from "../../sim/time.ts";
import { controllerIndex, controllerIndexOf } from "../ownership.ts";
import { hasCause, statusMessage } from "../statusErrors.ts";
import { JobMemory } from "./jobMemory.ts";
import { beginPass, resumePass } from "./jobSync.ts";
import { batchUs, isManagedElsewhere, jobChanged, podChanged, releasedOrphan } from "./orphans.ts";

// Follows pkg/controller/job/job_controller.go.

export function createJobController(): ControllerDefinition<Job> {
  const memory = new JobMemory();
  return {
    name: "job",
    account: "job-controller",
    for: jobKind,
    owns: [podKind],
    watches: [
      { kind: podKind, map: (change, ctx) => podChanged(memory, change, ctx) },
      { kind: jobKind, map: jobChanged },
    ],
    indexes: [indexesOf(podKind, { [controllerIndex]: controllerIndexOf })],
    delayUs,
    reconcile: (key, ctx) => reconcileJob(memory, key, ctx),
    resume: (key, step, answers, ctx) => resumePass(memory, key, step, answers, ctx),
    refused: (key, op, response, ctx) => refused(memory, key, op, response, ctx),
    snapshot: () => memory.snapshot(),
    restore: (data) => memory.restore(data),
    reset: () => memory.clear(),
  };
}

/** Changes of pods and of the status come in crowds; only a new spec is looked at at once. */
function delayUs({ kind, change, object, old }: Change): DurationUs {
  if (kind === podKind) return batchUs;
  return change === "updated" && object.metadata.generation === old?.metadata.generation ? batchUs : 0;
}

function reconcileJob(memory: JobMemory, key: ObjectKey, ctx: ReconcileContext): ReconcileResult {
  if (releasedOrphan(key, ctx)) return {};
  const job = ctx.lister(jobKind).get(key);
  if (job === null || isFinished(job.status)) {
    memory.forget(keyText(key));
    return {};
  }
  return isManagedElsewhere(job) ? {} : beginPass(memory, job, key, ctx);
}

/** A pod that could not be made is told, and the pass goes on; after any other refusal it begins anew. */
function refused(memory: JobMemory, key: ObjectKey, op: WriteOp, response: ApiResponse | null, ctx: ReconcileContext): "fail" | "ignore" {
  if (op.verb === "patch") memory.forgetRemovals(keyText(key));
  const isDelete = op.verb === "delete";
  if (op.expects !== "creation" && !isDelete) return "fail";
  const job = ctx.lister(jobKind).get(key);
  const told = job !== null && !hasCause(response, "NamespaceTerminating");
  if (told) ctx.event({ about: referenceTo(job), type: "Warning", reason: isDelete ? "FailedDelete" : "FailedCreate", message: `Error ${isDelete ? "deleting" : "creating"}: ${statusMessage(response)}` });
  return isDelete ? "fail" : "ignore";
}
