// Follows pkg/apis/core/v1/defaults.go, conversion.go and pkg/registry/core/node/strategy.go.
import { extended } from "../../../base/extended.ts";
import type { Column, GraphTraits, Health, KindDefinition } from "../../define.ts";
import { ageColumn, nameColumn } from "../../printing/cells.ts";
import { resourceAmounts } from "../../resourceAmounts.ts";
import { fillAbsent } from "../../sharing.ts";
import { strategy, withFieldOf } from "../../strategy.ts";
import { storedVerbs } from "../../verbs.ts";
import { isNodeReady, nodeAddress, nodeCondition, nodeZone } from "./nodeStatus.ts";
import type { Node, NodeSpec, NodeStatus, NodeSystemInfo } from "./types.ts";
import { nodeWarnings, validateNode, validateNodeUpdate } from "./validate.ts";

const noInfo: NodeSystemInfo = {
  machineID: "", systemUUID: "", bootID: "", kernelVersion: "", osImage: "", containerRuntimeVersion: "", kubeletVersion: "", kubeProxyVersion: "", operatingSystem: "", architecture: "",
};

const columns: readonly Column<Node>[] = [
  nameColumn(),
  { name: "Status", type: "string", description: "Node Status", priority: 0, cell: statusText },
  { name: "Roles", type: "string", description: "Node Roles", priority: 0, cell: rolesText },
  ageColumn(),
  { name: "Version", type: "string", description: "NodeSystemInfo.kubeletVersion", priority: 0, cell: (node) => node.status?.nodeInfo?.kubeletVersion ?? "" },
  { name: "Internal-IP", type: "string", description: "NodeStatus.addresses", priority: 1, cell: (node) => or(nodeAddress(node, "InternalIP"), "<none>") },
  { name: "External-IP", type: "string", description: "NodeStatus.addresses", priority: 1, cell: (node) => or(nodeAddress(node, "ExternalIP"), "<none>") },
  { name: "OS-Image", type: "string", description: "NodeSystemInfo.osImage", priority: 1, cell: (node) => or(node.status?.nodeInfo?.osImage, "<unknown>") },
  { name: "Kernel-Version", type: "string", description: "NodeSystemInfo.kernelVersion", priority: 1, cell: (node) => or(node.status?.nodeInfo?.kernelVersion, "<unknown>") },
  { name: "Container-Runtime", type: "string", description: "NodeSystemInfo.containerRuntimeVersion", priority: 1, cell: (node) => or(node.status?.nodeInfo?.containerRuntimeVersion, "<unknown>") },
];

const pressures: Readonly<Record<string, string>> = { MemoryPressure: "memory is short", DiskPressure: "disk space is short", PIDPressure: "process ids are short", NetworkUnavailable: "its network is not set up" };

const graph: GraphTraits<Node> = {
  icon: "node",
  tier: "node",
  health(node): Health {
    if (node.metadata.deletionTimestamp !== undefined) return "terminating";
    const ready = nodeCondition(node, "Ready");
    if (ready === null || ready.status === "Unknown") return ready === null ? "progressing" : "unknown";
    if (ready.status !== "True") return "failed";
    return troubles(node).length > 0 || node.spec.unschedulable === true ? "warning" : "ok";
  },
  node: (node) => node.metadata.name,
  sentence(node) {
    const ready = nodeCondition(node, "Ready");
    if (ready === null) return "Registered, but its kubelet has not reported yet.";
    if (ready.status === "Unknown") return "Its kubelet stopped reporting: nobody knows how its pods are.";
    if (ready.status !== "True") return `Not ready: ${or(ready.message, or(ready.reason, "its kubelet says so"))}.`;
    if (node.spec.unschedulable === true) return "Ready, but cordoned: no new pods are placed on it.";
    const trouble = troubles(node);
    return trouble.length > 0 ? `Ready, but ${trouble.join(" and ")}.` : "Ready: its kubelet reports on time and takes pods.";
  },
  summary(node) {
    const allocatable = resourceAmounts(node.status?.allocatable);
    return {
      tier: "node",
      ready: isNodeReady(node),
      unschedulable: node.spec.unschedulable === true,
      zone: nodeZone(node),
      cpuMilli: allocatable.cpuMilli,
      memoryBytes: allocatable.memoryBytes,
      pods: allocatable.scalar.pods ?? 0,
      taints: (node.spec.taints ?? []).map((taint) => `${taint.key}${(taint.value ?? "") === "" ? "" : `=${taint.value}`}:${taint.effect}`),
    };
  },
  edges: () => [],
};

export const nodeKind: KindDefinition<Node> = {
  gvk: { group: "", version: "v1", kind: "Node" },
  versions: ["v1"],
  plural: "nodes",
  singular: "node",
  shortNames: ["no"],
  categories: [],
  scope: "Cluster",
  verbs: storedVerbs,
  subresources: ["proxy", "status"],
  schema: "io.k8s.api.core.v1.Node",
  defaults(node) {
    const spec = withBothPodCidrs((node.spec as NodeSpec | undefined) ?? {});
    const status = statusWithDefaults(node.status ?? {});
    return spec === node.spec && status === node.status ? node : { ...node, spec, status };
  },
  strategy: strategy<Node>({
    prepareForUpdate: (node, old) => withFieldOf(node, old, "status"),
    validate: validateNode,
    validateUpdate: validateNodeUpdate,
    warnings: nodeWarnings,
  }),
  statusStrategy: strategy<Node>({ prepareForUpdate: (node, old) => withFieldOf(node, old, "spec"), validateUpdate: validateNodeUpdate }),
  selectableFields: { "spec.unschedulable": (node) => String(node.spec.unschedulable === true) },
  columns,
  scale: null,
  graph,
  template: `apiVersion: v1
kind: Node
metadata:
  name: node-x
`,
};

function statusWithDefaults(status: NodeStatus): NodeStatus {
  const base: Partial<NodeStatus> = { daemonEndpoints: { kubeletEndpoint: { Port: 0 } }, nodeInfo: noInfo };
  return fillAbsent(status, status.capacity === undefined ? base : extended(base, { allocatable: status.capacity }));
}

/** podCIDR is the first of podCIDRs; whoever sets one gets both. */
function withBothPodCidrs(spec: NodeSpec): NodeSpec {
  const first = spec.podCIDRs?.[0];
  if (first !== undefined) return spec.podCIDR === first || (spec.podCIDR ?? "") !== "" ? spec : { ...spec, podCIDR: first };
  return (spec.podCIDR ?? "") === "" ? spec : { ...spec, podCIDRs: [spec.podCIDR ?? ""] };
}

function statusText(node: Node): string {
  const ready = nodeCondition(node, "Ready");
  const text = ready === null ? "Unknown" : ready.status === "True" ? "Ready" : "NotReady";
  return node.spec.unschedulable === true ? `${text},SchedulingDisabled` : text;
}

const rolePrefix = "node-role.kubernetes.io/";

function rolesText(node: Node): string {
  const labels = node.metadata.labels ?? {};
  const roles = new Set<string>();
  for (const [key, value] of Object.entries(labels)) {
    if (key.startsWith(rolePrefix) && key.length > rolePrefix.length) roles.add(key.slice(rolePrefix.length));
    else if (key === "kubernetes.io/role" && value !== "") roles.add(value);
  }
  return roles.size === 0 ? "<none>" : [...roles].sort().join(",");
}

function troubles(node: Node): readonly string[] {
  return Object.keys(pressures).filter((type) => nodeCondition(node, type)?.status === "True").map((type) => pressures[type] ?? type);
}

function or(text: string | undefined, fallback: string): string {
  return text === undefined || text === "" ? fallback : text;
}
