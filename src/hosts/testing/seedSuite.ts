import { mkdirSync, writeFileSync } from "node:fs";
import { afterAll, describe, expect, it } from "vitest";
import { faultDefinitions } from "../../cluster/faults/index.ts";
import { commit, inSlice } from "../../cluster/testing/slice.ts";
import { SeedCoverage } from "./seedCoverage.ts";
import { playSeed } from "./seedRun.ts";

const folder = ".cache/seeds";
/** So many runs have met all that the coverage tells of. */
const enough = 50;

/** A slice of these seeds (all in `npm run test:deep`). What fails says its seed and commit, and leaves its Recording. */
export function describeSeeds(first: number, last: number, parts: number): void {
  const seeds = Array.from({ length: last - first + 1 }, (_, index) => first + index).filter((seed) => inSlice(seed, parts));
  const total = new SeedCoverage();
  let played = 0;
  describe("random workloads, inputs and five faults: what always holds, holds", { timeout: 240_000 }, () => {
    it.each(seeds)("seed %i", (seed) => {
      const { broken, coverage, recording } = playSeed(seed);
      total.add(coverage);
      played++;
      if (broken.length === 0) return;
      const file = `${folder}/seed-${seed}.orrery.json`;
      mkdirSync(folder, { recursive: true });
      writeFileSync(file, JSON.stringify(recording));
      expect.fail(`seed ${seed} at commit ${commit}; its Recording is in ${file}\n${broken.slice(0, 8).join("\n")}`);
    });
    if (seeds.length >= enough) {
      it("much has gone wrong in them", () => {
        expect(Math.min(total.restarts, total.preemptions, total.evictions, total.unschedulable)).toBeGreaterThan(0);
        expect([...total.faults.keys()].toSorted()).toEqual(faultDefinitions.map(({ type }) => type).toSorted());
      });
    }
    afterAll(() => void process.stdout.write(`${played} seeds: ${total.text()}\n`));
  });
}
