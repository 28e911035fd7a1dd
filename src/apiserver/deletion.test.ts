import { describe, expect, test } from "vitest";
import type { Json } from "../base/json.ts";
import { ApiWorld } from "./testing/apiWorld.ts";

const base = "/api/v1/namespaces/default";

function withPod(): ApiWorld {
  const api = new ApiWorld();
  api.call("POST", `${base}/serviceaccounts`, { apiVersion: "v1", kind: "ServiceAccount", metadata: { name: "default" } });
  api.call("POST", `${base}/pods`, { apiVersion: "v1", kind: "Pod", metadata: { name: "p" }, spec: { containers: [{ name: "c", image: "nginx" }] } });
  api.call("POST", `${base}/pods/p/binding`, { apiVersion: "v1", kind: "Binding", metadata: { name: "p" }, target: { kind: "Node", name: "n" } });
  return api;
}
const metaOf = (body: Json) => (body as unknown as { readonly metadata: { readonly deletionTimestamp?: string; readonly deletionGracePeriodSeconds?: number; readonly resourceVersion: string } }).metadata;

describe("a pod on a node", () => {
  test("is only marked, keeps its grace, which can be shortened and not lengthened, and goes with grace 0", () => {
    const api = withPod();
    expect(metaOf(api.call("DELETE", `${base}/pods/p`).body).deletionGracePeriodSeconds).toBe(30);
    expect(metaOf(api.call("DELETE", `${base}/pods/p?gracePeriodSeconds=60`).body).deletionGracePeriodSeconds).toBe(30);
    expect(metaOf(api.call("DELETE", `${base}/pods/p?gracePeriodSeconds=5`).body).deletionGracePeriodSeconds).toBe(5);
    expect(api.call("DELETE", `${base}/pods/p`, { gracePeriodSeconds: 0 }).code).toBe(200);
    expect(api.call("GET", `${base}/pods/p`).code).toBe(404);
  });

  test("is evicted by an eviction, and not by a dry one", () => {
    const api = withPod();
    const evict = (more: Record<string, Json> = {}) => api.call("POST", `${base}/pods/p/eviction`, { apiVersion: "policy/v1", kind: "Eviction", metadata: { name: "p" }, ...more }).code;
    expect(evict({ deleteOptions: { dryRun: ["All"] } })).toBe(201);
    expect(metaOf(api.call("GET", `${base}/pods/p`).body).deletionTimestamp).toBeUndefined();
    expect(evict()).toBe(201);
    expect(metaOf(api.call("GET", `${base}/pods/p`).body).deletionTimestamp).toBeDefined();
  });

  test("is bound once", () => {
    const again = withPod().call("POST", `${base}/pods/p/binding`, { apiVersion: "v1", kind: "Binding", metadata: { name: "p" }, target: { kind: "Node", name: "m" } });
    expect(again).toMatchObject({ code: 409, body: { message: 'Operation cannot be fulfilled on pods/binding "p": pod p is already assigned to node "n"' } });
  });
});

test("a namespace is Terminating from the first moment, takes nothing new, and goes when it is finalized", () => {
  const api = new ApiWorld();
  api.call("POST", "/api/v1/namespaces", { apiVersion: "v1", kind: "Namespace", metadata: { name: "team" } });
  const begun = api.call("DELETE", "/api/v1/namespaces/team?propagationPolicy=Foreground").body;
  expect(begun).toMatchObject({ status: { phase: "Terminating" }, spec: { finalizers: ["kubernetes"] } });
  expect(Object.keys(metaOf(begun))).toContain("deletionTimestamp");
  for (const key of ["deletionGracePeriodSeconds", "finalizers"]) expect(Object.keys(metaOf(begun))).not.toContain(key);
  expect(metaOf(api.call("DELETE", "/api/v1/namespaces/team").body)).toEqual(metaOf(begun));
  expect(api.call("POST", "/api/v1/namespaces/team/configmaps", { apiVersion: "v1", kind: "ConfigMap", metadata: { name: "a" } })).toMatchObject({ code: 403, body: { details: { causes: [{ reason: "NamespaceTerminating" }] } } });
  const { body } = api.call("GET", "/api/v1/namespaces/team");
  expect(api.call("PUT", "/api/v1/namespaces/team/finalize", { ...(body as object), spec: {} }).code).toBe(200);
  expect(api.call("GET", "/api/v1/namespaces/team").code).toBe(404);
});

test("finalizers hold an object until the last one is gone", () => {
  const api = new ApiWorld();
  const path = `${base}/configmaps`;
  api.call("POST", path, { apiVersion: "v1", kind: "ConfigMap", metadata: { name: "a", finalizers: ["x.io/one", "x.io/two"] } });
  api.call("DELETE", `${path}/a`);
  const without = (finalizers: readonly string[]) => api.call("PATCH", `${path}/a`, { metadata: { finalizers } }, { contentType: "application/merge-patch+json" });
  without(["x.io/two"]);
  expect(api.call("GET", `${path}/a`).code).toBe(200);
  expect(without(["x.io/three"])).toMatchObject({ code: 422 });
  without([]);
  expect(api.call("GET", `${path}/a`).code).toBe(404);
});

test.each([
  ["Foreground", ["foregroundDeletion"]],
  ["Orphan", ["orphan"]],
] as const)("propagation policy %s leaves the collector its finalizer", (policy, finalizers) => {
  const api = new ApiWorld();
  api.call("POST", `${base}/configmaps`, { apiVersion: "v1", kind: "ConfigMap", metadata: { name: "a" } });
  expect(api.call("DELETE", `${base}/configmaps/a`, { propagationPolicy: policy }).body).toMatchObject({ metadata: { finalizers } });
});

test("a collection is deleted by selector, and answered as it was found", () => {
  const api = new ApiWorld();
  for (const [name, team] of [["a", "x"], ["b", "x"], ["c", "y"]] as const) api.call("POST", `${base}/configmaps`, { apiVersion: "v1", kind: "ConfigMap", metadata: { name, labels: { team } } });
  const answer = api.call("DELETE", `${base}/configmaps?labelSelector=team%3Dx`);
  expect(answer.body).toMatchObject({ kind: "ConfigMapList", items: [{ metadata: { name: "a" } }, { metadata: { name: "b" } }] });
  expect(api.call("GET", `${base}/configmaps`).body).toMatchObject({ items: [{ metadata: { name: "c" } }] });
});

test("a Job leaves its pods behind unless told otherwise, and says so", () => {
  const api = new ApiWorld();
  const path = "/apis/batch/v1/namespaces/default/jobs";
  const job = (name: string): number =>
    api.call("POST", path, { apiVersion: "batch/v1", kind: "Job", metadata: { name }, spec: { template: { spec: { restartPolicy: "Never", containers: [{ name: "c", image: "nginx" }] } } } }).code;
  expect([job("a"), job("b")]).toEqual([201, 201]);
  const warning = "child pods are preserved by default when jobs are deleted; set propagationPolicy=Background to remove them or set propagationPolicy=Orphan to suppress this warning";
  expect(api.call("DELETE", `${path}/a`)).toMatchObject({ code: 200, warnings: [warning], body: { kind: "Job", metadata: { finalizers: ["orphan"] } } });
  expect(api.call("DELETE", `${path}/b?propagationPolicy=Background`)).toMatchObject({ code: 200, warnings: [], body: { kind: "Status", status: "Success" } });
});
