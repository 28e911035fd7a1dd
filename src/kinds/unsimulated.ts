// A field that does nothing must say so: a simulator that quietly ignores a field teaches a lie.

export const kept = "kept, but not simulated yet";
const idle = "stored and validated; its controller is not there yet";

/** Whether a warning is the simulation's own, not one of the real server. */
export function saysUnsimulated(warning: string): boolean {
  return warning.endsWith(kept) || warning.endsWith(idle);
}

/** A function that names those of the fields that an object sets; paths walk lists with [*]. Remembers its answer for each object. */
export function unsimulatedIn<O extends object>(paths: readonly string[]): (obj: O) => readonly string[] {
  const parts = paths.map((path) => path.split("."));
  const known = new WeakMap<object, readonly string[]>();
  return (obj) => {
    const before = known.get(obj);
    if (before !== undefined) return before;
    const warnings = paths.filter((_path, at) => isSet(obj, parts[at] ?? [], 0)).map((path) => `${path}: ${kept}`);
    known.set(obj, warnings);
    return warnings;
  };
}

/** The same for a kind that no controller acts on yet: every object of it says so, and then what it sets in vain. */
export function unsimulatedKind<O extends object>(kind: string, paths: readonly string[] = []): (obj: O) => readonly string[] {
  const fields = unsimulatedIn<O>(paths);
  return (obj) => [`${kind}: ${idle}`, ...fields(obj)];
}

function isSet(value: unknown, path: readonly string[], from: number): boolean {
  const head = path[from];
  if (head === undefined) return value !== undefined && value !== null && value !== false && value !== "" && !(Array.isArray(value) && value.length === 0);
  if (typeof value !== "object" || value === null) return false;
  const record = value as Readonly<Record<string, unknown>>;
  if (!head.endsWith("[*]")) return isSet(record[head], path, from + 1);
  const list = record[head.slice(0, -"[*]".length)];
  return Array.isArray(list) && list.some((item) => isSet(item, path, from + 1));
}

/** Fields of a pod spec, below `spec`. */
const podFields: readonly string[] = [
  "hostIPC", "hostPID", "hostUsers", "securityContext.seLinuxOptions", "securityContext.seccompProfile", "securityContext.appArmorProfile", "securityContext.sysctls",
  "securityContext.windowsOptions", "runtimeClassName", "os", "resourceClaims", "schedulingGroup",
  "containers[*].volumeDevices", "containers[*].lifecycle.stopSignal", "containers[*].securityContext.capabilities",
  "containers[*].securityContext.seLinuxOptions",
  "volumes[*].csi", "volumes[*].nfs", "volumes[*].iscsi",
];

export const unsimulatedPodFields: readonly string[] = podFields.map((path) => `spec.${path}`);
export const unsimulatedTemplateFields: readonly string[] = podFields.map((path) => `spec.template.spec.${path}`);
