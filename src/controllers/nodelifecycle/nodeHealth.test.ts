import { describe, expect, test } from "vitest";
import type { Lease } from "../../kinds/coordination/lease/types.ts";
import type { Node } from "../../kinds/core/node/types.ts";
import { second, simTime } from "../../sim/time.ts";
import { hear, isSilent, noExecuteTaint, noScheduleTaints, silentConditions } from "./nodeHealth.ts";
import { isAllDisrupted, taintIntervalUs, zonesOf } from "./zones.ts";

const created = "2026-01-01T00:00:00Z";
const epochUs = Date.parse(created) * 1000;
const nodeOf = (name: string, ready: string | null, zone = "a", more: Record<string, string> = {}): Node => ({
  apiVersion: "v1",
  kind: "Node",
  metadata: { name, uid: name, resourceVersion: "1", creationTimestamp: created, labels: { "topology.kubernetes.io/zone": zone } },
  spec: {},
  status: {
    conditions: [
      ...(ready === null ? [] : [{ type: "Ready", status: ready, reason: "KubeletReady", message: "m", lastHeartbeatTime: created, lastTransitionTime: created }]),
      ...Object.entries(more).map(([type, status]) => ({ type, status })),
    ],
  },
});
const leaseOf = (renewTime: string): Lease => ({ apiVersion: "coordination.k8s.io/v1", kind: "Lease", metadata: { name: "n", uid: "l", resourceVersion: "1", creationTimestamp: created }, spec: { renewTime } });
const at = (seconds: number) => simTime(seconds * second);

test("a renewed lease is a sign of life; 50 seconds without any are silence", () => {
  const node = nodeOf("n", "True");
  const first = hear(undefined, node, leaseOf("2026-01-01T00:00:10.000000Z"), at(10), epochUs + at(10));
  const second_ = hear(first, node, leaseOf("2026-01-01T00:00:20.000000Z"), at(21), epochUs + at(21));
  expect(second_.at).toBe(at(21));
  expect(hear(second_, node, leaseOf("2026-01-01T00:00:20.000000Z"), at(60), epochUs + at(60))).toBe(second_);
  expect([isSilent(second_, node, at(71)), isSilent(second_, node, simTime(at(71) + 1))]).toEqual([false, true]);
});

test("a node that never reported is given 60 seconds from its creation", () => {
  const node = nodeOf("n", null);
  const heard = hear(undefined, node, null, at(30), epochUs + at(30));
  expect([isSilent(heard, node, at(60)), isSilent(heard, node, at(61))]).toEqual([false, true]);
  expect(silentConditions(node, "T")).toContainEqual({ type: "Ready", status: "Unknown", reason: "NodeStatusNeverUpdated", message: "Kubelet never posted node status.", lastHeartbeatTime: created, lastTransitionTime: "T" });
});

test("silence makes the conditions unknown, once, and leaves others alone", () => {
  const node = nodeOf("n", "True", "a", { MemoryPressure: "False", NetworkUnavailable: "False" });
  const conditions = silentConditions(node, "T") ?? [];
  expect(conditions.map(({ type, status, reason }) => `${type} ${status} ${reason ?? ""}`)).toEqual([
    "Ready Unknown NodeStatusUnknown",
    "MemoryPressure Unknown NodeStatusUnknown",
    "NetworkUnavailable False ",
    "DiskPressure Unknown NodeStatusNeverUpdated",
    "PIDPressure Unknown NodeStatusNeverUpdated",
  ]);
  expect(silentConditions({ ...node, status: { conditions } }, "U")).toBeNull();
});

test("taints follow the conditions", () => {
  const keys = (node: Node) => noScheduleTaints(node, "T").map((taint) => taint.key.replace("node.kubernetes.io/", ""));
  expect(keys(nodeOf("n", "True"))).toEqual([]);
  expect(keys(nodeOf("n", "False", "a", { DiskPressure: "True" }))).toEqual(["not-ready", "disk-pressure"]);
  expect(keys({ ...nodeOf("n", "Unknown"), spec: { unschedulable: true } })).toEqual(["unreachable", "unschedulable"]);
  expect([nodeOf("n", "True"), nodeOf("n", "False"), nodeOf("n", "Unknown")].map((node) => noExecuteTaint(node, "T")?.key)).toEqual([undefined, "node.kubernetes.io/not-ready", "node.kubernetes.io/unreachable"]);
});

describe("zones", () => {
  const many = (count: number, ready: string, zone = "a") => Array.from({ length: count }, (_, index) => nodeOf(`${zone}${ready}${index}`, ready, zone));

  test.each([
    ["normal", [...many(2, "False"), ...many(1, "True")], 10 * second],
    ["full", many(2, "Unknown"), 10 * second],
    ["partial", [...many(6, "False"), ...many(4, "True")], null],
    ["partial", [...many(40, "False"), ...many(20, "True")], 100 * second],
  ] as const)("%s", (state, nodes, intervalUs) => {
    const zone = [...zonesOf(nodes).values()][0];
    expect(zone?.state).toBe(state);
    expect(zone === undefined ? null : taintIntervalUs(zone)).toBe(intervalUs);
  });

  test("nobody is evicted when all zones are down", () => {
    expect(isAllDisrupted(zonesOf([...many(2, "Unknown", "a"), ...many(1, "False", "b")]))).toBe(true);
    expect(isAllDisrupted(zonesOf([...many(2, "Unknown", "a"), ...many(1, "True", "b")]))).toBe(false);
  });
});
