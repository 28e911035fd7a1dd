// Names and labels follow kube-state-metrics' docs/metrics, of which these are the ones that charts ask for most.
import { quantityBytes, quantityMilli } from "../../apimachinery/quantity.ts";
import type { KubeObject } from "../../apimachinery/objectMeta.ts";
import type { KnownObject } from "../objectTable.ts";
import { family, type Family } from "../../apimachinery/exposition.ts";

interface Container {
  readonly name: string;
  readonly resources?: { readonly requests?: Readonly<Record<string, string>>; readonly limits?: Readonly<Record<string, string>> };
}
interface Seen extends KubeObject {
  readonly spec?: { readonly replicas?: number; readonly nodeName?: string; readonly containers?: readonly Container[] };
  readonly status?: {
    readonly phase?: string; readonly podIP?: string; readonly containerStatuses?: readonly { readonly name: string; readonly restartCount: number }[]; readonly allocatable?: Readonly<Record<string, string>>;
    readonly availableReplicas?: number; readonly readyReplicas?: number; readonly desiredNumberScheduled?: number; readonly numberReady?: number;
  };
}
type Row = readonly [labels: Readonly<Record<string, string>>, value: number];

const phases = ["Pending", "Succeeded", "Failed", "Unknown", "Running"] as const;

/** CPU in cores, memory in bytes: what the two are counted in. */
function amounts(list: Readonly<Record<string, string>> | undefined, labels: Readonly<Record<string, string>>): readonly Row[] {
  const rows: Row[] = [];
  if (list?.["cpu"] !== undefined) rows.push([{ ...labels, resource: "cpu", unit: "core" }, quantityMilli(list["cpu"]) / 1000]);
  if (list?.["memory"] !== undefined) rows.push([{ ...labels, resource: "memory", unit: "byte" }, quantityBytes(list["memory"])]);
  return rows;
}

/** What kube-state-metrics would tell of the objects, were it installed. Computed here, of what the host knows of them. `pods`: of each of them too. */
export function stateFamilies(objects: Iterable<KnownObject>, pods: boolean): readonly Family[] {
  const rows = { info: [] as Row[], phase: [] as Row[], requests: [] as Row[], limits: [] as Row[], restarts: [] as Row[], allocatable: [] as Row[], wanted: [] as Row[], available: [] as Row[], setWanted: [] as Row[], setReady: [] as Row[], daemonWanted: [] as Row[], daemonReady: [] as Row[] };
  for (const { kind, object } of objects) {
    const { metadata, spec, status } = object as Seen;
    const { name, namespace = "" } = metadata;
    switch (kind.plural) {
      case "pods": {
        if (!pods) break;
        const labels = { namespace, pod: name, uid: metadata.uid };
        const node = spec?.nodeName ?? "";
        const owner = metadata.ownerReferences?.find(({ controller }) => controller === true);
        rows.info.push([{ ...labels, node, pod_ip: status?.podIP ?? "", created_by_kind: owner?.kind ?? "", created_by_name: owner?.name ?? "" }, 1]);
        for (const phase of phases) rows.phase.push([{ ...labels, phase }, Number(status?.phase === phase)]);
        for (const container of spec?.containers ?? []) {
          rows.requests.push(...amounts(container.resources?.requests, { ...labels, container: container.name, node }));
          rows.limits.push(...amounts(container.resources?.limits, { ...labels, container: container.name, node }));
        }
        for (const container of status?.containerStatuses ?? []) rows.restarts.push([{ ...labels, container: container.name }, container.restartCount]);
        break;
      }
      case "nodes":
        rows.allocatable.push(...amounts(status?.allocatable, { node: name }));
        break;
      case "deployments":
        rows.wanted.push([{ namespace, deployment: name }, spec?.replicas ?? 1]);
        rows.available.push([{ namespace, deployment: name }, status?.availableReplicas ?? 0]);
        break;
      case "statefulsets":
        rows.setWanted.push([{ namespace, statefulset: name }, spec?.replicas ?? 1]);
        rows.setReady.push([{ namespace, statefulset: name }, status?.readyReplicas ?? 0]);
        break;
      case "daemonsets":
        rows.daemonWanted.push([{ namespace, daemonset: name }, status?.desiredNumberScheduled ?? 0]);
        rows.daemonReady.push([{ namespace, daemonset: name }, status?.numberReady ?? 0]);
        break;
      default:
        break;
    }
  }
  const gauge = (metric: string, found: readonly Row[]): Family => family(metric, "gauge", "", found);
  return [
    gauge("kube_pod_info", rows.info), gauge("kube_pod_status_phase", rows.phase), gauge("kube_pod_container_resource_requests", rows.requests), gauge("kube_pod_container_resource_limits", rows.limits),
    family("kube_pod_container_status_restarts_total", "counter", "", rows.restarts), gauge("kube_node_status_allocatable", rows.allocatable),
    gauge("kube_deployment_spec_replicas", rows.wanted), gauge("kube_deployment_status_replicas_available", rows.available), gauge("kube_statefulset_replicas", rows.setWanted), gauge("kube_statefulset_status_replicas_ready", rows.setReady),
    gauge("kube_daemonset_status_desired_number_scheduled", rows.daemonWanted), gauge("kube_daemonset_status_number_ready", rows.daemonReady),
  ];
}

/** "namespace/pod" -> the Service in whose EndpointSlices it is; of several, one that has a cluster address is told of first, as requests go by that. */
export function servicesOfPods(table: { all(): Iterable<KnownObject> }): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  const headless = new Set<string>();
  const slices: KubeObject[] = [];
  for (const { kind, object } of table.all()) {
    if (kind.plural === "services" && (object as unknown as { readonly spec?: { readonly clusterIP?: string } }).spec?.clusterIP === "None") headless.add(`${object.metadata.namespace}/${object.metadata.name}`);
    if (kind.plural === "endpointslices") slices.push(object);
  }
  for (const slice of slices) {
    const service = slice.metadata.labels?.["kubernetes.io/service-name"] ?? "";
    const namespace = slice.metadata.namespace ?? "";
    for (const { targetRef } of (slice as unknown as { readonly endpoints?: readonly { readonly targetRef?: { readonly name: string } }[] | null }).endpoints ?? []) {
      const pod = `${namespace}/${targetRef?.name ?? ""}`;
      if (!found.has(pod) || !headless.has(`${namespace}/${service}`)) found.set(pod, service);
    }
  }
  return found;
}
