import { describe, expect, it } from "vitest";
import type { Lifecycle } from "../../hosts/protocol.ts";
import { arcsOf, exitsOf, rowsOf, stateWords } from "./lifecycleRows.ts";

const exit = (event: string, to: string) => ({ event, about: `${event} happened`, to });
const lifecycle: Lifecycle = {
  container: "c", role: "main", value: "running",
  chart: {
    id: "x", initial: "waiting",
    states: [
      { name: "waiting", about: "waits", exits: [exit("start", "running"), exit("fail", "brokenForGood")] },
      { name: "brokenForGood", about: "is broken", exits: [] },
      { name: "running", about: "runs", exits: [exit("stop", "stopping"), exit("beat", "running"), exit("end", "exited")] },
      { name: "stopping", about: "stops", exits: [exit("end", "exited")] },
      { name: "exited", about: "has ended", exits: [exit("start", "running")] },
    ],
  },
  passages: [{ state: "waiting", at: 1 }, { state: "running", at: 2 }, { state: "exited", at: 3 }, { state: "running", at: 4 }],
};

describe("the rows of a lifecycle", () => {
  it("are those passed, the present one and those that may come next, in the chart's order", () => {
    expect(rowsOf(lifecycle, false).map(({ state, at, current }) => [state, at, current])).toEqual([["waiting", 1, false], ["running", 4, true], ["stopping", null, false], ["exited", 3, false]]);
    expect(rowsOf(lifecycle, true).map(({ words }) => words)).toEqual(["waiting", "broken for good", "running", "stopping", "exited"]);
  });

  it("have an arc for each way between them, what may come next last", () => {
    const rows = rowsOf(lifecycle, false);
    expect(arcsOf(lifecycle, rows).map(({ from, to, kind }) => `${rows[from]?.state} ${rows[to]?.state} ${kind}`)).toEqual([
      "stopping exited other", "waiting running taken", "exited running taken", "running stopping next", "running exited next",
    ]);
  });

  it("leave out what changes nothing", () => {
    expect(exitsOf(lifecycle.chart, "running").map(({ event }) => event)).toEqual(["stop", "end"]);
    expect(exitsOf(lifecycle.chart, "nowhere")).toEqual([]);
    expect(stateWords("crashLoopBackOff")).toBe("crash loop back off");
  });
});
