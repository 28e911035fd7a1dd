import { expect, it } from "vitest";
import { podGraph } from "../../kinds/core/pod/graph.ts";
import type { Pod } from "../../kinds/core/pod/types.ts";
import { waitingWords } from "./waitingWords.ts";

it.each([
  ["0/3 nodes are available: 3 Insufficient cpu. no new claims to deallocate, preemption: 0/3 nodes are available: 3 No preemption victims found for incoming pod.", "It waits, because no node fits: too little CPU is left for what it requests on 3 of 3 nodes."],
  ["0/4 nodes are available: 1 node(s) were unschedulable, 3 node(s) didn't match Pod's node affinity/selector. no new claims to deallocate, preemption: not eligible.", "It waits, because no node fits: cordoned: 1 of 4 nodes; the labels that it asks for are missing on 3 of 4 nodes."],
  ["0/2 nodes are available: 1 Insufficient memory, 1 node(s) had untolerated taint(s).", "It waits, because no node fits: too little memory is left for what it requests on 1 of 2 nodes; a taint that it does not tolerate is on 1 of 2 nodes."],
  ["0/2 nodes are available: 2 node(s) didn't match pod anti-affinity rules.", "It waits, because no node fits: a pod that it must not stand beside is on 2 of 2 nodes."],
  ["0/1 nodes are available: pod has unbound immediate PersistentVolumeClaims. not found", "It waits: its claim has no volume yet."],
  ['0/3 nodes are available: persistentvolumeclaim "data" not found. not found', "It waits: its claim data does not exist."],
  ["0/1 nodes are available: 1 node(s) exceed max volume count.", "It waits, because no node fits."],
  ["no nodes available to schedule pods", "It waits, because no node fits."],
])("tells what the scheduler says in plain words: %s", (exact, plain) => {
  // The sentence that the engine makes of it.
  const sentence = podGraph.sentence({ metadata: {}, spec: { containers: [] }, status: { phase: "Pending", conditions: [{ type: "PodScheduled", status: "False", reason: "Unschedulable", message: exact }] } } as unknown as Pod);
  expect(waitingWords(sentence)).toEqual({ plain, exact });
});

it("leaves other sentences alone", () => {
  expect(waitingWords("Running and ready on node-1.")).toBeNull();
});
