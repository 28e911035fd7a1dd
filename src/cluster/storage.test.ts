import { describe, expect, it } from "vitest";
import type { JsonObject } from "../base/json.ts";
import { defaultNode } from "./clusterSpec.ts";
import { part } from "./invariants/define.ts";
import { FaultCluster } from "./testing/faultCluster.ts";
import { InvariantWatcher } from "./testing/invariantWatcher.ts";

const claims = "/api/v1/namespaces/default/persistentvolumeclaims";
const attachments = "/apis/storage.k8s.io/v1/volumeattachments";
const claim = (name: string, spec: JsonObject = {}): JsonObject => ({ apiVersion: "v1", kind: "PersistentVolumeClaim", metadata: { name }, spec: { accessModes: ["ReadWriteOnce"], resources: { requests: { storage: "1Gi" } }, ...spec } });
const shell = (script: string, name: string, node?: string): JsonObject => ({
  terminationGracePeriodSeconds: 1, ...(node === undefined ? {} : { nodeSelector: { "kubernetes.io/hostname": node } }),
  containers: [{ name: "c", image: "busybox:1.36", command: ["sh", "-c", script], volumeMounts: [{ name: "data", mountPath: "/data" }] }], volumes: [{ name: "data", persistentVolumeClaim: { claimName: name } }],
});

/** Held to every invariant, second by second. */
class StorageCluster extends FaultCluster {
  readonly #watcher = new InvariantWatcher();

  override seconds(count: number): void {
    for (let second = 0; second < count; second++) {
      super.seconds(1);
      this.#watcher.look(this);
    }
    expect(this.#watcher.broken).toEqual([]);
  }

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

  it("are given back where their pod went while they were being attached", () => {
    const world = cluster();
    world.create(claims, claim("data", { storageClassName: "disk-immediate" }));
    world.after("bound", () => part(world.claim("data"), "status")["phase"] === "Bound");
    const zone = /"values":\["(.)"\]/.exec(JSON.stringify(world.volume("data")))?.[1];
    const [here, there] = zone === "a" ? (["node-1", "node-3"] as const) : (["node-2", "node-4"] as const);
    world.pod("first", shell("sleep 3600", "data", there));
    runs(world, "first");
    world.gone("/api/v1/namespaces/default/pods/first");
    world.after("it is free", () => world.list(attachments).length === 0);
    // Its kubelet refuses it within milliseconds; a disk takes seconds.
    world.pod("refused", { ...shell("sleep 3600", "data", there), nodeName: here });
    world.after("it is refused", () => world.status("refused")["reason"] === "NodeAffinity", 5);
    world.seconds(5);
    world.pod("second", shell("sleep 3600", "data", there));
    expect(runs(world, "second")).toBeLessThan(60);
  });

  it("hold what was written last, in whatever order the network brings it", () => {
    const world = cluster();
    world.create(claims, claim("data", { storageClassName: "disk" }));
    world.fault("link-latency", "node-1,world", { ms: 20, jitterMs: 8_000 });
    world.pod("writer", shell("i=0; while [ $i -lt 30 ]; do i=$((i+1)); echo $i >> /data/file; sleep 1; done; sleep 3600", "data", "node-1"));
    runs(world, "writer");
    world.seconds(45);
    world.heal();
    world.gone("/api/v1/namespaces/default/pods/writer");
    world.pod("reader", shell("wc -l < /data/file; sleep 3600", "data", "node-3"));
    runs(world, "reader");
    expect(world.logs("reader", "node-3")).toEqual(["30"]);
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

  it("of an Immediate class are there before any pod, in turn in the zones, and the pod goes where its disk is", () => {
    const world = cluster();
    world.seconds(10);
    for (const name of ["d-web-0", "d-web-1"]) world.create(claims, claim(name, { storageClassName: "disk-immediate" }));
    world.after("both are bound", () => ["d-web-0", "d-web-1"].every((name) => part(world.claim(name), "status")["phase"] === "Bound"));
    const zones = ["d-web-0", "d-web-1"].map((name) => /"values":\["(.)"\]/.exec(JSON.stringify(world.volume(name)))?.[1]);
    expect(zones.toSorted()).toEqual(["a", "b"]);
    world.pod("user", shell("sleep 3600", "d-web-1"));
    runs(world, "user");
    expect(part(world.get(`/api/v1/nodes/${world.node("user")}`), "metadata")["labels"]).toMatchObject({ "topology.kubernetes.io/zone": zones[1] });
    world.create(claims, claim("shared", { storageClassName: "disk", accessModes: ["ReadWriteMany"] }));
    world.pod("sharer", shell("sleep 3600", "shared"));
    world.seconds(10);
    expect(world.told("shared").find((text) => text.startsWith("ProvisioningFailed"))).toBe('ProvisioningFailed: failed to provision volume with StorageClass "disk": rpc error: code = InvalidArgument desc = access mode ReadWriteMany is not supported: a disk is attached to one node at a time');
  });

  it("stay unattached while the provider cannot be reached, and their pods say so", () => {
    const world = cluster();
    world.create(claims, claim("data", { storageClassName: "disk-immediate" }));
    world.after("bound", () => part(world.claim("data"), "status")["phase"] === "Bound");
    world.fault("partition", "cp-1,world");
    world.pod("user", shell("sleep 3600", "data"));
    world.seconds(130);
    const handle = String(part(world.claim("data"), "spec")["volumeName"]);
    expect(world.told("user")).toContain(`FailedAttachVolume: AttachVolume.Attach failed for volume "${handle}" : timed out waiting for external-attacher of disk.csi.orrery.dev CSI driver to attach volume ${handle}`);
    expect(world.told("user").some((text) => text.startsWith("FailedMount: Unable to attach or mount volumes: unmounted volumes=[data]"))).toBe(true);
    world.heal();
    runs(world, "user");
  });

  it("stay mounted and in use while the kubelet is away, and are read again after the machine's reboot", () => {
    const world = cluster();
    world.create(claims, claim("data", { storageClassName: "disk" }));
    world.pod("user", shell("test -f /data/file && cat /data/file; echo again >> /data/file; sleep 3600", "data", "node-1"));
    runs(world, "user");
    const inUse = part(world.get("/api/v1/nodes/node-1"), "status")["volumesInUse"];
    world.fault("kubelet-stopped", "node-1");
    world.seconds(20);
    world.heal();
    world.seconds(60);
    expect([part(world.get("/api/v1/nodes/node-1"), "status")["volumesInUse"], world.list(attachments).length, world.phase("user"), world.restarts("user")]).toEqual([inUse, 1, "Running", 0]);
    world.fault("node-reboot", "node-1", { seconds: 5 });
    world.after("it runs again", () => world.restarts("user") === 1 && world.isReady(world.podOn("node-1")), 120);
    expect(world.logs("user", "node-1")).toEqual(["again"]);
  });

  it("are as they were last written when the runtime crashes under them", () => {
    const world = cluster();
    world.create(claims, claim("data", { storageClassName: "disk" }));
    world.pod("user", shell("cat /data/file; echo again >> /data/file; sleep 3600", "data", "node-1"));
    runs(world, "user");
    world.seconds(5);
    world.fault("process-crash", "node-1/runtime");
    world.after("it runs again", () => world.restarts("user") === 1 && world.isReady(world.podOn("node-1")), 120);
    expect(world.logs("user", "node-1")).toEqual(["again"]);
  });

  it("go on with a StatefulSet whose machine was given back, within their zone", () => {
    const world = cluster();
    world.create("/apis/apps/v1/namespaces/default/statefulsets", {
      apiVersion: "apps/v1", kind: "StatefulSet", metadata: { name: "db" },
      spec: { serviceName: "db", replicas: 2, selector: { matchLabels: { app: "db" } }, template: { metadata: { labels: { app: "db" } }, spec: { ...shell("cat /data/file; echo kept > /data/file; sleep 3600", "none"), volumes: [] } }, volumeClaimTemplates: [{ metadata: { name: "data" }, spec: { storageClassName: "disk", accessModes: ["ReadWriteOnce"], resources: { requests: { storage: "1Gi" } } } }] },
    });
    world.after("both run", () => world.readyPods().length === 2, 200);
    const node = world.node("db-0");
    const zone = (name: string): unknown => (part(world.get(`/api/v1/nodes/${name}`), "metadata")["labels"] as JsonObject)["topology.kubernetes.io/zone"];
    const before = zone(node);
    world.command({ type: "removeNode", node });
    world.after("it is elsewhere", () => world.readyPods().length === 2 && world.node("db-0") !== node, 900);
    expect([zone(world.node("db-0")), world.logs("db-0", world.node("db-0"))]).toEqual([before, ["kept"]]);
  });

  it("are deleted with their claim although the volume's object was deleted first, and kept where the policy became Retain", () => {
    const world = cluster();
    for (const name of ["a", "b"]) world.create(claims, claim(name, { storageClassName: "disk-immediate" }));
    world.after("bound", () => ["a", "b"].every((name) => part(world.claim(name), "status")["phase"] === "Bound"));
    const [first, second] = ["a", "b"].map((name) => String(part(world.claim(name), "spec")["volumeName"])) as [string, string];
    world.write("delete", `/api/v1/persistentvolumes/${first}`);
    world.write("patch", `/api/v1/persistentvolumes/${second}`, { spec: { persistentVolumeReclaimPolicy: "Retain" } }, "application/merge-patch+json");
    world.seconds(5);
    expect(part(world.get(`/api/v1/persistentvolumes/${first}`), "metadata")["finalizers"]).toContain("external-provisioner.volume.kubernetes.io/finalizer");
    expect(part(world.get(`/api/v1/persistentvolumes/${second}`), "metadata")["finalizers"]).toEqual(["kubernetes.io/pv-protection"]);
    for (const name of ["a", "b"]) world.gone(`${claims}/${name}`);
    world.after("the first is gone", () => world.get(`/api/v1/persistentvolumes/${first}`) === null);
    world.seconds(30);
    expect(part(world.get(`/api/v1/persistentvolumes/${second}`), "status")["phase"]).toBe("Released");
  });

  it("are as many on a machine as it takes", () => {
    const world = cluster();
    world.seconds(10);
    const names = Array.from({ length: 16 }, (_, at) => `d${at}`);
    for (const name of names) world.create(claims, claim(name, { storageClassName: "disk" }));
    world.pod("many", { containers: [{ name: "c", image: "busybox:1.36", command: ["sleep", "3600"] }], volumes: names.map((name) => ({ name, persistentVolumeClaim: { claimName: name } })) });
    world.seconds(30);
    expect(world.told("many").find((text) => text.startsWith("FailedScheduling"))).toContain("node(s) exceed max volume count");
  });
});

describe("a keyframe", () => {
  it("in the midst of provisioning, attaching and growing goes on as if nothing had been", () => {
    const nodes = [1, 2].map((index) => defaultNode(index));
    const spec = { addons: ["cloud", "local-path"], nodes };
    const whole = new StorageCluster({ spec }).boot();
    whole.seconds(5);
    for (const [name, storageClassName] of [["disk", "disk"], ["folder", "standard"]] as const) {
      whole.create(claims, claim(name, { storageClassName }));
      whole.pod(`with-${name}`, shell("echo kept > /data/file; sleep 3600", name, "node-1"));
    }
    const all = (cluster: FaultCluster): string => JSON.stringify(["/api/v1/persistentvolumes", claims, "/api/v1/namespaces/default/pods", "/api/v1/nodes", "/apis/storage.k8s.io/v1/volumeattachments"].map((path) => cluster.list(path)));
    const again = new FaultCluster({ spec });
    /** Each goes on to the same end. */
    const compare = (keyframes: readonly string[], seconds: number): void => {
      const end = whole.world.now + seconds * 1_000_000;
      whole.world.runUntil(end);
      for (const keyframe of keyframes) {
        again.world.restore(JSON.parse(keyframe) as Parameters<typeof again.world.restore>[0]);
        again.world.runUntil(end);
        expect(all(again)).toBe(all(whole));
      }
    };
    const keyframes = (count: number, apartUs: number): readonly string[] => Array.from({ length: count }, () => {
      whole.world.runFor(apartUs);
      return JSON.stringify(whole.world.keyframe());
    });
    compare(keyframes(4, 1_900_000), 14);
    expect(whole.readyPods()).toHaveLength(2);
    whole.write("patch", `${claims}/disk`, { spec: { resources: { requests: { storage: "3Gi" } } } }, "application/merge-patch+json");
    compare(keyframes(2, 2_100_000), 95);
    expect(part(whole.claim("disk"), "status")).toMatchObject({ phase: "Bound", capacity: { storage: "3Gi" } });
  });
});

describe("the cloud's nodes", () => {
  it("have a provider id, labels and a route before pods go to them, and a taint while they are shut down", () => {
    const world = new StorageCluster({ nodes: 2, spec: { addons: ["cloud"] } }).boot();
    world.seconds(10);
    const node = world.get("/api/v1/nodes/node-2");
    expect(part(node, "spec")).toMatchObject({ providerID: "orrery://b/node-2" });
    expect(part(node, "metadata")["labels"]).toMatchObject({ "node.kubernetes.io/instance-type": "orrery-4c-8g", "topology.kubernetes.io/zone": "b", "topology.kubernetes.io/region": "orrery" });
    expect(JSON.stringify(part(node, "status")["conditions"])).toContain("RouteController created a route");
    world.command({ type: "setComponent", process: "cp-1/cloud-controller-manager", part: null, state: "stopped" });
    world.command({ type: "addNode", node: defaultNode(3) });
    world.seconds(30);
    expect([world.nodeReady("node-3"), world.taints("node-3")]).toEqual(["True", ["node.cloudprovider.kubernetes.io/uninitialized:NoSchedule"]]);
    world.command({ type: "setComponent", process: "cp-1/cloud-controller-manager", part: null, state: "running" });
    world.after("it is initialized", () => world.taints("node-3").length === 0, 20);
    world.fault("node-off", "node-2");
    world.after("it is tainted", () => world.taints("node-2").includes("node.cloudprovider.kubernetes.io/shutdown:NoSchedule"), 90);
    world.heal();
    world.after("it is free again", () => world.taints("node-2").length === 0, 60);
  });
});

describe("a mount with subPathExpr", () => {
  const withExpr = (subPathExpr: string): JsonObject => ({
    containers: [{ name: "c", image: "busybox:1.36", command: ["sh", "-c", "echo x > /data/file; sleep 3600"], env: [{ name: "POD", valueFrom: { fieldRef: { fieldPath: "metadata.name" } } }], volumeMounts: [{ name: "data", mountPath: "/data", subPathExpr }] }],
    volumes: [{ name: "data", hostPath: { path: "/shared" } }],
  });

  it("leads into a folder named by the environment, or does not start", () => {
    const world = new StorageCluster({ nodes: 1 }).boot();
    world.pod("a", withExpr("of-$(POD)"));
    world.pod("b", withExpr("$(NOBODY)"));
    world.after("a runs", () => world.phase("a") === "Running");
    world.pod("looker", { containers: [{ name: "c", image: "busybox:1.36", command: ["sh", "-c", "ls /host; sleep 3600"], volumeMounts: [{ name: "host", mountPath: "/host" }] }], volumes: [{ name: "host", hostPath: { path: "/shared" } }] });
    world.after("looker runs", () => world.phase("looker") === "Running");
    expect(world.logs("looker")).toEqual(["of-a"]);
    expect(JSON.stringify(world.status("b")["containerStatuses"])).toContain("CreateContainerConfigError");
  });
});
