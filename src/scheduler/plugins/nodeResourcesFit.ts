import { compareText } from "../../base/compareText.ts";
import type { NodeResourcesFitArgs } from "../configuration.ts";
import { success, type NodeInfo, type SchedulerPlugin } from "../framework.ts";
import { totalsOfNode, type PodInfo, type ResourceTotals } from "../podInfo.ts";
import { resourceScore, type ResourceScore } from "./resourceScores.ts";

interface Shortage {
  readonly reason: string;
  /** More than the whole node has: taking pods away would not help. */
  readonly unresolvable: boolean;
}

const none: readonly Shortage[] = [];

/** The common case, without a list. */
function fits({ requests }: PodInfo, { pods, allocatable, requested }: NodeInfo): boolean {
  return requests.scalars.size === 0 && pods.size + 1 <= allocatable.pods
    && (requests.cpuMilli === 0 || requests.cpuMilli <= allocatable.cpuMilli - requested.cpuMilli)
    && (requests.memoryBytes === 0 || requests.memoryBytes <= allocatable.memoryBytes - requested.memoryBytes)
    && (requests.ephemeralStorageBytes === 0 || requests.ephemeralStorageBytes <= allocatable.ephemeralStorageBytes - requested.ephemeralStorageBytes);
}

/** Follows pkg/scheduler/framework/plugins/noderesources/fit.go. `ignores`: extended resources that are not asked for. */
export function shortagesOn(pod: PodInfo, node: NodeInfo, ignores: (name: string) => boolean = () => false): readonly Shortage[] {
  if (fits(pod, node)) return none;
  const shortages: Shortage[] = [];
  const check = (name: string, asked: number, used: number, allocatable: number): void => {
    if (asked > 0 && asked > allocatable - used) shortages.push({ reason: `Insufficient ${name}`, unresolvable: asked > allocatable });
  };
  if (node.pods.size + 1 > node.allocatable.pods) shortages.push({ reason: "Too many pods", unresolvable: false });
  check("cpu", pod.requests.cpuMilli, node.requested.cpuMilli, node.allocatable.cpuMilli);
  check("memory", pod.requests.memoryBytes, node.requested.memoryBytes, node.allocatable.memoryBytes);
  check("ephemeral-storage", pod.requests.ephemeralStorageBytes, node.requested.ephemeralStorageBytes, node.allocatable.ephemeralStorageBytes);
  for (const name of [...pod.requests.scalars.keys()].sort(compareText)) {
    if (!ignores(name)) check(name, pod.requests.scalars.get(name) ?? 0, node.requested.scalars.get(name) ?? 0, node.allocatable.scalars.get(name) ?? 0);
  }
  return shortages;
}

/** Whether the node would do if it were empty. */
function couldHold(node: ResourceTotals, { requests }: PodInfo, ignores: (name: string) => boolean): boolean {
  if (node.pods < 1 || requests.cpuMilli > node.cpuMilli || requests.memoryBytes > node.memoryBytes || requests.ephemeralStorageBytes > node.ephemeralStorageBytes) return false;
  for (const [name, asked] of requests.scalars) if (!ignores(name) && asked > (node.scalars.get(name) ?? 0)) return false;
  return true;
}

/** Whether there is more of anything that the pod asks for. */
function hasMore(now: ResourceTotals, before: ResourceTotals, { requests }: PodInfo): boolean {
  if (now.pods > before.pods || (requests.cpuMilli > 0 && now.cpuMilli > before.cpuMilli) || (requests.memoryBytes > 0 && now.memoryBytes > before.memoryBytes)) return true;
  if (requests.ephemeralStorageBytes > 0 && now.ephemeralStorageBytes > before.ephemeralStorageBytes) return true;
  for (const [name, asked] of requests.scalars) if (asked > 0 && (now.scalars.get(name) ?? 0) > (before.scalars.get(name) ?? 0)) return true;
  return false;
}

function leastAllocated(asked: number, capacity: number): number {
  return capacity === 0 || asked > capacity ? 0 : Math.floor(((capacity - asked) * 100) / capacity);
}

/** LeastAllocated over cpu and memory, weight 1 each: what resourceScore() gives by default, and nearly all are scored by. */
const ordinaryScore: ResourceScore = (pod, node) => {
  const { cpuMilli, memoryBytes } = node.allocatable;
  const weights = (cpuMilli === 0 ? 0 : 1) + (memoryBytes === 0 ? 0 : 1);
  if (weights === 0) return 0;
  const total = leastAllocated(node.nonZeroCpuMilli + pod.nonZeroCpuMilli, cpuMilli) + leastAllocated(node.nonZeroMemoryBytes + pod.nonZeroMemoryBytes, memoryBytes);
  return Math.floor(total / weights);
};

export function nodeResourcesFitWith({ ignoredResources = [], ignoredResourceGroups = [], scoringStrategy }: NodeResourcesFitArgs): SchedulerPlugin {
  const ignores = (name: string): boolean => ignoredResources.includes(name) || ignoredResourceGroups.includes(name.slice(0, Math.max(0, name.indexOf("/"))));
  const scoreOf = scoringStrategy === undefined ? ordinaryScore : resourceScore(scoringStrategy);
  return {
    name: "NodeResourcesFit",
    weight: 1,
    filter(_state, pod, node) {
      const shortages = shortagesOn(pod, node, ignores);
      if (shortages.length === 0) return success;
      return { code: shortages.some((shortage) => shortage.unresolvable) ? "unresolvable" : "unschedulable", reasons: shortages.map((shortage) => shortage.reason) };
    },
    score: (_state, pod, node) => scoreOf(pod, node),
    wakesOn: ["podDelete", "podScaleDown", "nodeAdd", "nodeUpdate"],
    nodeMayHelp(waiting, node, old) {
      const now = totalsOfNode(node);
      return couldHold(now, waiting, ignores) && (old === null || hasMore(now, totalsOfNode(old), waiting));
    },
  };
}

export const nodeResourcesFit: SchedulerPlugin = nodeResourcesFitWith({});
