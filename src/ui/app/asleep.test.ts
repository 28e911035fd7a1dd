import { expect, it } from "vitest";
import { stoodStillMs } from "./asleep.ts";

const minuteMs = 60_000;
const at = (wallMs: number, nowMs: number, speed = 1, run = 1) => ({ wallMs, nowUs: nowMs * 1_000, speed, run });

it("finds how long a cluster stood still that nobody had paused", () => {
  expect(stoodStillMs(at(0, 0), at(60 * minuteMs, 100))).toBe(60 * minuteMs - 100);
  // A hidden page runs on for a minute.
  expect(stoodStillMs(at(0, 0, 10), at(60 * minuteMs, 10 * minuteMs, 10))).toBe(59 * minuteMs);
  expect(stoodStillMs(at(0, 0, 5), at(minuteMs, 5 * minuteMs, 5))).toBe(0);
  expect(stoodStillMs(at(0, 0, 0), at(60 * minuteMs, 0, 0))).toBe(0);
  expect(stoodStillMs(at(0, 0), at(60 * minuteMs, 0, 1, 2))).toBe(0);
});
