import { expect, it } from "vitest";
import { simTime } from "../sim/time.ts";
import { CausalLog } from "./causalLog.ts";
import { bootLink } from "./clusterObserver.ts";

const link = (id: number, cause: string) => ({ at: simTime(id), process: "p", cause, link: `p#${id}`, body: { component: "p", text: `step ${id}` } });

it("tells a chain from its command or from boot, oldest first", () => {
  const log = new CausalLog();
  log.addCommand("c1", simTime(0), "you", "create Pod x", "pods/default/x");
  log.add(link(1, "c1"));
  log.add(link(2, "p#1"));
  log.add(link(3, "boot"));
  log.add({ at: simTime(4), process: "p", cause: "c1", body: { not: "a link" } });
  expect(log.chain("p#2", bootLink).map((each) => each.text)).toEqual(["create Pod x", "step 1", "step 2"]);
  expect(log.chain("p#3", bootLink).map((each) => each.id)).toEqual(["boot", "p#3"]);
  expect(log.chain("p#9", bootLink)).toEqual([]);
  expect(log.timeOf("p#2")).toBe(2);
});

it("ends an endless chain, newest part first", () => {
  const log = new CausalLog();
  for (let id = 1; id <= 1000; id++) log.add(link(id, `p#${id - 1}`));
  const chain = log.chain("p#1000", bootLink);
  expect(chain).toHaveLength(200);
  expect(chain.at(-1)?.id).toBe("p#1000");
});

it("forgets what explains nothing that exists", () => {
  const log = new CausalLog();
  log.addCommand("c1", simTime(0), "you", "create", null);
  log.add(link(1, "c1"));
  for (let id = 2; id <= 80_002; id++) log.add(link(id, "boot"));
  log.trim(() => ["p#1"]);
  expect(log.size).toBe(30_002);
  expect(log.chain("p#1", bootLink)).toHaveLength(2);
  const copy = new CausalLog();
  copy.addLinks(JSON.parse(JSON.stringify(log.linksOf(["p#1"]))) as never);
  expect(copy.chain("p#1", bootLink)).toEqual(log.chain("p#1", bootLink));
});

it("looks at all objects again only after much has come, however much they keep", () => {
  const log = new CausalLog();
  const objects = Array.from({ length: 100_000 }, (_, at) => `p#${at + 1}`);
  for (let id = 1; id <= objects.length; id++) log.add(link(id, "boot"));
  let sweeps = 0;
  const sweep = () => {
    sweeps++;
    return objects;
  };
  log.trim(sweep);
  for (let id = objects.length + 1; id <= 140_000; id++) {
    log.add(link(id, "boot"));
    log.trim(sweep);
  }
  expect([sweeps, log.size]).toEqual([1, 140_000]);
  for (let id = 140_001; id <= 160_000; id++) log.add(link(id, "boot"));
  log.trim(sweep);
  expect([sweeps, log.size]).toEqual([2, 130_000]);
});

it("keeps a whole chain whose end another, shorter kept one shares", () => {
  const log = new CausalLog();
  for (let id = 1; id <= 500; id++) log.add(link(id, `p#${id - 1}`));
  const kept = log.linksOf(["p#500", "p#400"]) as readonly { readonly id: string }[];
  expect(kept.map(({ id }) => Number(id.slice(2)))).toEqual(Array.from({ length: 300 }, (_, at) => at + 201));
});
