// Follows pkg/apis/core/validation/validation.go (replication controllers) and pkg/registry/core/replicationcontroller/strategy.go.
import { required } from "../../../apimachinery/fieldError.ts";
import { isDns1123Subdomain } from "../../../apimachinery/names.ts";
import type { FieldError } from "../../../apimachinery/status.ts";
import { validateNonnegative, validateObjectMeta, validateObjectMetaUpdate } from "../../metadata/validate.ts";
import { selectorMismatch, validateLasting, validatePodTemplate } from "../../podtemplate/validateTemplate.ts";
import { templateWarnings } from "../../podtemplate/warnings.ts";
import { validateCounts, validateNotAbove } from "../../statusCounts.ts";
import { podNameWarnings } from "../../workloadTraits.ts";
import type { PodTemplateSpec } from "../pod/types.ts";
import type { ReplicationController, ReplicationControllerSpec } from "./types.ts";

export function validateReplicationController(controller: ReplicationController): readonly FieldError[] {
  return [...validateObjectMeta(controller.metadata, true, isDns1123Subdomain, "metadata"), ...validateSpec(controller.spec)];
}

/** Upstream judges the new object as one that is created, and then once more: what is wrong with its spec is said twice. */
export function validateReplicationControllerUpdate(controller: ReplicationController, old: ReplicationController): readonly FieldError[] {
  return [...validateReplicationController(controller), ...validateObjectMetaUpdate(controller.metadata, old.metadata, "metadata"), ...validateSpec(controller.spec)];
}

function validateSpec(spec: ReplicationControllerSpec): readonly FieldError[] {
  const selector = spec.selector ?? {};
  return [
    ...validateNonnegative(spec.minReadySeconds ?? 0, "spec.minReadySeconds"),
    ...(Object.keys(selector).length === 0 ? [required("spec.selector")] : []),
    ...validateNonnegative(spec.replicas ?? 0, "spec.replicas"),
    ...validateTemplate(spec.template, selector, "spec.template"),
  ];
}

function validateTemplate(template: PodTemplateSpec | undefined, selector: Readonly<Record<string, string>>, path: string): readonly FieldError[] {
  if (template === undefined) return [required(path)];
  const labels = template.metadata?.labels ?? {};
  const isFound = Object.keys(selector).every((name) => Object.hasOwn(labels, name) && labels[name] === selector[name]);
  return [...(isFound ? [] : [selectorMismatch(template, path)]), ...validatePodTemplate(template, path), ...validateLasting(template, "ReplicationController", path)];
}

export function validateReplicationControllerStatusUpdate(controller: ReplicationController, old: ReplicationController): readonly FieldError[] {
  const status = { ...controller.status };
  return [
    ...validateObjectMetaUpdate(controller.metadata, old.metadata, "metadata"),
    ...validateCounts(status, ["replicas", "fullyLabeledReplicas", "readyReplicas", "availableReplicas", "observedGeneration"]),
    ...validateNotAbove(status, ["fullyLabeledReplicas", "readyReplicas", "availableReplicas"], "replicas", "cannot be greater than status.replicas"),
    ...validateNotAbove(status, ["availableReplicas"], "readyReplicas", "cannot be greater than readyReplicas"),
  ];
}

/** Once the generation rises, an update warns of the template that was, not of the one that is: upstream gives the two in this order. */
export function replicationControllerWarnings(controller: ReplicationController, old: ReplicationController | null): readonly string[] {
  const { template } = (old ?? controller).spec;
  const ofTemplate = template === undefined || old?.metadata.generation === controller.metadata.generation ? [] : templateWarnings(template, null, "spec.template");
  return old === null ? [...podNameWarnings(controller), ...ofTemplate] : ofTemplate;
}
