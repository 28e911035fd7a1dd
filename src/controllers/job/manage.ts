// Follows pkg/controller/job/job_controller.go (manageJob, activePodsForRemoval).
import type { Pod } from "../../kinds/core/pod/types.ts";
import { remainingUs, finishedUs } from "./backoff.ts";
import type { Facts } from "./facts.ts";
import { firstOutside, intervalsOf, merged } from "./intervals.ts";
import { allFailuresOf, indexOf, isIndexed, isSuspended, leastMissedFirst, replacesEndedOnly } from "./jobPods.ts";

/** Pods made or removed in one pass at most. */
const mostAtOnce = 500;

/** What to do about the number of pods. */
export type Decision =
  | { readonly type: "nothing" }
  | { readonly type: "delete"; readonly pods: readonly Pod[]; readonly why: string }
  /** One entry a pod: its index, or null where the Job has none. */
  | { readonly type: "create"; readonly indexes: readonly (number | null)[]; readonly why: string }
  | { readonly type: "wait"; readonly delayUs: number };

export function decide(facts: Facts, nowUs: number): Decision {
  const { job, active, succeeded, backoff, terminating } = facts;
  if (isSuspended(job)) return { type: "delete", pods: surplus(facts, active.length), why: "the Job is suspended" };
  const { completions, parallelism = 1, backoffLimitPerIndex } = job.spec;
  const open = completions === undefined ? (succeeded > 0 ? active.length : parallelism) : Math.max(0, Math.min(completions - succeeded, parallelism));
  const tooMany = surplus(facts, Math.max(0, active.length - open)).slice(0, mostAtOnce);
  if (tooMany.length > 0) return { type: "delete", pods: tooMany, why: `${open} wanted, ${active.length} there` };
  const missing = open - active.length - (replacesEndedOnly(job) ? terminating : 0);
  if (missing <= 0) return { type: "nothing" };
  const delayUs = backoffLimitPerIndex === undefined ? remainingUs(backoff, nowUs) : 0;
  if (delayUs > 0) return { type: "wait", delayUs };
  const why = `${open} wanted, ${active.length} there, ${succeeded}${completions === undefined ? "" : ` of ${completions}`} succeeded`;
  const count = Math.min(missing, mostAtOnce);
  if (!isIndexed(job)) return { type: "create", indexes: Array.from({ length: count }, () => null), why };
  return readyIndexes(facts, pendingIndexes(facts, count), why, nowUs);
}

function pendingIndexes({ job, pods, active, succeededIndexes, failedIndexes }: Facts, count: number): readonly number[] {
  const going = replacesEndedOnly(job) ? pods.filter(({ metadata, status }) => metadata.deletionTimestamp !== undefined && status?.phase !== "Succeeded" && status?.phase !== "Failed") : [];
  const held = intervalsOf([...active, ...going].map(indexOf).filter((index) => index >= 0));
  return firstOutside(merged(merged(succeededIndexes, failedIndexes ?? []), held), count, job.spec.completions ?? 0);
}

/** With limits of their own, each index waits for itself. */
function readyIndexes({ job, replaced }: Facts, indexes: readonly number[], why: string, nowUs: number): Decision {
  if (job.spec.backoffLimitPerIndex === undefined) return { type: "create", indexes, why };
  const waits = indexes.map((index) => {
    const pod = replaced.get(index);
    return pod === undefined ? 0 : remainingUs({ failures: allFailuresOf(pod) + 1, lastUs: finishedUs(pod) }, nowUs);
  });
  const now = indexes.filter((_index, at) => waits[at] === 0);
  return now.length > 0 || waits.length === 0 ? { type: "create", indexes: now, why } : { type: "wait", delayUs: Math.min(...waits) };
}

/** At least `count` pods to remove, those first that are missed least; of an Indexed Job also every pod without a valid index of its own. */
function surplus({ job, active }: Facts, count: number): readonly Pod[] {
  const sorted = [...active].sort(leastMissedFirst);
  if (!isIndexed(job)) return sorted.slice(0, count);
  const keepers = new Map<number, Pod>();
  for (const pod of sorted) if (indexOf(pod) >= 0 && indexOf(pod) < (job.spec.completions ?? 0)) keepers.set(indexOf(pod), pod);
  const removed = sorted.filter((pod) => keepers.get(indexOf(pod)) !== pod);
  return [...removed, ...sorted.filter((pod) => !removed.includes(pod)).slice(0, Math.max(0, count - removed.length))];
}
