import type { Labels } from "../apimachinery/labels.ts";

/** Labels of a node that is known; undefined: it is not, and what runs there counts for no domain. */
export type LabelsOfNode = (node: string) => Labels | undefined;

const noDomains: ReadonlyMap<string, number> = new Map();

function bump(counts: Map<string, number>, key: string, by: number): void {
  const count = (counts.get(key) ?? 0) + by;
  if (count === 0) counts.delete(key);
  else counts.set(key, count);
}

/** A count by node, and by the domains (values of a label) that were asked for: both follow each change, so that asking costs nothing. */
export class NodeTally {
  readonly byNode = new Map<string, number>();
  private domains: Map<string, Map<string, number>> | null = null;
  private readonly labelsOf: LabelsOfNode;

  constructor(labelsOf: LabelsOfNode) {
    this.labelsOf = labelsOf;
  }

  add(node: string, by: number): void {
    bump(this.byNode, node, by);
    if (this.domains === null) return;
    const labels = this.labelsOf(node);
    if (labels === undefined) return;
    for (const [key, counts] of this.domains) {
      const value = labels[key];
      if (value !== undefined) bump(counts, value, by);
    }
  }

  /** Nodes without the label count for none. */
  byDomain(key: string): ReadonlyMap<string, number> {
    if (this.byNode.size === 0) return noDomains;
    const known = this.domains?.get(key);
    if (known !== undefined) return known;
    const counts = new Map<string, number>();
    for (const [node, count] of this.byNode) {
      const value = this.labelsOf(node)?.[key];
      if (value !== undefined) bump(counts, value, count);
    }
    (this.domains ??= new Map()).set(key, counts);
    return counts;
  }

  /** Labels of nodes changed. */
  forgetDomains(): void {
    this.domains = null;
  }
}
