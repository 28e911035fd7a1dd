// Follows pkg/controller/job/job_controller.go: the conditions of a Job.
import type { Job, JobCondition } from "../../kinds/batch/job/types.ts";

export function newCondition(type: string, reason: string, message: string, now: string, status = "True"): JobCondition {
  return { type, status, lastProbeTime: now, lastTransitionTime: now, reason, message };
}

export function trueCondition(job: Job, type: string): JobCondition | null {
  return job.status?.conditions?.find((condition) => condition.type === type && condition.status === "True") ?? null;
}

/** The list with the condition as it is to be; the same list where nothing changes. False is said only of what was there. */
export function ensured(list: readonly JobCondition[], wanted: JobCondition): readonly JobCondition[] {
  const before = list.find(({ type }) => type === wanted.type);
  if (before === undefined) return wanted.status === "False" ? list : [...list, wanted];
  const same = before.status === wanted.status && before.reason === wanted.reason && before.message === wanted.message;
  return same ? list : list.map((condition) => (condition === before ? wanted : condition));
}
