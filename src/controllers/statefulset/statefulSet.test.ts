import { expect, test } from "vitest";
import type { KubeObject } from "../../apimachinery/objectMeta.ts";
import type { ControllerRevision } from "../../kinds/apps/controllerrevision/types.ts";
import type { StatefulSet } from "../../kinds/apps/statefulset/types.ts";
import type { Pod } from "../../kinds/core/pod/types.ts";
import { ControlPlane } from "../testing/controlPlane.ts";

const url = "/apis/apps/v1/namespaces/default/statefulsets";
const podsUrl = "/api/v1/namespaces/default/pods";
const merge = "application/merge-patch+json";
const labels = { app: "web" };
const template = { metadata: { labels }, spec: { containers: [{ name: "c", image: "registry.example/app:1" }], terminationGracePeriodSeconds: 0, schedulerName: "manual" } };

function made(replicas: number, more: object = {}, cluster = new ControlPlane()): ControlPlane {
  cluster.must("POST", url, { apiVersion: "apps/v1", kind: "StatefulSet", metadata: { name: "web" }, spec: { serviceName: "web", replicas, selector: { matchLabels: labels }, template, ...more } });
  cluster.settle();
  return cluster;
}
const parallel = { podManagementPolicy: "Parallel" };
const get = (cluster: ControlPlane) => cluster.must("GET", `${url}/web`) as StatefulSet;
const names = (cluster: ControlPlane) => cluster.pods().map((pod) => pod.metadata.name);
const revisions = (cluster: ControlPlane) => cluster.list<ControllerRevision>("/apis/apps/v1/namespaces/default/controllerrevisions").map(({ metadata, revision }) => `${metadata.name} ${revision}`);
const versions = (cluster: ControlPlane) => cluster.list<Pod>(podsUrl).map(({ metadata }) => `${metadata.name} ${metadata.annotations?.["v"] ?? "1"}`);

function patch(cluster: ControlPlane, spec: object): void {
  cluster.must("PATCH", `${url}/web`, { spec }, merge);
  cluster.settle();
}
const update = (cluster: ControlPlane, v: string | null): void => patch(cluster, { template: { metadata: { annotations: v === null ? null : { v } } } });

/** Pods that are there get ready until nothing is made any more. */
function ready(cluster: ControlPlane): void {
  for (let round = 0; round < 8; round++) cluster.makeAllReady();
}

test("makes pods in order, each when the one before it is available", () => {
  const cluster = made(3);
  expect(names(cluster)).toEqual(["web-0"]);
  cluster.makeAllReady();
  expect(names(cluster)).toEqual(["web-0", "web-1"]);
  ready(cluster);
  expect(get(cluster).status).toEqual({ observedGeneration: 1, replicas: 3, readyReplicas: 3, availableReplicas: 3, currentReplicas: 3, updatedReplicas: 3, currentRevision: "web-75d954b954", updateRevision: "web-75d954b954", collisionCount: 0 });
  expect(cluster.events("web")).toEqual([0, 1, 2].map((at) => `SuccessfulCreate: Create Pod web-${at} in StatefulSet web successful`));
});

test("a pod has its name, number and revision as labels, and a host name under the service", () => {
  const [pod] = made(1, { ordinals: { start: 5 } }).list<Pod>(podsUrl);
  expect(pod?.metadata).toMatchObject({ name: "web-5", generateName: "web-", labels: { app: "web", "apps.kubernetes.io/pod-index": "5", "statefulset.kubernetes.io/pod-name": "web-5", "controller-revision-hash": "web-75d954b954" } });
  expect(pod?.spec).toMatchObject({ hostname: "web-5", subdomain: "web" });
  expect(pod?.metadata.ownerReferences).toMatchObject([{ apiVersion: "apps/v1", kind: "StatefulSet", name: "web", controller: true, blockOwnerDeletion: true }]);
});

test("Parallel makes and removes all at once", () => {
  const cluster = made(12, parallel);
  expect(names(cluster)).toHaveLength(12);
  expect(get(cluster).status).toMatchObject({ replicas: 12, currentReplicas: 12, updatedReplicas: 12, availableReplicas: 0 });
  patch(cluster, { replicas: 2 });
  expect(names(cluster)).toEqual(["web-0", "web-1"]);
  const created = cluster.api.world.trace.filter(({ body }) => (body as { text?: string }).text?.startsWith("wrote Pod") === true);
  expect(created).toHaveLength(12);
});

test("goes down from the last, and waits for a pod that does not go", () => {
  const cluster = made(4);
  ready(cluster);
  cluster.must("PATCH", `${podsUrl}/web-2`, { metadata: { finalizers: ["example.com/hold"] } }, merge);
  patch(cluster, { replicas: 1 });
  expect(names(cluster)).toEqual(["web-0", "web-1", "web-2"]);
  cluster.must("PATCH", `${podsUrl}/web-2`, { metadata: { finalizers: null } }, merge);
  cluster.settle();
  expect(names(cluster)).toEqual(["web-0"]);
  expect(get(cluster).status).toMatchObject({ replicas: 1, currentReplicas: 1 });
});

test("an unready pod that is too many goes only where none before it is unready", () => {
  const cluster = made(4);
  ready(cluster);
  const unready = (name: string): void => void cluster.must("PATCH", `${podsUrl}/${name}/status`, { status: { conditions: [{ type: "Ready", status: "False" }] } }, "application/strategic-merge-patch+json");
  for (const name of ["web-1", "web-3"]) unready(name);
  cluster.settle();
  patch(cluster, { replicas: 1 });
  expect(names(cluster)).toEqual(["web-0", "web-1", "web-2", "web-3"]);
  cluster.makeReady("default", "web-1");
  cluster.settle();
  expect(names(cluster)).toEqual(["web-0"]);
});

test("updates from the last, one after the other, and remembers both revisions", () => {
  const cluster = made(3, parallel);
  cluster.makeAllReady();
  update(cluster, "2");
  expect(versions(cluster)).toEqual(["web-0 1", "web-1 1", "web-2 2"]);
  expect(get(cluster).status).toMatchObject({ replicas: 3, readyReplicas: 2, currentReplicas: 2, updatedReplicas: 1, currentRevision: "web-75d954b954", updateRevision: "web-76589b9c8" });
  cluster.makeAllReady();
  expect(versions(cluster)).toEqual(["web-0 1", "web-1 2", "web-2 2"]);
  ready(cluster);
  expect(get(cluster).status).toMatchObject({ currentReplicas: 3, updatedReplicas: 3, currentRevision: "web-76589b9c8", updateRevision: "web-76589b9c8" });
  expect(revisions(cluster)).toEqual(["web-75d954b954 1", "web-76589b9c8 2"]);
});

test("going back takes the old revision again, under a new number", () => {
  const cluster = made(1);
  ready(cluster);
  update(cluster, "2");
  ready(cluster);
  update(cluster, null);
  ready(cluster);
  expect(revisions(cluster)).toEqual(["web-75d954b954 3", "web-76589b9c8 2"]);
  expect(get(cluster).status).toMatchObject({ currentRevision: "web-75d954b954", updateRevision: "web-75d954b954" });
});

test("a stuck update stays stuck until its broken pod is deleted by hand", () => {
  const cluster = made(2);
  ready(cluster);
  update(cluster, "bad");
  update(cluster, null);
  cluster.runFor(300);
  expect(versions(cluster)).toEqual(["web-0 1", "web-1 bad"]);
  cluster.must("DELETE", `${podsUrl}/web-1`);
  cluster.settle();
  expect(versions(cluster)).toEqual(["web-0 1", "web-1 1"]);
});

test("below the partition pods stay, and come back, as they were", () => {
  const cluster = made(3, { ...parallel, updateStrategy: { type: "RollingUpdate", rollingUpdate: { partition: 2 } } });
  cluster.makeAllReady();
  update(cluster, "2");
  ready(cluster);
  expect(versions(cluster)).toEqual(["web-0 1", "web-1 1", "web-2 2"]);
  expect(get(cluster).status).toMatchObject({ currentReplicas: 2, updatedReplicas: 1 });
  cluster.must("DELETE", `${podsUrl}/web-0`);
  ready(cluster);
  expect(versions(cluster)).toEqual(["web-0 1", "web-1 1", "web-2 2"]);
  patch(cluster, { updateStrategy: { rollingUpdate: { partition: 0 } } });
  ready(cluster);
  expect(versions(cluster)).toEqual(["web-0 2", "web-1 2", "web-2 2"]);
});

test("OnDelete updates what somebody deletes", () => {
  const cluster = made(2, { ...parallel, updateStrategy: { type: "OnDelete" } });
  cluster.makeAllReady();
  update(cluster, "2");
  expect(versions(cluster)).toEqual(["web-0 1", "web-1 1"]);
  cluster.must("DELETE", `${podsUrl}/web-0`);
  ready(cluster);
  expect(versions(cluster)).toEqual(["web-0 2", "web-1 1"]);
  expect(get(cluster).status).toMatchObject({ currentRevision: "web-75d954b954", updateRevision: "web-76589b9c8", currentReplicas: 1, updatedReplicas: 1 });
});

test("the history keeps as many old revisions as it may, and all that pods are of", () => {
  const cluster = made(1, { revisionHistoryLimit: 1 });
  for (const v of ["2", "3", "4"]) {
    ready(cluster);
    update(cluster, v);
  }
  ready(cluster);
  expect(revisions(cluster).map((text) => text.split(" ")[1]).sort()).toEqual(["3", "4"]);
});

test("a template whose revision's name is taken gets another name", () => {
  const cluster = new ControlPlane();
  cluster.must("POST", "/apis/apps/v1/namespaces/default/controllerrevisions", { apiVersion: "apps/v1", kind: "ControllerRevision", metadata: { name: "web-75d954b954" }, data: { other: true }, revision: 1 });
  made(1, {}, cluster);
  const { status } = get(cluster);
  expect(status).toMatchObject({ replicas: 1, collisionCount: 1 });
  expect(status?.updateRevision).not.toBe("web-75d954b954");
  expect(cluster.pods()[0]?.metadata.labels?.["controller-revision-hash"]).toBe(status?.updateRevision);
});

test.each(["Failed", "Succeeded"])("a pod that %s is made again", (phase) => {
  const cluster = made(1);
  const before = cluster.pods()[0]?.metadata.uid;
  cluster.must("PATCH", `${podsUrl}/web-0/status`, { status: { phase } }, merge);
  cluster.settle();
  const [pod] = cluster.pods();
  expect(pod?.metadata.uid).not.toBe(before);
  expect(cluster.events("web")).toEqual(["SuccessfulCreate: Create Pod web-0 in StatefulSet web successful (2)", "SuccessfulDelete: Delete Pod web-0 in StatefulSet web successful"]);
});

test("the next pod is made minReadySeconds after the one before it got ready", () => {
  const cluster = made(2, { minReadySeconds: 30 });
  cluster.makeReady("default", "web-0");
  cluster.runFor(25);
  expect(names(cluster)).toEqual(["web-0"]);
  expect(get(cluster).status).toMatchObject({ readyReplicas: 1, availableReplicas: 0 });
  cluster.runFor(8);
  expect(names(cluster)).toEqual(["web-0", "web-1"]);
  expect(get(cluster).status).toMatchObject({ availableReplicas: 1 });
});

test("adopts an orphan of its own name, and no other", () => {
  const cluster = new ControlPlane();
  for (const name of ["web-0", "other-0"]) cluster.must("POST", podsUrl, { apiVersion: "v1", kind: "Pod", metadata: { name, labels }, spec: template.spec });
  made(1, {}, cluster);
  const owners = (name: string) => (cluster.must("GET", `${podsUrl}/${name}`) as Pod).metadata.ownerReferences;
  expect(owners("web-0")).toMatchObject([{ kind: "StatefulSet", name: "web", controller: true }]);
  expect(owners("other-0")).toBeUndefined();
  cluster.must("PATCH", `${podsUrl}/web-0`, { metadata: { labels: { app: "x" } } }, merge);
  cluster.settle();
  expect(owners("web-0")).toBeUndefined();
});

test("a set that is made anew takes over the pods and revisions that were orphaned", () => {
  const cluster = made(1);
  ready(cluster);
  const [before] = cluster.pods();
  cluster.must("DELETE", `${url}/web`, { kind: "DeleteOptions", apiVersion: "v1", propagationPolicy: "Orphan" });
  cluster.settle();
  const owners = () => [...cluster.pods(), ...cluster.list<KubeObject>("/apis/apps/v1/namespaces/default/controllerrevisions")].map(({ metadata }) => metadata.ownerReferences?.[0]?.uid);
  expect(owners()).toEqual([undefined, undefined]);
  made(1, {}, cluster);
  const { metadata, status } = get(cluster);
  expect(owners()).toEqual([metadata.uid, metadata.uid]);
  expect(cluster.pods()[0]?.metadata.uid).toBe(before?.metadata.uid);
  expect(status).toMatchObject({ readyReplicas: 1, currentRevision: "web-75d954b954", updateRevision: "web-75d954b954", collisionCount: 0 });
  expect(revisions(cluster)).toEqual(["web-75d954b954 1"]);
});

test("a change of the first ordinal makes the new ones and then removes the old", () => {
  const cluster = made(2);
  ready(cluster);
  patch(cluster, { ordinals: { start: 1 } });
  ready(cluster);
  expect(names(cluster)).toEqual(["web-1", "web-2"]);
  expect(get(cluster).status).toMatchObject({ replicas: 2, readyReplicas: 2, currentReplicas: 2 });
});

test("what forbids a pod is told in an event, and tried again", () => {
  const cluster = made(1, { template: { ...template, spec: { ...template.spec, serviceAccountName: "missing" } } });
  expect(cluster.events("web")[0]).toMatch(/^FailedCreate: Create Pod web-0 in StatefulSet web failed error: pods "web-0" is forbidden: error looking up service account default\/missing/);
  expect(get(cluster).status).toMatchObject({ observedGeneration: 1, replicas: 0 });
  cluster.must("POST", "/api/v1/namespaces/default/serviceaccounts", { apiVersion: "v1", kind: "ServiceAccount", metadata: { name: "missing" } });
  cluster.runFor(120);
  expect(names(cluster)).toEqual(["web-0"]);
});

test("a set without work is quiet, and one that is deleted makes nothing", () => {
  const cluster = made(2);
  ready(cluster);
  const before = get(cluster).metadata.resourceVersion;
  cluster.runFor(900);
  expect(get(cluster).metadata.resourceVersion).toBe(before);
  cluster.must("DELETE", `${url}/web`, { propagationPolicy: "Foreground", kind: "DeleteOptions", apiVersion: "v1" });
  cluster.settle();
  expect(names(cluster)).toEqual([]);
  expect(cluster.list<KubeObject>(url)).toEqual([]);
});
