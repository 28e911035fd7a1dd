// Follows pkg/apis/core/validation/validation.go: volumes and their sources.
import { duplicate, forbidden, index, invalid, notSupported, required, tooLong } from "../../apimachinery/fieldError.ts";
import { inclusiveRangeError, isDns1123Label, isDns1123Subdomain, validateAnnotations, validateLabels } from "../../apimachinery/names.ts";
import { compareQuantityTexts } from "../../apimachinery/quantity.ts";
import type { ObjectMeta } from "../../apimachinery/objectMeta.ts";
import type { FieldError } from "../../apimachinery/status.ts";
import type { EphemeralVolumeSource, ISCSIVolumeSource, Volume } from "../core/pod/types.ts";
import { validateClaimSpec } from "../volumes/validateClaimSpec.ts";
import type { VolumesByName } from "./validateMounts.ts";
import { validateItems, validateMode } from "./validateItems.ts";
import { validateDescendingPath, validateNoBacksteps } from "./validatePaths.ts";
import { validateDownwardFiles, validateProjected } from "./validateProjected.ts";
import { rareVolumeRules } from "./validateRareVolumes.ts";

const hostPathTypes = ["", "BlockDevice", "CharDevice", "Directory", "DirectoryOrCreate", "File", "FileOrCreate", "Socket"];
const otherMeta = [
  "name", "generateName", "namespace", "uid", "resourceVersion", "generation", "creationTimestamp", "deletionTimestamp", "deletionGracePeriodSeconds", "ownerReferences", "finalizers", "managedFields",
] as const;
const maxDriverLength = 63;
const pullPolicies = ["Always", "IfNotPresent", "Never"];

/** Volumes that are sound, by name, and what is wrong with the others. `podName` is "" in templates. */
export function validateVolumes(volumes: readonly Volume[] | undefined, podName: string, path: string): { readonly byName: VolumesByName; readonly errors: readonly FieldError[] } {
  const byName = new Map<string, Volume>();
  const errors: FieldError[] = [];
  const created = new Set((volumes ?? []).filter((volume) => podName !== "" && volume.ephemeral !== undefined).map((volume) => `${podName}-${volume.name}`));
  for (const [at, volume] of (volumes ?? []).entries()) {
    const own = index(path, at);
    const name = volume.name ?? "";
    const faults: FieldError[] = [...validateSource(volume, podName, own)];
    if (name === "") faults.push(required(`${own}.name`));
    else for (const message of isDns1123Label(name)) faults.push(invalid(`${own}.name`, name, message));
    if (byName.has(name)) faults.push(duplicate(`${own}.name`, name));
    if (faults.length === 0) byName.set(name, volume);
    errors.push(...faults);
    const claimName = volume.persistentVolumeClaim?.claimName;
    if (claimName !== undefined && created.has(claimName)) errors.push(invalid(`${own}.persistentVolumeClaim.claimName`, claimName, "must not reference a PVC that gets created for an ephemeral volume"));
  }
  return { byName, errors };
}

type Rule = (volume: Volume, path: string, podName: string) => readonly FieldError[];

/** In upstream's order: of several sources the later ones are refused. The second name is the path's, where it differs. */
const rules: readonly (readonly [keyof Volume, string, Rule])[] = [
  ["emptyDir", "emptyDir", (volume, path) => ((volume.emptyDir?.sizeLimit ?? "") !== "" && compareQuantityTexts(volume.emptyDir?.sizeLimit ?? "0", "0") < 0 ? [forbidden(`${path}.sizeLimit`, "SizeLimit field must be a valid resource quantity")] : [])],
  ["hostPath", "hostPath", validateHostPath],
  ["gitRepo", "gitRepo", (volume, path) => [...needed(volume.gitRepo?.repository, `${path}.repository`), ...validateDescendingPath(volume.gitRepo?.directory ?? "", `${path}.directory`)]],
  ...rareVolumeRules.first,
  ["secret", "secret", (volume, path) => [...needed(volume.secret?.secretName, `${path}.secretName`), ...validateMode(volume.secret?.defaultMode, `${path}.defaultMode`), ...validateItems(volume.secret?.items, `${path}.items`)]],
  ["nfs", "nfs", validateNfs],
  ["iscsi", "iscsi", (volume, path) => (volume.iscsi === undefined ? [] : validateIscsi(volume.iscsi, path))],
  ...rareVolumeRules.second,
  ["persistentVolumeClaim", "persistentVolumeClaim", (volume, path) => needed(volume.persistentVolumeClaim?.claimName, `${path}.claimName`)],
  ...rareVolumeRules.third,
  ["downwardAPI", "downwardAPI", (volume, path) => [...validateMode(volume.downwardAPI?.defaultMode, `${path}.defaultMode`), ...validateDownwardFiles(volume.downwardAPI?.items, path)]],
  ...rareVolumeRules.fourth,
  ["configMap", "configMap", (volume, path) => [...needed(volume.configMap?.name, `${path}.name`), ...validateMode(volume.configMap?.defaultMode, `${path}.defaultMode`), ...validateItems(volume.configMap?.items, `${path}.items`)]],
  ...rareVolumeRules.fifth,
  ["projected", "projected", (volume, path) => (volume.projected === undefined ? [] : validateProjected(volume.projected, path))],
  ...rareVolumeRules.sixth,
  ["csi", "csi", validateCsi],
  ["ephemeral", "ephemeral", (volume, path, podName) => (volume.ephemeral === undefined ? [] : validateEphemeral(volume.ephemeral, volume.name ?? "", podName, path))],
  ["image", "image", validateImage],
];

/** The rule of one source, for what has sources beside pods. */
export function sourceRule(source: keyof Volume): Rule | null {
  return rules.find(([name]) => name === source)?.[2] ?? null;
}

function validateSource(volume: Volume, podName: string, path: string): readonly FieldError[] {
  const errors: FieldError[] = [];
  let sources = 0;
  for (const [source, name, rule] of rules) {
    if (volume[source] === undefined) continue;
    if (sources > 0 && source !== "emptyDir") errors.push(forbidden(`${path}.${name}`, "may not specify more than 1 volume type"));
    else errors.push(...rule(volume, `${path}.${name}`, podName));
    sources++;
  }
  return sources === 0 ? [required(path, "must specify a volume type")] : errors;
}

function needed(value: string | undefined, path: string): readonly FieldError[] {
  return (value ?? "") === "" ? [required(path)] : [];
}

function validateHostPath(volume: Volume, path: string): readonly FieldError[] {
  const text = volume.hostPath?.path ?? "";
  if (text === "") return [required(`${path}.path`)];
  const type = volume.hostPath?.type;
  return [...validateNoBacksteps(text, `${path}.path`), ...(type !== undefined && !hostPathTypes.includes(type) ? [notSupported(`${path}.type`, type, hostPathTypes)] : [])];
}

function validateNfs(volume: Volume, path: string): readonly FieldError[] {
  const text = volume.nfs?.path ?? "";
  return [...needed(volume.nfs?.server, `${path}.server`), ...needed(text, `${path}.path`), ...(text.startsWith("/") ? [] : [invalid(`${path}.path`, text, "must be an absolute path")])];
}

function validateIscsi(source: ISCSIVolumeSource, path: string): readonly FieldError[] {
  const errors: FieldError[] = [...needed(source.targetPortal, `${path}.targetPortal`), ...needed(source.iqn, `${path}.iqn`)];
  const iqn = source.iqn ?? "";
  if (iqn !== "" && !/^(iqn|eui|naa)/.test(iqn)) errors.push(invalid(`${path}.iqn`, iqn, "must be valid format starting with iqn, eui, or naa"));
  else if (iqn !== "" && !isInitiator(iqn)) errors.push(invalid(`${path}.iqn`, iqn, "must be valid format"));
  const lun = source.lun ?? 0;
  if (lun < 0 || lun > 255) errors.push(invalid(`${path}.lun`, lun, inclusiveRangeError(0, 255)));
  if ((source.chapAuthDiscovery === true || source.chapAuthSession === true) && source.secretRef === undefined) errors.push(required(`${path}.secretRef`));
  const name = source.initiatorName;
  if (name !== undefined && !isInitiator(name)) errors.push(invalid(`${path}.initiatorname`, name, /^(iqn|eui|naa)/.test(name) ? "must be valid format" : "must be valid format starting with iqn, eui, or naa"));
  return errors;
}

function isInitiator(name: string): boolean {
  return /iqn\.\d{4}-\d{2}\.[A-Za-z0-9.-]+(:[^,;*&$|\s]+)$/.test(name) || /^eui.[A-Za-z0-9]{16}$/.test(name) || /^naa.[A-Za-z0-9]{32}$/.test(name);
}

/** The name of a CSI driver. */
export function validateDriverName(driver: string, path: string): readonly FieldError[] {
  if (driver === "") return [required(path)];
  return [...(driver.length > maxDriverLength ? [tooLong(path, maxDriverLength)] : []), ...isDns1123Subdomain(driver.toLowerCase()).map((message) => invalid(path, driver, message))];
}

function validateCsi(volume: Volume, path: string): readonly FieldError[] {
  const errors: FieldError[] = [...validateDriverName(volume.csi?.driver ?? "", `${path}.driver`)];
  const ref = volume.csi?.nodePublishSecretRef;
  if (ref !== undefined) {
    const name = ref.name ?? "";
    if (name === "") errors.push(required(`${path}.nodePublishSecretRef.name`));
    else for (const message of isDns1123Subdomain(name)) errors.push(invalid(`${path}.nodePublishSecretRef.name`, name, message));
  }
  return errors;
}

function validateEphemeral(source: EphemeralVolumeSource, volumeName: string, podName: string, path: string): readonly FieldError[] {
  const template = source.volumeClaimTemplate;
  const own = `${path}.volumeClaimTemplate`;
  const errors: FieldError[] = [];
  if (template === undefined) errors.push(required(own));
  else {
    errors.push(...validateAnnotations(template.metadata?.annotations, `${own}.metadata.annotations`), ...validateLabels(template.metadata?.labels, `${own}.metadata.labels`), ...validateOtherMeta(template.metadata, `${own}.metadata`), ...validateClaimSpec(template.spec, `${own}.spec`));
  }
  if (podName !== "" && volumeName !== "") {
    const claim = `${podName}-${volumeName}`;
    const at = path.slice(0, path.lastIndexOf("."));
    for (const message of isDns1123Subdomain(claim)) errors.push(invalid(`${at}.name`, volumeName, `PVC name ${JSON.stringify(claim)}: ${message}`));
  }
  return errors;
}

/** The claim's name and the like are not for the template to say. */
function validateOtherMeta(meta: Partial<ObjectMeta> | undefined, path: string): readonly FieldError[] {
  return otherMeta.filter((field) => meta?.[field] !== undefined).map((field) => forbidden(`${path}.${field === "uid" ? "uID" : field}`, "cannot be set"));
}

function validateImage(volume: Volume, path: string): readonly FieldError[] {
  const errors: FieldError[] = [...needed(volume.image?.reference, `${path}.reference`)];
  const policy = volume.image?.pullPolicy ?? "";
  if (policy === "") errors.push(required(`${path}.pullPolicy`));
  else if (!pullPolicies.includes(policy)) errors.push(notSupported(`${path}.pullPolicy`, policy, pullPolicies));
  return errors;
}
