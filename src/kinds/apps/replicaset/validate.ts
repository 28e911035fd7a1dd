// Follows pkg/apis/apps/validation/validation.go (replica sets) and pkg/registry/apps/replicaset/strategy.go.
import type { Json } from "../../../base/json.ts";
import { invalid } from "../../../apimachinery/fieldError.ts";
import { isDns1123Label, isDns1123Subdomain } from "../../../apimachinery/names.ts";
import type { FieldError } from "../../../apimachinery/status.ts";
import { isUsableSelector } from "../../metadata/labelSelector.ts";
import { validateImmutable, validateNonnegative, validateObjectMeta, validateObjectMetaUpdate } from "../../metadata/validate.ts";
import { templateWarnings } from "../../podtemplate/warnings.ts";
import { validateTemplateForReplicas } from "../../podtemplate/validateTemplate.ts";
import { validateWorkloadSelector } from "../../workloadSelector.ts";
import type { ReplicaSet, ReplicaSetSpec } from "./types.ts";

export function validateReplicaSet(replicaSet: ReplicaSet): readonly FieldError[] {
  return [...validateObjectMeta(replicaSet.metadata, true, isDns1123Subdomain, "metadata"), ...validateSpec(replicaSet.spec, "spec")];
}

export function validateReplicaSetUpdate(replicaSet: ReplicaSet, old: ReplicaSet): readonly FieldError[] {
  return [
    ...validateObjectMetaUpdate(replicaSet.metadata, old.metadata, "metadata"),
    ...validateSpec(replicaSet.spec, "spec"),
    ...validateImmutable((replicaSet.spec.selector ?? null) as Json, (old.spec.selector ?? null) as Json, "spec.selector"),
  ];
}

function validateSpec(spec: ReplicaSetSpec, path: string): readonly FieldError[] {
  const errors: FieldError[] = [
    ...validateNonnegative(spec.replicas ?? 0, `${path}.replicas`),
    ...validateNonnegative(spec.minReadySeconds ?? 0, `${path}.minReadySeconds`),
    ...validateWorkloadSelector(spec.selector, `${path}.selector`),
  ];
  return isUsableSelector(spec.selector) ? [...errors, ...validateTemplateForReplicas(spec.template, spec.selector, `${path}.template`)] : errors;
}

export function validateReplicaSetStatusUpdate(replicaSet: ReplicaSet, old: ReplicaSet): readonly FieldError[] {
  const status = replicaSet.status ?? { replicas: 0 };
  const errors: FieldError[] = [...validateObjectMetaUpdate(replicaSet.metadata, old.metadata, "metadata")];
  for (const name of ["replicas", "fullyLabeledReplicas", "readyReplicas", "availableReplicas", "observedGeneration"] as const) errors.push(...validateNonnegative(status[name] ?? 0, `status.${name}`));
  for (const name of ["fullyLabeledReplicas", "readyReplicas", "availableReplicas"] as const) if ((status[name] ?? 0) > status.replicas) errors.push(invalid(`status.${name}`, status[name] ?? 0, "cannot be greater than status.replicas"));
  if ((status.availableReplicas ?? 0) > (status.readyReplicas ?? 0)) errors.push(invalid("status.availableReplicas", status.availableReplicas ?? 0, "cannot be greater than readyReplicas"));
  return errors;
}

export function replicaSetWarnings(replicaSet: ReplicaSet, old: ReplicaSet | null): readonly string[] {
  const warnings: string[] = [];
  if (old === null) {
    const faults = isDns1123Label(replicaSet.metadata.name ?? "");
    if (faults.length > 0) warnings.push(`metadata.name: this is used in Pod names and hostnames, which can result in surprising behavior; a DNS label is recommended: [${faults.join(" ")}]`);
  }
  return old === null || old.spec.template !== replicaSet.spec.template ? [...warnings, ...templateWarnings(replicaSet.spec.template, old?.spec.template ?? null, "spec.template")] : warnings;
}
