// Follows pkg/apis/core/validation/validation.go: environment variables and references to fields.
import { index, invalid, notSupported, required } from "../../apimachinery/fieldError.ts";
import { isConfigMapKey, isDns1123Subdomain, isQualifiedName, isRelaxedEnvVarName, maskTrailingDash } from "../../apimachinery/names.ts";
import type { FieldError } from "../../apimachinery/status.ts";
import type { EnvFromSource, EnvVar, EnvVarSource, FileKeySelector, ObjectFieldSelector, ResourceFieldSelector } from "../core/pod/types.ts";
import { validateLocalPath } from "./validatePaths.ts";

const envFields = ["metadata.name", "metadata.namespace", "metadata.uid", "spec.nodeName", "spec.serviceAccountName", "status.hostIP", "status.hostIPs", "status.podIP", "status.podIPs"];
export const volumeFields = ["metadata.annotations", "metadata.labels", "metadata.name", "metadata.namespace", "metadata.uid"];
/** Fields that the downward API knows at all. */
const knownFields: ReadonlySet<string> = new Set([...envFields, ...volumeFields, "spec.restartPolicy", "spec.schedulerName", "status.phase"]);
const containerResources = ["limits.cpu", "limits.ephemeral-storage", "limits.memory", "requests.cpu", "requests.ephemeral-storage", "requests.memory"];
const byteDivisors = ["1", "1k", "1M", "1G", "1T", "1P", "1E", "1Ki", "1Mi", "1Gi", "1Ti", "1Pi", "1Ei"];

export function validateEnv(env: readonly EnvVar[] | undefined, path: string): readonly FieldError[] {
  const errors: FieldError[] = [];
  for (const [at, variable] of (env ?? []).entries()) {
    const own = index(path, at);
    const name = variable.name ?? "";
    if (name === "") errors.push(required(`${own}.name`));
    else for (const message of isRelaxedEnvVarName(name)) errors.push(invalid(`${own}.name`, name, message));
    if (variable.valueFrom !== undefined) errors.push(...validateValueFrom(variable.valueFrom, variable.value ?? "", `${own}.valueFrom`));
  }
  return errors;
}

function validateValueFrom(source: EnvVarSource, value: string, path: string): readonly FieldError[] {
  const errors: FieldError[] = [];
  let sources = 0;
  if (source.fieldRef !== undefined) {
    sources++;
    errors.push(...validateFieldRef(source.fieldRef, envFields, `${path}.fieldRef`));
  }
  if (source.resourceFieldRef !== undefined) {
    sources++;
    errors.push(...validateResourceFieldRef(source.resourceFieldRef, false, `${path}.resourceFieldRef`));
  }
  for (const ref of ["configMapKeyRef", "secretKeyRef"] as const) {
    const selector = source[ref];
    if (selector === undefined) continue;
    sources++;
    for (const message of isDns1123Subdomain(selector.name ?? "")) errors.push(invalid(`${path}.${ref}.name`, selector.name ?? "", message));
    errors.push(...validateKey(selector.key ?? "", `${path}.${ref}.key`));
  }
  if (source.fileKeyRef !== undefined) {
    sources++;
    errors.push(...validateFileKey(source.fileKeyRef, `${path}.fileKeyRef`));
  }
  if (sources === 0) errors.push(invalid(path, "", "must specify one of: `fieldRef`, `resourceFieldRef`, `configMapKeyRef`, `secretKeyRef` or `fileKeyRef`"));
  else if (value !== "") errors.push(invalid(path, "", "may not be specified when `value` is not empty"));
  else if (sources > 1) errors.push(invalid(path, "", "may not have more than one field specified at a time"));
  return errors;
}

function validateKey(key: string, path: string): readonly FieldError[] {
  return key === "" ? [required(path)] : isConfigMapKey(key).map((message) => invalid(path, key, message));
}

function validateFileKey(ref: FileKeySelector, path: string): readonly FieldError[] {
  const errors: FieldError[] = [...validateKey(ref.key ?? "", `${path}.key`)];
  if ((ref.volumeName ?? "") === "") errors.push(required(`${path}.volumeName`));
  return (ref.path ?? "") === "" ? [...errors, required(`${path}.path`)] : [...errors, ...validateLocalPath(ref.path, `${path}.path`)];
}

/** A reference to a field of the pod itself. */
export function validateFieldRef(ref: ObjectFieldSelector, allowed: readonly string[], path: string): readonly FieldError[] {
  const version = ref.apiVersion ?? "";
  const label = ref.fieldPath ?? "";
  if (version === "") return [required(`${path}.apiVersion`)];
  if (label === "") return [required(`${path}.fieldPath`)];
  const fieldFault = (message: string): readonly FieldError[] => [invalid(`${path}.fieldPath`, label, `error converting fieldPath: ${message}`)];
  if (version !== "v1") return fieldFault(`unsupported pod version: ${version}`);
  const subscripted = /^(.*)\['([^']*)'\]$/.exec(label);
  if (subscripted !== null) {
    const [, field = "", subscript = ""] = subscripted;
    if (field === "metadata.annotations") return isQualifiedName(subscript.toLowerCase()).map((message) => invalid(path, subscript.toLowerCase(), message));
    if (field === "metadata.labels") return isQualifiedName(subscript).map((message) => invalid(path, subscript, message));
    return fieldFault(`field label does not support subscript: ${label}`);
  }
  const field = label === "spec.host" ? "spec.nodeName" : label;
  if (!knownFields.has(field)) return fieldFault(`field label not supported: ${label}`);
  return allowed.includes(field) ? [] : [notSupported(`${path}.fieldPath`, field, [...allowed].sort())];
}

/** A reference to a container's resources. In a volume it must say which container. */
export function validateResourceFieldRef(ref: ResourceFieldSelector, inVolume: boolean, path: string): readonly FieldError[] {
  const errors: FieldError[] = [];
  const resource = ref.resource ?? "";
  const isHugePages = /^(limits|requests)\.hugepages-/.test(resource);
  if (inVolume && (ref.containerName ?? "") === "") errors.push(required(`${path}.containerName`));
  else if (resource === "") errors.push(required(`${path}.resource`));
  else if (!containerResources.includes(resource) && !isHugePages) errors.push(notSupported(`${path}.resource`, resource, containerResources));
  const divisor = ref.divisor ?? "0";
  if (divisor === "0") return errors;
  const name = resource.replace(/^(limits|requests)\./, "");
  const what = isHugePages ? "hugepages" : ({ cpu: "cpu", memory: "memory", "ephemeral-storage": "local ephemeral storage" } as Readonly<Record<string, string>>)[name];
  if (what === undefined || resource === name) return errors;
  if (what === "cpu") {
    if (divisor !== "1m" && divisor !== "1") errors.push(invalid(`${path}.divisor`, resource, "only divisor's values 1m and 1 are supported with the cpu resource"));
  } else if (!byteDivisors.includes(divisor)) {
    errors.push(invalid(`${path}.divisor`, resource, `only divisor's values ${byteDivisors.join(", ")} are supported with the ${what} resource`));
  }
  return errors;
}

export function validateEnvFrom(sources: readonly EnvFromSource[] | undefined, path: string): readonly FieldError[] {
  const errors: FieldError[] = [];
  for (const [at, source] of (sources ?? []).entries()) {
    const own = index(path, at);
    const prefix = source.prefix ?? "";
    if (prefix !== "") for (const message of isRelaxedEnvVarName(prefix)) errors.push(invalid(`${own}.prefix`, prefix, message));
    let count = 0;
    for (const ref of ["configMapRef", "secretRef"] as const) {
      if (source[ref] === undefined) continue;
      count++;
      const name = source[ref].name ?? "";
      if (name === "") errors.push(required(`${own}.${ref}.name`));
      else for (const message of isDns1123Subdomain(maskTrailingDash(name))) errors.push(invalid(`${own}.${ref}.name`, name, message));
    }
    // Upstream names the list here, not the entry.
    if (count === 0) errors.push(invalid(path, "", "must specify one of: `configMapRef` or `secretRef`"));
    else if (count > 1) errors.push(invalid(path, "", "may not have more than one field specified at a time"));
  }
  return errors;
}
