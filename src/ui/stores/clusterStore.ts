import { createStore } from "zustand/vanilla";
import { deepEqual } from "../../base/deepEqual.ts";
import type { Frame, GraphFact, TimelineMark } from "../../hosts/protocol.ts";
import type { GraphEdge } from "../../kinds/define.ts";

/** How many marks the timeline keeps. */
const markLimit = 400;

export interface ClusterState {
  /** False until the first frame. */
  readonly running: boolean;
  readonly now: number;
  /** The time that facts, faults and traffic are of; null: they are of now. */
  readonly lookingAt: number | null;
  /** Rises when another run begins. */
  readonly run: number;
  readonly epochUs: number;
  readonly revision: number;
  readonly speed: number;
  readonly booting: boolean;
  readonly replaying: boolean;
  /** By uid. Changed in place, so that one frame costs what it changed: watch one entry, or `structure`, or `change`. */
  readonly facts: ReadonlyMap<string, GraphFact>;
  readonly edges: ReadonlyMap<string, GraphEdge>;
  /** Rises when an object comes, goes or moves to another node, or an edge changes. */
  readonly structure: number;
  /** Rises with every changed fact. */
  readonly change: number;
  readonly marks: readonly TimelineMark[];
  readonly faults: Frame["faults"];
  readonly traffic: Frame["traffic"];
  readonly stopped: Frame["stopped"];
  readonly flowTotals: Frame["flowTotals"];
  /** Why the engine ended for good, if it did. */
  readonly failure: string | null;
}

export function createClusterStore() {
  return createStore<ClusterState>(() => ({
    running: false,
    now: 0,
    lookingAt: null,
    run: 0,
    epochUs: 0,
    revision: 0,
    speed: 1,
    booting: true,
    replaying: false,
    facts: new Map(),
    edges: new Map(),
    structure: 0,
    change: 0,
    marks: [],
    faults: [],
    traffic: [],
    stopped: [],
    flowTotals: { answered: 0, failed: 0, p99Us: 0 },
    failure: null,
  }));
}
export type ClusterStore = ReturnType<typeof createClusterStore>;

/** Of more objects than this nobody follows each: a small cluster's own, and about two dozen pods. */
const crowd = 120;

export function isCrowd({ facts }: ClusterState): boolean {
  return facts.size > crowd;
}

/** The time that the picture shows. */
export function shownTime({ now, lookingAt }: ClusterState): number {
  return lookingAt ?? now;
}

export function edgeKey(edge: GraphEdge): string {
  return `${edge.from}|${edge.relation}|${edge.to}`;
}

/** Whether the picture has other boxes than before, not only other words in them. */
function movesStructure(old: GraphFact | undefined, fact: GraphFact): boolean {
  return old === undefined || old.node !== fact.node || old.deleting !== fact.deleting || old.summary.tier !== fact.summary.tier;
}

/** The old value where the new one says the same: who watches it has nothing to draw. */
function kept<T extends object>(old: T, fresh: T): T {
  return deepEqual(old, fresh) ? old : fresh;
}

/** Takes a frame into the store: one setState, cost in proportion to what changed. */
export function applyFrame(store: ClusterStore, frame: Frame): void {
  const state = store.getState();
  const facts = (frame.reset ? new Map() : state.facts) as Map<string, GraphFact>;
  const edges = (frame.reset ? new Map() : state.edges) as Map<string, GraphEdge>;
  let structural = frame.reset !== false || frame.removes.length > 0 || frame.edges.added.length > 0 || frame.edges.removed.length > 0;
  for (const uid of frame.removes) facts.delete(uid);
  for (const fact of frame.upserts) {
    structural ||= movesStructure(facts.get(fact.uid), fact);
    facts.set(fact.uid, fact);
  }
  for (const edge of frame.edges.removed) edges.delete(edgeKey(edge));
  for (const edge of frame.edges.added) edges.set(edgeKey(edge), edge);
  const changed = structural || frame.upserts.length > 0;
  const anew = frame.reset === "run";
  const marks = frame.marks.length === 0 && !anew ? state.marks : [...(anew ? [] : state.marks), ...frame.marks].slice(-markLimit);
  store.setState({
    running: true,
    now: frame.now,
    lookingAt: frame.lookingAt,
    run: state.run + (anew ? 1 : 0),
    epochUs: frame.epochUs,
    revision: frame.revision,
    speed: frame.speed,
    booting: frame.booting,
    replaying: frame.replaying,
    facts,
    edges,
    structure: state.structure + (structural ? 1 : 0),
    change: state.change + (changed ? 1 : 0),
    marks,
    faults: kept(state.faults, frame.faults),
    traffic: kept(state.traffic, frame.traffic),
    stopped: kept(state.stopped, frame.stopped),
    flowTotals: kept(state.flowTotals, frame.flowTotals),
    // Another run has another engine.
    ...(anew ? { failure: null } : {}),
  });
}
