// Follows staging/src/k8s.io/pod-security-admission/policy/check_*.go, the checks of the restricted level, in the order of their names.
import type { Container, Volume } from "../../../kinds/core/pod/types.ts";
import { badSeccompProfile, procMount } from "./baselineChecks.ts";
import { inUserNamespace, joinQuote, named, namesWhere, plural, setters, sorted, type Check, type CheckedPod, type Violation } from "./check.ts";

const allowedVolumes = ["configMap", "csi", "downwardAPI", "emptyDir", "ephemeral", "image", "persistentVolumeClaim", "projected", "secret"] as const;
/** In the order in which upstream looks for them; a volume with none of them is "unknown". */
const restrictedVolumes = [
  "hostPath", "gcePersistentDisk", "awsElasticBlockStore", "gitRepo", "nfs", "iscsi", "glusterfs", "rbd", "flexVolume", "cinder", "cephfs", "flocker", "fc", "azureFile",
  "vsphereVolume", "quobyte", "azureDisk", "photonPersistentDisk", "portworxVolume", "scaleIO", "storageos",
] as const;

/** Since 1.25 what has no meaning on Windows is not asked of its pods. */
function exceptOnWindows(rule: (pod: CheckedPod) => Violation | null): (pod: CheckedPod) => Violation | null {
  return (pod) => (pod.spec.os?.name === "windows" ? null : rule(pod));
}

function exceptInUserNamespace(rule: (pod: CheckedPod) => Violation | null): (pod: CheckedPod) => Violation | null {
  return (pod) => (inUserNamespace(pod) ? null : rule(pod));
}

export const restrictedChecks: readonly Check[] = [
  { id: "allowPrivilegeEscalation", versions: [[8, privilegeEscalation], [25, exceptOnWindows(privilegeEscalation)]] },
  { id: "capabilities_restricted", versions: [[22, capabilities], [25, exceptOnWindows(capabilities)]], overrides: "capabilities_baseline" },
  { id: "procMount_restricted", versions: [[35, procMount]], overrides: "procMount" },
  { id: "restrictedVolumes", versions: [[0, volumes]], overrides: "hostPathVolumes" },
  { id: "runAsNonRoot", versions: [[0, runAsNonRoot], [35, exceptInUserNamespace(runAsNonRoot)]] },
  { id: "runAsUser", versions: [[23, runAsUser], [35, exceptInUserNamespace(runAsUser)]] },
  { id: "seccompProfile_restricted", versions: [[19, seccompProfile], [25, exceptOnWindows(seccompProfile)]], overrides: "seccompProfile_baseline" },
];

function privilegeEscalation(pod: CheckedPod): Violation | null {
  const bad = namesWhere(pod, (container) => container.securityContext?.allowPrivilegeEscalation !== false);
  return bad.length === 0 ? null : { reason: "allowPrivilegeEscalation != false", detail: `${named(bad)} must set securityContext.allowPrivilegeEscalation=false` };
}

function capabilities(pod: CheckedPod): Violation | null {
  const added = (container: Container): readonly string[] => (container.securityContext?.capabilities?.add ?? []).filter((name) => name !== "NET_BIND_SERVICE");
  const keeping = namesWhere(pod, (container) => container.securityContext?.capabilities?.drop?.includes("ALL") !== true);
  const adding = namesWhere(pod, (container) => added(container).length > 0);
  const details: string[] = [];
  if (keeping.length > 0) details.push(`${named(keeping)} must set securityContext.capabilities.drop=["ALL"]`);
  if (adding.length > 0) details.push(`${named(adding)} must not include ${joinQuote(sorted(pod.containers.flatMap(added)))} in securityContext.capabilities.add`);
  return details.length === 0 ? null : { reason: "unrestricted capabilities", detail: details.join("; ") };
}

function volumes(pod: CheckedPod): Violation | null {
  const bad = (pod.spec.volumes ?? []).filter((volume) => !allowedVolumes.some((source) => volume[source] !== undefined));
  if (bad.length === 0) return null;
  const typeOf = (volume: Volume): string => restrictedVolumes.find((source) => volume[source] !== undefined) ?? "unknown";
  const types = sorted(bad.map(typeOf));
  const names = joinQuote(bad.map((volume) => volume.name));
  return { reason: "restricted volume types", detail: `${plural("volume", "volumes", bad.length)} ${names} ${plural("uses", "use", bad.length)} ${plural("restricted volume type", "restricted volume types", types.length)} ${joinQuote(types)}` };
}

function runAsNonRoot(pod: CheckedPod): Violation | null {
  const own = pod.spec.securityContext?.runAsNonRoot;
  const who = setters(own === false, namesWhere(pod, (container) => container.securityContext?.runAsNonRoot === false));
  if (who.length > 0) return { reason: "runAsNonRoot != true", detail: `${who.join(" and ")} must not set securityContext.runAsNonRoot=false` };
  const silent = own === true ? [] : namesWhere(pod, (container) => container.securityContext?.runAsNonRoot === undefined);
  return silent.length === 0 ? null : { reason: "runAsNonRoot != true", detail: `pod or ${named(silent)} must set securityContext.runAsNonRoot=true` };
}

function runAsUser(pod: CheckedPod): Violation | null {
  const who = setters(pod.spec.securityContext?.runAsUser === 0, namesWhere(pod, (container) => container.securityContext?.runAsUser === 0));
  return who.length === 0 ? null : { reason: "runAsUser=0", detail: `${who.join(" and ")} must not set runAsUser=0` };
}

function seccompProfile(pod: CheckedPod): Violation | null {
  const bad = badSeccompProfile(pod);
  if (bad !== null) return bad;
  const silent = pod.spec.securityContext?.seccompProfile !== undefined ? [] : namesWhere(pod, (container) => container.securityContext?.seccompProfile === undefined);
  return silent.length === 0 ? null : { reason: "seccompProfile", detail: `pod or ${named(silent)} must set securityContext.seccompProfile.type to "RuntimeDefault" or "Localhost"` };
}
