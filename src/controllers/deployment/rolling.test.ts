import { expect, test } from "vitest";
import { deploymentOf, replicaSetOf } from "../testing/builders.ts";
import { fenceposts, newReplicaSetSize } from "./fenceposts.ts";
import { rollingMoves } from "./rolling.ts";

test.each([
  // replicas, maxSurge, maxUnavailable -> surge, unavailable
  [10, "25%", "25%", 3, 2],
  [4, "25%", "25%", 1, 1],
  [3, "100%", 0, 3, 0],
  [1, "25%", "25%", 1, 0],
  [9, "0%", "10%", 0, 1],
  [5, 0, "0%", 0, 1],
])("%i replicas, surge %s, unavailable %s", (replicas, surge, unavailable, expectedSurge, expectedUnavailable) => {
  expect(fenceposts(deploymentOf(replicas, { surge, unavailable }))).toEqual({ surge: expectedSurge, unavailable: expectedUnavailable });
});

test("a new ReplicaSet begins with what the surge leaves", () => {
  expect(newReplicaSetSize(deploymentOf(10), [replicaSetOf("old", 10)], 0)).toBe(3);
  expect(newReplicaSetSize(deploymentOf(4, { surge: 0, unavailable: 1 }), [replicaSetOf("old", 4)], 0)).toBe(0);
  expect(newReplicaSetSize(deploymentOf(3), [], 0)).toBe(3);
});

/** old [replicas, available], new [replicas, available] -> what is resized to what. */
test.each([
  ["the new one grows first", [10, 10], [0, 0], [["new", 3]]],
  ["then the old one shrinks by maxUnavailable", [10, 10], [3, 0], [["old", 8]]],
  ["nothing moves until a new pod is available", [8, 8], [5, 0], []],
  ["available new pods let old ones go", [8, 8], [5, 5], [["old", 3]]],
  ["pods of the old one that are broken go first, and cost nothing", [10, 6], [3, 0], [["old", 8]]],
  ["a new one that is too large shrinks", [0, 0], [12, 12], [["new", 10]]],
  ["complete", [0, 0], [10, 10], []],
] as const)("%s", (_name, [oldReplicas, oldAvailable], [newReplicas, newAvailable], expected) => {
  const moves = rollingMoves(deploymentOf(10), replicaSetOf("new", newReplicas, newAvailable, 5), [replicaSetOf("old", oldReplicas, oldAvailable)]);
  expect(moves.map(({ rs, to }) => [rs.metadata.name, to])).toEqual(expected);
});

test("pods that an old one is about to lose do not count as available", () => {
  const moves = rollingMoves(deploymentOf(4), replicaSetOf("new", 3, 2, 5), [replicaSetOf("old", 2, 3)]);
  expect(moves.map(({ rs, to }) => [rs.metadata.name, to])).toEqual([["old", 1]]);
});

test("of several old ones the broken pods go first, then the oldest", () => {
  const old = [replicaSetOf("older", 4, 4, 1), replicaSetOf("broken", 4, 1, 2)];
  const moves = rollingMoves(deploymentOf(8, { surge: 2, unavailable: 3 }), replicaSetOf("new", 2, 2, 5), old);
  expect(moves.map(({ rs, to, why }) => `${rs.metadata.name} -> ${to}: ${why}`)).toEqual([
    "broken -> 1: 3 of its pods are not available",
    "older -> 2: 2 fewer allowed by maxUnavailable",
  ]);
});
