import { compareText } from "../../base/compareText.ts";
import type { Family, Labels, Sample } from "./families.ts";

const suffixes = ["_bucket", "_sum", "_count"] as const;
const label = /([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\]|\\.)*)"/y;
const meant: Readonly<Record<string, string>> = { n: "\n", "\\": "\\", '"': '"' };

/** Reads what a target exposes in Prometheus' text format, as a scraper does; families that are of no interest are passed over. */
export function parseExposition(text: string, keeps: (name: string) => boolean): readonly Family[] {
  const families: Family[] = [];
  let samples: Sample[] | null = null;
  let name = "";
  let start = 0;
  while (start < text.length) {
    const newline = text.indexOf("\n", start);
    const end = newline < 0 ? text.length : newline;
    if (text.startsWith("# TYPE ", start)) {
      const [, , found = "", type = ""] = text.slice(start, end).split(" ");
      name = found;
      samples = null;
      if (keeps(name) && (type === "counter" || type === "gauge" || type === "histogram")) {
        samples = [];
        families.push({ name, type, help: "", samples });
      }
    } else if (samples !== null && text[start] !== "#" && end > start) {
      const sample = sampleOf(text.slice(start, end), name);
      if (sample !== null) samples.push(sample);
    }
    start = end + 1;
  }
  return families;
}

function sampleOf(line: string, family: string): Sample | null {
  const ends = line.search(/[{ ]/);
  if (ends < 0) return null;
  const suffix = suffixes.find((each) => line.slice(0, ends) === `${family}${each}`);
  if (suffix === undefined && line.slice(0, ends) !== family) return null;
  let at = ends;
  const labels: (readonly [string, string])[] = [];
  if (line[at] === "{") {
    at++;
    while (line[at] !== "}") {
      label.lastIndex = at;
      const found = label.exec(line);
      if (found === null) return null;
      labels.push([found[1] ?? "", (found[2] ?? "").replace(/\\(.)/g, (_, each: string) => (Object.hasOwn(meant, each) ? (meant[each] ?? each) : each))]);
      at = label.lastIndex;
      if (line[at] === ",") at++;
    }
    at++;
  }
  const value = line.slice(at).trim().split(" ")[0] ?? "";
  const sorted: Labels = labels.sort(([a], [b]) => compareText(a, b));
  return { labels: sorted, value: value === "+Inf" ? Infinity : value === "-Inf" ? -Infinity : Number(value), ...(suffix === undefined ? {} : { suffix }) };
}
