// Follows pkg/apis/apps/validation/validation.go (daemon sets) and pkg/registry/apps/daemonset/strategy.go.
import type { Json } from "../../../base/json.ts";
import { invalid, notSupported, required } from "../../../apimachinery/fieldError.ts";
import { matches, selectorFromLabelSelector } from "../../../apimachinery/labels.ts";
import { isDns1123Subdomain } from "../../../apimachinery/names.ts";
import type { FieldError } from "../../../apimachinery/status.ts";
import { intOrPercentAmount, validateAtMostAll, validateIntOrPercent } from "../../intOrPercent.ts";
import { isUsableSelector, validateLabelSelector } from "../../metadata/labelSelector.ts";
import { validateImmutable, validateNonnegative, validateObjectMeta, validateObjectMetaUpdate } from "../../metadata/validate.ts";
import { selectorMismatch, validateLasting, validatePodTemplate } from "../../podtemplate/validateTemplate.ts";
import { templateWarnings } from "../../podtemplate/warnings.ts";
import { validateCollisions, validateCounts } from "../../statusCounts.ts";
import type { DaemonSet, DaemonSetSpec, DaemonSetUpdateStrategy } from "./types.ts";

const statusCounts = ["currentNumberScheduled", "numberMisscheduled", "desiredNumberScheduled", "numberReady", "observedGeneration", "updatedNumberScheduled", "numberAvailable", "numberUnavailable", "collisionCount"];

export function validateDaemonSet(daemonSet: DaemonSet): readonly FieldError[] {
  return [...validateObjectMeta(daemonSet.metadata, true, isDns1123Subdomain, "metadata"), ...validateSpec(daemonSet.spec)];
}

/** Upstream judges the new object as one that is created, and then once more: what is wrong with its spec is said twice. */
export function validateDaemonSetUpdate(daemonSet: DaemonSet, old: DaemonSet): readonly FieldError[] {
  return [
    ...validateDaemonSet(daemonSet),
    ...validateObjectMetaUpdate(daemonSet.metadata, old.metadata, "metadata"),
    ...validateSpec(daemonSet.spec),
    ...validateImmutable((daemonSet.spec.selector ?? null) as Json, (old.spec.selector ?? null) as Json, "spec.selector"),
  ];
}

function validateSpec(spec: DaemonSetSpec): readonly FieldError[] {
  const { selector, template } = spec;
  const errors: FieldError[] = [...validateLabelSelector(selector, "spec.selector")];
  if (isUsableSelector(selector) && !matches(selectorFromLabelSelector(selector), template.metadata?.labels)) errors.push(selectorMismatch(template, "spec.template"));
  if (selector !== undefined && Object.keys(selector.matchLabels ?? {}).length + (selector.matchExpressions ?? []).length === 0) errors.push(invalid("spec.selector", selector as Json, "empty selector is invalid for daemonset"));
  errors.push(...validatePodTemplate(template, "spec.template"), ...validateLasting(template, "DaemonSet", "spec.template"), ...validateNonnegative(spec.minReadySeconds ?? 0, "spec.minReadySeconds"));
  return [...errors, ...validateUpdates(spec.updateStrategy ?? {}, "spec.updateStrategy"), ...validateNonnegative(spec.revisionHistoryLimit ?? 0, "spec.revisionHistoryLimit")];
}

function validateUpdates(updates: DaemonSetUpdateStrategy, path: string): readonly FieldError[] {
  const { type = "", rollingUpdate } = updates;
  if (type === "OnDelete") return [];
  const unavailable = rollingUpdate?.maxUnavailable ?? 0;
  const surge = rollingUpdate?.maxSurge ?? 0;
  if (type !== "RollingUpdate") return [notSupported(path, { Type: type, RollingUpdate: rollingUpdate === undefined ? null : { MaxUnavailable: unavailable, MaxSurge: surge } }, ["RollingUpdate", "OnDelete"])];
  if (rollingUpdate === undefined) return [required(`${path}.rollingUpdate`)];
  const [atUnavailable, atSurge] = [`${path}.rollingUpdate.maxUnavailable`, `${path}.rollingUpdate.maxSurge`];
  const errors: FieldError[] = [...validateIntOrPercent(unavailable, atUnavailable), ...validateIntOrPercent(surge, atSurge), ...validateAtMostAll(unavailable, atUnavailable), ...validateAtMostAll(surge, atSurge)];
  const [takes, adds] = [intOrPercentAmount(unavailable) !== 0, intOrPercentAmount(surge) !== 0];
  if (takes && adds) errors.push(invalid(atSurge, surge, "may not be set when maxUnavailable is non-zero"));
  if (!takes && !adds) errors.push(required(atUnavailable, "cannot be 0 when maxSurge is 0"));
  return errors;
}

export function validateDaemonSetStatusUpdate(daemonSet: DaemonSet, old: DaemonSet): readonly FieldError[] {
  const status = { ...daemonSet.status };
  return [...validateObjectMetaUpdate(daemonSet.metadata, old.metadata, "metadata"), ...validateCounts(status, statusCounts), ...validateCollisions(status, { ...old.status })];
}

export function daemonSetWarnings(daemonSet: DaemonSet, old: DaemonSet | null): readonly string[] {
  return daemonSet.metadata.generation === old?.metadata.generation ? [] : templateWarnings(daemonSet.spec.template, null, "spec.template");
}
