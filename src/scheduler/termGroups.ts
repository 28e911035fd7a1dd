import { selectorText, type AffinityTerm } from "./affinityTerms.ts";
import { NodeTally, type LabelsOfNode } from "./nodeTally.ts";
import type { PodInfo } from "./podInfo.ts";

/** One (anti-)affinity term and how many placed pods carry it, by node. Replicas of a workload share their terms. */
export interface TermGroup {
  readonly term: AffinityTerm;
  readonly tally: NodeTally;
}

function keyOf(term: AffinityTerm): string {
  return JSON.stringify([term.weight, term.topologyKey, term.namespaces, selectorText(term.namespaceSelector), selectorText(term.selector)]);
}

/** The terms of one sort that placed pods carry, equal ones counted together. */
export class TermGroups {
  private readonly groups = new Map<string, TermGroup>();
  private readonly labelsOf: LabelsOfNode;

  constructor(labelsOf: LabelsOfNode) {
    this.labelsOf = labelsOf;
  }

  change(terms: readonly AffinityTerm[], node: string, by: 1 | -1): void {
    for (const term of terms) {
      const key = keyOf(term);
      let group = this.groups.get(key);
      if (group === undefined) {
        group = { term, tally: new NodeTally(this.labelsOf) };
        this.groups.set(key, group);
      }
      group.tally.add(node, by);
      if (group.tally.byNode.size === 0) this.groups.delete(key);
    }
  }

  values(): Iterable<TermGroup> {
    return this.groups.values();
  }

  forgetDomains(): void {
    for (const { tally } of this.groups.values()) tally.forgetDomains();
  }

  get size(): number {
    return this.groups.size;
  }
}

/** What placed pods ask of pods that come. */
export class PlacedTerms {
  readonly required: TermGroups;
  readonly requiredAnti: TermGroups;
  readonly preferred: TermGroups;
  readonly preferredAnti: TermGroups;

  constructor(labelsOf: LabelsOfNode) {
    this.required = new TermGroups(labelsOf);
    this.requiredAnti = new TermGroups(labelsOf);
    this.preferred = new TermGroups(labelsOf);
    this.preferredAnti = new TermGroups(labelsOf);
  }

  forgetDomains(): void {
    for (const groups of [this.required, this.requiredAnti, this.preferred, this.preferredAnti]) groups.forgetDomains();
  }

  change(pod: PodInfo, node: string, by: 1 | -1): void {
    const { required, requiredAnti, preferred, preferredAnti } = pod.affinity;
    this.required.change(required, node, by);
    this.requiredAnti.change(requiredAnti, node, by);
    this.preferred.change(preferred, node, by);
    this.preferredAnti.change(preferredAnti, node, by);
  }
}
