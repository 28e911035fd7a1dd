// Follows pkg/apis/batch/validation/validation.go: CronJobs.
import type { Json } from "../../../base/json.ts";
import { invalid, notSupported, required } from "../../../apimachinery/fieldError.ts";
import { isDns1123Subdomain } from "../../../apimachinery/names.ts";
import type { FieldError } from "../../../apimachinery/status.ts";
import { validateNonnegative, validateObjectMeta, validateObjectMetaUpdate } from "../../metadata/validate.ts";
import { jobSpecWarnings, nameWarnings } from "../job/validate.ts";
import { validateJobSpec } from "../job/validateSpec.ts";
import { parseSchedule } from "./schedule.ts";
import { isTimeZone } from "./timeZones.ts";
import type { CronJob, CronJobSpec, JobTemplateSpec } from "./types.ts";

const concurrencyPolicies = ["Allow", "Forbid", "Replace"];
/** The controller appends "-" and ten digits to name its Jobs. */
const longestName = 52;
const partPattern = /^[A-Za-z.\-_0-9+]{1,14}$/;

export function validateCronJob(cronJob: CronJob): readonly FieldError[] {
  const { name } = cronJob.metadata;
  const errors: FieldError[] = [...validateObjectMeta(cronJob.metadata, true, isDns1123Subdomain, "metadata"), ...validateSpec(cronJob.spec, null)];
  return (name ?? "").length > longestName ? [...errors, invalid("metadata.name", name, `must be no more than ${longestName} characters`)] : errors;
}

export function validateCronJobUpdate(cronJob: CronJob, old: CronJob): readonly FieldError[] {
  return [...validateObjectMetaUpdate(cronJob.metadata, old.metadata, "metadata"), ...validateSpec(cronJob.spec, old.spec)];
}

function validateSpec(spec: CronJobSpec, old: CronJobSpec | null): readonly FieldError[] {
  const { schedule = "", timeZone, concurrencyPolicy: policy = "" } = spec;
  const errors: FieldError[] = schedule === "" ? [required("spec.schedule")] : [...validateSchedule(schedule, old?.schedule?.includes("TZ") === true, timeZone)];
  errors.push(...validateNonnegative(spec.startingDeadlineSeconds ?? 0, "spec.startingDeadlineSeconds"));
  if (timeZone !== undefined && (old === null || old.timeZone !== timeZone)) errors.push(...validateTimeZone(timeZone));
  if (policy === "") errors.push(required("spec.concurrencyPolicy"));
  else if (!concurrencyPolicies.includes(policy)) errors.push(notSupported("spec.concurrencyPolicy", policy, concurrencyPolicies));
  errors.push(...validateJobTemplate(spec.jobTemplate, "spec.jobTemplate"));
  return [...errors, ...validateNonnegative(spec.successfulJobsHistoryLimit ?? 0, "spec.successfulJobsHistoryLimit"), ...validateNonnegative(spec.failedJobsHistoryLimit ?? 0, "spec.failedJobsHistoryLimit")];
}

/** Old CronJobs may keep a zone in their schedule; no other one may get one. */
function validateSchedule(schedule: string, zoneAllowed: boolean, timeZone: string | undefined): readonly FieldError[] {
  const path = "spec.schedule";
  const parsed = parseSchedule(schedule);
  const errors: FieldError[] = typeof parsed === "string" ? [invalid(path, schedule, parsed)] : [];
  if (!schedule.includes("TZ")) return errors;
  if (!zoneAllowed) errors.push(invalid(path, schedule, "cannot use TZ or CRON_TZ in schedule, use timeZone field instead"));
  else if (timeZone !== undefined) errors.push(invalid(path, schedule, "cannot use both timeZone field and TZ or CRON_TZ in schedule"));
  return errors;
}

function validateTimeZone(name: string): readonly FieldError[] {
  const path = "spec.timeZone";
  if (name === "") return [invalid(path, name, "timeZone must be nil or non-empty string")];
  const unknown = invalid(path, name, `unknown time zone ${name}`);
  if (name.split("/").some((part) => part === "." || part === ".." || part.startsWith("-") || !partPattern.test(part))) return [unknown];
  const errors = name.toLowerCase() === "local" ? [invalid(path, name, "timeZone must be an explicit time zone as defined in https://www.iana.org/time-zones")] : [];
  return name === "Local" || isTimeZone(name) ? errors : [...errors, unknown];
}

function validateJobTemplate(template: JobTemplateSpec, path: string): readonly FieldError[] {
  const { spec } = template;
  const errors: FieldError[] = [...validateJobSpec(spec, `${path}.spec`)];
  if (spec.selector !== undefined) errors.push(invalid(`${path}.spec.selector`, spec.selector as Json, "`selector` will be auto-generated"));
  if (spec.manualSelector === true) errors.push(notSupported(`${path}.spec.manualSelector`, true, ["nil", "false"]));
  return errors;
}

export function cronJobWarnings(cronJob: CronJob, old: CronJob | null): readonly string[] {
  const path = "spec.jobTemplate.spec";
  const { spec } = cronJob.spec.jobTemplate;
  if (old === null) return [...nameWarnings(cronJob.metadata.name), ...jobSpecWarnings(spec, null, path)];
  const warnings = cronJob.metadata.generation === old.metadata.generation ? [] : jobSpecWarnings(spec, old.spec.jobTemplate.spec, path);
  if (cronJob.spec.schedule?.includes("TZ") !== true) return warnings;
  // Upstream names the path like this.
  return [...warnings, "cannot use TZ or CRON_TZ in spec.spec.schedule, use timeZone instead, see https://kubernetes.io/docs/concepts/workloads/controllers/cron-jobs/ for more details"];
}
