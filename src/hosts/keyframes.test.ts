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
