// Follows staging/src/k8s.io/pod-security-admission/policy/check_*.go, the checks of the baseline level, in the order of their names.
import type { Container, LifecycleHandler, SELinuxOptions } from "../../../kinds/core/pod/types.ts";
import { annotationText, inUserNamespace, joinQuote, named, namesWhere, plural, setters, sorted, type Check, type CheckedPod, type Violation } from "./check.ts";

const appArmorPrefix = "container.apparmor.security.beta.kubernetes.io/";
const seccompPodAnnotation = "seccomp.security.alpha.kubernetes.io/pod";
const seccompContainerPrefix = "container.seccomp.security.alpha.kubernetes.io/";
const profiles: ReadonlySet<string> = new Set(["RuntimeDefault", "Localhost"]);
const capabilities: ReadonlySet<string> = new Set(["AUDIT_WRITE", "CHOWN", "DAC_OVERRIDE", "FOWNER", "FSETID", "KILL", "MKNOD", "NET_BIND_SERVICE", "SETFCAP", "SETGID", "SETPCAP", "SETUID", "SYS_CHROOT"]);
const sysctls0 = ["kernel.shm_rmid_forced", "net.ipv4.ip_local_port_range", "net.ipv4.tcp_syncookies", "net.ipv4.ping_group_range", "net.ipv4.ip_unprivileged_port_start"];
const sysctls27 = [...sysctls0, "net.ipv4.ip_local_reserved_ports"];
const sysctls29 = [...sysctls27, "net.ipv4.tcp_keepalive_time", "net.ipv4.tcp_fin_timeout", "net.ipv4.tcp_keepalive_intvl", "net.ipv4.tcp_keepalive_probes"];
const sysctls32 = [...sysctls29, "net.ipv4.tcp_rmem", "net.ipv4.tcp_wmem"];
const seLinuxTypes0 = ["", "container_t", "container_init_t", "container_kvm_t"];

export const baselineChecks: readonly Check[] = [
  { id: "appArmorProfile", versions: [[0, appArmorProfile]] },
  { id: "capabilities_baseline", versions: [[0, addedCapabilities]] },
  { id: "hostNamespaces", versions: [[0, hostNamespaces]] },
  { id: "hostPathVolumes", versions: [[0, hostPathVolumes]] },
  { id: "hostPorts", versions: [[0, hostPorts]] },
  { id: "hostProbesAndHostLifecycle", versions: [[34, hostsOfProbes]] },
  { id: "privileged", versions: [[0, privileged]] },
  { id: "procMount", versions: [[0, procMount], [35, (pod) => (inUserNamespace(pod) ? null : procMount(pod))]] },
  { id: "seLinuxOptions", versions: [[0, (pod) => seLinuxOptions(pod, seLinuxTypes0)], [31, (pod) => seLinuxOptions(pod, [...seLinuxTypes0, "container_engine_t"])]] },
  { id: "seccompProfile_baseline", versions: [[0, seccompAnnotations], [19, badSeccompProfile]] },
  { id: "sysctls", versions: [[0, (pod) => sysctls(pod, sysctls0)], [27, (pod) => sysctls(pod, sysctls27)], [29, (pod) => sysctls(pod, sysctls29)], [32, (pod) => sysctls(pod, sysctls32)]] },
  { id: "windowsHostProcess", versions: [[0, windowsHostProcess]] },
];

function appArmorProfile(pod: CheckedPod): Violation | null {
  const type = pod.spec.securityContext?.appArmorProfile?.type;
  const isBad = (profile: string | undefined): profile is string => profile !== undefined && !profiles.has(profile);
  const bad = pod.containers.filter((container) => isBad(container.securityContext?.appArmorProfile?.type));
  const values = sorted([...(isBad(type) ? [type] : []), ...bad.map((container) => container.securityContext?.appArmorProfile?.type ?? "")]);
  const annotations = sorted(Object.entries(pod.annotations).filter(([key, value]) => key.startsWith(appArmorPrefix) && value !== "" && value !== "runtime/default" && !value.startsWith("localhost/")).map(([key, value]) => annotationText(key, value)));
  const who = [...setters(isBad(type), bad.map((container) => container.name)), ...(annotations.length > 0 ? [plural("annotation", "annotations", annotations.length)] : [])];
  if (who.length === 0) return null;
  const all = [...values, ...annotations];
  return { reason: plural("forbidden AppArmor profile", "forbidden AppArmor profiles", all.length), detail: `${who.join(" and ")} must not set AppArmor profile type to ${joinQuote(all)}` };
}

function addedCapabilities(pod: CheckedPod): Violation | null {
  const added = (container: Container): readonly string[] => (container.securityContext?.capabilities?.add ?? []).filter((name) => !capabilities.has(name));
  const bad = namesWhere(pod, (container) => added(container).length > 0);
  if (bad.length === 0) return null;
  return { reason: "non-default capabilities", detail: `${named(bad)} must not include ${joinQuote(sorted(pod.containers.flatMap(added)))} in securityContext.capabilities.add` };
}

function hostNamespaces(pod: CheckedPod): Violation | null {
  const shared = (["hostNetwork", "hostPID", "hostIPC"] as const).filter((name) => pod.spec[name] === true);
  return shared.length === 0 ? null : { reason: "host namespaces", detail: shared.map((name) => `${name}=true`).join(", ") };
}

function hostPathVolumes(pod: CheckedPod): Violation | null {
  const names = (pod.spec.volumes ?? []).filter((volume) => volume.hostPath !== undefined).map((volume) => volume.name);
  return names.length === 0 ? null : { reason: "hostPath volumes", detail: `${plural("volume", "volumes", names.length)} ${joinQuote(names)}` };
}

function hostPorts(pod: CheckedPod): Violation | null {
  const ports = (container: Container): readonly string[] => (container.ports ?? []).filter((port) => (port.hostPort ?? 0) !== 0).map((port) => String(port.hostPort));
  const bad = namesWhere(pod, (container) => ports(container).length > 0);
  if (bad.length === 0) return null;
  const all = sorted(pod.containers.flatMap(ports));
  return { reason: "hostPort", detail: `${named(bad)} ${plural("uses", "use", bad.length)} ${plural("hostPort", "hostPorts", all.length)} ${all.join(", ")}` };
}

function hostsOfProbes(pod: CheckedPod): Violation | null {
  const hosts = (container: Container): readonly string[] => {
    const { livenessProbe, readinessProbe, startupProbe, lifecycle } = container;
    const handlers: readonly (LifecycleHandler | undefined)[] = [livenessProbe, readinessProbe, startupProbe, lifecycle?.postStart, lifecycle?.preStop];
    return handlers.flatMap((handler) => [handler?.httpGet?.host ?? "", handler?.tcpSocket?.host ?? ""]).filter((host) => host !== "");
  };
  const bad = sorted(namesWhere(pod, (container) => hosts(container).length > 0));
  if (bad.length === 0) return null;
  const all = sorted(pod.containers.flatMap(hosts));
  return { reason: "probe or lifecycle host", detail: `${named(bad)} ${plural("uses", "use", bad.length)} ${plural("probe or lifecycle host", "probe or lifecycle hosts", all.length)} ${joinQuote(all)}` };
}

function privileged(pod: CheckedPod): Violation | null {
  const bad = namesWhere(pod, (container) => container.securityContext?.privileged === true);
  return bad.length === 0 ? null : { reason: "privileged", detail: `${named(bad)} must not set securityContext.privileged=true` };
}

/** Also the restricted level's rule, where user namespaces do not count. */
export function procMount(pod: CheckedPod): Violation | null {
  const mount = (container: Container): string => container.securityContext?.procMount ?? "Default";
  const bad = pod.containers.filter((container) => mount(container) !== "Default");
  if (bad.length === 0) return null;
  return { reason: "procMount", detail: `${named(bad.map((container) => container.name))} must not set securityContext.procMount to ${joinQuote(sorted(bad.map(mount)))}` };
}

function seLinuxOptions(pod: CheckedPod, allowed: readonly string[]): Violation | null {
  const isBad = (options: SELinuxOptions | undefined): options is SELinuxOptions => options !== undefined && (!allowed.includes(options.type ?? "") || (options.user ?? "") !== "" || (options.role ?? "") !== "");
  const own = pod.spec.securityContext?.seLinuxOptions;
  const bad = pod.containers.filter((container) => isBad(container.securityContext?.seLinuxOptions));
  const options = [own, ...bad.map((container) => container.securityContext?.seLinuxOptions)].filter(isBad);
  if (options.length === 0) return null;
  const types = sorted(options.map((each) => each.type ?? "").filter((type) => !allowed.includes(type)));
  const data = types.length > 0 ? [`${plural("type", "types", types.length)} ${joinQuote(types)}`] : [];
  for (const field of ["user", "role"] as const) if (options.some((each) => (each[field] ?? "") !== "")) data.push(`${field} may not be set`);
  return { reason: "seLinuxOptions", detail: `${setters(isBad(own), bad.map((container) => container.name)).join(" and ")} set forbidden securityContext.seLinuxOptions: ${data.join("; ")}` };
}

/** Before there were fields for it. */
function seccompAnnotations(pod: CheckedPod): Violation | null {
  const keys = [seccompPodAnnotation, ...pod.containers.map((container) => `${seccompContainerPrefix}${container.name}`)].filter((key) => Object.hasOwn(pod.annotations, key));
  const isBad = (value: string): boolean => value !== "runtime/default" && value !== "docker/default" && !value.startsWith("localhost/");
  const bad = sorted(keys.filter((key) => isBad(pod.annotations[key] ?? "")).map((key) => annotationText(key, pod.annotations[key] ?? "")));
  return bad.length === 0 ? null : { reason: "seccompProfile", detail: `forbidden ${plural("annotation", "annotations", bad.length)} ${bad.join(", ")}` };
}

/** A profile that is set, and is neither of the two good ones. */
export function badSeccompProfile(pod: CheckedPod): Violation | null {
  const own = pod.spec.securityContext?.seccompProfile?.type;
  const bad = pod.containers.filter(({ securityContext }) => securityContext?.seccompProfile !== undefined && !profiles.has(securityContext.seccompProfile.type));
  const podIsBad = own !== undefined && !profiles.has(own);
  const who = setters(podIsBad, bad.map((container) => container.name));
  if (who.length === 0) return null;
  const values = sorted([...(podIsBad ? [own] : []), ...bad.map((container) => container.securityContext?.seccompProfile?.type ?? "")]);
  return { reason: "seccompProfile", detail: `${who.join(" and ")} must not set securityContext.seccompProfile.type to ${joinQuote(values)}` };
}

function sysctls(pod: CheckedPod, allowed: readonly string[]): Violation | null {
  const bad = (pod.spec.securityContext?.sysctls ?? []).map((sysctl) => sysctl.name).filter((name) => !allowed.includes(name));
  return bad.length === 0 ? null : { reason: "forbidden sysctls", detail: bad.join(", ") };
}

function windowsHostProcess(pod: CheckedPod): Violation | null {
  const who = setters(pod.spec.securityContext?.windowsOptions?.hostProcess === true, namesWhere(pod, (container) => container.securityContext?.windowsOptions?.hostProcess === true));
  return who.length === 0 ? null : { reason: "hostProcess", detail: `${who.join(" and ")} must not set securityContext.windowsOptions.hostProcess=true` };
}
