import { appendFileSync, mkdirSync, writeFileSync } from "node:fs";
import { afterAll, describe, expect, it } from "vitest";
import { faultDefinitions } from "../../cluster/faults/index.ts";
import { commit, inSlice } from "../../cluster/testing/slice.ts";
import { SeedCoverage, type Count } from "./seedCoverage.ts";
import { playSeed } from "./seedRun.ts";

const folder = ".cache/seeds";
/** So many runs have met all that the coverage tells of. */
const enough = 50;

/**
 * Those of `first` to `last` that are to be played, and why those. SEED=17 plays that one, ORRERY_SEEDS=17-40 all of these: a stopped run goes on
 * from where its log ends. Else all in the deep run, and one in `parts` in an ordinary one, others with each commit.
 */
function chosen(first: number, last: number, parts: number): { readonly seeds: readonly number[]; readonly why: string } {
  const asked = process.env["ORRERY_SEEDS"] ?? process.env["SEED"];
  const all = Array.from({ length: last - first + 1 }, (_, index) => first + index);
  if (asked !== undefined) {
    const [from = 0, to = from] = asked.split("-").map(Number);
    if (!Number.isInteger(from) || !Number.isInteger(to)) throw new Error(`SEED or ORRERY_SEEDS is "${asked}": name one (17) or a range (17-40)`);
    return { seeds: all.filter((seed) => seed >= from && seed <= to), why: "asked for" };
  }
  const seeds = all.filter((seed) => inSlice(seed, parts));
  return { seeds, why: seeds.length === all.length ? "all" : commit === "" ? "the first part, as there is no git to tell the commit" : `the part of commit ${commit.slice(0, 8)}` };
}

/** What many of these seeds together have to have met. */
export interface ToBeMet {
  readonly counts: readonly Count[];
  readonly faults: readonly string[];
}

const ordinary: ToBeMet = { counts: ["restarts", "preemptions", "evictions", "unschedulable"], faults: faultDefinitions.map(({ type }) => type) };

/** A part of these seeds (all in `npm run test:deep`). What fails says its seed and commit, and leaves its Recording. */
export function describeSeeds(first: number, last: number, parts: number, { counts, faults }: ToBeMet = ordinary): void {
  const { seeds, why } = chosen(first, last, parts);
  const total = new SeedCoverage();
  let played = 0;
  describe.skipIf(seeds.length === 0)("random workloads, inputs and five faults: what always holds, holds", { timeout: 240_000 }, () => {
    it.each(seeds)("seed %i", (seed) => {
      const before = process.cpuUsage();
      const { broken, coverage, recording } = playSeed(seed);
      const { user, system } = process.cpuUsage(before);
      total.add(coverage);
      played++;
      mkdirSync(folder, { recursive: true });
      appendFileSync(`${folder}/log`, `seed ${seed} at commit ${commit.slice(0, 8)}: ${((user + system) / 1e6).toFixed(1)} CPU s, ${broken.length === 0 ? "all held" : broken.join("; ")}\n`);
      if (broken.length === 0) return;
      const file = `${folder}/seed-${seed}.orrery.json`;
      writeFileSync(file, JSON.stringify(recording));
      expect.fail(`seed ${seed} at commit ${commit}: SEED=${seed} plays it again, and its Recording is in ${file}\n${broken.slice(0, 8).join("\n")}`);
    });
    if (seeds.length >= enough) {
      it("much has gone wrong in them", () => {
        expect(Math.min(...counts.map((name) => total[name]))).toBeGreaterThan(0);
        expect([...total.faults.keys()].toSorted()).toEqual(faults.toSorted());
      });
    }
    afterAll(() => void process.stdout.write(`${played} seeds of ${first} to ${last} (${why}; SEED=${seeds[0]} plays one): ${seeds.length <= 20 ? seeds.join(", ") : `${seeds[0]} to ${seeds.at(-1)}`}\n${total.text()}\n`));
  });
}
