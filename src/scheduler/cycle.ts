import { compareText } from "../base/compareText.ts";
import type { Random } from "../sim/random.ts";
import { copyNodeInfo } from "./cache.ts";
import type { ClusterView } from "./clusterView.ts";
import { CycleState, isRefusal, success, type NodeInfo, type SchedulerPlugin, type SchedulingStatus } from "./framework.ts";
import type { PodInfo } from "./podInfo.ts";

export interface Rejection {
  /** "" where a PreFilter plugin left the node out. */
  readonly plugin: string;
  readonly resolvable: boolean;
  readonly reasons: readonly string[];
}

/** The whole table of one attempt: what the inspector shows and FailedScheduling is made of. */
export interface Decision {
  /** In the order in which nodes were looked at. */
  readonly feasible: readonly string[];
  readonly rejected: ReadonlyMap<string, Rejection>;
  /** The nodes that were scored: none where only one fits. */
  readonly scored: readonly string[];
  /** plugin -> 0..100 for each of them, before the weight. */
  readonly scores: ReadonlyMap<string, readonly number[]>;
  /** The weighted sum for each of them. */
  readonly final: readonly number[];
  readonly chosen: string | null;
  /** All nodes with the best score. */
  readonly best: readonly string[];
  /** Names of the plugins that refused: what may wake the pod again. */
  readonly refusedBy: readonly string[];
  readonly nodeCount: number;
  /** What a PreFilter plugin refused the pod for, wherever it would go; null where nodes were looked at. */
  readonly refusedAtOnce: string | null;
  /** Where the next pod's sample starts. */
  readonly nextStart: number;
}

interface FilterAnswer {
  readonly plugin: string;
  readonly status: SchedulingStatus;
}

const fitting: FilterAnswer = { plugin: "", status: success };

/** Tells every plugin that keeps counts that `other` is on the node (1), or is not (-1). */
export function adjustAll(plugins: readonly SchedulerPlugin[], state: CycleState, pod: PodInfo, other: PodInfo, node: NodeInfo, by: 1 | -1): void {
  for (const plugin of plugins) if (!state.skippedFilter.has(plugin.name)) plugin.adjust?.(state, pod, other, node, by);
}

/**
 * Runs the filters of one node, the first refusal ends it. Where pods of the same or a higher priority are nominated to the node, it must
 * fit with them there and without them. Follows framework/runtime/framework.go, RunFilterPluginsWithNominatedPods.
 */
export function filterNode(plugins: readonly SchedulerPlugin[], state: CycleState, pod: PodInfo, node: NodeInfo): FilterAnswer {
  const waiting = state.view.nominated(node.name);
  const first = waiting.size === 0 ? [] : [...waiting.values()].filter((other) => other.priority >= pod.priority && other.key !== pod.key);
  if (first.length > 0) {
    const withThem = copyNodeInfo(node);
    for (const other of first) {
      withThem.add(other);
      adjustAll(plugins, state, pod, other, node, 1);
    }
    const answer = filterOnce(plugins, state, pod, withThem);
    for (const other of first) adjustAll(plugins, state, pod, other, node, -1);
    if (isRefusal(answer.status)) return answer;
  }
  return filterOnce(plugins, state, pod, node);
}

function filterOnce(plugins: readonly SchedulerPlugin[], state: CycleState, pod: PodInfo, node: NodeInfo): FilterAnswer {
  for (const plugin of state.filters(plugins)) {
    const status = plugin.filter(state, pod, node);
    if (status !== success && isRefusal(status)) return { plugin: plugin.name, status };
  }
  return fitting;
}

/** How many fitting nodes are enough; `percentage` 0 goes by their number. Follows schedule_one.go, numFeasibleNodesToFind. */
export function feasibleNodesToFind(nodeCount: number, percentage: number): number {
  if (nodeCount < 100) return nodeCount;
  const percent = percentage === 0 ? Math.max(5, 50 - Math.floor(nodeCount / 125)) : percentage;
  return Math.max(100, Math.floor((nodeCount * percent) / 100));
}

function scoreNodes(plugins: readonly SchedulerPlugin[], state: CycleState, pod: PodInfo, nodes: readonly NodeInfo[]): { readonly scores: ReadonlyMap<string, readonly number[]>; readonly final: readonly number[] } {
  const scores = new Map<string, readonly number[]>();
  const final: number[] = nodes.map(() => 0);
  for (const plugin of plugins) {
    if (plugin.score === undefined) continue;
    if (plugin.preScore?.(state, pod, nodes).code === "skip") continue;
    const raw: number[] = [];
    for (const node of nodes) raw.push(plugin.score(state, pod, node));
    const normalized = plugin.normalize?.(raw, state, nodes) ?? raw;
    for (let at = 0; at < final.length; at++) final[at] = (final[at] ?? 0) + (normalized[at] ?? 0) * plugin.weight;
    scores.set(plugin.name, normalized);
  }
  return { scores, final };
}

function intersect(a: ReadonlySet<string> | null, b: ReadonlySet<string>): ReadonlySet<string> {
  return a === null ? b : new Set([...b].filter((name) => a.has(name)));
}

/** Pure but for the draw among equals. Follows pkg/scheduler/schedule_one.go, schedulePod. */
export function decide(plugins: readonly SchedulerPlugin[], pod: PodInfo, view: ClusterView, start: number, random: Random, percentageOfNodesToScore = 0): { readonly decision: Decision; readonly state: CycleState } {
  const state = new CycleState(view);
  const nodes = view.nodes();
  const rejected = new Map<string, Rejection>();
  const refusedBy = new Set<string>();
  let allowed: ReadonlySet<string> | null = null;
  const narrowedBy: string[] = [];
  let refusedAtOnce: string | null = null;
  for (const plugin of plugins) {
    if (plugin.preFilter === undefined) continue;
    const { status, nodeNames } = plugin.preFilter(state, pod);
    if (status.code === "skip") state.skippedFilter.add(plugin.name);
    if (isRefusal(status)) {
      for (const node of nodes) rejected.set(node.name, { plugin: plugin.name, resolvable: status.code === "unschedulable", reasons: status.reasons });
      refusedBy.add(plugin.name);
      refusedAtOnce = status.reasons.join(", ");
      break;
    }
    if (nodeNames !== null) {
      allowed = intersect(allowed, nodeNames);
      narrowedBy.push(plugin.name);
    }
  }
  const feasible: NodeInfo[] = [];
  const wanted = feasibleNodesToFind(nodes.length, percentageOfNodesToScore);
  let processed = 0;
  // Where preemption made room, nothing else is looked at. Follows schedule_one.go, evaluateNominatedNode.
  const nominated = view.node(pod.pod.status?.nominatedNodeName ?? "");
  if (nominated !== null && rejected.size === 0 && (allowed?.has(nominated.name) ?? true) && !isRefusal(filterNode(plugins, state, pod, nominated).status)) feasible.push(nominated);
  if (rejected.size === 0 && feasible.length === 0) {
    for (; processed < nodes.length && feasible.length < wanted; processed++) {
      const node = nodes[(start + processed) % nodes.length];
      if (node === undefined) continue;
      if (allowed !== null && !allowed.has(node.name)) {
        rejected.set(node.name, { plugin: "", resolvable: false, reasons: [`node(s) didn't satisfy plugin(s) [${narrowedBy.join(" ")}]`] });
        for (const name of narrowedBy) refusedBy.add(name);
        continue;
      }
      const { plugin, status } = filterNode(plugins, state, pod, node);
      if (isRefusal(status)) {
        rejected.set(node.name, { plugin, resolvable: status.code === "unschedulable", reasons: status.reasons });
        refusedBy.add(plugin);
      } else feasible.push(node);
    }
  }
  const names = feasible.map((node) => node.name);
  const scored = feasible.length > 1 ? names : [];
  const { scores, final } = feasible.length > 1 ? scoreNodes(plugins, state, pod, feasible) : { scores: new Map<string, readonly number[]>(), final: [] };
  const top = final.reduce((most, score) => Math.max(most, score), 0);
  const best = names.filter((_name, at) => (final[at] ?? 0) === top);
  const chosen = best.length === 0 ? null : best.length === 1 ? (best[0] ?? null) : random.pick(best);
  return {
    state,
    decision: {
      feasible: names,
      rejected, scored, scores, final, chosen, best,
      refusedBy: [...refusedBy].sort(compareText),
      nodeCount: nodes.length,
      refusedAtOnce,
      nextStart: nodes.length === 0 ? 0 : (start + processed) % nodes.length,
    },
  };
}

/** "2 Insufficient cpu, 3 node(s) were unschedulable" */
export function countReasons(rejected: Iterable<readonly string[]>): string {
  const counts = new Map<string, number>();
  for (const reasons of rejected) for (const reason of reasons) counts.set(reason, (counts.get(reason) ?? 0) + 1);
  return [...counts].map(([reason, count]) => `${count} ${reason}`).sort(compareText).join(", ");
}

/** Follows pkg/scheduler/framework/types.go, FitError.Error. */
export function fitErrorText(decision: Decision, postFilter: string): string {
  if (decision.nodeCount === 0) return "no nodes available to schedule pods";
  // The first plugin that would make room does not find what it left behind when nodes are looked at, and that is all that is said.
  if (decision.refusedAtOnce !== null) return `0/${decision.nodeCount} nodes are available: ${decision.refusedAtOnce}. not found`;
  const reasons = countReasons([...decision.rejected.values()].map((rejection) => rejection.reasons));
  const head = `0/${decision.nodeCount} nodes are available${reasons === "" ? "" : `: ${reasons}.`}`;
  return postFilter === "" ? head : `${head} ${postFilter}`;
}
