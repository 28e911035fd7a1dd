// Follows pkg/controller/cronjob/cronjob_controllerv2.go (sync, cleanupFinishedJobs, syncCronJob): one pass over one CronJob, as steps
// between which answers of the server come in.
import type { ApiResponse } from "../../apimachinery/apiRequest.ts";
import { goQuote } from "../../apimachinery/goFormat.ts";
import { controllerOf } from "../../apimachinery/objectMeta.ts";
import type { Json } from "../../base/json.ts";
import { formatRfc3339, parseRfc3339 } from "../../base/rfc3339.ts";
import type { ReconcileContext, ReconcileResult } from "../../client/controller.ts";
import { referenceTo } from "../../client/eventRecorder.ts";
import type { WriteOp } from "../../client/writes.ts";
import { createOp, deleteOp, getOp, updateStatusOp } from "../../client/writes.ts";
import { cronJobKind } from "../../kinds/batch/cronjob/kind.ts";
import { isTimeZone } from "../../kinds/batch/cronjob/timeZones.ts";
import type { CronJob, CronJobStatus } from "../../kinds/batch/cronjob/types.ts";
import { jobKind } from "../../kinds/batch/job/kind.ts";
import type { Job } from "../../kinds/batch/job/types.ts";
import { second } from "../../sim/time.ts";
import { hasCause, statusMessage, statusReason } from "../statusErrors.ts";
import { beyondHistory, cronJobIndex, endOf, jobName, newJob } from "./children.ts";
import { dueTime, scheduleOf, secondsToNext, tooManyMissed } from "./missedTimes.ts";
import { rfc1123 } from "./zoneTime.ts";

type Reference = NonNullable<CronJobStatus["active"]>[number];

/** What a pass keeps while its requests are under way. */
interface Pass {
  readonly step: "look" | "replace" | "make" | "made" | "found";
  readonly cronJob: CronJob;
  readonly changed: boolean;
  /** Jobs at work that the status does not know: the CronJob itself is read to see whether it does by now. */
  readonly unknown: readonly Reference[];
  /** Jobs of the status that the informer does not show. */
  readonly missing: readonly Reference[];
  /** The time in hand, in Unix seconds. */
  readonly scheduled: number;
}

export function beginPass(cronJob: CronJob, ctx: ReconcileContext): ReconcileResult {
  const { namespace = "", name } = cronJob.metadata;
  const jobs = ctx.lister(jobKind).byIndex(cronJobIndex, `${namespace}/${name}`);
  const old = beyondHistory(cronJob, jobs);
  if (old.length > 0) ctx.because(`deleted ${old.length} ended Jobs: more than its history keeps`);
  for (const job of old) ctx.write(removeOp(cronJob, job));
  let pass: Pass = { step: "look", cronJob, changed: old.length > 0, unknown: jobs.filter((job) => endOf(job) === "" && !isActive(cronJob, job.metadata.uid)).map((job) => referenceTo(job)), missing: [], scheduled: 0 };
  for (const job of jobs) if (endOf(job) !== "") pass = withEnded(pass, job, ctx);
  const seen = new Set(jobs.map((job) => job.metadata.uid));
  const missing = (pass.cronJob.status?.active ?? []).filter(({ uid = "" }) => !seen.has(uid));
  pass = { ...pass, missing };
  if (pass.unknown.length + missing.length === 0) return decide(pass, ctx);
  if (pass.unknown.length > 0) ctx.write(getOp(cronJobKind, { namespace, name }));
  for (const job of missing) ctx.write({ ...getJob(job), tolerates: [404] });
  return { resumeWith: pass as unknown as Json };
}

export function resumePass(step: Json, answers: readonly (ApiResponse | null)[], ctx: ReconcileContext): ReconcileResult {
  const pass = step as unknown as Pass;
  const failed = answers.find((answer) => answer === null || answer.code >= 300) ?? null;
  if (pass.step === "look") return looked(pass, answers, ctx);
  if (pass.step === "made") return made(pass, answers[answers.length - 1] ?? null, ctx);
  if (failed !== null || answers.includes(null)) return finish(pass, ctx, statusMessage(failed));
  if (pass.step === "replace") return replaced(pass, answers.map((answer) => answer?.body as unknown as Job), ctx);
  if (pass.step === "make") return make(pass, ctx);
  return found(pass, answers[0]?.body as unknown as Job, ctx);
}

const isActive = ({ status }: CronJob, uid: string): boolean => status?.active?.some((job) => job.uid === uid) === true;
const getJob = ({ namespace = "", name = "" }: Reference): WriteOp => getOp(jobKind, { namespace, name });

function withStatus(pass: Pass, change: Partial<CronJobStatus>): Pass {
  const { active = [], ...rest } = { ...pass.cronJob.status, ...change };
  return { ...pass, changed: true, cronJob: { ...pass.cronJob, status: { ...(active.length === 0 ? {} : { active }), ...rest } } };
}

function withoutActive(pass: Pass, uid: string): Pass {
  return withStatus(pass, { active: (pass.cronJob.status?.active ?? []).filter((job) => job.uid !== uid) });
}

/** A Job that has ended is active no more, and the latest success is told, whoever made it. */
function withEnded(pass: Pass, job: Job, ctx: ReconcileContext): Pass {
  const { uid, name } = job.metadata;
  const end = endOf(job);
  let next = pass;
  if (isActive(pass.cronJob, uid)) {
    ctx.event({ about: referenceTo(pass.cronJob), type: "Normal", reason: "SawCompletedJob", message: `Saw completed job: ${name}, condition: ${end}` });
    next = withoutActive(next, uid);
  }
  const completed = job.status?.completionTime;
  const last = next.cronJob.status?.lastSuccessfulTime;
  if (end !== "Complete" || completed === undefined || (last !== undefined && (parseRfc3339(completed) ?? 0) <= (parseRfc3339(last) ?? 0))) return next;
  return withStatus(next, { lastSuccessfulTime: completed });
}

/** The informers may be old: what they do not show is told only once the server says so too. */
function looked(pass: Pass, answers: readonly (ApiResponse | null)[], ctx: ReconcileContext): ReconcileResult {
  const { unknown, missing } = pass;
  const jobs = answers.slice(answers.length - missing.length);
  const live = unknown.length === 0 ? null : (answers[answers.length - missing.length - 1] ?? null);
  if (unknown.length > 0 && live?.code !== 200) return finish(pass, ctx, statusMessage(live));
  const about = referenceTo(pass.cronJob);
  let next = pass;
  for (const { uid = "", name = "" } of unknown) {
    const fresh = live?.body as unknown as CronJob;
    if (isActive(fresh, uid)) next = { ...next, cronJob: fresh };
    else ctx.event({ about, type: "Warning", reason: "UnexpectedJob", message: `Saw a job that the controller did not create or forgot: ${name}` });
  }
  for (const [at, { uid = "", name = "" }] of missing.entries()) {
    const answer = jobs[at] ?? null;
    if (answer?.code === 404) {
      ctx.event({ about, type: "Normal", reason: "MissingJob", message: `Active job went missing: ${name}` });
      next = withoutActive(next, uid);
    } else if (answer?.code !== 200) return finish(next, ctx, statusMessage(answer));
  }
  return decide(next, ctx);
}

/** Whether a Job is due now. */
function decide(pass: Pass, ctx: ReconcileContext): ReconcileResult {
  const { cronJob } = pass;
  const { spec, status, metadata } = cronJob;
  const now = ctx.unixUs / second;
  const tell = (type: "Normal" | "Warning", reason: string, message: string): void => ctx.event({ about: referenceTo(cronJob), type, reason, message });
  if (metadata.deletionTimestamp !== undefined) return finish(pass, ctx);
  const { timeZone, schedule: text = "" } = spec;
  if (timeZone !== undefined && timeZone !== "" && !isTimeZone(timeZone)) {
    tell("Warning", "UnknownTimeZone", `invalid timeZone: ${goQuote(timeZone)}: unknown time zone ${timeZone}`);
    return finish(pass, ctx);
  }
  if (spec.suspend === true) return finish(pass, ctx);
  if (text.includes("TZ")) tell("Warning", "UnsupportedSchedule", `CRON_TZ or TZ used in schedule ${goQuote(text)} is not officially supported, see https://kubernetes.io/docs/concepts/workloads/controllers/cron-jobs/ for more details`);
  const schedule = scheduleOf(cronJob);
  if (typeof schedule === "string") {
    tell("Warning", "UnparseableSchedule", `unparseable schedule: ${goQuote(text)} : ${schedule}`);
    return finish(pass, ctx);
  }
  const time = dueTime(cronJob, now, schedule, true);
  if (time.error !== "") {
    tell("Warning", "InvalidSchedule", `invalid schedule: ${text} : ${time.error}`);
    return finish(pass, ctx);
  }
  if (time.due === null || time.due > now) return finish(pass, ctx, "", true);
  const scheduled = time.due;
  if (tooManyMissed(time)) tell("Warning", "TooManyMissedTimes", "too many missed start times. Set or decrease .spec.startingDeadlineSeconds or check clock skew");
  if (scheduled + (spec.startingDeadlineSeconds ?? Number.POSITIVE_INFINITY) < now) {
    tell("Warning", "MissSchedule", `Missed scheduled time to start a job: ${rfc1123(scheduled)}`);
    return finish(pass, ctx, "", true);
  }
  const active = status?.active ?? [];
  const processed = active.some(({ name }) => name === jobName(cronJob, scheduled)) || (status?.lastScheduleTime !== undefined && parseRfc3339(status.lastScheduleTime) === scheduled * second);
  if (processed) return finish(pass, ctx, "", true);
  if (spec.concurrencyPolicy === "Forbid" && active.length > 0) {
    tell("Normal", "JobAlreadyActive", "Not starting job because prior execution is running and concurrency policy is Forbid");
    return finish(pass, ctx, "", true);
  }
  if (spec.concurrencyPolicy !== "Replace" || active.length === 0) return make({ ...pass, scheduled }, ctx);
  for (const job of active) ctx.write(getJob(job));
  return { resumeWith: { ...pass, step: "replace", scheduled } as unknown as Json };
}

function replaced(pass: Pass, jobs: readonly Job[], ctx: ReconcileContext): ReconcileResult {
  ctx.because(`deleted ${jobs.length} running Jobs: the next one replaces them`);
  for (const job of jobs) ctx.write(removeOp(pass.cronJob, job));
  const uids = jobs.map((job) => job.metadata.uid);
  return { resumeWith: { ...uids.reduce(withoutActive, pass), step: "make" } as unknown as Json };
}

function make(pass: Pass, ctx: ReconcileContext): ReconcileResult {
  const { cronJob, scheduled } = pass;
  ctx.because(`made Job ${jobName(cronJob, scheduled)}: it was due at ${formatRfc3339(scheduled * second)}`);
  ctx.write({ ...createOp(jobKind, newJob(cronJob, scheduled)), event: { about: referenceTo(cronJob), type: "Normal", reason: "SuccessfulCreate", message: "Created job {name}" } });
  return { resumeWith: { ...pass, step: "made" } as unknown as Json };
}

function made(pass: Pass, answer: ApiResponse | null, ctx: ReconcileContext): ReconcileResult {
  if (answer !== null && answer.code < 300) return started(pass, answer.body as unknown as Job, ctx);
  if (hasCause(answer, "NamespaceTerminating") || statusReason(answer) !== "AlreadyExists") return finish(pass, ctx, statusMessage(answer));
  ctx.write(getOp(jobKind, { namespace: pass.cronJob.metadata.namespace ?? "", name: jobName(pass.cronJob, pass.scheduled) }));
  return { resumeWith: { ...pass, step: "found" } as unknown as Json };
}

/** It was made before: by this controller, which then did not get to say so, or by somebody else, who may say so. */
function found(pass: Pass, job: Job, ctx: ReconcileContext): ReconcileResult {
  const own = controllerOf(job.metadata)?.uid === pass.cronJob.metadata.uid;
  return !own || isActive(pass.cronJob, job.metadata.uid) ? finish(pass, ctx) : started(pass, job, ctx);
}

function started(pass: Pass, job: Job, ctx: ReconcileContext): ReconcileResult {
  const active = [...(pass.cronJob.status?.active ?? []), referenceTo(job)];
  return finish(withStatus(pass, { active, lastScheduleTime: formatRfc3339(pass.scheduled * second) }), ctx, "", true);
}

/** Writes the status where it changed. `again`: the key comes back at its next time. */
function finish({ cronJob, changed }: Pass, ctx: ReconcileContext, error = "", again = false): ReconcileResult {
  const schedule = again ? scheduleOf(cronJob) : "";
  if (changed) {
    ctx.because(`wrote the status: ${cronJob.status?.active?.length ?? 0} Jobs active`);
    ctx.write(updateStatusOp(cronJobKind, cronJob));
  }
  if (error !== "") return { error };
  return typeof schedule === "string" ? {} : { requeueAfterUs: Math.round(secondsToNext(cronJob, ctx.unixUs / second, schedule) * second) };
}

/** Its pods go with it. */
function removeOp(cronJob: CronJob, { metadata: { namespace = "", name } }: Job): WriteOp {
  const event = { about: referenceTo(cronJob), type: "Normal" as const, reason: "SuccessfulDelete", message: `Deleted job ${name}` };
  return { ...deleteOp(jobKind, { namespace, name }, { propagationPolicy: "Background" }), event };
}
