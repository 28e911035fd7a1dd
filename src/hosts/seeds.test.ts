import { expect, it } from "vitest";
import { faultDefinitions } from "../cluster/faults/index.ts";
import { simTime } from "../sim/time.ts";
import { clusterComposition } from "./clusterComposition.ts";
import { Coordinator } from "./coordinator.ts";
import { engineName } from "./engineName.ts";
import { playSeed } from "./testing/seedRun.ts";
import { describeSeeds } from "./testing/seedSuite.ts";
import { anyFault } from "./testing/seedWorkloads.ts";
import { dice } from "../cluster/testing/dice.ts";
import { defaultClusterSpec } from "../cluster/clusterSpec.ts";
import { InlineHost } from "./transports/inline.ts";

describeSeeds(1, 250, 50);

it("the Recording of a seed has the same history when it is played again", { timeout: 120_000 }, async () => {
  const { recording, digest } = playSeed(501);
  const diverged: string[] = [];
  const again = new Coordinator({
    composition: clusterComposition, recording, engine: engineName, ports: [new InlineHost(clusterComposition)],
    listener: { window: () => undefined, diverged: (_checkpoint, found) => void diverged.push(found), applied: () => undefined },
  });
  await again.open();
  await again.advance(simTime(recording.checkpoints.at(-1)?.at ?? 0));
  expect(diverged).toEqual([]);
  expect(again.digest()).toBe(digest);
});

it("the seeds draw from all faults of the engine", () => {
  const roll = dice(1);
  const drawn = Array.from({ length: 1_000 }, (_, index) => anyFault(roll, `f${index}`, defaultClusterSpec, ["a"])).map((command) => (command.type === "setFault" ? command.fault.type : ""));
  expect([...new Set(drawn)].toSorted()).toEqual(faultDefinitions.map(({ type }) => type).toSorted());
});
