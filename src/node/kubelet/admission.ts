// Follows pkg/kubelet/lifecycle/predicate.go.
import type { Node } from "../../kinds/core/node/types.ts";
import { podRequests } from "../../kinds/core/pod/podResources.ts";
import type { NodeSelectorRequirement, Pod } from "../../kinds/core/pod/types.ts";
import type { LoadSums } from "./nodeLoad.ts";

export interface Refusal {
  readonly reason: string;
  readonly message: string;
}

export interface NodeRoom {
  readonly cpuMilli: number;
  readonly memoryBytes: number;
  readonly ephemeralStorageBytes: number;
  readonly pods: number;
}

/** The pods that a node already runs. */
export interface RunningPods {
  sums(): LoadSums;
  pods(): readonly Pod[];
}

/** Whether this node takes the pod in beside those it already runs; null: it does. */
export function admitPod(pod: Pod, node: Node, room: NodeRoom, others: RunningPods): Refusal | null {
  const wanted = podRequests(pod);
  const used = others.sums();
  if (used.pods + 1 > room.pods) return outOf("pods", 1, used.pods, room.pods);
  if (wanted.cpuMilli > 0 && wanted.cpuMilli > room.cpuMilli - used.cpuMilli) return outOf("cpu", wanted.cpuMilli, used.cpuMilli, room.cpuMilli);
  if (wanted.memoryBytes > 0 && wanted.memoryBytes > room.memoryBytes - used.memoryBytes) return outOf("memory", wanted.memoryBytes, used.memoryBytes, room.memoryBytes);
  if (wanted.ephemeralStorageBytes > 0 && wanted.ephemeralStorageBytes > room.ephemeralStorageBytes - used.ephemeralStorageBytes) {
    return outOf("ephemeral-storage", wanted.ephemeralStorageBytes, used.ephemeralStorageBytes, room.ephemeralStorageBytes);
  }
  for (const name of Object.keys(wanted.scalar).sort()) {
    const amount = wanted.scalar[name] ?? 0;
    if (amount > 0 && node.status?.allocatable?.[name] === undefined) return outOf(name, amount, 0, 0);
  }
  if (!matchesNode(pod, node)) return failed("NodeAffinity", "node(s) didn't match Pod's node affinity/selector");
  const ports = hostPorts(pod);
  if (ports.length > 0 && others.pods().some((other) => portsClash(ports, hostPorts(other)))) return failed("NodePorts", "node(s) didn't have free ports for the requested pod ports");
  const tolerates = (taint: { key: string; value?: string; effect: string }): boolean =>
    (pod.spec.tolerations ?? []).some((toleration) =>
      (toleration.effect === undefined || toleration.effect === "" || toleration.effect === taint.effect) &&
      (toleration.operator === "Exists" ? toleration.key === undefined || toleration.key === "" || toleration.key === taint.key : toleration.key === taint.key && (toleration.value ?? "") === (taint.value ?? "")));
  if ((node.spec.taints ?? []).some((taint) => taint.effect === "NoExecute" && !tolerates(taint))) return failed("TaintToleration", "node(s) had taints that the pod didn't tolerate");
  return null;
}

function outOf(resource: string, requested: number, used: number, capacity: number): Refusal {
  return { reason: `OutOf${resource}`, message: `Node didn't have enough resource: ${resource}, requested: ${requested}, used: ${used}, capacity: ${capacity}` };
}

function failed(predicate: string, why: string): Refusal {
  return { reason: predicate, message: `Predicate ${predicate} failed: ${why}` };
}

interface HostPort {
  readonly port: number;
  readonly protocol: string;
  readonly ip: string;
}

function portsClash(wanted: readonly HostPort[], taken: readonly HostPort[]): boolean {
  return wanted.some((port) => taken.some((other) => port.port === other.port && port.protocol === other.protocol && (port.ip === other.ip || port.ip === "0.0.0.0" || other.ip === "0.0.0.0")));
}

function hostPorts(pod: Pod): readonly HostPort[] {
  const found: HostPort[] = [];
  for (const container of pod.spec.containers) {
    for (const port of container.ports ?? []) {
      const hostPort = pod.spec.hostNetwork === true ? port.containerPort : (port.hostPort ?? 0);
      if (hostPort > 0) found.push({ port: hostPort, protocol: port.protocol ?? "TCP", ip: port.hostIP === undefined || port.hostIP === "" ? "0.0.0.0" : port.hostIP });
    }
  }
  return found;
}

function matchesNode(pod: Pod, node: Node): boolean {
  const labels = node.metadata.labels ?? {};
  for (const [key, value] of Object.entries(pod.spec.nodeSelector ?? {})) if (labels[key] !== value) return false;
  const terms = pod.spec.affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution?.nodeSelectorTerms;
  if (terms === undefined) return true;
  return terms.some((term) => {
    const expressions = term.matchExpressions ?? [];
    const fields = term.matchFields ?? [];
    if (expressions.length === 0 && fields.length === 0) return false;
    return expressions.every((requirement) => meets(requirement, labels[requirement.key])) && fields.every((requirement) => meets(requirement, requirement.key === "metadata.name" ? node.metadata.name : undefined));
  });
}

function meets(requirement: NodeSelectorRequirement, value: string | undefined): boolean {
  const values = requirement.values ?? [];
  switch (requirement.operator) {
    case "In": return value !== undefined && values.includes(value);
    case "NotIn": return value === undefined || !values.includes(value);
    case "Exists": return value !== undefined;
    case "DoesNotExist": return value === undefined;
    case "Gt": return value !== undefined && Number.isInteger(Number(value)) && Number(value) > Number(values[0]);
    case "Lt": return value !== undefined && Number.isInteger(Number(value)) && Number(value) < Number(values[0]);
    default: return false;
  }
}
