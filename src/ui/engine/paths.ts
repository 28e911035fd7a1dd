import type { GraphFact } from "../../hosts/protocol.ts";

/** REST path of a collection: "/apis/apps/v1/namespaces/default/deployments". */
export function collectionPath(gv: { readonly group: string; readonly version: string }, plural: string, namespace: string): string {
  const root = gv.group === "" ? `/api/${gv.version}` : `/apis/${gv.group}/${gv.version}`;
  return namespace === "" ? `${root}/${plural}` : `${root}/namespaces/${namespace}/${plural}`;
}

/** REST path of the object that a fact stands for. */
export function factPath(fact: GraphFact): string {
  return `${collectionPath(fact.ref.gvk, fact.plural, fact.ref.namespace)}/${fact.ref.name}`;
}
