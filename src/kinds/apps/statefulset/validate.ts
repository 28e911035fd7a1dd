// Follows pkg/apis/apps/validation/validation.go (stateful sets) and pkg/registry/apps/statefulset/strategy.go.
import { deepEqual } from "../../../base/deepEqual.ts";
import type { Json } from "../../../base/json.ts";
import { forbidden, index, invalid, key as keyPath, notSupported, required } from "../../../apimachinery/fieldError.ts";
import { isDns1123Label } from "../../../apimachinery/names.ts";
import { quantityMilli } from "../../../apimachinery/quantity.ts";
import type { FieldError } from "../../../apimachinery/status.ts";
import type { PodTemplateSpec, Volume } from "../../core/pod/types.ts";
import { isUsableSelector, validateLabelSelector } from "../../metadata/labelSelector.ts";
import { validateNonnegative, validateObjectMeta, validateObjectMetaUpdate } from "../../metadata/validate.ts";
import { validateLasting, validatePodTemplate, validateSelected, validateTemplateMeta } from "../../podtemplate/validateTemplate.ts";
import { validateClaimSpec } from "../../volumes/validateClaimSpec.ts";
import { templateWarnings } from "../../podtemplate/warnings.ts";
import { validateCollisions, validateCounts, validateNotAbove } from "../../statusCounts.ts";
import type { StatefulSet, StatefulSetSpec, VolumeClaimTemplate } from "./types.ts";

const retentions = ["Retain", "Delete"];
const mutableFields = ["replicas", "ordinals", "template", "updateStrategy", "revisionHistoryLimit", "persistentVolumeClaimRetentionPolicy", "minReadySeconds"] as const;

export function validateStatefulSet(statefulSet: StatefulSet): readonly FieldError[] {
  return [...validateObjectMeta(statefulSet.metadata, true, isDns1123Label, "metadata"), ...validateSpec(statefulSet.spec, true)];
}

export function validateStatefulSetUpdate(statefulSet: StatefulSet, old: StatefulSet): readonly FieldError[] {
  const errors: FieldError[] = [...validateObjectMetaUpdate(statefulSet.metadata, old.metadata, "metadata"), ...validateSpec(statefulSet.spec, false)];
  const asBefore: Record<string, unknown> = { ...statefulSet.spec };
  for (const name of mutableFields) asBefore[name] = old.spec[name];
  if (!deepEqual(asBefore, old.spec)) {
    errors.push(forbidden("spec", "updates to statefulset spec for fields other than 'replicas', 'ordinals', 'template', 'updateStrategy', 'revisionHistoryLimit', 'persistentVolumeClaimRetentionPolicy' and 'minReadySeconds' are forbidden"));
  }
  return errors;
}

/** The name of the service and the claims cannot change: only a new object is judged by them. */
function validateSpec(spec: StatefulSetSpec, isNew: boolean): readonly FieldError[] {
  const errors: FieldError[] = [...validatePolicies(spec)];
  const claims = spec.volumeClaimTemplates ?? [];
  if (isNew) for (const [at, claim] of claims.entries()) errors.push(...validateClaimSpec(claim.spec ?? {}, `${index("spec.volumeClaimTemplates", at)}.spec`));
  errors.push(...validateNonnegative(spec.replicas ?? 0, "spec.replicas"), ...validateNonnegative(spec.minReadySeconds ?? 0, "spec.minReadySeconds"), ...validateNonnegative(spec.ordinals?.start ?? 0, "spec.ordinals.start"));
  const service = spec.serviceName ?? "";
  if (isNew && service !== "") for (const message of isDns1123Label(service)) errors.push(invalid("spec.serviceName", service, message));
  const { selector, template } = spec;
  if (selector === undefined) errors.push(required("spec.selector"));
  else {
    errors.push(...validateLabelSelector(selector, "spec.selector"));
    if (Object.keys(selector.matchLabels ?? {}).length + (selector.matchExpressions ?? []).length === 0) errors.push(invalid("spec.selector", selector as Json, "empty selector is invalid for statefulset"));
  }
  if (!isUsableSelector(selector)) errors.push(invalid("spec.selector", selector as Json, ""));
  else errors.push(...validateSelected(template, selector, "spec.template"), ...validatePodTemplate(withClaims(template, claims), "spec.template"), ...validateTemplateMeta(template, "spec.template"));
  return [...errors, ...validateLasting(template, "StatefulSet", "spec.template")];
}

function validatePolicies(spec: StatefulSetSpec): readonly FieldError[] {
  const errors: FieldError[] = [];
  const management = spec.podManagementPolicy ?? "";
  if (management !== "OrderedReady" && management !== "Parallel") errors.push(invalid("spec.podManagementPolicy", management, "must be 'OrderedReady' or 'Parallel'"));
  const { type = "", rollingUpdate } = spec.updateStrategy ?? {};
  const rolling = rollingUpdate === undefined ? null : { Partition: rollingUpdate.partition ?? 0, MaxUnavailable: rollingUpdate.maxUnavailable ?? null };
  if (type === "RollingUpdate") errors.push(...validateNonnegative(rollingUpdate?.partition ?? 0, "spec.updateStrategy.rollingUpdate.partition"));
  else if (type !== "OnDelete") errors.push(invalid("spec.updateStrategy", { Type: type, RollingUpdate: rolling }, "must be 'RollingUpdate' or 'OnDelete'"));
  else if (rolling !== null) errors.push(invalid("spec.updateStrategy.rollingUpdate", rolling, "only allowed for updateStrategy 'RollingUpdate'"));
  for (const name of ["whenDeleted", "whenScaled"] as const) {
    const policy = spec.persistentVolumeClaimRetentionPolicy?.[name] ?? "";
    if (!retentions.includes(policy)) errors.push(notSupported(`spec.persistentVolumeClaimRetentionPolicy.${name}`, policy, retentions));
  }
  return errors;
}

/** The template as its pods will be: the volume of a claim takes the place of one of its name. */
function withClaims(template: PodTemplateSpec, claims: readonly VolumeClaimTemplate[]): PodTemplateSpec {
  if (claims.length === 0) return template;
  const names = claims.map((claim) => claim.metadata?.name ?? "");
  const own = (template.spec.volumes ?? []).filter((volume) => !names.includes(volume.name));
  const volumes: readonly Volume[] = [...own, ...names.map((name) => ({ name, persistentVolumeClaim: { claimName: name } }))];
  return { ...template, spec: { ...template.spec, volumes } };
}

export function validateStatefulSetStatusUpdate(statefulSet: StatefulSet, old: StatefulSet): readonly FieldError[] {
  const status = { ...statefulSet.status };
  return [
    ...validateCounts(status, ["replicas", "readyReplicas", "currentReplicas", "updatedReplicas", "availableReplicas", "observedGeneration", "collisionCount"]),
    ...validateNotAbove(status, ["readyReplicas", "currentReplicas", "updatedReplicas", "availableReplicas"], "replicas", "cannot be greater than status.replicas"),
    ...validateNotAbove(status, ["availableReplicas"], "readyReplicas", "cannot be greater than status.readyReplicas"),
    ...validateObjectMetaUpdate(statefulSet.metadata, old.metadata, "metadata"),
    ...validateCollisions(status, { ...old.status }),
  ];
}

/** The template is warned of whenever the generation rises. The paths of claims are written as upstream writes them: without `spec` on creation, with `Spec` in an update. */
export function statefulSetWarnings(statefulSet: StatefulSet, old: StatefulSet | null): readonly string[] {
  const { template, volumeClaimTemplates, revisionHistoryLimit } = statefulSet.spec;
  const warnings = statefulSet.metadata.generation === old?.metadata.generation ? [] : [...templateWarnings(template, null, "spec.template")];
  for (const [at, claim] of (volumeClaimTemplates ?? []).entries()) {
    for (const list of ["requests", "limits"] as const) {
      const storage = claim.spec?.resources?.[list]?.["storage"];
      const path = keyPath(`${index("spec.volumeClaimTemplates", at)}${old === null ? "" : ".Spec"}.resources.${list}`, "storage");
      if (storage !== undefined && quantityMilli(storage) % 1000 !== 0) warnings.push(`${path}: fractional byte value "${storage}" is invalid, must be an integer`);
    }
  }
  if ((revisionHistoryLimit ?? 0) < 0) warnings.push("spec.revisionHistoryLimit: a negative value retains all historical revisions; a value >= 0 is recommended");
  return warnings;
}
