import type { MetricsAnswer } from "../../hosts/protocol.ts";
import { t } from "../language/text.ts";
import { cpuText, memoryText } from "../selectors/amountText.ts";

export type Unit = "cores" | "bytes" | "seconds" | "perSecond" | "count" | "plain";

/** A query and what it is called: "{pod}" stands for that label. What is asked for and what is allowed are drawn as rules, not as curves. */
export interface Line {
  readonly query: string;
  readonly name: string;
  readonly role: "use" | "request" | "limit";
}

export interface Curve {
  readonly key: string;
  readonly name: string;
  readonly role: Line["role"];
  readonly points: MetricsAnswer["series"][number]["points"];
}

/** More are not told apart in a small picture. */
const mostCurves = 6;

/** What is drawn of the answers: of many curves those that end highest, and how many were left off. */
export function curvesOf(lines: readonly Line[], answers: readonly MetricsAnswer[]): { readonly curves: readonly Curve[]; readonly more: number } {
  const all = lines.flatMap((line, index) => (answers[index]?.series ?? []).map(({ labels, points }, at): Curve => ({ key: `${index}/${at}`, name: nameOf(line.name, labels), role: line.role, points: points.filter(([, value]) => Number.isFinite(value)) })));
  const shown = all.filter(({ points }) => points.length > 0);
  const uses = shown.filter(({ role }) => role === "use");
  const last = ({ points }: Curve): number => points[points.length - 1]?.[1] ?? 0;
  const kept = new Set(uses.length <= mostCurves ? uses : [...uses].sort((a, b) => last(b) - last(a)).slice(0, mostCurves));
  const more = uses.length - kept.size + answers.reduce((sum, answer) => sum + answer.more, 0);
  return { curves: shown.filter((curve) => curve.role !== "use" || kept.has(curve)), more };
}

/** "" : all labels, as a query shows them. */
function nameOf(template: string, labels: readonly (readonly [string, string])[]): string {
  if (template !== "") return template.replaceAll(/\{(\w+)\}/g, (_, label: string) => labels.find(([name]) => name === label)?.[1] ?? "");
  const name = labels.find(([label]) => label === "__name__")?.[1] ?? "";
  const others = labels.filter(([label]) => label !== "__name__").map(([label, value]) => `${label}="${value}"`);
  return others.length === 0 ? name || "value" : `${name}{${others.join(", ")}}`;
}

/** Round steps up to at least `most`, from zero: three or so, of the kind in which the unit is counted. */
export function ticksOf(most: number, unit: Unit): readonly number[] {
  if (!(most > 0)) return [0, unit === "bytes" ? 1024 * 1024 : 1];
  const raw = most / 3;
  const base = unit === "bytes" ? 2 ** Math.floor(Math.log2(raw)) : 10 ** Math.floor(Math.log10(raw));
  const step = Math.max(unit === "count" ? 1 : 0, (unit === "bytes" ? [1, 2] : [1, 2, 5, 10]).map((factor) => factor * base).find((each) => each >= raw * 0.999) ?? base);
  const ticks = [0];
  while ((ticks[ticks.length - 1] as number) < most * 0.999) ticks.push(Number((step * ticks.length).toPrecision(12)));
  return ticks;
}

export function valueText(value: number, unit: Unit): string {
  switch (unit) {
    case "cores": {
      const milli = value * 1000;
      return milli > 0 && milli < 1 ? "<1m" : cpuText(milli < 10 ? Number(milli.toFixed(1)) : Math.round(milli));
    }
    case "bytes":
      return memoryText(value);
    case "seconds":
      return value < 1 ? t`${shortNumber(value * 1000)} ms` : `${shortNumber(value)} s`;
    case "perSecond":
      return `${shortNumber(value)}/s`;
    case "count":
    case "plain":
      return shortNumber(value);
  }
}

/** Three digits that matter: "0.032", "4.2", "1.35k", "12M". */
export function shortNumber(value: number): string {
  const size = Math.abs(value);
  const [divisor, suffix] = size >= 1e9 ? [1e9, "G"] : size >= 1e6 ? [1e6, "M"] : size >= 1e4 ? [1e3, "k"] : [1, ""];
  return `${Number((value / (divisor as number)).toPrecision(3))}${suffix}`;
}

/** An SVG path; a hole in time is a hole in the line, and a lone point a short dash. */
export function pathOf(points: Curve["points"], x: (atUs: number) => number, y: (value: number) => number, stepUs: number): string {
  let path = "";
  for (const [index, [atUs, value]] of points.entries()) {
    const before = points[index - 1];
    const joined = before !== undefined && atUs - before[0] <= stepUs * 1.5;
    const next = points[index + 1];
    path += `${joined ? "L" : "M"}${x(atUs).toFixed(1)} ${y(value).toFixed(1)}`;
    if (!joined && (next === undefined || next[0] - atUs > stepUs * 1.5)) path += "h2";
  }
  return path;
}

/** What a curve was at the step next to a time; null: it was not there. */
export function valueAt(points: Curve["points"], atUs: number, stepUs: number): number | null {
  let found: number | null = null;
  let nearest = stepUs * 0.51;
  for (const [pointUs, value] of points) {
    const distance = Math.abs(pointUs - atUs);
    if (distance > nearest) continue;
    nearest = distance;
    found = value;
  }
  return found;
}

export const spans = [
  { seconds: 300, label: t`5 min`, steps: 20 },
  { seconds: 900, label: t`15 min`, steps: 60 },
  { seconds: 3600, label: "1 h", steps: 120 },
] as const;
export type Span = (typeof spans)[number];
