import type { ScoringStrategy } from "../configuration.ts";
import type { NodeInfo } from "../framework.ts";
import type { PodInfo } from "../podInfo.ts";

// Follows pkg/scheduler/framework/plugins/noderesources: resource_allocation.go, least_allocated.go, most_allocated.go and
// requested_to_capacity_ratio.go.

interface Use {
  readonly asked: number;
  /** 0: the resource does not count. */
  readonly capacity: number;
}

const nothing: Use = { asked: 0, capacity: 0 };

/** What would be in use of one resource. Of extended ones only those that the pod asks for count. */
function useOf(name: string, pod: PodInfo, node: NodeInfo): Use {
  const { allocatable, requested } = node;
  switch (name) {
    case "cpu": return { asked: node.nonZeroCpuMilli + pod.nonZeroCpuMilli, capacity: allocatable.cpuMilli };
    case "memory": return { asked: node.nonZeroMemoryBytes + pod.nonZeroMemoryBytes, capacity: allocatable.memoryBytes };
    case "ephemeral-storage": return { asked: requested.ephemeralStorageBytes + pod.requests.ephemeralStorageBytes, capacity: allocatable.ephemeralStorageBytes };
  }
  const asked = pod.requests.scalars.get(name) ?? 0;
  return asked === 0 ? nothing : { asked: (requested.scalars.get(name) ?? 0) + asked, capacity: allocatable.scalars.get(name) ?? 0 };
}

function leastAllocated({ asked, capacity }: Use): number {
  return asked > capacity ? 0 : Math.floor(((capacity - asked) * 100) / capacity);
}

/** Pods that ask for nothing count as a little, so that more may be asked than there is. */
function mostAllocated({ asked, capacity }: Use): number {
  return Math.floor((Math.min(asked, capacity) * 100) / capacity);
}

/** The score on the line between the two points around the utilization. */
function onShape(shape: readonly { readonly utilization: number; readonly score: number }[], { asked, capacity }: Use): number {
  const utilization = asked > capacity ? 100 : Math.floor((asked * 100) / capacity);
  const at = shape.findIndex((point) => utilization <= point.utilization);
  const after = at < 0 ? shape[shape.length - 1] : shape[at];
  const before = at <= 0 ? undefined : shape[at - 1];
  if (after === undefined) return 0;
  if (before === undefined) return after.score * 10;
  return before.score * 10 + Math.trunc(((after.score - before.score) * 10 * (utilization - before.utilization)) / (after.utilization - before.utilization));
}

export type ResourceScore = (pod: PodInfo, node: NodeInfo) => number;

/** The score of 0 to 100 that the strategy gives a node. */
export function resourceScore({ type = "LeastAllocated", resources, requestedToCapacityRatio }: ScoringStrategy): ResourceScore {
  const counted = resources === undefined || resources.length === 0 ? [{ name: "cpu" }, { name: "memory" }] : resources;
  const shape = requestedToCapacityRatio?.shape ?? [];
  const byRatio = type === "RequestedToCapacityRatio";
  const scoreOf = byRatio ? (use: Use): number => onShape(shape, use) : type === "MostAllocated" ? mostAllocated : leastAllocated;
  return (pod, node) => {
    let total = 0;
    let weights = 0;
    for (const { name, weight = 1 } of counted) {
      const use = useOf(name, pod, node);
      if (use.capacity === 0) continue;
      const score = scoreOf(use);
      // A ratio that scores nothing is left out of the mean.
      if (byRatio && score <= 0) continue;
      total += score * weight;
      weights += weight;
    }
    if (weights === 0) return 0;
    return byRatio ? Math.round(total / weights) : Math.floor(total / weights);
  };
}
