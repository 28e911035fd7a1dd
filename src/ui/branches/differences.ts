import type { GraphFact } from "../../hosts/protocol.ts";

/** One object that is not the same on both sides: what each says of it, null where it is not there. */
export interface Difference {
  readonly key: string;
  readonly kind: string;
  /** "web", "kube-system/coredns" */
  readonly name: string;
  readonly here: GraphFact | null;
  readonly there: GraphFact | null;
}

/** Enough to read; the rest is counted. */
export const mostDifferences = 100;

/** Pods come last: there are many, and what they belong to says most of it. */
const order: Readonly<Record<string, number>> = { node: 0, pod: 2 };

function keyOf({ plural, ref }: GraphFact): string {
  return `${plural}/${ref.namespace ?? ""}/${ref.name}`;
}

function byKey(facts: Iterable<GraphFact>): Map<string, GraphFact> {
  const found = new Map<string, GraphFact>();
  for (const fact of facts) found.set(keyOf(fact), fact);
  return found;
}

function same(a: GraphFact, b: GraphFact): boolean {
  return a.health === b.health && a.sentence === b.sentence && a.node === b.node && a.deleting === b.deleting;
}

/** Objects by kind and name, for those of the one history are other objects than those of the other. In a fixed order. */
export function differences(here: Iterable<GraphFact>, there: Iterable<GraphFact>): readonly Difference[] {
  const [ours, theirs] = [byKey(here), byKey(there)];
  const found: Difference[] = [];
  for (const key of new Set([...ours.keys(), ...theirs.keys()])) {
    const [one, other] = [ours.get(key) ?? null, theirs.get(key) ?? null];
    const fact = one ?? other;
    if (fact === null || (one !== null && other !== null && same(one, other))) continue;
    const { gvk, namespace = "", name } = fact.ref;
    found.push({ key, kind: gvk.kind, name: namespace === "" || namespace === "default" ? name : `${namespace}/${name}`, here: one, there: other });
  }
  const rank = ({ here: one, there: other }: Difference): number => order[(one ?? other)?.summary.tier ?? ""] ?? 1;
  return found.sort((a, b) => rank(a) - rank(b) || (a.key < b.key ? -1 : 1));
}
