import { describe, expect, it } from "vitest";
import { isPodAvailable, podReport } from "./podStatus.ts";
import type { ContainerState, ContainerStatus, Pod, PodSpec, PodStatus } from "./types.ts";

function pod(spec: Partial<PodSpec>, status: PodStatus, deletionTimestamp?: string): Pod {
  return {
    apiVersion: "v1", kind: "Pod",
    metadata: { name: "p", namespace: "default", uid: "u", resourceVersion: "1", creationTimestamp: "2026-01-01T00:00:00Z", ...(deletionTimestamp === undefined ? {} : { deletionTimestamp }) },
    spec: { containers: [{ name: "a" }, { name: "b" }], ...spec },
    status,
  };
}
function container(name: string, part: Partial<ContainerStatus>): ContainerStatus {
  return { name, image: "i", imageID: "", ready: false, restartCount: 0, ...part };
}
const running = { running: {} };
const ended = (exitCode: number, reason?: string): ContainerState => ({ terminated: { exitCode, ...(reason === undefined ? {} : { reason }) } });
const ready = { type: "Ready", status: "True" };

describe("podReport", () => {
  const cases: readonly (readonly [string, Pod, string, string])[] = [
    ["pending", pod({}, { phase: "Pending" }), "Pending", "0/2"],
    ["gated", pod({}, { phase: "Pending", conditions: [{ type: "PodScheduled", status: "False", reason: "SchedulingGated" }] }), "SchedulingGated", "0/2"],
    ["creating", pod({}, { phase: "Pending", containerStatuses: [container("a", { state: { waiting: { reason: "ContainerCreating" } } })] }), "ContainerCreating", "0/2"],
    ["running", pod({}, { phase: "Running", conditions: [ready], containerStatuses: [container("a", { ready: true, state: running }), container("b", { ready: true, state: running })] }), "Running", "2/2"],
    ["back-off", pod({}, { phase: "Running", containerStatuses: [container("a", { restartCount: 3, state: { waiting: { reason: "CrashLoopBackOff" } } }), container("b", { ready: true, state: running })] }), "CrashLoopBackOff", "1/2"],
    ["exit code", pod({}, { phase: "Failed", containerStatuses: [container("a", { state: ended(3) })] }), "ExitCode:3", "0/2"],
    ["completed beside running", pod({}, { phase: "Running", conditions: [ready], containerStatuses: [container("a", { state: ended(0, "Completed") }), container("b", { ready: true, state: running })] }), "Running", "1/2"],
    ["init running", pod({ initContainers: [{ name: "i" }, { name: "j" }] }, { phase: "Pending", initContainerStatuses: [container("i", { state: ended(0) }), container("j", { state: running })] }), "Init:1/2", "0/2"],
    ["init failed", pod({ initContainers: [{ name: "i" }] }, { phase: "Pending", initContainerStatuses: [container("i", { state: ended(1, "Error") })] }), "Init:Error", "0/2"],
    ["sidecar", pod({ initContainers: [{ name: "s", restartPolicy: "Always" }] }, { phase: "Running", conditions: [ready], initContainerStatuses: [container("s", { ready: true, started: true, state: running })], containerStatuses: [container("a", { ready: true, state: running }), container("b", { ready: true, state: running })] }), "Running", "3/3"],
    ["terminating", pod({}, { phase: "Running", containerStatuses: [container("a", { ready: true, state: running })] }, "2026-01-01T00:01:00Z"), "Terminating", "1/2"],
    ["evicted", pod({}, { phase: "Failed", reason: "Evicted" }), "Evicted", "0/2"],
  ];
  it.each(cases)("%s", (_name, each, reason, readyText) => {
    const report = podReport(each);
    expect([report.reason, `${report.readyContainers}/${report.totalContainers}`]).toEqual([reason, readyText]);
  });

  it("counts restarts of containers and of sidecars, not of finished init containers", () => {
    const each = pod({ initContainers: [{ name: "i" }, { name: "s", restartPolicy: "Always" }] }, {
      phase: "Running",
      initContainerStatuses: [container("i", { restartCount: 5, state: ended(0) }), container("s", { restartCount: 1, ready: true, started: true, state: running })],
      containerStatuses: [container("a", { restartCount: 2, ready: true, state: running, lastState: { terminated: { exitCode: 1, finishedAt: "2026-01-01T00:00:05Z" } } })],
    });
    expect(podReport(each)).toMatchObject({ restarts: 3, lastRestartUs: Date.UTC(2026, 0, 1, 0, 0, 5) * 1000 });
  });
});

describe("isPodAvailable", () => {
  const each = pod({}, { conditions: [{ ...ready, lastTransitionTime: "2026-01-01T00:00:10Z" }] });
  const at = (seconds: number): number => Date.UTC(2026, 0, 1, 0, 0, seconds) * 1000;
  it.each([[0, 10, true], [5, 14, false], [5, 15, true]])("minReadySeconds %i at second %i: %s", (minReadySeconds, second, available) => {
    expect(isPodAvailable(each, minReadySeconds, at(second))).toBe(available);
  });
});
