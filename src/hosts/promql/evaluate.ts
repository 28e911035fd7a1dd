// Follows prometheus' promql/engine.go: one evaluation a step, series looked up once.
import type { Labels } from "../../apimachinery/exposition.ts";
import { Regex, RegexError } from "../../node/images/busybox/shell/regex.ts";
import { aggregate } from "./aggregate.ts";
import { BinaryOperator } from "./binary.ts";
import { bucketQuantile, extrapolated, instantRate, overTime, type Samples } from "./rates.ts";
import { QueryError, typeOf, type Expression, type Matcher } from "./syntax.ts";
import { Grouper, labelOf, nameLabel, type Element, type Vector } from "./vectors.ts";

/** One series: its `length` values from the scrape numbered `from` on; NaN: it was not there. */
export interface Series {
  readonly labels: Labels;
  readonly from: number;
  readonly length: number;
  /** The value of the scrape of this number, which must be one of them. */
  at(index: number): number;
}

export interface Matches {
  readonly name: (name: string) => boolean;
  readonly labels: (labels: Labels) => boolean;
}

export interface SeriesSource {
  /** Of all scrapes, in microseconds. */
  readonly times: readonly number[];
  select(matches: Matches): readonly Series[];
}

export interface Result {
  readonly labels: Labels;
  readonly points: readonly (readonly [atUs: number, value: number])[];
}

/** How far back an instant looks for a sample. */
const lookbackUs = 300e6;
const mostSteps = 1000;
const mostSamples = 5_000_000;

/** The expression at `fromUs`, and each step after it up to `toUs`. Throws QueryError. */
export function evaluateRange(expression: Expression, source: SeriesSource, range: { readonly fromUs: number; readonly toUs: number; readonly stepUs: number }): readonly Result[] {
  if (typeOf(expression) === "range vector") throw new QueryError("invalid expression type \"range vector\" for range query, must be scalar or instant vector", expression.column);
  const { fromUs, toUs } = range;
  const stepUs = Math.max(1, range.stepUs);
  if ((toUs - fromUs) / stepUs > mostSteps) throw new QueryError(`more than ${mostSteps} steps: choose a longer step`, 1);
  const evaluator = new Evaluator(source);
  const series = new Map<string, { readonly labels: Labels; readonly points: (readonly [number, number])[] }>();
  const whole = new Grouper(() => true);
  for (let atUs = fromUs; atUs <= toUs; atUs += stepUs) {
    const value = evaluator.at(expression, atUs);
    for (const { labels, value: found } of typeof value === "number" ? [{ labels: [], value }] : value) {
      const { key } = whole.of(labels);
      let known = series.get(key);
      if (known === undefined) series.set(key, (known = { labels, points: [] }));
      if (known.points[known.points.length - 1]?.[0] === atUs) throw new QueryError("vector cannot contain metrics with the same labelset", expression.column);
      known.points.push([atUs, found]);
    }
  }
  return [...series.values()];
}

class Evaluator {
  readonly #source: SeriesSource;
  readonly #selected = new Map<Expression, readonly Series[]>();
  readonly #groupers = new Map<Expression, Grouper>();
  readonly #operators = new Map<Expression, BinaryOperator>();
  readonly #unnamed = new Grouper((name) => name !== nameLabel);
  #samples = 0;

  constructor(source: SeriesSource) {
    this.#source = source;
  }

  at(expression: Expression, atUs: number): number | Vector {
    switch (expression.type) {
      case "number":
        return expression.value;
      case "selector":
        return this.#instant(expression, atUs);
      case "negate": {
        const of = this.at(expression.of, atUs);
        return typeof of === "number" ? -of : this.#mapped(of, (value) => -value);
      }
      case "aggregate": {
        const { of, op, grouping, parameter } = expression;
        return aggregate(op, this.#vector(of, atUs), kept(this.#groupers, expression, () => Grouper.of(grouping)), parameter === null ? 0 : this.#scalar(parameter, atUs));
      }
      case "binary": {
        const [left, right] = [this.at(expression.left, atUs), this.at(expression.right, atUs)];
        const operator = kept(this.#operators, expression, () => new BinaryOperator(expression));
        if (typeof left === "number") return typeof right === "number" ? operator.scalars(left, right) : operator.withScalar(right, left, "left");
        return typeof right === "number" ? operator.withScalar(left, right, "right") : operator.vectors(left, right);
      }
      case "call":
        return this.#call(expression, atUs);
    }
  }

  #vector(expression: Expression, atUs: number): Vector {
    const value = this.at(expression, atUs);
    return typeof value === "number" ? [] : value;
  }

  #scalar(expression: Expression | undefined, atUs: number): number {
    const value = expression === undefined ? NaN : this.at(expression, atUs);
    return typeof value === "number" ? value : NaN;
  }

  #mapped(vector: Vector, change: (value: number) => number): Vector {
    return vector.map(({ labels, value }) => ({ labels: this.#unnamed.of(labels).labels, value: change(value) }));
  }

  #call(call: Extract<Expression, { type: "call" }>, atUs: number): number | Vector {
    const { name, args } = call;
    const [first, second] = args;
    if (first === undefined) return atUs / 1e6;
    if (first.type === "selector" && first.rangeUs !== null) return this.#overRange(name, first, first.rangeUs, atUs);
    switch (name) {
      case "abs": return this.#mapped(this.#vector(first, atUs), Math.abs);
      case "ceil": return this.#mapped(this.#vector(first, atUs), Math.ceil);
      case "floor": return this.#mapped(this.#vector(first, atUs), Math.floor);
      case "round": {
        const to = second === undefined ? 1 : this.#scalar(second, atUs);
        return this.#mapped(this.#vector(first, atUs), (value) => Math.floor(value / to + 0.5) * to);
      }
      case "clamp_min": return this.#mapped(this.#vector(first, atUs), (value) => Math.max(value, this.#scalar(second, atUs)));
      case "clamp_max": return this.#mapped(this.#vector(first, atUs), (value) => Math.min(value, this.#scalar(second, atUs)));
      case "sort": return [...this.#vector(first, atUs)].sort((a, b) => a.value - b.value);
      case "sort_desc": return [...this.#vector(first, atUs)].sort((a, b) => b.value - a.value);
      case "vector": return [{ labels: [], value: this.#scalar(first, atUs) }];
      case "scalar": {
        const vector = this.#vector(first, atUs);
        return vector.length === 1 ? (vector[0] as Element).value : NaN;
      }
      case "absent":
        return this.#vector(first, atUs).length > 0 ? [] : [{ labels: first.type === "selector" ? certain(first.matchers) : [], value: 1 }];
      default:
        return this.#quantile(call, this.#scalar(first, atUs), second === undefined ? [] : this.#vector(second, atUs));
    }
  }

  #quantile(call: Expression, q: number, vector: Vector): Vector {
    const grouper = kept(this.#groupers, call, () => Grouper.of({ only: false, labels: ["le"] }));
    const groups = new Map<string, { readonly labels: Labels; readonly buckets: { upTo: number; count: number }[] }>();
    for (const { labels, value } of vector) {
      const le = labelOf(labels, "le");
      const upTo = le === "+Inf" ? Infinity : Number(le);
      if (le === "" || Number.isNaN(upTo)) continue;
      const group = grouper.of(labels);
      let known = groups.get(group.key);
      if (known === undefined) groups.set(group.key, (known = { labels: group.labels, buckets: [] }));
      known.buckets.push({ upTo, count: value });
    }
    return Array.from(groups.values(), ({ labels, buckets }) => ({ labels, value: bucketQuantile(q, buckets) }));
  }

  #series(selector: Extract<Expression, { type: "selector" }>): readonly Series[] {
    return kept(this.#selected, selector, () => this.#source.select(matchesOf(selector.matchers)));
  }

  /** The newest sample of each series in the last five minutes, unless a later scrape no longer found the series. */
  #instant(selector: Extract<Expression, { type: "selector" }>, atUs: number): Vector {
    const index = lastUpTo(this.#source.times, atUs);
    if (index < 0 || (this.#source.times[index] as number) <= atUs - lookbackUs) return [];
    const vector: Element[] = [];
    for (const series of this.#series(selector)) {
      if (index < series.from || index >= series.from + series.length) continue;
      const value = series.at(index);
      if (!Number.isNaN(value)) vector.push({ labels: series.labels, value });
    }
    this.#count(vector.length, selector);
    return vector;
  }

  #overRange(name: string, selector: Extract<Expression, { type: "selector" }>, rangeUs: number, atUs: number): Vector {
    const { times } = this.#source;
    const first = lastUpTo(times, atUs - rangeUs) + 1;
    const last = lastUpTo(times, atUs);
    const fold = overTime.get(name);
    const vector: Element[] = [];
    for (const series of this.#series(selector)) {
      const { labels, from, length } = series;
      const samples: { readonly times: number[]; readonly values: number[] } = { times: [], values: [] };
      for (let index = Math.max(first, from); index <= Math.min(last, from + length - 1); index++) {
        const value = series.at(index);
        if (Number.isNaN(value)) continue;
        samples.times.push(times[index] as number);
        samples.values.push(value);
      }
      this.#count(samples.values.length, selector);
      if (samples.values.length === 0) continue;
      const value = fold === undefined ? rateOf(name, samples, atUs - rangeUs, atUs) : fold(samples.values);
      if (value !== null) vector.push({ labels: name === "last_over_time" ? labels : this.#unnamed.of(labels).labels, value });
    }
    return vector;
  }

  #count(samples: number, { column }: Expression): void {
    this.#samples += samples;
    if (this.#samples > mostSamples) throw new QueryError("query processing would load too many samples into memory: choose a longer step or fewer series", column);
  }
}

function rateOf(name: string, samples: Samples, fromUs: number, toUs: number): number | null {
  if (name === "irate") return instantRate(samples);
  return extrapolated(samples, fromUs, toUs, name === "rate" || name === "increase" ? name : "delta");
}

function kept<K, V>(known: Map<K, V>, key: K, make: () => V): V {
  let value = known.get(key);
  if (value === undefined) known.set(key, (value = make()));
  return value;
}

/** The last index whose time is not after `atUs`; -1: none. */
function lastUpTo(times: readonly number[], atUs: number): number {
  let low = 0;
  let high = times.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((times[middle] as number) <= atUs) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}

/** Labels that a series would have for certain. */
function certain(matchers: readonly Matcher[]): Labels {
  return matchers.filter(({ label, op }) => label !== nameLabel && op === "=").map(({ label, value }) => [label, value] as const);
}

function matchesOf(matchers: readonly Matcher[]): Matches {
  const tests = matchers.map((matcher) => ({ label: matcher.label, test: testOf(matcher) }));
  const ofName = tests.filter(({ label }) => label === nameLabel);
  const others = tests.filter(({ label }) => label !== nameLabel);
  return {
    name: (name) => ofName.every(({ test }) => test(name)),
    labels: (labels) => others.every(({ label, test }) => test(labelOf(labels, label))),
  };
}

/** Expressions are run on all their ways at once, so that none of them takes for ever. They match whole values. */
function testOf({ op, value, column }: Matcher): (text: string) => boolean {
  if (op === "=") return (text) => text === value;
  if (op === "!=") return (text) => text !== value;
  const known = new Map<string, boolean>();
  try {
    const regex = new Regex(`^(${value.replaceAll("(?:", "(")})$`, true);
    return (text) => kept(known, text, () => regex.exec(text) !== null) === (op === "=~");
  } catch (error) {
    if (!(error instanceof RegexError)) throw error;
    throw new QueryError(`error parsing regexp: ${error.message}: ${JSON.stringify(value)}`, column);
  }
}
