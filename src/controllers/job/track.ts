// Follows pkg/controller/job/job_controller.go (trackJobStatusAndRemoveFinalizers, cleanUncountedPodsWithoutFinalizers, enactJobFinished).
import type { Job, JobCondition, JobStatus } from "../../kinds/batch/job/types.ts";
import type { Pod } from "../../kinds/core/pod/types.ts";
import { ensured, newCondition, trueCondition } from "./conditions.ts";
import type { Facts } from "./facts.ts";
import { has, intervalsOf, intervalsText, merged, total } from "./intervals.ts";
import { indexOf, isFailed, isIndexed } from "./jobPods.ts";
import { judgeFailure } from "./policies.ts";

/** Ended pods that a status names at most: the list stays small, and big Jobs leave room for others. */
const mostUncounted = 500;

/** The Job as its status is to be, and what is still to be done about its pods. Plain data: it lives while requests are under way. */
export interface Tracking {
  readonly job: Job;
  /** Whether the status differs from the stored one. */
  readonly changed: boolean;
  /** Names and uids of the pods whose finalizer may go. */
  readonly release: readonly (readonly [name: string, uid: string])[];
  /** uids of the pods that have their finalizer. */
  readonly held: readonly string[];
  /** The condition that ends the Job, once its pods are counted. */
  readonly end: JobCondition | null;
}

/** `job`: with the new counts of pods. `end`: the condition with which it comes to its end. */
export function track(facts: Facts, job: Job, end: JobCondition | null, now: string): Tracking {
  const held = facts.pods.filter(facts.tracked).map((pod) => pod.metadata.uid);
  let changed = false;
  const counted = withoutCounted(job.status ?? {}, new Set(held));
  let status = counted ?? job.status ?? {};
  const ended = countEnded({ ...facts, job }, status, end);
  status = { ...status, uncountedTerminatedPods: ended.uncounted };
  changed = counted !== null || ended.changed;
  if (isIndexed(job)) {
    const indexed = withIndexStatus(facts, status, ended.newIndexes);
    changed ||= indexed.completedIndexes !== status.completedIndexes || indexed.failedIndexes !== status.failedIndexes;
    status = indexed;
  }
  const interim = end !== null && (end.type === "FailureTarget" || (end.type === "SuccessCriteriaMet" && trueCondition(job, "SuccessCriteriaMet") === null));
  if (interim) status = { ...status, conditions: [...(status.conditions ?? []), end] };
  const last = end === null || ended.capped ? null : newCondition(end.type === "SuccessCriteriaMet" ? "Complete" : "Failed", end.reason ?? "", end.message ?? "", now);
  return { job: { ...job, status }, changed: changed || interim, release: ended.release.map(({ metadata }) => [metadata.name, metadata.uid] as const), held, end: last };
}

interface Ended {
  readonly release: readonly Pod[];
  readonly uncounted: { readonly succeeded?: readonly string[]; readonly failed?: readonly string[] };
  readonly newIndexes: readonly number[];
  readonly changed: boolean;
  /** There are more than one pass may count. */
  readonly capped: boolean;
}

/** Which pods have ended and how: those of an index are known by it, all others by their uid until their finalizer is gone. */
function countEnded(facts: Facts, status: JobStatus, end: JobCondition | null): Ended {
  const { job, pods, tracked, succeededBefore, replaced } = facts;
  const succeeded = [...(status.uncountedTerminatedPods?.succeeded ?? [])];
  const failed = [...(status.uncountedTerminatedPods?.failed ?? [])];
  const release: Pod[] = [];
  const newIndexes: number[] = [];
  const before = succeeded.length + failed.length;
  let capped = false;
  for (const pod of isIndexed(job) ? [...pods].sort((a, b) => indexOf(a) - indexOf(b)) : pods) {
    const { uid } = pod.metadata;
    const [index, fails, succeeds] = [indexOf(pod), isFailed(pod, job), pod.status?.phase === "Succeeded"];
    const over = job.metadata.deletionTimestamp !== undefined || end !== null || succeeds;
    if (!tracked(pod) || !(over || (fails && replaced.get(index) !== pod))) continue;
    release.push(pod);
    const valid = !isIndexed(job) || (index >= 0 && index < (job.spec.completions ?? 0));
    if (succeeds && !failed.includes(uid)) {
      if (!isIndexed(job)) {
        if (!succeeded.includes(uid)) succeeded.push(uid);
      } else if (valid && !has(succeededBefore, index)) newIndexes.push(index);
    } else if ((fails || (end !== null && end.type !== "SuccessCriteriaMet")) && valid && !failed.includes(uid) && judgeFailure(job.spec.podFailurePolicy, pod).counts) failed.push(uid);
    capped = newIndexes.length + succeeded.length + failed.length >= mostUncounted;
    if (capped) break;
  }
  return { release, newIndexes, capped, changed: newIndexes.length > 0 || succeeded.length + failed.length !== before, uncounted: uncountedPods(succeeded, failed) };
}

function uncountedPods(succeeded: readonly string[], failed: readonly string[]): Ended["uncounted"] {
  return { ...(succeeded.length === 0 ? {} : { succeeded }), ...(failed.length === 0 ? {} : { failed }) };
}

function withIndexStatus({ succeededIndexes, failedIndexes }: Facts, status: JobStatus, newIndexes: readonly number[]): JobStatus {
  const all = merged(succeededIndexes, intervalsOf(newIndexes));
  const { completedIndexes: _completed, failedIndexes: _failed, succeeded: _succeeded, ...rest } = status;
  return {
    ...rest,
    ...(all.length === 0 ? {} : { succeeded: total(all), completedIndexes: intervalsText(all) }),
    ...(failedIndexes === null ? {} : { failedIndexes: intervalsText(failedIndexes) }),
  };
}

/** The status after pods that have no finalizer any more are counted; null where none is to be. */
export function withoutCounted(status: JobStatus, held: ReadonlySet<string>): JobStatus | null {
  const { succeeded = [], failed = [] } = status.uncountedTerminatedPods ?? {};
  const [openSucceeded, openFailed] = [succeeded.filter((uid) => held.has(uid)), failed.filter((uid) => held.has(uid))];
  const [more, moreFailed] = [succeeded.length - openSucceeded.length, failed.length - openFailed.length];
  if (more + moreFailed === 0) return null;
  return {
    ...status,
    ...(more === 0 ? {} : { succeeded: (status.succeeded ?? 0) + more }),
    ...(moreFailed === 0 ? {} : { failed: (status.failed ?? 0) + moreFailed }),
    uncountedTerminatedPods: uncountedPods(openSucceeded, openFailed),
  };
}

/** The status with the end of the Job in it; null where pods are still to be counted or to go. */
export function withEnd(status: JobStatus, end: JobCondition | null): JobStatus | null {
  const { succeeded = [], failed = [] } = status.uncountedTerminatedPods ?? {};
  if (end === null || succeeded.length + failed.length > 0 || (status.terminating ?? 0) > 0) return null;
  const conditions = ensured(status.conditions ?? [], end);
  return { ...status, conditions, ...(end.type === "Complete" ? { completionTime: end.lastTransitionTime ?? "" } : {}) };
}
