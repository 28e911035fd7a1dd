import type { ObjectKey } from "../apimachinery/gvk.ts";

/** A source of HTTP requests, from the internet (through a load balancer or node port) or from inside a pod. */
export interface TrafficSource {
  readonly id: string;
  readonly from: "internet" | ObjectKey;
  readonly url: string;
  readonly method: string;
  /** At its beginning, where it has a ramp. */
  readonly perSecond: number;
  readonly clients: number;
  readonly keepAlive: boolean;
  /** The rate goes to another one, evenly, and stays there; 0 ends the source. */
  readonly ramp?: TrafficRamp;
  /** So many requests set out at once, as often as keeps the rate: 50 at a rate of 10 are 50 every five seconds. Without it one by one. */
  readonly burst?: number;
}

export interface TrafficRamp {
  readonly toPerSecond: number;
  readonly seconds: number;
}

/** What a source may have at most. */
export const trafficLimits = { perSecond: 5_000, clients: 1_000, burst: 1_000, rampSeconds: 86_400, urlLength: 2_048, idLength: 253 } as const;

/** Requests that are sent until the rate has got where it goes. */
function sentByRamp(from: number, to: number, seconds: number): number {
  return ((from + to) / 2) * seconds;
}

/**
 * Microseconds from the start of a source to its n-th request (from 0 on); null where it has ended before. Counted from the start, so
 * that nothing drifts at any rate. On a ramp n = from * t + (to - from) * t * t / (2 * seconds), solved for t without cancellation.
 */
export function dueUs(source: TrafficSource, n: number): number | null {
  const first = source.burst === undefined ? n : Math.floor(n / source.burst) * source.burst;
  const from = Math.min(trafficLimits.perSecond, source.perSecond);
  if (source.ramp === undefined) return from <= 0 ? null : Math.floor((first * 1_000_000) / from);
  const { seconds } = source.ramp;
  const to = Math.min(trafficLimits.perSecond, source.ramp.toPerSecond);
  const climbing = sentByRamp(from, to, seconds);
  if (first > climbing) return to <= 0 ? null : Math.floor((seconds + (first - climbing) / to) * 1_000_000);
  if (first === 0) return 0;
  return Math.floor(((2 * first) / (from + Math.sqrt(Math.max(0, from * from + (2 * (to - from) * first) / seconds)))) * 1_000_000);
}

/** How far a client may be off the even beat: less than the time between two requests at the highest rate. Those of a burst are not. */
export function jitterLimitUs(source: TrafficSource): number {
  const fastest = Math.min(trafficLimits.perSecond, Math.max(source.perSecond, source.ramp?.toPerSecond ?? 0));
  if (source.burst !== undefined || fastest <= 0) return 0;
  return Math.max(0, Math.min(Math.floor(1_000_000 / fastest) - 1, 1_000_000));
}
