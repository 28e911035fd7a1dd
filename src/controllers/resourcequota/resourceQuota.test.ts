import { describe, expect, test } from "vitest";
import type { KubeObject } from "../../apimachinery/objectMeta.ts";
import type { ResourceQuota } from "../../kinds/core/resourcequota/types.ts";
import { ControlPlane } from "../testing/controlPlane.ts";

const base = "/api/v1/namespaces/default";
const merge = "application/merge-patch+json";

function plane(hard: Record<string, string>, spec: object = {}): ControlPlane {
  const cluster = new ControlPlane();
  cluster.must("POST", `${base}/resourcequotas`, { apiVersion: "v1", kind: "ResourceQuota", metadata: { name: "q" }, spec: { hard, ...spec } });
  cluster.runFor(1);
  return cluster;
}
const status = (cluster: ControlPlane): ResourceQuota["status"] => (cluster.must("GET", `${base}/resourcequotas/q`) as ResourceQuota).status;
const pod = (cluster: ControlPlane, name: string, more: object = {}): KubeObject =>
  cluster.must("POST", `${base}/pods`, { apiVersion: "v1", kind: "Pod", metadata: { name, ...more }, spec: { schedulerName: "manual", terminationGracePeriodSeconds: 0, containers: [{ name: "c", image: "i", resources: { requests: { cpu: "100m" } } }] } });
const replicaSet = (replicas: number): object => ({
  apiVersion: "apps/v1", kind: "ReplicaSet", metadata: { name: "r" },
  spec: { replicas, selector: { matchLabels: { a: "b" } }, template: { metadata: { labels: { a: "b" } }, spec: { containers: [{ name: "c", image: "i", resources: { requests: { cpu: "100m" } } }] } } },
});

describe("a quota's status", () => {
  test("counts what was there before, and follows its hard limits", () => {
    const cluster = new ControlPlane();
    pod(cluster, "a");
    cluster.must("POST", `${base}/resourcequotas`, { apiVersion: "v1", kind: "ResourceQuota", metadata: { name: "q" }, spec: { hard: { pods: "3", "count/configmaps": "9" } } });
    cluster.runFor(1);
    expect(status(cluster)).toEqual({ hard: { pods: "3", "count/configmaps": "9" }, used: { pods: "1", "count/configmaps": "1" } });
    cluster.must("PATCH", `${base}/resourcequotas/q`, { spec: { hard: { pods: "5", "count/configmaps": null, "requests.cpu": "1" } } }, merge);
    cluster.runFor(1);
    expect(status(cluster)).toEqual({ hard: { pods: "5", "requests.cpu": "1" }, used: { pods: "1", "requests.cpu": "100m" } });
  });

  test("gets room again where a pod ends or goes, and where a service closes its node port", () => {
    const cluster = plane({ pods: "2", "count/pods": "5", "requests.cpu": "1", "services.nodeports": "1" });
    for (const name of ["a", "b"]) pod(cluster, name);
    cluster.must("POST", `${base}/services`, { apiVersion: "v1", kind: "Service", metadata: { name: "s" }, spec: { type: "NodePort", ports: [{ port: 80 }] } });
    cluster.runFor(1);
    expect(status(cluster)?.used).toEqual({ "count/pods": "2", pods: "2", "requests.cpu": "200m", "services.nodeports": "1" });
    cluster.must("PATCH", `${base}/pods/a/status`, { status: { phase: "Succeeded" } }, merge);
    cluster.must("PATCH", `${base}/services/s`, { spec: { type: "ClusterIP" } }, merge);
    cluster.runFor(1);
    expect(status(cluster)?.used).toEqual({ "count/pods": "2", pods: "1", "requests.cpu": "100m", "services.nodeports": "0" });
    cluster.must("DELETE", `${base}/pods/b`);
    cluster.runFor(1);
    expect(status(cluster)?.used).toEqual({ "count/pods": "1", pods: "0", "requests.cpu": "0", "services.nodeports": "0" });
  });

  test("is right again in five minutes where something was charged that never came", () => {
    const cluster = plane({ configmaps: "9" });
    const before = status(cluster)?.used?.["configmaps"];
    cluster.must("POST", `${base}/configmaps`, { apiVersion: "v1", kind: "ConfigMap", metadata: { name: "c" } });
    expect(cluster.call("POST", `${base}/configmaps`, { apiVersion: "v1", kind: "ConfigMap", metadata: { name: "c" } }).code).toBe(409);
    expect(status(cluster)?.used?.["configmaps"]).toBe(String(Number(before) + 2));
    cluster.runFor(301);
    expect(status(cluster)?.used?.["configmaps"]).toBe(String(Number(before) + 1));
  });
});

test("a ReplicaSet fills a quota and no more, says why it stops, and goes on when there is room", () => {
  const cluster = plane({ pods: "6" });
  cluster.must("POST", "/apis/apps/v1/namespaces/default/replicasets", replicaSet(20));
  cluster.settle();
  expect(cluster.pods()).toHaveLength(6);
  expect(cluster.events("r").some((event) => /FailedCreate: .*forbidden: exceeded quota: q, requested: pods=1, used: pods=6, limited: pods=6/.test(event))).toBe(true);
  cluster.must("PATCH", `${base}/resourcequotas/q`, { spec: { hard: { pods: "8" } } }, merge);
  cluster.runFor(400);
  expect(cluster.pods()).toHaveLength(8);
  expect(status(cluster)).toEqual({ hard: { pods: "8" }, used: { pods: "8" } });
});
