import { compareText } from "../../base/compareText.ts";
import { success, type NodeInfo, type SchedulerPlugin } from "../framework.ts";
import type { PodInfo } from "../podInfo.ts";

interface Shortage {
  readonly reason: string;
  /** More than the whole node has: taking pods away would not help. */
  readonly unresolvable: boolean;
}

/** Follows pkg/scheduler/framework/plugins/noderesources/fit.go. */
export function shortagesOn(pod: PodInfo, node: NodeInfo): readonly Shortage[] {
  const shortages: Shortage[] = [];
  const check = (name: string, asked: number, used: number, allocatable: number): void => {
    if (asked > 0 && asked > allocatable - used) shortages.push({ reason: `Insufficient ${name}`, unresolvable: asked > allocatable });
  };
  if (node.pods.size + 1 > node.allocatable.pods) shortages.push({ reason: "Too many pods", unresolvable: false });
  check("cpu", pod.requests.cpuMilli, node.requested.cpuMilli, node.allocatable.cpuMilli);
  check("memory", pod.requests.memoryBytes, node.requested.memoryBytes, node.allocatable.memoryBytes);
  check("ephemeral-storage", pod.requests.ephemeralStorageBytes, node.requested.ephemeralStorageBytes, node.allocatable.ephemeralStorageBytes);
  for (const name of [...pod.requests.scalars.keys()].sort(compareText)) {
    check(name, pod.requests.scalars.get(name) ?? 0, node.requested.scalars.get(name) ?? 0, node.allocatable.scalars.get(name) ?? 0);
  }
  return shortages;
}

function leastAllocated(asked: number, capacity: number): number {
  return capacity === 0 || asked > capacity ? 0 : Math.floor(((capacity - asked) * 100) / capacity);
}

export const nodeResourcesFit: SchedulerPlugin = {
  name: "NodeResourcesFit",
  weight: 1,
  filter(_state, pod, node) {
    const shortages = shortagesOn(pod, node);
    if (shortages.length === 0) return success;
    return { code: shortages.some((shortage) => shortage.unresolvable) ? "unresolvable" : "unschedulable", reasons: shortages.map((shortage) => shortage.reason) };
  },
  /** LeastAllocated over cpu and memory, weight 1 each. Follows least_allocated.go. */
  score(_state, pod, node) {
    const { cpuMilli, memoryBytes } = node.allocatable;
    const weights = (cpuMilli === 0 ? 0 : 1) + (memoryBytes === 0 ? 0 : 1);
    if (weights === 0) return 0;
    const total = leastAllocated(node.nonZeroCpuMilli + pod.nonZeroCpuMilli, cpuMilli) + leastAllocated(node.nonZeroMemoryBytes + pod.nonZeroMemoryBytes, memoryBytes);
    return Math.floor(total / weights);
  },
  wakesOn: ["podDelete", "podScaleDown", "nodeAdd", "nodeUpdate"],
};
