import { trafficLimits } from "../network/traffic.ts";
import type { TrafficSource } from "../network/traffic.ts";

/** What older recordings may hold; a source sends at most what `trafficLimits` says. */
const mostAsked = 10_000;
const keys: ReadonlySet<string> = new Set(["id", "from", "url", "method", "perSecond", "clients", "keepAlive", "ramp", "burst"]);

function within(value: unknown, least: number, most: number): value is number {
  return typeof value === "number" && value >= least && value <= most;
}

/** Why a source cannot be played, in a sentence with the remedy; null if it can. What comes from outside may be anything. */
export function trafficProblem(source: TrafficSource): string | null {
  const unknown = Object.keys(source).find((key) => !keys.has(key));
  if (unknown !== undefined) return `"${unknown.slice(0, 100)}" is no part of a traffic source: it has ${[...keys].join(", ")}`;
  const { id, url, perSecond, clients, method, keepAlive, from, ramp, burst } = source;
  if (typeof id !== "string" || id === "" || id.length > trafficLimits.idLength) return `id: must be a text of 1 to ${trafficLimits.idLength} characters`;
  if (typeof url !== "string" || url.length > trafficLimits.urlLength || !/^https?:\/\/[^/\s]+/.test(url)) return `url "${String(url).slice(0, 100)}": must begin with http:// or https:// and a host, and have at most ${trafficLimits.urlLength} characters`;
  if (ramp !== undefined && !isRamp(ramp)) return `ramp: must be {"toPerSecond": 0 to ${mostAsked}, "seconds": 1 to ${trafficLimits.rampSeconds}}`;
  if (!within(perSecond, 0, mostAsked)) return `perSecond: must be a number from 0 to ${mostAsked}`;
  if (perSecond === 0 && (ramp?.toPerSecond ?? 0) === 0) return "perSecond: 0 sends nothing; clear the source instead, or give it a ramp";
  if (burst !== undefined && !(Number.isInteger(burst) && within(burst, 1, trafficLimits.burst))) return `burst: must be a whole number from 1 to ${trafficLimits.burst}, the requests that are sent at once`;
  if (!Number.isInteger(clients) || !within(clients, 1, mostAsked)) return `clients: must be a whole number from 1 to ${mostAsked}`;
  if (typeof method !== "string" || !/^[A-Z]{1,20}$/.test(method)) return "method: must be a method of HTTP, as GET";
  if (typeof keepAlive !== "boolean") return "keepAlive: must be true or false";
  const isPod = typeof from === "object" && from !== null && typeof from.namespace === "string" && typeof from.name === "string" && Object.keys(from).length === 2;
  if (from !== "internet" && !isPod) return 'from: must be "internet", or a pod as {"namespace": ..., "name": ...}';
  return null;
}

function isRamp(ramp: unknown): boolean {
  if (typeof ramp !== "object" || ramp === null || Object.keys(ramp).some((key) => key !== "toPerSecond" && key !== "seconds")) return false;
  const { toPerSecond, seconds } = ramp as { readonly toPerSecond?: unknown; readonly seconds?: unknown };
  return within(toPerSecond, 0, mostAsked) && within(seconds, 1, trafficLimits.rampSeconds);
}
