import { describe, expect, it } from "vitest";
import { differencesFromXState, unreachable, unusedEvents } from "../sim/testing/chartChecks.ts";
import { workersChart } from "./workersMachine.ts";

describe("the chart of the workers", () => {
  it("is XState's, and every state can be reached", () => {
    expect(differencesFromXState(workersChart)).toEqual([]);
    expect([unreachable(workersChart), unusedEvents(workersChart)]).toEqual([[], []]);
  });

  it("forgives a loss once at a place, and again at another", () => {
    const after = (...events: (typeof workersChart.events)[number][]) => events.reduce((state, event) => workersChart.next(state, event), workersChart.initial);
    expect(after("opened", "lost", "restored", "passed", "lost", "restored")).toBe("proving");
    expect(after("opened", "lost", "restored", "lost")).toBe("failed");
  });
});
