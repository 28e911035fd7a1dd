import { expect, test } from "vitest";
import { atSecond, podOf } from "../testing/builders.ts";
import type { PodOptions } from "../testing/builders.ts";
import { victims } from "./podRank.ts";

const nowUs = Date.parse(atSecond(4000)) * 1000;
const running: PodOptions = { node: "n1", readyAt: 10 };

/** What goes first, what stays, and why. */
const policy: readonly (readonly [string, PodOptions, PodOptions])[] = [
  ["not placed on a node", { phase: "Pending" }, { phase: "Pending", node: "n1" }],
  ["not running yet", { phase: "Pending", node: "n1" }, { node: "n1" }],
  ["not running yet", { phase: "Unknown", node: "n1" }, { node: "n1" }],
  ["not ready", { node: "n1" }, running],
  ["lowest deletion cost", { ...running, cost: "-10" }, running],
  ["lowest deletion cost", running, { ...running, cost: "5" }],
  ["ready for a shorter time", { ...running, readyAt: 3990 }, { ...running, readyAt: 10 }],
  ["more restarts", { ...running, restarts: 3 }, { ...running, restarts: 1 }],
  ["younger", { ...running, createdAt: 3000 }, { ...running, createdAt: 100 }],
  ["not placed on a node", { cost: "100" }, { ...running, cost: "-100", restarts: 9 }],
];

test.each(policy)("goes first: %s", (why, first, second) => {
  const [a, b] = [podOf("b-victim", first), podOf("a-stays", second)];
  for (const order of [[a, b], [b, a]]) expect(victims(order, [], 1, nowUs).map(({ pod, why: reason }) => [pod.metadata.name, reason])).toEqual([["b-victim", why]]);
});

test("pods of a node that holds more of the same owner's go first", () => {
  const pods = [podOf("a", running), podOf("b", { ...running, node: "n2" }), podOf("c", { ...running, node: "n2" })];
  const related = [...pods, podOf("other", { ...running, node: "n2" })];
  const chosen = victims(pods, related, 2, nowUs);
  expect(chosen.map(({ pod }) => pod.metadata.name).sort()).toEqual(["b", "c"]);
  expect(chosen[0]?.why).toBe("its node holds more pods of this set");
});

test("ages that are alike in logarithm are drawn by uid, not by age", () => {
  const [older, younger] = [podOf("a", { ...running, readyAt: 1000 }), podOf("b", { ...running, readyAt: 1100 })];
  expect(victims([younger, older], [], 1, nowUs)[0]?.pod.metadata.name).toBe("a");
});

test("a deletion cost that is no number counts as none", () => {
  expect(victims([podOf("a", { ...running, cost: "much" }), podOf("b", { ...running, cost: "-1" })], [], 1, nowUs)[0]?.pod.metadata.name).toBe("b");
});

test("all go where none is to stay", () => {
  expect(victims([podOf("a", running), podOf("b", running)], [], 5, nowUs)).toHaveLength(2);
});
