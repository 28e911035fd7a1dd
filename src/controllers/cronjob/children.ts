// Follows pkg/controller/cronjob/utils.go and cronjob_controllerv2.go: the Jobs of a CronJob.
import type { OwnerReference } from "../../apimachinery/objectMeta.ts";
import { parseRfc3339 } from "../../base/rfc3339.ts";
import type { NewObject } from "../../client/writes.ts";
import { cronJobKind } from "../../kinds/batch/cronjob/kind.ts";
import type { CronJob } from "../../kinds/batch/cronjob/types.ts";
import type { Job } from "../../kinds/batch/job/types.ts";
import { isConditionTrue } from "../../kinds/batch/job/validateStatus.ts";
import { controllerReference } from "../ownership.ts";
import { zonedTimestamp } from "./zoneTime.ts";

/** The index of Jobs by the name of their CronJob, which is all that counts: one of the same name takes over. */
export const cronJobIndex = "cronJob";

export function ownerName(owner: OwnerReference | null, namespace = ""): readonly string[] {
  return owner === null ? [] : [`${namespace}/${owner.name}`];
}

/** "Complete", "Failed", or "" where it has not ended. */
export function endOf(job: Job): "Complete" | "Failed" | "" {
  return isConditionTrue(job.status, "Complete") ? "Complete" : isConditionTrue(job.status, "Failed") ? "Failed" : "";
}

/** Ended Jobs beyond the limits of the history, the oldest first. */
export function beyondHistory({ spec }: CronJob, jobs: readonly Job[]): readonly Job[] {
  const limits = [["Complete", spec.successfulJobsHistoryLimit], ["Failed", spec.failedJobsHistoryLimit]] as const;
  return limits.flatMap(([end, limit]) => {
    const ended = jobs.filter((job) => endOf(job) === end);
    return limit === undefined || ended.length <= limit ? [] : [...ended].sort(byStart).slice(0, ended.length - limit);
  });
}

function byStart(a: Job, b: Job): number {
  const [x, y] = [a, b].map(({ status }) => (status?.startTime === undefined ? Number.POSITIVE_INFINITY : (parseRfc3339(status.startTime) ?? 0))) as [number, number];
  return x === y ? (a.metadata.name < b.metadata.name ? -1 : 1) : x - y;
}

/** One name a minute: a Job of a time is made once only. */
export function jobName({ metadata }: CronJob, scheduled: number): string {
  return `${metadata.name}-${Math.trunc(scheduled / 60)}`;
}

export function newJob(cronJob: CronJob, scheduled: number): NewObject {
  const { metadata = {}, spec } = cronJob.spec.jobTemplate;
  const annotations = { ...metadata.annotations, "batch.kubernetes.io/cronjob-scheduled-timestamp": zonedTimestamp(cronJob.spec.timeZone ?? "", scheduled) };
  return {
    apiVersion: "batch/v1",
    kind: "Job",
    metadata: {
      name: jobName(cronJob, scheduled),
      namespace: cronJob.metadata.namespace ?? "",
      ...(metadata.labels === undefined ? {} : { labels: metadata.labels }),
      annotations,
      ownerReferences: [controllerReference(cronJob, cronJobKind)],
    },
    spec,
  };
}
