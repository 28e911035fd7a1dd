// Follows pkg/apis/batch/validation/validation.go validateJobSpec: what holds for a Job and for the Jobs of a CronJob.
import type { Json, JsonObject } from "../../../base/json.ts";
import { invalid, notSupported, required, tooLong } from "../../../apimachinery/fieldError.ts";
import { isDomainPrefixedPath } from "../../../apimachinery/names.ts";
import type { FieldError } from "../../../apimachinery/status.ts";
import { validateNonnegative } from "../../metadata/validate.ts";
import { internalPodSpec } from "../../podtemplate/internalDiff.ts";
import { validatePodTemplate } from "../../podtemplate/validateTemplate.ts";
import { inOrder } from "./defaults.ts";
import type { JobSpec } from "./types.ts";
import { validatePodFailurePolicy, validatePodReplacementPolicy, validateSuccessPolicy } from "./validatePolicies.ts";

const mostIndexes = 100_000;
const manyCompletions = 100_000;
const mostForManyCompletions = 10_000;
const longestManagedBy = 63;
const nonnegative = ["parallelism", "completions", "activeDeadlineSeconds", "backoffLimit", "ttlSecondsAfterFinished", "backoffLimitPerIndex", "maxFailedIndexes"] as const;
const completionModes = ["NonIndexed", "Indexed"];

export function validateJobSpec(spec: JobSpec, path: string): readonly FieldError[] {
  const errors: FieldError[] = nonnegative.flatMap((name) => validateNonnegative(spec[name] ?? 0, `${path}.${name}`));
  const { completionMode: mode, maxFailedIndexes, backoffLimitPerIndex, managedBy } = spec;
  if (maxFailedIndexes !== undefined && backoffLimitPerIndex === undefined) errors.push(required(`${path}.backoffLimitPerIndex`, "when maxFailedIndexes is specified"));
  if (managedBy !== undefined) {
    errors.push(...isDomainPrefixedPath(`${path}.managedBy`, managedBy));
    if (managedBy.length > longestManagedBy) errors.push(tooLong(`${path}.managedBy`, longestManagedBy));
  }
  if (mode !== undefined && !completionModes.includes(mode)) errors.push(notSupported(`${path}.completionMode`, mode, completionModes));
  if (mode === "Indexed") errors.push(...validateIndexed(spec, path));
  if (mode === undefined || mode === "NonIndexed") {
    if (backoffLimitPerIndex !== undefined) errors.push(invalid(`${path}.backoffLimitPerIndex`, backoffLimitPerIndex, "requires indexed completion mode"));
    if (maxFailedIndexes !== undefined) errors.push(invalid(`${path}.maxFailedIndexes`, maxFailedIndexes, "requires indexed completion mode"));
  }
  if (spec.podFailurePolicy !== undefined) errors.push(...validatePodFailurePolicy(spec, `${path}.podFailurePolicy`));
  if (spec.successPolicy !== undefined) {
    if (mode === "Indexed") errors.push(...validateSuccessPolicy(spec, `${path}.successPolicy`));
    else errors.push(invalid(`${path}.successPolicy`, shownSuccessPolicy(spec), "requires indexed completion mode"));
  }
  errors.push(...validatePodReplacementPolicy(spec, `${path}.podReplacementPolicy`), ...validatePodTemplate(spec.template, `${path}.template`));
  return [...errors, ...validateRestartPolicy(spec, `${path}.template.spec.restartPolicy`)];
}

/** The internal form, which carries no JSON tags. */
export function shownSuccessPolicy(spec: JobSpec): Json {
  return { Rules: spec.successPolicy?.rules?.map((rule) => ({ SucceededIndexes: rule.succeededIndexes ?? null, SucceededCount: rule.succeededCount ?? null })) ?? null };
}

/** The internal form of the failure policy. */
export function shownFailurePolicy(spec: JobSpec): Json {
  return {
    Rules: spec.podFailurePolicy?.rules?.map(({ action, onExitCodes: codes, onPodConditions }) => ({
      Action: action ?? "",
      OnExitCodes: codes === undefined ? null : { ContainerName: codes.containerName ?? null, Operator: codes.operator ?? "", Values: codes.values ?? null },
      OnPodConditions: onPodConditions?.map(({ type, status }) => ({ Type: type ?? "", Status: status ?? "" })) ?? null,
    })) ?? null,
  };
}

/** The internal form of the template: the metadata keep their JSON names, for their type is shared with the API. */
export function shownTemplate(template: JobSpec["template"]): Json {
  const { labels } = template.metadata ?? {};
  return { ...(template.metadata as JsonObject | undefined), ...(labels === undefined ? {} : { labels: inOrder(labels) }), Spec: internalPodSpec(template.spec) };
}

function validateIndexed(spec: JobSpec, path: string): readonly FieldError[] {
  const errors: FieldError[] = [];
  const { completions, parallelism, maxFailedIndexes: failed } = spec;
  if (completions === undefined) errors.push(required(`${path}.completions`, "when completion mode is Indexed"));
  if (parallelism !== undefined && parallelism > mostIndexes) errors.push(invalid(`${path}.parallelism`, parallelism, `must be less than or equal to ${mostIndexes} when completion mode is Indexed`));
  if (completions !== undefined && failed !== undefined && failed > completions) errors.push(invalid(`${path}.maxFailedIndexes`, failed, "must be less than or equal to completions"));
  if (failed !== undefined && failed > mostIndexes) errors.push(invalid(`${path}.maxFailedIndexes`, failed, `must be less than or equal to ${mostIndexes}`));
  if (completions === undefined || completions <= manyCompletions || spec.backoffLimitPerIndex === undefined) return errors;
  const tooHigh = `must be less than or equal to ${mostForManyCompletions} when completions are above ${manyCompletions} and used with backoff limit per index`;
  if (failed === undefined) errors.push(required(`${path}.maxFailedIndexes`, `must be specified when completions is above ${manyCompletions}`));
  if (parallelism !== undefined && parallelism > mostForManyCompletions) errors.push(invalid(`${path}.parallelism`, parallelism, tooHigh));
  if (failed !== undefined && failed > mostForManyCompletions) errors.push(invalid(`${path}.maxFailedIndexes`, failed, tooHigh));
  return errors;
}

/** A policy that nobody gave is Always by then, which says as much as none. */
function validateRestartPolicy(spec: JobSpec, path: string): readonly FieldError[] {
  const policy = spec.template.spec.restartPolicy ?? "";
  if (policy === "" || policy === "Always") return [required(path, 'valid values: "OnFailure", "Never"')];
  if (policy !== "OnFailure" && policy !== "Never") return [notSupported(path, policy, ["OnFailure", "Never"])];
  return spec.podFailurePolicy !== undefined && policy !== "Never" ? [invalid(path, policy, 'only "Never" is supported when podFailurePolicy is specified')] : [];
}
