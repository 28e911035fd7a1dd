import type { GraphFact } from "../../../hosts/protocol.ts";
import type { GraphSummary, Health } from "../../../kinds/define.ts";

export function fact(uid: string, kind: string, plural: string, namespace: string, name: string, health: Health, sentence: string, summary: GraphSummary, node: string | null = null): GraphFact {
  const group = { Deployment: "apps", ReplicaSet: "apps", Ingress: "networking.k8s.io" }[kind] ?? "";
  return { uid, ref: { gvk: { group, version: "v1", kind }, namespace, name }, plural, health, node, sentence, createdAt: "2026-01-01T00:00:00Z", deleting: false, summary };
}

export function nodeFact(index: number, ready: boolean): GraphFact {
  const summary: GraphSummary = { tier: "node", ready, unschedulable: false, zone: ["a", "b", "c"][(index - 1) % 3] ?? "a", cpuMilli: 4000, memoryBytes: 8 * 1024 ** 3, pods: 110, taints: [] };
  return fact(`n${index}`, "Node", "nodes", "", `node-${index}`, ready ? "ok" : "failed", ready ? "Ready; the kubelet renewed its lease 4 s ago." : "Not ready: the kubelet has not renewed its lease for 50 s.", summary);
}

export interface PodShape {
  readonly uid: string;
  readonly namespace: string;
  readonly name: string;
  readonly node: string | null;
  readonly status: string;
  readonly ready: boolean;
  readonly image: string;
  readonly deleting?: boolean;
  readonly restarts?: number;
}

export function podFact(pod: PodShape): GraphFact {
  const health: Health = pod.deleting === true ? "terminating" : pod.ready ? "ok" : pod.status === "Running" || pod.status === "Pending" || pod.status === "ContainerCreating" ? (pod.status === "Running" ? "warning" : "progressing") : "failed";
  const sentence = pod.ready ? "Running and ready: it answers its readiness probe and gets traffic." : pod.status === "Running" ? "Running, not ready yet: the readiness probe answers 503 while the server warms up." : `Not running yet: ${pod.status}.`;
  const summary: GraphSummary = { tier: "pod", phase: pod.status === "Running" ? "Running" : "Pending", status: pod.status, ready: pod.ready, restarts: pod.restarts ?? 0, ip: "10.244.1.7", images: [pod.image], labels: { app: "web" }, cpuMilli: 100, memoryBytes: 64 * 1024 ** 2, cpuLimitMilli: 0, memoryLimitBytes: 0 };
  return { ...fact(pod.uid, "Pod", "pods", pod.namespace, pod.name, health, sentence, summary, pod.node), deleting: pod.deleting === true };
}
