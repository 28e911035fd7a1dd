import { describe, expect, it } from "vitest";
import { defaultClusterSpec } from "../../cluster/clusterSpec.ts";
import { guardRecording } from "../../share/recordingGuard.ts";
import { choiceProblem, clusterOf, type ClusterChoice } from "./newCluster.ts";

const choice: ClusterChoice = { nodes: 5, zones: 2, cpu: 2, memoryGi: 16, pods: 30, runtime: "cri-o", cni: "flannel", seed: 7 };

describe("a new cluster", () => {
  it("is what was chosen, zones in turn, and may be saved and opened again", () => {
    const spec = clusterOf(choice, defaultClusterSpec);
    expect(spec.nodes.map(({ name, zone, cpuMilli, pods, runtime }) => `${name} ${zone} ${cpuMilli} ${pods} ${runtime}`)).toEqual(["node-1 a 2000 30 cri-o", "node-2 b 2000 30 cri-o", "node-3 a 2000 30 cri-o", "node-4 b 2000 30 cri-o", "node-5 a 2000 30 cri-o"]);
    expect(spec.cni).toBe("flannel");
    expect(guardRecording({ format: 1, engine: "", seed: 7, spec, journal: [], checkpoints: [] })).toHaveProperty("recording");
  });
  it.each([[{ nodes: 101 }, /Nodes: a whole number from 0 to 100/], [{ zones: 0 }, /Zones/], [{ seed: 1.5 }, /seed/], [{ cpu: Number.NaN }, /CPUs/], [{}, null]])("%j", (change, said) => {
    const problem = choiceProblem({ ...choice, ...change });
    if (said === null) expect(problem).toBeNull();
    else expect(problem).toMatch(said);
  });
});
