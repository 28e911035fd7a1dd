import { describe, expect, it } from "vitest";
import type { Json, JsonObject } from "../../base/json.ts";
import { NodeCluster } from "../testing/nodeCluster.ts";

const claims = "/api/v1/namespaces/default/persistentvolumeclaims";

function addVolume(cluster: NodeCluster, name: string, source: JsonObject): void {
  cluster.create("/api/v1/persistentvolumes", { apiVersion: "v1", kind: "PersistentVolume", metadata: { name }, spec: { capacity: { storage: "1Gi" }, accessModes: ["ReadWriteOnce"], storageClassName: "a", ...source } });
}
function addClaim(cluster: NodeCluster): void {
  cluster.create(claims, { apiVersion: "v1", kind: "PersistentVolumeClaim", metadata: { name: "c" }, spec: { accessModes: ["ReadWriteOnce"], storageClassName: "a", resources: { requests: { storage: "1Gi" } } } });
}
/** Placed by hand: the scheduler would wait for the claim. */
function addPod(cluster: NodeCluster, name: string, script: string): void {
  cluster.pod(name, {
    nodeName: "node-1", restartPolicy: "Never",
    containers: [{ name: "c", image: "busybox:1.36", command: ["sh", "-c", script], volumeMounts: [{ name: "data", mountPath: "/data" }] }],
    volumes: [{ name: "data", persistentVolumeClaim: { claimName: "c" } }],
  } as unknown as JsonObject);
}
const phase = (cluster: NodeCluster, name: string): Json => cluster.status(name)["phase"] ?? null;

describe("a pod with a claim", () => {
  it("does not start before the claim is bound, says why, and starts then", () => {
    const cluster = new NodeCluster().boot();
    addClaim(cluster);
    addPod(cluster, "p", "sleep 100");
    cluster.world.runFor(5_000_000);
    expect(phase(cluster, "p")).toBe("Pending");
    expect(cluster.events("p").join("\n")).toContain("Warning FailedMount: Unable to attach or mount volumes: unmounted volumes=[data], unattached volumes=[], failed to process volumes=[data]: error processing PVC default/c: PVC is not bound");
    addVolume(cluster, "v", { hostPath: { path: "/srv" } });
    cluster.until("running", () => phase(cluster, "p") === "Running");
  });

  it("finds what another pod has written there", () => {
    const cluster = new NodeCluster().boot();
    addVolume(cluster, "v", { hostPath: { path: "/srv" } });
    cluster.world.runFor(1_000_000);
    addClaim(cluster);
    addPod(cluster, "writer", "echo kept > /data/file");
    cluster.until("written", () => phase(cluster, "writer") === "Succeeded");
    addPod(cluster, "reader", "grep -q kept /data/file");
    cluster.until("read", () => phase(cluster, "reader") !== "Pending" && phase(cluster, "reader") !== "Running");
    expect(phase(cluster, "reader")).toBe("Succeeded");
  });

  it("waits for a driver that no node has", () => {
    const cluster = new NodeCluster().boot();
    addVolume(cluster, "v", { csi: { driver: "disk.example.com", volumeHandle: "h" } });
    cluster.world.runFor(1_000_000);
    addClaim(cluster);
    cluster.world.runFor(16_000_000);
    addPod(cluster, "p", "true");
    cluster.world.runFor(5_000_000);
    expect(phase(cluster, "p")).toBe("Pending");
    expect(cluster.events("p").join("\n")).toContain("driver name disk.example.com not found in the list of registered CSI drivers");
  });

  it("ReadWriteOncePod: a second pod that came past the scheduler waits until the first has ended", () => {
    const cluster = new NodeCluster({ spec: { addons: ["cloud"] } }).boot();
    cluster.create(claims, { apiVersion: "v1", kind: "PersistentVolumeClaim", metadata: { name: "c" }, spec: { accessModes: ["ReadWriteOncePod"], storageClassName: "disk-immediate", resources: { requests: { storage: "1Gi" } } } });
    cluster.world.runFor(10_000_000);
    addPod(cluster, "first", "sleep 60");
    cluster.until("runs", () => phase(cluster, "first") === "Running");
    addPod(cluster, "second", "true");
    cluster.world.runFor(5_000_000);
    expect(cluster.events("second")[0]).toMatch(/^Warning FailedMount: MountVolume\.SetUp failed for volume "pvc-[-0-9a-f]+" : volume uses the ReadWriteOncePod access mode and is already in use by another pod/);
    cluster.until("through", () => phase(cluster, "second") === "Succeeded", 200);
    expect(phase(cluster, "first")).toBe("Succeeded");
  });
});

describe("a hostPath volume with a type", () => {
  it("is what the machine has there, or is made", () => {
    const cluster = new NodeCluster().boot();
    const pod = (name: string, path: string, type: string, script = "true"): void => void cluster.pod(name, { restartPolicy: "Never", volumes: [{ name: "host", hostPath: { path, type } }], containers: [{ name: "c", image: "busybox:1.36", command: ["sh", "-c", script], volumeMounts: [{ name: "host", mountPath: "/host" }] }] });
    pod("no-folder", "/data/web", "Directory");
    pod("no-parent", "/data/web/file", "FileOrCreate");
    pod("socket", "/tmp/x.sock", "Socket");
    pod("system", "/var/log/pods", "Directory");
    cluster.world.runFor(5_000_000);
    const said = (name: string): string => cluster.events(name)[0]?.replace(/ \(x\d+\)$/, "") ?? "";
    expect([said("no-folder"), said("no-parent"), said("socket")]).toEqual([
      'Warning FailedMount: MountVolume.SetUp failed for volume "host" : hostPath type check failed: /data/web is not a directory',
      'Warning FailedMount: MountVolume.SetUp failed for volume "host" : open /data/web/file: no such file or directory',
      'Warning FailedMount: MountVolume.SetUp failed for volume "host" : hostPath type check failed: /tmp/x.sock is not a socket file',
    ]);
    pod("made", "/data/web", "DirectoryOrCreate", "ls /host | wc -l; echo hello > /host/page");
    cluster.until("all but the socket come", () => ["made", "no-folder", "no-parent", "system"].every((name) => phase(cluster, name) === "Succeeded"), 60);
    expect(cluster.logs("made")).toEqual(["0"]);
    pod("file", "/data/web/page", "File", "cat /host");
    cluster.until("read", () => phase(cluster, "file") === "Succeeded", 30);
    expect([cluster.logs("file"), phase(cluster, "socket")]).toEqual([["hello"], "Pending"]);
  });
});
