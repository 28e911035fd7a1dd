import { createStore } from "zustand/vanilla";
import type { FlowCount, Frame } from "../../hosts/protocol.ts";

/** Rates are those of so much virtual time. */
const windowUs = 10_000_000;
/** Frames of one second share a slice. */
const sliceUs = 1_000_000;

interface Slice {
  readonly fromUs: number;
  readonly toUs: number;
  readonly counts: ReadonlyMap<string, FlowCount>;
}

export interface RateState {
  /** Oldest first: what ended in the last seconds. */
  readonly slices: readonly Slice[];
}

export function createRateStore() {
  return createStore<RateState>(() => ({ slices: [] }));
}
export type RateStore = ReturnType<typeof createRateStore>;

function added(into: ReadonlyMap<string, FlowCount>, counts: readonly FlowCount[]): ReadonlyMap<string, FlowCount> {
  if (counts.length === 0) return into;
  const sum = new Map(into);
  for (const one of counts) {
    const known = sum.get(one.key);
    sum.set(one.key, known === undefined ? one : { ...one, count: known.count + one.count, tookUs: known.tookUs + one.tookUs });
  }
  return sum;
}

/** Takes a frame in, and lets go of what is older than the window. */
export function addCounts(store: RateStore, frame: Pick<Frame, "now" | "reset" | "replaying" | "flowCounts">): void {
  if (frame.reset === "run" || frame.replaying) return store.setState({ slices: [] });
  const { slices } = store.getState();
  const last = slices.at(-1);
  if (last !== undefined && frame.now <= last.toUs && frame.flowCounts.length === 0) return;
  const grows = last !== undefined && frame.now - last.fromUs <= sliceUs;
  const slice: Slice = { fromUs: grows ? last.fromUs : (last?.toUs ?? frame.now), toUs: frame.now, counts: added(grows ? last.counts : new Map(), frame.flowCounts) };
  store.setState({ slices: [...(grows ? slices.slice(0, -1) : slices), slice].filter(({ toUs }) => frame.now - toUs < windowUs) });
}

/** What ended in the window, and how long that took: from the first of it on, so that traffic has its rate as it begins; a second at least. */
export function recentCounts({ slices }: RateState): { readonly counts: readonly FlowCount[]; readonly seconds: number } {
  const first = slices.find(({ counts }) => counts.size > 0);
  const last = slices.at(-1);
  const sum = slices.reduce<ReadonlyMap<string, FlowCount>>((all, { counts }) => added(all, [...counts.values()]), new Map());
  return { counts: [...sum.values()], seconds: first === undefined || last === undefined ? 1 : Math.max(sliceUs, last.toUs - first.fromUs) / 1_000_000 };
}
