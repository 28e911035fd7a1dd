// Follows pkg/apis/autoscaling/validation/validation.go and pkg/registry/autoscaling/horizontalpodautoscaler/strategy.go.
import { forbidden, index, invalid, notSupported, required } from "../../../apimachinery/fieldError.ts";
import { isDns1123Label, isDns1123Subdomain, isPathSegmentName } from "../../../apimachinery/names.ts";
import { compareQuantityTexts } from "../../../apimachinery/quantity.ts";
import type { FieldError } from "../../../apimachinery/status.ts";
import { isNegativeMessage, validateNonnegative, validateObjectMeta, validateObjectMetaUpdate } from "../../metadata/validate.ts";
import { validateResourceName } from "../../podtemplate/validateResources.ts";
import type { HorizontalPodAutoscaler, MetricSource, MetricSpec, MetricTarget, ObjectRef, ScalingPolicy, ScalingRules, SourceName } from "./types.ts";

const longestPeriod = 1800;
const longestWindow = 3600;
const sourceTypes = ["ContainerResource", "External", "Object", "Pods", "Resource"];
/** In the order in which upstream looks at them. */
const sourceNames: readonly SourceName[] = ["object", "external", "pods", "resource", "containerResource"];

/** What an apiVersion may be: null where it is not judged at all. */
type GroupRule = "named" | "any" | null;

export function validateHpa(hpa: HorizontalPodAutoscaler): readonly FieldError[] {
  return [...validateObjectMeta(hpa.metadata, true, isDns1123Subdomain, "metadata"), ...validateSpec(hpa, null)];
}

export function validateHpaUpdate(hpa: HorizontalPodAutoscaler, old: HorizontalPodAutoscaler): readonly FieldError[] {
  return [...validateObjectMetaUpdate(hpa.metadata, old.metadata, "metadata"), ...validateSpec(hpa, old)];
}

export function validateHpaStatusUpdate(hpa: HorizontalPodAutoscaler, old: HorizontalPodAutoscaler): readonly FieldError[] {
  const { currentReplicas = 0, desiredReplicas = 0 } = hpa.status ?? {};
  return [...validateObjectMetaUpdate(hpa.metadata, old.metadata, "metadata"), ...validateNonnegative(currentReplicas, "status.currentReplicas"), ...validateNonnegative(desiredReplicas, "status.desiredReplicas")];
}

function validateSpec(hpa: HorizontalPodAutoscaler, old: HorizontalPodAutoscaler | null): readonly FieldError[] {
  const { minReplicas, maxReplicas = 0, scaleTargetRef = {}, metrics = [], behavior } = hpa.spec;
  const lowest = old?.spec.minReplicas === 0 ? 0 : 1;
  const errors: FieldError[] = [];
  if (minReplicas !== undefined && minReplicas < lowest) errors.push(invalid("spec.minReplicas", minReplicas, `must be greater than or equal to ${lowest}`));
  if (maxReplicas === 0) errors.push(required("spec.maxReplicas", "must be set and greater than 0"));
  else if (maxReplicas < 1) errors.push(invalid("spec.maxReplicas", maxReplicas, "must be greater than 0"));
  if (minReplicas !== undefined && maxReplicas < minReplicas) errors.push(invalid("spec.maxReplicas", maxReplicas, "must be greater than or equal to `minReplicas`"));
  errors.push(...validateReference(scaleTargetRef, targetRule(scaleTargetRef, old), "spec.scaleTargetRef"));
  const described: GroupRule = (old?.spec.metrics ?? []).some((metric) => metric.object !== undefined && apiVersionFault(metric.object.describedObject ?? {}, "any") !== null) ? null : "any";
  errors.push(...metrics.flatMap((metric, at) => validateMetric(metric, described, index("spec.metrics", at))));
  if (minReplicas === 0 && !metrics.some((metric) => metric.type === "Object" || metric.type === "External")) errors.push(forbidden("spec.metrics", "must specify at least one Object or External metric to support scaling to zero replicas"));
  return [...errors, ...validateRules(behavior?.scaleUp, "spec.behavior.scaleUp"), ...validateRules(behavior?.scaleDown, "spec.behavior.scaleDown")];
}

/** Old references stay as they are; only ReplicationControllers have no group. */
function targetRule(ref: ObjectRef, old: HorizontalPodAutoscaler | null): GroupRule {
  const before = old?.spec.scaleTargetRef;
  if (before !== undefined && (before.apiVersion ?? "") === (ref.apiVersion ?? "") && before.kind === ref.kind) return null;
  return ref.kind === "ReplicationController" ? "any" : "named";
}

function validateReference(ref: ObjectRef, rule: GroupRule, path: string): readonly FieldError[] {
  const errors: FieldError[] = [...pathSegment(ref.kind, `${path}.kind`), ...pathSegment(ref.name, `${path}.name`)];
  const fault = apiVersionFault(ref, rule);
  return fault === null ? errors : [...errors, invalid(`${path}.apiVersion`, ref.apiVersion ?? "", fault)];
}

function apiVersionFault({ apiVersion = "" }: ObjectRef, rule: GroupRule): string | null {
  if (rule === null) return null;
  const parts = apiVersion === "/" ? [""] : apiVersion.split("/");
  if (parts.length > 2) return `unexpected GroupVersion string: ${apiVersion}`;
  return rule === "named" && (parts.length < 2 || parts[0] === "") ? "apiVersion must specify API group" : null;
}

function pathSegment(value: string | undefined, path: string, detail = ""): readonly FieldError[] {
  if ((value ?? "") === "") return [required(path, detail)];
  return isPathSegmentName(value ?? "").map((message) => invalid(path, value, message));
}

function validateMetric(metric: MetricSpec, described: GroupRule, path: string): readonly FieldError[] {
  const type = metric.type ?? "";
  const errors: FieldError[] = [];
  const unknown = notSupported(`${path}.type`, type, sourceTypes);
  if (type === "") errors.push(required(`${path}.type`, "must specify a metric source type"));
  if (!sourceTypes.includes(type)) errors.push(unknown);
  const present = sourceNames.filter((name) => metric[name] !== undefined);
  const [first] = present;
  if (first !== undefined) errors.push(...validateSource(first, metric[first] ?? {}, described, `${path}.${first}`));
  const expected = sourceTypes.includes(type) ? (`${type.charAt(0).toLowerCase()}${type.slice(1)}` as SourceName) : null;
  if (expected === null) errors.push(unknown);
  else if (metric[expected] === undefined) errors.push(required(`${path}.${expected}`, "must populate information for the given metric source"));
  if (present.length !== 1) errors.push(...present.filter((name) => name !== expected).map((name) => forbidden(`${path}.${name}`, "must populate the given metric source only")));
  return errors;
}

function validateSource(name: SourceName, source: MetricSource, described: GroupRule, path: string): readonly FieldError[] {
  const { target = {} } = source;
  const errors: FieldError[] = [];
  if (name === "object") errors.push(...validateReference(source.describedObject ?? {}, described, `${path}.describedObject`));
  if (name === "resource" || name === "containerResource") {
    if ((source.name ?? "") === "") errors.push(required(`${path}.name`, "must specify a resource name"));
    else if (name === "containerResource") errors.push(...validateResourceName(source.name ?? "", `${path}.name`));
    if (name === "containerResource") errors.push(...((source.container ?? "") === "" ? [required(`${path}.container`, "must specify a container")] : isDns1123Label(source.container ?? "").map((message) => invalid(`${path}.container`, source.container, message))));
  } else errors.push(...pathSegment(source.metric?.name, `${path}.metric.name`, "must specify a metric name"));
  return [...errors, ...validateTarget(target, `${path}.target`), ...validateAmounts(name, target, `${path}.target`)];
}

/** Which of a target's amounts a source needs, and which of them may not come together. */
function validateAmounts(name: SourceName, target: MetricTarget, path: string): readonly FieldError[] {
  const { value, averageValue: average, averageUtilization: utilization } = target;
  switch (name) {
    case "object":
      return value === undefined && average === undefined ? [required(`${path}.averageValue`, "must set either a target value or averageValue")] : [];
    case "external":
      if (value === undefined && average === undefined) return [required(`${path}.averageValue`, "must set either a target value for metric or a per-pod target")];
      return value !== undefined && average !== undefined ? [forbidden(`${path}.value`, "may not set both a target value for metric and a per-pod target")] : [];
    case "pods":
      return average === undefined ? [required(`${path}.averageValue`, "must specify a positive target averageValue")] : [];
    default:
      if (utilization === undefined && average === undefined) return [required(`${path}.averageUtilization`, "must set either a target raw value or a target utilization")];
      return utilization !== undefined && average !== undefined ? [forbidden(`${path}.averageValue`, "may not set both a target raw value and a target utilization")] : [];
  }
}

function validateTarget(target: MetricTarget, path: string): readonly FieldError[] {
  const type = target.type ?? "";
  const errors: FieldError[] = [];
  if (type === "") errors.push(required(`${path}.type`, "must specify a metric target type"));
  if (!["Utilization", "Value", "AverageValue"].includes(type)) errors.push(invalid(`${path}.type`, type, "must be either Utilization, Value, or AverageValue"));
  for (const name of ["value", "averageValue"] as const) {
    const amount = target[name];
    if (amount !== undefined && compareQuantityTexts(amount, "0") <= 0) errors.push(invalid(`${path}.${name}`, amount, "must be positive"));
  }
  const { averageUtilization } = target;
  return averageUtilization !== undefined && averageUtilization < 1 ? [...errors, invalid(`${path}.averageUtilization`, averageUtilization, "must be greater than 0")] : errors;
}

function validateRules(rules: ScalingRules | undefined, path: string): readonly FieldError[] {
  if (rules === undefined) return [];
  const { stabilizationWindowSeconds: window, selectPolicy, policies = [], tolerance } = rules;
  const errors: FieldError[] = [];
  if (window !== undefined && window < 0) errors.push(invalid(`${path}.stabilizationWindowSeconds`, window, "must be greater than or equal to zero"));
  if (window !== undefined && window > longestWindow) errors.push(invalid(`${path}.stabilizationWindowSeconds`, window, `must be less than or equal to ${longestWindow}`));
  if (selectPolicy !== undefined && !["Disabled", "Max", "Min"].includes(selectPolicy)) errors.push(notSupported(`${path}.selectPolicy`, selectPolicy, ["Disabled", "Max", "Min"]));
  if (policies.length === 0) errors.push(required(`${path}.policies`, "must specify at least one Policy"));
  errors.push(...policies.flatMap((policy, at) => validatePolicy(policy, index(`${path}.policies`, at))));
  return tolerance !== undefined && compareQuantityTexts(tolerance, "0") < 0 ? [...errors, invalid(`${path}.tolerance`, tolerance, isNegativeMessage)] : errors;
}

function validatePolicy({ type = "", value = 0, periodSeconds = 0 }: ScalingPolicy, path: string): readonly FieldError[] {
  const errors: FieldError[] = type === "Pods" || type === "Percent" ? [] : [notSupported(`${path}.type`, type, ["Percent", "Pods"])];
  if (value <= 0) errors.push(invalid(`${path}.value`, value, "must be greater than zero"));
  if (periodSeconds <= 0) errors.push(invalid(`${path}.periodSeconds`, periodSeconds, "must be greater than zero"));
  if (periodSeconds > longestPeriod) errors.push(invalid(`${path}.periodSeconds`, periodSeconds, `must be less than or equal to ${longestPeriod}`));
  return errors;
}
