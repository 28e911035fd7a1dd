// Follows pkg/apis/batch/validation/validation.go: podFailurePolicy, successPolicy, podReplacementPolicy.
import type { Json } from "../../../base/json.ts";
import { duplicate, index, invalid, notSupported, required, tooLong, tooMany } from "../../../apimachinery/fieldError.ts";
import { goQuote } from "../../../apimachinery/goFormat.ts";
import { isQualifiedName } from "../../../apimachinery/names.ts";
import type { FieldError } from "../../../apimachinery/status.ts";
import { validateNonnegative } from "../../metadata/validate.ts";
import { countIndexes } from "./indexes.ts";
import type { JobSpec, OnExitCodes, OnPodCondition, PodFailurePolicyRule, SuccessPolicyRule } from "./types.ts";

const actions = ["Count", "FailIndex", "FailJob", "Ignore"];
const operators = ["In", "NotIn"];
const statuses = ["False", "True", "Unknown"];
const mostRules = 20;
const mostValues = 255;
const mostPatterns = 20;
const longestIndexes = 64 * 1024;

/** Required, and one of a few; Go prints a list of texts as ["a" "b"]. */
function oneOf(value: string | undefined, allowed: readonly string[], path: string): readonly FieldError[] {
  if ((value ?? "") === "") return [required(path, `valid values: [${allowed.map(goQuote).join(" ")}]`)];
  return allowed.includes(value ?? "") ? [] : [notSupported(path, value ?? "", allowed)];
}

export function validatePodFailurePolicy(spec: JobSpec, path: string): readonly FieldError[] {
  const rules = spec.podFailurePolicy?.rules ?? [];
  const own = `${path}.rules`;
  const names = new Set([...(spec.template.spec.containers ?? []), ...(spec.template.spec.initContainers ?? [])].map((container) => container.name));
  const many = rules.length > mostRules ? [tooMany(own, rules.length, mostRules)] : [];
  return [...many, ...rules.flatMap((rule, at) => validateFailureRule(spec, rule, index(own, at), names))];
}

function validateFailureRule(spec: JobSpec, rule: PodFailurePolicyRule, path: string, containers: ReadonlySet<string>): readonly FieldError[] {
  const errors: FieldError[] = [];
  if (rule.action === "FailIndex") {
    if (spec.backoffLimitPerIndex === undefined) errors.push(invalid(`${path}.action`, rule.action, "requires the backoffLimitPerIndex to be set"));
  } else errors.push(...oneOf(rule.action, actions, `${path}.action`));
  const conditions = rule.onPodConditions ?? [];
  if (rule.onExitCodes !== undefined) errors.push(...validateExitCodes(rule.onExitCodes, `${path}.onExitCodes`, containers));
  if (conditions.length > 0) errors.push(...validateConditionPatterns(conditions, `${path}.onPodConditions`));
  if (rule.onExitCodes !== undefined && conditions.length > 0) errors.push(invalid(path, undefined, "specifying both OnExitCodes and OnPodConditions is not supported"));
  if (rule.onExitCodes === undefined && conditions.length === 0) errors.push(invalid(path, undefined, "specifying one of OnExitCodes and OnPodConditions is required"));
  return errors;
}

function validateExitCodes(codes: OnExitCodes, path: string, containers: ReadonlySet<string>): readonly FieldError[] {
  const errors: FieldError[] = [...oneOf(codes.operator, operators, `${path}.operator`)];
  if (codes.containerName !== undefined && !containers.has(codes.containerName)) errors.push(invalid(`${path}.containerName`, codes.containerName, "must be one of the container or initContainer names in the pod template"));
  const values = codes.values ?? [];
  if (values.length === 0) errors.push(invalid(`${path}.values`, (codes.values ?? null) as Json, "at least one value is required"));
  else if (values.length > mostValues) errors.push(tooMany(`${path}.values`, values.length, mostValues));
  const seen = new Set<number>();
  for (const [at, value] of values.entries()) {
    if (codes.operator === "In" && value === 0) errors.push(invalid(index(`${path}.values`, at), 0, "must not be 0 for the In operator"));
    if (seen.has(value)) errors.push(duplicate(index(`${path}.values`, at), value));
    seen.add(value);
  }
  if (values.some((value, at) => at > 0 && (values[at - 1] ?? 0) > value)) errors.push(invalid(`${path}.values`, values, "must be ordered"));
  return errors;
}

function validateConditionPatterns(patterns: readonly OnPodCondition[], path: string): readonly FieldError[] {
  const many = patterns.length > mostPatterns ? [tooMany(path, patterns.length, mostPatterns)] : [];
  const each = patterns.flatMap((pattern, at) => {
    const own = index(path, at);
    return [...isQualifiedName(pattern.type ?? "").map((message) => invalid(`${own}.type`, pattern.type ?? "", message)), ...oneOf(pattern.status, statuses, `${own}.status`)];
  });
  return [...many, ...each];
}

export function validateSuccessPolicy(spec: JobSpec, path: string): readonly FieldError[] {
  const rules = spec.successPolicy?.rules ?? [];
  const own = `${path}.rules`;
  const none = rules.length === 0 ? [required(own, "at least one rules must be specified when the successPolicy is specified")] : [];
  const many = rules.length > mostRules ? [tooMany(own, rules.length, mostRules)] : [];
  return [...none, ...many, ...rules.flatMap((rule, at) => validateSuccessRule(rule, spec.completions ?? 0, index(own, at)))];
}

function validateSuccessRule(rule: SuccessPolicyRule, completions: number, path: string): readonly FieldError[] {
  const { succeededCount: count, succeededIndexes: indexes } = rule;
  const errors: FieldError[] = count === undefined && indexes === undefined ? [required(path, "at least one of succeededCount or succeededIndexes must be specified")] : [];
  let total = 0;
  if (indexes !== undefined) {
    if (indexes.length > longestIndexes) errors.push(tooLong(`${path}.succeededIndexes`, longestIndexes));
    const found = countIndexes(indexes, completions);
    if (typeof found === "string") errors.push(invalid(`${path}.succeededIndexes`, indexes, `error parsing succeededIndexes: ${found}`));
    else total = found;
  }
  if (count === undefined) return errors;
  errors.push(...validateNonnegative(count, `${path}.succeededCount`));
  if (count > completions) errors.push(invalid(`${path}.succeededCount`, count, `must be less than or equal to ${completions} (the number of specified completions)`));
  if (indexes !== undefined && count > total) errors.push(invalid(`${path}.succeededCount`, count, `must be less than or equal to ${total} (the number of indexes in the specified succeededIndexes field)`));
  return errors;
}

export function validatePodReplacementPolicy(spec: JobSpec, path: string): readonly FieldError[] {
  const policy = spec.podReplacementPolicy;
  const allowed = spec.podFailurePolicy === undefined ? ["Failed", "TerminatingOrFailed"] : ["Failed"];
  return policy === undefined || allowed.includes(policy) ? [] : [notSupported(path, policy, allowed)];
}
