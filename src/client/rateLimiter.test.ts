import { expect, test } from "vitest";
import { second, simTime } from "../sim/time.ts";
import { RateLimiter } from "./rateLimiter.ts";

test("lets a burst through, then qps requests a second", () => {
  const limiter = new RateLimiter(20, 30);
  let at = 0;
  const sentAt: number[] = [];
  while (sentAt.length < 70) {
    const waitUs = limiter.take(simTime(at));
    if (waitUs === 0) sentAt.push(at);
    else at += waitUs;
  }
  expect(sentAt.filter((time) => time === 0)).toHaveLength(30);
  expect(sentAt[30]).toBe(50_000);
  expect(sentAt[69]).toBe(2 * second);
});

test("does not save more than a burst", () => {
  const limiter = new RateLimiter(10, 2);
  const now = simTime(100 * second);
  expect([limiter.take(now), limiter.take(now), limiter.take(now)]).toEqual([0, 0, 100_000]);
});

test("no qps, no limit", () => {
  const limiter = new RateLimiter(0, 0);
  expect(Array.from({ length: 100 }, () => limiter.take(simTime(0))).every((waitUs) => waitUs === 0)).toBe(true);
});
