import { compareText } from "../../base/compareText.ts";

/** Sorted by name. Pairs, not an object: names come from texts, and "__proto__" is one. */
export type Labels = readonly (readonly [name: string, value: string])[];

export interface Sample {
  readonly labels: Labels;
  readonly value: number;
  /** "_bucket", "_sum" and "_count" of a histogram. */
  readonly suffix?: string;
}

/** The samples of one name, as a target exposes them. */
export interface Family {
  readonly name: string;
  readonly type: "counter" | "gauge" | "histogram";
  readonly help: string;
  readonly samples: readonly Sample[];
}

export function labelsOf(pairs: Readonly<Record<string, string>>): Labels {
  return Object.entries(pairs).sort(([a], [b]) => compareText(a, b));
}

export function family(name: string, type: Family["type"], help: string, samples: readonly (readonly [labels: Readonly<Record<string, string>>, value: number])[]): Family {
  return { name, type, help, samples: samples.map(([labels, value]) => ({ labels: labelsOf(labels), value })) };
}

/** A family of one sample without labels. */
export function single(name: string, type: Family["type"], help: string, value: number): Family {
  return { name, type, help, samples: [{ labels: [], value }] };
}


export const expositionType = "text/plain; version=0.0.4; charset=utf-8; escaping=underscores";

/** In Prometheus' text format: families by name, those without samples left out. */
export function expositionText(families: readonly Family[]): string {
  const shown = families.filter(({ samples }) => samples.length > 0).sort((a, b) => compareText(a.name, b.name));
  return shown.map(({ name, type, help, samples }) => {
    const lines = samples.map(({ labels, value, suffix = "" }) => `${name}${suffix}${labelsText(labels)} ${numberText(value)}\n`);
    // The buckets of a histogram stand in their order, all else is sorted.
    return `# HELP ${name} ${help}\n# TYPE ${name} ${type}\n${(type === "histogram" ? lines : lines.sort(compareText)).join("")}`;
  }).join("");
}

export function labelsText(labels: Labels): string {
  return labels.length === 0 ? "" : `{${labels.map(([name, value]) => `${name}="${escaped(value)}"`).join(",")}}`;
}

function escaped(text: string): string {
  return text.replaceAll("\\", "\\\\").replaceAll('"', '\\"').replaceAll("\n", "\\n");
}

function numberText(value: number): string {
  if (Number.isNaN(value)) return "NaN";
  return Number.isFinite(value) ? String(value) : value > 0 ? "+Inf" : "-Inf";
}
