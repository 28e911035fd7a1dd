import { expect, test } from "vitest";
import type { HpaBehavior } from "../../kinds/autoscaling/horizontalpodautoscaler/types.ts";
import { second } from "../../sim/time.ts";
import type { Limits, Memory } from "./normalize.ts";
import { normalize, nothingYet, withScaling } from "./normalize.ts";

const now = 10_000 * second;
const ago = (seconds: number): number => now - seconds * second;
const limits = (current: number, desired: number, more: Partial<Limits> = {}): Limits => ({ current, desired, min: 1, max: 100, behavior: undefined, ...more });
const recommended = (...samples: readonly (readonly [number, number])[]): Memory => ({ ...nothingYet, recommendations: samples.map(([count, seconds]) => ({ count, at: ago(seconds) })) });

test.each([
  [limits(3, 7), nothingYet, 6, "ReadyForNewScale", "ScaleUpLimit", true],
  [limits(1, 7), nothingYet, 4, "ReadyForNewScale", "ScaleUpLimit", true],
  [limits(3, 5), nothingYet, 5, "ReadyForNewScale", "DesiredWithinRange", false],
  [limits(3, 5, { max: 4 }), nothingYet, 4, "ReadyForNewScale", "TooManyReplicas", true],
  [limits(3, 1, { min: 2 }), nothingYet, 2, "ReadyForNewScale", "TooFewReplicas", true],
  [limits(5, 2), recommended([4, 200], [9, 301]), 4, "ScaleDownStabilized", "DesiredWithinRange", false],
])("without a behavior %#: doubled at most, and not below what was asked for within five minutes", (given, memory, replicas, able, reason, isLimited) => {
  expect(normalize(given, memory, now)).toMatchObject({ replicas, able: { reason: able }, limited: { reason, isLimited } });
});

const pods = (value: number, periodSeconds = 60) => ({ type: "Pods", value, periodSeconds });
const percent = (value: number, periodSeconds = 60) => ({ type: "Percent", value, periodSeconds });
const rules = (up: HpaBehavior["scaleUp"], down: HpaBehavior["scaleDown"]): HpaBehavior => ({
  scaleUp: { stabilizationWindowSeconds: 0, selectPolicy: "Max", policies: [pods(4, 15), percent(100, 15)], ...up },
  scaleDown: { selectPolicy: "Max", policies: [percent(100, 15)], ...down },
});

test.each([
  ["the larger of the policies", limits(3, 50, { behavior: rules({}, {}) }), nothingYet, 7, "ReadyForNewScale", "ScaleUpLimit"],
  ["the smaller", limits(10, 50, { behavior: rules({ selectPolicy: "Min" }, {}) }), nothingYet, 14, "ReadyForNewScale", "ScaleUpLimit"],
  ["no growth at all", limits(10, 50, { behavior: rules({ selectPolicy: "Disabled" }, {}) }), nothingYet, 10, "ReadyForNewScale", "ScaleUpLimit"],
  ["what was added in the period counts", limits(13, 50, { behavior: rules({ policies: [pods(4)] }, {}) }), { ...nothingYet, ups: [{ count: 3, at: ago(30) }, { count: 9, at: ago(61) }] }, 14, "ReadyForNewScale", "ScaleUpLimit"],
  ["percent is rounded up", limits(5, 50, { behavior: rules({ policies: [percent(10)] }, {}) }), nothingYet, 6, "ReadyForNewScale", "ScaleUpLimit"],
  ["shrinking by so many", limits(10, 1, { behavior: rules({}, { stabilizationWindowSeconds: 0, policies: [pods(3)] }) }), nothingYet, 7, "ReadyForNewScale", "ScaleDownLimit"],
  ["the smaller change when shrinking", limits(10, 1, { behavior: rules({}, { stabilizationWindowSeconds: 0, selectPolicy: "Min", policies: [pods(3), percent(50)] }) }), nothingYet, 7, "ReadyForNewScale", "ScaleDownLimit"],
  ["percent of a shrinking is rounded down", limits(5, 1, { behavior: rules({}, { stabilizationWindowSeconds: 0, policies: [percent(10)] }) }), nothingYet, 4, "ReadyForNewScale", "ScaleDownLimit"],
  ["the window of growth", limits(3, 9, { behavior: rules({ stabilizationWindowSeconds: 60 }, {}) }), recommended([5, 30]), 5, "ScaleUpStabilized", "DesiredWithinRange"],
  ["the window of shrinking, five minutes by default", limits(9, 2, { behavior: rules({}, {}) }), recommended([6, 299]), 6, "ScaleDownStabilized", "DesiredWithinRange"],
] as const)("%s", (_what, given, memory, replicas, able, reason) => {
  expect(normalize(given, memory, now)).toMatchObject({ replicas, able: { reason: able }, limited: { reason } });
});

test("a recommendation that is too old gives its place to the newest", () => {
  expect(normalize(limits(3, 3), recommended([8, 400], [7, 310], [3, 20]), now).recommendations).toEqual([{ count: 8, at: ago(400) }, { count: 3, at: now }, { count: 3, at: ago(20) }]);
});

test("changes of size are remembered for the policies alone", () => {
  expect(withScaling(nothingYet, undefined, 1, 3, now)).toBe(nothingYet);
  const once = withScaling(nothingYet, rules({}, {}), 1, 3, now);
  expect(once.ups).toEqual([{ count: 2, at: now }]);
  expect(withScaling(once, rules({}, {}), 3, 4, now + 16 * second).ups).toEqual([{ count: 1, at: now + 16 * second }]);
  expect(withScaling(once, rules({}, {}), 3, 1, now).downs).toEqual([{ count: 2, at: now }]);
});
