import { expect, test } from "vitest";
import { minute, simTime } from "../sim/time.ts";
import { Expectations } from "./expectations.ts";

test("creations are awaited one by one", () => {
  const expectations = new Expectations();
  expect(expectations.satisfied("rs", simTime(0))).toBe(true);
  expectations.expectCreations("rs", 2, simTime(0));
  expectations.creationObserved("rs");
  expect(expectations.satisfied("rs", simTime(1))).toBe(false);
  expectations.creationObserved("rs");
  expect(expectations.satisfied("rs", simTime(1))).toBe(true);
});

test("deletions are awaited by name: another's end, or the same seen twice, does not count", () => {
  const expectations = new Expectations();
  expectations.expectDeletions("rs", ["ns/a", "ns/b"], simTime(0));
  expectations.deletionObserved("rs", "ns/a");
  expectations.deletionObserved("rs", "ns/a");
  expectations.deletionObserved("rs", "ns/other");
  expect(expectations.satisfied("rs", simTime(1))).toBe(false);
  expectations.deletionObserved("rs", "ns/b");
  expect(expectations.satisfied("rs", simTime(1))).toBe(true);
});

test("nothing is awaited for longer than five minutes", () => {
  const expectations = new Expectations();
  expectations.expectCreations("rs", 1, simTime(0));
  expect(expectations.satisfied("rs", simTime(5 * minute))).toBe(false);
  expect(expectations.satisfied("rs", simTime(5 * minute + 1))).toBe(true);
});
