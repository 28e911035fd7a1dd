import { describe, expect, it } from "vitest";
import type { GraphFact, MetricsAnswer } from "../../hosts/protocol.ts";
import { curvesOf, pathOf, ticksOf, valueAt, valueText, type Unit } from "./chartModel.ts";
import { onTheirWay, panelsOf } from "./panels.ts";

const answer = (series: MetricsAnswer["series"], more = 0): MetricsAnswer => ({ fromUs: 0, toUs: 100, series, more, error: null, since: 0, refused: 0 });

describe("a chart", () => {
  it.each<[number, Unit, readonly number[], string]>([
    [0, "count", [0, 1], "1"],
    [1, "count", [0, 1], "1"],
    [7, "count", [0, 5, 10], "10"],
    [0.1, "cores", [0, 0.05, 0.1], "100m"],
    [3, "cores", [0, 1, 2, 3], "3"],
    [100 * 1024 ** 2, "bytes", [0, 64 * 1024 ** 2, 128 * 1024 ** 2], "128Mi"],
    [0.0043, "seconds", [0, 0.002, 0.004, 0.006], "6 ms"],
    [38, "perSecond", [0, 20, 40], "40/s"],
    [25_000, "plain", [0, 10_000, 20_000, 30_000], "30k"],
  ])("up to %s %s has round steps", (most, unit, ticks, text) => {
    expect(ticksOf(most, unit)).toEqual(ticks);
    expect(valueText(ticks.at(-1) ?? NaN, unit)).toBe(text);
  });

  it("draws six curves that end highest, rules beside them, and names both", () => {
    const series = Array.from({ length: 8 }, (_, index) => ({ labels: [["pod", `p${index}`]] as const, points: [[1, index]] as const }));
    const { curves, more } = curvesOf([{ query: "", name: "{pod}", role: "use" }, { query: "", name: "limit", role: "limit" }, { query: "", name: "", role: "request" }], [
      answer(series, 3), answer([{ labels: [], points: [[1, 9], [2, NaN]] }]), answer([{ labels: [["__name__", "up"], ["job", "x"]], points: [[1, 1]] }, { labels: [], points: [] }]),
    ]);
    expect(curves.map(({ name }) => name)).toEqual(["p2", "p3", "p4", "p5", "p6", "p7", "limit", 'up{job="x"}']);
    expect([more, curves[6]?.points]).toEqual([5, [[1, 9]]]);
  });

  it("leaves holes where nothing was, marks a lone point, and reads what is next to the cursor", () => {
    const points = [[0, 1], [10, 2], [40, 3], [70, 4], [80, 4]] as const;
    expect(pathOf(points, (at) => at, (value) => value, 10)).toBe("M0.0 1.0L10.0 2.0M40.0 3.0h2M70.0 4.0L80.0 4.0");
    expect([valueAt(points, 12, 10), valueAt(points, 25, 10), valueAt(points, 44, 10)]).toEqual([2, null, 3]);
  });
});

it("asks about an object by what its pods are called", () => {
  const fact = (kind: string, name: string): GraphFact => ({ ref: { gvk: { group: "", version: "v1", kind }, namespace: "ns", name } }) as GraphFact;
  const query = (kind: string, panel: number, step = 15): string => panelsOf(fact(kind, "a.b"), step)[panel]?.lines[0]?.query ?? "";
  expect(query("Pod", 1)).toBe('sum by (container) (container_memory_working_set_bytes{namespace="ns",pod="a.b",container!=""})');
  expect(query("Deployment", 1)).toContain('pod=~"a[.]b-[a-z0-9]+-[a-z0-9]{5}"');
  expect(query("StatefulSet", 2)).toBe('kube_statefulset_status_replicas_ready{namespace="ns",statefulset="a.b"}');
  expect(query("Service", 0, 30)).toBe('sum by (code) (rate(orrery_requests_total{namespace="ns",service="a.b"}[120s]))');
  expect(panelsOf(fact("Node", "n"), 15).map(({ title }) => title)).toEqual(["CPU", "Memory", "CPU of the busiest pods", "Running"]);
});

it("says when a rate can be told of a new object, and nothing once it can", () => {
  const epochUs = Date.parse("2026-01-01T00:00:00Z") * 1000;
  const at = (seconds: number): number => epochUs + seconds * 1e6;
  const said = (createdAt: string, since: number | null, now: number): string => /\d+:\d+/.exec(onTheirWay({ createdAt } as GraphFact, { toUs: at(now), since: since === null ? null : at(since) }, epochUs) ?? "")?.[0] ?? "";
  // Made at 0:50: samples at 1:00 and 1:15.
  expect([52, 60, 74.9, 75].map((now) => said("2026-01-01T00:00:50Z", 15, now))).toEqual(["01:15", "01:15", "01:15", ""]);
  // Nobody looked before 1:04, when the first sample was taken of all that was there.
  expect([64, 74, 76].map((now) => said("2026-01-01T00:00:20Z", 64, now))).toEqual(["01:15", "01:15", ""]);
  expect(said("2026-01-01T00:00:20Z", null, 21)).toBe("00:45");
  // At the very moment of a sample it is there already.
  expect(said("2026-01-01T00:00:30Z", 15, 31)).toBe("00:45");
});
