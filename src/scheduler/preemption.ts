import { compareText } from "../base/compareText.ts";
import type { Random } from "../sim/random.ts";
import { copyNodeInfo } from "./cache.ts";
import { adjustAll, countReasons, filterNode, type Decision } from "./cycle.ts";
import { partByBudgets } from "./disruptionBudgets.ts";
import { isRefusal, type CycleState, type NodeInfo, type SchedulerPlugin } from "./framework.ts";
import type { PodInfo } from "./podInfo.ts";

export interface PreemptionPlan {
  readonly node: string;
  /** The most important first. */
  readonly victims: readonly PodInfo[];
  /** How many of them a disruption budget would spare. */
  readonly violations: number;
}

/** Why nobody has to go. */
export interface NoPreemption {
  readonly message: string;
  /** The pod's nomination, if it has one, is void. */
  readonly clearsNomination: boolean;
}

const notHelpful = "Preemption is not helpful for scheduling";
const noVictims = "No preemption victims found for incoming pod";

/** More important first: higher priority, then the earlier started. Follows pkg/scheduler/util/utils.go, MoreImportantPod. */
function byImportance(a: PodInfo, b: PodInfo): number {
  if (a.priority !== b.priority) return b.priority - a.priority;
  return compareText(a.pod.status?.startTime ?? "9", b.pod.status?.startTime ?? "9") || compareText(a.key, b.key);
}

/** The fewest pods whose removal makes room, or the reasons why there are none. Follows defaultpreemption, SelectVictimsOnNode. */
function victimsOn(plugins: readonly SchedulerPlugin[], state: CycleState, pod: PodInfo, node: NodeInfo): PreemptionPlan | readonly string[] {
  const lower = [...node.pods.values()].filter((other) => other.priority < pod.priority).sort(byImportance);
  if (lower.length === 0) return [noVictims];
  const trial = copyNodeInfo(node);
  const gone = new Set<PodInfo>();
  const remove = (victim: PodInfo): void => {
    trial.remove(victim.key);
    adjustAll(plugins, state, pod, victim, node, -1);
    gone.add(victim);
  };
  const add = (victim: PodInfo): void => {
    trial.add(victim);
    adjustAll(plugins, state, pod, victim, node, 1);
    gone.delete(victim);
  };
  for (const victim of lower) remove(victim);
  const { status } = filterNode(plugins, state, pod, trial);
  let violations = 0;
  if (!isRefusal(status)) {
    const { violating, others } = partByBudgets(lower, state.view.objects.disruptionBudgets());
    for (const candidate of [...violating, ...others]) {
      add(candidate);
      if (!isRefusal(filterNode(plugins, state, pod, trial).status)) continue;
      remove(candidate);
      if (violating.includes(candidate)) violations++;
    }
  }
  const victims = [...gone].sort(byImportance);
  // What the plugins counted must be as it was for the next node.
  for (const victim of victims) add(victim);
  return isRefusal(status) ? status.reasons : { node: node.name, victims, violations };
}

/** Lowest first. Follows framework/preemption, pickOneNodeForPreemption. */
function compareCandidates(a: PreemptionPlan, b: PreemptionPlan): number {
  const highest = (plan: PreemptionPlan): number => plan.victims[0]?.priority ?? 0;
  // Priorities may be negative: shift them so that more victims always weigh more.
  const sum = (plan: PreemptionPlan): number => plan.victims.reduce((total, victim) => total + victim.priority + 2_147_483_648, 0);
  const start = (plan: PreemptionPlan): string => plan.victims[0]?.pod.status?.startTime ?? "9";
  return a.violations - b.violations || highest(a) - highest(b) || sum(a) - sum(b) || a.victims.length - b.victims.length || compareText(start(b), start(a)) || compareText(a.node, b.node);
}

/** Why the pod may not take the place of others now, or null. Follows defaultpreemption, PodEligibleToPreemptOthers. */
function notEligible(pod: PodInfo, decision: Decision, nodeOf: (name: string) => NodeInfo | null): string | null {
  if (pod.pod.spec.preemptionPolicy === "Never") return "not eligible due to preemptionPolicy=Never.";
  const nominated = pod.pod.status?.nominatedNodeName ?? "";
  if (nominated === "" || decision.rejected.get(nominated)?.resolvable === false) return null;
  for (const other of nodeOf(nominated)?.pods.values() ?? []) {
    if (other.priority < pod.priority && isGoingByPreemption(other)) return "not eligible due to a terminating pod on the nominated node.";
  }
  return null;
}

function isGoingByPreemption({ pod }: PodInfo): boolean {
  return pod.metadata.deletionTimestamp !== undefined
    && (pod.status?.conditions ?? []).some((condition) => condition.type === "DisruptionTarget" && condition.status === "True" && condition.reason === "PreemptionByScheduler");
}

/** Enough candidates: a tenth of the nodes, 100 at least. Follows defaultpreemption, calculateNumCandidates. */
function candidatesWanted(nodeCount: number): number {
  return Math.max(100, Math.floor(nodeCount / 10));
}

/** Looks for the node where removing pods of lower priority lets `pod` run. The message is upstream's. */
export function planPreemption(plugins: readonly SchedulerPlugin[], state: CycleState, pod: PodInfo, decision: Decision, random: Random): PreemptionPlan | NoPreemption {
  const refusal = notEligible(pod, decision, (name) => state.view.node(name));
  if (refusal !== null) return { message: refusal, clearsNomination: false };
  const plans: PreemptionPlan[] = [];
  const refusals: (readonly string[])[] = [];
  const potential: NodeInfo[] = [];
  for (const [name, rejection] of decision.rejected) {
    const node = state.view.node(name);
    if (!rejection.resolvable || node === null) refusals.push([notHelpful]);
    else potential.push(node);
  }
  const wanted = candidatesWanted(potential.length);
  const offset = potential.length > wanted ? random.int(0, potential.length - 1) : 0;
  for (let at = 0; at < potential.length; at++) {
    const node = potential[(offset + at) % potential.length];
    if (node === undefined) continue;
    const found = victimsOn(plugins, state, pod, node);
    if (!("node" in found)) refusals.push(found);
    else plans.push(found);
    if (plans.length >= wanted && plans.some((plan) => plan.violations === 0)) break;
  }
  const best = plans.sort(compareCandidates)[0];
  if (best !== undefined) return best;
  return { message: `0/${decision.nodeCount} nodes are available: ${countReasons(refusals)}.`, clearsNomination: true };
}
