import { describe, expect, it } from "vitest";
import type { FlowCount } from "../../hosts/protocol.ts";
import type { FlowRecord } from "../../network/packet.ts";
import { fact, podFact } from "../engine/testing/demoFacts.ts";
import { trafficModel } from "../selectors/trafficModel.ts";
import { addCounts, createRateStore, recentCounts } from "../stores/rateStore.ts";
import { podUidsByName } from "./flowRoute.ts";
import { nextRollouts } from "./stageStore.ts";
import { wireRates, wiresThatTell } from "./wireRate.ts";

const edge = { tier: "edge", type: "ClusterIP", addresses: ["10.96.0.9"], ports: ["80"], rules: [], readyEndpoints: 0, totalEndpoints: 0 } as const;
const service = fact("s", "Service", "services", "default", "web", "ok", "", edge);
const ingress = fact("i", "Ingress", "ingresses", "default", "web", "ok", "", { ...edge, rules: [{ host: "shop.example.com", path: "/", backend: "web:80" }] });
const pods = ["a", "b"].map((name) => podFact({ uid: name, namespace: "default", name, node: "node-1", status: "Running", ready: true, image: "nginx" }));
const model = trafficModel(new Map([service, ingress, ...pods].map((one) => [one.uid, one])), new Map(pods.map(({ uid }) => [uid, { from: "s", to: uid, relation: "selects" as const }])));
const podUids = podUidsByName(model);

function counted(count: number, more: Partial<FlowRecord> = {}, tookUs = 4_000): FlowCount {
  const hops = [{ at: "internet", atUs: 0, rule: "x", verdict: "forward" as const, destination: "" }, { at: "pod ingress-nginx/c", atUs: 0, rule: "ingress default/web", verdict: "forward" as const, destination: "" }];
  return { key: JSON.stringify(more), flow: { id: "f", source: "browsers", method: "GET", url: "http://shop.example.com/", startedAtUs: 0, endedAtUs: 4_000, status: 200, pod: "default/a", hops, failure: null, ...more }, count, tookUs: tookUs * count };
}

describe("rates of wires", () => {
  it("count each request on all its way, and a failure where it ended", () => {
    const rates = wireRates([counted(60), counted(30, { pod: "default/b" }, 10_000), counted(10, { pod: "", failure: "no route to host" })], 10, model, podUids);
    expect(Object.fromEntries(rates)).toEqual({
      "internet>i": { perSecond: 10, failedPerSecond: 0, meanUs: 6_000 },
      "i>s": { perSecond: 10, failedPerSecond: 1, meanUs: 6_000 },
      "s>a": { perSecond: 6, failedPerSecond: 0, meanUs: 4_000 },
      "s>b": { perSecond: 3, failedPerSecond: 0, meanUs: 10_000 },
    });
  });

  it("begin in a pod where its source is in one", () => {
    const hops = [{ at: "pod default/b", atUs: 0, rule: "DNS: web is 10.96.0.9", verdict: "forward" as const, destination: "" }];
    expect([...wireRates([counted(5, { url: "http://web/", hops })], 1, model, podUids).keys()]).toEqual(["b>s", "s>a"]);
  });

  it("are said up to the services; of pods where one looks, or where something fails", () => {
    const told = (counts: readonly FlowCount[], selected: string | null = null) => wiresThatTell(model.wires, wireRates(counts, 1, model, podUids), new Set(["s"]), selected).map(({ id }) => id).sort();
    const both = [counted(5), counted(5, { pod: "default/b" })];
    expect(told(both)).toEqual(["i>s", "internet>i"]);
    expect(told(both, "b")).toEqual(["i>s", "internet>i", "s>b"]);
    expect(told(both, "s")).toHaveLength(4);
    expect(told([...both, counted(1, { failure: "reset" })])).toEqual(["i>s", "internet>i", "s>a"]);
  });
});

describe("the last seconds", () => {
  const frame = (atSeconds: number, flowCounts: readonly FlowCount[] = []) => ({ now: atSeconds * 1_000_000 as never, reset: false as const, replaying: false, flowCounts });

  it("are ten of virtual time, at whatever speed", () => {
    for (const step of [0.016, 0.5, 3]) {
      const store = createRateStore();
      for (let at = 0; at < 60; at += step) addCounts(store, frame(at, [counted(40)]));
      const { counts, seconds } = recentCounts(store.getState());
      const perSecond = (counts[0]?.count ?? 0) / seconds;
      expect(Math.abs(perSecond - 40 / step) / (40 / step)).toBeLessThan(0.4);
      expect(seconds).toBeLessThanOrEqual(13);
    }
  });

  it("forget what is past, and another run", () => {
    const store = createRateStore();
    addCounts(store, frame(1, [counted(40)]));
    for (let at = 2; at < 14; at++) addCounts(store, frame(at));
    expect(recentCounts(store.getState()).counts).toEqual([]);
    addCounts(store, frame(15, [counted(40)]));
    addCounts(store, { ...frame(1, [counted(40)]), reset: "run" });
    expect(recentCounts(store.getState())).toEqual({ counts: [], seconds: 1 });
  });
});

describe("a rollout's toll", () => {
  const web = (revision: string, updated: number, ready: number) => ({ workloads: [fact("d", "Deployment", "deployments", "default", "web", "ok", "", { tier: "workload", desired: 3, current: 3, updated, ready, available: ready, revision })] });
  const at = (now: number, answered: number, failed: number) => ({ now, flowTotals: { answered, failed, p99Us: 0 } });

  it("is counted from its beginning, and on after its end", () => {
    let rollouts = nextRollouts(new Map(), web("1", 3, 3), at(10, 100, 2));
    expect(rollouts.get("d")).toMatchObject({ rolling: false, endedAt: -Infinity });
    rollouts = nextRollouts(rollouts, web("2", 0, 3), at(20, 200, 2));
    expect(rollouts.get("d")).toMatchObject({ rolling: true, before: { answered: 200, failed: 2 }, endedAt: null });
    rollouts = nextRollouts(rollouts, web("2", 3, 2), at(30, 300, 3));
    rollouts = nextRollouts(rollouts, web("2", 3, 3), at(40, 400, 3));
    rollouts = nextRollouts(rollouts, web("2", 3, 3), at(50, 500, 3));
    expect(rollouts.get("d")).toMatchObject({ rolling: false, least: 2, before: { answered: 200, failed: 2 }, endedAt: 40 });
    // All its pods were made in the moment of a frame.
    rollouts = nextRollouts(rollouts, web("3", 3, 3), at(60, 600, 3));
    expect(rollouts.get("d")).toMatchObject({ rolling: true, before: { answered: 600, failed: 3 } });
  });
});
