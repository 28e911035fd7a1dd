import { matches, nothing, selectorFromLabelSelector, type Labels, type Selector } from "../apimachinery/labels.ts";
import { compareText } from "../base/compareText.ts";
import type { Pod, PodAffinityTerm, WeightedPodAffinityTerm } from "../kinds/core/pod/types.ts";

/** A pod (anti-)affinity term with its selectors parsed. Follows kube-scheduler/framework/types.go, AffinityTerm. */
export interface AffinityTerm {
  /** Sorted. */
  readonly namespaces: readonly string[];
  /** On the labels of namespaces, beside the list. */
  readonly namespaceSelector: Selector;
  readonly selector: Selector;
  readonly topologyKey: string;
  /** 0 where the term is required. */
  readonly weight: number;
}

/** The (anti-)affinity of one pod. */
export interface PodAffinityTerms {
  readonly required: readonly AffinityTerm[];
  readonly requiredAnti: readonly AffinityTerm[];
  readonly preferred: readonly AffinityTerm[];
  readonly preferredAnti: readonly AffinityTerm[];
}

const none: PodAffinityTerms = { required: [], requiredAnti: [], preferred: [], preferredAnti: [] };

/** The text of a selector: equal selectors have equal texts. */
export function selectorText(selector: Selector): string {
  return selector.nothing ? "nothing" : JSON.stringify(selector.requirements);
}

function termOf(pod: Pod, term: PodAffinityTerm, weight: number): AffinityTerm {
  const named = term.namespaces ?? [];
  const own = named.length === 0 && term.namespaceSelector === undefined;
  return {
    namespaces: own ? [pod.metadata.namespace ?? ""] : [...new Set(named)].sort(compareText),
    namespaceSelector: term.namespaceSelector === undefined ? nothing : selectorFromLabelSelector(term.namespaceSelector),
    selector: selectorFromLabelSelector(term.labelSelector),
    topologyKey: term.topologyKey,
    weight,
  };
}

/** matchLabelKeys and mismatchLabelKeys need no work here: the API server has merged them into the selector when the pod was created. */
export function affinityTermsOf(pod: Pod): PodAffinityTerms {
  const { podAffinity, podAntiAffinity } = pod.spec.affinity ?? {};
  if (podAffinity === undefined && podAntiAffinity === undefined) return none;
  const required = (terms: readonly PodAffinityTerm[] | undefined) => (terms ?? []).map((term) => termOf(pod, term, 0));
  const preferred = (terms: readonly WeightedPodAffinityTerm[] | undefined) => (terms ?? []).map((term) => termOf(pod, term.podAffinityTerm, term.weight));
  return {
    required: required(podAffinity?.requiredDuringSchedulingIgnoredDuringExecution),
    requiredAnti: required(podAntiAffinity?.requiredDuringSchedulingIgnoredDuringExecution),
    preferred: preferred(podAffinity?.preferredDuringSchedulingIgnoredDuringExecution),
    preferredAnti: preferred(podAntiAffinity?.preferredDuringSchedulingIgnoredDuringExecution),
  };
}

/** Whether the term is about this pod. */
export function termMatches(term: AffinityTerm, pod: Pod, namespaceLabels: Labels | undefined): boolean {
  return (term.namespaces.includes(pod.metadata.namespace ?? "") || matches(term.namespaceSelector, namespaceLabels)) && matches(term.selector, pod.metadata.labels);
}

/** Whether the term is about every namespace, whatever its labels. */
export function isOfAllNamespaces(term: AffinityTerm): boolean {
  return !term.namespaceSelector.nothing && term.namespaceSelector.requirements.length === 0;
}
