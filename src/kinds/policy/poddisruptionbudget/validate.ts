// Follows pkg/apis/policy/validation/validation.go.
import type { JsonObject } from "../../../base/json.ts";
import { invalid, notSupported } from "../../../apimachinery/fieldError.ts";
import { isPathSegmentName, isValidPercent } from "../../../apimachinery/names.ts";
import type { FieldError } from "../../../apimachinery/status.ts";
import { validateConditions } from "../../metadata/conditions.ts";
import { validateLabelSelector } from "../../metadata/labelSelector.ts";
import { validateNonnegative, validateObjectMeta } from "../../metadata/validate.ts";
import type { PodDisruptionBudget, PodDisruptionBudgetSpec } from "./types.ts";

const evictionPolicies = ["AlwaysAllow", "IfHealthyBudget"];

/** The kind has no rule of its own for its metadata: it is judged by what all kinds share, and only where the spec is right. */
export function validateBudget(budget: PodDisruptionBudget): readonly FieldError[] {
  const errors = validateBudgetSpec(budget.spec);
  return errors.length > 0 ? errors : validateObjectMeta(budget.metadata, true, isPathSegmentName, "metadata");
}

export function validateBudgetSpec(spec: PodDisruptionBudgetSpec): readonly FieldError[] {
  const errors: FieldError[] = [];
  const { minAvailable, maxUnavailable, selector, unhealthyPodEvictionPolicy: policy } = spec;
  if (minAvailable !== undefined && maxUnavailable !== undefined) errors.push(invalid("spec", shown(spec), "minAvailable and maxUnavailable cannot be both set"));
  if (minAvailable !== undefined) errors.push(...validateAmount(minAvailable, "spec.minAvailable"));
  if (maxUnavailable !== undefined) errors.push(...validateAmount(maxUnavailable, "spec.maxUnavailable"));
  errors.push(...validateLabelSelector(selector, "spec.selector"));
  if (policy !== undefined && !evictionPolicies.includes(policy)) errors.push(notSupported("spec.unhealthyPodEvictionPolicy", policy, evictionPolicies));
  return errors;
}

/** The internal form, which carries no JSON tags. */
function shown(spec: PodDisruptionBudgetSpec): JsonObject {
  return { MinAvailable: spec.minAvailable ?? null, Selector: (spec.selector ?? null) as JsonObject | null, MaxUnavailable: spec.maxUnavailable ?? null, UnhealthyPodEvictionPolicy: spec.unhealthyPodEvictionPolicy ?? null };
}

function validateAmount(value: number | string, path: string): readonly FieldError[] {
  if (typeof value === "number") return validateNonnegative(value, path);
  const messages = isValidPercent(value);
  if (messages.length > 0) return messages.map((message) => invalid(path, value, message));
  return Number(value.slice(0, -1)) > 100 ? [invalid(path, value, "must not be greater than 100%")] : [];
}

export function validateBudgetStatus(budget: PodDisruptionBudget): readonly FieldError[] {
  const status = budget.status ?? {};
  const counts = ["disruptionsAllowed", "currentHealthy", "desiredHealthy", "expectedPods"] as const;
  return [...validateConditions(status.conditions, "status.conditions"), ...counts.flatMap((name) => validateNonnegative(status[name] ?? 0, `status.${name}`))];
}
