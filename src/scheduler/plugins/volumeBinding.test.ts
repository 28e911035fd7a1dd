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
  world.must("POST", "/api/v1/persistentvolumes", { apiVersion: "v1", kind: "PersistentVolume", metadata: { name: "v" }, spec: { capacity: { storage: "1Gi" }, accessModes: ["ReadWriteOnce"], hostPath: { path: "/x" } } });
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

const zone = "topology.kubernetes.io/zone";
const must = (world: SchedulerWorld, path: string, kind: string, name: string, more: JsonObject): unknown =>
  world.must("POST", path, { apiVersion: path.split("/").slice(2, -1).join("/"), kind, metadata: { name }, ...more });
const addClass = (world: SchedulerWorld, name: string, more: JsonObject): unknown =>
  must(world, "/apis/storage.k8s.io/v1/storageclasses", "StorageClass", name, { volumeBindingMode: "WaitForFirstConsumer", ...more });

function withTwoNodes(): SchedulerWorld {
  const world = withNode();
  world.addNode("n2", "b");
  world.run(1);
  return world;
}

function addVolume(world: SchedulerWorld, name: string, storage: string, node: string): void {
  world.must("POST", "/api/v1/persistentvolumes", {
    apiVersion: "v1", kind: "PersistentVolume", metadata: { name },
    spec: {
      capacity: { storage }, accessModes: ["ReadWriteOnce"], storageClassName: "local", local: { path: "/mnt" },
      nodeAffinity: { required: { nodeSelectorTerms: [{ matchExpressions: [{ key: "kubernetes.io/hostname", operator: "In", values: [node] }] }] } },
    },
  });
  world.must("PATCH", `/api/v1/persistentvolumes/${name}/status`, { status: { phase: "Available" } }, "application/merge-patch+json");
}

const bind = (world: SchedulerWorld, claim: string, volume: string): unknown =>
  world.must("PATCH", `${claims}/${claim}`, { metadata: { annotations: { "pv.kubernetes.io/bind-completed": "yes" } }, spec: { volumeName: volume } }, "application/merge-patch+json");

test("a volume within a node's reach is promised to the claim, and the pod is bound when the claim is", () => {
  const world = withTwoNodes();
  addClass(world, "local", { provisioner: "kubernetes.io/no-provisioner" });
  addClaim(world, "data", { storageClassName: "local" });
  world.addPod("p", mounting("data"));
  expect(refusal(world, "p")).toBe("0/2 nodes are available: 2 node(s) didn't find available persistent volumes to bind. no new claims to deallocate, preemption: 0/2 nodes are available: 2 Preemption is not helpful for scheduling.");
  addVolume(world, "large", "10Gi", "n2");
  addVolume(world, "small", "2Gi", "n2");
  world.run(15);
  expect(world.nodeOf("p")).toBe("");
  expect(world.pod("p").status?.nominatedNodeName).toBe("n2");
  // It was the first to come, and was chosen at once.
  const { spec } = world.must("GET", "/api/v1/persistentvolumes/large") as unknown as { readonly spec: JsonObject };
  expect(spec["claimRef"]).toMatchObject({ kind: "PersistentVolumeClaim", namespace: "default", name: "data" });
  bind(world, "data", "large");
  world.run(3);
  expect(world.nodeOf("p")).toBe("n2");
  expect(world.pod("p").status?.nominatedNodeName).toBeUndefined();
});

test("a volume that can be made is asked for on the chosen node, within the places its class allows", () => {
  const world = withTwoNodes();
  addClass(world, "disk", { provisioner: "example.com/disk", allowedTopologies: [{ matchLabelExpressions: [{ key: zone, values: ["b"] }] }] });
  addClaim(world, "data", { storageClassName: "disk" });
  world.addPod("p", mounting("data"));
  world.run(3);
  expect((world.must("GET", `${claims}/data`).metadata.annotations ?? {})["volume.kubernetes.io/selected-node"]).toBe("n2");
  expect(world.nodeOf("p")).toBe("");
  // Whoever cannot make it takes the annotation away.
  world.must("PATCH", `${claims}/data`, { metadata: { annotations: { "volume.kubernetes.io/selected-node": null } } }, "application/merge-patch+json");
  world.run(1.2);
  expect(world.said("p").length).toBeGreaterThan(1);
  const events = world.must("GET", "/api/v1/namespaces/default/events") as unknown as { readonly items: readonly { readonly message: string }[] };
  expect(events.items.map((event) => event.message)).toContain('running PreBind plugin "VolumeBinding": binding volumes: selectedNode annotation reset for PVC "data"');
});

test("a volume in reach of another node, and one that is gone", () => {
  const world = withTwoNodes();
  addClass(world, "local", { provisioner: "kubernetes.io/no-provisioner" });
  addVolume(world, "far", "2Gi", "elsewhere");
  addClaim(world, "data", { storageClassName: "local" });
  bind(world, "data", "far");
  world.addPod("p", mounting("data"));
  expect(refusal(world, "p")).toContain("0/2 nodes are available: 2 node(s) didn't match PersistentVolume's node affinity.");
  addClaim(world, "orphan", { storageClassName: "local" });
  bind(world, "orphan", "gone");
  world.addPod("q", mounting("orphan"));
  expect(refusal(world, "q")).toBe('0/2 nodes are available: persistentvolume "gone" not found. not found');
});

test("a volume goes where its labels say, and a driver takes no more than its CSINode says", () => {
  const world = withTwoNodes();
  const csi = { capacity: { storage: "1Gi" }, accessModes: ["ReadWriteOnce"], csi: { driver: "d", volumeHandle: "h1" } };
  world.must("POST", "/api/v1/persistentvolumes", { apiVersion: "v1", kind: "PersistentVolume", metadata: { name: "zoned", labels: { [zone]: "b__c" } }, spec: csi });
  world.must("POST", "/api/v1/persistentvolumes", { apiVersion: "v1", kind: "PersistentVolume", metadata: { name: "second" }, spec: { ...csi, csi: { driver: "d", volumeHandle: "h2" } } });
  for (const node of ["n1", "n2"]) must(world, "/apis/storage.k8s.io/v1/csinodes", "CSINode", node, { spec: { drivers: [{ name: "d", nodeID: node, allocatable: { count: 1 } }] } });
  for (const [claim, volume] of [["a", "zoned"], ["b", "second"]] as const) {
    addClaim(world, claim);
    bind(world, claim, volume);
  }
  world.addPod("p", mounting("a"));
  world.run(2);
  expect(world.nodeOf("p")).toBe("n2");
  world.must("PATCH", "/api/v1/nodes/n1", { spec: { unschedulable: true } }, "application/merge-patch+json");
  world.addPod("q", mounting("b"));
  expect(refusal(world, "q")).toBe("0/2 nodes are available: 1 node(s) exceed max volume count, 1 node(s) were unschedulable. no new claims to deallocate, preemption: 0/2 nodes are available: 1 No preemption victims found for incoming pod, 1 Preemption is not helpful for scheduling.");
  // The pod that uses the same volume again adds none.
  world.addPod("again", mounting("a"));
  world.run(2);
  expect(world.nodeOf("again")).toBe("n2");
  world.must("PATCH", "/apis/storage.k8s.io/v1/csinodes/n2", { spec: { drivers: [{ name: "d", nodeID: "n2", allocatable: { count: 2 } }] } }, "application/merge-patch+json");
  world.run(2);
  expect(world.nodeOf("q")).toBe("n2");
});

test("a claim for one pod alone is free again when that pod has gone", () => {
  const world = withTwoNodes();
  addClaim(world, "one", { accessModes: ["ReadWriteOncePod"] });
  world.must("POST", "/api/v1/persistentvolumes", { apiVersion: "v1", kind: "PersistentVolume", metadata: { name: "v" }, spec: { capacity: { storage: "1Gi" }, accessModes: ["ReadWriteOncePod"], hostPath: { path: "/x" } } });
  bind(world, "one", "v");
  world.addPod("p", mounting("one"));
  world.run(2);
  world.addPod("q", mounting("one"));
  expect(refusal(world, "q")).toContain("2 node(s) unavailable due to PersistentVolumeClaim with ReadWriteOncePod access mode already in-use by another pod.");
  world.deletePod("p");
  world.run(12);
  expect(world.nodeOf("q")).not.toBe("");
});
