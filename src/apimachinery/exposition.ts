import { compareText } from "../base/compareText.ts";

/** Sorted by name. Pairs, not an object: names come from texts, and "__proto__" is one. */
export type Labels = readonly (readonly [name: string, value: string])[];

export interface Sample {
  readonly labels: Labels;
  readonly value: number;
}

export interface Distribution {
  readonly labels: Labels;
  /** How many were at most each bound, and last how many there were. */
  readonly counts: readonly number[];
  readonly sum: number;
}

/** The samples of one name, as a component exposes them to Prometheus: plain data. */
export type Family =
  | { readonly name: string; readonly type: "counter" | "gauge"; readonly help: string; readonly samples: readonly Sample[] }
  | { readonly name: string; readonly type: "histogram"; readonly help: string; /** Without the infinite. */ readonly bounds: readonly number[]; readonly samples: readonly Distribution[] };

export function labelsOf(pairs: Readonly<Record<string, string>>): Labels {
  return Object.entries(pairs).sort(([a], [b]) => compareText(a, b));
}

export function family(name: string, type: "counter" | "gauge", help: string, samples: readonly (readonly [labels: Readonly<Record<string, string>>, value: number])[]): Family {
  return { name, type, help, samples: samples.map(([labels, value]) => ({ labels: labelsOf(labels), value })) };
}

/** A family of one sample without labels. */
export function single(name: string, type: "counter" | "gauge", help: string, value: number): Family {
  return { name, type, help, samples: [{ labels: [], value }] };
}

/** The value of the label "le" of each bucket, the infinite last. */
export function bucketNames(bounds: readonly number[]): readonly string[] {
  return [...bounds.map(String), "+Inf"];
}

export const expositionType = "text/plain; version=0.0.4; charset=utf-8; escaping=underscores";

/** In Prometheus' text format: families and the samples in them are sorted, as its library writes them; a family without samples is left out. */
export function expositionText(families: readonly Family[]): string {
  return families.filter(({ samples }) => samples.length > 0).map(familyText).sort(compareText).join("");
}

function familyText(one: Family): string {
  const { name, type, help } = one;
  const lines = one.type === "histogram" ? one.samples.map((sample) => distributionText(name, one.bounds, sample)) : one.samples.map(({ labels, value }) => `${name}${braced(labelsText(labels))} ${numberText(value)}\n`);
  return `# HELP ${name} ${help}\n# TYPE ${name} ${type}\n${lines.sort(compareText).join("")}`;
}

/** `le` stands behind the other labels, and the buckets in their order. */
function distributionText(name: string, bounds: readonly number[], { labels, counts, sum }: Distribution): string {
  const text = labelsText(labels);
  const buckets = bucketNames(bounds).map((le, at) => `${name}_bucket{${text === "" ? "" : `${text},`}le="${le}"} ${counts[at] ?? 0}\n`);
  return `${buckets.join("")}${name}_sum${braced(text)} ${numberText(sum)}\n${name}_count${braced(text)} ${counts[bounds.length] ?? 0}\n`;
}

function braced(text: string): string {
  return text === "" ? "" : `{${text}}`;
}

function labelsText(labels: Labels): string {
  return labels.map(([name, value]) => `${name}="${escaped(value)}"`).join(",");
}

function escaped(text: string): string {
  return text.replaceAll("\\", "\\\\").replaceAll('"', '\\"').replaceAll("\n", "\\n");
}

function numberText(value: number): string {
  if (Number.isNaN(value)) return "NaN";
  return Number.isFinite(value) ? String(value) : value > 0 ? "+Inf" : "-Inf";
}
