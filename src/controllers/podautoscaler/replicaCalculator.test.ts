import { describe, expect, test } from "vitest";
import type { Pod } from "../../kinds/core/pod/types.ts";
import { atSecond, podOf } from "../testing/builders.ts";
import type { PodMetrics, Scene } from "./replicaCalculator.ts";
import { byShare, byUsage, byUtilization, byValue } from "./replicaCalculator.ts";

const hour = 3600;
const nowUs = Date.parse(atSecond(hour)) * 1000;
const tolerances = { down: 0.1, up: 0.1 };

interface PodCase { readonly ready?: boolean; readonly phase?: string; readonly startedAt?: number; readonly readyAt?: number; readonly deleted?: boolean; readonly request?: string | null; readonly sidecar?: string }

function pod(name: string, { ready = true, phase = "Running", startedAt = 0, readyAt = 10, deleted = false, request = "1", sidecar }: PodCase = {}): Pod {
  const { metadata, status } = podOf(name, { phase });
  const container = { name: "c", image: "i", ...(request === null ? {} : { resources: { requests: { cpu: request } } }) };
  const initContainers = sidecar === undefined ? [] : [{ name: "side", image: "i", restartPolicy: "Always", resources: { requests: { cpu: sidecar } } }];
  return {
    apiVersion: "v1", kind: "Pod", metadata: deleted ? { ...metadata, deletionTimestamp: atSecond(1) } : metadata,
    spec: { containers: [container], initContainers },
    status: { ...status, startTime: atSecond(startedAt), conditions: [{ type: "Ready", status: ready ? "True" : "False", lastTransitionTime: atSecond(readyAt) }] },
  };
}

const scene = (replicas: number, pods: readonly Pod[]): Scene => ({ replicas, pods, tolerances, nowUs });
const metrics = (...values: readonly (number | null)[]): PodMetrics => new Map(values.flatMap((value, at) => (value === null ? [] : [[`p${at}`, { value, atUs: nowUs, windowUs: 60_000_000 }] as const])));
const pods = (...cases: readonly PodCase[]): readonly Pod[] => cases.map((each, at) => pod(`p${at}`, each));
const plain = (count: number): readonly Pod[] => pods(...Array.from({ length: count }, () => ({})));

describe("a share of what pods request", () => {
  test.each([
    ["grows by the ratio of all", 3, plain(3), metrics(300, 500, 700), 30, { replicas: 5, usage: 500, utilization: 50 }],
    ["is content within a tenth", 2, plain(2), metrics(530, 550), 50, { replicas: 2, usage: 540, utilization: 54 }],
    ["shrinks", 5, plain(5), metrics(100, 300, 500, 250, 250), 50, { replicas: 3, usage: 280, utilization: 28 }],
    ["takes pods that are not ready as idle when growing", 3, pods({ phase: "Pending" }, {}, {}), metrics(null, 500, 700), 30, { replicas: 4, usage: 600, utilization: 60 }],
    ["leaves pods that are not ready out when shrinking", 5, pods({}, {}, {}, { phase: "Pending" }, { phase: "Pending" }), metrics(100, 300, 500, null, null), 50, { replicas: 2, usage: 300, utilization: 30 }],
    ["takes pods without metrics as idle when growing, and then may not turn round", 3, plain(3), metrics(1000, null, null), 50, { replicas: 3, usage: 1000, utilization: 100 }],
    ["takes pods without metrics as full when shrinking", 4, plain(4), metrics(100, 100, 100, null), 50, { replicas: 3, usage: 100, utilization: 10 }],
    ["takes them as full of the target where that is above 100%", 2, plain(2), metrics(1000, null), 250, { replicas: 2, usage: 1000, utilization: 100 }],
    ["does not count pods that failed or go", 3, pods({}, { phase: "Failed" }, { deleted: true }), metrics(600, 9000, 9000), 50, { replicas: 2, usage: 600, utilization: 60 }],
    ["leaves out a pod that became ready a moment ago while it starts", 2, pods({}, { startedAt: hour - 100, readyAt: hour - 30 }), metrics(500, 3000), 50, { replicas: 2, usage: 500, utilization: 50 }],
    ["takes a pod that was ready once, though it is not now", 2, pods({}, { ready: false, readyAt: 1000 }), metrics(500, 1500), 50, { replicas: 4, usage: 1000, utilization: 100 }],
    ["counts sidecars", 1, pods({ sidecar: "1" }), metrics(1000), 25, { replicas: 2, usage: 1000, utilization: 50 }],
  ] as const)("%s", (_what, replicas, list, given, target, wanted) => {
    expect(byUtilization(scene(replicas, list), given, "cpu", "", target)).toEqual(wanted);
  });

  test.each([
    ["nothing is selected", [], metrics(1), "", "no pods returned by selector while calculating replica count"],
    ["nobody is ready", pods({ phase: "Pending" }), metrics(), "", "did not receive metrics for targeted pods (pods might be unready)"],
    ["a request is missing", pods({ request: null }), metrics(1), "", "missing request for cpu in container c of Pod p0"],
    ["the container is not there", pods({}), metrics(1), "other", "container other not found in Pod p0"],
    ["metrics are of other pods", [pod("stranger"), pod("p0", { request: "0" })], metrics(1), "", "no metrics returned matched known pods"],
  ] as const)("cannot be had where %s", (_what, list, given, container, error) => {
    expect(byUtilization(scene(1, list), given, "cpu", container, 50)).toEqual({ error });
  });
});

test("an amount for each pod", () => {
  expect(byUsage(scene(3, plain(3)), metrics(20000, 10000, 30000), "", 15000)).toEqual({ replicas: 4, usage: 20000 });
  expect(byUsage(scene(3, pods({ phase: "Pending" }, {}, {})), metrics(null, 50000, 10000), "", 15000)).toEqual({ replicas: 4, usage: 30000 });
  expect(byUsage(scene(4, plain(4)), metrics(10000, null, null, null), "", 20000)).toEqual({ replicas: 4, usage: 10000 });
});

test("an amount for all, and a share of it for each", () => {
  expect(byValue(scene(3, plain(3)), 33300, 15000)).toEqual({ replicas: 7, usage: 33300 });
  expect(byValue(scene(3, pods({ ready: false }, {}, {})), 30000, 15000)).toEqual({ replicas: 4, usage: 30000 });
  expect(byValue(scene(3, plain(3)), 15900, 15000)).toEqual({ replicas: 3, usage: 15900 });
  expect(byShare(scene(4, []), 1000, 100)).toEqual({ replicas: 10, usage: 250 });
  expect(byShare(scene(4, []), 430, 100)).toEqual({ replicas: 4, usage: 108 });
});
