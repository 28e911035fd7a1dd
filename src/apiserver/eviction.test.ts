import { describe, expect, test } from "vitest";
import type { Json, JsonObject } from "../base/json.ts";
import { ApiWorld } from "./testing/apiWorld.ts";

const pods = "/api/v1/namespaces/default/pods";
const budgets = "/apis/policy/v1/namespaces/default/poddisruptionbudgets";
const merge = { contentType: "application/merge-patch+json" };

function world(): ApiWorld {
  const api = new ApiWorld();
  api.call("POST", "/api/v1/namespaces/default/serviceaccounts", { apiVersion: "v1", kind: "ServiceAccount", metadata: { name: "default" } });
  return api;
}

/** A pod at work on a machine, ready or not. */
function withPod(api: ApiWorld, name: string, ready: boolean): void {
  expect(api.call("POST", pods, { apiVersion: "v1", kind: "Pod", metadata: { name, labels: { app: "a" } }, spec: { containers: [{ name: "c", image: "nginx" }] } }).code).toBe(201);
  api.call("POST", `${pods}/${name}/binding`, { apiVersion: "v1", kind: "Binding", metadata: { name }, target: { kind: "Node", name: "n" } });
  expect(api.call("PATCH", `${pods}/${name}/status`, { status: { phase: "Running", conditions: [{ type: "Ready", status: ready ? "True" : "False" }] } }, merge).code).toBe(200);
}

function withBudget(api: ApiWorld, name: string, status: JsonObject | null, spec: JsonObject = { minAvailable: 1, selector: { matchLabels: { app: "a" } } }): void {
  expect(api.call("POST", budgets, { apiVersion: "policy/v1", kind: "PodDisruptionBudget", metadata: { name }, spec }).code).toBe(201);
  if (status !== null) expect(api.call("PATCH", `${budgets}/${name}/status`, { status: { observedGeneration: 1, ...status } }, merge).code).toBe(200);
}

const evict = (api: ApiWorld, name = "p", more: JsonObject = {}): { readonly code: number; readonly body: JsonObject } => {
  const { code, body } = api.call("POST", `${pods}/${name}/eviction`, { apiVersion: "policy/v1", kind: "Eviction", metadata: { name }, ...more });
  return { code, body: body as JsonObject };
};
const read = (api: ApiWorld, path: string): JsonObject => api.call("GET", path).body as JsonObject;
const isLeaving = (api: ApiWorld, name = "p"): boolean => (read(api, `${pods}/${name}`)["metadata"] as JsonObject)["deletionTimestamp"] !== undefined;

describe("an eviction", () => {
  test("spends one disruption of the budget, tells the pod why, and deletes it", () => {
    const api = world();
    withPod(api, "p", true);
    withBudget(api, "b", { disruptionsAllowed: 1, currentHealthy: 2, desiredHealthy: 1, expectedPods: 2 });
    expect(evict(api)).toEqual({ code: 201, body: { kind: "Status", apiVersion: "v1", metadata: {}, status: "Success", code: 201 } });
    const budget = read(api, `${budgets}/b`);
    expect(budget["status"]).toMatchObject({ disruptionsAllowed: 0, disruptedPods: { p: expect.any(String) }, conditions: [{ type: "DisruptionAllowed", status: "False", reason: "InsufficientPods", observedGeneration: 1, message: "" }] });
    expect((budget["metadata"] as JsonObject)["managedFields"]).toContainEqual(expect.objectContaining({ manager: "kube-apiserver", subresource: "status" }));
    const pod = read(api, `${pods}/p`) as { status: { conditions: Json[] } } & JsonObject;
    expect(pod.status.conditions).toContainEqual(expect.objectContaining({ type: "DisruptionTarget", status: "True", reason: "EvictionByEvictionAPI", message: "Eviction API: evicting" }));
    expect(isLeaving(api)).toBe(true);
  });

  test("is refused where the budget has nothing to give", () => {
    const api = world();
    withPod(api, "p", true);
    withBudget(api, "b", { disruptionsAllowed: 0, currentHealthy: 1, desiredHealthy: 1, expectedPods: 1 });
    expect(evict(api)).toEqual({
      code: 429, body: {
        kind: "Status", apiVersion: "v1", metadata: {}, status: "Failure", message: "Cannot evict pod as it would violate the pod's disruption budget.", reason: "TooManyRequests",
        details: { causes: [{ reason: "DisruptionBudget", message: "The disruption budget b needs 1 healthy pods and has 1 currently" }] }, code: 429,
      },
    });
    expect(evict(api, "p", { deleteOptions: { dryRun: ["All"] } }).code).toBe(429);
    expect(isLeaving(api)).toBe(false);
  });

  test("waits for the budget to have been counted", () => {
    const api = world();
    withPod(api, "p", true);
    withBudget(api, "b", null);
    expect(evict(api)).toMatchObject({ code: 429, body: { details: { causes: [{ message: "The disruption budget b is still being processed by the server." }], retryAfterSeconds: 10 } } });
  });

  test("does not know what to do with two budgets", () => {
    const api = world();
    withPod(api, "p", true);
    withBudget(api, "a", { disruptionsAllowed: 1 });
    withBudget(api, "b", { disruptionsAllowed: 1 });
    withBudget(api, "others", { disruptionsAllowed: 0 }, { selector: { matchLabels: { app: "b" } } });
    expect(evict(api)).toEqual({ code: 500, body: { kind: "Status", apiVersion: "v1", metadata: {}, status: "Failure", message: "This pod has more than one PodDisruptionBudget, which the eviction subresource does not support.", code: 500 } });
  });

  test.each([
    ["the others do not suffice", { disruptionsAllowed: 0, currentHealthy: 0, desiredHealthy: 1 }, undefined, 429],
    ["the others suffice", { disruptionsAllowed: 0, currentHealthy: 1, desiredHealthy: 1 }, undefined, 201],
    ["the policy lets them", { disruptionsAllowed: 0, currentHealthy: 0, desiredHealthy: 1 }, "AlwaysAllow", 201],
    ["nothing is desired", { disruptionsAllowed: 0, currentHealthy: 0, desiredHealthy: 0 }, "IfHealthyBudget", 429],
  ] as const)("of a pod that is not ready, where %s", (_name, status, policy, code) => {
    const api = world();
    withPod(api, "p", false);
    withBudget(api, "b", status, { selector: {}, ...(policy === undefined ? {} : { unhealthyPodEvictionPolicy: policy }) });
    expect(evict(api).code).toBe(code);
    expect(read(api, `${budgets}/b`)["status"]).not.toHaveProperty("disruptedPods");
  });

  test("of a pod that has not begun asks no budget", () => {
    const api = world();
    expect(api.call("POST", pods, { apiVersion: "v1", kind: "Pod", metadata: { name: "p", labels: { app: "a" } }, spec: { containers: [{ name: "c", image: "nginx" }] } }).code).toBe(201);
    withBudget(api, "b", { disruptionsAllowed: 0 });
    expect(evict(api).code).toBe(201);
  });

  test("minds the preconditions, of the state before its own mark", () => {
    const api = world();
    withPod(api, "p", true);
    expect(evict(api, "p", { deleteOptions: { preconditions: { uid: "other" } } })).toMatchObject({ code: 409, body: { message: expect.stringContaining('Operation cannot be fulfilled on Pod "p": the UID in the precondition (other) does not match') } });
    expect(evict(api, "p", { deleteOptions: { preconditions: { resourceVersion: "1" } } }).code).toBe(409);
    expect(read(api, `${pods}/p`)["status"]).not.toMatchObject({ conditions: expect.arrayContaining([expect.objectContaining({ type: "DisruptionTarget" })]) });
    const { resourceVersion = "" } = read(api, `${pods}/p`)["metadata"] as { readonly resourceVersion?: string };
    expect(evict(api, "p", { deleteOptions: { preconditions: { resourceVersion } } }).code).toBe(201);
    expect(isLeaving(api)).toBe(true);
  });
});
