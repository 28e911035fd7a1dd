import type { TrafficSource } from "../../network/traffic.ts";
import { plural, t } from "../language/text.ts";

/** "40", "2.5", "1.2k": a rate in as few letters as tell it. */
export function shortRate(perSecond: number): string {
  if (perSecond >= 1_000) return `${(perSecond / 1_000).toFixed(perSecond < 10_000 ? 1 : 0)}k`;
  if (perSecond >= 10 || Number.isInteger(perSecond)) return String(Math.round(perSecond));
  return String(Number(perSecond.toFixed(perSecond < 1 ? 2 : 1)));
}

/** What sources send together: "40/s"; on a ramp "10–200/s". */
export function rateText(sources: readonly TrafficSource[]): string {
  const from = sources.reduce((sum, { perSecond }) => sum + perSecond, 0);
  const to = sources.reduce((sum, { perSecond, ramp }) => sum + (ramp?.toPerSecond ?? perSecond), 0);
  return from === to ? `${shortRate(from)}/s` : `${shortRate(from)}\u2013${shortRate(to)}/s`;
}

function spanWords(seconds: number): string {
  return `${Number(seconds.toFixed(2))} s`;
}

/** The seconds between two bursts of a source that sends them. */
export function burstEvery({ burst = 1, perSecond }: Pick<TrafficSource, "burst" | "perSecond">): number {
  return perSecond <= 0 ? 0 : Number((burst / perSecond).toFixed(3));
}

/** A source's shape in words: "10 to 200 a second over 60 s, from 8 clients". */
export function shapeText(source: TrafficSource): string {
  const { perSecond, ramp, burst, clients, keepAlive } = source;
  const rate = ramp !== undefined ? t`${perSecond} to ${ramp.toPerSecond} a second over ${spanWords(ramp.seconds)}${burst === undefined ? "" : t`, ${burst} at once`}` : burst !== undefined ? t`${burst} at once every ${spanWords(burstEvery(source))}` : `${Number(perSecond.toFixed(3))} a second`;
  return t`${rate} from ${clients} ${plural(clients, "client", "clients")}${keepAlive ? "" : t`, a connection each`}`;
}
