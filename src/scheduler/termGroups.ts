import { selectorText, type AffinityTerm } from "./affinityTerms.ts";
import type { PodInfo } from "./podInfo.ts";

/** One (anti-)affinity term and how many placed pods carry it, by node. Replicas of a workload share their terms. */
export interface TermGroup {
  readonly term: AffinityTerm;
  readonly byNode: ReadonlyMap<string, number>;
}

interface MutableGroup extends TermGroup {
  readonly byNode: Map<string, number>;
}

function keyOf(term: AffinityTerm): string {
  return JSON.stringify([term.weight, term.topologyKey, term.namespaces, selectorText(term.namespaceSelector), selectorText(term.selector)]);
}

/** The terms of one sort that placed pods carry, equal ones counted together. */
export class TermGroups {
  private readonly groups = new Map<string, MutableGroup>();

  change(terms: readonly AffinityTerm[], node: string, by: 1 | -1): void {
    for (const term of terms) {
      const key = keyOf(term);
      let group = this.groups.get(key);
      if (group === undefined) {
        group = { term, byNode: new Map() };
        this.groups.set(key, group);
      }
      const count = (group.byNode.get(node) ?? 0) + by;
      if (count === 0) group.byNode.delete(node);
      else group.byNode.set(node, count);
      if (group.byNode.size === 0) this.groups.delete(key);
    }
  }

  values(): Iterable<TermGroup> {
    return this.groups.values();
  }

  get size(): number {
    return this.groups.size;
  }
}

/** What placed pods ask of pods that come. */
export class PlacedTerms {
  readonly required = new TermGroups();
  readonly requiredAnti = new TermGroups();
  readonly preferred = new TermGroups();
  readonly preferredAnti = new TermGroups();

  change(pod: PodInfo, node: string, by: 1 | -1): void {
    const { required, requiredAnti, preferred, preferredAnti } = pod.affinity;
    this.required.change(required, node, by);
    this.requiredAnti.change(requiredAnti, node, by);
    this.preferred.change(preferred, node, by);
    this.preferredAnti.change(preferredAnti, node, by);
  }
}
