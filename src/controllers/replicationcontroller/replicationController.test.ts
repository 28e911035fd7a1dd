import { expect, test } from "vitest";
import type { ReplicationController } from "../../kinds/core/replicationcontroller/types.ts";
import { ControlPlane } from "../testing/controlPlane.ts";

const url = "/api/v1/namespaces/default/replicationcontrollers";
const template = { metadata: { labels: { app: "r" } }, spec: { containers: [{ name: "c", image: "registry.example/app:1" }], terminationGracePeriodSeconds: 0, schedulerName: "manual" } };

function made(replicas: number, more: object = {}): ControlPlane {
  const cluster = new ControlPlane();
  cluster.must("POST", url, { apiVersion: "v1", kind: "ReplicationController", metadata: { name: "r" }, spec: { replicas, template, ...more } });
  cluster.settle();
  return cluster;
}
const get = (cluster: ControlPlane) => cluster.must("GET", `${url}/r`) as ReplicationController;

test("keeps as many pods as it wants, counts them, and then is quiet", () => {
  const cluster = made(2);
  expect(get(cluster)).toMatchObject({ spec: { selector: { app: "r" } }, status: { replicas: 2, fullyLabeledReplicas: 2, observedGeneration: 1 } });
  expect(get(cluster).status).not.toHaveProperty("terminatingReplicas");
  expect(cluster.pods()[0]?.metadata.ownerReferences).toMatchObject([{ apiVersion: "v1", kind: "ReplicationController", name: "r", controller: true, blockOwnerDeletion: true }]);
  cluster.makeAllReady();
  cluster.must("PATCH", `${url}/r/scale`, { spec: { replicas: 1 } }, "application/merge-patch+json");
  cluster.settle();
  expect(get(cluster).status).toEqual({ replicas: 1, fullyLabeledReplicas: 1, readyReplicas: 1, availableReplicas: 1, observedGeneration: 2 });
  expect(cluster.events("r").map((text) => text.replace(/r-.*$/, "r-#"))).toEqual(["SuccessfulCreate: Created pod: r-#", "SuccessfulCreate: Created pod: r-#", "SuccessfulDelete: Deleted pod: r-#"]);
  const before = get(cluster).metadata.resourceVersion;
  cluster.runFor(600);
  expect(get(cluster).metadata.resourceVersion).toBe(before);
});

test("adopts matching orphans, releases what matches no more", () => {
  const cluster = made(1);
  const name = cluster.pods()[0]?.metadata.name ?? "";
  cluster.must("PATCH", `/api/v1/namespaces/default/pods/${name}`, { metadata: { labels: { app: "x" } } }, "application/merge-patch+json");
  cluster.settle();
  expect(cluster.must("GET", `/api/v1/namespaces/default/pods/${name}`).metadata.ownerReferences).toBeUndefined();
  expect(cluster.pods()).toHaveLength(2);
  cluster.must("PATCH", `/api/v1/namespaces/default/pods/${name}`, { metadata: { labels: { app: "r" } } }, "application/merge-patch+json");
  cluster.settle();
  expect(cluster.pods()).toHaveLength(1);
});

test("pods that cannot be made are told in the status", () => {
  const cluster = made(1, { template: { ...template, spec: { ...template.spec, serviceAccountName: "missing" } } });
  expect(get(cluster).status).toMatchObject({ replicas: 0, conditions: [{ type: "ReplicaFailure", status: "True", reason: "FailedCreate" }] });
});
