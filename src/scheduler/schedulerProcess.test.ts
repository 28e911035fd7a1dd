import { expect, test } from "vitest";
import type { Json } from "../base/json.ts";
import type { PodSpec } from "../kinds/core/pod/types.ts";
import { SchedulerWorld } from "./testing/schedulerWorld.ts";

const selector = { matchLabels: { app: "web" } };
const apart: Partial<PodSpec> = { affinity: { podAntiAffinity: { requiredDuringSchedulingIgnoredDuringExecution: [{ labelSelector: selector, topologyKey: "kubernetes.io/hostname" }] } } };
const byZone: Partial<PodSpec> = { topologySpreadConstraints: [{ maxSkew: 1, topologyKey: "topology.kubernetes.io/zone", whenUnsatisfiable: "DoNotSchedule", labelSelector: selector }] };

function withNodes(...nodes: readonly (readonly [name: string, zone: string])[]): SchedulerWorld {
  const world = new SchedulerWorld();
  for (const [name, zone] of nodes) world.addNode(name, zone);
  world.run(1);
  return world;
}

test("replicas that keep apart take a node each; the third waits until one goes", () => {
  const world = withNodes(["n1", "a"], ["n2", "b"]);
  for (const name of ["p1", "p2", "p3"]) world.addPod(name, apart);
  world.run(2);
  expect([world.nodeOf("p1"), world.nodeOf("p2")].sort()).toEqual(["n1", "n2"]);
  expect(world.nodeOf("p3")).toBe("");
  expect(world.pod("p3").status?.conditions?.[0]?.message).toBe(
    "0/2 nodes are available: 2 node(s) didn't match pod anti-affinity rules. no new claims to deallocate, preemption: 0/2 nodes are available: 2 No preemption victims found for incoming pod.",
  );
  expect(world.observe({ type: "queue" })).toEqual({ active: 0, backoff: 0, unschedulable: 1, gated: 0 });
  expect(world.observe({ type: "waiting", keys: 5 })).toMatchObject({ unschedulable: 1, pods: [{ key: "default/p3", place: "unschedulable", attempts: 1, refusedBy: ["InterPodAffinity"] }] });
  const freed = world.nodeOf("p1");
  world.deletePod("p1");
  world.run(2);
  expect(world.nodeOf("p3")).toBe(freed);
});

test("a pod is not woken by what cannot help it", () => {
  const world = withNodes(["n1", "a"]);
  world.addPod("p1", apart);
  world.addPod("p2", apart);
  world.run(2);
  const before = world.said("p2").length;
  world.must("POST", "/api/v1/namespaces/default/pods", { apiVersion: "v1", kind: "Pod", metadata: { name: "other", labels: { app: "other" } }, spec: { containers: [{ name: "c", image: "i" }] } });
  world.run(2);
  expect(world.nodeOf("other")).toBe("n1");
  world.deletePod("other");
  world.run(15);
  expect(world.said("p2")).toHaveLength(before);
});

test("zones are filled in turn, and a full one holds the rest back", () => {
  const world = withNodes(["n1", "a"], ["n2", "b"], ["n3", "b"]);
  for (let at = 1; at <= 4; at++) {
    world.addPod(`p${at}`, byZone);
    world.run(1);
  }
  const zones = [1, 2, 3, 4].map((at) => (world.nodeOf(`p${at}`) === "n1" ? "a" : "b"));
  expect(zones.filter((zone) => zone === "a")).toHaveLength(2);
  world.must("PATCH", "/api/v1/nodes/n1", { spec: { unschedulable: true } }, "application/merge-patch+json");
  world.addPod("p5", byZone);
  world.addPod("p6", byZone);
  world.run(2);
  expect(world.nodeOf("p5")).not.toBe("");
  expect(world.nodeOf("p6")).toBe("");
  expect(world.pod("p6").status?.conditions?.[0]?.message).toContain("1 node(s) were unschedulable, 2 node(s) didn't match pod topology spread constraints");
});

test("a constraint is heard where the labels of a placed pod change", () => {
  const world = withNodes(["n1", "a"]);
  world.addPod("p1", apart);
  world.addPod("p2", apart);
  world.run(2);
  expect(world.nodeOf("p2")).toBe("");
  // The placed pod's own anti-affinity is not against itself, but against those that come.
  world.must("PATCH", "/api/v1/namespaces/default/pods/p1", { metadata: { labels: { app: "old" } } }, "application/merge-patch+json");
  world.run(3);
  expect(world.nodeOf("p2")).toBe("");
  expect(world.pod("p2").status?.conditions?.[0]?.message).toContain("1 node(s) didn't satisfy existing pods anti-affinity rules");
});

test("room made by preemption is held for the pod it was made for", () => {
  const world = withNodes(["n1", "a"]);
  world.addPriority("high", 1000);
  world.addPod("low", { terminationGracePeriodSeconds: 60 }, "2500m");
  world.run(1);
  world.addPod("high", { priorityClassName: "high" }, "3");
  world.run(1);
  expect(world.pod("high").status?.nominatedNodeName).toBe("n1");
  expect(world.pod("high").status?.conditions?.[0]?.message).toBe("0/1 nodes are available: 1 Insufficient cpu.");
  const victim = world.pod("low");
  expect(victim.metadata.deletionTimestamp).toBeDefined();
  expect(victim.status?.conditions?.find((condition) => condition.type === "DisruptionTarget")).toMatchObject({
    status: "True", reason: "PreemptionByScheduler", message: "default-scheduler: preempting to accommodate a higher priority pod",
  });
  // It would fit beside the victim that goes, but not beside the pod that is to come.
  world.addPod("late", {}, "1500m");
  world.run(2);
  expect(world.pod("late").status?.conditions?.[0]?.message).toBe("0/1 nodes are available: 1 Insufficient cpu. no new claims to deallocate, preemption: 0/1 nodes are available: 1 No preemption victims found for incoming pod.");
  world.deletePod("low");
  world.run(3);
  expect(world.nodeOf("high")).toBe("n1");
  expect(world.nodeOf("late")).toBe("");
  expect(world.pod("high").status?.conditions?.find((condition) => condition.type === "PodScheduled")?.status).toBe("True");
});

test("a node wakes whom it would hold if it were empty, and only where it has more of what is asked", () => {
  const world = withNodes(["n1", "a"]);
  world.addPod("big", {}, "5");
  world.run(2);
  const tries = (): number => world.said("big").length;
  const first = tries();
  world.addNode("small", "b", "3");
  world.must("PATCH", "/api/v1/nodes/n1", { metadata: { labels: { disk: "ssd" } } }, "application/merge-patch+json");
  world.run(12);
  expect(tries()).toBe(first);
  world.must("PATCH", "/api/v1/nodes/small/status", { status: { allocatable: { cpu: "6" }, capacity: { cpu: "6" } } }, "application/merge-patch+json");
  world.run(12);
  expect(world.nodeOf("big")).toBe("small");
});

test("while its victim goes, a pod does not look for others", () => {
  const world = withNodes(["n1", "a"], ["n2", "b"]);
  world.addPriority("high", 1000);
  world.addPod("low1", { terminationGracePeriodSeconds: 60 }, "3");
  world.addPod("low2", { terminationGracePeriodSeconds: 60 }, "3");
  world.run(1);
  world.addPod("high", { priorityClassName: "high" }, "3");
  world.run(1);
  world.must("PATCH", "/api/v1/namespaces/default/pods/high", { metadata: { labels: { again: "yes" } } }, "application/merge-patch+json");
  world.run(5);
  expect(world.pod("high").status?.conditions?.[0]?.message).toBe("0/2 nodes are available: 2 Insufficient cpu. no new claims to deallocate, preemption: not eligible due to a terminating pod on the nominated node.");
  expect(["low1", "low2"].filter((name) => world.pod(name).metadata.deletionTimestamp !== undefined)).toHaveLength(1);
});

test("the history is the same from a keyframe taken while pods wait and room is held", () => {
  const world = withNodes(["n1", "a"], ["n2", "b"]);
  world.addPriority("high", 1000);
  for (const name of ["p1", "p2", "p3"]) world.addPod(name, { ...apart, ...byZone });
  world.addPod("low", { terminationGracePeriodSeconds: 60 }, "3", "low");
  world.run(1);
  world.addPod("high", { priorityClassName: "high" }, "3", "high");
  world.addPod("higher", { priorityClassName: "high" }, "3", "high");
  world.run(1);
  const keyframe = world.api.world.keyframe();
  const request = world.api.request("DELETE", "/api/v1/namespaces/default/pods/p1", { apiVersion: "v1", kind: "DeleteOptions", gracePeriodSeconds: 0 });
  const onward = (): string => {
    world.api.world.restore(keyframe);
    world.api.world.send("cp-1/apiserver", { type: "request", request } as unknown as Json);
    world.run(20);
    return world.api.world.digest();
  };
  const first = onward();
  expect(world.nodeOf("p3")).not.toBe("");
  expect(onward()).toBe(first);
});
