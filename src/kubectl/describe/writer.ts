import { parseRfc3339 } from "../../base/rfc3339.ts";
import type { Json, JsonObject } from "../../base/json.ts";
import { listOf, metaOf, objectOf, textOf } from "../host.ts";
import { alignTabs, describeTable } from "../output/tabWriter.ts";

/** Lines with tabs between their cells; what was flushed is laid out by itself. Follows describe.go's PrefixWriter. */
export class DescribeWriter {
  private done = "";
  private pending = "";

  /** `level`: two spaces each. */
  write(level: number, text: string): void {
    this.pending += "  ".repeat(level) + text;
  }
  line(level: number, text: string): void {
    this.write(level, `${text}\n`);
  }
  flush(): void {
    this.done += alignTabs(this.pending, describeTable);
    this.pending = "";
  }
  /** What was written, with its tabs. */
  raw(): string {
    return this.pending;
  }
  text(): string {
    this.flush();
    return this.done;
  }
}

const days = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"];
const months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/** A timestamp as Go's RFC1123Z, in UTC: "Mon, 02 Jan 2006 15:04:05 +0000". */
export function longTime(value: Json | undefined): string {
  const us = typeof value === "string" ? parseRfc3339(value) : null;
  if (us === null) return "Mon, 01 Jan 0001 00:00:00 +0000";
  const seconds = Math.floor(us / 1_000_000);
  const day = Math.floor(seconds / 86_400);
  const rest = seconds - day * 86_400;
  const { year, month, date } = civil(day);
  const two = (amount: number) => String(amount).padStart(2, "0");
  return `${days[(((day + 4) % 7) + 7) % 7]}, ${two(date)} ${months[month - 1]} ${year} ${two(Math.floor(rest / 3600))}:${two(Math.floor(rest / 60) % 60)}:${two(rest % 60)} +0000`;
}

/** The date of a day since 1970 (Howard Hinnant's civil_from_days). */
function civil(day: number): { readonly year: number; readonly month: number; readonly date: number } {
  const shifted = day + 719_468;
  const era = Math.floor(shifted / 146_097);
  const ofEra = shifted - era * 146_097;
  const yearOfEra = Math.floor((ofEra - Math.floor(ofEra / 1460) + Math.floor(ofEra / 36_524) - Math.floor(ofEra / 146_096)) / 365);
  const dayOfYear = ofEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100));
  const shiftedMonth = Math.floor((5 * dayOfYear + 2) / 153);
  const month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9;
  return { year: yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, date: dayOfYear - Math.floor((153 * shiftedMonth + 2) / 5) + 1 };
}

/** "Labels:  a=1" and the others below it; `<none>` where there are none. */
export function multiline(w: DescribeWriter, title: string, map: JsonObject, indent = ""): void {
  const keys = Object.keys(map).sort();
  w.write(0, `${indent}${title}:\t`);
  if (keys.length === 0) w.write(0, "<none>\n");
  keys.forEach((key, at) => w.write(0, `${at === 0 ? "" : `${indent}\t`}${key}=${textOf(map[key])}\n`));
}

const longestAnnotation = 140;
const hidden = "kubectl.kubernetes.io/last-applied-configuration";

/** Annotations: those with line breaks, and long ones, below their key. */
export function annotationLines(w: DescribeWriter, title: string, map: JsonObject, indent = ""): void {
  const keys = Object.keys(map).filter((key) => key !== hidden).sort();
  w.write(0, `${indent}${title}:\t`);
  if (keys.length === 0) w.write(0, "<none>\n");
  keys.forEach((key, at) => {
    if (at > 0) w.write(0, `${indent}\t`);
    const value = textOf(map[key]).replace(/\n$/, "");
    if (value.length + key.length + 2 > longestAnnotation || value.includes("\n")) {
      w.write(0, `${key}:\n`);
      for (const line of value.split("\n")) w.write(0, `${indent}\t  ${line.length > longestAnnotation - 2 ? `${line.slice(0, longestAnnotation - 2)}...` : line}\n`);
    } else w.write(0, `${key}: ${value}\n`);
  });
}

export function labelsOf(object: JsonObject): JsonObject {
  return objectOf(metaOf(object)["labels"]);
}

export function annotationsOf(object: JsonObject): JsonObject {
  return objectOf(metaOf(object)["annotations"]);
}

/** "ReplicaSet/web-1", "" where nobody controls it. */
export function controllerOf(object: JsonObject): string {
  const owner = listOf(metaOf(object)["ownerReferences"]).find((one) => one["controller"] === true);
  return owner === undefined ? "" : `${textOf(owner["kind"])}/${textOf(owner["name"])}`;
}

export function numberOf(value: Json | undefined): number {
  return typeof value === "number" ? value : 0;
}

/** Go's %v of a list of texts. */
export function goList(value: Json | undefined): string {
  return `[${Array.isArray(value) ? value.map(String).join(" ") : ""}]`;
}
