import { expect, it } from "vitest";
import { minute, second, simTime } from "../sim/time.ts";
import { KeyframeStore, type Keyframe } from "./keyframes.ts";

const at = (time: number): Keyframe => ({ at: simTime(time), processes: [], inTransit: [], controls: [], played: 0, outsideSeq: 0, digests: [], groups: [] });

const allOf = (store: KeyframeStore): Promise<(Keyframe | null)[]> => Promise.all(store.times.map((time) => store.nearest(time)));

it("keeps eight keyframes: the first, the newest, and those that leave no large gap", async () => {
  const store = new KeyframeStore();
  for (let time = 0; time < 40; time++) store.add(at(time));
  const { times } = store;
  expect(times).toHaveLength(8);
  expect([times[0], times.at(-1)]).toEqual([0, 39]);
  expect((await store.nearest(simTime(39)))?.at).toBe(39);
  expect((await store.nearest(simTime(38)))?.at).toBe(times.findLast((time) => time <= 38));
  store.forgetAfter(simTime(10));
  expect(store.times.every((time) => time <= 10)).toBe(true);
});

it("gives back older ones, which it packs, as they were", async () => {
  const store = new KeyframeStore();
  const every = 10 * minute;
  const taken = Array.from({ length: 30 }, (_, time): Keyframe => ({ ...at(time * every), processes: [["p", { steps: Array.from({ length: 20 }, (_, step) => ({ key: `k${step + time}`, at: step * time })), last: `é ${time}` }]] }));
  for (const keyframe of taken) store.add(keyframe);
  const kept = await allOf(store);
  expect(JSON.stringify(kept)).toBe(JSON.stringify(store.times.map((time) => taken[time / every])));
  for (const time of [0, 7, 13, 22, 29]) expect((await store.nearest(simTime(time * every)))?.at).toBe(store.times.findLast((each) => each <= time * every));
  // The first, by which the others are told, and those of the newest quarter of an hour are as they came.
  const asTheyCame = store.times.filter((_, index) => taken.includes(kept[index] as Keyframe));
  expect(asTheyCame).toEqual(store.times.filter((time) => time === 0 || time > 29 * every - 15 * minute));
  expect(store.times.length).toBe(8);
});

it("fetches what lies elsewhere, and takes an older one where that cannot be read", async () => {
  const store = new KeyframeStore();
  const asked: number[] = [];
  for (let time = 0; time < 4; time++) {
    const taken = at(time);
    store.add(taken);
    store.putAway(taken.at, () => {
      asked.push(time);
      return Promise.resolve(time === 2 ? null : { ...taken, played: 7 });
    });
  }
  store.add(at(4));
  expect(await allOf(store)).toMatchObject([{ at: 0, played: 7 }, { at: 1, played: 7 }, { at: 1, played: 7 }, { at: 3, played: 7 }, { at: 4, played: 0 }]);
  expect(asked.toSorted()).toEqual([0, 1, 1, 2, 3]);
  const unread = new KeyframeStore();
  unread.add(at(0));
  unread.putAway(simTime(0), () => Promise.resolve(null));
  expect(await unread.nearest(simTime(9))).toBeNull();
});

it("packs none where many come within minutes: most of them are dropped before they are old", async () => {
  const store = new KeyframeStore();
  const taken = Array.from({ length: 30 }, (_, time): Keyframe => ({ ...at(time * 20 * second), processes: [["p", { last: time }]] }));
  for (const keyframe of taken) store.add(keyframe);
  expect((await allOf(store)).every((keyframe) => taken.includes(keyframe as Keyframe))).toBe(true);
});
