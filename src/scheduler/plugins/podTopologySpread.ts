import { matches } from "../../apimachinery/labels.ts";
import { naturalLog } from "../../base/naturalLog.ts";
import type { PodTopologySpreadArgs } from "../configuration.ts";
import { skip, success, type CycleState, type NodeInfo, type SchedulerPlugin } from "../framework.ts";
import type { PodInfo } from "../podInfo.ts";
import { constraintsOf, counts, defaultSpread, hasAllKeys, hostnameKey, isCounted, queryOf, type DefaultSpread, type SpreadConstraint } from "./spreadConstraints.ts";

const name = "PodTopologySpread";

/** One DoNotSchedule constraint with the matching pods of each domain. */
interface FilterCount {
  readonly constraint: SpreadConstraint;
  readonly byDomain: Map<string, number>;
  /** Of byDomain; null where it must be looked up again. */
  lowest: number | null;
}

interface ScoreCount {
  readonly constraint: SpreadConstraint;
  /** By domain, or by node where the key is the host name. */
  readonly podCounts: ReadonlyMap<string, number>;
  readonly weight: number;
}

interface ScoreState {
  readonly scored: readonly ScoreCount[];
  readonly ignored: ReadonlySet<string>;
}

const noNodes: ReadonlySet<string> = new Set();
const noCounts: readonly FilterCount[] = [];

const filterKey = `${name} filter`;
const scoreKey = `${name} score`;

function namespaceOf(pod: PodInfo): string {
  return pod.pod.metadata.namespace ?? "";
}

function labelsOf(node: NodeInfo): Readonly<Record<string, string>> {
  return node.node.metadata.labels ?? {};
}

function bump(byDomain: Map<string, number>, domain: string, by: number): void {
  byDomain.set(domain, (byDomain.get(domain) ?? 0) + by);
}

/** Follows podtopologyspread/filtering.go, calPreFilterState: over nodes only, their pods are counted already. */
function filterCounts(state: CycleState, pod: PodInfo, spread: DefaultSpread): readonly FilterCount[] {
  const constraints = constraintsOf(pod.pod, "DoNotSchedule", state.view.objects, spread);
  if (constraints.length === 0) return noCounts;
  const counted = constraints.map((constraint): FilterCount => ({ constraint, byDomain: new Map(), lowest: null }));
  const byNode = constraints.map((constraint) => state.view.counts.count(queryOf(constraint.selector, namespaceOf(pod))));
  for (const node of state.view.nodes()) {
    const labels = labelsOf(node);
    if (!hasAllKeys(constraints, labels)) continue;
    counted.forEach(({ constraint, byDomain }, index) => {
      if (counts(constraint, pod.pod, node.node)) bump(byDomain, labels[constraint.topologyKey] ?? "", byNode[index]?.get(node.name) ?? 0);
    });
  }
  return counted;
}

/** Fewer domains than asked for count as if one more were empty. */
function lowestCount(count: FilterCount): number {
  if (count.byDomain.size < count.constraint.minDomains) return 0;
  if (count.lowest === null) {
    let lowest = Number.MAX_SAFE_INTEGER;
    for (const pods of count.byDomain.values()) lowest = Math.min(lowest, pods);
    count.lowest = lowest;
  }
  return count.lowest;
}

/** Follows podtopologyspread/scoring.go, initPreScoreState and PreScore. */
function scoreState(state: CycleState, pod: PodInfo, nodes: readonly NodeInfo[], spread: DefaultSpread): ScoreState | null {
  const constraints = constraintsOf(pod.pod, "ScheduleAnyway", state.view.objects, spread);
  if (constraints.length === 0) return null;
  const asksAllKeys = !spread.isSystems || (pod.pod.spec.topologySpreadConstraints ?? []).length > 0;
  const ignored = asksAllKeys ? nodesWithoutAllKeys(constraints, nodes) : noNodes;
  const scored: ScoreCount[] = [];
  for (const constraint of constraints) {
    const byNode = state.view.counts.count(queryOf(constraint.selector, namespaceOf(pod)));
    const ofHosts = constraint.topologyKey === hostnameKey;
    const podCounts = ofHosts ? byNode : domainCounts(constraint, asksAllKeys ? constraints : null, byNode, state, pod, nodes, ignored);
    scored.push({ constraint, podCounts, weight: naturalLog((ofHosts ? nodes.length - ignored.size : podCounts.size) + 2) });
  }
  return { scored, ignored };
}

function nodesWithoutAllKeys(constraints: readonly SpreadConstraint[], nodes: readonly NodeInfo[]): ReadonlySet<string> {
  const names = new Set<string>();
  for (const node of nodes) if (!hasAllKeys(constraints, labelsOf(node))) names.add(node.name);
  return names;
}

/** Matching pods by domain, of the domains that the nodes to be scored make up. `asked`: constraints whose keys a node must have all. */
function domainCounts(constraint: SpreadConstraint, asked: readonly SpreadConstraint[] | null, byNode: ReadonlyMap<string, number>, state: CycleState, pod: PodInfo, nodes: readonly NodeInfo[], ignored: ReadonlySet<string>): ReadonlyMap<string, number> {
  const { topologyKey } = constraint;
  const byDomain = new Map<string, number>();
  for (const node of nodes) if (!ignored.has(node.name)) byDomain.set(labelsOf(node)[topologyKey] ?? "", 0);
  // Few nodes have matching pods: those are looked up.
  for (const [name, pods] of byNode) {
    const node = state.view.node(name);
    if (node === null) continue;
    const labels = labelsOf(node);
    if (asked !== null && !hasAllKeys(asked, labels)) continue;
    const domain = labels[topologyKey] ?? "";
    if (byDomain.has(domain) && counts(constraint, pod.pod, node.node)) bump(byDomain, domain, pods);
  }
  return byDomain;
}

/** Follows pkg/scheduler/framework/plugins/podtopologyspread. */
export function podTopologySpreadWith(args: PodTopologySpreadArgs): SchedulerPlugin {
  const spread = defaultSpread(args);
  return {
    name,
    weight: 2,
    preFilter(state, pod) {
      const counted = filterCounts(state, pod, spread);
      state.set(filterKey, counted);
      return { status: counted.length === 0 ? skip : success, nodeNames: null };
    },
    adjust(state, pod, other, node, by) {
      const counted = state.get<readonly FilterCount[]>(filterKey) ?? [];
      const labels = labelsOf(node);
      if (!hasAllKeys(counted.map((count) => count.constraint), labels)) return;
      for (const count of counted) {
        const { constraint } = count;
        if (!isCounted(constraint.selector, namespaceOf(pod), other.pod) || !counts(constraint, pod.pod, node.node)) continue;
        bump(count.byDomain, labels[constraint.topologyKey] ?? "", by);
        count.lowest = null;
      }
    },
    filter(state, pod, node) {
      for (const count of state.get<readonly FilterCount[]>(filterKey) ?? []) {
        const { constraint, byDomain } = count;
        const domain = labelsOf(node)[constraint.topologyKey];
        if (domain === undefined) return { code: "unresolvable", reasons: ["node(s) didn't match pod topology spread constraints (missing required label)"] };
        const itself = matches(constraint.selector, pod.pod.metadata.labels) ? 1 : 0;
        if ((byDomain.get(domain) ?? 0) + itself - lowestCount(count) > constraint.maxSkew) {
          return { code: "unschedulable", reasons: ["node(s) didn't match pod topology spread constraints"] };
        }
      }
      return success;
    },
    preScore(state, pod, nodes) {
      const counted = scoreState(state, pod, nodes, spread);
      if (counted === null) return skip;
      state.set(scoreKey, counted);
      return success;
    },
    /** The more pods there are already, the higher: normalize turns it round. */
    score(state, _pod, node) {
      const counted = state.get<ScoreState>(scoreKey);
      if (counted === null || counted.ignored.has(node.name)) return 0;
      let score = 0;
      for (const { constraint, podCounts, weight } of counted.scored) {
        const domain = labelsOf(node)[constraint.topologyKey];
        if (domain === undefined) continue;
        const pods = podCounts.get(constraint.topologyKey === hostnameKey ? node.name : domain) ?? 0;
        score += pods * weight + (constraint.maxSkew - 1);
      }
      return Math.round(score);
    },
    normalize(scores, state, nodes) {
      const ignored = state.get<ScoreState>(scoreKey)?.ignored ?? noNodes;
      const counted = ignored.size === 0 ? scores : scores.filter((_score, index) => !ignored.has(nodes[index]?.name ?? ""));
      const lowest = counted.reduce((least, score) => Math.min(least, score), Number.MAX_SAFE_INTEGER);
      const highest = counted.reduce((most, score) => Math.max(most, score), 0);
      return scores.map((score, index) => {
        if (ignored.has(nodes[index]?.name ?? "")) return 0;
        return highest === 0 ? 100 : Math.floor((100 * (highest + lowest - score)) / highest);
      });
    },
    wakesOn: ["nodeAdd", "nodeUpdate", "nodeDelete", "podAdd", "podRelabel", "podDelete"],
    podMayHelp(waiting, other, view) {
      const namespace = namespaceOf(waiting);
      return namespaceOf(other) === namespace && constraintsOf(waiting.pod, "DoNotSchedule", view.objects, spread).some((constraint) => matches(constraint.selector, other.pod.metadata.labels));
    },
  };
}

export const podTopologySpread: SchedulerPlugin = podTopologySpreadWith({});
