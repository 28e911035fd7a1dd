import { describe, expect, test } from "vitest";
import type { KubeObject, OwnerReference } from "../../apimachinery/objectMeta.ts";
import { ControlPlane } from "../testing/controlPlane.ts";

const configMaps = "/api/v1/namespaces/default/configmaps";

/** Config maps that own each other. */
class Family {
  readonly cluster = new ControlPlane();

  make(name: string, owners: readonly (KubeObject | OwnerReference)[] = [], more: object = {}): KubeObject {
    const ownerReferences = owners.map((owner) => ("metadata" in owner ? { apiVersion: "v1", kind: "ConfigMap", name: owner.metadata.name, uid: owner.metadata.uid, ...more } : owner));
    return this.cluster.must("POST", configMaps, { apiVersion: "v1", kind: "ConfigMap", metadata: { name, labels: { family: "yes" }, ...(ownerReferences.length === 0 ? {} : { ownerReferences }) } });
  }

  remove(name: string, propagationPolicy: string): void {
    this.cluster.must("DELETE", `${configMaps}/${name}`, { kind: "DeleteOptions", apiVersion: "v1", propagationPolicy });
    this.cluster.settle();
  }

  finalizers(name: string, finalizers: readonly string[] | null): void {
    this.cluster.must("PATCH", `${configMaps}/${name}`, { metadata: { finalizers } }, "application/merge-patch+json");
    this.cluster.settle();
  }

  get names(): readonly string[] {
    return this.cluster.list(`${configMaps}?labelSelector=family`).map((object) => object.metadata.name);
  }

  get(name: string): KubeObject {
    return this.cluster.must("GET", `${configMaps}/${name}`);
  }
}

describe("background", () => {
  test("dependents of dependents follow", () => {
    const family = new Family();
    family.make("grandchild", [family.make("child", [family.make("parent")])]);
    family.remove("parent", "Background");
    expect(family.names).toEqual([]);
  });

  test("an object with another owner stays, and loses the reference to the one that is gone", () => {
    const family = new Family();
    const [a, b] = [family.make("a"), family.make("b")];
    family.make("child", [a, b]);
    family.remove("a", "Background");
    expect(family.names).toEqual(["b", "child"]);
    expect(family.get("child").metadata.ownerReferences?.map((owner) => owner.name)).toEqual(["b"]);
  });
});

describe("foreground", () => {
  test("the owner waits for the dependents that block it", () => {
    const family = new Family();
    family.make("child", [family.make("parent")], { blockOwnerDeletion: true });
    family.finalizers("child", ["example.com/hold"]);
    family.remove("parent", "Foreground");
    expect(family.names).toEqual(["child", "parent"]);
    expect(family.get("parent").metadata.finalizers).toEqual(["foregroundDeletion"]);
    expect(family.get("child").metadata.deletionTimestamp).toBeDefined();
    family.finalizers("child", null);
    expect(family.names).toEqual([]);
  });

  test("it does not wait for those that do not block it", () => {
    const family = new Family();
    family.make("child", [family.make("parent")], { blockOwnerDeletion: false });
    family.finalizers("child", ["example.com/hold"]);
    family.remove("parent", "Foreground");
    expect(family.names).toEqual(["child"]);
  });
});

test("orphans stay, and forget their owner", () => {
  const family = new Family();
  family.make("child", [family.make("parent")]);
  family.remove("parent", "Orphan");
  expect(family.names).toEqual(["child"]);
  expect(family.get("child").metadata.ownerReferences).toBeUndefined();
});

test("an owner of that name with another uid is no owner", () => {
  const family = new Family();
  family.make("parent");
  family.make("child", [{ apiVersion: "v1", kind: "ConfigMap", name: "parent", uid: "11111111-2222-3333-4444-555555555555" }]);
  family.cluster.settle();
  expect(family.names).toEqual(["parent"]);
});

test("an owner in another namespace does not count, and that is told; its own dependents stay", () => {
  const family = new Family();
  const parent = family.make("parent");
  family.cluster.must("POST", "/api/v1/namespaces", { apiVersion: "v1", kind: "Namespace", metadata: { name: "other" } });
  const owner = { apiVersion: "v1", kind: "ConfigMap", name: "parent", uid: parent.metadata.uid };
  family.cluster.must("POST", "/api/v1/namespaces/other/configmaps", { apiVersion: "v1", kind: "ConfigMap", metadata: { name: "stray", ownerReferences: [owner] } });
  family.cluster.settle();
  expect(family.cluster.call("GET", "/api/v1/namespaces/other/configmaps/stray").code).toBe(404);
  expect(family.cluster.events("stray", "other")).toEqual([`OwnerRefInvalidNamespace: ownerRef [v1/ConfigMap, namespace: other, name: parent, uid: ${parent.metadata.uid}] does not exist in namespace "other"`]);
  family.make("child", [parent]);
  family.cluster.settle();
  expect(family.names).toEqual(["child", "parent"]);
});

test("a cluster-wide object cannot be owned by one in a namespace: it stays, and that is told", () => {
  const family = new Family();
  const { uid } = family.make("parent").metadata;
  family.cluster.must("POST", "/apis/scheduling.k8s.io/v1/priorityclasses", { apiVersion: "scheduling.k8s.io/v1", kind: "PriorityClass", metadata: { name: "wide", ownerReferences: [{ apiVersion: "v1", kind: "ConfigMap", name: "parent", uid }] }, value: 1 });
  family.cluster.runFor(30);
  expect(family.cluster.call("GET", "/apis/scheduling.k8s.io/v1/priorityclasses/wide").code).toBe(200);
  expect(family.cluster.events("wide")).toEqual([`OwnerRefInvalidNamespace: ownerRef [v1/ConfigMap, namespace: , name: parent, uid: ${uid}] does not exist in namespace ""`]);
});

test("an owner whose kind is not served is not taken for absent", () => {
  const family = new Family();
  family.make("child", [{ apiVersion: "example.com/v1", kind: "Thing", name: "t", uid: "11111111-2222-3333-4444-555555555555" }]);
  family.cluster.runFor(60);
  expect(family.names).toEqual(["child"]);
});

test("a dependent made in the same instant as its owner is not mistaken for an orphan", () => {
  const family = new Family();
  for (let index = 0; index < 20; index++) {
    const parent = family.make(`parent-${index}`);
    family.make(`child-${index}`, [parent]);
  }
  family.cluster.settle();
  expect(family.names).toHaveLength(40);
});

test("a Deployment takes its ReplicaSets and their pods along", () => {
  const { cluster } = new Family();
  const template = { metadata: { labels: { app: "web" } }, spec: { containers: [{ name: "c", image: "i" }], schedulerName: "manual" } };
  cluster.must("POST", "/apis/apps/v1/namespaces/default/deployments", { apiVersion: "apps/v1", kind: "Deployment", metadata: { name: "web" }, spec: { replicas: 3, selector: { matchLabels: { app: "web" } }, template } });
  cluster.settle();
  expect(cluster.pods()).toHaveLength(3);
  cluster.must("DELETE", "/apis/apps/v1/namespaces/default/deployments/web");
  cluster.settle();
  expect(cluster.pods()).toEqual([]);
  expect(cluster.list("/apis/apps/v1/namespaces/default/replicasets")).toEqual([]);
});
