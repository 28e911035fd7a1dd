import fc from "fast-check";
import { expect, test, vi } from "vitest";
import type { Frame, GraphFact } from "../../hosts/protocol.ts";
import type { GraphEdge } from "../../kinds/define.ts";
import { applyFrame, createClusterStore } from "../stores/clusterStore.ts";
import { crowdPause, mergeFrames, paceFrames } from "./framePace.ts";

const still: Frame = {
  now: 0 as Frame["now"],
  epochUs: 0,
  revision: 0,
  speed: 1,
  replaying: false,
  booting: false,
  reset: false,
  lookingAt: null,
  upserts: [],
  removes: [],
  edges: { added: [], removed: [] },
  trace: [],
  flows: [],
  flowCounts: [],
  flowTotals: { answered: 0, failed: 0, p99Us: 0 },
  marks: [],
  faults: [],
  traffic: [],
  stopped: [],
  checks: [],
};

const fact = (uid: string, sentence: string) => ({ uid, sentence, node: null, deleting: false, summary: { tier: "pod" } }) as unknown as GraphFact;
const edge = (from: string, to: string) => ({ from, to, relation: "owns" }) as GraphEdge;

const uids = fc.constantFrom("a", "b", "c", "d");
const edges = fc.uniqueArray(fc.tuple(uids, uids), { maxLength: 4, selector: String }).map((pairs) => pairs.map(([from, to]) => edge(from, to)));
/** The engine says of each object and edge one thing a frame. */
const frames = fc.record({ written: fc.uniqueArray(uids), removed: fc.uniqueArray(uids), added: edges, gone: edges, label: fc.string() }).map(({ written, removed, added, gone, label }): Frame => {
  const keys = new Set(added.map(({ from, to }) => from + to));
  return {
    ...still,
    upserts: written.map((uid) => fact(uid, label)),
    removes: removed.filter((uid) => !written.includes(uid)),
    edges: { added, removed: gone.filter(({ from, to }) => !keys.has(from + to)) },
    marks: [{ at: 0 as Frame["now"], tone: "ok", label }],
  };
});

test("frames merged leave what the same frames leave one after the other", () => {
  fc.assert(
    fc.property(fc.array(frames, { minLength: 2, maxLength: 6 }), (list) => {
      const one = createClusterStore();
      for (const frame of list) applyFrame(one, frame);
      const merged = createClusterStore();
      applyFrame(merged, list.reduce(mergeFrames));
      const seen = ({ facts, edges: known, marks }: ReturnType<typeof one.getState>) => ({ facts: [...facts].sort(), edges: [...known].sort(), marks });
      expect(seen(merged.getState())).toEqual(seen(one.getState()));
    }),
    { seed: 7, numRuns: 80 },
  );
});

test("while a frame is drawn the next ones wait and become one; what answers a person does not wait", () => {
  const taken: Frame[] = [];
  const drawn: (() => void)[] = [];
  const pace = paceFrames((frame) => taken.push(frame), () => false, (done) => drawn.push(() => done(0)));
  const frame = (revision: number, rest: Partial<Frame> = {}) => pace.take({ ...still, revision, upserts: [fact(`pod-${revision}`, "")], ...rest });
  const revisions = () => taken.map(({ revision }) => revision);
  frame(1);
  frame(2);
  frame(3);
  expect(revisions()).toEqual([1]);
  drawn.shift()?.();
  expect(revisions()).toEqual([1, 3]);
  expect(taken[1]?.upserts.map(({ uid }) => uid)).toEqual(["pod-2", "pod-3"]);
  frame(4);
  frame(5, { speed: 0 });
  // What was before it is told first, and apart: it may forget all that was known.
  expect(revisions()).toEqual([1, 3, 4, 5]);
  drawn.shift()?.();
  frame(6, { speed: 0 });
  expect(revisions()).toEqual([1, 3, 4, 5, 6]);
});

test("who asked for less motion is shown what merely goes on a few times a second, and what they ask for at once", () => {
  vi.useFakeTimers();
  try {
    const taken: Frame[] = [];
    const pace = paceFrames((frame) => taken.push(frame), () => false, (done) => done(0), () => true);
    const revisions = () => taken.map(({ revision }) => revision);
    for (let revision = 1; revision <= 30; revision++) {
      pace.take({ ...still, revision });
      vi.advanceTimersByTime(33);
    }
    expect(revisions().length).toBeLessThan(7);
    pace.take({ ...still, revision: 31, speed: 0 });
    expect(revisions().at(-1)).toBe(31);
    pace.take({ ...still, revision: 32, speed: 0 });
    vi.advanceTimersByTime(300);
    expect(revisions().at(-1)).toBe(32);
  } finally {
    vi.useRealTimers();
  }
});

test("in a crowd the clock goes on while objects wait, all of them for the same moment", () => {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "performance"] });
  try {
    const taken: Frame[] = [];
    const pace = paceFrames((frame) => taken.push(frame), () => true, (done) => done(0), () => false);
    const take = (revision: number, rest: Partial<Frame> = {}) => pace.take({ ...still, now: (revision * 33_000) as Frame["now"], revision, upserts: [fact(`pod-${revision}`, "")], ...rest });
    for (let revision = 1; revision <= 8; revision++) {
      take(revision);
      vi.advanceTimersByTime(33);
    }
    expect(taken.filter(({ upserts }) => upserts.length === 0).length).toBeGreaterThan(3);
    expect(taken.filter(({ upserts }) => upserts.length > 0).map(({ upserts }) => upserts.map(({ uid }) => uid))).toEqual([["pod-1"], ["pod-2", "pod-3", "pod-4", "pod-5"]]);
    // What a person did is shown with all that was before it.
    take(9, { speed: 0 });
    expect(taken.slice(-2).map(({ upserts }) => upserts.map(({ uid }) => uid))).toEqual([["pod-6", "pod-7", "pod-8"], ["pod-9"]]);
    // Nothing is left behind where the engine has no more to tell.
    take(10, { speed: 0 });
    vi.advanceTimersByTime(200);
    expect(taken.at(-1)?.upserts.map(({ uid }) => uid)).toEqual(["pod-10"]);
  } finally {
    vi.useRealTimers();
  }
});

test("a crowd is drawn less often where that is dear, but no old number stands for long", () => {
  expect([0, 20, 100, 260].map(crowdPause)).toEqual([140, 140, 500, 1300]);
  // As while the page and the editor load on a slow machine.
  expect(crowdPause(5_000)).toBe(1500);
});
