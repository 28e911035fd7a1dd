import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { dueUs, jitterLimitUs, type TrafficSource } from "./traffic.ts";

const steady: TrafficSource = { id: "s", from: "internet", url: "http://web/", method: "GET", perSecond: 10, clients: 1, keepAlive: false };

/** How many set out before the second. */
function sentBefore(source: TrafficSource, second: number): number {
  let n = 0;
  for (let due = dueUs(source, n); due !== null && due < second * 1_000_000; due = dueUs(source, n)) n++;
  return n;
}

describe("when requests are due", () => {
  it.each<readonly [string, Partial<TrafficSource>, readonly number[]]>([
    // Sent before second 1, 5, 10, 20 and 40.
    ["steady", {}, [10, 50, 100, 200, 400]],
    ["up from nothing", { perSecond: 0, ramp: { toPerSecond: 20, seconds: 20 } }, [1, 13, 50, 200, 600]],
    ["up", { perSecond: 10, ramp: { toPerSecond: 30, seconds: 10 } }, [11, 75, 200, 500, 1100]],
    ["down to nothing", { perSecond: 20, ramp: { toPerSecond: 0, seconds: 10 } }, [19, 75, 100, 101, 101]],
    ["bursts", { burst: 50 }, [50, 50, 100, 200, 400]],
    ["bursts that come ever faster", { perSecond: 0, ramp: { toPerSecond: 20, seconds: 20 }, burst: 25 }, [25, 25, 50, 200, 600]],
  ])("%s", (_name, shape, counts) => {
    const source = { ...steady, ...shape };
    expect([1, 5, 10, 20, 40].map((second) => sentBefore(source, second))).toEqual(counts);
  });

  it("never goes back, and keeps the rate after a ramp", () => {
    const rate = fc.integer({ min: 0, max: 5_000 });
    fc.assert(
      fc.property(rate, rate, fc.integer({ min: 1, max: 600 }), fc.integer({ min: 0, max: 200_000 }), (from, to, seconds, n) => {
        const source = { ...steady, perSecond: from, ramp: { toPerSecond: to, seconds } };
        const [a, b] = [dueUs(source, n), dueUs(source, n + 1)];
        if (a === null || b === null) return b === null;
        const spacing = 1_000_000 / Math.max(from, to);
        return a >= 0 && b - a >= Math.floor(spacing) - 1 && Number.isSafeInteger(b);
      }),
      { seed: 1, numRuns: 500 },
    );
  });

  it("moves nobody farther than the time between two requests, and nobody in a burst", () => {
    expect([steady, { ...steady, ramp: { toPerSecond: 1_000, seconds: 5 } }, { ...steady, burst: 3 }, { ...steady, perSecond: 0.1 }].map(jitterLimitUs)).toEqual([99_999, 999, 0, 1_000_000]);
  });
});
