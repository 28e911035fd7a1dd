import type { Lifecycle } from "../../hosts/protocol.ts";

export interface LifecycleRow {
  readonly state: string;
  readonly words: string;
  readonly about: string;
  /** When it was entered last; null where it was not passed, as far as is known. */
  readonly at: number | null;
  readonly current: boolean;
}

export type ArcKind = "taken" | "next" | "other";

/** A way from one row to another. */
export interface LifecycleArc {
  readonly from: number;
  readonly to: number;
  readonly kind: ArcKind;
}

/** "crashLoopBackOff" -> "crash loop back off". */
export function stateWords(state: string): string {
  return state.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
}

/** The states to show: all, or those passed and those that may come next. */
export function rowsOf({ chart, value, passages }: Lifecycle, all: boolean): readonly LifecycleRow[] {
  const last = new Map(passages.map(({ state, at }) => [state, at]));
  const near = new Set([...last.keys(), value, ...exitsOf(chart, value).map(({ to }) => to)]);
  return chart.states
    .filter(({ name }) => all || near.has(name))
    .map(({ name, about }) => ({ state: name, words: stateWords(name), about, at: last.get(name) ?? null, current: name === value }));
}

/** What may happen now. */
export function exitsOf(chart: Lifecycle["chart"], value: string): Lifecycle["chart"]["states"][number]["exits"] {
  return chart.states.find(({ name }) => name === value)?.exits.filter(({ to }) => to !== value) ?? [];
}

/** The ways between the rows shown: each once, and what was gone or may be gone next above what is merely possible. */
export function arcsOf({ chart, value, passages }: Lifecycle, rows: readonly LifecycleRow[]): readonly LifecycleArc[] {
  const index = new Map(rows.map(({ state }, at) => [state, at]));
  const taken = new Set(passages.slice(1).map(({ state }, at) => `${passages[at]?.state} ${state}`));
  const arcs = new Map<string, LifecycleArc>();
  for (const { name, exits } of chart.states) {
    for (const { to } of exits) {
      const [start, end] = [index.get(name), index.get(to)];
      if (start === undefined || end === undefined || start === end) continue;
      const way = `${name} ${to}`;
      arcs.set(way, { from: start, to: end, kind: name === value ? "next" : taken.has(way) ? "taken" : "other" });
    }
  }
  const rank: Readonly<Record<ArcKind, number>> = { other: 0, taken: 1, next: 2 };
  return [...arcs.values()].sort((a, b) => rank[a.kind] - rank[b.kind]);
}
