import type { Json } from "../base/json.ts";

const units: Readonly<Record<string, number>> = { h: 3_600, m: 60, s: 1, ms: 0.001 };

/** Seconds of "1m30s"; null where it is no such duration. */
export function durationSeconds(duration: Json | undefined): number | null {
  if (duration === undefined || duration === "0") return 0;
  if (typeof duration !== "string" || duration.length > 32 || !/^(\d+(\.\d+)?(h|ms|m|s))+$/.test(duration)) return null;
  let sum = 0;
  for (const [, amount = "", , unit = ""] of duration.matchAll(/(\d+(\.\d+)?)(h|ms|m|s)/g)) sum += Number(amount) * (units[unit] ?? 0);
  return sum;
}
