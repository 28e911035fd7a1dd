// Follows pkg/apis/core/validation/validation.go: volume sources of particular vendors, kept for their texts.
import { invalid, key as keyPath, notSupported, required } from "../../apimachinery/fieldError.ts";
import { inclusiveRangeError } from "../../apimachinery/names.ts";
import type { FieldError } from "../../apimachinery/status.ts";
import type { Volume } from "../core/pod/types.ts";
import { sortedKeys } from "../graph/edges.ts";

type Entry = readonly [keyof Volume, string, (volume: Volume, path: string) => readonly FieldError[]];

/** A source whose named fields must not be empty. */
function lacking<K extends keyof Volume>(source: K, name: string, ...fields: readonly string[]): Entry {
  return [source, name, (volume, path) => lackingFields(volume[source], path, fields)];
}

function lackingFields(source: Volume[keyof Volume], path: string, fields: readonly string[]): readonly FieldError[] {
  const record = (source ?? {}) as Readonly<Record<string, unknown>>;
  return fields.filter((field) => isEmpty(record[field])).map((field) => required(`${path}.${field}`));
}

function isEmpty(value: unknown): boolean {
  return value === undefined || value === "" || (Array.isArray(value) && value.length === 0);
}

function partition(value: number | undefined, path: string): readonly FieldError[] {
  return value !== undefined && (value < 0 || value > 255) ? [invalid(`${path}.partition`, value, inclusiveRangeError(1, 255))] : [];
}

/** In the places that upstream's order gives them among the common sources. */
export const rareVolumeRules = {
  first: [
    ["gcePersistentDisk", "gcePersistentDisk", (volume, path) => {
      const own = path.replace(/gcePersistentDisk$/, "persistentDisk");
      return [...lackingFields(volume.gcePersistentDisk, own, ["pdName"]), ...partition(volume.gcePersistentDisk?.partition, own)];
    }],
    ["awsElasticBlockStore", "awsElasticBlockStore", (volume, path) => [...lackingFields(volume.awsElasticBlockStore, path, ["volumeID"]), ...partition(volume.awsElasticBlockStore?.partition, path)]],
  ],
  second: [
    lacking("glusterfs", "glusterfs", "endpoints", "path"),
    ["flocker", "flocker", validateFlocker],
  ],
  third: [
    lacking("rbd", "rbd", "monitors", "image"),
    ["cinder", "cinder", (volume, path) => [...lackingFields(volume.cinder, path, ["volumeID"]), ...(volume.cinder?.secretRef !== undefined && isEmpty(volume.cinder.secretRef.name) ? [required(`${path}.secretRef.name`)] : [])]],
    lacking("cephfs", "cephfs", "monitors"),
    ["quobyte", "quobyte", validateQuobyte],
  ],
  fourth: [
    ["fc", "fc", validateFibreChannel],
    ["flexVolume", "flexVolume", validateFlex],
  ],
  fifth: [
    lacking("azureFile", "azureFile", "secretName", "shareName"),
    lacking("vsphereVolume", "vsphereVolume", "volumePath"),
    lacking("photonPersistentDisk", "photonPersistentDisk", "pdID"),
    lacking("portworxVolume", "portworxVolume", "volumeID"),
    ["azureDisk", "azureDisk", validateAzureDisk],
    ["storageos", "storageos", (volume, path) => lackingFields(volume.storageos, path, ["volumeName"])],
  ],
  sixth: [lacking("scaleIO", "scaleIO", "gateway", "system", "volumeName")],
} as const satisfies Readonly<Record<string, readonly Entry[]>>;

function validateFlocker(volume: Volume, path: string): readonly FieldError[] {
  const name = volume.flocker?.datasetName ?? "";
  const uuid = volume.flocker?.datasetUUID ?? "";
  const errors: FieldError[] = [];
  if (name === "" && uuid === "") errors.push(required(path, "one of datasetName and datasetUUID is required"));
  if (name !== "" && uuid !== "") errors.push(invalid(path, "resource", "datasetName and datasetUUID can not be specified simultaneously"));
  if (name.includes("/")) errors.push(invalid(`${path}.datasetName`, name, "must not contain '/'"));
  return errors;
}

function validateQuobyte(volume: Volume, path: string): readonly FieldError[] {
  const registry = volume.quobyte?.registry ?? "";
  const shape = "must be a host:port pair or multiple pairs separated by commas";
  const errors: FieldError[] = [];
  if (registry === "") errors.push(required(`${path}.registry`, shape));
  else if ((volume.quobyte?.tenant ?? "").length >= 65) errors.push(required(`${path}.tenant`, "must be a UUID and may not exceed a length of 64 characters"));
  else for (const pair of registry.split(",")) if (!/^[^:]*:[^:]*$/.test(pair)) errors.push(invalid(`${path}.registry`, registry, shape));
  return [...errors, ...lackingFields(volume.quobyte, path, ["volume"])];
}

function validateFibreChannel(volume: Volume, path: string): readonly FieldError[] {
  const names = volume.fc?.targetWWNs ?? [];
  const ids = volume.fc?.wwids ?? [];
  const lun = volume.fc?.lun;
  const errors: FieldError[] = [];
  if (names.length === 0 && ids.length === 0) errors.push(required(`${path}.targetWWNs`, "must specify either targetWWNs or wwids, but not both"));
  if (names.length > 0 && ids.length > 0) errors.push(invalid(`${path}.targetWWNs`, names, "targetWWNs and wwids can not be specified simultaneously"));
  if (names.length > 0 && lun === undefined) errors.push(required(`${path}.lun`, "lun is required if targetWWNs is specified"));
  if (names.length > 0 && lun !== undefined && (lun < 0 || lun > 255)) errors.push(invalid(`${path}.lun`, lun, inclusiveRangeError(0, 255)));
  return errors;
}

function validateFlex(volume: Volume, path: string): readonly FieldError[] {
  const errors: FieldError[] = [...lackingFields(volume.flexVolume, path, ["driver"])];
  for (const name of sortedKeys(volume.flexVolume?.options)) {
    const owner = `.${(name.includes("/") ? (name.split("/")[0] ?? "") : name).toLowerCase()}`;
    if (owner.endsWith(".kubernetes.io") || owner.endsWith(".k8s.io")) errors.push(invalid(keyPath(`${path}.options`, name), name, "kubernetes.io and k8s.io namespaces are reserved"));
  }
  return errors;
}

function validateAzureDisk(volume: Volume, path: string): readonly FieldError[] {
  const disk = volume.azureDisk;
  const errors: FieldError[] = [...lackingFields(disk, path, ["diskName", "diskURI"])];
  const modes = ["None", "ReadOnly", "ReadWrite"];
  const kinds = ["Dedicated", "Managed", "Shared"];
  if (disk?.cachingMode !== undefined && !modes.includes(disk.cachingMode)) errors.push(notSupported(`${path}.cachingMode`, disk.cachingMode, modes));
  if (disk?.kind !== undefined && !kinds.includes(disk.kind)) errors.push(notSupported(`${path}.kind`, disk.kind, kinds));
  const uri = disk?.diskURI ?? "";
  if (disk?.kind === "Managed" && !uri.startsWith("/subscriptions/")) errors.push(notSupported(`${path}.diskURI`, uri, ["/subscriptions/{sub-id}/resourcegroups/{group-name}/providers/microsoft.compute/disks/{disk-id}"]));
  if (disk?.kind !== undefined && disk.kind !== "Managed" && !uri.startsWith("https://")) errors.push(notSupported(`${path}.diskURI`, uri, ["https://{account-name}.blob.core.windows.net/{container-name}/{disk-name}.vhd"]));
  return errors;
}
