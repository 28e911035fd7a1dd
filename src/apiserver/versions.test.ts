import { describe, expect, test } from "vitest";
import type { JsonObject } from "../base/json.ts";
import { ApiWorld } from "./testing/apiWorld.ts";
import { framesOf, recordingClient } from "./testing/recordingClient.ts";

const root = (version: string): string => `/apis/autoscaling/${version}/namespaces/default/horizontalpodautoscalers`;
const scaleTargetRef = { apiVersion: "apps/v1", kind: "Deployment", name: "d" };
const old = { apiVersion: "autoscaling/v1", kind: "HorizontalPodAutoscaler", metadata: { name: "h" }, spec: { maxReplicas: 4, targetCPUUtilizationPercentage: 70, scaleTargetRef } };
const merge = { contentType: "application/merge-patch+json" };
const metaOf = (body: unknown): JsonObject => (body as { readonly metadata: JsonObject }).metadata;

describe("a kind in two versions", () => {
  test("is written in one and read in the other", () => {
    const api = new ApiWorld();
    expect(api.call("POST", root("v1"), old)).toMatchObject({ code: 201, body: { apiVersion: "autoscaling/v1", spec: { targetCPUUtilizationPercentage: 70, minReplicas: 1 }, status: { currentReplicas: 0, desiredReplicas: 0 } } });
    expect(api.call("GET", `${root("v2")}/h`).body).toMatchObject({ apiVersion: "autoscaling/v2", spec: { maxReplicas: 4, metrics: [{ resource: { target: { averageUtilization: 70 } } }] }, status: { desiredReplicas: 0, currentMetrics: null } });
    expect(api.call("PATCH", `${root("v2")}/h`, { spec: { metrics: [{ type: "Resource", resource: { name: "cpu", target: { type: "Utilization", averageUtilization: 33 } } }] } }, merge)).toMatchObject({ code: 200, body: { apiVersion: "autoscaling/v2" } });
    expect(api.call("PATCH", `${root("v1")}/h`, { spec: { maxReplicas: 9 } }, merge)).toMatchObject({ code: 200, body: { apiVersion: "autoscaling/v1", spec: { maxReplicas: 9, targetCPUUtilizationPercentage: 33 } } });
    expect(api.call("GET", root("v1")).body).toMatchObject({ kind: "HorizontalPodAutoscalerList", apiVersion: "autoscaling/v1", items: [{ spec: { targetCPUUtilizationPercentage: 33 } }] });
    expect(api.call("POST", root("v1"), { ...old, apiVersion: "autoscaling/v2" })).toMatchObject({ code: 400, body: { message: "the API version in the data (autoscaling/v2) does not match the expected API version (autoscaling/v1)" } });
    expect(api.call("DELETE", `${root("v1")}/h`)).toMatchObject({ code: 200, body: { status: "Success" } });
  });

  test("changes nothing by a write that says what is there", () => {
    const api = new ApiWorld();
    const { resourceVersion } = metaOf(api.call("POST", root("v1"), old).body);
    expect(metaOf(api.call("PATCH", `${root("v1")}/h`, { spec: { maxReplicas: 4 } }, merge).body).resourceVersion).toBe(resourceVersion);
    expect(metaOf(api.call("PUT", `${root("v1")}/h`, api.call("GET", `${root("v1")}/h`).body).body).resourceVersion).toBe(resourceVersion);
  });

  test("keeps each owner's fields in the version he wrote", () => {
    const api = new ApiWorld();
    api.call("POST", `${root("v1")}?fieldManager=one`, old);
    const { managedFields } = metaOf(api.call("PATCH", `${root("v2")}/h?fieldManager=two`, { spec: { maxReplicas: 9 } }, merge).body) as { readonly managedFields: readonly JsonObject[] };
    expect(managedFields).toEqual([
      expect.objectContaining({ manager: "one", apiVersion: "autoscaling/v1", fieldsV1: { "f:spec": { "f:minReplicas": {}, "f:scaleTargetRef": {}, "f:targetCPUUtilizationPercentage": {} } } }),
      expect.objectContaining({ manager: "two", apiVersion: "autoscaling/v2", fieldsV1: { "f:spec": { "f:maxReplicas": {} } } }),
    ]);
    const taken = metaOf(api.call("PATCH", `${root("v2")}/h?fieldManager=two`, { spec: { metrics: [{ type: "Resource", resource: { name: "cpu", target: { type: "Utilization", averageUtilization: 5 } } }] } }, merge).body) as { readonly managedFields: readonly JsonObject[] };
    expect(taken.managedFields[0]).toMatchObject({ manager: "one", fieldsV1: { "f:spec": { "f:minReplicas": {}, "f:scaleTargetRef": {} } } });
    expect(JSON.stringify(taken.managedFields[0])).not.toContain("targetCPU");
  });

  test("is applied in either, and conflicts are told in the owner's version", () => {
    const api = new ApiWorld();
    const apply = { contentType: "application/apply-patch+yaml" };
    expect(api.call("PATCH", `${root("v1")}/h?fieldManager=one`, old, apply)).toMatchObject({ code: 201, body: { apiVersion: "autoscaling/v1" } });
    const next = { apiVersion: "autoscaling/v2", kind: "HorizontalPodAutoscaler", metadata: { name: "h" }, spec: { maxReplicas: 4, scaleTargetRef, metrics: [{ type: "Resource", resource: { name: "cpu", target: { type: "Utilization", averageUtilization: 20 } } }] } };
    expect(api.call("PATCH", `${root("v2")}/h?fieldManager=two`, next, apply)).toMatchObject({ code: 409, body: { details: { causes: [{ message: 'conflict with "one"', field: ".spec.targetCPUUtilizationPercentage" }] } } });
    expect(api.call("PATCH", `${root("v2")}/h?fieldManager=two&force=true`, next, apply)).toMatchObject({ code: 200, body: { spec: { metrics: [{ resource: { target: { averageUtilization: 20 } } }] } } });
  });

  test("is watched in both at once", () => {
    const api = new ApiWorld([recordingClient("watcher")]);
    const [v1, v2] = ["v1", "v2"].map((version) => api.watch("watcher", `${root(version)}?watch=1`));
    api.call("POST", root("v2"), { ...old, apiVersion: "autoscaling/v2", spec: { maxReplicas: 2, scaleTargetRef } });
    for (const [watch, apiVersion] of [[v1, "autoscaling/v1"], [v2, "autoscaling/v2"]] as const) {
      if (watch === undefined) throw new Error("no watch");
      expect(framesOf(api.recorded("watcher"), watch).map((frame) => (frame.object as JsonObject)["apiVersion"])).toEqual([apiVersion]);
    }
  });

  test("is printed from what is stored, in whatever version it is asked for", () => {
    const api = new ApiWorld();
    api.call("POST", root("v1"), old);
    for (const version of ["v1", "v2"]) {
      const table = api.call("GET", `${root(version)}?includeObject=Object`, null, { accept: "application/json;as=Table;g=meta.k8s.io;v=v1" }).body;
      expect(table).toMatchObject({ rows: [{ cells: ["h", "Deployment/d", "cpu: <unknown>/70%", "1", 4, 0, expect.any(String)], object: { apiVersion: `autoscaling/${version}` } }] });
    }
  });

  test("is discovered in both", () => {
    const api = new ApiWorld();
    expect(api.call("GET", "/apis/autoscaling").body).toMatchObject({ preferredVersion: { version: "v2" }, versions: [{ version: "v2" }, { version: "v1" }] });
    for (const version of ["v1", "v2"]) {
      expect(api.call("GET", `/apis/autoscaling/${version}`).body).toMatchObject({ resources: [{ name: "horizontalpodautoscalers", storageVersionHash: "qwQve8ut294=" }, { name: "horizontalpodautoscalers/status" }] });
      expect(JSON.stringify(Object.keys((api.call("GET", `/openapi/v3/apis/autoscaling/${version}`).body as { readonly components: { readonly schemas: JsonObject } }).components.schemas))).toContain(`io.k8s.api.autoscaling.${version}.HorizontalPodAutoscalerSpec`);
    }
  });
});
