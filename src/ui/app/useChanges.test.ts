import { expect, test } from "vitest";
import { countingPause } from "./useChanges.ts";

test("counts less often where counting is dear, but never keeps an old number for long", () => {
  expect([0, 20, 100, 260].map(countingPause)).toEqual([120, 120, 500, 1300]);
  // As while the page and the editor load on a slow machine.
  expect(countingPause(5_000)).toBe(1500);
});
