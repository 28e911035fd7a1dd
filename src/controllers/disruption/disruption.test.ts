import { expect, test } from "vitest";
import type { KubeObject } from "../../apimachinery/objectMeta.ts";
import type { Pod } from "../../kinds/core/pod/types.ts";
import type { PodDisruptionBudget } from "../../kinds/policy/poddisruptionbudget/types.ts";
import { ControlPlane } from "../testing/controlPlane.ts";

const budgets = "/apis/policy/v1/namespaces/default/poddisruptionbudgets";
const podsUrl = "/api/v1/namespaces/default/pods";
const merge = "application/merge-patch+json";
const strategic = "application/strategic-merge-patch+json";
const labels = { app: "w" };
const template = { metadata: { labels }, spec: { containers: [{ name: "c", image: "registry.example/app:1" }], terminationGracePeriodSeconds: 0, schedulerName: "manual" } };
const budgetOf = (spec: object, name = "p") => ({ apiVersion: "policy/v1", kind: "PodDisruptionBudget", metadata: { name }, spec: { selector: { matchLabels: labels }, ...spec } });

/** A workload of `replicas` pods, all of them ready, under a budget. */
function guarded(spec: object, replicas = 3, kind = "ReplicaSet"): ControlPlane {
  const cluster = new ControlPlane({ controllers: ["*", "-nodelifecycle"] });
  const workload = { apiVersion: "apps/v1", kind, metadata: { name: "w" }, spec: { replicas, selector: { matchLabels: labels }, template } };
  if (replicas > 0) cluster.must("POST", `/apis/apps/v1/namespaces/default/${kind.toLowerCase()}s`, workload);
  cluster.must("POST", budgets, budgetOf(spec));
  cluster.settle();
  cluster.makeAllReady();
  return cluster;
}

const budget = (cluster: ControlPlane, name = "p") => cluster.must("GET", `${budgets}/${name}`) as PodDisruptionBudget;
const reasonOf = (cluster: ControlPlane) => budget(cluster).status?.conditions?.map(({ type, status, reason }) => `${type} ${status} ${reason ?? ""}`);
const evict = (cluster: ControlPlane, name: string) => cluster.call("POST", `${podsUrl}/${name}/eviction`, { apiVersion: "policy/v1", kind: "Eviction", metadata: { name } });
const names = (cluster: ControlPlane) => cluster.pods().map((pod) => pod.metadata.name);
const numbers = (cluster: ControlPlane) => {
  const { currentHealthy, desiredHealthy, disruptionsAllowed, expectedPods } = budget(cluster).status ?? {};
  return [currentHealthy, desiredHealthy, disruptionsAllowed, expectedPods];
};

/** healthy, desired, allowed, expected. */
const policy: readonly (readonly [string, object, number, readonly number[]])[] = [
  ["minAvailable 2 of 3", { minAvailable: 2 }, 3, [3, 2, 1, 3]],
  ["minAvailable beyond what there is", { minAvailable: 5 }, 3, [3, 5, 0, 3]],
  ["minAvailable 0", { minAvailable: 0 }, 3, [3, 0, 3, 3]],
  ["a share is rounded up", { minAvailable: "50%" }, 3, [3, 2, 1, 3]],
  ["maxUnavailable 1", { maxUnavailable: 1 }, 3, [3, 2, 1, 3]],
  ["a share of maxUnavailable is rounded up as well", { maxUnavailable: "34%" }, 3, [3, 1, 2, 3]],
  ["maxUnavailable beyond what there is", { maxUnavailable: 9 }, 3, [3, 0, 3, 3]],
  ["neither", {}, 3, [3, 0, 0, 0]],
];

test.each(policy)("%s", (_name, spec, replicas, expected) => {
  const cluster = guarded(spec, replicas);
  expect(numbers(cluster)).toEqual(expected);
  expect(reasonOf(cluster)).toEqual([(expected[2] ?? 0) > 0 ? "DisruptionAllowed True SufficientPods" : "DisruptionAllowed False InsufficientPods"]);
});

test("expects what the controllers want, not what is there; a ReplicaSet's Deployment in its stead", () => {
  const cluster = guarded({ maxUnavailable: 1 }, 2, "Deployment");
  expect(numbers(cluster)).toEqual([2, 1, 1, 2]);
  cluster.part("deployment", "stopped");
  cluster.part("replicaset", "stopped");
  cluster.runFor(1);
  cluster.must("PATCH", "/apis/apps/v1/namespaces/default/deployments/w", { spec: { replicas: 10 } }, merge);
  cluster.must("DELETE", `${podsUrl}/${names(cluster)[0] ?? ""}`);
  cluster.settle();
  expect(numbers(cluster)).toEqual([1, 9, 0, 10]);
});

test("one eviction is granted, the next waits until the pod's successor is ready", () => {
  const cluster = guarded({ minAvailable: 2 });
  const [first = "", second = ""] = names(cluster);
  expect(evict(cluster, first).code).toBe(201);
  expect(evict(cluster, second).code).toBe(429);
  cluster.settle();
  expect(numbers(cluster)).toEqual([2, 2, 0, 3]);
  expect(budget(cluster).status?.disruptedPods).toBeUndefined();
  expect(evict(cluster, second).code).toBe(429);
  cluster.makeAllReady();
  expect(evict(cluster, second).code).toBe(201);
});

test("a budget that was changed lets nothing go before it is counted anew", () => {
  const cluster = guarded({ minAvailable: 1 });
  cluster.part("disruption", "stopped");
  cluster.runFor(1);
  cluster.must("PATCH", `${budgets}/p`, { spec: { minAvailable: 3 } }, merge);
  expect(evict(cluster, names(cluster)[0] ?? "")).toMatchObject({ code: 429, body: { details: { causes: [{ message: "The disruption budget p is still being processed by the server." }] } } });
  cluster.part("disruption", "running");
  cluster.settle();
  expect(budget(cluster).status).toMatchObject({ observedGeneration: 2, desiredHealthy: 3, disruptionsAllowed: 0 });
});

test("an evicted pod that is not deleted counts as healthy again after two minutes, and the pod is told", () => {
  const cluster = guarded({ minAvailable: 2 });
  const [stays = ""] = names(cluster);
  const { status } = budget(cluster);
  cluster.must("PUT", `${budgets}/p/status`, { ...budget(cluster), status: { ...status, disruptionsAllowed: 0, disruptedPods: { [stays]: cluster.timestamp(), gone: cluster.timestamp() } } });
  cluster.settle();
  expect(numbers(cluster)).toEqual([2, 2, 0, 3]);
  expect(Object.keys(budget(cluster).status?.disruptedPods ?? {})).toEqual([stays]);
  cluster.runFor(122);
  expect(numbers(cluster)).toEqual([3, 2, 1, 3]);
  expect(budget(cluster).status?.disruptedPods).toBeUndefined();
  expect(cluster.events(stays)).toContain("NotDeleted: Pod was expected by PDB default/default to be deleted but it wasn't");
});

test("a DisruptionTarget that came to nothing is taken back after two minutes, but not a kubelet's", () => {
  const cluster = guarded({ minAvailable: 2 });
  const [first = "", second = ""] = names(cluster);
  for (const [name, reason] of [[first, "EvictionByEvictionAPI"], [second, "TerminationByKubelet"]] as const) {
    cluster.must("PATCH", `${podsUrl}/${name}/status`, { status: { conditions: [{ type: "DisruptionTarget", status: "True", reason, message: "m", lastTransitionTime: cluster.timestamp() }] } }, strategic);
  }
  const target = (name: string) => (cluster.must("GET", `${podsUrl}/${name}`) as Pod).status?.conditions?.find(({ type }) => type === "DisruptionTarget");
  cluster.runFor(115);
  expect(target(first)?.status).toBe("True");
  cluster.runFor(10);
  expect(target(first)).toMatchObject({ status: "False" });
  expect(target(first)?.reason).toBeUndefined();
  expect(target(second)?.status).toBe("True");
});

test("no pods: said in an event, and nothing may go", () => {
  const cluster = guarded({ maxUnavailable: 1 }, 0);
  expect(numbers(cluster)).toEqual([0, 0, 0, 0]);
  expect(cluster.events("p").some((event) => event.startsWith("NoPods: No matching pods found"))).toBe(true);
});

test("pods without a controller count for a plain minAvailable only", () => {
  const bare = { apiVersion: "v1", kind: "Pod", metadata: { name: "bare", labels }, spec: template.spec };
  for (const [spec, expected, warned] of [[{ minAvailable: 1 }, [1, 1, 0, 1], false], [{ maxUnavailable: 1 }, [1, 0, 0, 0], true]] as const) {
    const cluster = new ControlPlane();
    cluster.must("POST", podsUrl, bare);
    cluster.must("POST", budgets, budgetOf(spec));
    cluster.settle();
    cluster.makeAllReady();
    expect(numbers(cluster)).toEqual(expected);
    expect(cluster.events("p").some((event) => event.startsWith('UnmanagedPods: Pods selected by this PodDisruptionBudget (selector: &LabelSelector{MatchLabels:map[string]string{app: w,},MatchExpressions:[]LabelSelectorRequirement{},}) were found to be unmanaged.'))).toBe(warned);
  }
});

const ownerOf = (apiVersion: string, kind: string) => ({ apiVersion, kind, name: "x", uid: "12345678-1234-4234-8234-123456789012", controller: true });
const unknown: readonly (readonly [string, object, string])[] = [
  ["a kind without scale", ownerOf("batch/v1", "Job"), "jobs.batch does not implement the scale subresource"],
  ["a controller that is not there", ownerOf("apps/v1", "ReplicaSet"), 'found no controllers for pod "bare"'],
  ["a kind that nobody serves", ownerOf("example.com/v1", "Robot"), 'no matches for kind "Robot" in version "example.com/v1"'],
];

test.each(unknown)("cannot count pods of %s: nothing may go", (_name, owner, message) => {
  const cluster = new ControlPlane({ controllers: ["*", "-garbagecollector"] });
  cluster.must("POST", podsUrl, { apiVersion: "v1", kind: "Pod", metadata: { name: "bare", labels, ownerReferences: [owner] }, spec: template.spec });
  cluster.must("POST", budgets, budgetOf({ maxUnavailable: 1 }));
  cluster.settle();
  expect(budget(cluster).status).toMatchObject({ disruptionsAllowed: 0, conditions: [{ type: "DisruptionAllowed", status: "False", reason: "SyncFailed", message }] });
  expect(cluster.events("p").some((event) => event.startsWith(`CalculateExpectedPodCountFailed: Failed to calculate the number of expected pods: ${message}`))).toBe(true);
  cluster.must("PATCH", `${budgets}/p`, { spec: { maxUnavailable: null, minAvailable: 0 } }, merge);
  cluster.settle();
  expect(numbers(cluster)).toEqual([0, 0, 0, 1]);
  expect(reasonOf(cluster)).toEqual(["DisruptionAllowed False InsufficientPods"]);
});

test("two budgets over one pod: one of them counts it, and the pod is told", () => {
  const cluster = guarded({ minAvailable: 0 }, 1);
  cluster.must("POST", budgets, budgetOf({ minAvailable: 0 }, "q"));
  cluster.settle();
  const [pod = ""] = names(cluster);
  cluster.must("PATCH", `${podsUrl}/${pod}`, { metadata: { annotations: { a: "b" } } }, merge);
  cluster.settle();
  expect(cluster.events(pod).some((event) => event.startsWith(`MultiplePodDisruptionBudgets: Pod "default"/"${pod}" matches multiple PodDisruptionBudgets.  Chose "p" arbitrarily.`))).toBe(true);
  expect(evict(cluster, pod).code).toBe(500);
});

test("rests when nothing changes, and counts right after a crash", () => {
  const cluster = guarded({ minAvailable: "50%" });
  const version = (object: KubeObject) => object.metadata.resourceVersion;
  const before = version(budget(cluster));
  cluster.runFor(300);
  expect(version(budget(cluster))).toBe(before);
  cluster.api.world.control({ type: "crash", process: "cp-1/kube-controller-manager" });
  cluster.must("DELETE", `${podsUrl}/${names(cluster)[0] ?? ""}`);
  cluster.settle();
  expect(numbers(cluster)).toEqual([2, 2, 0, 3]);
});
