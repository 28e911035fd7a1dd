// Names, types and labels follow pkg/kubelet/metrics/metrics.go and cadvisor's metrics/prometheus.go, as the kubelet exposes them.
import type { ObservedContainer, ObservedUse } from "../../node/runtime/observedUse.ts";
import { family, single, type Family } from "../../apimachinery/exposition.ts";

const seconds = (us: number): number => us / 1e6;
/** Of the kernel's scheduler: a quota is handed out in periods of 100 ms. */
const cfsPeriodUs = 100_000;

/** /metrics of a kubelet. Differs: what it counts of its own work is not kept. */
export function kubeletFamilies(node: string, use: ObservedUse, serverVersion: string): readonly Family[] {
  const { states, sandboxes } = use;
  return [
    family("kubelet_node_name", "gauge", "[ALPHA] The node's name. The count is always 1.", [[{ node }, 1]]),
    family("kubelet_running_containers", "gauge", "[ALPHA] Number of containers currently running", [["running", states.running], ["exited", states.exited], ["created", states.creating]].filter(([, count]) => count !== 0).map(([state, count]) => [{ container_state: String(state) }, Number(count)])),
    single("kubelet_running_pods", "gauge", "[ALPHA] Number of pods that have a running pod sandbox", sandboxes),
    family("kubernetes_build_info", "gauge", "[ALPHA] A metric with a constant '1' value labeled by major, minor, git version, git commit, git tree state, build date, Go version, and compiler from which Kubernetes was built, and platform on which it is running.", [[{ git_version: serverVersion, major: "1", minor: "36", platform: "linux/amd64" }, 1]]),
  ];
}

/** What is known of a pod's place among the machine's cgroups: its class. */
export type ClassOf = (podUid: string) => string;

interface Cgroup {
  readonly labels: Readonly<Record<string, string>>;
  readonly cpuUs: number;
  readonly memoryBytes: number;
  readonly container: ObservedContainer | null;
}

/** /metrics/cadvisor of a kubelet: the machine's, each pod's and each container's cgroup, as far as it is simulated: CPU and memory. */
export function cadvisorFamilies(use: ObservedUse, machine: { readonly cpuMilli: number; readonly memoryBytes: number }, classOf: ClassOf): readonly Family[] {
  const all = cgroupsOf(use, classOf);
  const each = (value: (cgroup: Cgroup) => number | null, more: Readonly<Record<string, string>> = {}): (readonly [Readonly<Record<string, string>>, number])[] => all.flatMap((cgroup) => {
    const found = value(cgroup);
    return found === null ? [] : [[{ ...cgroup.labels, ...more }, found] as const];
  });
  const memory = ({ memoryBytes }: Cgroup): number => memoryBytes;
  const limited = (value: (container: ObservedContainer, cpuMilli: number) => number) => ({ container }: Cgroup): number | null => (container === null || container.cpuLimitMilli === null ? null : value(container, container.cpuLimitMilli));
  return [
    family("container_cpu_cfs_throttled_seconds_total", "counter", "Total time duration the container has been throttled.", each(limited(({ throttledUs }) => seconds(throttledUs)))),
    family("container_cpu_usage_seconds_total", "counter", "Cumulative cpu time consumed in seconds.", each(({ cpuUs }) => seconds(cpuUs), { cpu: "total" })),
    family("container_last_seen", "gauge", "Last time a container was seen by the exporter", each(() => Math.floor(seconds(use.atUs)))),
    family("container_memory_rss", "gauge", "Size of RSS in bytes.", each(memory)),
    family("container_memory_usage_bytes", "gauge", "Current memory usage in bytes, including all memory regardless of when it was accessed", each(memory)),
    family("container_memory_working_set_bytes", "gauge", "Current working set in bytes.", each(memory)),
    family("container_spec_cpu_period", "gauge", "CPU period of the container.", each(limited(() => cfsPeriodUs))),
    family("container_spec_cpu_quota", "gauge", "CPU quota of the container.", each(limited((_, cpuMilli) => (cpuMilli * cfsPeriodUs) / 1000))),
    family("container_spec_memory_limit_bytes", "gauge", "Memory limit for the container.", each(({ container }) => (container === null ? null : container.memoryLimitBytes ?? 0))),
    family("container_start_time_seconds", "gauge", "Start time of the container since unix epoch in seconds.", each(({ container }) => (container === null ? null : seconds(container.startedAtUs)))),
    single("machine_cpu_cores", "gauge", "Number of logical CPU cores.", machine.cpuMilli / 1000),
    single("machine_memory_bytes", "gauge", "Amount of memory installed on the machine.", machine.memoryBytes),
  ];
}

function cgroupsOf(use: ObservedUse, classOf: ClassOf): readonly Cgroup[] {
  const all: Cgroup[] = [{ labels: { container: "", id: "/", image: "", name: "", namespace: "", pod: "" }, cpuUs: use.cpuUs, memoryBytes: use.memoryBytes, container: null }];
  const pods = new Map<string, ObservedContainer[]>();
  for (const container of use.containers) {
    const known = pods.get(container.podUid);
    if (known === undefined) pods.set(container.podUid, [container]);
    else known.push(container);
  }
  for (const [podUid, containers] of pods) {
    const { namespace = "", pod = "" } = containers[0] ?? {};
    const kind = classOf(podUid).toLowerCase();
    const id = `/kubepods${kind === "guaranteed" || kind === "" ? "" : `/${kind}`}/pod${podUid}`;
    const sum = (value: (one: ObservedContainer) => number): number => containers.reduce((all, one) => all + value(one), 0);
    all.push({ labels: { container: "", id, image: "", name: "", namespace, pod }, cpuUs: sum(({ cpuUs }) => cpuUs), memoryBytes: sum(({ memoryBytes }) => memoryBytes), container: null });
    for (const container of containers) all.push({ labels: { container: container.name, id: `${id}/${container.id}`, image: container.image, name: container.id, namespace, pod }, cpuUs: container.cpuUs, memoryBytes: container.memoryBytes, container });
  }
  return all;
}
