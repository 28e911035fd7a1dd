// Follows pkg/apis/batch/validation/validation.go and pkg/registry/batch/job/strategy.go: a Job's end is final, and what its status says fits together.
import { deepEqual } from "../../../base/deepEqual.ts";
import { parseRfc3339 } from "../../../base/rfc3339.ts";
import { duplicate, index, invalid, required } from "../../../apimachinery/fieldError.ts";
import type { FieldError } from "../../../apimachinery/status.ts";
import { validateNonnegative, validateObjectMetaUpdate } from "../../metadata/validate.ts";
import { countIndexes, firstOverlap } from "./indexes.ts";
import type { Job, JobStatus } from "./types.ts";

export function isConditionTrue(status: JobStatus | undefined, type: string): boolean {
  return status?.conditions?.some((condition) => condition.type === type && condition.status === "True") === true;
}

export function isFinished(status: JobStatus | undefined): boolean {
  return isConditionTrue(status, "Complete") || isConditionTrue(status, "Failed");
}

/** Both states of a status, and which of its conditions hold. */
interface Change {
  readonly job: Job;
  readonly old: Job;
  readonly now: JobStatus;
  readonly before: JobStatus;
  readonly complete: boolean;
  readonly failed: boolean;
  readonly target: boolean;
  readonly criteria: boolean;
  readonly finished: boolean;
  changed(...what: readonly ("Complete" | "Failed" | "FailureTarget" | "finished" | keyof JobStatus)[]): boolean;
}

export function validateJobStatusUpdate(job: Job, old: Job): readonly FieldError[] {
  const change = changeOf(job, old);
  return [
    ...validateObjectMetaUpdate(job.metadata, old.metadata, "metadata"), ...validateCounts(change.now), ...validateUncounted(change.now),
    ...validateEnd(change), ...validateIndexes(change), ...validateRest(change), ...validateTransition(change),
  ];
}

function changeOf(job: Job, old: Job): Change {
  const now = job.status ?? {};
  const before = old.status ?? {};
  return {
    job, old, now, before, complete: isConditionTrue(now, "Complete"), failed: isConditionTrue(now, "Failed"), target: isConditionTrue(now, "FailureTarget"),
    criteria: isConditionTrue(now, "SuccessCriteriaMet"), finished: isFinished(now),
    changed: (...what) => what.some((each) => {
      if (each === "finished") return isFinished(now) !== isFinished(before);
      if (each === "Complete" || each === "Failed" || each === "FailureTarget") return isConditionTrue(now, each) !== isConditionTrue(before, each);
      return !deepEqual(now[each] ?? null, before[each] ?? null);
    }),
  };
}

const conditions = "status.conditions";
const wrongConditions = (text: string): FieldError => invalid(conditions, undefined, text);

function validateCounts(status: JobStatus): readonly FieldError[] {
  return (["active", "succeeded", "failed", "ready", "terminating"] as const).flatMap((name) => validateNonnegative(status[name] ?? 0, `status.${name}`));
}

function validateUncounted(status: JobStatus): readonly FieldError[] {
  const seen = new Set<string>();
  return (["succeeded", "failed"] as const).flatMap((list) => (status.uncountedTerminatedPods?.[list] ?? []).flatMap((uid, at): readonly FieldError[] => {
    const path = index(`status.uncountedTerminatedPods.${list}`, at);
    if (uid === "") return [invalid(path, uid, "must not be empty")];
    if (seen.has(uid)) return [duplicate(path, uid)];
    seen.add(uid);
    return [];
  }));
}

/** How a Job ends, and when. */
function validateEnd(change: Change): readonly FieldError[] {
  const { now, complete, failed, target, criteria, finished, changed } = change;
  const errors: FieldError[] = [];
  const { completionTime, startTime } = now;
  if (changed("Complete", "Failed") && complete && failed) errors.push(wrongConditions("cannot set Complete=True and Failed=true conditions"));
  if (changed("Complete", "FailureTarget") && complete && target) errors.push(wrongConditions("cannot set Complete=True and FailureTarget=true conditions"));
  const timed = changed("Complete", "completionTime");
  if (timed && completionTime !== undefined && !complete) errors.push(invalid("status.completionTime", completionTime, "cannot set completionTime when there is no Complete=True condition"));
  if (timed && completionTime === undefined && complete) errors.push(required("status.completionTime", "completionTime is required for Complete jobs"));
  if (changed("startTime", "completionTime") && startTime !== undefined && completionTime !== undefined && (parseRfc3339(completionTime) ?? 0) < (parseRfc3339(startTime) ?? 0)) {
    errors.push(invalid("status.completionTime", completionTime, "completionTime cannot be set before startTime"));
  }
  if (changed("Failed") && failed && !target) errors.push(wrongConditions("cannot set Failed=True condition without the FailureTarget=true condition"));
  if (changed("Complete") && complete && !criteria) errors.push(wrongConditions("cannot set Complete=True condition without the SuccessCriteriaMet=true condition"));
  if (changed("finished", "active") && (now.active ?? 0) > 0 && finished) errors.push(invalid("status.active", now.active, "active>0 is invalid for finished job"));
  if (changed("finished", "startTime") && startTime === undefined && finished) errors.push(required("status.startTime", "startTime is required for finished job"));
  const uncounted = now.uncountedTerminatedPods;
  if (changed("finished", "uncountedTerminatedPods") && finished && (uncounted?.failed?.length ?? 0) + (uncounted?.succeeded?.length ?? 0) > 0) {
    errors.push(invalid("status.uncountedTerminatedPods", { Succeeded: uncounted?.succeeded ?? null, Failed: uncounted?.failed ?? null }, "uncountedTerminatedPods needs to be empty for finished job"));
  }
  return errors;
}

function validateIndexes(change: Change): readonly FieldError[] {
  const { job: { spec }, now, changed } = change;
  const { completedIndexes: completed = "", failedIndexes: failed } = now;
  const { completions } = spec;
  const errors: FieldError[] = [];
  const wrong = (name: "completedIndexes" | "failedIndexes", text: string): void => {
    const found = countIndexes(text, completions ?? 0);
    if (typeof found === "string") errors.push(invalid(`status.${name}`, text, `error parsing ${name}: ${found}`));
  };
  if (changed("completedIndexes") && completions !== undefined) wrong("completedIndexes", completed);
  if (changed("failedIndexes") && completions !== undefined && spec.backoffLimitPerIndex !== undefined && failed !== undefined) wrong("failedIndexes", failed);
  if (changed("completedIndexes") && completed !== "" && spec.completionMode !== "Indexed") errors.push(invalid("status.completedIndexes", completed, "cannot set non-empty completedIndexes when non-indexed completion mode"));
  if (changed("failedIndexes") && spec.backoffLimitPerIndex === undefined && failed !== undefined) errors.push(invalid("status.failedIndexes", failed, "cannot set non-null failedIndexes when backoffLimitPerIndex is null"));
  if (changed("failedIndexes", "completedIndexes") && completions !== undefined && failed !== undefined) {
    const overlap = firstOverlap(completed, failed, completions);
    if (overlap !== null) errors.push(invalid("status.failedIndexes", failed, `failedIndexes and completedIndexes overlap at index: ${overlap}`));
  }
  return errors;
}

function validateRest(change: Change): readonly FieldError[] {
  const { job, now, criteria, complete, failed, target, finished, changed } = change;
  const errors: FieldError[] = [];
  if (changed("finished", "terminating") && (now.terminating ?? 0) > 0 && finished) errors.push(invalid("status.terminating", now.terminating, "terminating>0 is invalid for finished job"));
  if (changed("ready", "active") && (now.ready ?? 0) > (now.active ?? 0)) errors.push(invalid("status.ready", now.ready, "cannot set more ready pods than active"));
  if (criteria && failed) errors.push(wrongConditions("cannot set SuccessCriteriaMet=True and Failed=true conditions"));
  if (criteria && target) errors.push(wrongConditions("cannot set SuccessCriteriaMet=True and FailureTarget=true conditions"));
  if (job.spec.successPolicy !== undefined && !criteria && complete) errors.push(wrongConditions("cannot set Complete=True for Job with SuccessPolicy unless SuccessCriteriaMet=True"));
  return errors;
}

/** What has been said cannot be taken back. */
function validateTransition(change: Change): readonly FieldError[] {
  const { job, old, now, before, criteria } = change;
  const errors: FieldError[] = [];
  for (const type of ["Failed", "Complete", "FailureTarget"]) if (isConditionTrue(before, type) && !isConditionTrue(now, type)) errors.push(wrongConditions(`cannot disable the terminal ${type}=True condition`));
  const elastic = job.spec.completionMode === "Indexed" && job.spec.completions === job.spec.parallelism;
  if ((now.failed ?? 0) < (before.failed ?? 0)) errors.push(invalid("status.failed", now.failed ?? 0, "cannot decrease the failed counter"));
  if (!elastic && (now.succeeded ?? 0) < (before.succeeded ?? 0)) errors.push(invalid("status.succeeded", now.succeeded ?? 0, "cannot decrease the succeeded counter"));
  if (now.completionTime !== undefined && before.completionTime !== undefined && now.completionTime !== before.completionTime) errors.push(invalid("status.completionTime", now.completionTime, "completionTime cannot be mutated"));
  if (before.startTime !== undefined && now.startTime !== before.startTime && job.spec.suspend !== true) errors.push(required("status.startTime", "startTime cannot be removed for unsuspended job"));
  if (isConditionTrue(old.status, "SuccessCriteriaMet") && !criteria) errors.push(wrongConditions("cannot disable the SuccessCriteriaMet=True condition"));
  if (isConditionTrue(old.status, "Complete") && !isConditionTrue(old.status, "SuccessCriteriaMet") && criteria) errors.push(wrongConditions("cannot set SuccessCriteriaMet=True for Job already has Complete=true conditions"));
  return errors;
}
