// Follows pkg/apis/core/validation/validation.go: ValidatePersistentVolumeSpec.
import { forbidden, invalid, key as keyPath, notSupported, required } from "../../apimachinery/fieldError.ts";
import { isDns1123Label, isDns1123Subdomain } from "../../apimachinery/names.ts";
import { quantityBytes } from "../../apimachinery/quantity.ts";
import type { FieldError } from "../../apimachinery/status.ts";
import type { CSIPersistentVolumeSource, PersistentVolumeSpec, SecretReference } from "../core/persistentvolume/types.ts";
import type { Volume } from "../core/pod/types.ts";
import { sortedKeys } from "../graph/edges.ts";
import { validateNoBacksteps } from "../podtemplate/validatePaths.ts";
import { validateNodeSelector } from "../podtemplate/validateScheduling.ts";
import { sourceRule, validateDriverName } from "../podtemplate/validateVolumes.ts";
import { validateAccessModes, validateClassName, validateModeNames, validatePositiveQuantity, validateVolumeMode } from "./accessModes.ts";

const reclaimPolicies = ["Delete", "Recycle", "Retain"];
const inline = "in the context of inline volumes";

/** In upstream's order. */
const sources = [
  "hostPath", "gcePersistentDisk", "awsElasticBlockStore", "glusterfs", "flocker", "nfs", "rbd", "quobyte", "cephfs", "iscsi", "cinder", "fc", "flexVolume", "azureFile",
  "vsphereVolume", "photonPersistentDisk", "portworxVolume", "azureDisk", "scaleIO", "local", "storageos", "csi",
] as const;

/** The volume of a PersistentVolume, or (`isInline`) one that an attachment carries with it. */
export function validateVolumeSpec(spec: PersistentVolumeSpec, name: string, isInline: boolean, path: string): readonly FieldError[] {
  return [
    ...(isInline ? inlineErrors(spec, path) : []),
    ...validateAccessModes(spec.accessModes, "", `${path}.accessModes`),
    ...validateModeNames(spec.accessModes, `${path}.accessModes`),
    ...(isInline ? [] : validateCapacity(spec.capacity, `${path}.capacity`)),
    ...validateReclaimPolicy(spec.persistentVolumeReclaimPolicy ?? "", isInline, `${path}.persistentVolumeReclaimPolicy`),
    ...validateNodeAffinity(spec, isInline, `${path}.nodeAffinity`),
    ...validateSources(spec, name, isInline, path),
    ...validateModes(spec, isInline, path),
    ...(isInline ? [] : validateAttributesClass(spec, path)),
  ];
}

function inlineErrors(spec: PersistentVolumeSpec, path: string): readonly FieldError[] {
  return [
    ...(spec.claimRef === undefined ? [] : [forbidden(`${path}.claimRef`, `may not be specified ${inline}`)]),
    ...(sortedKeys(spec.capacity).length === 0 ? [] : [forbidden(`${path}.capacity`, `may not be specified ${inline}`)]),
    ...(spec.csi === undefined ? [required(`${path}.csi`, `has to be specified ${inline}`)] : []),
  ];
}

function validateCapacity(capacity: PersistentVolumeSpec["capacity"], path: string): readonly FieldError[] {
  const names = sortedKeys(capacity);
  const errors: FieldError[] = [];
  if (names.length === 0) errors.push(required(path));
  if (capacity?.storage === undefined || names.length > 1) errors.push(notSupported(path, names.length === 0 ? null : Object.fromEntries(names.map((name) => [name, capacity?.[name] ?? "0"])), ["storage"]));
  for (const name of names) {
    const own = keyPath(path, name);
    errors.push(...validateBasicResource(capacity?.[name] ?? "0", own), ...validatePositiveQuantity(capacity?.[name] ?? "0", own));
  }
  return errors;
}

/** Not below zero; what is said shows the amount as a number. */
export function validateBasicResource(text: string, path: string): readonly FieldError[] {
  return quantityBytes(text) < 0 ? [invalid(path, quantityBytes(text), "must be a valid resource quantity")] : [];
}

function validateReclaimPolicy(policy: string, isInline: boolean, path: string): readonly FieldError[] {
  if (policy === "") return [];
  if (isInline) return policy === "Retain" ? [] : [forbidden(path, `may only be Retain ${inline}`)];
  return reclaimPolicies.includes(policy) ? [] : [notSupported(path, policy, reclaimPolicies)];
}

function validateNodeAffinity(spec: PersistentVolumeSpec, isInline: boolean, path: string): readonly FieldError[] {
  if (spec.nodeAffinity === undefined) return [];
  if (isInline) return [forbidden(path, `may not be specified ${inline}`)];
  const selector = spec.nodeAffinity.required;
  return selector === undefined ? [required(`${path}.required`, "must specify required node constraints")] : validateNodeSelector(selector, `${path}.required`);
}

function validateSources(spec: PersistentVolumeSpec, name: string, isInline: boolean, path: string): readonly FieldError[] {
  const errors: FieldError[] = [];
  let count = 0;
  for (const source of sources) {
    if (spec[source] === undefined) continue;
    if (count > 0 && source !== "flexVolume") {
      errors.push(forbidden(`${path}.${source === "cephfs" ? "cephFS" : source}`, "may not specify more than 1 volume type"));
      continue;
    }
    count++;
    errors.push(...validateSource(spec, source, name, `${path}.${source}`));
    if (source === "local" && (spec.nodeAffinity === undefined || isInline)) errors.push(required(`${path}.nodeAffinity`, "Local volume requires node affinity"));
  }
  if (count === 0) errors.push(required(path, "must specify a volume type"));
  const root = spec.hostPath !== undefined && isRoot(spec.hostPath.path ?? "");
  if (root && spec.persistentVolumeReclaimPolicy === "Recycle") errors.push(forbidden(`${path}.persistentVolumeReclaimPolicy`, "may not be 'recycle' for a hostPath mount of '/'"));
  return errors;
}

function isRoot(text: string): boolean {
  const parts: string[] = [];
  for (const part of text.split("/")) {
    if (part === "..") parts.pop();
    else if (part !== "" && part !== ".") parts.push(part);
  }
  return text.startsWith("/") && parts.length === 0;
}

/** A source as pods have it, and what only a volume's own has. */
function validateSource(spec: PersistentVolumeSpec, source: (typeof sources)[number], name: string, path: string): readonly FieldError[] {
  const own = spec[source] as Readonly<Record<string, unknown>>;
  if (source === "csi") return validateCsi(spec.csi as CSIPersistentVolumeSource, path);
  if (source === "local") return (spec.local?.path ?? "") === "" ? [required(`${path}.path`)] : validateNoBacksteps(spec.local?.path ?? "", `${path}.path`);
  if (source === "storageos") return validateStorageOs(own, path);
  const errors: FieldError[] = [...(sourceRule(source)?.(spec as unknown as Volume, path, "") ?? [])];
  if (source === "cinder" && own.secretRef !== undefined) errors.push(...needed((own.secretRef as SecretReference).namespace, `${path}.secretRef.namespace`));
  if (source === "azureFile" && own.secretNamespace === "") errors.push(required(`${path}.secretNamespace`));
  if (source === "iscsi" && own.initiatorName !== undefined && `${name}:${String(own.targetPortal)}`.length > 64) {
    errors.push(invalid(`${path}.targetportal`, own.targetPortal as string, "Total length of <volume name>:<iscsi.targetPortal> must be under 64 characters if iscsi.initiatorName is specified."));
  }
  const namespace = own.endpointsNamespace as string | undefined;
  if (source === "glusterfs" && namespace !== undefined) {
    const faults = namespace === "" ? ["if the endpointnamespace is set, it must be a valid namespace name"] : isDns1123Label(namespace);
    errors.push(...faults.map((message) => invalid(`${path}.endpointsNamespace`, namespace, message)));
  }
  return errors;
}

function needed(value: string | undefined, path: string): readonly FieldError[] {
  return (value ?? "") === "" ? [required(path)] : [];
}

function validateStorageOs(own: Readonly<Record<string, unknown>>, path: string): readonly FieldError[] {
  const label = (text: string, at: string): readonly FieldError[] => isDns1123Label(text).map((message) => invalid(at, text, message));
  const { volumeName = "", volumeNamespace = "", secretRef } = own as { readonly volumeName?: string; readonly volumeNamespace?: string; readonly secretRef?: SecretReference };
  return [
    ...(volumeName === "" ? [required(`${path}.volumeName`)] : label(volumeName, `${path}.volumeName`)),
    ...(volumeNamespace === "" ? [] : label(volumeNamespace, `${path}.volumeNamespace`)),
    ...(secretRef === undefined ? [] : [...needed(secretRef.name, `${path}.secretRef.name`), ...needed(secretRef.namespace, `${path}.secretRef.namespace`)]),
  ];
}

function validateCsi(csi: CSIPersistentVolumeSource, path: string): readonly FieldError[] {
  const errors: FieldError[] = [...validateDriverName(csi.driver ?? "", `${path}.driver`), ...needed(csi.volumeHandle, `${path}.volumeHandle`)];
  for (const field of ["controllerPublishSecretRef", "controllerExpandSecretRef", "nodePublishSecretRef", "nodeExpandSecretRef"] as const) {
    const ref = csi[field];
    if (ref === undefined) continue;
    const at = `${path}.${field}`;
    for (const [part, rule] of [["name", isDns1123Subdomain], ["namespace", isDns1123Label]] as const) {
      const value = ref[part] ?? "";
      errors.push(...(value === "" ? [required(`${at}.${part}`)] : rule(value).map((message) => invalid(`${at}.${part}`, value, message))));
    }
  }
  return errors;
}

function validateModes(spec: PersistentVolumeSpec, isInline: boolean, path: string): readonly FieldError[] {
  if (!isInline) return [...validateClassName(spec.storageClassName, `${path}.storageClassName`), ...validateVolumeMode(spec.volumeMode, `${path}.volumeMode`)];
  return [
    ...((spec.storageClassName ?? "") === "" ? [] : [forbidden(`${path}.storageClassName`, `may not be specified ${inline}`)]),
    ...(spec.volumeMode === undefined || spec.volumeMode === "Filesystem" ? [] : [forbidden(`${path}.volumeMode`, `may not specify volumeMode other than Filesystem ${inline}`)]),
  ];
}

function validateAttributesClass(spec: PersistentVolumeSpec, path: string): readonly FieldError[] {
  const name = spec.volumeAttributesClassName;
  if (name === undefined) return [];
  const at = `${path}.volumeAttributesClassName`;
  return [
    ...(name === "" ? [required(at, "an empty string is disallowed")] : validateClassName(name, at)),
    ...(spec.csi === undefined ? [required(`${path}.csi`, "has to be specified when using volumeAttributesClassName")] : []),
  ];
}
