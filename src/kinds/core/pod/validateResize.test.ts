import { describe, expect, it } from "vitest";
import type { Pod, PodSpec, ResourceRequirements } from "./types.ts";
import { validateResizeRules } from "./validateResize.ts";

function pod(resources: ResourceRequirements, part: Partial<PodSpec> = {}): Pod {
  return {
    apiVersion: "v1", kind: "Pod",
    metadata: { name: "p", uid: "u", resourceVersion: "1", creationTimestamp: "" },
    spec: { containers: [{ name: "c", image: "i", resources }], ...part },
  };
}
const before = pod({ requests: { cpu: "10m" }, limits: { cpu: "20m" } });

describe("validateResizeRules", () => {
  const cases: readonly (readonly [string, Pod, readonly string[]])[] = [
    ["more CPU", pod({ requests: { cpu: "15m" }, limits: { cpu: "20m" } }), []],
    ["another QoS class", pod({}), ["Pod QOS Class may not change as a result of resizing", "resource requests cannot be removed", "resource limits cannot be removed"]],
    ["a removed limit", pod({ requests: { cpu: "10m" } }), ["resource limits cannot be removed"]],
    ["ephemeral storage", pod({ requests: { cpu: "10m", "ephemeral-storage": "1Gi" }, limits: { cpu: "20m" } }), ["only cpu and memory resources are mutable"]],
    ["another container", pod({ requests: { cpu: "10m" }, limits: { cpu: "20m" } }, { containers: [...before.spec.containers, { name: "d" }] }), ["containers may not be added or removed on resize"]],
    ["another name", pod({}, { containers: [{ name: "d", image: "i", resources: { requests: { cpu: "10m" }, limits: { cpu: "20m" } } }] }), ["containers may not be renamed or reordered on resize"]],
  ];
  it.each(cases)("%s", (_name, changed, details) => {
    expect(validateResizeRules(changed, before).map((error) => error.detail)).toEqual(details);
  });
});
