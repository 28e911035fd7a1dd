import { describe, expect, it } from "vitest";
import type { Frame, ToEngine } from "../../hosts/protocol.ts";
import { simTime } from "../../sim/time.ts";
import { EngineClient } from "../engine/engineClient.ts";
import { applyFrame, createClusterStore } from "../stores/clusterStore.ts";
import { createViewStore } from "../stores/viewStore.ts";
import { linesUntil } from "../dock/logLines.ts";
import { createLookBack } from "./lookBack.ts";

const frame = (more: Partial<Frame>): Frame => ({
  now: simTime(90), lookingAt: null, epochUs: 0, revision: 1, speed: 1, replaying: false, booting: false, reset: false, upserts: [], removes: [], edges: { added: [], removed: [] },
  trace: [], flows: [], flowCounts: [], flowTotals: { answered: 0, failed: 0, p99Us: 0 }, marks: [], faults: [], traffic: [], stopped: [], checks: [], ...more,
});

function setUp() {
  const posted: ToEngine[] = [];
  const cluster = createClusterStore();
  const view = createViewStore();
  const silent = () => undefined;
  const client = new EngineClient({ post: (message) => void posted.push(message), listen: () => silent, close: silent }, { frame: silent, notice: silent, failed: silent, ready: silent });
  const look = createLookBack(cluster, view, client);
  applyFrame(cluster, frame({ reset: "run", marks: [{ at: simTime(1), tone: "ok", label: "ready" }] }));
  return { look, cluster, view, asked: () => posted.flatMap((message) => (message.type === "lookAt" ? [message.at] : [])) };
}

describe("looking back", () => {
  it("asks for one time at a time, and then for the last that was wanted", () => {
    const { look, cluster, view, asked } = setUp();
    for (const at of [10, 20, 30]) look.at(at);
    expect([asked(), view.getState().lookWanted]).toEqual([[10], 30]);
    applyFrame(cluster, frame({ reset: "objects", lookingAt: simTime(10) }));
    expect(asked()).toEqual([10, 30]);
    applyFrame(cluster, frame({ reset: "objects", lookingAt: simTime(30) }));
    expect([asked(), view.getState().lookWanted, cluster.getState().lookingAt]).toEqual([[10, 30], null, 30]);
    expect(cluster.getState().marks).toHaveLength(1);
  });

  it("takes what is not past yet for now, and asks nothing where one is there already", () => {
    const { look, cluster, asked } = setUp();
    look.now();
    expect(asked()).toEqual([]);
    look.at(10);
    applyFrame(cluster, frame({ reset: "objects", lookingAt: simTime(10) }));
    look.at(5_000);
    expect(asked()).toEqual([10, "live"]);
  });

  it("forgets what was wanted of another run", () => {
    const { look, cluster, view, asked } = setUp();
    look.at(10);
    look.at(20);
    applyFrame(cluster, frame({ reset: "run" }));
    expect([asked(), view.getState().lookWanted, cluster.getState().marks]).toEqual([[10], null, []]);
    look.at(30);
    expect(asked()).toEqual([10, 30]);
  });
});

it("cuts a log off at a time and takes the stamps away", () => {
  expect(linesUntil("2026-01-01T00:00:01.5Z one line\n2026-01-01T00:00:02Z two\n2026-01-01T00:00:03Z three\n", Date.parse("2026-01-01T00:00:02Z") * 1000)).toBe("one line\ntwo\n");
});
