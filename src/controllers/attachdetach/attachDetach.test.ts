import { createHash } from "node:crypto";
import { describe, expect, test } from "vitest";
import type { Node } from "../../kinds/core/node/types.ts";
import type { VolumeAttachment } from "../../kinds/storage/volumeattachment/types.ts";
import { ControlPlane } from "../testing/controlPlane.ts";

const attachments = "/apis/storage.k8s.io/v1/volumeattachments";
const pods = "/api/v1/namespaces/default/pods";
const merge = "application/merge-patch+json";
const unique = "kubernetes.io/csi/disk.example.com^h";

function plane(accessModes = ["ReadWriteOnce"]): ControlPlane {
  const cluster = new ControlPlane();
  for (const name of ["n1", "n2"]) {
    cluster.addNode(name);
    cluster.must("PATCH", `/api/v1/nodes/${name}`, { metadata: { annotations: { "volumes.kubernetes.io/controller-managed-attach-detach": "true" } } }, merge);
  }
  cluster.must("POST", "/api/v1/persistentvolumes", { apiVersion: "v1", kind: "PersistentVolume", metadata: { name: "v" }, spec: { capacity: { storage: "1Gi" }, accessModes, storageClassName: "a", csi: { driver: "disk.example.com", volumeHandle: "h" } } });
  cluster.runFor(1);
  cluster.must("POST", "/api/v1/namespaces/default/persistentvolumeclaims", { apiVersion: "v1", kind: "PersistentVolumeClaim", metadata: { name: "c" }, spec: { accessModes, storageClassName: "a", resources: { requests: { storage: "1Gi" } } } });
  cluster.runFor(16);
  return cluster;
}
function addPod(cluster: ControlPlane, name: string, nodeName: string): void {
  cluster.must("POST", pods, { apiVersion: "v1", kind: "Pod", metadata: { name }, spec: { nodeName, terminationGracePeriodSeconds: 0, tolerations: [{ operator: "Exists" }], containers: [{ name: "c", image: "i" }], volumes: [{ name: "v", persistentVolumeClaim: { claimName: "c" } }] } });
  cluster.runFor(1);
}
const all = (cluster: ControlPlane) => cluster.list<VolumeAttachment>(attachments);
const where = (cluster: ControlPlane): readonly string[] => all(cluster).map(({ spec }) => spec.nodeName);
const attachedTo = (cluster: ControlPlane, node: string) => (cluster.must("GET", `/api/v1/nodes/${node}`) as Node).status?.volumesAttached ?? [];
/** What the driver's attacher does. */
function attached(cluster: ControlPlane): void {
  for (const { metadata } of all(cluster)) cluster.must("PATCH", `${attachments}/${metadata.name}/status`, { status: { attached: true } }, merge);
  cluster.runFor(1);
}
function uses(cluster: ControlPlane, node: string): void {
  cluster.must("PATCH", `/api/v1/nodes/${node}/status`, { status: { volumesInUse: [unique] } }, merge);
}

describe("a volume of a driver", () => {
  test("is attached to its pod's node, which says so, and detached when the pod is gone", () => {
    const cluster = plane();
    addPod(cluster, "p", "n1");
    const [attachment] = all(cluster);
    expect(attachment?.metadata.name).toBe(`csi-${createHash("sha256").update("hdisk.example.comn1").digest("hex")}`);
    expect(attachment?.spec).toEqual({ attacher: "disk.example.com", nodeName: "n1", source: { persistentVolumeName: "v" } });
    expect(attachedTo(cluster, "n1")).toEqual([]);
    attached(cluster);
    expect(attachedTo(cluster, "n1")).toEqual([{ name: unique, devicePath: "" }]);
    expect(cluster.events("p")).toEqual(['SuccessfulAttachVolume: AttachVolume.Attach succeeded for volume "v" ']);
    cluster.must("DELETE", `${pods}/p`, { gracePeriodSeconds: 0 });
    cluster.runFor(1);
    expect([all(cluster), attachedTo(cluster, "n1")]).toEqual([[], []]);
  });

  test("is not attached where its driver needs none", () => {
    const cluster = plane();
    cluster.must("POST", "/apis/storage.k8s.io/v1/csidrivers", { apiVersion: "storage.k8s.io/v1", kind: "CSIDriver", metadata: { name: "disk.example.com" }, spec: { attachRequired: false } });
    cluster.runFor(1);
    addPod(cluster, "p", "n1");
    expect(all(cluster)).toEqual([]);
  });

  test("that no attacher attaches: its pods say so every two minutes", () => {
    const cluster = plane();
    addPod(cluster, "p", "n1");
    cluster.runFor(121);
    expect(cluster.events("p")).toContain('FailedAttachVolume: AttachVolume.Attach failed for volume "v" : timed out waiting for external-attacher of disk.example.com CSI driver to attach volume h');
  });

  test("for one node waits there until that has given it back; for many nodes goes to all", () => {
    const cluster = plane();
    addPod(cluster, "p", "n1");
    attached(cluster);
    addPod(cluster, "q", "n2");
    expect(where(cluster)).toEqual(["n1"]);
    expect(cluster.events("q")).toContain('FailedAttachVolume: Multi-Attach error for volume "v" Volume is already used by pod(s) p');
    cluster.must("DELETE", `${pods}/p`, { gracePeriodSeconds: 0 });
    cluster.runFor(1);
    expect(where(cluster)).toEqual(["n2"]);
    const shared = plane(["ReadWriteMany"]);
    addPod(shared, "p", "n1");
    addPod(shared, "q", "n2");
    expect(where(shared).toSorted()).toEqual(["n1", "n2"]);
  });
});

describe("a node that says that it uses the volume", () => {
  function abandoned(): ControlPlane {
    const cluster = plane();
    addPod(cluster, "p", "n1");
    attached(cluster);
    uses(cluster, "n1");
    cluster.must("DELETE", `${pods}/p`, { gracePeriodSeconds: 0 });
    return cluster;
  }

  test("keeps it as long as it answers, and gives it back when it has done with it", () => {
    const cluster = abandoned();
    cluster.live(400, ["n1", "n2"]);
    expect(where(cluster)).toEqual(["n1"]);
    cluster.must("PATCH", "/api/v1/nodes/n1/status", { status: { volumesInUse: null } }, merge);
    cluster.runFor(1);
    expect(where(cluster)).toEqual([]);
  });

  test("loses it after six minutes where it does not answer", () => {
    const cluster = abandoned();
    cluster.live(350, ["n2"]);
    expect(where(cluster)).toEqual(["n1"]);
    cluster.live(20, ["n2"]);
    expect(where(cluster)).toEqual([]);
  });

  test("loses it at once where it is out of service", () => {
    const cluster = abandoned();
    cluster.must("PATCH", "/api/v1/nodes/n1", { spec: { taints: [{ key: "node.kubernetes.io/out-of-service", effect: "NoExecute" }] } }, merge);
    cluster.runFor(1);
    expect(where(cluster)).toEqual([]);
  });
});
