import { compareText } from "../../base/compareText.ts";
import type { JsonObject } from "../../base/json.ts";
import type { KubeObject } from "../../apimachinery/objectMeta.ts";
import type { GraphEdge, GraphTraits, ObjectIndex } from "../define.ts";

/** An edge from each owner that still exists. */
export function ownerEdges(obj: KubeObject, index: ObjectIndex): readonly GraphEdge[] {
  const edges: GraphEdge[] = [];
  for (const owner of obj.metadata.ownerReferences ?? []) {
    if (index.byUid(owner.uid) !== null) edges.push({ from: owner.uid, to: obj.metadata.uid, relation: "owns" });
  }
  return edges;
}

/** Graph traits of a kind whose objects are plain configuration: they are there or they are leaving. */
export function configGraph<O extends KubeObject>(traits: {
  readonly icon: string;
  readonly tier: "config" | "none";
  sentence(obj: O): string;
  facts(obj: O): JsonObject;
}): GraphTraits<O> {
  return {
    icon: traits.icon,
    tier: traits.tier,
    health: (obj) => (obj.metadata.deletionTimestamp === undefined ? "ok" : "terminating"),
    node: () => null,
    sentence: (obj) => (obj.metadata.deletionTimestamp === undefined ? traits.sentence(obj) : "Being deleted."),
    summary: (obj) => ({ tier: traits.tier, facts: traits.facts(obj) }),
    edges: ownerEdges,
  };
}

/** Keys of a record in a fixed order. */
export function sortedKeys(record: Readonly<Record<string, unknown>> | undefined): readonly string[] {
  return record === undefined ? [] : Object.keys(record).sort(compareText);
}

/** "1 pod", "2 pods". */
export function plural(count: number, one: string, many = `${one}s`): string {
  return `${count} ${count === 1 ? one : many}`;
}
