// Follows pkg/apis/core/validation/validation.go: ValidatePersistentVolumeClaimSpec.
import { invalid, required } from "../../apimachinery/fieldError.ts";
import { isDns1123Label, isDns1123Subdomain } from "../../apimachinery/names.ts";
import type { FieldError } from "../../apimachinery/status.ts";
import type { TypedObjectReference } from "../core/references.ts";
import type { PersistentVolumeClaimSpec } from "../core/pod/volumeSourceTypes.ts";
import { validateLabelSelector } from "../metadata/labelSelector.ts";
import { validateAccessModes, validateClassName, validateModeNames, validatePositiveQuantity, validateVolumeMode } from "./accessModes.ts";

/** `keepsGroups`: a stored claim that names a group keeps whatever it names. */
export function validateClaimSpec(spec: PersistentVolumeClaimSpec, path: string, keepsGroups = false): readonly FieldError[] {
  const errors: FieldError[] = [...validateAccessModes(spec.accessModes, "at least 1 access mode is required", `${path}.accessModes`)];
  if (spec.selector !== undefined) errors.push(...validateLabelSelector(spec.selector, `${path}.selector`));
  errors.push(...validateModeNames(spec.accessModes, `${path}.accessModes`));
  const storage = spec.resources?.requests?.storage;
  const at = `${path}.resources[storage]`;
  errors.push(...(storage === undefined ? [required(at)] : validatePositiveQuantity(storage, at)));
  errors.push(...validateClassName(spec.storageClassName, `${path}.storageClassName`), ...validateVolumeMode(spec.volumeMode, `${path}.volumeMode`));
  return [...errors, ...validateDataSources(spec, path, keepsGroups), ...validateClassName(spec.volumeAttributesClassName, `${path}.volumeAttributesClassName`)];
}

function validateDataSources(spec: PersistentVolumeClaimSpec, path: string, keepsGroups: boolean): readonly FieldError[] {
  const { dataSource, dataSourceRef } = spec;
  const errors: FieldError[] = [];
  if (dataSource !== undefined) errors.push(...validateReference(dataSource, `${path}.dataSource`, keepsGroups));
  if (dataSourceRef !== undefined) errors.push(...validateReference(dataSourceRef, `${path}.dataSourceRef`, keepsGroups));
  if (dataSource === undefined || dataSourceRef === undefined) return errors;
  const same = (dataSource.apiGroup ?? null) === (dataSourceRef.apiGroup ?? null) && dataSource.kind === dataSourceRef.kind && dataSource.name === dataSourceRef.name;
  if ((dataSourceRef.namespace ?? "") !== "") errors.push(differs("may not be specified when dataSourceRef.namespace is specified"));
  else if (!same) errors.push(differs("must match dataSourceRef"));
  return errors;

  // Upstream gives the path of the field as the value.
  function differs(detail: string): FieldError {
    return invalid(path, `${path}.dataSource`, detail);
  }
}

function validateReference(ref: TypedObjectReference, path: string, keepsGroups: boolean): readonly FieldError[] {
  const errors: FieldError[] = [];
  const { kind = "", name = "" } = ref;
  const group = ref.apiGroup ?? "";
  if (name === "") errors.push(required(`${path}.name`));
  if (kind === "") errors.push(required(`${path}.kind`));
  if (group === "" && kind !== "PersistentVolumeClaim") errors.push(invalid(path, kind, "must be 'PersistentVolumeClaim' when referencing the default apiGroup"));
  if (group !== "" && !keepsGroups) for (const message of isDns1123Subdomain(group)) errors.push(invalid(`${path}.apiGroup`, group, message));
  const namespace = ref.namespace ?? "";
  if (namespace !== "") for (const message of isDns1123Label(namespace)) errors.push(invalid(`${path}.namespace`, namespace, message));
  return errors;
}
