import { beforeEach, describe, expect, test } from "vitest";
import type { JsonObject } from "../../base/json.ts";
import { ApiWorld } from "../testing/apiWorld.ts";

const claims = "/api/v1/namespaces/default/persistentvolumeclaims";
const classes = "/apis/storage.k8s.io/v1/storageclasses";
const mergePatch = { contentType: "application/merge-patch+json" };
let api: ApiWorld;
beforeEach(() => {
  api = new ApiWorld();
});

function addClass(name: string, annotations: JsonObject = {}, more: JsonObject = {}): void {
  const response = api.call("POST", classes, { apiVersion: "storage.k8s.io/v1", kind: "StorageClass", metadata: { name, annotations }, provisioner: "a.b/c", ...more });
  expect(response.code).toBe(201);
}

function addClaim(name: string, spec: JsonObject = {}, annotations: JsonObject = {}) {
  return api.call("POST", claims, { apiVersion: "v1", kind: "PersistentVolumeClaim", metadata: { name, annotations }, spec: { accessModes: ["ReadWriteOnce"], resources: { requests: { storage: "1Gi" } }, ...spec } });
}

describe("DefaultStorageClass", () => {
  const isDefault = { "storageclass.kubernetes.io/is-default-class": "true" };

  test("gives the newest default class to a claim that names none", () => {
    expect(addClaim("before").body).not.toHaveProperty("spec.storageClassName");
    addClass("b", isDefault);
    addClass("a", { "storageclass.beta.kubernetes.io/is-default-class": "true" });
    expect(addClaim("both").body).toHaveProperty("spec.storageClassName", "a");
    api.world.runFor(2_000_000);
    addClass("z", isDefault);
    expect(addClaim("newest").body).toHaveProperty("spec.storageClassName", "z");
  });

  test("leaves a claim alone that names one, be it the empty one or in the old way", () => {
    addClass("a", isDefault);
    expect(addClaim("empty", { storageClassName: "" }).body).toHaveProperty("spec.storageClassName", "");
    expect(addClaim("old", {}, { "volume.beta.kubernetes.io/storage-class": "b" }).body).not.toHaveProperty("spec.storageClassName");
  });
});

describe("StorageObjectInUseProtection", () => {
  test("holds claims, volumes and classes of attributes, each once", () => {
    expect(addClaim("c").body).toHaveProperty("metadata.finalizers", ["kubernetes.io/pvc-protection"]);
    const volume = { apiVersion: "v1", kind: "PersistentVolume", metadata: { name: "v", finalizers: ["kubernetes.io/pv-protection"] }, spec: { capacity: { storage: "1Gi" }, accessModes: ["ReadWriteOnce"], hostPath: { path: "/a" } } };
    expect(api.call("POST", "/api/v1/persistentvolumes", volume).body).toHaveProperty("metadata.finalizers", ["kubernetes.io/pv-protection"]);
    const attributes = { apiVersion: "storage.k8s.io/v1", kind: "VolumeAttributesClass", metadata: { name: "a", finalizers: ["a.b/c"] }, driverName: "a.b", parameters: { a: "b" } };
    expect(api.call("POST", "/apis/storage.k8s.io/v1/volumeattributesclasses", attributes).body).toHaveProperty("metadata.finalizers", ["a.b/c", "kubernetes.io/vac-protection"]);
    expect(api.call("DELETE", `${claims}/c`).body).toHaveProperty("metadata.deletionTimestamp");
    expect(api.call("GET", `${claims}/c`).code).toBe(200);
    expect(api.call("PATCH", `${claims}/c`, { metadata: { finalizers: null } }, mergePatch).code).toBe(200);
    expect(api.call("GET", `${claims}/c`).code).toBe(404);
  });
});

describe("PersistentVolumeClaimResize", () => {
  function grow(name: string, spec: JsonObject): unknown {
    expect(addClaim(name, spec).code).toBe(201);
    api.call("PATCH", `${claims}/${name}/status`, { status: { phase: "Bound", capacity: { storage: "1Gi" } } }, mergePatch);
    return api.call("PATCH", `${claims}/${name}`, { spec: { resources: { requests: { storage: "2Gi" } } } }, mergePatch);
  }

  test("lets a claim grow where its class allows it", () => {
    addClass("fixed");
    addClass("growing", {}, { allowVolumeExpansion: true });
    const text = (name: string): string => `persistentvolumeclaims "${name}" is forbidden: only dynamically provisioned pvc can be resized and the storageclass that provisions the pvc must support resize`;
    for (const [name, storageClassName] of [["none", ""], ["gone", "unknown"], ["fixed", "fixed"]] as const) expect(grow(name, { storageClassName })).toMatchObject({ code: 403, body: { message: text(name) } });
    expect(grow("growing", { storageClassName: "growing" })).toMatchObject({ code: 200, body: { spec: { resources: { requests: { storage: "2Gi" } } } } });
  });
});

describe("RuntimeClass", () => {
  const pods = "/api/v1/namespaces/default/pods?dryRun=All";
  function pod(spec: JsonObject) {
    return api.call("POST", pods, { apiVersion: "v1", kind: "Pod", metadata: { name: "p" }, spec: { containers: [{ name: "c", image: "nginx" }], ...spec } });
  }
  beforeEach(() => {
    api.call("POST", "/api/v1/namespaces/default/serviceaccounts", { apiVersion: "v1", kind: "ServiceAccount", metadata: { name: "default" } });
    const tolerations = [{ key: "rc", operator: "Exists" }, { key: "own", operator: "Equal", value: "a" }];
    api.call("POST", "/apis/node.k8s.io/v1/runtimeclasses", { apiVersion: "node.k8s.io/v1", kind: "RuntimeClass", metadata: { name: "rc" }, handler: "h", overhead: { podFixed: { cpu: "10m" } }, scheduling: { nodeSelector: { rc: "x" }, tolerations } });
  });

  test("adds overhead, selector and tolerations; what a wider one covers goes", () => {
    const made = pod({ runtimeClassName: "rc", nodeSelector: { a: "b" }, tolerations: [{ key: "rc", operator: "Equal", value: "1", effect: "NoSchedule" }, { key: "own", operator: "Equal", value: "a" }] });
    expect(made).toMatchObject({ code: 201, body: { spec: { overhead: { cpu: "10m" }, nodeSelector: { a: "b", rc: "x" } } } });
    const { tolerations } = (made.body as { readonly spec: { readonly tolerations: readonly { readonly key: string; readonly operator: string }[] } }).spec;
    expect(tolerations.map(({ key, operator }) => `${key} ${operator}`).filter((text) => !text.startsWith("node."))).toEqual(["own Equal", "rc Exists"]);
  });

  test.each([
    [{ runtimeClassName: "no" }, 'pod rejected: RuntimeClass "no" not found'],
    [{ runtimeClassName: "rc", overhead: { cpu: "20m" } }, "pod rejected: Pod's Overhead doesn't match RuntimeClass's defined Overhead"],
    [{ overhead: { cpu: "10m" } }, "pod rejected: Pod Overhead set without corresponding RuntimeClass defined Overhead"],
    [{ runtimeClassName: "rc", nodeSelector: { rc: "y" } }, "conflict: runtimeClass.scheduling.nodeSelector[rc] = x; pod.spec.nodeSelector[rc] = y"],
  ])("refuses %j", (spec, text) => {
    expect(pod(spec)).toMatchObject({ code: 403, body: { message: `pods "p" is forbidden: ${text}` } });
  });
});
