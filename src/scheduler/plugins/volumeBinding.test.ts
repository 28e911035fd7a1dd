import { expect, test } from "vitest";
import type { JsonObject } from "../../base/json.ts";
import type { PodSpec } from "../../kinds/core/pod/types.ts";
import { SchedulerWorld } from "../testing/schedulerWorld.ts";

const claims = "/api/v1/namespaces/default/persistentvolumeclaims";
const mounting = (claimName: string): Partial<PodSpec> => ({ volumes: [{ name: "data", persistentVolumeClaim: { claimName } }] });

function withNode(): SchedulerWorld {
  const world = new SchedulerWorld();
  world.addNode("n1", "a");
  world.run(1);
  return world;
}

function addClaim(world: SchedulerWorld, name: string, more: JsonObject = {}): void {
  world.must("POST", claims, { apiVersion: "v1", kind: "PersistentVolumeClaim", metadata: { name }, spec: { accessModes: ["ReadWriteOnce"], resources: { requests: { storage: "1Gi" } }, ...more } });
}

function refusal(world: SchedulerWorld, pod: string): string | undefined {
  world.run(12);
  return world.pod(pod).status?.conditions?.find((condition) => condition.type === "PodScheduled")?.message;
}

test("a pod waits for its claim to be there, to be bound, and goes then", () => {
  const world = withNode();
  world.addPod("p", mounting("data"));
  expect(refusal(world, "p")).toBe('0/1 nodes are available: persistentvolumeclaim "data" not found. not found');
  addClaim(world, "data");
  expect(refusal(world, "p")).toBe("0/1 nodes are available: pod has unbound immediate PersistentVolumeClaims. not found");
  world.must("PATCH", `${claims}/data`, { metadata: { annotations: { "pv.kubernetes.io/bind-completed": "yes" } }, spec: { volumeName: "v" } }, "application/merge-patch+json");
  world.run(12);
  expect(world.nodeOf("p")).toBe("n1");
});

test("a claim that is lost or going holds its pod back, and so does one that nobody made for it", () => {
  const world = withNode();
  addClaim(world, "lost", { volumeName: "v" });
  world.must("PATCH", `${claims}/lost/status`, { status: { phase: "Lost" } }, "application/merge-patch+json");
  addClaim(world, "going");
  world.must("DELETE", `${claims}/going`);
  world.addPod("a", mounting("lost"));
  world.addPod("b", mounting("going"));
  const volumeClaimTemplate = { spec: { accessModes: ["ReadWriteOnce"], resources: { requests: { storage: "1Gi" } } } };
  world.addPod("c", { volumes: [{ name: "own", ephemeral: { volumeClaimTemplate } }] });
  expect(refusal(world, "a")).toBe('0/1 nodes are available: persistentvolumeclaim "lost" bound to non-existent persistentvolume "v". not found');
  expect(refusal(world, "b")).toBe('0/1 nodes are available: persistentvolumeclaim "going" is being deleted. not found');
  expect(refusal(world, "c")).toBe('0/1 nodes are available: waiting for ephemeral volume controller to create the persistentvolumeclaim "c-own". not found');
});

test("says that a claim is not bound to a volume of the chosen node", () => {
  const world = withNode();
  world.must("POST", "/apis/storage.k8s.io/v1/storageclasses", { apiVersion: "storage.k8s.io/v1", kind: "StorageClass", metadata: { name: "late" }, provisioner: "a.b/c", volumeBindingMode: "WaitForFirstConsumer" });
  addClaim(world, "data", { storageClassName: "late" });
  world.addPod("p", mounting("data"));
  expect(refusal(world, "p")).toContain("1 node(s) cannot bind PersistentVolumeClaims that wait for their first consumer: not simulated yet");
  expect(world.nodeOf("p")).toBe("");
});
