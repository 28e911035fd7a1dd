import type { KubeObject, ObjectMeta } from "../../../apimachinery/objectMeta.ts";
import type { JobSpec } from "../job/types.ts";

export interface CronJob extends KubeObject<CronJobSpec, CronJobStatus> {
  readonly spec: CronJobSpec;
  readonly status?: CronJobStatus;
}

export interface CronJobSpec {
  readonly concurrencyPolicy?: string;
  readonly failedJobsHistoryLimit?: number;
  readonly jobTemplate: JobTemplateSpec;
  readonly schedule?: string;
  readonly startingDeadlineSeconds?: number;
  readonly successfulJobsHistoryLimit?: number;
  readonly suspend?: boolean;
  readonly timeZone?: string;
}

export interface JobTemplateSpec {
  readonly metadata?: Partial<ObjectMeta>;
  readonly spec: JobSpec;
}

export interface CronJobStatus {
  readonly active?: readonly { readonly apiVersion?: string; readonly kind?: string; readonly name?: string; readonly namespace?: string; readonly uid?: string; readonly resourceVersion?: string }[];
  readonly lastScheduleTime?: string;
  readonly lastSuccessfulTime?: string;
}
