// Follows pkg/controller/job/backoff_utils.go. Differs: an end that lies before the pod was made, for somebody's clock is slow, counts as now.
import { parseRfc3339 } from "../../base/rfc3339.ts";
import { podCondition } from "../../kinds/core/pod/podStatus.ts";
import type { Pod } from "../../kinds/core/pod/types.ts";
import { second } from "../../sim/time.ts";
import type { DurationUs } from "../../sim/time.ts";

const firstUs = 10 * second;
const longestUs = 600 * second;

/** How often pods of a Job failed since one last succeeded, and when the last did. */
export interface BackoffRecord {
  readonly failures: number;
  readonly lastUs: number;
}

export const noFailures: BackoffRecord = { failures: 0, lastUs: 0 };

/** The record after these pods ended too. */
export function backoffAfter(before: BackoffRecord, succeeded: readonly Pod[], failed: readonly Pod[], nowUs: number): BackoffRecord {
  if (failed.length === 0) return succeeded.length === 0 ? before : noFailures;
  const endUs = (pod: Pod): number => (finishedUs(pod) < (timeOf(pod.metadata.creationTimestamp) ?? 0) ? nowUs : finishedUs(pod));
  const times = failed.map(endUs);
  if (succeeded.length === 0) return { failures: before.failures + failed.length, lastUs: Math.max(...times) };
  const lastSuccess = Math.max(...succeeded.map(endUs));
  const later = times.filter((time) => time > lastSuccess);
  return later.length === 0 ? noFailures : { failures: later.length, lastUs: Math.max(...later) };
}

/** What is left to wait before the next pod. */
export function remainingUs({ failures, lastUs }: BackoffRecord, nowUs: number): DurationUs {
  if (failures === 0) return 0;
  return Math.max(0, Math.min(longestUs, firstUs * 2 ** Math.min(failures - 1, 30)) - (nowUs - lastUs));
}

/** When a pod ended: by its containers, else by its condition Ready, else by its deletion, else by its making. */
export function finishedUs(pod: Pod): number {
  const ends = (pod.status?.containerStatuses ?? []).map(({ state }) => timeOf(state?.terminated?.finishedAt));
  if (ends.length > 0 && ends.every((end) => end !== null)) return Math.max(...(ends as number[]));
  const ready = podCondition(pod, "Ready");
  const unready = ready?.status === "False" ? timeOf(ready.lastTransitionTime) : null;
  if (unready !== null) return unready;
  const deleted = timeOf(pod.metadata.deletionTimestamp);
  if (deleted !== null) return deleted - (pod.metadata.deletionGracePeriodSeconds ?? 0) * second;
  return timeOf(pod.metadata.creationTimestamp) ?? 0;
}

function timeOf(text: string | undefined | null): number | null {
  return text === undefined || text === null ? null : parseRfc3339(text);
}
