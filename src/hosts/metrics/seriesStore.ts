import { bucketNames, type Family, type Labels } from "../../apimachinery/exposition.ts";
import type { Matches, Series, SeriesSource } from "../promql/evaluate.ts";
import { RunReader, Runs } from "./runs.ts";
import { keyOf, nameLabel } from "../promql/vectors.ts";

/** Values from the scrape numbered `from` on, one a scrape; NaN: it was not there. */
interface Kept {
  readonly labels: Labels;
  from: number;
  runs: Runs;
}

type Histogram = Extract<Family, { readonly type: "histogram" }>;

export interface Bounds {
  readonly series: number;
  /** Six hours of a cluster that is not run faster than it can be measured. */
  readonly samples: number;
  /** Of the changes in all series together. */
  readonly bytes: number;
}

const defaultBounds: Bounds = { series: 12_000, samples: 1_440, bytes: 1_250_000 };

/** Series by their labels, all read at the same times. Beyond its bounds the oldest eighth of the time is forgotten, then what has ended, and no further series are taken. */
export class SeriesStore implements SeriesSource {
  readonly #bounds: Bounds;
  readonly #byName = new Map<string, Map<string, Kept>>();
  /** By name and labels: the buckets of a histogram, its sum and its count. Follows from the series. */
  readonly #histograms = new Map<string, readonly (Kept | null)[]>();
  /** A label and its value are one thing in all series: there are a dozen series of a pod. */
  readonly #labels = new Map<string, Labels[number]>();
  #times: number[] = [];
  #series = 0;
  #bytes = 0;
  #refused = 0;

  constructor(bounds: Bounds = defaultBounds) {
    this.#bounds = bounds;
  }

  get times(): readonly number[] {
    return this.#times;
  }

  /** Samples that found no room. */
  get refused(): number {
    return this.#refused;
  }

  get names(): readonly string[] {
    return [...this.#byName.keys()].sort();
  }

  /** What all targets exposed at one time. Where time has gone back, what came after is forgotten. */
  add(atUs: number, scraped: readonly { readonly target: Labels; readonly families: readonly Family[] }[]): void {
    const last = this.#times[this.#times.length - 1];
    if (last !== undefined && atUs <= last) this.forgetAfter(atUs - 1);
    const index = this.#times.length;
    const refused = this.#refused;
    this.#times.push(atUs);
    for (const { target, families } of scraped) {
      const targetKey = keyOf(target);
      for (const one of families) {
        if (one.type === "histogram") for (const sample of one.samples) this.#putBuckets(one, sample, target, targetKey, index);
        else for (const { labels, value } of one.samples) this.#put(one.name, `${targetKey}|${keyOf(labels)}`, () => merged(one.name, target, labels), index, value);
      }
    }
    // What has ended makes room for what has come.
    if (this.#refused > refused) this.#each((series) => void (series.runs = series.from + series.runs.length <= index ? new Runs() : series.runs));
    if (this.#times.length > this.#bounds.samples || this.#bytes > this.#bounds.bytes) this.#forgetOldest();
  }

  select(matches: Matches): readonly Series[] {
    const found: Series[] = [];
    for (const [name, all] of this.#byName) if (matches.name(name)) for (const series of all.values()) if (matches.labels(series.labels)) found.push(shown(series));
    return found;
  }

  /** Another future begins: what came after was never there. */
  forgetAfter(atUs: number): void {
    const left = this.#times.findIndex((time) => time > atUs);
    if (left < 0) return;
    this.#times = this.#times.slice(0, left);
    this.#each((series) => void (series.runs = series.runs.slice(0, left - series.from)));
  }

  #put(name: string, key: string, labels: () => Labels, index: number, value: number): void {
    this.#append(this.#seriesOf(name, key, labels, index), index, value);
  }

  /** The series of a histogram are looked up once, and all together ever after. */
  #putBuckets({ name, bounds }: Histogram, { labels, counts, sum }: Histogram["samples"][number], target: Labels, targetKey: string, index: number): void {
    const key = `${targetKey}|${keyOf(labels)}`;
    let known = this.#histograms.get(`${name}|${key}`);
    if (known === undefined) {
      const part = (suffix: string, more: Labels = []): Kept | null => this.#seriesOf(`${name}${suffix}`, `${key}|${more[0]?.[1] ?? ""}`, () => merged(`${name}${suffix}`, target, [...labels, ...more]), index);
      known = [...bucketNames(bounds).map((le) => part("_bucket", [["le", le]])), part("_sum"), part("_count")];
      this.#histograms.set(`${name}|${key}`, known);
    }
    const last = bounds.length + 1;
    for (const [at, series] of known.entries()) this.#append(series, index, at === last ? sum : (counts[Math.min(at, bounds.length)] ?? 0));
  }

  #seriesOf(name: string, key: string, labels: () => Labels, index: number): Kept | null {
    let all = this.#byName.get(name);
    if (all === undefined) this.#byName.set(name, (all = new Map()));
    let series = all.get(key);
    if (series === undefined) {
      if (this.#series >= this.#bounds.series) return null;
      series = { labels: labels().map((label) => this.#shared(label)), from: index, runs: new Runs() };
      all.set(key, series);
      this.#series++;
    }
    return series;
  }

  #shared(label: Labels[number]): Labels[number] {
    const name = label.join("=");
    const known = this.#labels.get(name);
    if (known !== undefined) return known;
    if (this.#labels.size >= this.#bounds.series) this.#labels.clear();
    this.#labels.set(name, label);
    return label;
  }

  /** Where it found no room, it is counted. */
  #append(series: Kept | null, index: number, value: number): void {
    if (series === null) {
      this.#refused++;
      return;
    }
    const { runs, from } = series;
    // A target tells each series once: what comes twice stays as it was.
    if (runs.length > index - from) return;
    const before = runs.length === 0 ? 0 : runs.weight;
    while (runs.length < index - from) runs.push(NaN);
    runs.push(value);
    this.#bytes += runs.weight - before;
  }

  #forgetOldest(): void {
    const dropped = Math.max(1, this.#times.length >> 3);
    this.#times = this.#times.slice(dropped);
    this.#each((series) => {
      const gone = Math.max(0, dropped - series.from);
      series.runs = series.runs.slice(gone, series.runs.length);
      series.from = Math.max(0, series.from - dropped);
    });
  }

  /** Changes all series, and leaves out those that have nothing left. */
  #each(change: (series: Kept) => void): void {
    this.#series = 0;
    this.#bytes = 0;
    this.#histograms.clear();
    for (const [name, all] of this.#byName) {
      for (const [key, series] of all) {
        change(series);
        if (series.runs.length === 0) all.delete(key);
        else this.#bytes += series.runs.weight;
      }
      this.#series += all.size;
      if (all.size === 0) this.#byName.delete(name);
    }
  }
}

function shown({ labels, from, runs }: Kept): Series {
  let reader: RunReader | null = null;
  return { labels, from, length: runs.length, at: (index) => (reader ??= new RunReader(runs)).at(index - from) };
}

/** A target's labels win over those that it tells, which are kept under another name, as Prometheus does. */
function merged(name: string, target: Labels, labels: Labels): Labels {
  const taken = new Set(target.map(([key]) => key));
  const own = labels.filter(([, value]) => value !== "").map(([key, value]) => [taken.has(key) ? `exported_${key}` : key, value] as const);
  return [[nameLabel, name] as const, ...target, ...own].sort(([a], [b]) => (a < b ? -1 : 1));
}

