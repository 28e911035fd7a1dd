// Follows prometheus' promql/functions.go.

/** The samples of one series in a range, oldest first: times in microseconds. */
export interface Samples {
  readonly times: readonly number[];
  readonly values: readonly number[];
}

/** From what was seen to the whole range, as Prometheus guesses it (extrapolatedRate). Null where there are less than two samples. */
export function extrapolated({ times, values }: Samples, fromUs: number, toUs: number, kind: "rate" | "increase" | "delta"): number | null {
  const count = values.length;
  if (count < 2) return null;
  const first = values[0] as number;
  const firstUs = times[0] as number;
  const lastUs = times[count - 1] as number;
  let result = (values[count - 1] as number) - first;
  if (kind !== "delta") for (let at = 1; at < count; at++) if ((values[at] as number) < (values[at - 1] as number)) result += values[at - 1] as number;
  const sampled = lastUs - firstUs;
  const average = sampled / (count - 1);
  let toStart = firstUs - fromUs;
  let toEnd = toUs - lastUs;
  if (toStart >= average * 1.1) toStart = average / 2;
  // A counter is never guessed to have been below zero.
  if (kind !== "delta" && result > 0 && first >= 0) toStart = Math.min(toStart, sampled * (first / result));
  if (toEnd >= average * 1.1) toEnd = average / 2;
  const whole = (result * (sampled + toStart + toEnd)) / sampled;
  return kind === "rate" ? whole / ((toUs - fromUs) / 1e6) : whole;
}

/** By the last two samples alone. */
export function instantRate({ times, values }: Samples): number | null {
  const count = values.length;
  if (count < 2) return null;
  const last = values[count - 1] as number;
  const before = values[count - 2] as number;
  return (last < before ? last : last - before) / (((times[count - 1] as number) - (times[count - 2] as number)) / 1e6);
}

/** Of the values of a range. */
export const overTime: ReadonlyMap<string, (values: readonly number[]) => number> = new Map([
  ["avg_over_time", (values) => values.reduce((sum, value) => sum + value, 0) / values.length],
  ["sum_over_time", (values) => values.reduce((sum, value) => sum + value, 0)],
  ["min_over_time", (values) => Math.min(...values)],
  ["max_over_time", (values) => Math.max(...values)],
  ["count_over_time", (values) => values.length],
  ["last_over_time", (values) => values[values.length - 1] as number],
  ["changes", (values) => steps(values, (before, value) => value !== before && !(Number.isNaN(value) && Number.isNaN(before)))],
  ["resets", (values) => steps(values, (before, value) => value < before)],
]);

function steps(values: readonly number[], counts: (before: number, value: number) => boolean): number {
  let count = 0;
  for (let at = 1; at < values.length; at++) if (counts(values[at - 1] as number, values[at] as number)) count++;
  return count;
}

/** The value below which a share `q` of what the cumulative buckets counted lies. Follows promql/quantile.go, bucketQuantile. */
export function bucketQuantile(q: number, buckets: readonly { readonly upTo: number; readonly count: number }[]): number {
  if (Number.isNaN(q)) return NaN;
  if (q < 0) return -Infinity;
  if (q > 1) return Infinity;
  const sorted = [...buckets].sort((a, b) => a.upTo - b.upTo);
  if (sorted.length < 2 || sorted[sorted.length - 1]?.upTo !== Infinity) return NaN;
  // Rates of buckets that were not read at once may fall where they must not.
  const counts: number[] = [];
  for (const { count } of sorted) counts.push(Math.max(count, counts[counts.length - 1] ?? 0));
  const all = counts[counts.length - 1] as number;
  if (all === 0) return NaN;
  const rank = q * all;
  const at = counts.findIndex((count) => count >= rank);
  const bound = (index: number): number => (sorted[index] as { upTo: number }).upTo;
  if (at === sorted.length - 1) return bound(sorted.length - 2);
  if (at === 0 && bound(0) <= 0) return bound(0);
  const start = at === 0 ? 0 : bound(at - 1);
  const before = at === 0 ? 0 : (counts[at - 1] as number);
  const within = (counts[at] as number) - before;
  return within === 0 ? start : start + (bound(at) - start) * ((rank - before) / within);
}
