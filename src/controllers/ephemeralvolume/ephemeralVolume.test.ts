import { expect, test } from "vitest";
import { ControlPlane } from "../testing/controlPlane.ts";

const claims = "/api/v1/namespaces/default/persistentvolumeclaims";
const pods = "/api/v1/namespaces/default/pods";
const spec = { accessModes: ["ReadWriteOnce"], storageClassName: "a", resources: { requests: { storage: "1Gi" } } };
const pod = {
  apiVersion: "v1", kind: "Pod", metadata: { name: "p" },
  spec: { schedulerName: "manual", terminationGracePeriodSeconds: 0, containers: [{ name: "c", image: "i" }], volumes: [{ name: "scratch", ephemeral: { volumeClaimTemplate: { metadata: { labels: { a: "b" } }, spec } } }] },
};

test("makes a claim that its pod owns, again where it is lost, and it goes with the pod", () => {
  const cluster = new ControlPlane();
  const { uid } = cluster.must("POST", pods, pod).metadata;
  cluster.runFor(1);
  const claim = cluster.must("GET", `${claims}/p-scratch`);
  expect(claim.metadata.labels).toEqual({ a: "b" });
  expect(claim.metadata.ownerReferences).toEqual([{ apiVersion: "v1", kind: "Pod", name: "p", uid, controller: true, blockOwnerDeletion: true }]);
  expect(claim.spec).toMatchObject(spec);
  cluster.must("DELETE", `${claims}/p-scratch`);
  cluster.runFor(5);
  expect(cluster.must("GET", `${claims}/p-scratch`).metadata.uid).not.toBe(claim.metadata.uid);
  cluster.must("DELETE", `${pods}/p`);
  cluster.runFor(5);
  expect(cluster.call("GET", `${claims}/p-scratch`).code).toBe(404);
});

test("says so where the claim of that name is somebody else's", () => {
  const cluster = new ControlPlane();
  cluster.must("POST", claims, { apiVersion: "v1", kind: "PersistentVolumeClaim", metadata: { name: "p-scratch" }, spec });
  cluster.must("POST", pods, pod);
  cluster.runFor(1);
  expect(cluster.events("p")[0]).toMatch(/^FailedBinding: ephemeral volume scratch: PVC default\/p-scratch was not created for pod default\/p \(pod is not owner\)/);
});
