// Follows pkg/apis/core/validation/validation.go: security contexts of pods and containers.
import type { JsonObject } from "../../base/json.ts";
import { duplicate, forbidden, index, invalid, notSupported, required, tooLong } from "../../apimachinery/fieldError.ts";
import { isInRange } from "../../apimachinery/names.ts";
import type { FieldError } from "../../apimachinery/status.ts";
import type { AppArmorProfile, Container, PodSecurityContext, PodSpec, SeccompProfile, SecurityContext, WindowsSecurityContextOptions } from "../core/pod/types.ts";
import { internalJson } from "../goStructs/internalJson.ts";
import { validateDescendingPath } from "./validatePaths.ts";

const fsGroupChangePolicies = ["Always", "OnRootMismatch"];
const groupsPolicies = ["Merge", "Strict"];
const seLinuxPolicies = ["MountOption", "Recursive"];
const procMounts = ["Default", "Unmasked"];
const profileTypes = ["Localhost", "RuntimeDefault", "Unconfined"];
const sysctlPattern = "^([a-z0-9]([-_a-z0-9]*[a-z0-9])?[\\./])*[a-z0-9]([-_a-z0-9]*[a-z0-9])?$";
const sysctlName = new RegExp(sysctlPattern);
const maxSysctlLength = 253;
const maxProfileLength = 4095;
const maxInt32 = 2_147_483_647;

export function validatePodSecurityContext(context: PodSecurityContext | undefined, spec: PodSpec, path: string): readonly FieldError[] {
  if (context === undefined) return [];
  const errors: FieldError[] = [];
  for (const name of ["fsGroup", "runAsUser", "runAsGroup"] as const) errors.push(...validateId(context[name], `${path}.${name}`));
  for (const [at, group] of (context.supplementalGroups ?? []).entries()) errors.push(...validateId(group, index(`${path}.supplementalGroups`, at)));
  if (spec.shareProcessNamespace === true && spec.hostPID === true) errors.push(invalid(`${path}.shareProcessNamespace`, true, "ShareProcessNamespace and HostPID cannot both be enabled"));
  errors.push(...validateSysctls(context, spec, `${path}.sysctls`));
  const change = context.fsGroupChangePolicy;
  if (change !== undefined && !fsGroupChangePolicies.includes(change)) errors.push(notSupported(`${path}.fsGroupChangePolicy`, change, fsGroupChangePolicies));
  errors.push(...validateSeccomp(context.seccompProfile, `${path}.seccompProfile`), ...validateWindowsOptions(context.windowsOptions, `${path}.windowsOptions`), ...validateAppArmor(context.appArmorProfile, `${path}.appArmorProfile`));
  const groups = context.supplementalGroupsPolicy;
  if (groups !== undefined && !groupsPolicies.includes(groups)) errors.push(notSupported(`${path}.supplementalGroupsPolicy`, groups, groupsPolicies));
  const seLinux = context.seLinuxChangePolicy;
  if (seLinux !== undefined && !seLinuxPolicies.includes(seLinux)) errors.push(notSupported(`${path}.seLinuxChangePolicy`, seLinux, seLinuxPolicies));
  return errors;
}

function validateId(id: number | undefined, path: string): readonly FieldError[] {
  return id === undefined ? [] : isInRange(id, 0, maxInt32).map((message) => invalid(path, id, message));
}

function validateSysctls(context: PodSecurityContext, spec: PodSpec, path: string): readonly FieldError[] {
  const errors: FieldError[] = [];
  const names = new Set<string>();
  for (const [at, sysctl] of (context.sysctls ?? []).entries()) {
    const own = `${index(path, at)}.name`;
    const name = sysctl.name ?? "";
    if (name === "") errors.push(required(own));
    else if (name.length > maxSysctlLength || !sysctlName.test(name)) errors.push(invalid(own, name, `must have at most ${maxSysctlLength} characters and match regex ${sysctlPattern}`));
    else if (names.has(name)) errors.push(duplicate(own, name));
    const dotted = name.replaceAll("/", ".");
    if (spec.hostNetwork === true && dotted.startsWith("net.")) errors.push(invalid(own, name, "may not be specified when 'hostNetwork' is true"));
    if (spec.hostIPC === true && (dotted.startsWith("fs.mqueue.") || /^kernel\.(sem|shm|msg)/.test(dotted))) errors.push(invalid(own, name, "may not be specified when 'hostIPC' is true"));
    names.add(name);
  }
  return errors;
}

export function validateSecurityContext(context: SecurityContext | undefined, hostUsers: boolean, path: string): readonly FieldError[] {
  if (context === undefined) return [];
  const errors: FieldError[] = [...validateId(context.runAsUser, `${path}.runAsUser`), ...validateId(context.runAsGroup, `${path}.runAsGroup`)];
  const procMount = context.procMount;
  if (procMount !== undefined) {
    if (!procMounts.includes(procMount)) errors.push(notSupported(`${path}.procMount`, procMount, procMounts));
    if (hostUsers && procMount === "Unmasked") errors.push(invalid(`${path}.procMount`, procMount, "`hostUsers` must be false to use `Unmasked`"));
  }
  errors.push(...validateSeccomp(context.seccompProfile, `${path}.seccompProfile`));
  if (context.allowPrivilegeEscalation === false) {
    const shown = internalJson("SecurityContext", context as unknown as JsonObject);
    if (context.privileged === true) errors.push(invalid(path, shown, "cannot set `allowPrivilegeEscalation` to false and `privileged` to true"));
    if ((context.capabilities?.add ?? []).includes("CAP_SYS_ADMIN")) errors.push(invalid(path, shown, "cannot set `allowPrivilegeEscalation` to false and `capabilities.Add` CAP_SYS_ADMIN"));
  }
  return [...errors, ...validateWindowsOptions(context.windowsOptions, `${path}.windowsOptions`), ...validateAppArmor(context.appArmorProfile, `${path}.appArmorProfile`)];
}

function validateSeccomp(profile: SeccompProfile | undefined, path: string): readonly FieldError[] {
  if (profile === undefined) return [];
  const errors: FieldError[] = [];
  const type = profile.type ?? "";
  if (type === "") errors.push(required(`${path}.type`, "type is required when seccompProfile is set"));
  else if (!profileTypes.includes(type)) errors.push(notSupported(`${path}.type`, type, profileTypes));
  const local = profile.localhostProfile;
  if (type === "Localhost") {
    if (local === undefined) errors.push(required(`${path}.localhostProfile`, "must be set when seccomp type is Localhost"));
    else errors.push(...validateDescendingPath(local, `${path}.localhostProfile`));
  } else if (local !== undefined) {
    errors.push(invalid(`${path}.localhostProfile`, { Type: type, LocalhostProfile: local }, "can only be set when seccomp type is Localhost"));
  }
  return errors;
}

function validateAppArmor(profile: AppArmorProfile | undefined, path: string): readonly FieldError[] {
  if (profile === undefined) return [];
  const type = profile.type ?? "";
  const local = profile.localhostProfile;
  if (type === "") return [required(`${path}.type`, "type is required when appArmorProfile is set")];
  if (!profileTypes.includes(type)) return [notSupported(`${path}.type`, type, profileTypes)];
  if (type !== "Localhost") return local === undefined ? [] : [invalid(`${path}.localhostProfile`, local, "can only be set when AppArmor type is Localhost")];
  if (local === undefined || local === "") return [required(`${path}.localhostProfile`, "must be set when AppArmor type is Localhost")];
  const errors: FieldError[] = local.trim() === local ? [] : [invalid(`${path}.localhostProfile`, local, "must not be padded with whitespace")];
  return local.length > maxProfileLength ? [...errors, tooLong(`${path}.localhostProfile`, maxProfileLength)] : errors;
}

function validateWindowsOptions(options: WindowsSecurityContextOptions | undefined, path: string): readonly FieldError[] {
  if (options === undefined) return [];
  const errors: FieldError[] = [];
  const user = options.runAsUserName;
  if (options.gmsaCredentialSpec === "") errors.push(invalid(`${path}.gmsaCredentialSpec`, "", "gmsaCredentialSpec cannot be an empty string"));
  if (user !== undefined) {
    if (user === "") errors.push(invalid(`${path}.runAsUserName`, user, "runAsUserName cannot be an empty string"));
    if ((user.match(/\\/g) ?? []).length > 1) errors.push(invalid(`${path}.runAsUserName`, user, "runAsUserName cannot contain more than one backslash"));
  }
  return errors;
}

/** Fields of one operating system on a pod that says it is for the other. */
export function validateForOs(spec: PodSpec, path: string): readonly FieldError[] {
  const os = spec.os?.name;
  if (spec.os === undefined) return [];
  if ((os ?? "") === "") return [required(`${path}.os.name`, "cannot be empty")];
  if (os !== "linux" && os !== "windows") return [notSupported(`${path}.os`, os ?? "", ["linux", "windows"])];
  return os === "linux" ? validateLinux(spec, path) : validateWindows(spec, path);
}

function validateLinux(spec: PodSpec, path: string): readonly FieldError[] {
  const text = "windows options cannot be set for a linux pod";
  const errors: FieldError[] = spec.securityContext?.windowsOptions === undefined ? [] : [forbidden(`${path}.securityContext.windowsOptions`, text)];
  for (const [container, own] of containersWithPath(spec, path)) if (container.securityContext?.windowsOptions !== undefined) errors.push(forbidden(`${own}.securityContext.windowsOptions`, text));
  return errors;
}

const podLinuxFields: readonly (readonly [string, (spec: PodSpec) => unknown])[] = [
  ["securityContext.appArmorProfile", (spec) => spec.securityContext?.appArmorProfile],
  ["securityContext.seLinuxOptions", (spec) => spec.securityContext?.seLinuxOptions],
  ["hostUsers", (spec) => spec.hostUsers],
  ["hostPID", (spec) => spec.hostPID === true || undefined],
  ["hostIPC", (spec) => spec.hostIPC === true || undefined],
  ["securityContext.seccompProfile", (spec) => spec.securityContext?.seccompProfile],
  ["securityContext.fsGroup", (spec) => spec.securityContext?.fsGroup],
  ["securityContext.fsGroupChangePolicy", (spec) => spec.securityContext?.fsGroupChangePolicy],
  ["securityContext.sysctls", (spec) => ((spec.securityContext?.sysctls ?? []).length > 0 ? true : undefined)],
  ["shareProcessNamespace", (spec) => spec.shareProcessNamespace],
  ["securityContext.runAsUser", (spec) => spec.securityContext?.runAsUser],
  ["securityContext.runAsGroup", (spec) => spec.securityContext?.runAsGroup],
  ["securityContext.supplementalGroups", (spec) => spec.securityContext?.supplementalGroups],
  ["securityContext.supplementalGroupsPolicy", (spec) => spec.securityContext?.supplementalGroupsPolicy],
  ["securityContext.seLinuxChangePolicy", (spec) => spec.securityContext?.seLinuxChangePolicy],
];
const containerLinuxFields = ["appArmorProfile", "seLinuxOptions", "seccompProfile", "capabilities", "readOnlyRootFilesystem", "privileged", "allowPrivilegeEscalation", "procMount", "runAsUser", "runAsGroup"] as const;

function validateWindows(spec: PodSpec, path: string): readonly FieldError[] {
  const text = "cannot be set for a windows pod";
  const errors = podLinuxFields.filter(([, read]) => read(spec) !== undefined).map(([name]) => forbidden(`${path}.${name}`, text));
  for (const [container, own] of containersWithPath(spec, path)) {
    for (const name of containerLinuxFields) if (container.securityContext?.[name] !== undefined) errors.push(forbidden(`${own}.securityContext.${name}`, text));
  }
  return errors;
}

/** Every container of a pod with its path, init containers first, as upstream visits them. */
export function containersWithPath(spec: PodSpec, path: string): readonly (readonly [Container, string])[] {
  return [
    ...(spec.initContainers ?? []).map((container, at) => [container, index(`${path}.initContainers`, at)] as const),
    ...(spec.containers ?? []).map((container, at) => [container, index(`${path}.containers`, at)] as const),
    ...(spec.ephemeralContainers ?? []).map((container, at) => [container, index(`${path}.ephemeralContainers`, at)] as const),
  ];
}
