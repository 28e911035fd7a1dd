import { describe, expect, it } from "vitest";
import type { FlowRecord } from "../network/packet.ts";
import { simTime } from "../sim/time.ts";
import type { WindowNews } from "./coordinator.ts";
import { Framer, noChange, type FrameState } from "./framer.ts";

const state: FrameState = { now: simTime(0), lookingAt: null, epochUs: 0, revision: 1, speed: 1, replaying: false, booting: false, faults: [], traffic: [], stopped: [] };
const flow = (index: number, failure: string | null = null): FlowRecord => ({
  id: `f${index}`, source: "t", method: "GET", url: "http://x/", startedAtUs: index, endedAtUs: index + 1000 + index, status: failure === null ? 200 : 503, pod: "", hops: [], failure,
});
const news = (flows: readonly FlowRecord[]): WindowNews => ({
  until: simTime(0), handled: 0, messages: [],
  trace: flows.map((each) => ({ at: simTime(each.endedAtUs), process: "world/internet", cause: "c1", body: { type: "flow", flow: each } as never })),
});

describe("frames", () => {
  it("sample the answered requests and leave no failed one out", () => {
    const framer = new Framer();
    framer.add(news([...Array.from({ length: 1000 }, (_, index) => flow(index)), ...Array.from({ length: 60 }, (_, index) => flow(2000 + index, "refused"))]));
    const frame = framer.take(state, noChange);
    expect(frame.flows.filter((each) => each.failure !== null)).toHaveLength(60);
    expect(frame.flows.filter((each) => each.failure === null)).toHaveLength(40);
    expect(frame.flows.map((each) => each.endedAtUs)).toEqual(frame.flows.map((each) => each.endedAtUs).toSorted((a, b) => a - b));
    expect(frame.flowTotals).toEqual({ answered: 1000, failed: 60, p99Us: 1000 + 989 });
    expect(framer.take(state, noChange)).toMatchObject({ flows: [], flowTotals: { answered: 1000 } });
  });

  it("count all requests by where they came from, went to and how they ended", () => {
    const framer = new Framer();
    const hop = (at: string, rule: string) => ({ at, atUs: 0, rule, verdict: "forward" as const, destination: "" });
    const by = (pod: string, index: number, failure: string | null = null): FlowRecord => ({ ...flow(index, failure), pod, hops: [hop("internet", "x"), hop("node-1", "y"), hop("pod ingress-nginx/c", "ingress default/web")] });
    framer.add(news([...Array.from({ length: 300 }, (_, index) => by("default/a", index)), by("default/b", 1), by("default/b", 2, "refused"), by("default/b", 3, "reset")]));
    const { flowCounts } = framer.take(state, noChange);
    expect(flowCounts.map(({ flow: { pod, failure, hops }, count, tookUs }) => [pod, failure === null, hops.length, count, tookUs])).toEqual([["default/a", true, 2, 300, 300_000 + (299 * 300) / 2], ["default/b", true, 2, 1, 1001], ["default/b", false, 2, 2, 2005]]);
    expect(framer.take(state, noChange).flowCounts).toEqual([]);
  });

  it("say once that all is new", () => {
    const framer = new Framer();
    expect(framer.take(state, noChange).reset).toBe("run");
    expect(framer.take(state, noChange).reset).toBe(false);
    framer.showAnew();
    framer.add(news([flow(1)]));
    expect(framer.take(state, noChange)).toMatchObject({ reset: "objects", flows: [{ id: "f1" }] });
    framer.startOver(simTime(0));
    framer.showAnew();
    expect(framer.take(state, noChange).reset).toBe("run");
  });

  it("count a branch's requests from where it forked", () => {
    const framer = new Framer();
    const at = (us: number) => framer.take({ ...state, now: simTime(us) }, noChange).flowTotals;
    framer.add(news([flow(1), flow(2)]));
    at(100);
    framer.add(news([flow(3)]));
    expect(at(200)).toMatchObject({ answered: 3 });
    framer.startOver(simTime(150));
    expect(at(150)).toEqual({ answered: 2, failed: 0, p99Us: 0 });
    framer.startOver(simTime(50));
    expect(at(50)).toMatchObject({ answered: 0 });
  });

  it("carry trace lines only for those who want them, and mark crashes", () => {
    const framer = new Framer();
    const crash: WindowNews = { until: simTime(0), handled: 0, messages: [], trace: [{ at: simTime(5), process: "cp-1/etcd", cause: "c1", body: { type: "crash", reason: "x" } }] };
    framer.add(crash);
    expect(framer.take(state, noChange)).toMatchObject({ trace: [], marks: [{ at: 5, tone: "fail", label: "cp-1/etcd crashed" }] });
    framer.traceWanted = true;
    framer.add(crash);
    expect(framer.take(state, noChange).trace).toHaveLength(1);
  });
});
