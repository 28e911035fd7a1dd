import { expect, it } from "vitest";
import { minute, second, simTime } from "../sim/time.ts";
import { KeyframeStore, type Keyframe } from "./keyframes.ts";

const at = (time: number): Keyframe => ({ at: simTime(time), processes: [], inTransit: [], controls: [], played: 0, outsideSeq: 0, digests: [], groups: [] });

it("keeps eight keyframes: the first, the newest, and those that leave no large gap", () => {
  const store = new KeyframeStore();
  for (let time = 0; time < 40; time++) store.add(at(time));
  const times = store.all().map((keyframe) => keyframe.at);
  expect(times).toHaveLength(8);
  expect([times[0], times.at(-1)]).toEqual([0, 39]);
  expect(store.nearest(simTime(39))?.at).toBe(39);
  expect(store.nearest(simTime(38))?.at).toBe(times.findLast((time) => time <= 38));
  store.forgetAfter(simTime(10));
  expect(store.all().every((keyframe) => keyframe.at <= 10)).toBe(true);
});

it("gives back older ones, which it packs, as they were", () => {
  const store = new KeyframeStore();
  const every = 10 * minute;
  const taken = Array.from({ length: 30 }, (_, time): Keyframe => ({ ...at(time * every), processes: [["p", { steps: Array.from({ length: 20 }, (_, step) => ({ key: `k${step + time}`, at: step * time })), last: `é ${time}` }]] }));
  for (const keyframe of taken) store.add(keyframe);
  expect(JSON.stringify(store.all())).toBe(JSON.stringify(store.all().map(({ at: time }) => taken[time / every])));
  for (const time of [0, 7, 13, 22, 29]) expect(store.nearest(simTime(time * every))).toEqual(taken[(store.nearest(simTime(time * every))?.at ?? -1) / every]);
  // The first, by which the others are told, and those of the newest quarter of an hour are as they came.
  expect(store.all().filter((keyframe) => taken.includes(keyframe)).map((keyframe) => keyframe.at)).toEqual(store.all().map((keyframe) => keyframe.at).filter((time) => time === 0 || time > 29 * every - 15 * minute));
  expect(store.all().length).toBe(8);
});

it("packs none where many come within minutes: most of them are dropped before they are old", () => {
  const store = new KeyframeStore();
  const taken = Array.from({ length: 30 }, (_, time): Keyframe => ({ ...at(time * 20 * second), processes: [["p", { last: time }]] }));
  for (const keyframe of taken) store.add(keyframe);
  expect(store.all().every((keyframe) => taken.includes(keyframe))).toBe(true);
});
