import type { Json } from "../../base/json.ts";
import { defaultClusterSpec, defaultNode, type ClusterSpec } from "../../cluster/clusterSpec.ts";
import type { ClusterCommand, ClusterRecording } from "../../cluster/commands.ts";
import { second, simTime } from "../../sim/time.ts";
import { clusterComposition } from "../clusterComposition.ts";
import { Coordinator, type WindowNews } from "../coordinator.ts";
import type { HostPort } from "../hostPort.ts";
import { InlineHost } from "../transports/inline.ts";

const identity = { type: "user", name: "kubernetes-admin", groups: ["system:masters", "system:authenticated"] } as const;

function create(path: string, body: Json): ClusterCommand {
  return { type: "api", request: { id: "", verb: "create", path, query: {}, contentType: "application/json", accept: "", userAgent: "kubectl/v1.35.2", identity, body } };
}

const labels = { app: "web" };
const web: Json = {
  apiVersion: "apps/v1", kind: "Deployment", metadata: { name: "web" },
  spec: {
    replicas: 4, selector: { matchLabels: labels },
    template: { metadata: { labels }, spec: { containers: [{ name: "web", image: "nginx:1.14.2", ports: [{ containerPort: 80 }], readinessProbe: { httpGet: { path: "/", port: 80 }, periodSeconds: 2 } }] } },
  },
};

/** What happens to the cluster, by virtual second: an application with traffic, machines that join and leave, a node that loses power and returns, a crash. */
export const script: readonly (readonly [number, ClusterCommand])[] = [
  [20, create("/apis/apps/v1/namespaces/default/deployments", web)],
  [20, create("/api/v1/namespaces/default/services", { apiVersion: "v1", kind: "Service", metadata: { name: "web" }, spec: { selector: labels, ports: [{ port: 80 }] } })],
  [20, create("/apis/networking.k8s.io/v1/namespaces/default/ingresses", {
    apiVersion: "networking.k8s.io/v1", kind: "Ingress", metadata: { name: "web" },
    spec: { ingressClassName: "nginx", rules: [{ host: "shop.example.com", http: { paths: [{ path: "/", pathType: "Prefix", backend: { service: { name: "web", port: { number: 80 } } } }] } }] },
  })],
  [25, { type: "setTraffic", source: { id: "visitors", from: "internet", url: "http://shop.example.com/", method: "GET", perSecond: 20, clients: 4, keepAlive: false } }],
  [30, { type: "addNode", node: defaultNode(4) }],
  [40, { type: "setFault", fault: { id: "off", type: "node-off", target: "node-3", params: {} } }],
  [50, { type: "clearFault", id: "off" }],
  [55, { type: "setFault", fault: { id: "crash", type: "process-crash", target: "cp-1/kube-scheduler", params: {} } }],
  [58, { type: "removeNode", node: "node-2" }],
  [64, { type: "addNode", node: { ...defaultNode(2), cpuMilli: 8_000 } }],
];

export function recordingOf(spec: ClusterSpec = defaultClusterSpec, commands = script): ClusterRecording {
  return { format: 1, engine: "test", seed: 7, spec, journal: commands.map(([at, command], index) => ({ at: simTime(at * second), seq: index + 1, command })), checkpoints: [] };
}

export interface ClusterRun {
  readonly coordinator: Coordinator<ClusterSpec, ClusterCommand>;
  readonly news: WindowNews[];
}

export function openRun(ports: readonly HostPort<ClusterSpec>[] = [new InlineHost(clusterComposition)], recording = recordingOf()): ClusterRun {
  const news: WindowNews[] = [];
  const listener = { window: (each: WindowNews) => void news.push(each), diverged: () => undefined, applied: () => undefined };
  return { coordinator: new Coordinator({ composition: clusterComposition, recording, engine: "test", ports, listener }), news };
}
