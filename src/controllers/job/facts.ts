// Follows pkg/controller/job/job_controller.go (syncJob, getNewFinishedPods) and indexed_job_utils.go.
import { parseRfc3339 } from "../../base/rfc3339.ts";
import type { Job, JobCondition } from "../../kinds/batch/job/types.ts";
import { isPodActive, isPodReady, isPodTerminal } from "../../kinds/core/pod/podStatus.ts";
import type { Pod } from "../../kinds/core/pod/types.ts";
import type { BackoffRecord } from "./backoff.ts";
import { backoffAfter, finishedUs } from "./backoff.ts";
import { newCondition, trueCondition } from "./conditions.ts";
import type { Intervals } from "./intervals.ts";
import { has, intervalsOf, merged, parseIntervals, total } from "./intervals.ts";
import { allFailuresOf, failuresOf, indexOf, isFailed, isIndexed, isSuspended, isTracked } from "./jobPods.ts";
import { judgeFailure, successMet } from "./policies.ts";

/** What is known of a Job's pods in one pass. */
export interface Facts {
  readonly job: Job;
  readonly pods: readonly Pod[];
  readonly active: readonly Pod[];
  readonly ready: number;
  readonly terminating: number;
  readonly succeeded: number;
  readonly failed: number;
  /** Whether its finalizer counts: pods whose finalizer is being removed are counted already. */
  readonly tracked: (pod: Pod) => boolean;
  readonly backoff: BackoffRecord;
  readonly succeededBefore: Intervals;
  readonly succeededIndexes: Intervals;
  /** null where indexes have no limit of their own. */
  readonly failedIndexes: Intervals | null;
  /** The failed pod of an index that waits for the pod that replaces it. */
  readonly replaced: ReadonlyMap<number, Pod>;
}

/** `removing`: uids whose finalizer was removed, though the informer does not show it yet. */
export function factsOf(job: Job, pods: readonly Pod[], removing: ReadonlySet<string>, before: BackoffRecord, nowUs: number): Facts {
  const active = pods.filter(isPodActive);
  const uncounted = job.status?.uncountedTerminatedPods;
  const tracked = (pod: Pod): boolean => isTracked(pod) && !removing.has(pod.metadata.uid);
  const fresh = pods.filter((pod) => tracked(pod) && (!isIndexed(job) || isInRange(job, indexOf(pod))));
  const succeeded = fresh.filter((pod) => pod.status?.phase === "Succeeded" && uncounted?.succeeded?.includes(pod.metadata.uid) !== true);
  const failed = fresh.filter((pod) => isFailed(pod, job) && uncounted?.failed?.includes(pod.metadata.uid) !== true);
  const counting = failed.filter((pod) => judgeFailure(job.spec.podFailurePolicy, pod).counts);
  const facts: Facts = {
    job, pods, active, tracked,
    ready: active.filter(isPodReady).length,
    terminating: pods.filter((pod) => pod.metadata.deletionTimestamp !== undefined && !isPodTerminal(pod)).length,
    succeeded: (job.status?.succeeded ?? 0) + succeeded.length + (uncounted?.succeeded?.length ?? 0),
    failed: (job.status?.failed ?? 0) + counting.length + (uncounted?.failed?.length ?? 0),
    backoff: backoffAfter(before, succeeded, failed, nowUs),
    succeededBefore: [], succeededIndexes: [], failedIndexes: null, replaced: new Map(),
  };
  return isIndexed(job) ? withIndexes(facts, fresh) : facts;
}

function isInRange(job: Job, index: number): boolean {
  return index >= 0 && index < (job.spec.completions ?? 0);
}

function withIndexes(facts: Facts, fresh: readonly Pod[]): Facts {
  const { job, pods } = facts;
  const { completions = 0, backoffLimitPerIndex } = job.spec;
  const mine = pods.filter((pod) => isTracked(pod) && isInRange(job, indexOf(pod)));
  const succeededBefore = parseIntervals(job.status?.completedIndexes ?? "", completions);
  const succeededIndexes = merged(succeededBefore, intervalsOf(mine.filter((pod) => pod.status?.phase === "Succeeded").map(indexOf)));
  const indexed = { ...facts, succeededBefore, succeededIndexes, succeeded: total(succeededIndexes) };
  if (backoffLimitPerIndex === undefined) return indexed;
  const newlyFailed = mine.filter((pod) => {
    const { counts, failIndex } = judgeFailure(job.spec.podFailurePolicy, pod);
    return isFailed(pod, job) && (failIndex || (counts && failuresOf(pod) >= backoffLimitPerIndex));
  });
  const failedIndexes = merged(parseIntervals(job.status?.failedIndexes ?? "", completions), intervalsOf(newlyFailed.map(indexOf)));
  return { ...indexed, failedIndexes, replaced: replacedPods({ ...indexed, failedIndexes }, fresh) };
}

/** Its removal waits until another pod carries on the count of its index. */
function replacedPods({ job, active, succeededIndexes, failedIndexes }: Facts, fresh: readonly Pod[]): ReadonlyMap<number, Pod> {
  const done = merged(merged(succeededIndexes, failedIndexes ?? []), intervalsOf(active.map(indexOf)));
  const last = new Map<number, Pod>();
  for (const pod of fresh) {
    const index = indexOf(pod);
    if (!isFailed(pod, job) || has(done, index)) continue;
    const other = last.get(index);
    if (other === undefined || (allFailuresOf(other) <= allFailuresOf(pod) && finishedUs(pod) >= finishedUs(other))) last.set(index, pod);
  }
  return last;
}

/** The condition with which the Job comes to its end, whatever its pods still do; null where it goes on. */
export function endOf(facts: Facts, nowUs: number, now: string): JobCondition | null {
  const { job, pods, failed, succeededIndexes, failedIndexes } = facts;
  const met = trueCondition(job, "SuccessCriteriaMet");
  if (met !== null) return met;
  const target = trueCondition(job, "FailureTarget");
  if (target !== null) return newCondition("Failed", target.reason ?? "", target.message ?? "", now);
  const fails = (reason: string, message: string): JobCondition => newCondition("FailureTarget", reason, message, now);
  for (const pod of job.spec.podFailurePolicy === undefined ? [] : pods) {
    const why = isFailed(pod, job) ? judgeFailure(job.spec.podFailurePolicy, pod).failJob : null;
    if (why !== null) return fails("PodFailurePolicy", why);
  }
  if (failed > (job.spec.backoffLimit ?? 6) || restartsExceed(facts)) return fails("BackoffLimitExceeded", "Job has reached the specified backoff limit");
  const deadline = deadlineUs(job, nowUs);
  if (deadline !== null && deadline <= 0) return fails("DeadlineExceeded", "Job was active longer than specified deadline");
  if (!isIndexed(job)) return null;
  const failures = total(failedIndexes ?? []);
  if (failures > (job.spec.maxFailedIndexes ?? Number.POSITIVE_INFINITY)) return fails("MaxFailedIndexesExceeded", "Job has exceeded the specified maximal number of failed indexes");
  if (failures > 0 && failures + total(succeededIndexes) >= (job.spec.completions ?? 0)) return fails("FailedIndexes", "Job has failed indexes");
  const enough = successMet(job, succeededIndexes);
  return enough === null ? null : newCondition("SuccessCriteriaMet", "SuccessPolicy", enough, now);
}

/** Where pods start their containers again themselves, the restarts of those that run are the failures. */
function restartsExceed({ job, pods }: Facts): boolean {
  if (job.spec.template.spec.restartPolicy !== "OnFailure") return false;
  let restarts = 0;
  for (const { status } of pods) {
    if (status?.phase !== "Running" && status?.phase !== "Pending") continue;
    for (const { restartCount } of [...(status.initContainerStatuses ?? []), ...(status.containerStatuses ?? [])]) restarts += restartCount;
  }
  const limit = job.spec.backoffLimit ?? 6;
  return limit === 0 ? restarts > 0 : restarts >= limit;
}

/** What is left of activeDeadlineSeconds; null where nothing runs out. */
export function deadlineUs(job: Job, nowUs: number): number | null {
  const { activeDeadlineSeconds } = job.spec;
  const startUs = job.status?.startTime === undefined ? null : parseRfc3339(job.status.startTime);
  return activeDeadlineSeconds === undefined || startUs === null || isSuspended(job) ? null : startUs + activeDeadlineSeconds * 1_000_000 - nowUs;
}
