import { expect, test } from "vitest";
import type { ReplicaSet } from "../../kinds/apps/replicaset/types.ts";
import { ControlPlane } from "../testing/controlPlane.ts";

const url = "/apis/apps/v1/namespaces/default/replicasets";
const labels = { app: "w" };
const template = { metadata: { labels }, spec: { containers: [{ name: "c", image: "registry.example/app:1" }], terminationGracePeriodSeconds: 0, schedulerName: "manual" } };
const manifest = (replicas: number, more: object = {}) => ({ apiVersion: "apps/v1", kind: "ReplicaSet", metadata: { name: "w" }, spec: { replicas, selector: { matchLabels: labels }, template, ...more } });
const statusOf = (cluster: ControlPlane) => (cluster.must("GET", `${url}/w`) as ReplicaSet).status;

function made(replicas: number, more: object = {}): ControlPlane {
  const cluster = new ControlPlane();
  cluster.must("POST", url, manifest(replicas, more));
  cluster.settle();
  return cluster;
}

test("keeps as many pods as it wants, and counts them", () => {
  const cluster = made(3);
  expect(statusOf(cluster)).toEqual({ replicas: 3, fullyLabeledReplicas: 3, terminatingReplicas: 0, observedGeneration: 1 });
  cluster.makeReady("default", cluster.pods()[0]?.metadata.name ?? "");
  cluster.must("DELETE", `/api/v1/namespaces/default/pods/${cluster.pods()[1]?.metadata.name ?? ""}`);
  cluster.settle();
  expect(cluster.pods()).toHaveLength(3);
  expect(statusOf(cluster)).toMatchObject({ replicas: 3, readyReplicas: 1, availableReplicas: 1 });
});

test("makes exactly as many as it wants, though its informer lags behind", () => {
  const cluster = made(40);
  expect(cluster.pods()).toHaveLength(40);
  const created = cluster.api.world.trace.filter(({ body }) => (body as { text?: string }).text?.startsWith("wrote Pod") === true);
  expect(created).toHaveLength(40);
});

test("scales down by what is missed least", () => {
  const cluster = made(3);
  const [first, second] = cluster.pods().map((pod) => pod.metadata.name);
  cluster.makeReady("default", first ?? "");
  cluster.makeReady("default", second ?? "");
  cluster.settle();
  cluster.must("PATCH", `${url}/w`, { spec: { replicas: 2 } }, "application/merge-patch+json");
  cluster.settle();
  expect(cluster.pods().map((pod) => pod.metadata.name)).toEqual([first, second]);
  expect(cluster.explained("replicaset controller").some((text) => text.includes("goes first: not running yet"))).toBe(true);
});

test("a pod is available only after minReadySeconds", () => {
  const cluster = made(1, { minReadySeconds: 30 });
  cluster.makeReady("default", cluster.pods()[0]?.metadata.name ?? "");
  cluster.settle();
  expect(statusOf(cluster)?.availableReplicas).toBeUndefined();
  cluster.runFor(35);
  expect(statusOf(cluster)?.availableReplicas).toBe(1);
});

test("adopts matching orphans, releases what matches no more", () => {
  const cluster = new ControlPlane();
  cluster.must("POST", "/api/v1/namespaces/default/pods", { apiVersion: "v1", kind: "Pod", metadata: { name: "orphan", labels }, spec: template.spec });
  cluster.must("POST", url, manifest(2));
  cluster.settle();
  expect(cluster.pods()).toHaveLength(2);
  expect(cluster.must("GET", "/api/v1/namespaces/default/pods/orphan").metadata.ownerReferences).toMatchObject([{ kind: "ReplicaSet", name: "w", controller: true }]);
  cluster.must("PATCH", "/api/v1/namespaces/default/pods/orphan", { metadata: { labels: { app: "no" } } }, "application/merge-patch+json");
  cluster.settle();
  expect(cluster.must("GET", "/api/v1/namespaces/default/pods/orphan").metadata.ownerReferences).toBeUndefined();
  expect(cluster.pods()).toHaveLength(3);
});

test("pods that cannot be made are told in the status and in an event, and tried again", () => {
  const cluster = made(2, { template: { ...template, spec: { ...template.spec, serviceAccountName: "missing" } } });
  expect(statusOf(cluster)).toMatchObject({ replicas: 0, conditions: [{ type: "ReplicaFailure", status: "True", reason: "FailedCreate" }] });
  expect(cluster.events("w")[0]).toMatch(/^FailedCreate: Error creating: pods .*is forbidden: error looking up service account default\/missing/);
  cluster.must("POST", "/api/v1/namespaces/default/serviceaccounts", { apiVersion: "v1", kind: "ServiceAccount", metadata: { name: "missing" } });
  cluster.runFor(120);
  expect(cluster.pods()).toHaveLength(2);
  expect(statusOf(cluster)?.conditions).toBeUndefined();
});
