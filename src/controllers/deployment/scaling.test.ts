import { expect, test } from "vitest";
import { deploymentOf, replicaSetOf } from "../testing/builders.ts";
import { desiredReplicasAnnotation, maxReplicasAnnotation } from "./annotations.ts";
import { isScalingEvent, scalePlan } from "./scaling.ts";

const annotated = (desired: number, most: number) => ({ [desiredReplicasAnnotation]: String(desired), [maxReplicasAnnotation]: String(most) });
const sizes = (plan: ReturnType<typeof scalePlan>) => Object.fromEntries(plan.resizes.map(({ rs, to }) => [rs.metadata.name, to]));

test("in the middle of a rollout each ReplicaSet gets its share, the largest the rest", () => {
  const fresh = replicaSetOf("new", 5, 0, 5, annotated(10, 13));
  const old = replicaSetOf("old", 8, 8, 0, annotated(10, 13));
  const deployment = { ...deploymentOf(30, { surge: 3, unavailable: 2 }), status: { replicas: 13 } };
  expect(isScalingEvent(deployment, [fresh, old])).toBe(true);
  expect(sizes(scalePlan(deployment, fresh, [old]))).toEqual({ old: 20, new: 13 });
});

test("down to none, all shares are the whole", () => {
  const fresh = replicaSetOf("new", 5, 0, 5, annotated(10, 13));
  const old = replicaSetOf("old", 8, 8, 0, annotated(10, 13));
  expect(sizes(scalePlan(deploymentOf(0), fresh, [old]))).toEqual({ old: 0, new: 0 });
});

test("the only one with pods takes the whole change", () => {
  const fresh = replicaSetOf("new", 3, 3, 5, annotated(3, 4));
  expect(sizes(scalePlan(deploymentOf(7), fresh, [replicaSetOf("old", 0)]))).toEqual({ new: 7 });
});

test("without any pods the newest is scaled", () => {
  expect(sizes(scalePlan(deploymentOf(2), null, [replicaSetOf("old", 0, 0, 1), replicaSetOf("older", 0, 0, 0)]))).toEqual({ old: 2 });
});

test("when the new one is complete the old ones go", () => {
  const fresh = replicaSetOf("new", 4, 4, 5, annotated(4, 5));
  expect(sizes(scalePlan(deploymentOf(4), fresh, [replicaSetOf("old", 1)]))).toEqual({ old: 0 });
});

test("what was reckoned for the same number is no scaling", () => {
  expect(isScalingEvent(deploymentOf(10), [replicaSetOf("new", 5, 0, 5, annotated(10, 13)), replicaSetOf("old", 0, 0, 0, annotated(3, 4))])).toBe(false);
});
