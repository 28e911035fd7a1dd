// Follows pkg/apis/core/validation/validation.go, pkg/volume/validation/pv_validation.go and pkg/api/persistentvolume/util.go.
import { deepEqual } from "../../../base/deepEqual.ts";
import type { Json, JsonObject } from "../../../base/json.ts";
import { forbidden, index, invalid } from "../../../apimachinery/fieldError.ts";
import { isDns1123Subdomain } from "../../../apimachinery/names.ts";
import type { FieldError } from "../../../apimachinery/status.ts";
import { internalDiff, internalJson } from "../../goStructs/internalJson.ts";
import { validateImmutable, validateObjectMeta, validateObjectMetaUpdate } from "../../metadata/validate.ts";
import { termWarnings } from "../../podtemplate/warnings.ts";
import { betaClassAnnotation, oldClassAnnotationWarning } from "../../volumes/accessModes.ts";
import { validateVolumeSpec } from "../../volumes/validateVolumeSpec.ts";
import type { NodeSelector, NodeSelectorRequirement, NodeSelectorTerm } from "../pod/types.ts";
import { kept } from "../../unsimulated.ts";
import type { PersistentVolume, PersistentVolumeSpec } from "./types.ts";

const mountOptions = "volume.beta.kubernetes.io/mount-options";
const withMountOptions = [
  "gcePersistentDisk", "awsElasticBlockStore", "glusterfs", "nfs", "rbd", "quobyte", "iscsi", "cinder", "cephfs", "azureFile", "vsphereVolume", "azureDisk", "photonPersistentDisk",
  "flocker", "scaleIO", "fc", "portworxVolume",
] as const;
/** In the order of the warnings, with the path's name. */
const oldSources = [
  ["cephfs", "cephfs", "deprecated in v1.28, non-functional in v1.31+"],
  ["photonPersistentDisk", "photonPersistentDisk", "deprecated in v1.11, non-functional in v1.16+"],
  ["scaleIO", "scaleIO", "deprecated in v1.16, non-functional in v1.22+"],
  ["storageos", "storageOS", "deprecated in v1.22, non-functional in v1.25+"],
  ["glusterfs", "glusterfs", "deprecated in v1.25, non-functional in v1.26+"],
  ["rbd", "rbd", "deprecated in v1.28, non-functional in v1.31+"],
] as const;
/** Labels that an update may bring up to date. */
const renamedLabels: Readonly<Record<string, string>> = {
  "failure-domain.beta.kubernetes.io/zone": "topology.kubernetes.io/zone", "failure-domain.beta.kubernetes.io/region": "topology.kubernetes.io/region",
  "beta.kubernetes.io/os": "kubernetes.io/os", "beta.kubernetes.io/arch": "kubernetes.io/arch", "beta.kubernetes.io/instance-type": "node.kubernetes.io/instance-type",
};

export function validateVolume(volume: PersistentVolume): readonly FieldError[] {
  return [...validateOwn(volume), ...validateMountOptions(volume)];
}

function validateOwn(volume: PersistentVolume): readonly FieldError[] {
  return [...validateObjectMeta(volume.metadata, false, isDns1123Subdomain, "metadata"), ...validateVolumeSpec(volume.spec, volume.metadata.name, false, "spec")];
}

function validateMountOptions(volume: PersistentVolume): readonly FieldError[] {
  if (volume.metadata.annotations?.[mountOptions] === undefined || withMountOptions.some((source) => volume.spec[source] !== undefined)) return [];
  return [forbidden(`metadata.annotations.${mountOptions}`, "may not specify mount options for this volume type")];
}

/** Upstream looks at the new object twice, and says so twice. */
export function validateVolumeUpdate(volume: PersistentVolume, old: PersistentVolume): readonly FieldError[] {
  const errors: FieldError[] = [...validateVolume(volume), ...validateOwn(volume)];
  const { spec } = volume;
  const before = old.spec;
  const difference = internalDiff("PersistentVolumeSource", before as JsonObject, withoutNewExpandSecret(spec, before) as JsonObject);
  if (difference !== "") errors.push(forbidden("spec.persistentvolumesource", `spec.persistentvolumesource is immutable after creation\n${difference}`));
  errors.push(...validateImmutable(spec.volumeMode ?? null, before.volumeMode ?? null, "volumeMode"));
  if (before.nodeAffinity !== undefined && !deepEqual(spec.nodeAffinity as Json, before.nodeAffinity as Json) && !isRenaming(spec.nodeAffinity?.required, before.nodeAffinity.required)) {
    const value = spec.nodeAffinity === undefined ? null : internalJson("VolumeNodeAffinity", spec.nodeAffinity as JsonObject);
    errors.push(invalid("nodeAffinity", value, "field is immutable, except for updating from beta label to GA"));
  }
  if (before.volumeAttributesClassName !== undefined && spec.volumeAttributesClassName === undefined) errors.push(forbidden("spec.volumeAttributesClassName", "update from non-nil value to nil is forbidden"));
  return errors;
}

/** The secret for growing may be added later. */
function withoutNewExpandSecret(spec: PersistentVolumeSpec, before: PersistentVolumeSpec): PersistentVolumeSpec {
  if (spec.csi?.controllerExpandSecretRef === undefined || before.csi === undefined || before.csi.controllerExpandSecretRef !== undefined) return spec;
  const { controllerExpandSecretRef: _added, ...csi } = spec.csi;
  return { ...spec, csi };
}

/** Whether two selectors differ only in labels that have got new names. */
function isRenaming(selector: NodeSelector | undefined, before: NodeSelector | undefined): boolean {
  const renamed = (requirement: NodeSelectorRequirement): NodeSelectorRequirement => ({ ...requirement, key: renamedLabels[requirement.key] ?? requirement.key });
  const terms = (before?.nodeSelectorTerms ?? []).map((term): NodeSelectorTerm => (term.matchExpressions === undefined ? term : { ...term, matchExpressions: term.matchExpressions.map(renamed) }));
  return selector !== undefined && deepEqual(selector as unknown as Json, { ...before, nodeSelectorTerms: terms } as unknown as Json);
}

export function validateVolumeStatusUpdate(volume: PersistentVolume, old: PersistentVolume): readonly FieldError[] {
  return validateObjectMetaUpdate(volume.metadata, old.metadata, "metadata");
}

export function volumeWarnings(volume: PersistentVolume): readonly string[] {
  const { spec } = volume;
  const warnings: string[] = volume.metadata.annotations?.[betaClassAnnotation] === undefined ? [] : [oldClassAnnotationWarning];
  if (spec.persistentVolumeReclaimPolicy === "Recycle") warnings.push("spec.persistentVolumeReclaimPolicy: The Recycle reclaim policy is deprecated. Instead, the recommended approach is to use dynamic provisioning.");
  for (const [at, term] of (spec.nodeAffinity?.required?.nodeSelectorTerms ?? []).entries()) warnings.push(...termWarnings(term, index("spec.nodeAffinity.required.nodeSelectorTerms", at), false));
  for (const [source, name, message] of oldSources) if (spec[source] !== undefined) warnings.push(`spec.${name}: ${message}`);
  return warnings;
}

/** The scrubbing pod of upstream's recycler is not there: a released volume stays Released. */
export function unsimulatedPolicy({ spec }: PersistentVolume): readonly string[] {
  return spec.persistentVolumeReclaimPolicy === "Recycle" ? [`spec.persistentVolumeReclaimPolicy: Recycle: ${kept}`] : [];
}
