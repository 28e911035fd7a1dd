import { matches } from "../../apimachinery/labels.ts";
import { isOfAllNamespaces, selectorText, termMatches, type AffinityTerm } from "../affinityTerms.ts";
import type { ClusterObjects, ClusterView } from "../clusterView.ts";
import type { InterPodAffinityArgs } from "../configuration.ts";
import { skip, success, type CycleState, type NodeInfo, type PreFilterResult, type SchedulerPlugin } from "../framework.ts";
import type { NodeTally } from "../nodeTally.ts";
import type { PodQuery } from "../podCounts.ts";
import type { PodInfo } from "../podInfo.ts";
import type { TermGroup } from "../termGroups.ts";
import { TopologyCounts } from "../topologyCounts.ts";

const name = "InterPodAffinity";
const filterKey = `${name} filter`;
const scoreKey = `${name} score`;
/** What a required term of a placed pod weighs in scores, where nothing else is asked for. */
const ordinaryHardWeight = 1;

/** A term of the pod that comes, its namespaces looked up. */
interface ResolvedTerm {
  readonly term: AffinityTerm;
  /** null: all. */
  readonly namespaces: readonly string[] | null;
}

interface FilterState {
  readonly affinity: readonly ResolvedTerm[];
  readonly antiAffinity: readonly ResolvedTerm[];
  readonly affinityCounts: TopologyCounts;
  readonly antiAffinityCounts: TopologyCounts;
  readonly existingAntiAffinityCounts: TopologyCounts;
}

function labelsOf(node: NodeInfo): Readonly<Record<string, string>> {
  return node.node.metadata.labels ?? {};
}

function resolved(term: AffinityTerm, objects: ClusterObjects): ResolvedTerm {
  if (term.namespaceSelector.nothing) return { term, namespaces: term.namespaces };
  if (isOfAllNamespaces(term)) return { term, namespaces: null };
  const selected = objects.namespaces().filter((namespace) => term.namespaces.includes(namespace) || matches(term.namespaceSelector, objects.namespaceLabels(namespace)));
  return { term, namespaces: selected };
}

function isAbout({ term, namespaces }: ResolvedTerm, other: PodInfo): boolean {
  return (namespaces === null || namespaces.includes(other.pod.metadata.namespace ?? "")) && matches(term.selector, other.pod.metadata.labels);
}

/** A pod satisfies affinity only where it matches every term. */
function isAboutAll(terms: readonly ResolvedTerm[], other: PodInfo): boolean {
  return terms.length > 0 && terms.every((term) => isAbout(term, other));
}

function queryOf(terms: readonly ResolvedTerm[]): PodQuery {
  const namespaces = terms[0]?.namespaces ?? null;
  const equal = terms[0]?.term.selector.requirements.find((requirement) => (requirement.operator === "=" || requirement.operator === "in") && requirement.values.length === 1);
  return {
    key: `affinity ${JSON.stringify(terms.map((term) => [term.namespaces, selectorText(term.term.selector)]))}`,
    namespaces,
    label: equal === undefined ? null : [equal.key, equal.values[0] ?? ""],
    matches: (other) => isAboutAll(terms, other),
  };
}

function matchingGroups(groups: Iterable<TermGroup>, pod: PodInfo, view: ClusterView): readonly TermGroup[] {
  const labels = view.objects.namespaceLabels(pod.pod.metadata.namespace ?? "");
  const matching: TermGroup[] = [];
  for (const group of groups) if (termMatches(group.term, pod.pod, labels)) matching.push(group);
  return matching;
}

/** Follows interpodaffinity/filtering.go, PreFilter. */
function filterState(state: CycleState, pod: PodInfo): FilterState {
  const { view } = state;
  const affinity = pod.affinity.required.map((term) => resolved(term, view.objects));
  const antiAffinity = pod.affinity.requiredAnti.map((term) => resolved(term, view.objects));
  const counted: FilterState = {
    affinity, antiAffinity,
    affinityCounts: new TopologyCounts(), antiAffinityCounts: new TopologyCounts(), existingAntiAffinityCounts: new TopologyCounts(),
  };
  for (const group of matchingGroups(view.terms.requiredAnti.values(), pod, view)) counted.existingAntiAffinityCounts.include(group.term.topologyKey, group.tally.byDomain(group.term.topologyKey), 1);
  if (affinity.length > 0) {
    const tally = view.counts.tally(queryOf(affinity));
    for (const { term } of affinity) counted.affinityCounts.include(term.topologyKey, tally.byDomain(term.topologyKey), 1);
  }
  for (const term of antiAffinity) counted.antiAffinityCounts.include(term.term.topologyKey, view.counts.tally(queryOf([term])).byDomain(term.term.topologyKey), 1);
  return counted;
}

function satisfiesAffinity({ affinity, affinityCounts }: FilterState, pod: PodInfo, labels: Readonly<Record<string, string>>): boolean {
  let podsThere = true;
  for (const { term } of affinity) {
    const value = labels[term.topologyKey];
    if (value === undefined) return false;
    if (affinityCounts.of(term.topologyKey, value) <= 0) podsThere = false;
  }
  // The first of a group that wants to be together may go anywhere.
  return podsThere || (affinityCounts.empty && isAboutAll(affinity, pod));
}

function satisfiesAntiAffinity({ antiAffinity, antiAffinityCounts }: FilterState, labels: Readonly<Record<string, string>>): boolean {
  return antiAffinity.every(({ term }) => {
    const value = labels[term.topologyKey];
    return value === undefined || antiAffinityCounts.of(term.topologyKey, value) <= 0;
  });
}

function satisfiesExisting({ existingAntiAffinityCounts }: FilterState, labels: Readonly<Record<string, string>>): boolean {
  for (const key of existingAntiAffinityCounts.keys()) {
    const value = labels[key];
    if (value !== undefined && existingAntiAffinityCounts.of(key, value) > 0) return false;
  }
  return true;
}

/** What the pod prefers, and what placed pods prefer and require of it, by topology pair. Follows interpodaffinity/scoring.go, PreScore. */
function scorePairs(state: CycleState, pod: PodInfo, hardWeight: number): TopologyCounts {
  const { view } = state;
  const pairs = new TopologyCounts();
  const add = ({ topologyKey }: AffinityTerm, tally: NodeTally, weight: number): void => pairs.include(topologyKey, tally.byDomain(topologyKey), weight);
  const ofPod = (terms: readonly AffinityTerm[], sign: 1 | -1): void => {
    for (const term of terms) add(term, view.counts.tally(queryOf([resolved(term, view.objects)])), sign * term.weight);
  };
  const ofPlaced = (groups: Iterable<TermGroup>, weightOf: (term: AffinityTerm) => number): void => {
    for (const { term, tally } of matchingGroups(groups, pod, view)) add(term, tally, weightOf(term));
  };
  ofPod(pod.affinity.preferred, 1);
  ofPod(pod.affinity.preferredAnti, -1);
  if (hardWeight > 0) ofPlaced(view.terms.required.values(), () => hardWeight);
  ofPlaced(view.terms.preferred.values(), (term) => term.weight);
  ofPlaced(view.terms.preferredAnti.values(), (term) => -term.weight);
  return pairs;
}

const nobodyMinds: PreFilterResult = { status: skip, nodeNames: null };

/** Whether there is any term to score by. */
function anyPrefers({ terms }: ClusterView, { affinity }: PodInfo): boolean {
  return affinity.preferred.length + affinity.preferredAnti.length + terms.required.size + terms.preferred.size + terms.preferredAnti.size > 0;
}

/** Follows pkg/scheduler/framework/plugins/interpodaffinity. */
export function interPodAffinityWith({ hardPodAffinityWeight = ordinaryHardWeight, ignorePreferredTermsOfExistingPods = false }: InterPodAffinityArgs): SchedulerPlugin {
  return {
    name,
    weight: 2,
    preFilter(state, pod) {
      if (pod.affinity.required.length === 0 && pod.affinity.requiredAnti.length === 0 && state.view.terms.requiredAnti.size === 0) return nobodyMinds;
      const counted = filterState(state, pod);
      state.set(filterKey, counted);
      const idle = counted.affinity.length === 0 && counted.antiAffinity.length === 0 && counted.existingAntiAffinityCounts.empty;
      return { status: idle ? skip : success, nodeNames: null };
    },
    adjust(state, pod, other, node, by) {
      const counted = state.get<FilterState>(filterKey);
      if (counted === null) return;
      const labels = labelsOf(node);
      const namespaceLabels = state.view.objects.namespaceLabels(pod.pod.metadata.namespace ?? "");
      for (const term of other.affinity.requiredAnti) if (termMatches(term, pod.pod, namespaceLabels)) counted.existingAntiAffinityCounts.add(term.topologyKey, labels, by);
      if (isAboutAll(counted.affinity, other)) for (const { term } of counted.affinity) counted.affinityCounts.add(term.topologyKey, labels, by);
      for (const term of counted.antiAffinity) if (isAbout(term, other)) counted.antiAffinityCounts.add(term.term.topologyKey, labels, by);
    },
    filter(state, pod, node) {
      const counted = state.get<FilterState>(filterKey);
      if (counted === null) return success;
      const labels = labelsOf(node);
      if (!satisfiesAffinity(counted, pod, labels)) return { code: "unresolvable", reasons: ["node(s) didn't match pod affinity rules"] };
      if (!satisfiesAntiAffinity(counted, labels)) return { code: "unschedulable", reasons: ["node(s) didn't match pod anti-affinity rules"] };
      if (!satisfiesExisting(counted, labels)) return { code: "unschedulable", reasons: ["node(s) didn't satisfy existing pods anti-affinity rules"] };
      return success;
    },
    preScore(state, pod) {
      const { preferred, preferredAnti } = pod.affinity;
      if (ignorePreferredTermsOfExistingPods && preferred.length + preferredAnti.length === 0) return skip;
      if (!anyPrefers(state.view, pod)) return skip;
      const pairs = scorePairs(state, pod, hardPodAffinityWeight);
      if (pairs.empty) return skip;
      state.set(scoreKey, pairs);
      return success;
    },
    score(state, _pod, node) {
      const pairs = state.get<TopologyCounts>(scoreKey);
      if (pairs === null) return 0;
      let score = 0;
      for (const key of pairs.keys()) {
        const value = labelsOf(node)[key];
        if (value !== undefined) score += pairs.of(key, value);
      }
      return score;
    },
    normalize(scores) {
      const lowest = scores.reduce((least, score) => Math.min(least, score), Number.MAX_SAFE_INTEGER);
      const highest = scores.reduce((most, score) => Math.max(most, score), Number.MIN_SAFE_INTEGER);
      const range = highest - lowest;
      return scores.map((score) => (range > 0 ? Math.floor(100 * ((score - lowest) / range)) : 0));
    },
    wakesOn: ["nodeAdd", "nodeUpdate", "podAdd", "podRelabel", "podDelete"],
    podMayHelp(waiting, other, view) {
      const { required, requiredAnti } = waiting.affinity;
      if ([...required, ...requiredAnti].some((term) => isAbout(resolved(term, view.objects), other))) return true;
      const namespaceLabels = view.objects.namespaceLabels(waiting.pod.metadata.namespace ?? "");
      return other.affinity.requiredAnti.some((term) => termMatches(term, waiting.pod, namespaceLabels));
    },
  };
}

export const interPodAffinity: SchedulerPlugin = interPodAffinityWith({});
