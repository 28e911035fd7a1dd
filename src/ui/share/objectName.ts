import type { GraphFact } from "../../hosts/protocol.ts";

/** How a link names the object that is selected: "Pod/default/web-1", "Node//node-1". */
export function objectName({ ref }: GraphFact): string {
  return `${ref.gvk.kind}/${ref.namespace}/${ref.name}`;
}

/** The object of that name; null where it is not there (any more). */
export function objectNamed(facts: Iterable<GraphFact>, name: string): GraphFact | null {
  const wanted = name.toLowerCase();
  for (const fact of facts) if (objectName(fact).toLowerCase() === wanted) return fact;
  return null;
}
