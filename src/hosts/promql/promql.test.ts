import { describe, expect, it } from "vitest";
import { family, type Family } from "../../apimachinery/exposition.ts";
import { SeriesStore } from "../metrics/seriesStore.ts";
import { evaluateRange, type Result, type Series } from "./evaluate.ts";
import { parseQuery } from "./parse.ts";
import { QueryError } from "./syntax.ts";

const scrapes = 41;
const everyUs = 15e6;
const endUs = (scrapes - 1) * everyUs;

/** Ten minutes: counters of two pods that grow by 30 and 60 a minute, one of which began anew; gauges; a histogram; a series that ended. */
function filled(): SeriesStore {
  const store = new SeriesStore();
  for (let at = 0; at < scrapes; at++) {
    const buckets: Family = { name: "took_seconds", type: "histogram", help: "", bounds: [0.1, 0.5, 1], samples: [{ labels: [], counts: [5 * at, 8 * at, 10 * at, 10 * at], sum: at }] };
    store.add(at * everyUs, [{ target: [["job", "test"]], families: [
      family("requests_total", "counter", "", [[{ pod: "a", code: "200" }, at * 7.5], [{ pod: "b", code: "200" }, ((at + 20) % 40) * 15], [{ pod: "b", code: "500" }, at]]),
      family("memory", "gauge", "", [[{ pod: "a" }, 100], [{ pod: "b" }, 100 + at], ...(at < 35 ? [[{ pod: "gone" }, 1] as const] : [])]),
      family("limit", "gauge", "", [[{ pod: "a", container: "x" }, 200], [{ pod: "b", container: "x" }, 400]]),
      family("info", "gauge", "", [[{ pod: "a", node: "n1" }, 1], [{ pod: "b", node: "n2" }, 1]]),
      buckets,
    ] }]);
  }
  return store;
}

const store = filled();

function at(query: string, toUs = endUs): Record<string, number> {
  const results = evaluateRange(parseQuery(query), store, { fromUs: toUs, toUs, stepUs: 1 });
  return Object.fromEntries(results.map(({ labels, points }: Result) => [labels.filter(([name]) => name !== "job").map((pair) => pair.join("=")).join(","), Math.round((points[0]?.[1] ?? NaN) * 1e6) / 1e6]));
}

function refusalOf(query: string): QueryError | null {
  try {
    at(query);
  } catch (error) {
    if (error instanceof QueryError) return error;
    throw error;
  }
  return null;
}

describe("a query", () => {
  it.each<[string, Record<string, number>]>([
    ["1 + 2 * 3 ^ 2 - -1", { "": 20 }],
    ["2 ^ 3 ^ 2", { "": 512 }],
    ["-2 ^ 2", { "": -4 }],
    ["5 % 3 + 1e1 / 0x5 # and a comment", { "": 4 }],
    ["1 > bool 2", { "": 0 }],
    ['memory{pod="a"}', { "__name__=memory,pod=a": 100 }],
    ["memory", { "__name__=memory,pod=a": 100, "__name__=memory,pod=b": 140 }],
    ['{__name__=~"mem.*",pod!~"b|gone"}', { "__name__=memory,pod=a": 100 }],
    ['memory{pod=~"(?:a|b)",pod!="a"} > 120', { "__name__=memory,pod=b": 140 }],
    ["memory > bool 120", { "pod=a": 0, "pod=b": 1 }],
    ["memory{pod='none'}", {}],
    ["sum(memory)", { "": 240 }],
    ["sum by (code) (requests_total)", { "code=200": 600, "code=500": 40 }],
    ["sum(requests_total) without (pod, job)", { "code=200": 600, "code=500": 40 }],
    ["requests_total / limit", {}],
    ["memory * on (pod) group_left (node) info", { "node=n1,pod=a": 100, "node=n2,pod=b": 140 }],
    ["memory / ignoring (container) limit", { "pod=a": 0.5, "pod=b": 0.35 }],
    ["min(memory) + max(memory) + count(memory)", { "": 242 }],
    ["topk(1, memory)", { "__name__=memory,pod=b": 140 }],
    ["bottomk(1, memory)", { "__name__=memory,pod=a": 100 }],
    ['memory and on (pod) info{node="n1"}', { "__name__=memory,pod=a": 100 }],
    ['memory unless on (pod) info{node="n1"}', { "__name__=memory,pod=b": 140 }],
    ["memory or limit{pod='a'}", { "__name__=memory,pod=a": 100, "__name__=memory,pod=b": 140, "__name__=limit,container=x,pod=a": 200 }],
    ['rate(requests_total{pod="a"}[1m])', { "code=200,pod=a": 0.5 }],
    ['increase(requests_total{pod="a"}[5m])', { "code=200,pod=a": 150 }],
    ['irate(requests_total{code="500"}[5m])', { "code=500,pod=b": 0.066667 }],
    // From 585 at the 39th to 0: what it had before the reset counts too.
    ['resets(requests_total{pod="b",code="200"}[10m])', { "code=200,pod=b": 1 }],
    ["delta(memory{pod='b'}[2m])", { "pod=b": 8 }],
    ["max_over_time(memory{pod='b'}[1m]) - min_over_time(memory{pod='b'}[1m])", { "pod=b": 3 }],
    ["changes(memory[1m])", { "pod=a": 0, "pod=b": 3 }],
    ["histogram_quantile(0.5, sum by (le) (rate(took_seconds_bucket[5m])))", { "": 0.1 }],
    ["histogram_quantile(0.9, rate(took_seconds_bucket[5m]))", { "": 0.75 }],
    ["scalar(memory{pod='a'}) + vector(1)", { "": 101 }],
    ["clamp_max(memory, 120)", { "pod=a": 100, "pod=b": 120 }],
    ["round(memory / 30, 0.5)", { "pod=a": 3.5, "pod=b": 4.5 }],
    ["absent(memory{pod='none'})", { "pod=none": 1 }],
    ["absent(memory)", {}],
    ["time()", { "": endUs / 1e6 }],
  ])("%s", (query, expected) => {
    expect(at(query)).toEqual(expected);
  });

  it("finds a series that ended until it ended, and nothing after five minutes without a scrape", () => {
    expect(at("memory{pod='gone'}", 34 * everyUs)).toEqual({ "__name__=memory,pod=gone": 1 });
    expect(at("memory{pod='gone'}", 35 * everyUs)).toEqual({});
    expect([at("memory{pod='a'}", endUs + 299e6), at("memory", endUs + 300e6)]).toEqual([{ "__name__=memory,pod=a": 100 }, {}]);
  });

  it("over a range has a point a step where there is a value", () => {
    const [result] = evaluateRange(parseQuery("memory{pod='gone'}"), store, { fromUs: 30 * everyUs, toUs: endUs, stepUs: everyUs });
    expect(result?.points.map(([atUs]) => atUs / everyUs)).toEqual([30, 31, 32, 33, 34]);
  });

  it.each<[string, string, number]>([
    ["", "no expression found in input", 1],
    ["sum(memory", 'unexpected end of input in aggregation, expected ")"', 11],
    ["memory{pod=a}", 'unexpected identifier "a" in label matching, expected string', 12],
    ["memory{pod}", 'unexpected "}" in label matching, expected one of "=", "!=", "=~", "!~"', 11],
    ["memory{pod='a", "unterminated quoted string", 12],
    ["memory memory", 'unexpected identifier "memory"', 8],
    ["rate(memory)", 'expected type range vector in call to function "rate", got instant vector', 6],
    ["sum(memory[5m])", "expected type instant vector in aggregation expression, got range vector", 5],
    ["memory[5]", "a positive duration is needed in a range, such as 5m", 8],
    ["memory[5m]", 'invalid expression type "range vector" for range query, must be scalar or instant vector', 1],
    ["memory offset 5m", '"offset" is not simulated', 8],
    ["rate(memory[5m:1m])", "subqueries are not simulated", 15],
    ["deriv(memory[5m])", 'function "deriv" is not there, or not simulated', 1],
    ["round()", 'expected at most 2 argument(s) in call to "round", got 0', 1],
    ["1 > 2", "comparisons between scalars must use BOOL modifier", 3],
    ["memory and 1", 'set operator "and" not allowed in binary scalar expression', 8],
    ["{pod=''}", "vector selector must contain at least one non-empty matcher", 1],
    ["memory{pod=~'('}", "error parsing regexp", 13],
    ["memory ! 1", 'unexpected character: "!"', 8],
    ["memory * on () group_left () limit", "found duplicate series for the match group on the right hand-side", 8],
    ["requests_total / on (pod) limit", "multiple matches for labels: many-to-one matching must be explicit (group_left/group_right)", 16],
  ])("%s is refused with its place", (query, message, column) => {
    const error = refusalOf(query);
    expect(error?.message).toContain(message);
    expect(error?.column).toBe(column);
  });

  it("is bounded in depth and length", () => {
    expect(refusalOf(`${"(".repeat(100)}1`)).toMatchObject({ message: "the query is nested too deeply", column: 65 });
    expect(refusalOf("1".repeat(3000))).toMatchObject({ message: "the query is longer than 2000 characters", column: 2001 });
  });

  it("no expression of a matcher takes for ever", () => {
    expect(at(`memory{pod=~"(a*)*(b*)*c${"(a|a)*".repeat(20)}"}`)).toEqual({});
  });
});

describe("a store", () => {
  const valuesOf = ({ from, length, at }: Series): number[] => Array.from({ length }, (_, index) => at(from + index));
  const gauge = (value: number, pod = "a"): Family => family("g", "gauge", "", [[{ pod }, value]]);

  it("forgets the oldest beyond its bound, refuses further series, and keeps what is told", () => {
    const small = new SeriesStore({ series: 2, samples: 20, bytes: 10_000 });
    for (let at = 1; at <= 50; at++) small.add(at, [{ target: [], families: [gauge(at), gauge(at, "b"), gauge(at, "c")] }]);
    expect(small.refused).toBe(50);
    expect(small.times.length).toBeLessThanOrEqual(20);
    const series = small.select({ name: () => true, labels: () => true });
    expect(series.map(({ labels, from, length, at }) => [labels, small.times[from], at(from + length - 1), length === small.times.length])).toEqual([
      [[["__name__", "g"], ["pod", "a"]], small.times[0], 50, true], [[["__name__", "g"], ["pod", "b"]], small.times[0], 50, true],
    ]);
  });

  it("gives the room of series that have ended to new ones", () => {
    const small = new SeriesStore({ series: 2, samples: 20, bytes: 10_000 });
    for (let at = 1; at <= 6; at++) small.add(at, [{ target: [], families: [gauge(at), gauge(at, at < 3 ? "b" : "c")] }]);
    expect(small.refused).toBe(1);
    expect(small.select({ name: () => true, labels: () => true }).map((series) => [series.labels[1]?.[1], valuesOf(series)])).toEqual([["a", [1, 2, 3, 4, 5, 6]], ["c", [4, 5, 6]]]);
  });

  it("forgets a future that never was", () => {
    const branched = new SeriesStore();
    for (let at = 1; at <= 9; at++) branched.add(at, [{ target: [["job", "x"]], families: [gauge(at), ...(at > 5 ? [gauge(at, "late")] : [])] }]);
    branched.forgetAfter(4);
    branched.add(6, [{ target: [["job", "x"]], families: [gauge(60)] }]);
    expect(branched.select({ name: (name) => name === "g", labels: () => true }).map(valuesOf)).toEqual([[1, 2, 3, 4, 60]]);
  });

  it("keeps every value as it was, in little room where it seldom changes, and forgets the oldest where much changes", () => {
    const told = (at: number): number[] => [Math.floor(at / 7), at % 5 === 0 ? NaN : at * 3, Math.sin(at), [0, -0, 2 ** 60, -5, Infinity, 2 ** 49][at % 6]!, 42];
    const names = ["s", "m", "f", "odd", "same"];
    const one = (store: SeriesStore, at: number): void => store.add(at, [{ target: [], families: told(at).map((value, series) => gauge(value, names[series])) }]);
    const store = new SeriesStore();
    for (let at = 1; at <= 300; at++) one(store, at);
    const values = store.select({ name: () => true, labels: () => true }).map(valuesOf);
    for (const series of names.keys()) expect(values[series]).toEqual(Array.from({ length: 300 }, (_, at) => told(at + 1)[series]));
    const small = new SeriesStore({ series: 10, samples: 1_000, bytes: 2_000 });
    for (let at = 1; at <= 300; at++) one(small, at);
    expect(small.times.length).toBeLessThan(100);
    expect(valuesOf(small.select({ name: () => true, labels: () => true })[2]!)).toEqual(small.times.map((at) => Math.sin(at)));
  });
});
