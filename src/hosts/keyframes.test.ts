import { expect, it } from "vitest";
import { simTime } from "../sim/time.ts";
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
  const taken = Array.from({ length: 30 }, (_, time): Keyframe => ({ ...at(time), processes: [["p", { steps: Array.from({ length: 20 }, (_, step) => ({ key: `k${step + time}`, at: step * time })), last: `é ${time}` }]] }));
  for (const keyframe of taken) store.add(keyframe);
  expect(JSON.stringify(store.all())).toBe(JSON.stringify(store.all().map(({ at: time }) => taken[time])));
  for (const time of [0, 7, 13, 22, 29]) expect(store.nearest(simTime(time))).toEqual(taken[store.nearest(simTime(time))?.at ?? -1]);
  // The first, by which the others are told, and the two newest are as they came.
  expect(store.all().filter((keyframe) => taken.includes(keyframe))).toEqual([store.all()[0], ...store.all().slice(-2)]);
});
