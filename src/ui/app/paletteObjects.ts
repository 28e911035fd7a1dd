import type { GraphFact } from "../../hosts/protocol.ts";
import { isMachineRoom } from "../selectors/trafficModel.ts";

/** How many objects the palette lists; the rest are found by typing more of a name. Each more is laid out while a person waits. */
export const objectLimit = 40;

/** What an object is found by. */
export function wordsOf({ ref }: GraphFact): string {
  return `${ref.gvk.kind} ${ref.namespace}/${ref.name}`;
}

/** Whether all letters of what was typed are in a text, in their order: what the list itself can find. */
function mayMatch(typed: string, text: string): boolean {
  let at = 0;
  for (const letter of typed.toLowerCase().replaceAll(/\s/g, "")) {
    at = text.indexOf(letter, at) + 1;
    if (at === 0) return false;
  }
  return true;
}

/** How well a line of the list fits what was typed, from `likeness` in its letters: one that has all of its words comes before all others. */
export function fit(line: string, typed: string, likeness: number): number {
  const text = line.toLowerCase();
  const whole = typed.toLowerCase().split(/\s+/).every((word) => text.includes(word));
  return whole ? (1 + likeness) / 2 : likeness / 2;
}

/** The first objects that what was typed may mean, of all that there are. */
export function listedObjects(facts: Iterable<GraphFact>, typed: string): readonly GraphFact[] {
  const found: GraphFact[] = [];
  for (const fact of facts) {
    if (fact.summary.tier === "none" || fact.summary.tier === "config" || isMachineRoom(fact.ref.namespace) || !mayMatch(typed, wordsOf(fact).toLowerCase())) continue;
    if (found.push(fact) === objectLimit) break;
  }
  return found;
}
