import type { ApiResponse } from "../../apimachinery/apiRequest.ts";
import type { ObjectKey } from "../../apimachinery/gvk.ts";
import { controllerOf } from "../../apimachinery/objectMeta.ts";
import type { Json } from "../../base/json.ts";
import type { Change, ControllerDefinition, ReconcileContext, ReconcileResult } from "../../client/controller.ts";
import { indexesOf } from "../../client/controller.ts";
import { referenceTo } from "../../client/eventRecorder.ts";
import type { WriteOp } from "../../client/writes.ts";
import { cronJobKind } from "../../kinds/batch/cronjob/kind.ts";
import type { CronJob } from "../../kinds/batch/cronjob/types.ts";
import { jobKind } from "../../kinds/batch/job/kind.ts";
import type { Job } from "../../kinds/batch/job/types.ts";
import { second } from "../../sim/time.ts";
import type { DurationUs } from "../../sim/time.ts";
import { hasCause, statusMessage, statusReason } from "../statusErrors.ts";
import { cronJobIndex, ownerName } from "./children.ts";
import { beginPass, resumePass } from "./cronJobSync.ts";
import { scheduleOf, secondsToNext } from "./missedTimes.ts";

// Follows pkg/controller/cronjob/cronjob_controllerv2.go.

export function createCronJobController(): ControllerDefinition<CronJob> {
  return {
    name: "cronjob",
    account: "cronjob-controller",
    for: cronJobKind,
    owns: [jobKind],
    watches: [],
    indexes: [indexesOf(jobKind, { [cronJobIndex]: (job: Job) => ownerName(controllerOf(job.metadata), job.metadata.namespace) })],
    delayUs,
    reconcile: (key, ctx) => {
      const cronJob = ctx.lister(cronJobKind).get(key);
      return cronJob === null ? {} : beginPass(cronJob, ctx);
    },
    resume: (_key: ObjectKey, step: Json, answers: readonly ApiResponse[], ctx: ReconcileContext): ReconcileResult => resumePass(step, answers, ctx),
    refused,
  };
}

/** A CronJob with a new schedule is looked at when that falls due; after all other changes at once. */
function delayUs({ kind, change, object, old }: Change, unixUs: number): DurationUs {
  if (kind !== cronJobKind || change !== "updated") return 0;
  const cronJob = object as CronJob;
  const before = (old as CronJob).spec;
  if (cronJob.spec.schedule === before.schedule && cronJob.spec.timeZone === before.timeZone) return 0;
  const schedule = scheduleOf(cronJob);
  return typeof schedule === "string" ? 0 : Math.round(secondsToNext(cronJob, unixUs / second, schedule) * second);
}

/** What cannot be deleted or made is told; a Job that is there already is looked at. */
function refused(key: ObjectKey, op: WriteOp, response: ApiResponse | null, ctx: ReconcileContext): "fail" | "ignore" {
  const cronJob = ctx.lister(cronJobKind).get(key);
  if (cronJob === null || op.verb === "update") return "fail";
  const replacing = cronJob.spec.concurrencyPolicy === "Replace" && cronJob.status?.active?.some(({ name }) => op.path.endsWith(`/jobs/${name ?? ""}`)) === true;
  if (op.verb === "get" && !replacing) return "ignore";
  if (op.verb === "create" && (statusReason(response) === "AlreadyExists" || hasCause(response, "NamespaceTerminating"))) return "ignore";
  const [reason, text] = op.verb === "delete" ? ["FailedDelete", "Deleted job"] : op.verb === "create" ? ["FailedCreate", "Error creating job"] : ["FailedGet", "Get job"];
  ctx.event({ about: referenceTo(cronJob), type: "Warning", reason, message: `${text}: ${statusMessage(response)}` });
  return "ignore";
}
