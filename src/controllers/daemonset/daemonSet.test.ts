import { expect, test } from "vitest";
import type { KubeObject } from "../../apimachinery/objectMeta.ts";
import type { ControllerRevision } from "../../kinds/apps/controllerrevision/types.ts";
import type { DaemonSet } from "../../kinds/apps/daemonset/types.ts";
import type { Pod } from "../../kinds/core/pod/types.ts";
import { ControlPlane } from "../testing/controlPlane.ts";
import { targetNode } from "./daemonPods.ts";

const url = "/apis/apps/v1/namespaces/default/daemonsets";
const merge = "application/merge-patch+json";
const labels = { app: "d" };
const templateOf = (tag: number, spec: object = {}) => ({ metadata: { labels }, spec: { containers: [{ name: "c", image: `registry.example/app:${tag}` }], terminationGracePeriodSeconds: 0, schedulerName: "manual", ...spec } });
const manifest = (more: object = {}) => ({ apiVersion: "apps/v1", kind: "DaemonSet", metadata: { name: "d" }, spec: { selector: { matchLabels: labels }, template: templateOf(1), ...more } });

function made(more: object = {}, nodes: readonly string[] = ["n1", "n2", "n3"]): ControlPlane {
  const cluster = new ControlPlane({ controllers: ["*", "-nodelifecycle"] });
  for (const node of nodes) addNode(cluster, node);
  cluster.must("POST", url, manifest(more));
  cluster.settle();
  return cluster;
}

/** Nobody takes the taint of new nodes away here. */
function addNode(cluster: ControlPlane, name: string): void {
  cluster.must("POST", "/api/v1/nodes", { apiVersion: "v1", kind: "Node", metadata: { name } });
  patchNode(cluster, name, { spec: { taints: [] } });
}

const patchNode = (cluster: ControlPlane, name: string, change: object) => cluster.must("PATCH", `/api/v1/nodes/${name}`, change, merge);
const patch = (cluster: ControlPlane, spec: object) => cluster.must("PATCH", `${url}/d`, { spec }, merge);
const statusOf = (cluster: ControlPlane) => (cluster.must("GET", `${url}/d`) as DaemonSet).status;
const podsOf = (cluster: ControlPlane) => cluster.pods() as readonly Pod[];
const nodesOf = (cluster: ControlPlane) => podsOf(cluster).map(targetNode).toSorted();
const imagesOf = (cluster: ControlPlane) => podsOf(cluster).map((pod) => `${targetNode(pod) ?? ""}:${pod.spec.containers[0]?.image?.slice(-1) ?? ""}`).toSorted();
const revisionsOf = (cluster: ControlPlane) => cluster.list<ControllerRevision>("/apis/apps/v1/namespaces/default/controllerrevisions").toSorted((a, b) => a.revision - b.revision);
const setStatus = (cluster: ControlPlane, pod: KubeObject | undefined, status: object) => cluster.must("PATCH", `/api/v1/namespaces/default/pods/${pod?.metadata.name ?? ""}/status`, { status }, merge);

test("every node gets a pod that is meant for it, and the status counts nodes", () => {
  const cluster = made();
  expect(nodesOf(cluster)).toEqual(["n1", "n2", "n3"]);
  expect(statusOf(cluster)).toEqual({ currentNumberScheduled: 3, desiredNumberScheduled: 3, numberMisscheduled: 0, numberReady: 0, numberUnavailable: 3, observedGeneration: 1, updatedNumberScheduled: 3 });
  const [revision] = revisionsOf(cluster);
  const hash = revision?.metadata.labels?.["controller-revision-hash"] ?? "";
  expect(revision).toMatchObject({ metadata: { name: `d-${hash}`, labels, annotations: { "deprecated.daemonset.template.generation": "1" }, ownerReferences: [{ kind: "DaemonSet", name: "d", controller: true }] }, revision: 1, data: { spec: { template: { $patch: "replace", metadata: { labels } } } } });
  expect(podsOf(cluster)[0]?.metadata).toMatchObject({ generateName: "d-", labels: { ...labels, "controller-revision-hash": hash, "pod-template-generation": "1" } });
  cluster.makeAllReady();
  expect(statusOf(cluster)).toEqual({ currentNumberScheduled: 3, desiredNumberScheduled: 3, numberMisscheduled: 0, numberReady: 3, numberAvailable: 3, observedGeneration: 1, updatedNumberScheduled: 3 });
  expect(cluster.events("d").filter((event) => event.startsWith("SuccessfulCreate: Created pod: d-"))).toHaveLength(3);
});

test("what a template wants of affinity stays, but for what it requires of nodes", () => {
  const required = { nodeSelectorTerms: [{ matchExpressions: [{ key: "x", operator: "DoesNotExist" }] }] };
  const preferred = [{ weight: 1, preference: { matchExpressions: [{ key: "y", operator: "Exists" }] } }];
  const cluster = made({ template: templateOf(1, { affinity: { nodeAffinity: { requiredDuringSchedulingIgnoredDuringExecution: required, preferredDuringSchedulingIgnoredDuringExecution: preferred } } }) }, ["n1"]);
  expect(podsOf(cluster)[0]?.spec.affinity?.nodeAffinity).toEqual({ requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms: [{ matchFields: [{ key: "metadata.name", operator: "In", values: ["n1"] }] }] }, preferredDuringSchedulingIgnoredDuringExecution: preferred });
});

test("nodes come, are relabelled, tainted and go", () => {
  const cluster = made({ template: templateOf(1, { nodeSelector: { disk: "ssd" } }) });
  expect(nodesOf(cluster)).toEqual([]);
  expect(statusOf(cluster)).toMatchObject({ desiredNumberScheduled: 0, observedGeneration: 1 });
  patchNode(cluster, "n1", { metadata: { labels: { disk: "ssd" } } });
  patchNode(cluster, "n2", { metadata: { labels: { disk: "ssd" } } });
  cluster.settle();
  expect(nodesOf(cluster)).toEqual(["n1", "n2"]);
  patchNode(cluster, "n2", { spec: { taints: [{ key: "a", effect: "NoSchedule" }] } });
  cluster.settle();
  expect(nodesOf(cluster)).toEqual(["n1", "n2"]);
  expect(statusOf(cluster)).toMatchObject({ desiredNumberScheduled: 1, currentNumberScheduled: 1, numberMisscheduled: 1 });
  patchNode(cluster, "n2", { spec: { taints: [{ key: "a", effect: "NoExecute" }] } });
  patchNode(cluster, "n1", { metadata: { labels: { disk: "hdd" } } });
  cluster.settle();
  expect(nodesOf(cluster)).toEqual([]);
  patchNode(cluster, "n3", { metadata: { labels: { disk: "ssd" } } });
  cluster.settle();
  expect(nodesOf(cluster)).toEqual(["n3"]);
  cluster.must("DELETE", "/api/v1/nodes/n3");
  cluster.settle();
  expect(statusOf(cluster)).toMatchObject({ desiredNumberScheduled: 1 });
  // A pod that was never placed has no kubelet and no collector: the next pass removes it.
  addNode(cluster, "n4");
  patchNode(cluster, "n4", { metadata: { labels: { disk: "ssd" } } });
  cluster.settle();
  expect(nodesOf(cluster)).toEqual(["n4"]);
});

test("an update goes on as pods get available, never beyond maxUnavailable", () => {
  const cluster = made({ updateStrategy: { type: "RollingUpdate", rollingUpdate: { maxUnavailable: 1 } } });
  cluster.makeAllReady();
  patch(cluster, { template: templateOf(2) });
  cluster.settle();
  expect(imagesOf(cluster)).toEqual(["n1:2", "n2:1", "n3:1"]);
  expect(statusOf(cluster)).toMatchObject({ updatedNumberScheduled: 1, numberAvailable: 2, numberUnavailable: 1, observedGeneration: 2 });
  for (const expected of [["n1:2", "n2:2", "n3:1"], ["n1:2", "n2:2", "n3:2"]]) {
    cluster.makeAllReady();
    expect(imagesOf(cluster)).toEqual(expected);
  }
  cluster.makeAllReady();
  expect(statusOf(cluster)).toMatchObject({ updatedNumberScheduled: 3, numberAvailable: 3 });
  expect(revisionsOf(cluster).map(({ revision }) => revision)).toEqual([1, 2]);
});

test("back to an older template: its revision becomes the latest, and no new one is made", () => {
  const cluster = made({}, ["n1"]);
  const [first] = revisionsOf(cluster);
  patch(cluster, { template: templateOf(2) });
  cluster.settle();
  patch(cluster, { template: templateOf(1) });
  cluster.settle();
  expect(revisionsOf(cluster).map(({ revision, metadata }) => [revision, metadata.name === first?.metadata.name])).toEqual([[2, false], [3, true]]);
  expect(imagesOf(cluster)).toEqual(["n1:1"]);
});

test("OnDelete changes no pod by itself; revisions beyond the limit go, but for those that pods have", () => {
  const cluster = made({ updateStrategy: { type: "OnDelete" }, revisionHistoryLimit: 1 }, ["n1"]);
  cluster.makeAllReady();
  for (const tag of [2, 3, 4]) {
    patch(cluster, { template: templateOf(tag) });
    cluster.settle();
  }
  expect(imagesOf(cluster)).toEqual(["n1:1"]);
  expect(statusOf(cluster)?.updatedNumberScheduled).toBeUndefined();
  // The first is the pod's and outlives the limit.
  expect(revisionsOf(cluster).map(({ revision }) => revision)).toEqual([1, 4]);
  cluster.must("DELETE", `/api/v1/namespaces/default/pods/${podsOf(cluster)[0]?.metadata.name ?? ""}`);
  cluster.settle();
  expect(imagesOf(cluster)).toEqual(["n1:4"]);
});

test("surge: the new pod comes beside the old one, which goes when the new one is available", () => {
  const cluster = made({ minReadySeconds: 10, updateStrategy: { type: "RollingUpdate", rollingUpdate: { maxSurge: 1, maxUnavailable: 0 } } }, ["n1", "n2"]);
  cluster.makeAllReady();
  cluster.runFor(12);
  patch(cluster, { template: templateOf(2) });
  cluster.settle();
  expect(imagesOf(cluster)).toEqual(["n1:1", "n1:2", "n2:1"]);
  cluster.makeAllReady();
  expect(imagesOf(cluster)).toEqual(["n1:1", "n1:2", "n2:1"]);
  cluster.runFor(12);
  expect(imagesOf(cluster)).toEqual(["n1:2", "n2:1", "n2:2"]);
});

test("a pod that got ready is available after minReadySeconds and a second", () => {
  const cluster = made({ minReadySeconds: 30 }, ["n1"]);
  cluster.runFor(25);
  cluster.makeAllReady();
  expect(statusOf(cluster)).toMatchObject({ numberReady: 1, numberUnavailable: 1 });
  cluster.runFor(29);
  expect(statusOf(cluster)).toMatchObject({ numberAvailable: 1 });
});

test("failed and succeeded pods are replaced, failed ones with a back-off", () => {
  const cluster = made({}, ["n1"]);
  const [pod] = cluster.pods();
  setStatus(cluster, pod, { phase: "Failed" });
  cluster.settle();
  expect(cluster.pods().map(({ metadata }) => metadata.name)).not.toContain(pod?.metadata.name);
  expect(cluster.events("d")).toContain(`FailedDaemonPod: Found failed daemon pod default/${pod?.metadata.name ?? ""} on node n1, will try to kill it`);
  const [next] = cluster.pods();
  setStatus(cluster, next, { phase: "Succeeded" });
  cluster.settle();
  expect(cluster.events("d")).toContain(`SucceededDaemonPod: Found succeeded daemon pod default/${next?.metadata.name ?? ""} on node n1, will try to delete it`);
  // A kubelet that rejects whatever comes: 1, 2, 4, ... seconds between two pods.
  let rejected = 0;
  for (let tenth = 0; tenth < 1200; tenth++) {
    const [each] = podsOf(cluster);
    if (each !== undefined && each.status?.phase === "Pending") {
      setStatus(cluster, each, { phase: "Failed" });
      rejected += 1;
    }
    cluster.runFor(0.1);
  }
  expect(rejected).toBeGreaterThan(4);
  expect(rejected).toBeLessThan(10);
});

test("of several pods of one node the oldest stays", () => {
  const cluster = made({}, ["n1"]);
  const pod = podsOf(cluster)[0] as Pod;
  cluster.runFor(2);
  cluster.must("POST", "/api/v1/namespaces/default/pods", { apiVersion: "v1", kind: "Pod", metadata: { name: "twin", labels: pod.metadata.labels }, spec: { ...templateOf(1).spec, affinity: pod.spec.affinity } });
  cluster.settle();
  expect(cluster.pods().map(({ metadata }) => metadata.name)).toEqual([pod.metadata.name]);
});

test("adopts what matches, releases what matches no more", () => {
  const cluster = made({}, ["n1"]);
  const [pod] = cluster.pods();
  cluster.must("DELETE", `${url}/d?propagationPolicy=Orphan`);
  cluster.settle();
  cluster.must("POST", url, manifest());
  cluster.settle();
  expect(cluster.pods().map(({ metadata }) => [metadata.name, metadata.ownerReferences?.[0]?.kind])).toEqual([[pod?.metadata.name, "DaemonSet"]]);
  expect(revisionsOf(cluster)).toHaveLength(1);
  cluster.must("PATCH", `/api/v1/namespaces/default/pods/${pod?.metadata.name ?? ""}`, { metadata: { labels: { app: "no" } } }, merge);
  cluster.settle();
  expect(cluster.pods()).toHaveLength(2);
  expect(cluster.must("GET", `/api/v1/namespaces/default/pods/${pod?.metadata.name ?? ""}`).metadata.ownerReferences).toBeUndefined();
});

test("pods that cannot be made are told in events; those that are to go go all the same", () => {
  const cluster = made({ template: templateOf(1, { nodeSelector: { disk: "ssd" }, serviceAccountName: "other" }) });
  cluster.must("POST", "/api/v1/namespaces/default/serviceaccounts", { apiVersion: "v1", kind: "ServiceAccount", metadata: { name: "other" } });
  patchNode(cluster, "n1", { metadata: { labels: { disk: "ssd" } } });
  cluster.settle();
  expect(nodesOf(cluster)).toEqual(["n1"]);
  cluster.must("DELETE", "/api/v1/namespaces/default/serviceaccounts/other");
  cluster.part("daemonset", "stopped");
  cluster.runFor(1);
  patchNode(cluster, "n1", { metadata: { labels: { disk: "hdd" } } });
  patchNode(cluster, "n2", { metadata: { labels: { disk: "ssd" } } });
  cluster.part("daemonset", "running");
  cluster.settle();
  expect(nodesOf(cluster)).toEqual([]);
  expect(cluster.events("d").some((event) => /^FailedCreate: Error creating: pods "d-.*" is forbidden: error looking up service account default\/other/.test(event))).toBe(true);
  expect(statusOf(cluster)).toMatchObject({ desiredNumberScheduled: 1, currentNumberScheduled: 0, numberUnavailable: 1 });
});

test("a name that another template's revision has is a collision", () => {
  const cluster = new ControlPlane({ controllers: ["*", "-nodelifecycle"] });
  cluster.part("daemonset", "stopped");
  cluster.runFor(1);
  cluster.must("POST", url, manifest());
  const other = made({}, ["n1"]);
  const [taken] = revisionsOf(other);
  cluster.must("POST", "/apis/apps/v1/namespaces/default/controllerrevisions", { apiVersion: "apps/v1", kind: "ControllerRevision", metadata: { name: taken?.metadata.name }, revision: 1, data: { spec: {} } });
  cluster.part("daemonset", "running");
  cluster.settle();
  expect(statusOf(cluster)).toMatchObject({ collisionCount: 1, observedGeneration: 1 });
  expect(revisionsOf(cluster)).toHaveLength(2);
});

test("several revisions of one template become one, whose hash the pods get", () => {
  const cluster = made({}, ["n1"]);
  const [first] = revisionsOf(cluster);
  cluster.must("POST", "/apis/apps/v1/namespaces/default/controllerrevisions", { apiVersion: "apps/v1", kind: "ControllerRevision", metadata: { name: "twin", labels }, revision: 7, data: first?.data });
  cluster.settle();
  expect(revisionsOf(cluster).map(({ metadata, revision }) => [metadata.name, metadata.labels?.["controller-revision-hash"], revision])).toEqual([["twin", "twin", 7]]);
  expect(podsOf(cluster).map((pod) => pod.metadata.labels?.["controller-revision-hash"])).toEqual(["twin"]);
});

test("whenever the controllers crash, the update ends as it should, with one pod a node", () => {
  const cluster = made({ updateStrategy: { type: "RollingUpdate", rollingUpdate: { maxUnavailable: 2 } } }, ["n1", "n2", "n3", "n4"]);
  cluster.makeAllReady();
  patch(cluster, { template: templateOf(2) });
  const writes = () => cluster.api.world.trace.filter(({ body }) => (body as { readonly text?: string }).text?.startsWith("wrote ") === true).length;
  let seen = writes();
  for (let crash = 0; crash < 25; crash++) {
    for (let step = 0; step < 3000 && writes() === seen; step++) cluster.runFor(0.001);
    cluster.api.world.control({ type: "crash", process: "cp-1/kube-controller-manager" });
    for (const pod of podsOf(cluster)) cluster.makeReady("default", pod.metadata.name);
    expect(new Set(nodesOf(cluster)).size).toBe(nodesOf(cluster).length);
    seen = writes();
  }
  cluster.runFor(60);
  cluster.makeAllReady();
  cluster.makeAllReady();
  expect(imagesOf(cluster)).toEqual(["n1:2", "n2:2", "n3:2", "n4:2"]);
  expect(revisionsOf(cluster).map(({ revision }) => revision)).toEqual([1, 2]);
  expect(statusOf(cluster)).toMatchObject({ updatedNumberScheduled: 4, numberAvailable: 4, observedGeneration: 2 });
  const before = writes();
  cluster.runFor(300);
  expect(writes() - before).toBe(0);
});
