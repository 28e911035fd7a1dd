import { describe, expect, test } from "vitest";
import { ControlPlane } from "../testing/controlPlane.ts";

const claims = "/api/v1/namespaces/default/persistentvolumeclaims";
const pods = "/api/v1/namespaces/default/pods";
const volumes = "/api/v1/persistentvolumes";
const merge = "application/merge-patch+json";
const claim = (name: string): object => ({ apiVersion: "v1", kind: "PersistentVolumeClaim", metadata: { name }, spec: { accessModes: ["ReadWriteOnce"], storageClassName: "none", resources: { requests: { storage: "1Gi" } } } });
const pod = (volume: object, nodeName?: string): object => ({
  apiVersion: "v1", kind: "Pod", metadata: { name: "p" },
  spec: { schedulerName: "manual", ...(nodeName === undefined ? {} : { nodeName }), terminationGracePeriodSeconds: 0, containers: [{ name: "c", image: "i" }], volumes: [{ name: "v", ...volume }] },
});
const uses = (claimName: string) => ({ persistentVolumeClaim: { claimName } });
const code = (cluster: ControlPlane, url: string): number => cluster.call("GET", url).code;

/** A plane that only protects: nothing else touches the objects. */
const plane = (): ControlPlane => new ControlPlane({ controllers: ["serviceaccount", "pvc-protection", "pv-protection", "vac-protection"] });

describe("a claim that is deleted", () => {
  test("goes at once where nobody uses it", () => {
    const cluster = plane();
    cluster.must("POST", claims, claim("c"));
    cluster.must("DELETE", `${claims}/c`);
    cluster.runFor(1);
    expect(code(cluster, `${claims}/c`)).toBe(404);
  });

  test.each([
    ["a pod on a node", "node-1", 200],
    ["a pod without a node, which no kubelet will start", undefined, 404],
  ])("stays for %s", (_what, node, expected) => {
    const cluster = plane();
    cluster.must("POST", claims, claim("c"));
    cluster.must("POST", pods, pod(uses("c"), node));
    cluster.must("DELETE", `${claims}/c`);
    cluster.runFor(5);
    expect(code(cluster, `${claims}/c`)).toBe(expected);
  });

  test("stays for a pod that ended, and goes with it", () => {
    const cluster = plane();
    cluster.must("POST", claims, claim("c"));
    cluster.must("POST", pods, pod(uses("c"), "node-1"));
    cluster.must("DELETE", `${claims}/c`);
    cluster.must("PATCH", `${pods}/p/status`, { status: { phase: "Succeeded" } }, merge);
    cluster.runFor(5);
    expect(code(cluster, `${claims}/c`)).toBe(200);
    cluster.must("DELETE", `${pods}/p`);
    cluster.runFor(5);
    expect(code(cluster, `${claims}/c`)).toBe(404);
  });

  test("does not stay for the ephemeral volume of a pod that it was not made for", () => {
    const cluster = plane();
    cluster.must("POST", claims, claim("p-v"));
    cluster.must("POST", pods, pod({ ephemeral: { volumeClaimTemplate: { spec: { accessModes: ["ReadWriteOnce"], resources: { requests: { storage: "1Gi" } } } } } }, "node-1"));
    cluster.must("DELETE", `${claims}/p-v`);
    cluster.runFor(5);
    expect(code(cluster, `${claims}/p-v`)).toBe(404);
  });

  test("is protected again where somebody took its finalizer away", () => {
    const cluster = plane();
    cluster.must("POST", claims, claim("c"));
    cluster.must("PATCH", `${claims}/c`, { metadata: { finalizers: null } }, merge);
    cluster.runFor(1);
    expect(cluster.must("GET", `${claims}/c`).metadata.finalizers).toEqual(["kubernetes.io/pvc-protection"]);
  });
});

test("a volume that is deleted stays while it is bound", () => {
  const cluster = plane();
  const volume = (name: string) => ({ apiVersion: "v1", kind: "PersistentVolume", metadata: { name }, spec: { capacity: { storage: "1Gi" }, accessModes: ["ReadWriteOnce"], hostPath: { path: "/x" } } });
  for (const name of ["free", "bound"]) cluster.must("POST", volumes, volume(name));
  cluster.must("PATCH", `${volumes}/bound/status`, { status: { phase: "Bound" } }, merge);
  for (const name of ["free", "bound"]) cluster.must("DELETE", `${volumes}/${name}`);
  cluster.runFor(2);
  expect(code(cluster, `${volumes}/free`)).toBe(404);
  expect(code(cluster, `${volumes}/bound`)).toBe(200);
  cluster.must("PATCH", `${volumes}/bound/status`, { status: { phase: "Released" } }, merge);
  cluster.runFor(2);
  expect(code(cluster, `${volumes}/bound`)).toBe(404);
});

test("a class of attributes stays while a claim names it", () => {
  const cluster = plane();
  const classes = "/apis/storage.k8s.io/v1/volumeattributesclasses";
  cluster.must("POST", classes, { apiVersion: "storage.k8s.io/v1", kind: "VolumeAttributesClass", metadata: { name: "gold" }, driverName: "d.example.com", parameters: { iops: "1" } });
  cluster.must("POST", claims, { ...claim("c"), spec: { accessModes: ["ReadWriteOnce"], volumeAttributesClassName: "gold", resources: { requests: { storage: "1Gi" } } } });
  cluster.runFor(1);
  cluster.must("DELETE", `${classes}/gold`);
  cluster.runFor(2);
  expect(code(cluster, `${classes}/gold`)).toBe(200);
  cluster.must("DELETE", `${claims}/c`);
  cluster.runFor(2);
  expect(code(cluster, `${classes}/gold`)).toBe(404);
});
