// Follows pkg/controller/job/indexed_job_utils.go: sets of indexes as sorted, disjoint intervals, "1,3-5,7".

export type Intervals = readonly (readonly [first: number, last: number])[];

/** What cannot be read is skipped, and indexes beyond the completions are cut off: an elastic Job may have shrunk. */
export function parseIntervals(text: string, completions: number): Intervals {
  const found: (readonly [number, number])[] = [];
  if (text === "") return found;
  for (const part of text.split(",")) {
    const [first = Number.NaN, last = first] = part.split("-").map((number) => (/^[+-]?[0-9]+$/.test(number) ? Number(number) : Number.NaN));
    if (first >= completions) break;
    if (Number.isNaN(first) || Number.isNaN(last)) continue;
    found.push([first, Math.min(last, completions - 1)]);
  }
  return merged(found, []);
}

/** Of single indexes, in any order. */
export function intervalsOf(indexes: Iterable<number>): Intervals {
  const sorted = [...indexes].sort((a, b) => a - b);
  return merged(sorted.map((index) => [index, index] as const), []);
}

export function merged(a: Intervals, b: Intervals): Intervals {
  const all = [...a, ...b].sort((x, y) => x[0] - y[0]);
  const result: [number, number][] = [];
  for (const [first, last] of all) {
    const before = result[result.length - 1];
    if (before === undefined || first > before[1] + 1) result.push([first, last]);
    else if (before[1] < last) before[1] = last;
  }
  return result;
}

export function total(intervals: Intervals): number {
  return intervals.reduce((sum, [first, last]) => sum + last - first + 1, 0);
}

export function has(intervals: Intervals, index: number): boolean {
  return intervals.some(([first, last]) => first <= index && index <= last);
}

/** How many indexes both have. */
export function overlap(a: Intervals, b: Intervals): number {
  let count = 0;
  for (const [first, last] of a) for (const [from, to] of b) count += Math.max(0, Math.min(last, to) - Math.max(first, from) + 1);
  return count;
}

/** Two neighbours are written "1,2", three or more "1-3". */
export function intervalsText(intervals: Intervals): string {
  return intervals.map(([first, last]) => (first === last ? `${first}` : `${first}${last === first + 1 ? "," : "-"}${last}`)).join(",");
}

/** The first `count` indexes below `completions` that are in no interval. */
export function firstOutside(taken: Intervals, count: number, completions: number): readonly number[] {
  const found: number[] = [];
  let candidate = 0;
  for (const [first, last] of [...taken, [completions, completions] as const]) {
    for (; candidate < Math.min(first, completions) && found.length < count; candidate++) found.push(candidate);
    candidate = Math.max(candidate, last + 1);
  }
  return found;
}
