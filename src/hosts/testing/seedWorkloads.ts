import type { JsonObject } from "../../base/json.ts";
import type { ClusterCommand } from "../../cluster/commands.ts";
import { defaultClusterSpec, defaultNode, type ClusterSpec } from "../../cluster/clusterSpec.ts";
import type { FaultDefinition } from "../../cluster/faults/define.ts";
import { clusterDnsService } from "../../cluster/faults/dns.ts";
import { faultDefinitions } from "../../cluster/faults/index.ts";
import { processIds } from "../../cluster/faults/processes.ts";
import { create, fault, patch, remove } from "../../cluster/testing/commandsOf.ts";
import { controllerManagerControllers } from "../../controllers/controllerList.ts";
import { healthy, noMonitor, type Roll, type SeedPlan } from "./seedPlan.ts";

const images = ["nginx:1.27", "redis:7"];
const served = new Set(controllerManagerControllers.flatMap(({ names }) => names));

export interface Pods {
  readonly app: string;
  readonly cpu: string;
  readonly replicas: number;
  readonly spec?: JsonObject;
  readonly namespace?: string;
  readonly image?: string;
}

export function workload(apiVersion: string, kind: string, { app, cpu, replicas, spec = {}, namespace = "default", image = "nginx:1.27" }: Pods, more: JsonObject = {}): JsonObject {
  const labels = { app };
  const container = { name: "c", image, ports: [{ containerPort: 80 }], resources: { requests: { cpu } } };
  return {
    apiVersion, kind, metadata: { name: app, namespace },
    spec: { ...(kind === "DaemonSet" ? {} : { replicas }), selector: { matchLabels: labels }, template: { metadata: { labels }, spec: { containers: [container], terminationGracePeriodSeconds: 2, ...spec } }, ...more },
  };
}

function probed(roll: Roll, of: Pods): Pods {
  const probe = { httpGet: { path: "/", port: 80 }, periodSeconds: 2 + roll(9), failureThreshold: 3 };
  const container = { name: "c", image: "nginx:1.27", ports: [{ containerPort: 80 }], resources: { requests: { cpu: of.cpu } }, readinessProbe: probe, livenessProbe: probe };
  return { ...of, spec: { ...of.spec, containers: [container], ...(roll(2) === 0 ? { initContainers: [{ name: "first", image: "busybox:1.36", command: ["true"] }] } : {}) } };
}

const spread = (app: string, whenUnsatisfiable: string): JsonObject => ({ topologySpreadConstraints: [{ maxSkew: 1, topologyKey: "kubernetes.io/hostname", whenUnsatisfiable, labelSelector: { matchLabels: { app } } }] });

/** Twenty pods and more, of every workload that has its controller; all of them fit while all machines are there. */
function workloads(roll: Roll): readonly ClusterCommand[] {
  const shop = { namespace: "shop" };
  const own: ClusterCommand = { type: "setManifest", node: "node-2", file: "own.yaml", manifest: { apiVersion: "v1", kind: "Pod", metadata: { name: "own" }, spec: { terminationGracePeriodSeconds: 2, containers: [{ name: "c", image: "redis:7", resources: { requests: { cpu: "50m" } } }] } } };
  const objects = [
    { apiVersion: "scheduling.k8s.io/v1", kind: "PriorityClass", metadata: { name: "important" }, value: 1_000 },
    { apiVersion: "v1", kind: "Namespace", metadata: { name: "shop" } },
    { apiVersion: "v1", kind: "ResourceQuota", metadata: { name: "limits", ...shop }, spec: { hard: { pods: String(3 + roll(3)), "requests.cpu": "2" } } },
    workload("apps/v1", "Deployment", probed(roll, { app: "web", cpu: "400m", replicas: 6 + roll(2) })),
    workload("apps/v1", "Deployment", { app: "low", cpu: "400m", replicas: 4 + roll(3), image: "redis:7", spec: roll(2) === 0 ? {} : spread("low", "ScheduleAnyway") }, roll(3) === 0 ? { strategy: { type: "Recreate" } } : { strategy: { rollingUpdate: { maxSurge: roll(3), maxUnavailable: 1 + roll(2) } } }),
    workload("apps/v1", "Deployment", { app: "high", cpu: "600m", replicas: 3 + roll(3), spec: { priorityClassName: "important", ...(roll(2) === 0 ? {} : spread("high", "ScheduleAnyway")) } }),
    workload("apps/v1", "ReplicaSet", { app: "plain", cpu: "100m", replicas: 3 + roll(3) }),
    workload("apps/v1", "Deployment", { app: "till", cpu: "200m", replicas: 2 + roll(2), ...shop }),
    ...(served.has("statefulset") ? [workload("apps/v1", "StatefulSet", { app: "store", cpu: "100m", replicas: 2 + roll(2) }, { serviceName: "store", ...(roll(2) === 0 ? {} : { podManagementPolicy: "Parallel" }) })] : []),
    ...(served.has("daemonset") ? [workload("apps/v1", "DaemonSet", { app: "agent", cpu: "50m", replicas: 0 })] : []),
    { apiVersion: "v1", kind: "Service", metadata: { name: "web" }, spec: { type: "NodePort", selector: { app: "web" }, ports: [{ port: 80, nodePort: 30080 }] } },
    // What comes to the first machine's port for pods of others is masqueraded, and dropped.
    { apiVersion: "networking.k8s.io/v1", kind: "NetworkPolicy", metadata: { name: "web" }, spec: { podSelector: { matchLabels: { app: "web" } }, ingress: [{ from: [{ ipBlock: { cidr: "0.0.0.0/0", except: ["172.18.0.2/32"] } }], ports: [{ port: 80 }] }] } },
    { apiVersion: "v1", kind: "Service", metadata: { name: "low" }, spec: { selector: { app: "low" }, ports: [{ port: 80 }] } },
    { apiVersion: "v1", kind: "Service", metadata: { name: "store" }, spec: { clusterIP: "None", selector: { app: "store" }, ports: [{ port: 80 }] } },
  ];
  return [...objects.map((object) => create(object)), own];
}

/** Something that people do while the cluster has its troubles. `pods`: names of those in namespace default. */
function input(roll: Roll, step: number, pods: readonly string[]): ClusterCommand {
  const deployment = `deployments/${["web", "low", "high"][roll(3)] ?? "web"}`;
  const node = `nodes/node-${1 + roll(3)}`;
  switch (roll(10)) {
    case 0: return patch(deployment, { spec: { replicas: 2 + roll(4) } });
    case 1: return patch(deployment, { spec: { template: { metadata: { annotations: { turn: String(step) } } } } });
    case 2: return patch("deployments/till", { spec: { replicas: 1 + roll(6) } }, "shop");
    case 3: return patch("replicasets/plain", { spec: { replicas: 1 + roll(5) } });
    case 4: return patch(`pods/${pods[roll(pods.length)] ?? "none"}`, { metadata: { labels: { app: ["web", "low", "plain"][roll(3)] ?? "web" } } });
    case 5: return patch(node, { spec: { taints: [{ key: "sick", effect: "NoExecute" }] } });
    case 6: return patch(node, { spec: { unschedulable: true } });
    case 7: return healthy(node);
    default: return remove(`pods/${pods[roll(pods.length)] ?? "none"}`);
  }
}

/** One of all faults that the engine has, on a target of its kind. */
export function anyFault(roll: Roll, id: string, spec: ClusterSpec, pods: readonly string[], among: readonly FaultDefinition[] = faultDefinitions): ClusterCommand {
  const definition = among[roll(among.length)];
  const node = (): string => spec.nodes[roll(spec.nodes.length)]?.name ?? "";
  const processes = processIds(spec);
  const zones = [...new Set(spec.nodes.map(({ zone }) => zone))];
  const target = { node: node(), pod: `default/${pods[roll(pods.length)] ?? "none"}`, process: processes[roll(processes.length)] ?? "", zone: zones[roll(3) % zones.length] ?? "", link: roll(3) === 0 ? `${node()},cp-1` : node(), image: images[roll(images.length)] ?? "", service: clusterDnsService };
  const params: Readonly<Record<string, number>> = { seconds: 5 + roll(60), factor: 2 + roll(50), ms: 20 + roll(1_000), jitterMs: roll(200), perMille: 50 + roll(300), skewMs: roll(20_000) - 10_000 };
  if (definition === undefined) throw new Error("there are no faults");
  return fault(definition.type, target[definition.on], Object.fromEntries(definition.params.map(({ name }) => [name, params[name] ?? 1])), id);
}

/** Every workload and every fault, without volumes. */
export const ordinaryPlan: SeedPlan = {
  spec: (roll) => ({ ...defaultClusterSpec, nodes: Array.from({ length: 3 + roll(2) }, (_, index) => defaultNode(index + 1)), addons: [] }),
  workloads, input, fault: anyFault, healing: () => [], monitor: () => noMonitor,
};
