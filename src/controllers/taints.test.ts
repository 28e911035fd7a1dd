import { expect, test } from "vitest";
import type { Toleration } from "../kinds/core/pod/types.ts";
import { toleratedSeconds, tolerates } from "./taints.ts";

const taint = { key: "k", value: "v", effect: "NoExecute" };

test.each<readonly [boolean, Toleration]>([
  [true, { key: "k", value: "v", effect: "NoExecute" }],
  [true, { key: "k", operator: "Equal", value: "v" }],
  [true, { key: "k", operator: "Exists" }],
  [true, { operator: "Exists" }],
  [false, { key: "k", value: "other" }],
  [false, { key: "other", operator: "Exists" }],
  [false, { key: "k", operator: "Exists", effect: "NoSchedule" }],
])("%s: %j", (expected, toleration) => {
  expect(tolerates(toleration, taint)).toBe(expected);
});

test.each<readonly [number | null | "now", readonly Toleration[]]>([
  ["now", []],
  [null, [{ operator: "Exists" }]],
  [300, [{ key: "k", operator: "Exists", tolerationSeconds: 300 }]],
  [0, [{ key: "k", operator: "Exists", tolerationSeconds: -5 }]],
  [null, [{ key: "k", operator: "Exists" }, { key: "k", operator: "Exists", tolerationSeconds: 5 }]],
])("tolerated for %s: %j", (expected, tolerations) => {
  expect(toleratedSeconds([taint], tolerations)).toBe(expected);
});

test("the shortest of several tolerations counts", () => {
  const other = { key: "o", effect: "NoExecute" };
  expect(toleratedSeconds([taint, other], [{ key: "k", operator: "Exists", tolerationSeconds: 300 }, { key: "o", operator: "Exists", tolerationSeconds: 20 }])).toBe(20);
});
