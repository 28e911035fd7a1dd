import { describe, expect, it } from "vitest";
import type { GraphFact } from "../../hosts/protocol.ts";
import { differences } from "./differences.ts";

function fact(kind: string, name: string, tier: "node" | "pod" | "workload", more: Partial<GraphFact> = {}): GraphFact {
  const ref = { gvk: { group: "", version: "v1", kind }, namespace: "default", name, uid: `${name}-${Math.abs(more.sentence?.length ?? 0)}` };
  return { uid: `u-${name}`, ref, plural: `${kind.toLowerCase()}s`, health: "ok", node: null, sentence: "is there", createdAt: "", deleting: false, summary: { tier } as GraphFact["summary"], ...more } as GraphFact;
}

describe("what differs between two branches", () => {
  it("goes by kind and name, for the uids of two histories say nothing", () => {
    const here = [fact("Pod", "a", "pod"), fact("Deployment", "web", "workload")];
    const there = [fact("Pod", "a", "pod", { uid: "another" }), fact("Deployment", "web", "workload", { sentence: "2 of 3 ready" })];
    expect(differences(here, there).map(({ kind, name, here: one, there: other }) => [kind, name, one?.sentence, other?.sentence])).toEqual([["Deployment", "web", "is there", "2 of 3 ready"]]);
  });

  it("names what one side alone has, machines first and pods last", () => {
    const here = [fact("Pod", "b", "pod"), fact("Pod", "a", "pod"), fact("Service", "web", "workload")];
    const there = [fact("Node", "node-4", "node")];
    expect(differences(here, there).map(({ name, here: one, there: other }) => [name, one !== null, other !== null])).toEqual([
      ["node-4", false, true],
      ["web", true, false],
      ["a", true, false],
      ["b", true, false],
    ]);
  });

  it("sees a pod on another node, or on its way out", () => {
    const pod = fact("Pod", "a", "pod", { node: "node-1" });
    expect(differences([pod], [pod])).toEqual([]);
    expect(differences([pod], [{ ...pod, node: "node-2" }])).toHaveLength(1);
    expect(differences([pod], [{ ...pod, deleting: true }])).toHaveLength(1);
  });
});
