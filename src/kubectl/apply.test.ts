import { describe, expect, it } from "vitest";
import type { JsonObject } from "../base/json.ts";
import { applyTarget, lastAppliedAnnotation, planApply, withLastApplied, type ApplyTarget } from "./apply.ts";

const container = (more: JsonObject = {}): JsonObject => ({ name: "web", image: "nginx:1.27", ...more });
const deployment = (spec: JsonObject, metadata: JsonObject = {}): JsonObject => ({ apiVersion: "apps/v1", kind: "Deployment", metadata: { name: "web", ...metadata }, spec });
const template = (containers: JsonObject[]): JsonObject => ({ metadata: { labels: { app: "web" } }, spec: { containers } });

function target(manifest: JsonObject): ApplyTarget {
  const found = applyTarget(manifest, "default");
  if (!("path" in found)) throw new Error(found.message);
  return found;
}

/** The object as the server would hold it: applied, with what the server and others added. */
function live(manifest: JsonObject, added: JsonObject = {}): JsonObject {
  const stored = withLastApplied(target(manifest).manifest);
  return { ...stored, ...added, metadata: { ...(stored["metadata"] as JsonObject), uid: "u", resourceVersion: "7" } };
}

describe("applyTarget", () => {
  it("finds path and label", () => {
    expect(target(deployment({}))).toMatchObject({ path: "/apis/apps/v1/namespaces/default/deployments/web", label: "deployment.apps/web", namespace: "default" });
    expect(target({ apiVersion: "v1", kind: "Namespace", metadata: { name: "a" } })).toMatchObject({ path: "/api/v1/namespaces/a", label: "namespace/a" });
  });
  it.each([
    [{ kind: "Pod" }, "apiVersion", "apiVersion not set"],
    [{ apiVersion: "v1" }, "kind", "kind not set"],
    [{ apiVersion: "apps/v1", kind: "Deploymint", metadata: { name: "a" } }, "kind", 'no matches for kind "Deploymint" in version "apps/v1"'],
    [{ apiVersion: "v1", kind: "Pod", metadata: {} }, "metadata", "resource name may not be empty"],
  ])("names the field that is wrong: %j", (manifest, field, message) => {
    expect(applyTarget(manifest as JsonObject, "default")).toEqual({ field, message });
  });
});

describe("planApply", () => {
  it("creates what is not there, with the manifest in the annotation", () => {
    const step = planApply(target(deployment({ replicas: 1 })), null);
    expect(step.type).toBe("create");
    const metadata = step.type === "create" ? (step.body["metadata"] as JsonObject) : {};
    expect((metadata["annotations"] as JsonObject)[lastAppliedAnnotation]).toBe('{"apiVersion":"apps/v1","kind":"Deployment","metadata":{"annotations":{},"name":"web","namespace":"default"},"spec":{"replicas":1}}\n');
  });

  it("does nothing the second time, whatever the server filled in", () => {
    const manifest = deployment({ replicas: 3, template: template([container()]) });
    const there = live(manifest, { spec: { replicas: 3, progressDeadlineSeconds: 600, template: template([container({ imagePullPolicy: "IfNotPresent" })]) }, status: { replicas: 3 } });
    expect(planApply(target(manifest), there)).toEqual({ type: "unchanged" });
  });

  it("sends only what changed, containers by name and in order", () => {
    const before = deployment({ replicas: 3, template: template([container()]) });
    const after = deployment({ replicas: 5, template: template([container({ image: "nginx:1.28" })]) });
    const step = planApply(target(after), live(before));
    expect(step).toMatchObject({ type: "patch", contentType: "application/strategic-merge-patch+json" });
    const spec = step.type === "patch" ? step.body["spec"] : null;
    expect(spec).toEqual({ replicas: 5, template: { spec: { containers: [{ name: "web", image: "nginx:1.28" }], "$setElementOrder/containers": [{ name: "web" }] } } });
  });

  it("takes away what was applied before and is no longer said, and leaves what others set", () => {
    const before = deployment({ replicas: 3, minReadySeconds: 5, template: template([container({ env: [{ name: "A", value: "1" }, { name: "B", value: "2" }] }), { name: "side", image: "busybox" }]) });
    const after = deployment({ template: template([container({ env: [{ name: "B", value: "2" }] })]) });
    const there = live(before, { spec: { replicas: 8, minReadySeconds: 5, paused: true, template: template([container({ env: [{ name: "A", value: "1" }, { name: "B", value: "2" }] }), { name: "side", image: "busybox" }]) } });
    const step = planApply(target(after), there);
    const spec = step.type === "patch" ? (step.body["spec"] as JsonObject) : {};
    expect(spec["replicas"]).toBeNull();
    expect(spec["minReadySeconds"]).toBeNull();
    expect(spec).not.toHaveProperty("paused");
    expect((spec["template"] as JsonObject)["spec"]).toEqual({
      containers: [
        { name: "web", env: [{ $patch: "delete", name: "A" }], "$setElementOrder/env": [{ name: "B" }] },
        { $patch: "delete", name: "side" },
      ],
      "$setElementOrder/containers": [{ name: "web" }],
    });
  });

  it("gives back a field that somebody else changed", () => {
    const manifest = deployment({ replicas: 3 });
    const step = planApply(target(manifest), live(manifest, { spec: { replicas: 9 } }));
    expect(step.type === "patch" ? step.body["spec"] : null).toEqual({ replicas: 3 });
  });

  it("says when the object was not made by apply", () => {
    const step = planApply(target(deployment({ replicas: 2 })), { apiVersion: "apps/v1", kind: "Deployment", metadata: { name: "web", namespace: "default" }, spec: { replicas: 1 } });
    expect(step).toMatchObject({ type: "patch", lastAppliedMissing: true });
  });

  it("joins finalizers, a merged list of plain values, with a directive for those that go", () => {
    const before = deployment({}, { finalizers: ["a/x", "b/y"] });
    const after = deployment({}, { finalizers: ["b/y", "c/z"] });
    const step = planApply(target(after), live(before));
    const metadata = step.type === "patch" ? (step.body["metadata"] as JsonObject) : {};
    expect(metadata["finalizers"]).toEqual(["c/z"]);
    expect(metadata["$deleteFromPrimitiveList/finalizers"]).toEqual(["a/x"]);
    expect(metadata["$setElementOrder/finalizers"]).toEqual(["b/y", "c/z"]);
  });

  it("keeps the keys of a union together", () => {
    const before = deployment({ strategy: { type: "RollingUpdate", rollingUpdate: { maxSurge: 1 } } });
    const after = deployment({ strategy: { type: "Recreate" } });
    const step = planApply(target(after), live(before));
    expect(step.type === "patch" ? step.body["spec"] : null).toEqual({ strategy: { type: "Recreate", rollingUpdate: null, $retainKeys: ["type"] } });
  });

  it("orders services' ports by port", () => {
    const service = (ports: JsonObject[]): JsonObject => ({ apiVersion: "v1", kind: "Service", metadata: { name: "web" }, spec: { ports } });
    const step = planApply(target(service([{ port: 80, targetPort: 8080 }])), live(service([{ port: 80, targetPort: 80 }])));
    expect(step.type === "patch" ? step.body["spec"] : null).toEqual({ ports: [{ port: 80, targetPort: 8080 }], "$setElementOrder/ports": [{ port: 80 }] });
  });
});
