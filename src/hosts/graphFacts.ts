import { deepEqual } from "../base/deepEqual.ts";
import type { GraphEdge } from "../kinds/define.ts";
import type { KnownObject, ObjectTable } from "./objectTable.ts";
import type { GraphFact } from "./protocol.ts";

export interface GraphChange {
  readonly upserts: readonly GraphFact[];
  readonly removes: readonly string[];
  readonly edges: { readonly added: readonly GraphEdge[]; readonly removed: readonly GraphEdge[] };
}

/** What the graph is told: facts and edges, and only what is not what it was told before. */
export class GraphFacts {
  private readonly table: ObjectTable;
  private sent = new Map<string, GraphFact>();
  private edges = new Map<string, ReadonlyMap<string, GraphEdge>>();
  /** uid -> those that have an edge with it and must be looked at when it goes. */
  private concerned = new Map<string, Set<string>>();
  private changed = new Set<string>();
  private removed = new Set<string>();

  constructor(table: ObjectTable) {
    this.table = table;
  }

  /** An object was written. `before`: as it was; null where it is new. */
  noteWritten(known: KnownObject, before: KnownObject | undefined): void {
    if (known.kind.graph.tier === "none") return;
    const { uid, namespace } = known.object.metadata;
    if (before !== undefined && before.object.metadata.uid !== uid) this.noteRemoved(before);
    this.changed.add(uid);
    this.removed.delete(uid);
    const sameLabels = before !== undefined && deepEqual(before.object.metadata.labels ?? {}, known.object.metadata.labels ?? {});
    if (!sameLabels || known.kind.graph.tier !== "pod") this.touchSelectors(namespace ?? "");
  }

  noteRemoved(known: KnownObject): void {
    const { uid, namespace } = known.object.metadata;
    this.changed.delete(uid);
    if (this.sent.has(uid)) this.removed.add(uid);
    for (const other of this.concerned.get(uid) ?? []) this.changed.add(other);
    if (known.kind.graph.tier !== "none") this.touchSelectors(namespace ?? "");
  }

  /** What has changed since the last call. */
  take(): GraphChange {
    const upserts: GraphFact[] = [];
    const removes = [...this.removed];
    const added: GraphEdge[] = [];
    const gone: GraphEdge[] = [];
    for (const uid of removes) {
      this.sent.delete(uid);
      this.replaceEdges(uid, [], added, gone);
      this.concerned.delete(uid);
    }
    for (const uid of this.changed) {
      const known = this.table.ofUid(uid);
      if (known === undefined) continue;
      const fact = factOf(known);
      if (!deepEqual(fact, this.sent.get(uid))) {
        this.sent.set(uid, fact);
        upserts.push(fact);
      }
      this.replaceEdges(uid, known.kind.graph.edges(known.object, this.table), added, gone);
    }
    this.changed.clear();
    this.removed.clear();
    return { upserts, removes, edges: { added, removed: gone } };
  }

  /** Everything anew, for one who knows nothing. */
  everything(): GraphChange {
    this.sent.clear();
    this.edges.clear();
    this.concerned.clear();
    this.removed.clear();
    this.changed = new Set([...this.table.all()].filter((known) => known.kind.graph.tier !== "none").map((known) => known.object.metadata.uid));
    return this.take();
  }

  /** Services and Ingresses of a namespace choose among what is in it. */
  private touchSelectors(namespace: string): void {
    for (const plural of ["services", "ingresses"]) {
      for (const { object } of this.table.inNamespace(plural, namespace)) this.changed.add(object.metadata.uid);
    }
  }

  private replaceEdges(uid: string, now: readonly GraphEdge[], added: GraphEdge[], gone: GraphEdge[]): void {
    const before = this.edges.get(uid);
    const after = new Map<string, GraphEdge>();
    for (const edge of now) after.set(`${edge.from} ${edge.to} ${edge.relation}`, edge);
    for (const [key, edge] of before ?? []) if (!after.has(key)) gone.push(edge);
    for (const [key, edge] of after) {
      if (before?.has(key) === true) continue;
      added.push(edge);
      this.concern(edge.from === uid ? edge.to : edge.from, uid);
    }
    if (after.size === 0) this.edges.delete(uid);
    else this.edges.set(uid, after);
  }

  private concern(uid: string, other: string): void {
    const others = this.concerned.get(uid);
    if (others === undefined) this.concerned.set(uid, new Set([other]));
    else others.add(other);
  }
}

export function factOf({ kind, object }: KnownObject): GraphFact {
  const { metadata } = object;
  const { graph } = kind;
  return {
    uid: metadata.uid,
    ref: { gvk: kind.gvk, namespace: metadata.namespace ?? "", name: metadata.name },
    plural: kind.plural,
    health: graph.health(object),
    node: graph.node(object),
    sentence: graph.sentence(object),
    createdAt: metadata.creationTimestamp ?? "",
    deleting: metadata.deletionTimestamp !== undefined,
    summary: graph.summary(object),
  };
}
