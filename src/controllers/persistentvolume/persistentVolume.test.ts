import { describe, expect, test } from "vitest";
import type { PersistentVolume } from "../../kinds/core/persistentvolume/types.ts";
import type { PersistentVolumeClaim } from "../../kinds/core/persistentvolumeclaim/types.ts";
import { ControlPlane } from "../testing/controlPlane.ts";

const claims = "/api/v1/namespaces/default/persistentvolumeclaims";
const volumes = "/api/v1/persistentvolumes";
const classes = "/apis/storage.k8s.io/v1/storageclasses";
const merge = "application/merge-patch+json";

const plane = (): ControlPlane => new ControlPlane({ controllers: ["serviceaccount", "pvc-protection", "pv-protection", "persistentvolume-binder"] });

function addVolume(cluster: ControlPlane, name: string, spec: object = {}, metadata: object = {}): void {
  cluster.must("POST", volumes, { apiVersion: "v1", kind: "PersistentVolume", metadata: { name, ...metadata }, spec: { capacity: { storage: "1Gi" }, accessModes: ["ReadWriteOnce"], storageClassName: "a", hostPath: { path: "/tmp/x" }, ...spec } });
}
function addClaim(cluster: ControlPlane, name: string, spec: object = {}): void {
  cluster.must("POST", claims, { apiVersion: "v1", kind: "PersistentVolumeClaim", metadata: { name }, spec: { accessModes: ["ReadWriteOnce"], storageClassName: "a", resources: { requests: { storage: "1Gi" } }, ...spec } });
}
function addClass(cluster: ControlPlane, name: string, provisioner: string, more: object = {}): void {
  cluster.must("POST", classes, { apiVersion: "storage.k8s.io/v1", kind: "StorageClass", metadata: { name }, provisioner, ...more });
}
const claimOf = (cluster: ControlPlane, name = "c") => cluster.must("GET", `${claims}/${name}`) as PersistentVolumeClaim;
const volumeOf = (cluster: ControlPlane, name: string) => cluster.must("GET", `${volumes}/${name}`) as PersistentVolume;
const state = (cluster: ControlPlane, name = "c"): string => `${claimOf(cluster, name).status?.phase ?? ""} ${claimOf(cluster, name).spec.volumeName ?? "-"}`;
const phase = (cluster: ControlPlane, name: string): string => volumeOf(cluster, name).status?.phase ?? "";

describe("an unbound claim gets", () => {
  test.each([
    ["the smallest volume that is large enough", { resources: { requests: { storage: "2Gi" } } }, [["small", {}], ["huge", { capacity: { storage: "9Gi" } }], ["fits", { capacity: { storage: "3Gi" } }]], "fits"],
    ["a volume of its class only", { storageClassName: "b" }, [["x", {}], ["y", { storageClassName: "b" }]], "y"],
    ["a volume without a class, where it wants none", { storageClassName: "" }, [["x", {}], ["y", { storageClassName: "" }]], "y"],
    ["one with all access modes that it asks for", { accessModes: ["ReadWriteOnce", "ReadOnlyMany"] }, [["x", {}], ["y", { accessModes: ["ReadOnlyMany", "ReadWriteOnce"] }]], "y"],
    ["one that offers no more modes than needed, even if it is larger", {}, [["more", { accessModes: ["ReadWriteOnce", "ReadWriteMany"] }], ["less", { capacity: { storage: "5Gi" } }]], "less"],
    ["one of its volume mode", { volumeMode: "Block" }, [["x", {}], ["y", { volumeMode: "Block" }]], "y"],
    ["one that its selector matches", { selector: { matchLabels: { tier: "gold" } } }, [["x", {}], ["y", {}, { labels: { tier: "gold" } }]], "y"],
    ["the one that was made for it", {}, [["x", {}], ["y", { capacity: { storage: "9Gi" }, claimRef: { namespace: "default", name: "c" } }]], "y"],
    ["none that was made for another", {}, [["x", { claimRef: { namespace: "default", name: "other" } }]], "-"],
  ] as readonly [string, object, readonly (readonly [string, object, object?])[], string][])("%s", (_what, spec, all, expected) => {
    const cluster = plane();
    for (const [name, volume, metadata] of all) addVolume(cluster, name, volume, metadata);
    cluster.runFor(1);
    addClaim(cluster, "c", spec);
    cluster.runFor(1);
    expect(claimOf(cluster).spec.volumeName ?? "-").toBe(expected);
    expect(claimOf(cluster).status?.phase).toBe(expected === "-" ? "Pending" : "Bound");
  });
});

describe("the two sides of a binding", () => {
  test("know each other, and who chose", () => {
    const cluster = plane();
    addVolume(cluster, "v", { capacity: { storage: "3Gi" } });
    cluster.runFor(1);
    addClaim(cluster, "c");
    cluster.runFor(1);
    const claim = claimOf(cluster);
    const volume = volumeOf(cluster, "v");
    expect(claim.metadata.annotations).toEqual({ "pv.kubernetes.io/bind-completed": "yes", "pv.kubernetes.io/bound-by-controller": "yes" });
    expect(claim.status).toEqual({ phase: "Bound", accessModes: ["ReadWriteOnce"], capacity: { storage: "3Gi" } });
    expect(volume.spec.claimRef).toMatchObject({ apiVersion: "v1", kind: "PersistentVolumeClaim", namespace: "default", name: "c", uid: claim.metadata.uid });
    expect(volume.metadata.annotations).toEqual({ "pv.kubernetes.io/bound-by-controller": "yes" });
    expect(volume.status?.phase).toBe("Bound");
  });

  test("say nothing of the controller where the user chose both", () => {
    const cluster = plane();
    addVolume(cluster, "v", { claimRef: { namespace: "default", name: "c" } });
    addClaim(cluster, "c", { volumeName: "v" });
    cluster.runFor(20);
    expect(claimOf(cluster).metadata.annotations).toEqual({ "pv.kubernetes.io/bind-completed": "yes" });
    expect(volumeOf(cluster, "v").metadata.annotations).toBeUndefined();
    expect(volumeOf(cluster, "v").spec.claimRef?.uid).toBe(claimOf(cluster).metadata.uid);
  });

  test("a hundred claims and a hundred volumes bind one to one, and then nothing is written any more", () => {
    const cluster = plane();
    for (let at = 0; at < 100; at++) addVolume(cluster, `v${at}`);
    for (let at = 0; at < 100; at++) addClaim(cluster, `c${at}`);
    cluster.runFor(60);
    const named = cluster.list<PersistentVolumeClaim>(claims).map((claim) => claim.spec.volumeName);
    expect(new Set(named).size).toBe(100);
    expect(named).not.toContain(undefined);
    const revision = (): string => (cluster.must("GET", "/api/v1/configmaps") as unknown as { metadata: { resourceVersion: string } }).metadata.resourceVersion;
    const before = revision();
    cluster.runFor(120);
    expect(revision()).toBe(before);
  });
});

describe("a claim that names a volume", () => {
  test.each([
    ["too small", { resources: { requests: { storage: "2Gi" } } }, 'Cannot bind to requested volume "v": requested PV is too small'],
    ["of another class", { storageClassName: "b" }, 'Cannot bind to requested volume "v": storageClassName does not match'],
    ["of another mode", { volumeMode: "Block" }, 'Cannot bind to requested volume "v": incompatible volumeMode'],
    ["that lacks an access mode", { accessModes: ["ReadWriteMany"] }, 'Cannot bind to requested volume "v": incompatible accessMode'],
  ])("%s stays pending and says why", (_what, spec, message) => {
    const cluster = plane();
    addVolume(cluster, "v");
    cluster.runFor(1);
    addClaim(cluster, "c", { volumeName: "v", ...spec });
    cluster.runFor(1);
    expect(state(cluster)).toBe("Pending v");
    expect(cluster.events("c")).toEqual([`VolumeMismatch: ${message}`]);
  });

  test("waits for one that is not there, and for one that another has", () => {
    const cluster = plane();
    addClaim(cluster, "c", { volumeName: "v" });
    cluster.runFor(2);
    addVolume(cluster, "v");
    cluster.runFor(16);
    expect(state(cluster)).toBe("Bound v");
    addClaim(cluster, "d", { volumeName: "v" });
    cluster.runFor(1);
    expect(state(cluster, "d")).toBe("Pending v");
    expect(cluster.events("d")).toEqual(['FailedBinding: volume "v" already bound to a different claim.']);
  });
});

describe("a claim without a volume says what it waits for", () => {
  test.each([
    ["no class", { storageClassName: "" }, "FailedBinding: no persistent volumes available for this claim and no storage class is set"],
    ["a class that is not there", { storageClassName: "nope" }, 'ProvisioningFailed: storageclass.storage.k8s.io "nope" not found'],
    ["a class without a provisioner", { storageClassName: "none" }, "ProvisioningFailed: no volume plugin matched name: kubernetes.io/no-provisioner"],
    ["its first consumer", { storageClassName: "late" }, "WaitForFirstConsumer: waiting for first consumer to be created before binding"],
  ])("%s", (_what, spec, event) => {
    const cluster = plane();
    addClass(cluster, "none", "kubernetes.io/no-provisioner");
    addClass(cluster, "late", "example.com/disk", { volumeBindingMode: "WaitForFirstConsumer" });
    cluster.runFor(1);
    addClaim(cluster, "c", spec);
    cluster.runFor(2);
    expect(state(cluster)).toBe("Pending -");
    expect(cluster.events("c")).toEqual([event]);
    cluster.runFor(15);
    expect(cluster.events("c")).toEqual([`${event} (2)`]);
  });

  test("the pods that are not placed yet, by name", () => {
    const cluster = plane();
    addClass(cluster, "late", "example.com/disk", { volumeBindingMode: "WaitForFirstConsumer" });
    for (const name of ["p", "q"]) cluster.must("POST", "/api/v1/namespaces/default/pods", { apiVersion: "v1", kind: "Pod", metadata: { name }, spec: { schedulerName: "manual", containers: [{ name: "c", image: "i" }], volumes: [{ name: "v", persistentVolumeClaim: { claimName: "c" } }] } });
    addClaim(cluster, "c", { storageClassName: "late" });
    cluster.runFor(1);
    expect(cluster.events("c")).toEqual(["WaitForPodScheduled: waiting for pods p,q to be scheduled"]);
  });

  test("an external provisioner, which is asked by an annotation; one of the old built-in ones by its driver's name", () => {
    const cluster = plane();
    addClass(cluster, "ext", "example.com/disk");
    addClass(cluster, "ebs", "kubernetes.io/aws-ebs");
    cluster.runFor(1);
    for (const name of ["ext", "ebs"]) addClaim(cluster, name, { storageClassName: name });
    cluster.runFor(1);
    const asked = (name: string) => claimOf(cluster, name).metadata.annotations;
    expect(asked("ext")).toEqual({ "volume.beta.kubernetes.io/storage-provisioner": "example.com/disk", "volume.kubernetes.io/storage-provisioner": "example.com/disk" });
    expect(asked("ebs")?.["volume.kubernetes.io/storage-provisioner"]).toBe("ebs.csi.aws.com");
    expect(cluster.events("ebs")[0]).toContain("by the external provisioner 'ebs.csi.aws.com' or manually");
    // What the provisioner does: a volume that is meant for the claim.
    addVolume(cluster, "made", { storageClassName: "ext", claimRef: { apiVersion: "v1", kind: "PersistentVolumeClaim", namespace: "default", name: "ext", uid: claimOf(cluster, "ext").metadata.uid } });
    cluster.runFor(1);
    expect(state(cluster, "ext")).toBe("Bound made");
  });

  test("for its first consumer: a volume that is free is not taken, one that the scheduler chose is", () => {
    const cluster = plane();
    addClass(cluster, "late", "kubernetes.io/no-provisioner", { volumeBindingMode: "WaitForFirstConsumer" });
    addVolume(cluster, "v", { storageClassName: "late" });
    addClaim(cluster, "c", { storageClassName: "late" });
    cluster.runFor(20);
    expect(state(cluster)).toBe("Pending -");
    const { uid } = claimOf(cluster).metadata;
    cluster.must("PATCH", `${volumes}/v`, { metadata: { annotations: { "pv.kubernetes.io/bound-by-controller": "yes" } }, spec: { claimRef: { kind: "PersistentVolumeClaim", apiVersion: "v1", namespace: "default", name: "c", uid } } }, merge);
    cluster.runFor(1);
    expect(state(cluster)).toBe("Bound v");
  });

  test("nothing, once a default class comes: it gets that", () => {
    const cluster = plane();
    addClaim(cluster, "c", { storageClassName: undefined });
    cluster.runFor(1);
    addClass(cluster, "std", "example.com/disk");
    cluster.must("PATCH", `${classes}/std`, { metadata: { annotations: { "storageclass.kubernetes.io/is-default-class": "true" } } }, merge);
    cluster.runFor(31);
    expect(claimOf(cluster).spec.storageClassName).toBe("std");
  });
});

describe("when the claim goes", () => {
  function released(spec: object, metadata: object = {}): ControlPlane {
    const cluster = plane();
    addVolume(cluster, "v", spec, metadata);
    cluster.runFor(1);
    addClaim(cluster, "c");
    cluster.runFor(1);
    expect(state(cluster)).toBe("Bound v");
    cluster.must("DELETE", `${claims}/c`);
    cluster.runFor(3);
    return cluster;
  }

  test("a volume that is retained stays Released with its reference, and no new claim gets it", () => {
    const cluster = released({ persistentVolumeReclaimPolicy: "Retain" });
    expect(phase(cluster, "v")).toBe("Released");
    expect(volumeOf(cluster, "v").spec.claimRef?.name).toBe("c");
    addClaim(cluster, "c");
    cluster.runFor(40);
    expect(state(cluster)).toBe("Pending -");
    expect(phase(cluster, "v")).toBe("Released");
    cluster.must("PATCH", `${volumes}/v`, { spec: { claimRef: null } }, merge);
    cluster.runFor(20);
    expect(state(cluster)).toBe("Bound v");
  });

  test("one below /tmp is deleted where its policy says so", () => {
    expect(released({ persistentVolumeReclaimPolicy: "Delete" }).call("GET", `${volumes}/v`).code).toBe(404);
  });

  test.each([
    ["another path", { hostPath: { path: "/data" } }, "host_path deleter only supports /tmp/.+ but received provided /data"],
    ["a local disk", { hostPath: undefined, local: { path: "/d" }, nodeAffinity: { required: { nodeSelectorTerms: [{ matchExpressions: [{ key: "k", operator: "Exists" }] }] } } }, 'error getting deleter volume plugin for volume "v": no volume plugin matched'],
    ["nfs", { hostPath: undefined, nfs: { server: "s", path: "/d" } }, 'error getting deleter volume plugin for volume "v": no deletable volume plugin matched'],
  ])("one of %s fails, and says so once", (_what, spec, message) => {
    const cluster = released({ persistentVolumeReclaimPolicy: "Delete", ...spec });
    cluster.runFor(60);
    expect(volumeOf(cluster, "v").status).toMatchObject({ phase: "Failed", message });
    expect(cluster.events("v")).toEqual([`VolumeFailedDelete: ${message}`]);
  });

  test("one that an external provisioner made waits for that", () => {
    const cluster = released({ persistentVolumeReclaimPolicy: "Delete" }, { annotations: { "pv.kubernetes.io/provisioned-by": "example.com/disk" } });
    cluster.runFor(30);
    expect(phase(cluster, "v")).toBe("Released");
  });
});

describe("a bound claim", () => {
  test("is lost with its volume", () => {
    const cluster = plane();
    addVolume(cluster, "v");
    cluster.runFor(1);
    addClaim(cluster, "c");
    cluster.runFor(1);
    cluster.must("DELETE", `${volumes}/v`);
    cluster.must("PATCH", `${volumes}/v`, { metadata: { finalizers: null } }, merge);
    cluster.runFor(1);
    expect(claimOf(cluster).status).toEqual({ phase: "Lost" });
    expect(cluster.events("c")).toEqual(["ClaimLost: Bound claim has lost its PersistentVolume. Data on the volume is lost!"]);
  });

  test("is misbound where its volume is another's", () => {
    const cluster = plane();
    addVolume(cluster, "v");
    cluster.runFor(1);
    addClaim(cluster, "c");
    cluster.runFor(1);
    cluster.must("POST", claims, { apiVersion: "v1", kind: "PersistentVolumeClaim", metadata: { name: "d", annotations: { "pv.kubernetes.io/bind-completed": "yes" } }, spec: { accessModes: ["ReadWriteOnce"], storageClassName: "a", volumeName: "v", resources: { requests: { storage: "1Gi" } } } });
    cluster.runFor(1);
    expect(claimOf(cluster, "d").status?.phase).toBe("Lost");
    expect(cluster.events("d")).toEqual(["ClaimMisbound: Two claims are bound to the same volume, this one is bound incorrectly"]);
    expect(state(cluster)).toBe("Bound v");
  });
});

test("whenever the controllers crash in a binding, both sides are bound in the end", () => {
  for (let crashAfterUs = 200; crashAfterUs < 8_000; crashAfterUs += 600) {
    const cluster = plane();
    addVolume(cluster, "v");
    cluster.runFor(1);
    addClaim(cluster, "c");
    cluster.api.world.runFor(crashAfterUs);
    cluster.api.world.control({ type: "crash", process: "cp-1/kube-controller-manager" });
    cluster.runFor(40);
    expect([crashAfterUs, state(cluster), phase(cluster, "v")]).toEqual([crashAfterUs, "Bound v", "Bound"]);
  }
});
