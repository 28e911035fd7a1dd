import { expect, it } from "vitest";
import type { JsonObject } from "../../base/json.ts";
import { attachedTwice, dataLost, storageOff } from "./dataKept.ts";

it("sees what a volume loses, and who wrote without having seen all of it", () => {
  expect([dataLost("", "0\n"), dataLost("0\n1\n", "0\n1\n2\n"), dataLost("", null)]).toEqual([null, null, null]);
  expect(dataLost("0\n1\n", null)).toBe("2 lines are gone");
  expect(dataLost("0\n1\n", "0\n")).toContain("it had 2 lines");
  expect(dataLost("0\n1\n", "0\n1\n1\n")).toBe("who wrote line 2 saw 1 before it");
});

it("sees a disk that two machines have", () => {
  expect(attachedTwice({ a: { nodes: ["node-1"] }, b: { nodes: [] } })).toEqual([]);
  expect(attachedTwice({ a: { nodes: ["node-1", "node-2"] } })).toEqual(["S35: disk a is attached to node-1 and node-2"]);
});

it("sees sets without their pods, claims without a volume, volumes that nobody reclaims, and attachments that nobody uses", () => {
  const set = (readyReplicas: number): JsonObject => ({ spec: { replicas: 2 }, status: { readyReplicas, currentRevision: "r", updateRevision: "r" } });
  const claim = (phase: string): JsonObject => ({ metadata: { name: "c" }, spec: { volumeName: "v" }, status: { phase } });
  const volume = (phase: string, policy = "Delete"): JsonObject => ({ metadata: { name: "v" }, spec: { persistentVolumeReclaimPolicy: policy }, status: { phase } });
  const attachment = (nodeName: string): JsonObject => ({ spec: { nodeName, source: { persistentVolumeName: "v" } } });
  const pod = { metadata: { namespace: "d" }, spec: { nodeName: "n", volumes: [{ persistentVolumeClaim: { claimName: "c" } }] }, status: { phase: "Running" } };
  const cluster = (ready: number, bound: string, held: string, node: string): Map<string, JsonObject> =>
    new Map<string, JsonObject>([["statefulsets.apps/d/s", set(ready)], ["persistentvolumeclaims/d/c", claim(bound)], ["persistentvolumes//v", volume(held)], ["volumeattachments.storage.k8s.io//a", attachment(node)], ["pods/d/p", pod]]);
  expect(storageOff(cluster(2, "Bound", "Bound", "n"))).toEqual([]);
  expect(storageOff(cluster(1, "Pending", "Released", "m"))).toEqual([
    "L24: statefulsets.apps/d/s wants 2, and 1 are ready", "L35: persistentvolumeclaims/d/c is Pending", "L35: persistentvolumes//v is Released", "L35: volumeattachments.storage.k8s.io//a is there, and no pod on m uses it",
  ]);
  expect(storageOff(new Map([["persistentvolumes//v", volume("Released", "Retain")]]))).toEqual([]);
});
