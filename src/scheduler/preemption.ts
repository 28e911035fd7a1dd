import { compareText } from "../base/compareText.ts";
import { copyNodeInfo } from "./cache.ts";
import { countReasons, filterNode, type Decision } from "./cycle.ts";
import { isRefusal, type CycleState, type NodeInfo, type SchedulerPlugin } from "./framework.ts";
import type { PodInfo } from "./podInfo.ts";

export interface PreemptionPlan {
  readonly node: string;
  readonly victims: readonly PodInfo[];
}

const notHelpful = "Preemption is not helpful for scheduling";
const noVictims = "No preemption victims found for incoming pod";

/** More important first: higher priority, then the earlier started. Follows pkg/scheduler/util/utils.go, MoreImportantPod. */
function byImportance(a: PodInfo, b: PodInfo): number {
  if (a.priority !== b.priority) return b.priority - a.priority;
  return compareText(a.pod.status?.startTime ?? "9", b.pod.status?.startTime ?? "9") || compareText(a.key, b.key);
}

/** The fewest pods whose removal makes room, or why there are none. Follows framework/preemption and defaultpreemption, SelectVictimsOnNode. */
function victimsOn(plugins: readonly SchedulerPlugin[], state: CycleState, pod: PodInfo, node: NodeInfo): readonly PodInfo[] | string {
  const lower = [...node.pods.values()].filter((other) => other.priority < pod.priority).sort(byImportance);
  if (lower.length === 0) return noVictims;
  const trial = copyNodeInfo(node);
  for (const victim of lower) trial.remove(victim.key);
  const { status } = filterNode(plugins, state, pod, trial);
  if (isRefusal(status)) return status.reasons.join(", ");
  const victims: PodInfo[] = [];
  for (const candidate of lower) {
    trial.add(candidate);
    if (!isRefusal(filterNode(plugins, state, pod, trial).status)) continue;
    trial.remove(candidate.key);
    victims.push(candidate);
  }
  return victims;
}

/** Lowest first: highest victim's priority, sum of priorities, number of victims; then the latest start of the most important victim. */
function compareCandidates(a: PreemptionPlan, b: PreemptionPlan): number {
  const highest = (plan: PreemptionPlan): number => plan.victims[0]?.priority ?? 0;
  // Priorities may be negative: shift them so that more victims always weigh more.
  const sum = (plan: PreemptionPlan): number => plan.victims.reduce((total, victim) => total + victim.priority + 2_147_483_648, 0);
  const start = (plan: PreemptionPlan): string => plan.victims[0]?.pod.status?.startTime ?? "9";
  return highest(a) - highest(b) || sum(a) - sum(b) || a.victims.length - b.victims.length || compareText(start(b), start(a)) || compareText(a.node, b.node);
}

/**
 * Looks for the node where removing pods of lower priority lets `pod` run. Returns the plan, or upstream's sentence why there is none.
 * NOT IMPLEMENTED: PodDisruptionBudgets (the kind is not served yet).
 */
export function planPreemption(plugins: readonly SchedulerPlugin[], state: CycleState, pod: PodInfo, decision: Decision, nodeOf: (name: string) => NodeInfo | null): PreemptionPlan | string {
  if (pod.pod.spec.preemptionPolicy === "Never") return "not eligible due to preemptionPolicy=Never.";
  const plans: PreemptionPlan[] = [];
  const refusals: string[] = [];
  for (const [name, rejection] of decision.rejected) {
    const node = nodeOf(name);
    if (!rejection.resolvable || node === null) {
      refusals.push(notHelpful);
      continue;
    }
    const victims = victimsOn(plugins, state, pod, node);
    if (typeof victims === "string") refusals.push(victims);
    else plans.push({ node: name, victims });
  }
  const best = plans.sort(compareCandidates)[0];
  if (best !== undefined) return best;
  return `0/${decision.nodeCount} nodes are available: ${countReasons(refusals.map((refusal) => [refusal]))}.`;
}
