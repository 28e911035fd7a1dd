import type { Pod, PodSpec } from "./types.ts";

/** Fields of a pod spec that are kept and answered but do nothing in the simulation yet. */
export const unsimulatedPodFields: readonly string[] = [
  "spec.hostIPC", "spec.hostPID", "spec.hostUsers", "spec.shareProcessNamespace", "spec.securityContext.seLinuxOptions", "spec.securityContext.seccompProfile",
  "spec.securityContext.appArmorProfile", "spec.securityContext.sysctls", "spec.securityContext.windowsOptions", "spec.runtimeClassName", "spec.os", "spec.resourceClaims",
  "spec.schedulingGroup", "spec.topologySpreadConstraints", "spec.affinity.podAffinity", "spec.affinity.podAntiAffinity", "spec.containers[*].lifecycle", "spec.containers[*].volumeDevices",
  "spec.containers[*].resizePolicy", "spec.containers[*].securityContext.capabilities", "spec.containers[*].securityContext.seLinuxOptions", "spec.containers[*].livenessProbe.grpc",
  "spec.volumes[*].persistentVolumeClaim", "spec.volumes[*].csi", "spec.volumes[*].ephemeral", "spec.volumes[*].nfs", "spec.volumes[*].iscsi", "spec.volumes[*].image", "spec.volumes[*].hostPath",
  "spec.ephemeralContainers",
];

const warningsBySpec = new WeakMap<PodSpec, readonly string[]>();

/** One text for each such field that the pod sets. */
export function unsimulatedPodWarnings(pod: Pod): readonly string[] {
  const known = warningsBySpec.get(pod.spec);
  if (known !== undefined) return known;
  const warnings = unsimulatedPodFields.filter((path) => isSet(pod, path.split("."))).map((path) => `${path}: kept, but not simulated yet`);
  warningsBySpec.set(pod.spec, warnings);
  return warnings;
}

function isSet(value: unknown, path: readonly string[]): boolean {
  const [head, ...rest] = path;
  if (head === undefined) return value !== undefined && value !== null && value !== false && !(Array.isArray(value) && value.length === 0);
  if (typeof value !== "object" || value === null) return false;
  const record = value as Readonly<Record<string, unknown>>;
  if (!head.endsWith("[*]")) return isSet(record[head], rest);
  const list = record[head.slice(0, -"[*]".length)];
  return Array.isArray(list) && list.some((item) => isSet(item, rest));
}
