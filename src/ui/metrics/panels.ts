import type { GraphFact, MetricsAnswer } from "../../hosts/protocol.ts";
import { t } from "../language/text.ts";
import { shortClock } from "../selectors/clockText.ts";
import type { Line, Unit } from "./chartModel.ts";

export interface Panel {
  readonly title: string;
  readonly unit: Unit;
  readonly lines: readonly Line[];
  /** What it means that nothing is drawn. */
  readonly empty: string;
}

const use = (name: string, query: string): Line => ({ name, query, role: "use" });
const request = (name: string, query: string): Line => ({ name, query, role: "request" });
const limit = (name: string, query: string): Line => ({ name, query, role: "limit" });

const notYet = t`Not measured yet: a sample is taken every 15 seconds, and a rate needs two. Above 500 pods only machines are measured.`;
const noRequests = t`No requests in this time.`;

/** Samples are taken where the cluster's clock is at a multiple of it. */
const everyUs = 15e6;

/** What stands in for charts of an object of which two samples, as a rate needs, cannot have been taken yet; null once they can. */
export function onTheirWay({ createdAt }: GraphFact, { toUs, since }: Pick<MetricsAnswer, "toUs" | "since">, epochUs: number): string | null {
  const next = (atUs: number): number => epochUs + (Math.floor((atUs - epochUs) / everyUs) + 1) * everyUs;
  const createdUs = createdAt === "" ? epochUs : Date.parse(createdAt) * 1000;
  // The very first is taken when somebody first looks.
  const first = since === null ? next(toUs) : Math.max(since, next(createdUs - 1));
  const second = next(first);
  return toUs >= second ? null : t`Its first samples are on their way, one every 15 seconds. A rate needs two, and the second comes at ${shortClock(second - epochUs)}.`;
}

function traffic(where: string, window: string): readonly Panel[] {
  const quantile = (q: number): string => `histogram_quantile(${q}, sum by (le) (rate(orrery_request_duration_seconds_bucket{${where}}[${window}])))`;
  return [
    { title: t`Requests by status`, unit: "perSecond", empty: noRequests, lines: [use("{code}", `sum by (code) (rate(orrery_requests_total{${where}}[${window}]))`)] },
    { title: t`Latency`, unit: "seconds", empty: noRequests, lines: [use(t`half within`, quantile(0.5)), use(t`99% within`, quantile(0.99))] },
  ];
}

function podPanels(where: string, window: string): readonly Panel[] {
  const asked = (kind: "requests" | "limits", resource: string): string => `sum(kube_pod_container_resource_${kind}{${where},resource="${resource}"})`;
  return [
    { title: t`CPU`, unit: "cores", empty: notYet, lines: [use("{container}", `sum by (container) (rate(container_cpu_usage_seconds_total{${where},container!=""}[${window}]))`), request(t`request`, asked("requests", "cpu")), limit(t`limit`, asked("limits", "cpu"))] },
    { title: t`Memory`, unit: "bytes", empty: notYet, lines: [use("{container}", `sum by (container) (container_memory_working_set_bytes{${where},container!=""})`), request(t`request`, asked("requests", "memory")), limit(t`limit`, asked("limits", "memory"))] },
    ...traffic(where, window),
    { title: t`Restarts`, unit: "count", empty: notYet, lines: [use("{container}", `sum by (container) (kube_pod_container_status_restarts_total{${where}})`)] },
  ];
}

function nodePanels(node: string, window: string): readonly Panel[] {
  const cgroup = `{node="${node}",id="/"}`;
  const asked = (resource: string): string => `sum(kube_pod_container_resource_requests{node="${node}",resource="${resource}"})`;
  const allocatable = (resource: string): string => `kube_node_status_allocatable{node="${node}",resource="${resource}"}`;
  return [
    { title: t`CPU`, unit: "cores", empty: notYet, lines: [use(t`used`, `sum(rate(container_cpu_usage_seconds_total${cgroup}[${window}]))`), request(t`requested by pods`, asked("cpu")), limit(t`allocatable`, allocatable("cpu"))] },
    { title: t`Memory`, unit: "bytes", empty: notYet, lines: [use(t`used`, `sum(container_memory_working_set_bytes${cgroup})`), request(t`requested by pods`, asked("memory")), limit(t`allocatable`, allocatable("memory"))] },
    { title: t`CPU of the busiest pods`, unit: "cores", empty: notYet, lines: [use("{pod}", `topk(4, sum by (pod) (rate(container_cpu_usage_seconds_total{node="${node}",container!=""}[${window}])))`)] },
    { title: t`Running`, unit: "count", empty: notYet, lines: [use(t`pods`, `kubelet_running_pods{node="${node}"}`), use(t`containers`, `kubelet_running_containers{node="${node}",container_state="running"}`)] },
  ];
}

const replicas: Readonly<Record<string, readonly [label: string, wanted: string, there: string]>> = {
  Deployment: ["deployment", "kube_deployment_spec_replicas", "kube_deployment_status_replicas_available"],
  StatefulSet: ["statefulset", "kube_statefulset_replicas", "kube_statefulset_status_replicas_ready"],
  DaemonSet: ["daemonset", "kube_daemonset_status_desired_number_scheduled", "kube_daemonset_status_number_ready"],
};
/** How a workload's pods are called after it. */
const podSuffix: Readonly<Record<string, string>> = { Deployment: "-[a-z0-9]+-[a-z0-9]{5}", StatefulSet: "-[0-9]+", CronJob: "-[0-9]+-[a-z0-9]{5}", Job: "(-[0-9]+)?-[a-z0-9]{5}" };

function workloadPanels(kind: string, namespace: string, name: string, window: string): readonly Panel[] {
  const where = `namespace="${namespace}",pod=~"${name.replaceAll(".", "[.]")}${podSuffix[kind] ?? "-[a-z0-9]{5}"}"`;
  const asked = (amount: "requests" | "limits", resource: string): string => `max(sum by (pod) (kube_pod_container_resource_${amount}{${where},resource="${resource}"}))`;
  const [label, wanted, there] = replicas[kind] ?? [];
  return [
    { title: t`CPU of each pod`, unit: "cores", empty: notYet, lines: [use("{pod}", `sum by (pod) (rate(container_cpu_usage_seconds_total{${where},container!=""}[${window}]))`), request(t`request of one`, asked("requests", "cpu")), limit(t`limit of one`, asked("limits", "cpu"))] },
    { title: t`Memory of each pod`, unit: "bytes", empty: notYet, lines: [use("{pod}", `sum by (pod) (container_memory_working_set_bytes{${where},container!=""})`), request(t`request of one`, asked("requests", "memory")), limit(t`limit of one`, asked("limits", "memory"))] },
    ...(label === undefined ? [] : [{ title: t`Replicas`, unit: "count", empty: notYet, lines: [use(t`available`, `${there}{namespace="${namespace}",${label}="${name}"}`), request(t`wanted`, `${wanted}{namespace="${namespace}",${label}="${name}"}`)] } satisfies Panel]),
    ...traffic(where, window),
    { title: t`Restarts`, unit: "count", empty: notYet, lines: [use("{pod}", `sum by (pod) (kube_pod_container_status_restarts_total{${where}})`)] },
  ];
}

/** The charts of an object. A rate looks back over four steps, and a minute at least. */
export function panelsOf({ ref }: GraphFact, stepSeconds: number): readonly Panel[] {
  const { namespace, name, gvk } = ref;
  const window = `${Math.max(60, stepSeconds * 4)}s`;
  switch (gvk.kind) {
    case "Pod":
      return podPanels(`namespace="${namespace}",pod="${name}"`, window);
    case "Node":
      return nodePanels(name, window);
    case "Service": {
      const where = `namespace="${namespace}",service="${name}"`;
      return [...traffic(where, window), { title: t`Requests by pod`, unit: "perSecond", empty: noRequests, lines: [use("{pod}", `sum by (pod) (rate(orrery_requests_total{${where}}[${window}]))`)] }];
    }
    default:
      return workloadPanels(gvk.kind, namespace, name, window);
  }
}

/** What one may ask to begin with. */
export const examples: readonly { readonly label: string; readonly query: string }[] = [
  { label: "CPU by namespace", query: 'sum by (namespace) (rate(container_cpu_usage_seconds_total{container!=""}[1m]))' },
  { label: "API requests by verb", query: "sum by (verb) (rate(apiserver_request_total[1m]))" },
  { label: "API latency, 99%", query: "histogram_quantile(0.99, sum by (le, verb) (rate(apiserver_request_duration_seconds_bucket[1m])))" },
  { label: "Busiest work queues", query: "topk(5, rate(workqueue_adds_total[1m]))" },
  { label: "Pending pods", query: "scheduler_pending_pods" },
  { label: "etcd writes", query: "sum by (operation) (rate(etcd_requests_total[1m]))" },
];
