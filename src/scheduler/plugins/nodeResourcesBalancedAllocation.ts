import { skip, success, type NodeInfo, type SchedulerPlugin } from "../framework.ts";

/** 0..100: how alike the shares of cpu and memory in use would be. */
function evenness(node: NodeInfo, moreCpuMilli: number, moreMemoryBytes: number): number {
  const { allocatable, requested } = node;
  if (allocatable.cpuMilli === 0 || allocatable.memoryBytes === 0) return 100;
  const cpu = Math.min(1, (requested.cpuMilli + moreCpuMilli) / allocatable.cpuMilli);
  const memory = Math.min(1, (requested.memoryBytes + moreMemoryBytes) / allocatable.memoryBytes);
  return Math.floor((1 - Math.abs((cpu - memory) / 2)) * 100);
}

/**
 * Scores by what the pod changes: 75 where it leaves the node as even as it was, more where it evens it out.
 * Follows pkg/scheduler/framework/plugins/noderesources/balanced_allocation.go.
 */
export const nodeResourcesBalancedAllocation: SchedulerPlugin = {
  name: "NodeResourcesBalancedAllocation",
  weight: 1,
  preScore: (_state, pod) => (pod.requests.cpuMilli === 0 && pod.requests.memoryBytes === 0 ? skip : success),
  score(_state, pod, node) {
    const after = evenness(node, pod.requests.cpuMilli, pod.requests.memoryBytes);
    return Math.floor((150 + after - evenness(node, 0, 0)) / 2);
  },
  wakesOn: [],
};
