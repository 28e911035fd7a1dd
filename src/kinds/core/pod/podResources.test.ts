import { describe, expect, it } from "vitest";
import { podLimits, podRequests } from "./podResources.ts";
import { qosClass } from "./qosClass.ts";
import type { Container, Pod, PodSpec, ResourceRequirements } from "./types.ts";

function pod(spec: Partial<PodSpec>): Pod {
  return { apiVersion: "v1", kind: "Pod", metadata: { name: "p", uid: "u", resourceVersion: "", creationTimestamp: "" }, spec: { containers: [], ...spec } };
}
function container(requests: Readonly<Record<string, string>>, part: Partial<Container> = {}): Container {
  return { name: "c", resources: { requests }, ...part };
}

describe("podRequests", () => {
  it("adds containers", () => {
    expect(podRequests(pod({ containers: [container({ cpu: "250m", memory: "64Mi" }), container({ cpu: "1", "example.com/gpu": "2" })] }))).toEqual({ cpuMilli: 1250, memoryBytes: 67_108_864, ephemeralStorageBytes: 0, scalar: { "example.com/gpu": 2 } });
  });
  it("takes the largest moment of the initialization", () => {
    expect(podRequests(pod({ containers: [container({ cpu: "1" })], initContainers: [container({ cpu: "3" }), container({ cpu: "2" })] })).cpuMilli).toBe(3000);
  });
  it("counts sidecars beside containers and beside the init containers after them", () => {
    const sidecar = container({ cpu: "500m" }, { restartPolicy: "Always" });
    expect(podRequests(pod({ containers: [container({ cpu: "1" })], initContainers: [sidecar] })).cpuMilli).toBe(1500);
    expect(podRequests(pod({ containers: [container({ cpu: "1" })], initContainers: [sidecar, container({ cpu: "2" })] })).cpuMilli).toBe(2500);
  });
  it("lets pod-level requests stand for the sum, and adds overhead", () => {
    expect(podRequests(pod({ containers: [container({ cpu: "1", memory: "1Gi" })], resources: { requests: { cpu: "2" } }, overhead: { cpu: "100m" } }))).toMatchObject({ cpuMilli: 2100, memoryBytes: 1_073_741_824 });
  });
  it("adds overhead only to what is limited", () => {
    const each = pod({ containers: [{ name: "c", resources: { limits: { cpu: "1" } } }], overhead: { cpu: "100m", memory: "10Mi" } });
    expect(podLimits(each)).toMatchObject({ cpuMilli: 1100, memoryBytes: 0 });
  });
});

describe("qosClass", () => {
  const both = { cpu: "1", memory: "1Gi" };
  const cases: readonly (readonly [string, ResourceRequirements | undefined, Partial<PodSpec>])[] = [
    ["BestEffort", undefined, {}],
    ["BestEffort", { requests: { cpu: "0" } }, {}],
    ["Burstable", { requests: { cpu: "1" } }, {}],
    ["Burstable", { requests: { cpu: "1", memory: "1Gi" }, limits: { cpu: "2", memory: "1Gi" } }, {}],
    ["Guaranteed", { requests: both, limits: both }, {}],
    ["Burstable", { requests: both, limits: both }, { initContainers: [{ name: "i" }] }],
    ["Guaranteed", undefined, { resources: { requests: both, limits: both } }],
  ];
  it.each(cases)("%s for %j %j", (wanted, resources, spec) => {
    expect(qosClass(pod({ containers: [{ name: "c", ...(resources === undefined ? {} : { resources }) }], ...spec }))).toBe(wanted);
  });
});
