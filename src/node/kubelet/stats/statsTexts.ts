// Follows pkg/kubelet/metrics/collectors/resource_metrics.go and staging/src/k8s.io/kubelet/pkg/apis/stats/v1alpha1/types.go.
import type { Json } from "../../../base/json.ts";
import { formatRfc3339 } from "../../../base/rfc3339.ts";
import type { ContainerStats, FromRuntime } from "../../runtime/criMessages.ts";

export type Stats = Extract<FromRuntime, { type: "cri/stats" }>;

/** What the texts tell of. */
export type Measured = Pick<Stats, "atUs" | "cpuUs" | "memoryBytes" | "containers">;

/** A pod as its containers add up. */
interface PodSum {
  readonly podUid: string;
  readonly namespace: string;
  readonly pod: string;
  cpuUs: number;
  memoryBytes: number;
  readonly containers: ContainerStats[];
}

function podsOf(stats: Measured): readonly PodSum[] {
  const pods = new Map<string, PodSum>();
  for (const container of stats.containers) {
    let sum = pods.get(container.podUid);
    if (sum === undefined) pods.set(container.podUid, (sum = { podUid: container.podUid, namespace: container.namespace, pod: container.pod, cpuUs: 0, memoryBytes: 0, containers: [] }));
    sum.cpuUs += container.cpuUs;
    sum.memoryBytes += container.memoryBytes;
    sum.containers.push(container);
  }
  return [...pods.values()];
}

const seconds = (us: number): string => String(us / 1_000_000);

/** /metrics/resource: what metrics-server reads. */
export function resourceMetrics(stats: Measured): string {
  const at = Math.floor(stats.atUs / 1000);
  const lines: string[] = [];
  const family = (name: string, type: "counter" | "gauge", help: string, samples: readonly (readonly [labels: string, value: string])[]): void => {
    if (samples.length === 0) return;
    lines.push(`# HELP ${name} [STABLE] ${help}`, `# TYPE ${name} ${type}`);
    for (const [labels, value] of samples) lines.push(`${name}${labels} ${value} ${at}`);
  };
  const ofContainer = ({ namespace, pod, name }: ContainerStats): string => `{container="${name}",namespace="${namespace}",pod="${pod}"}`;
  const pods = podsOf(stats);
  const ofPod = ({ namespace, pod }: PodSum): string => `{namespace="${namespace}",pod="${pod}"}`;
  family("container_cpu_usage_seconds_total", "counter", "Cumulative cpu time consumed by the container in core-seconds", stats.containers.map((each) => [ofContainer(each), seconds(each.cpuUs)]));
  family("container_memory_working_set_bytes", "gauge", "Current working set of the container in bytes", stats.containers.map((each) => [ofContainer(each), String(each.memoryBytes)]));
  family("container_start_time_seconds", "gauge", "Start time of the container since unix epoch in seconds", stats.containers.map((each) => [ofContainer(each), seconds(each.startedAtUs)]));
  family("node_cpu_usage_seconds_total", "counter", "Cumulative cpu time consumed by the node in core-seconds", [["", seconds(stats.cpuUs)]]);
  family("node_memory_working_set_bytes", "gauge", "Current working set of the node in bytes", [["", String(stats.memoryBytes)]]);
  family("pod_cpu_usage_seconds_total", "counter", "Cumulative cpu time consumed by the pod in core-seconds", pods.map((each) => [ofPod(each), seconds(each.cpuUs)]));
  family("pod_memory_working_set_bytes", "gauge", "Current working set of the pod in bytes", pods.map((each) => [ofPod(each), String(each.memoryBytes)]));
  lines.push("# HELP resource_scrape_error [STABLE] 1 if there was an error while getting container metrics, 0 otherwise", "# TYPE resource_scrape_error gauge", "resource_scrape_error 0");
  return `${lines.join("\n")}\n`;
}

/** /stats/summary, as far as it is simulated: CPU and memory. */
export function statsSummary(stats: Measured, node: { readonly name: string; readonly memoryBytes: number; readonly startedAtUs: number }): Json {
  const time = formatRfc3339(stats.atUs);
  const use = (cpuUs: number, memoryBytes: number, availableBytes: number | null): { readonly [key: string]: Json } => ({
    cpu: { time, usageCoreNanoSeconds: cpuUs * 1000 },
    memory: { time, ...(availableBytes === null ? {} : { availableBytes }), usageBytes: memoryBytes, workingSetBytes: memoryBytes, rssBytes: memoryBytes },
  });
  return {
    node: { nodeName: node.name, startTime: formatRfc3339(node.startedAtUs), ...use(stats.cpuUs, stats.memoryBytes, Math.max(0, node.memoryBytes - stats.memoryBytes)) },
    pods: podsOf(stats).map(({ podUid, namespace, pod, cpuUs, memoryBytes, containers }) => ({
      podRef: { name: pod, namespace, uid: podUid },
      startTime: formatRfc3339(Math.min(...containers.map(({ startedAtUs }) => startedAtUs))),
      containers: containers.map((each) => ({ name: each.name, startTime: formatRfc3339(each.startedAtUs), ...use(each.cpuUs, each.memoryBytes, null) })),
      ...use(cpuUs, memoryBytes, null),
    })),
  };
}
