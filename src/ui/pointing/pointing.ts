import type { GraphFact } from "../../hosts/protocol.ts";
import type { GraphEdge } from "../../kinds/define.ts";
import type { EditorFile } from "../stores/editorStore.ts";
import { documentsOf, type DocumentLines } from "./documents.ts";

/** Of one document: more are not lit. */
const mostLit = 300;

/** The object of a document and all that it owns: what lights up in the graph. */
export function uidsOf({ kind, namespace, name }: DocumentLines, facts: ReadonlyMap<string, GraphFact>, edges: Iterable<GraphEdge>): readonly string[] {
  let own: GraphFact | undefined;
  for (const fact of facts.values()) {
    const { ref } = fact;
    if (ref.gvk.kind === kind && ref.name === name && (ref.namespace === "" || ref.namespace === (namespace || "default"))) own = fact;
  }
  if (own === undefined) return [];
  const below = new Map<string, string[]>();
  for (const { from, to, relation } of edges) {
    if (relation !== "owns") continue;
    const list = below.get(from);
    if (list === undefined) below.set(from, [to]);
    else list.push(to);
  }
  const found = new Set([own.uid]);
  // A set is walked in the order in which it grows.
  for (const uid of found) for (const child of found.size < mostLit ? (below.get(uid) ?? []) : []) found.add(child);
  return [...found];
}

/** The document that an object came from: its own, or that of its nearest owner. */
export function documentOf(uid: string, facts: ReadonlyMap<string, GraphFact>, edges: Iterable<GraphEdge>, files: readonly EditorFile[]): { readonly file: string; readonly document: DocumentLines } | null {
  const owners = new Map<string, string>();
  for (const { from, to, relation } of edges) if (relation === "owns") owners.set(to, from);
  const passed = new Set<string>();
  for (let at: string | undefined = uid; at !== undefined && !passed.has(at); at = owners.get(at)) {
    passed.add(at);
    const fact = facts.get(at);
    if (fact === undefined) continue;
    const { ref } = fact;
    for (const { name: file, text } of files) {
      const document = documentsOf(text).find(({ kind, namespace, name }) => kind === ref.gvk.kind && name === ref.name && (ref.namespace === "" || ref.namespace === (namespace || "default")));
      if (document !== undefined) return { file, document };
    }
  }
  return null;
}
