import { expect, it } from "vitest";
import { validateNodeAffinityNarrowed, validateNodeSelectorNarrowed, withNodeSelectionOf } from "./validateGated.ts";
import type { NodeSelectorRequirement, PodSpec } from "./types.ts";

const zone: NodeSelectorRequirement = { key: "zone", operator: "In", values: ["a"] };
const disk: NodeSelectorRequirement = { key: "disk", operator: "Exists" };

function requiring(...expressions: readonly (readonly NodeSelectorRequirement[])[]): PodSpec {
  const nodeSelectorTerms = expressions.map((matchExpressions) => ({ matchExpressions }));
  return { containers: [], affinity: { nodeAffinity: { requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms } } } };
}

it("lets a gated pod's node selector grow, and nothing else", () => {
  const old: PodSpec = { containers: [], nodeSelector: { a: "1" } };
  expect(validateNodeSelectorNarrowed({ containers: [], nodeSelector: { a: "1", b: "2" } }, old)).toEqual([]);
  expect(validateNodeSelectorNarrowed({ containers: [], nodeSelector: { a: "2" } }, old)).toHaveLength(1);
  expect(validateNodeSelectorNarrowed({ containers: [] }, old)).toHaveLength(1);
});

it("lets each required term grow at its end", () => {
  expect(validateNodeAffinityNarrowed(requiring([zone, disk]), requiring([zone]))).toEqual([]);
  expect(validateNodeAffinityNarrowed(requiring([disk, zone]), requiring([zone]))).toHaveLength(1);
  expect(validateNodeAffinityNarrowed(requiring([zone], [disk]), requiring([zone]))).toHaveLength(1);
  expect(validateNodeAffinityNarrowed(requiring([zone]), requiring([]))).toHaveLength(1);
  expect(validateNodeAffinityNarrowed(requiring([zone]), { containers: [] })).toEqual([]);
});

it("compares the rest as if the node selection had stayed", () => {
  const old: PodSpec = { containers: [] };
  expect(withNodeSelectionOf({ ...requiring([zone]), nodeSelector: { a: "1" } }, old)).toEqual(old);
  expect(withNodeSelectionOf(requiring([zone, disk]), requiring([zone]))).toEqual(requiring([zone]));
});
