// Follows pkg/apis/core/validation/validation.go and pkg/api/persistentvolumeclaim/util.go.
import type { JsonObject } from "../../../base/json.ts";
import { forbidden, invalid, key as keyPath, notSupported, required } from "../../../apimachinery/fieldError.ts";
import { isDns1123Subdomain, isQualifiedName } from "../../../apimachinery/names.ts";
import { compareQuantityTexts, quantityMilli } from "../../../apimachinery/quantity.ts";
import type { FieldError } from "../../../apimachinery/status.ts";
import { sortedKeys } from "../../graph/edges.ts";
import { internalDiff } from "../../goStructs/internalJson.ts";
import { fieldImmutableMessage, validateImmutable, validateObjectMeta, validateObjectMetaUpdate } from "../../metadata/validate.ts";
import { isNativeResource } from "../../podtemplate/validateResources.ts";
import { without } from "../../strategy.ts";
import { betaClassAnnotation, oldClassAnnotationWarning } from "../../volumes/accessModes.ts";
import { validateClaimSpec } from "../../volumes/validateClaimSpec.ts";
import { validateBasicResource } from "../../volumes/validateVolumeSpec.ts";
import type { PersistentVolumeClaimSpec } from "../pod/volumeSourceTypes.ts";
import type { PersistentVolumeClaim } from "./types.ts";

const resizeStatuses = ["ControllerResizeInProgress", "ControllerResizeInfeasible", "NodeResizeInProgress", "NodeResizeInfeasible", "NodeResizePending"];
const immutableText = "spec is immutable after creation except resources.requests and volumeAttributesClassName for bound claims";

export function validateClaim(claim: PersistentVolumeClaim, old: PersistentVolumeClaim | null = null): readonly FieldError[] {
  const keepsGroups = old !== null && [old.spec.dataSource, old.spec.dataSourceRef].some((ref) => (ref?.apiGroup ?? null) !== null);
  return [...validateObjectMeta(claim.metadata, true, isDns1123Subdomain, "metadata"), ...validateClaimSpec(claim.spec, "spec", keepsGroups)];
}

/** Upstream looks at the new object twice, and says so twice. */
export function validateClaimUpdate(claim: PersistentVolumeClaim, old: PersistentVolumeClaim): readonly FieldError[] {
  const own = validateClaim(claim, old);
  return [
    ...own,
    ...validateObjectMetaUpdate(claim.metadata, old.metadata, "metadata"),
    ...own,
    ...validateUnchanged(claim, old),
    ...validateSize(claim, old),
    ...validateImmutable(claim.spec.volumeMode ?? null, old.spec.volumeMode ?? null, "volumeMode"),
    ...validateAttributesClass(claim.spec.volumeAttributesClassName, old.spec.volumeAttributesClassName),
  ];
}

function validateUnchanged(claim: PersistentVolumeClaim, old: PersistentVolumeClaim): readonly FieldError[] {
  if (claim.spec === old.spec && claim.metadata.annotations === old.metadata.annotations) return [];
  const errors: FieldError[] = [];
  const oldAnnotation = old.metadata.annotations?.[betaClassAnnotation];
  const annotation = claim.metadata.annotations?.[betaClassAnnotation];
  const oldClass = old.spec.storageClassName;
  const newClass = claim.spec.storageClassName;
  let spec = claim.spec;
  if (oldAnnotation !== undefined && oldClass === undefined && newClass === oldAnnotation && (annotation === undefined || annotation === oldAnnotation)) spec = without(spec, "storageClassName");
  else {
    if (annotation !== oldAnnotation) errors.push(invalid(`metadata.annotations.${betaClassAnnotation}`, annotation ?? "", fieldImmutableMessage));
    if (newClass !== undefined && oldClass === undefined && (oldAnnotation === undefined || newClass === oldAnnotation)) spec = without(spec, "storageClassName");
  }
  const difference = internalDiff("PersistentVolumeClaimSpec", comparable(old.spec, claim.spec) as JsonObject, withMutableFieldsOf(spec, old, claim.status?.phase === "Bound") as JsonObject);
  return difference === "" ? errors : [...errors, forbidden("spec", `${immutableText}\n${difference}`)];
}

/** The volume may be named once. */
function comparable(old: PersistentVolumeClaimSpec, spec: PersistentVolumeClaimSpec): PersistentVolumeClaimSpec {
  return (old.volumeName ?? "") === "" && spec.volumeName !== undefined ? { ...old, volumeName: spec.volumeName } : old;
}

/** A bound claim may ask for another size, any for another class of attributes. */
function withMutableFieldsOf(spec: PersistentVolumeClaimSpec, old: PersistentVolumeClaim, isBound: boolean): PersistentVolumeClaimSpec {
  const { volumeAttributesClassName: _changed, ...rest } = spec;
  const before = old.spec.volumeAttributesClassName;
  const same: PersistentVolumeClaimSpec = before === undefined ? rest : { ...rest, volumeAttributesClassName: before };
  const requests = same.resources?.requests;
  if (!isBound || requests === undefined) return same;
  return { ...same, resources: { ...same.resources, requests: { ...requests, storage: old.spec.resources?.requests?.storage ?? "0" } } };
}

function validateSize(claim: PersistentVolumeClaim, old: PersistentVolumeClaim): readonly FieldError[] {
  const size = claim.spec.resources?.requests?.storage ?? "0";
  if (compareQuantityTexts(size, old.spec.resources?.requests?.storage ?? "0") >= 0 || compareQuantityTexts(size, old.status?.capacity?.storage ?? "0") > 0) return [];
  return [forbidden("spec.resources.requests.storage", "field can not be less than status.capacity")];
}

function validateAttributesClass(name: string | undefined, old: string | undefined): readonly FieldError[] {
  const path = "spec.volumeAttributesClassName";
  if (old === undefined || name === old) return [];
  if (name === undefined) return [forbidden(path, "update from non-nil value to nil is forbidden")];
  return name === "" ? [forbidden(path, "update from non-nil value to an empty string is forbidden")] : [];
}

export function validateClaimStatusUpdate(claim: PersistentVolumeClaim, old: PersistentVolumeClaim): readonly FieldError[] {
  const errors: FieldError[] = [...validateObjectMetaUpdate(claim.metadata, old.metadata, "metadata")];
  if ((claim.spec.accessModes ?? []).length === 0) errors.push(required("Spec.accessModes"));
  const { capacity, allocatedResourceStatuses, allocatedResources } = claim.status ?? {};
  for (const name of sortedKeys(capacity)) errors.push(...validateBasicResource(capacity?.[name] ?? "0", keyPath("status.capacity", name)));
  for (const name of sortedKeys(allocatedResourceStatuses)) {
    const path = "status.allocatedResourceStatus";
    errors.push(...validateResourceKey(name, path));
    if (!resizeStatuses.includes(allocatedResourceStatuses?.[name] ?? "")) errors.push(notSupported(path, name, resizeStatuses));
  }
  for (const name of sortedKeys(allocatedResources)) {
    const faults = validateResourceKey(name, "status.allocatedResources");
    errors.push(...(faults.length > 0 ? faults : validateBasicResource(allocatedResources?.[name] ?? "0", keyPath("status.allocatedResources", name))));
  }
  return errors;
}

function validateResourceKey(name: string, path: string): readonly FieldError[] {
  const faults = isQualifiedName(name).map((message) => invalid(path, name, message));
  return faults.length === 0 && isNativeResource(name) && name !== "storage" ? [notSupported(path, name, ["storage"])] : faults;
}

export function claimWarnings(claim: PersistentVolumeClaim): readonly string[] {
  const warnings: string[] = claim.metadata.annotations?.[betaClassAnnotation] === undefined ? [] : [oldClassAnnotationWarning];
  for (const list of ["requests", "limits"] as const) {
    const text = claim.spec.resources?.[list]?.storage;
    if (text !== undefined && quantityMilli(text) % 1000 !== 0) warnings.push(`spec.resources.${list}[storage]: fractional byte value "${text}" is invalid, must be an integer`);
  }
  return warnings;
}
