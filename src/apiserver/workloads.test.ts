import { describe, expect, test } from "vitest";
import type { JsonObject } from "../base/json.ts";
import { ApiWorld } from "./testing/apiWorld.ts";

const template = { metadata: { labels: { app: "a" } }, spec: { containers: [{ name: "c", image: "nginx" }] } };
const collections: Readonly<Record<string, readonly [string, JsonObject]>> = {
  ReplicationController: ["/api/v1/namespaces/default/replicationcontrollers", { apiVersion: "v1", spec: { template } }],
  StatefulSet: ["/apis/apps/v1/namespaces/default/statefulsets", { apiVersion: "apps/v1", spec: { selector: { matchLabels: { app: "a" } }, template } }],
  DaemonSet: ["/apis/apps/v1/namespaces/default/daemonsets", { apiVersion: "apps/v1", spec: { selector: { matchLabels: { app: "a" } }, template } }],
  PodTemplate: ["/api/v1/namespaces/default/podtemplates", { apiVersion: "v1", template }],
};

function make(api: ApiWorld, kind: string): string {
  const [path, body] = collections[kind] ?? ["", {}];
  expect(api.call("POST", path, { kind, metadata: { name: "x" }, ...body }).code).toBe(201);
  return `${path}/x`;
}
const merge = { contentType: "application/merge-patch+json" };

describe("deleting a ReplicationController", () => {
  test.each([
    ["leaves its pods, as long as nothing is said", "", ["orphan"]],
    ["takes its pods along in the background", "?propagationPolicy=Background", undefined],
    ["waits for its pods in the foreground", "?propagationPolicy=Foreground", ["foregroundDeletion"]],
  ] as const)("%s", (_name, query, finalizers) => {
    const api = new ApiWorld();
    const path = make(api, "ReplicationController");
    expect(api.call("DELETE", `${path}${query}`)).toMatchObject({ code: 200, warnings: [] });
    const left = api.call("GET", path);
    const { metadata } = left.body as { readonly metadata: JsonObject };
    expect(left.code === 404 ? undefined : metadata["finalizers"]).toEqual(finalizers);
    // Its deletion is a change of what is wanted of it.
    expect(metadata["generation"]).toBe(left.code === 404 ? undefined : 2);
  });
});

test("a StatefulSet and a DaemonSet take their pods along, a PodTemplate comes back as it was", () => {
  const api = new ApiWorld();
  for (const kind of ["StatefulSet", "DaemonSet"]) {
    const path = make(api, kind);
    expect(api.call("DELETE", path)).toMatchObject({ code: 200, body: { kind: "Status", status: "Success" } });
    expect(api.call("GET", path).code).toBe(404);
  }
  expect(api.call("DELETE", make(api, "PodTemplate"))).toMatchObject({ code: 200, body: { kind: "PodTemplate", metadata: { name: "x" } } });
});

test.each(["ReplicationController", "StatefulSet"])("a %s is scaled by its scale, and its status is written apart", (kind) => {
  const api = new ApiWorld();
  const path = make(api, kind);
  expect(api.call("PATCH", `${path}/scale`, { spec: { replicas: 4 } }, merge)).toMatchObject({ code: 200, body: { kind: "Scale", spec: { replicas: 4 }, status: { replicas: 0, selector: "app=a" } } });
  expect(api.call("PATCH", `${path}/status`, { spec: { replicas: 9 }, metadata: { labels: { seen: "yes" } }, status: { replicas: 4, readyReplicas: 3, observedGeneration: 2 } }, merge)).toMatchObject({
    code: 200, body: { metadata: { generation: 2, labels: { seen: "yes" } }, spec: { replicas: 4 }, status: { replicas: 4, readyReplicas: 3 } },
  });
  expect(api.call("PATCH", path, { status: { replicas: 0 } }, merge)).toMatchObject({ code: 200, body: { status: { replicas: 4 } } });
});

test("ReplicationControllers are found by the pods they have", () => {
  const api = new ApiWorld();
  const path = make(api, "ReplicationController");
  const list = (count: number): number => ((api.call("GET", `${collections["ReplicationController"]?.[0] ?? ""}?fieldSelector=status.replicas=${count}`).body as { readonly items: readonly unknown[] }).items.length);
  expect([list(0), list(2)]).toEqual([1, 0]);
  api.call("PATCH", `${path}/status`, { status: { replicas: 2 } }, merge);
  expect([list(0), list(2)]).toEqual([0, 1]);
});
