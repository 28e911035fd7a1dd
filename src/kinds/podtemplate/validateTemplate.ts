// Follows pkg/apis/core/validation/validation.go (ValidatePodTemplateSpec) and pkg/apis/apps/validation/validation.go (ValidatePodTemplateSpecForReplicaSet).
import { forbidden, invalid, key as keyPath, notSupported } from "../../apimachinery/fieldError.ts";
import { matches, selectorFromLabelSelector } from "../../apimachinery/labels.ts";
import { validateAnnotations, validateLabels } from "../../apimachinery/names.ts";
import type { LabelSelector } from "../../apimachinery/objectMeta.ts";
import type { FieldError } from "../../apimachinery/status.ts";
import type { PodSpec, PodTemplateSpec } from "../core/pod/types.ts";
import { sortedKeys } from "../graph/edges.ts";
import { profileAnnotationErrors, profileMatchErrors } from "./annotationProfiles.ts";
import { validatePodSpec } from "./validatePodSpec.ts";
import { appArmorPrefix, containerSeccompPrefix, podSeccomp } from "./warnings.ts";

const mirrorAnnotation = "kubernetes.io/config.mirror";
const deletionCostAnnotation = "controller.kubernetes.io/pod-deletion-cost";
const maxInt32 = 2_147_483_647;

export function validatePodTemplate(template: PodTemplateSpec, path: string): readonly FieldError[] {
  const errors: FieldError[] = [...validateTemplateMeta(template, path), ...validatePodSpec(template.spec, null, `${path}.spec`), ...validateProfiles(template.metadata?.annotations, template.spec, `${path}.spec`)];
  if ((template.spec.ephemeralContainers ?? []).length > 0) errors.push(forbidden(`${path}.spec.ephemeralContainers`, "ephemeral containers not allowed in pod template"));
  return errors;
}

/** A template whose pods are to be kept running for good, found by a selector. */
export function validateTemplateForReplicas(template: PodTemplateSpec, selector: LabelSelector | undefined, path: string): readonly FieldError[] {
  return [...validateSelected(template, selector, path), ...validatePodTemplate(template, path), ...validateLasting(template, "ReplicaSet", path)];
}

/** A selector that names anything must find the pods of the template. */
export function validateSelected(template: PodTemplateSpec, selector: LabelSelector | undefined, path: string): readonly FieldError[] {
  const parsed = selectorFromLabelSelector(selector);
  const isEmpty = !parsed.nothing && parsed.requirements.length === 0;
  return isEmpty || matches(parsed, template.metadata?.labels) ? [] : [selectorMismatch(template, path)];
}

export function selectorMismatch(template: PodTemplateSpec, path: string): FieldError {
  const labels = template.metadata?.labels;
  const shown = labels === undefined ? null : Object.fromEntries(sortedKeys(labels).map((name) => [name, labels[name] ?? ""]));
  return invalid(`${path}.metadata.labels`, shown, "`selector` does not match template `labels`");
}

/** Pods that are replaced whenever they end have no end of their own. */
export function validateLasting(template: PodTemplateSpec, owner: string, path: string): readonly FieldError[] {
  const errors: FieldError[] = [];
  const policy = template.spec.restartPolicy ?? "";
  if (policy !== "Always") errors.push(notSupported(`${path}.spec.restartPolicy`, policy, ["Always"]));
  if (template.spec.activeDeadlineSeconds !== undefined) errors.push(forbidden(`${path}.spec.activeDeadlineSeconds`, `activeDeadlineSeconds in ${owner} is not Supported`));
  return errors;
}

/** Labels and annotations of a template, as they are judged before and, for some kinds, once more after its spec. */
export function validateTemplateMeta(template: PodTemplateSpec, path: string): readonly FieldError[] {
  return [
    ...validateLabels(template.metadata?.labels, `${path}.labels`),
    ...validateAnnotations(template.metadata?.annotations, `${path}.annotations`),
    ...validatePodAnnotations(template.metadata?.annotations, template.spec, `${path}.annotations`),
  ];
}

/** Annotations that mean something to a pod. */
export function validatePodAnnotations(annotations: Readonly<Record<string, string>> | undefined, spec: PodSpec, path: string): readonly FieldError[] {
  const errors: FieldError[] = [];
  const mirror = annotations?.[mirrorAnnotation];
  if (mirror !== undefined && (spec.nodeName ?? "") === "") errors.push(invalid(keyPath(path, mirrorAnnotation), mirror, "must set spec.nodeName if mirror pod annotation is set"));
  const cost = annotations?.[deletionCostAnnotation];
  if (cost !== undefined && !isDeletionCost(cost)) errors.push(invalid(keyPath(path, deletionCostAnnotation), cost, "must be a 32bit integer"));
  if (annotations !== undefined && nameProfiles(annotations)) errors.push(...profileAnnotationErrors(annotations, spec, path));
  return errors;
}

/** What the profiles that annotations name say against those of the fields. */
export function validateProfiles(annotations: Readonly<Record<string, string>> | undefined, spec: PodSpec, path: string): readonly FieldError[] {
  return annotations !== undefined && nameProfiles(annotations) ? profileMatchErrors(annotations, spec, path) : [];
}

/** Whether any annotation is of seccomp or AppArmor, which hardly one is any more. */
function nameProfiles(annotations: Readonly<Record<string, string>>): boolean {
  for (const name in annotations) if (name === podSeccomp || name.startsWith(containerSeccompPrefix) || name.startsWith(appArmorPrefix)) return true;
  return false;
}

function isDeletionCost(text: string): boolean {
  if (!/^-?(0|[1-9][0-9]*)$/.test(text)) return false;
  const value = Number(text);
  return value <= maxInt32 && value >= -maxInt32 - 1 && text !== "-0";
}
