import { describe, expect, it } from "vitest";
import type { JsonObject } from "../base/json.ts";
import { defaultNode } from "./clusterSpec.ts";
import { part } from "./invariants/define.ts";
import { FaultCluster } from "./testing/faultCluster.ts";

const claims = "/api/v1/namespaces/default/persistentvolumeclaims";
const claim = (name: string, spec: JsonObject = {}): JsonObject => ({ apiVersion: "v1", kind: "PersistentVolumeClaim", metadata: { name }, spec: { accessModes: ["ReadWriteOnce"], resources: { requests: { storage: "1Gi" } }, ...spec } });
const shell = (script: string, name: string, node?: string): JsonObject => ({
  terminationGracePeriodSeconds: 1, ...(node === undefined ? {} : { nodeSelector: { "kubernetes.io/hostname": node } }),
  containers: [{ name: "c", image: "busybox:1.36", command: ["sh", "-c", script], volumeMounts: [{ name: "data", mountPath: "/data" }] }], volumes: [{ name: "data", persistentVolumeClaim: { claimName: name } }],
});

class StorageCluster extends FaultCluster {
  claim(name: string): JsonObject {
    return this.get(`${claims}/${name}`) as JsonObject;
  }
  volume(name: string): JsonObject {
    return this.get(`/api/v1/persistentvolumes/${String(part(this.claim(name), "spec")["volumeName"])}`) as JsonObject;
  }
  told(name: string): readonly string[] {
    return this.list("/api/v1/namespaces/default/events").filter((event) => part(event, "involvedObject")["name"] === name).map((event) => `${String(event["reason"])}: ${String(event["message"])}`);
  }
  phase(name: string): unknown {
    return this.status(name)["phase"];
  }
  node(name: string): string {
    return String(part(this.getPod(name), "spec")["nodeName"]);
  }
  gone(path: string): void {
    this.write("delete", path);
    this.after(`${path} is gone`, () => this.get(path) === null);
  }
}

describe("the add-on local-path", () => {
  const cluster = (): StorageCluster => new StorageCluster({ nodes: 2, spec: { addons: ["local-path"] } }).boot();

  it("makes a volume of the default class where the first pod goes, and its data outlives the pod and the machine's reboot", () => {
    const world = cluster();
    world.seconds(5);
    world.create(claims, claim("data"));
    world.seconds(2);
    expect(world.told("data")).toEqual(["WaitForFirstConsumer: waiting for first consumer to be created before binding"]);
    world.pod("writer", shell("echo kept > /data/file; sleep 3600", "data"));
    world.after("writer runs", () => world.phase("writer") === "Running");
    const node = world.node("writer");
    const volume = world.volume("data");
    const name = String(part(volume, "metadata")["name"]);
    expect(world.told("data").slice(1).toSorted()).toEqual([
      "ExternalProvisioning: Waiting for a volume to be created either by the external provisioner 'rancher.io/local-path' or manually by the system administrator. If volume creation is delayed, please verify that the provisioner is running and correctly registered.",
      'Provisioning: External provisioner is provisioning volume for claim "default/data"',
      `ProvisioningSucceeded: Successfully provisioned volume ${name}`,
    ]);
    expect(part(volume, "spec")).toMatchObject({ hostPath: { path: `/var/local-path-provisioner/${name}_default_data` }, persistentVolumeReclaimPolicy: "Delete", storageClassName: "standard" });
    world.gone("/api/v1/namespaces/default/pods/writer");
    world.fault("node-reboot", node, { seconds: 5 });
    world.seconds(30);
    world.pod("reader", shell("cat /data/file; sleep 3600", "data"));
    world.after("reader runs", () => world.phase("reader") === "Running");
    expect([world.node("reader"), world.logs("reader", node)]).toEqual([node, ["kept"]]);

    world.write("delete", `${claims}/data`);
    world.gone("/api/v1/namespaces/default/pods/reader");
    world.after("the volume is gone", () => world.list("/api/v1/persistentvolumes").length === 0);
    world.pod("looker", { containers: [{ name: "c", image: "busybox:1.36", command: ["sh", "-c", "ls /host/; sleep 3600"], volumeMounts: [{ name: "host", mountPath: "/host" }] }], volumes: [{ name: "host", hostPath: { path: "/var/local-path-provisioner" } }], nodeSelector: { "kubernetes.io/hostname": node } });
    world.after("looker runs", () => world.phase("looker") === "Running");
    expect(world.logs("looker", node)).toEqual([]);
  });

  it("keeps what is to be retained, and refuses what a folder cannot give", () => {
    const world = cluster();
    world.create("/apis/storage.k8s.io/v1/storageclasses", { apiVersion: "storage.k8s.io/v1", kind: "StorageClass", metadata: { name: "kept" }, provisioner: "rancher.io/local-path", reclaimPolicy: "Retain", volumeBindingMode: "WaitForFirstConsumer" });
    world.create(claims, claim("data", { storageClassName: "kept" }));
    world.create(claims, claim("shared", { accessModes: ["ReadWriteMany"] }));
    world.pod("writer", shell("echo kept > /data/file; sleep 3600", "data"));
    world.pod("sharer", shell("sleep 3600", "shared"));
    world.after("writer runs", () => world.phase("writer") === "Running");
    expect(world.told("shared")).toContain('ProvisioningFailed: failed to provision volume with StorageClass "standard": NodePath only supports ReadWriteOnce and ReadWriteOncePod (1.22+) access modes');
    world.gone("/api/v1/namespaces/default/pods/writer");
    world.gone(`${claims}/data`);
    world.seconds(60);
    expect(world.list("/api/v1/persistentvolumes").map((volume) => part(volume, "status")["phase"])).toEqual(["Released"]);
  });
});

describe("the cloud's disks", () => {
  const cluster = (): StorageCluster => new StorageCluster({ nodes: 3, spec: { addons: ["cloud"], nodes: [1, 2, 3, 4].map((index) => ({ ...defaultNode(index), zone: index % 2 === 1 ? "a" : "b" })) } }).boot();
  const runs = (world: StorageCluster, name: string): number => world.after(`${name} runs`, () => world.phase(name) === "Running", 400);

  it("are made in the zone of the chosen node, attached, mounted, and follow their pod to another machine with what is on them", () => {
    const world = cluster();
    world.seconds(10);
    world.create(claims, claim("data", { storageClassName: "disk", resources: { requests: { storage: "1500Mi" } } }));
    world.pod("writer", shell("echo kept > /data/file; sleep 3600", "data", "node-1"));
    runs(world, "writer");
    const volume = world.volume("data");
    const name = String(part(volume, "metadata")["name"]);
    expect(part(volume, "spec")).toMatchObject({ capacity: { storage: "2Gi" }, csi: { driver: "disk.csi.orrery.dev", volumeHandle: name }, nodeAffinity: { required: { nodeSelectorTerms: [{ matchExpressions: [{ key: "topology.kubernetes.io/zone", operator: "In", values: ["a"] }] }] } } });
    expect(world.told("writer")).toContain(`SuccessfulAttachVolume: AttachVolume.Attach succeeded for volume "${name}" `);
    expect(part(world.get("/api/v1/nodes/node-1"), "status")["volumesInUse"]).toEqual([`kubernetes.io/csi/disk.csi.orrery.dev^${name}`]);
    world.gone("/api/v1/namespaces/default/pods/writer");
    world.pod("reader", shell("cat /data/file; sleep 3600", "data", "node-3"));
    runs(world, "reader");
    expect(world.logs("reader", "node-3")).toEqual(["kept"]);
    expect(part(world.get("/api/v1/nodes/node-1"), "status")["volumesInUse"]).toBeUndefined();
    world.write("delete", `${claims}/data`);
    world.gone("/api/v1/namespaces/default/pods/reader");
    world.after("the volume is gone", () => world.list("/api/v1/persistentvolumes").length === 0 && world.list("/apis/storage.k8s.io/v1/volumeattachments").length === 0);
  });

  it("of a machine that lost its power are attached elsewhere after six minutes", () => {
    const world = cluster();
    world.create(claims, claim("data", { storageClassName: "disk" }));
    world.pod("writer", shell("echo kept > /data/file; sleep 3600", "data", "node-1"));
    runs(world, "writer");
    world.fault("node-off", "node-1");
    world.after("its pod is to go", () => (world.getPod("writer")?.["metadata"] as JsonObject | undefined)?.["deletionTimestamp"] !== undefined, 500);
    world.write("delete", "/api/v1/namespaces/default/pods/writer", { gracePeriodSeconds: 0 });
    world.pod("reader", shell("cat /data/file; sleep 3600", "data", "node-3"));
    const waited = runs(world, "reader");
    expect(waited).toBeGreaterThan(350);
    expect(waited).toBeLessThan(390);
    expect(world.logs("reader", "node-3")).toEqual(["kept"]);
    expect(world.told("reader").some((text) => text.includes("Multi-Attach error for volume"))).toBe(true);
    expect(world.told("reader").some((text) => text.endsWith("unmounted volumes=[data], unattached volumes=[data], failed to process volumes=[]: context deadline exceeded"))).toBe(true);
  });

  it("grow while they are mounted", () => {
    const world = cluster();
    world.create(claims, claim("data", { storageClassName: "disk" }));
    world.pod("user", shell("sleep 3600", "data"));
    runs(world, "user");
    world.write("patch", `${claims}/data`, { spec: { resources: { requests: { storage: "5Gi" } } } }, "application/merge-patch+json");
    world.after("the disk has grown", () => (part(world.volume("data"), "spec")["capacity"] as JsonObject)["storage"] === "5Gi");
    world.after("the file system waits", () => JSON.stringify(part(world.claim("data"), "status")["conditions"]).includes("FileSystemResizePending"), 5);
    world.after("the file system has grown", () => (part(world.claim("data"), "status")["capacity"] as JsonObject)["storage"] === "5Gi");
    expect(part(world.claim("data"), "status")).toMatchObject({ phase: "Bound" });
    expect([part(world.claim("data"), "status")["conditions"], part(world.claim("data"), "status")["allocatedResourceStatuses"]]).toEqual([undefined, undefined]);
    expect(world.told("user")).toContain(`FileSystemResizeSuccessful: MountVolume.NodeExpandVolume succeeded for volume "${String(part(world.claim("data"), "spec")["volumeName"])}" ${world.node("user")}`);
    const told = world.told("data").map((text) => text.slice(0, text.indexOf(":")));
    expect(told).toEqual(expect.arrayContaining(["Resizing", "FileSystemResizeRequired", "FileSystemResizeSuccessful"]));
  });
});
