// Follows pkg/kubelet/sysctl/allowlist.go and safe_sysctls.go.
import type { Pod } from "../../kinds/core/pod/types.ts";
import type { Refusal } from "./admission.ts";

/** What every kubelet lets pods set, and whose it is. No unsafe ones are allowed here (--allowed-unsafe-sysctls). */
const safe: ReadonlyMap<string, "ipc" | "net"> = new Map([
  ["kernel.shm_rmid_forced", "ipc"],
  ...["ip_local_port_range", "tcp_syncookies", "ping_group_range", "ip_unprivileged_port_start", "ip_local_reserved_ports", "tcp_keepalive_time", "tcp_fin_timeout", "tcp_keepalive_intvl", "tcp_keepalive_probes", "tcp_rmem", "tcp_wmem"].map((name) => [`net.ipv4.${name}`, "net"] as const),
]);

/** Why the kubelet does not let a pod set what it wants of its kernel; null: it does. */
export function sysctlRefusal({ spec }: Pod): Refusal | null {
  for (const { name } of spec.securityContext?.sysctls ?? []) {
    const dotted = dots(name);
    const namespace = safe.get(dotted);
    if (namespace === undefined) return forbidden(`${JSON.stringify(dotted)} not allowlisted`);
    if (namespace === "net" ? spec.hostNetwork === true : spec.hostIPC === true) return forbidden(`${JSON.stringify(dotted)} not allowed with host ${namespace} enabled`);
  }
  return null;
}

/** "net/ipv4/tcp_rmem" is "net.ipv4.tcp_rmem"; what stands first says how the name is written. */
function dots(name: string): string {
  const first = /[./]/.exec(name)?.[0];
  return first === "/" ? name.replace(/[./]/g, (mark) => (mark === "/" ? "." : "/")) : name;
}

function forbidden(why: string): Refusal {
  return { reason: "SysctlForbidden", message: `forbidden sysctl: ${why}` };
}
