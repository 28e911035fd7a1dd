// Follows pkg/apis/batch/validation/validation.go: "1,3-5,7", the indexes of an Indexed Job.
import { goQuote } from "../../../apimachinery/goFormat.ts";

type Interval = readonly [first: number, last: number];

/** How many indexes the text names, or what is wrong with it. */
export function countIndexes(text: string, completions: number): number | string {
  if (text === "") return 0;
  let last: number | null = null;
  let total = 0;
  for (const part of text.split(",")) {
    const interval = parseInterval(part, completions);
    if (typeof interval === "string") return interval;
    if (last !== null && last >= interval[0]) return `non-increasing order, previous: ${last}, current: ${interval[0]}`;
    total += interval[1] - interval[0] + 1;
    last = interval[1];
  }
  return total;
}

function parseInterval(text: string, completions: number): Interval | string {
  const parts = text.split("-");
  if (parts.length > 2) return `the fragment ${goQuote(text)} violates the requirement that an index interval can have at most two parts separated by '-'`;
  const numbers: number[] = [];
  for (const part of parts) {
    if (!/^\+?[0-9]+$/.test(part)) return `cannot convert string to integer for index: ${goQuote(part)}`;
    const value = Number(part);
    if (value >= completions) return `too large index: ${goQuote(part)}`;
    numbers.push(value);
  }
  const [first = 0, last = first] = numbers;
  return parts.length > 1 && first >= last ? `non-increasing order, previous: ${first}, current: ${last}` : [first, last];
}

/** The first index that both texts name; null where there is none. What cannot be read is told elsewhere. */
export function firstOverlap(completed: string, failed: string, completions: number): number | null {
  const [a, b] = [intervals(completed, completions), intervals(failed, completions)];
  let i = 0;
  let j = 0;
  while (i < a.length && j < b.length) {
    const [x, y] = [a[i] as Interval, b[j] as Interval];
    if (x[0] <= y[1] && y[0] <= x[1]) return Math.max(x[0], y[0]);
    if (x[0] <= y[0]) i++;
    else j++;
  }
  return null;
}

function intervals(text: string, completions: number): readonly Interval[] {
  return text === "" ? [] : text.split(",").map((part) => parseInterval(part, completions)).filter((interval): interval is Interval => typeof interval !== "string");
}
