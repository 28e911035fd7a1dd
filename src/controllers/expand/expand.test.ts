import { expect, test } from "vitest";
import { ControlPlane } from "../testing/controlPlane.ts";

const claims = "/api/v1/namespaces/default/persistentvolumeclaims";

test("a bound claim that grows waits for a resizer, and says so once", () => {
  const cluster = new ControlPlane();
  cluster.must("POST", "/apis/storage.k8s.io/v1/storageclasses", { apiVersion: "storage.k8s.io/v1", kind: "StorageClass", metadata: { name: "a" }, provisioner: "example.com/disk", allowVolumeExpansion: true });
  cluster.must("POST", "/api/v1/persistentvolumes", { apiVersion: "v1", kind: "PersistentVolume", metadata: { name: "v" }, spec: { capacity: { storage: "1Gi" }, accessModes: ["ReadWriteOnce"], storageClassName: "a", csi: { driver: "example.com", volumeHandle: "h" } } });
  cluster.runFor(1);
  cluster.must("POST", claims, { apiVersion: "v1", kind: "PersistentVolumeClaim", metadata: { name: "c" }, spec: { accessModes: ["ReadWriteOnce"], storageClassName: "a", resources: { requests: { storage: "1Gi" } } } });
  cluster.runFor(20);
  expect(cluster.events("c").filter((event) => event.startsWith("ExternalExp"))).toEqual([]);
  cluster.must("PATCH", `${claims}/c`, { spec: { resources: { requests: { storage: "2Gi" } } } }, "application/merge-patch+json");
  cluster.runFor(60);
  expect(cluster.events("c").filter((event) => event.startsWith("ExternalExp"))).toEqual(["ExternalExpanding: waiting for an external controller to expand this PVC"]);
});
