import { expect, test } from "vitest";
import type { KubeObject } from "../../apimachinery/objectMeta.ts";
import type { StatefulSet } from "../../kinds/apps/statefulset/types.ts";
import { ControlPlane } from "../testing/controlPlane.ts";
import { isStale, userOfClaim, withWantedOwners } from "./claims.ts";

const controller = { controller: true, blockOwnerDeletion: true };
const ofSet = { apiVersion: "apps/v1", kind: "StatefulSet", name: "web", uid: "u-set", ...controller };
const ofPod = (name: string, uid = `u-${name}`) => ({ apiVersion: "v1", kind: "Pod", name, uid, ...controller });
const foreign = { apiVersion: "v1", kind: "ConfigMap", name: "x", uid: "u-x", controller: true };

function setOf(whenDeleted: string, whenScaled: string): StatefulSet {
  return {
    apiVersion: "apps/v1",
    kind: "StatefulSet",
    metadata: { name: "web", namespace: "default", uid: "u-set", resourceVersion: "1", creationTimestamp: "2026-01-01T00:00:00Z" },
    spec: { replicas: 2, selector: {}, template: { spec: { containers: [] } }, persistentVolumeClaimRetentionPolicy: { whenDeleted, whenScaled } },
  };
}

function owners(policy: string, pod: string, before: KubeObject["metadata"]["ownerReferences"]): unknown {
  const [whenDeleted = "", whenScaled = ""] = policy.split("/");
  const metadata = { name: `data-${pod}`, namespace: "default", uid: "u-claim", resourceVersion: "1", creationTimestamp: "2026-01-01T00:00:00Z", ownerReferences: before };
  const claim = { apiVersion: "v1", kind: "PersistentVolumeClaim", metadata } as KubeObject;
  return withWantedOwners(setOf(whenDeleted, whenScaled), claim, { name: pod, uid: `u-${pod}` })?.metadata.ownerReferences ?? "as it is";
}

/** Policy (deleted/scaled), pod, owners before, owners after. web-1 is wanted, web-2 is too many. */
const policy: readonly (readonly [string, string, KubeObject["metadata"]["ownerReferences"], unknown])[] = [
  ["Retain/Retain", "web-1", [], "as it is"],
  ["Retain/Retain", "web-1", [ofSet], []],
  ["Retain/Retain", "web-1", [foreign], "as it is"],
  ["Delete/Retain", "web-1", [], [ofSet]],
  ["Delete/Retain", "web-2", [], [ofSet]],
  ["Delete/Retain", "web-1", [ofSet], "as it is"],
  ["Delete/Retain", "web-1", [{ ...ofSet, controller: false }], [ofSet]],
  ["Retain/Delete", "web-1", [], "as it is"],
  ["Retain/Delete", "web-1", [ofPod("web-1")], []],
  ["Retain/Delete", "web-2", [], [ofPod("web-2")]],
  ["Retain/Delete", "web-2", [ofSet], [ofPod("web-2")]],
  ["Delete/Delete", "web-1", [], [ofSet]],
  ["Delete/Delete", "web-2", [ofSet], [ofPod("web-2")]],
  ["Delete/Delete", "web-1", [ofPod("web-1")], [ofSet]],
  ["Delete/Delete", "web-1", [foreign], "as it is"],
  ["Delete/Delete", "web-1", [foreign, ofSet], [foreign]],
  ["Delete/Delete", "web-1", [ofPod("web-1", "of before")], "as it is"],
  ["Delete/Delete", "web-1", [{ ...ofSet, uid: "of before" }], "as it is"],
];

test.each(policy)("%s, claim of %s with %j: %j", (name, pod, before, after) => {
  expect(owners(name, pod, before)).toEqual(after);
});

test("a claim that names the pod of before is stale where claims go with the pods", () => {
  const claim = { apiVersion: "v1", kind: "PersistentVolumeClaim", metadata: { ...setOf("", "").metadata, name: "data-web-1", ownerReferences: [ofPod("web-1", "of before")] } };
  expect(isStale(setOf("Retain", "Delete"), claim, { name: "web-1", uid: "" })).toBe(true);
  expect(isStale(setOf("Retain", "Retain"), claim, { name: "web-1", uid: "" })).toBe(false);
});

test("a claim's name tells its pod", () => {
  expect(["data-web-3", "data-web-x", "logs-web-1", "data-website-1", "data-web-"].map((name) => userOfClaim(setOf("", ""), ["data", "logs"], name))).toEqual(["web-3", null, "web-1", null, null]);
});

const url = "/apis/apps/v1/namespaces/default/statefulsets";
const claimsUrl = "/api/v1/namespaces/default/persistentvolumeclaims";
const template = { metadata: { labels: { app: "web" } }, spec: { containers: [{ name: "c", image: "registry.example/app:1", volumeMounts: [{ name: "data", mountPath: "/data" }] }], terminationGracePeriodSeconds: 0, schedulerName: "manual" } };
const volumeClaimTemplates = [{ metadata: { name: "data", labels: { tier: "db" } }, spec: { accessModes: ["ReadWriteOnce"], resources: { requests: { storage: "1Gi" } } } }];

function made(more: object = {}): ControlPlane {
  const cluster = new ControlPlane();
  cluster.must("POST", url, { apiVersion: "apps/v1", kind: "StatefulSet", metadata: { name: "web" }, spec: { serviceName: "web", replicas: 2, podManagementPolicy: "Parallel", selector: { matchLabels: { app: "web" } }, template, volumeClaimTemplates, ...more } });
  cluster.settle();
  return cluster;
}
const claims = (cluster: ControlPlane) => cluster.list<KubeObject>(claimsUrl).map(({ metadata }) => `${metadata.name} ${(metadata.ownerReferences ?? []).map(({ kind }) => kind).join()}`);

test("each pod has its claims, before it is made, and keeps them", () => {
  const cluster = made();
  expect(claims(cluster)).toEqual(["data-web-0 ", "data-web-1 "]);
  expect(cluster.must("GET", `${claimsUrl}/data-web-0`).metadata.labels).toEqual({ app: "web", tier: "db" });
  expect(cluster.must("GET", "/api/v1/namespaces/default/pods/web-1").spec).toMatchObject({ volumes: [{ name: "data", persistentVolumeClaim: { claimName: "data-web-1" } }, { projected: {} }] });
  expect([...cluster.events("web")].sort()).toEqual([
    ...[0, 1].map((at) => `SuccessfulCreate: Create Claim data-web-${at} Pod web-${at} in StatefulSet web success`),
    ...[0, 1].map((at) => `SuccessfulCreate: Create Pod web-${at} in StatefulSet web successful`),
  ]);
  cluster.must("PATCH", `${url}/web`, { spec: { replicas: 0 } }, "application/merge-patch+json");
  cluster.settle();
  expect(claims(cluster)).toEqual(["data-web-0 ", "data-web-1 "]);
  cluster.must("PATCH", `${url}/web`, { spec: { replicas: 1 } }, "application/merge-patch+json");
  cluster.settle();
  expect(claims(cluster)).toHaveLength(2);
});

test("claims are owned as the policy wants, and as it is changed", () => {
  const cluster = made({ persistentVolumeClaimRetentionPolicy: { whenDeleted: "Delete", whenScaled: "Delete" } });
  expect(claims(cluster)).toEqual(["data-web-0 StatefulSet", "data-web-1 StatefulSet"]);
  cluster.makeAllReady();
  cluster.must("PATCH", `${url}/web`, { spec: { persistentVolumeClaimRetentionPolicy: { whenDeleted: "Retain", whenScaled: "Retain" } } }, "application/merge-patch+json");
  cluster.settle();
  expect(claims(cluster)).toEqual(["data-web-0 ", "data-web-1 "]);
  expect(cluster.events("web")).toContain("SuccessfulUpdate: Update Pod web-0 in StatefulSet web successful");
});

test("a claim that leaves is told, and its pod is made once it is gone", () => {
  const cluster = made({ replicas: 1 });
  cluster.must("PATCH", `${claimsUrl}/data-web-0`, { metadata: { finalizers: ["example.com/hold"] } }, "application/merge-patch+json");
  cluster.must("DELETE", `${claimsUrl}/data-web-0`);
  cluster.must("DELETE", "/api/v1/namespaces/default/pods/web-0");
  cluster.settle();
  expect(cluster.events("web").some((text) => text.startsWith("FailedCreate: Create Pod web-0 in StatefulSet web failed error: pvc data-web-0 is being deleted"))).toBe(true);
  expect(cluster.pods()).toEqual([]);
  cluster.must("PATCH", `${claimsUrl}/data-web-0`, { metadata: { finalizers: null } }, "application/merge-patch+json");
  cluster.settle();
  expect(cluster.pods()).toHaveLength(1);
  expect(claims(cluster)).toEqual(["data-web-0 "]);
});

test("where claims go with the pods, scaling up again waits until the old claim is collected", () => {
  const cluster = made({ persistentVolumeClaimRetentionPolicy: { whenDeleted: "Retain", whenScaled: "Delete" } });
  cluster.makeAllReady();
  const uid = () => cluster.must("GET", `${claimsUrl}/data-web-1`).metadata.uid;
  const before = uid();
  // Stands for the controller that protects claims while pods use them.
  cluster.must("PATCH", `${claimsUrl}/data-web-1`, { metadata: { finalizers: ["example.com/in-use"] } }, "application/merge-patch+json");
  cluster.must("PATCH", `${url}/web`, { spec: { replicas: 1 } }, "application/merge-patch+json");
  cluster.settle();
  expect(cluster.must("GET", `${claimsUrl}/data-web-1`).metadata.deletionTimestamp).toBeDefined();
  cluster.must("PATCH", `${url}/web`, { spec: { replicas: 2 } }, "application/merge-patch+json");
  cluster.settle();
  expect(cluster.pods().map(({ metadata }) => metadata.name)).toEqual(["web-0"]);
  cluster.must("PATCH", `${claimsUrl}/data-web-1`, { metadata: { finalizers: null } }, "application/merge-patch+json");
  cluster.settle();
  expect(cluster.pods().map(({ metadata }) => metadata.name)).toEqual(["web-0", "web-1"]);
  expect(uid()).not.toBe(before);
});

test("a claim that is refused is told, its pod is not made, and both are tried again", () => {
  const cluster = new ControlPlane();
  cluster.must("POST", "/api/v1/namespaces/default/resourcequotas", { apiVersion: "v1", kind: "ResourceQuota", metadata: { name: "q" }, spec: { hard: { persistentvolumeclaims: "0" } } });
  cluster.settle();
  cluster.must("POST", url, { apiVersion: "apps/v1", kind: "StatefulSet", metadata: { name: "web" }, spec: { replicas: 1, selector: { matchLabels: { app: "web" } }, template, volumeClaimTemplates } });
  cluster.settle();
  const refusal = 'persistentvolumeclaims "data-web-0" is forbidden: exceeded quota: q, requested: persistentvolumeclaims=1, used: persistentvolumeclaims=0, limited: persistentvolumeclaims=0';
  expect(cluster.events("web").map((text) => text.replace(/ \(\d+\)$/, ""))).toEqual([
    `FailedCreate: Create Claim data-web-0 for Pod web-0 in StatefulSet web failed error: ${refusal}`,
    `FailedCreate: Create Pod web-0 in StatefulSet web failed error: failed to create PVC data-web-0: ${refusal}`,
  ]);
  expect(cluster.pods()).toEqual([]);
  cluster.must("DELETE", "/api/v1/namespaces/default/resourcequotas/q");
  cluster.runFor(60);
  expect(cluster.pods()).toHaveLength(1);
  expect((cluster.must("GET", `${url}/web`) as StatefulSet).status).toMatchObject({ replicas: 1, currentReplicas: 1 });
});

test("several claims that are refused at once each have their event, and the pod that waits for them has one", () => {
  const cluster = new ControlPlane();
  cluster.must("POST", "/api/v1/namespaces/default/resourcequotas", { apiVersion: "v1", kind: "ResourceQuota", metadata: { name: "q" }, spec: { hard: { persistentvolumeclaims: "1" } } });
  cluster.settle();
  const [claim] = volumeClaimTemplates;
  const several = ["data", "two", "three"].map((name) => ({ ...claim, metadata: { name } }));
  cluster.must("POST", url, { apiVersion: "apps/v1", kind: "StatefulSet", metadata: { name: "web" }, spec: { replicas: 1, selector: { matchLabels: { app: "web" } }, template, volumeClaimTemplates: several } });
  cluster.runFor(1);
  const refusal = (name: string): string => `persistentvolumeclaims "${name}-web-0" is forbidden: exceeded quota: q, requested: persistentvolumeclaims=1, used: persistentvolumeclaims=1, limited: persistentvolumeclaims=1`;
  // As they were answered: the one that passed waited for etcd.
  expect([...new Set(cluster.events("web").map((text) => text.replace(/ \(\d+\)$/, "")))]).toEqual([
    `FailedCreate: Create Claim two-web-0 for Pod web-0 in StatefulSet web failed error: ${refusal("two")}`,
    `FailedCreate: Create Claim three-web-0 for Pod web-0 in StatefulSet web failed error: ${refusal("three")}`,
    "SuccessfulCreate: Create Claim data-web-0 Pod web-0 in StatefulSet web success",
    `FailedCreate: Create Pod web-0 in StatefulSet web failed error: [failed to create PVC two-web-0: ${refusal("two")}, failed to create PVC three-web-0: ${refusal("three")}]`,
  ]);
});
