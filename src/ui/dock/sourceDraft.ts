import { trafficLimits, type TrafficSource } from "../../network/traffic.ts";
import { t } from "../language/text.ts";
import { burstEvery } from "../selectors/trafficText.ts";

export const shapes = ["steady", "ramp", "bursts"] as const;
export type Shape = (typeof shapes)[number];

/** A source as its form holds it: every shape's amounts, so that trying another shape loses nothing. */
export interface SourceDraft {
  readonly id: string;
  readonly url: string;
  readonly method: string;
  /** "internet", or "namespace/name" of a pod. */
  readonly from: string;
  readonly shape: Shape;
  readonly perSecond: number;
  readonly toPerSecond: number;
  readonly seconds: number;
  readonly burst: number;
  readonly everySeconds: number;
  readonly clients: number;
  readonly keepAlive: boolean;
}

export type Amount = "perSecond" | "toPerSecond" | "seconds" | "burst" | "everySeconds" | "clients";

export interface AmountField {
  readonly label: string;
  readonly unit: string;
  readonly min: number;
  readonly max: number;
  readonly whole: boolean;
}

export const amounts: Readonly<Record<Amount, AmountField>> = {
  perSecond: { label: t`Rate`, unit: "/s", min: 0, max: trafficLimits.perSecond, whole: false },
  toPerSecond: { label: t`to`, unit: "/s", min: 0, max: trafficLimits.perSecond, whole: false },
  seconds: { label: t`over`, unit: "s", min: 1, max: trafficLimits.rampSeconds, whole: false },
  burst: { label: t`At once`, unit: "", min: 1, max: trafficLimits.burst, whole: true },
  everySeconds: { label: t`every`, unit: "s", min: 0.1, max: 3_600, whole: false },
  clients: { label: t`Clients`, unit: "", min: 1, max: trafficLimits.clients, whole: true },
};

/** The amounts of each shape, in the order in which they are said. */
export const amountsOf: Readonly<Record<Shape, readonly Amount[]>> = { steady: ["perSecond"], ramp: ["perSecond", "toPerSecond", "seconds"], bursts: ["burst", "everySeconds"] };

const blank: SourceDraft = { id: "", url: "http://", method: "GET", from: "internet", shape: "steady", perSecond: 10, toPerSecond: 100, seconds: 60, burst: 50, everySeconds: 10, clients: 8, keepAlive: false };

/** The form for one more source, beside those that are there. */
export function newDraft(sources: readonly TrafficSource[]): SourceDraft {
  const taken = new Set(sources.map(({ id }) => id));
  let number = 1;
  while (taken.has(`visitors-${number}`)) number++;
  return { ...blank, id: `visitors-${number}`, url: sources[0]?.url ?? "http://shop.example.com/" };
}

/** The form of a source that is there. */
export function draftOf(source: TrafficSource): SourceDraft {
  const { id, url, method, from, perSecond, ramp, burst, clients, keepAlive } = source;
  return {
    ...blank, id, url, method, perSecond, clients, keepAlive,
    from: from === "internet" ? from : `${from.namespace}/${from.name}`,
    shape: ramp !== undefined ? "ramp" : burst !== undefined ? "bursts" : "steady",
    ...(ramp === undefined ? {} : ramp),
    ...(burst === undefined ? {} : { burst, everySeconds: burstEvery(source) }),
  };
}

/** What the form says. */
export function sourceOf(draft: SourceDraft): TrafficSource {
  const { id, url, method, from, shape, clients, keepAlive } = draft;
  const slash = from.indexOf("/");
  return {
    id: id.trim(), url: url.trim(), method, clients, keepAlive,
    from: slash < 0 ? "internet" : { namespace: from.slice(0, slash), name: from.slice(slash + 1) },
    perSecond: shape === "bursts" ? draft.burst / draft.everySeconds : draft.perSecond,
    ...(shape === "ramp" ? { ramp: { toPerSecond: draft.toPerSecond, seconds: draft.seconds } } : {}),
    ...(shape === "bursts" ? { burst: draft.burst } : {}),
  };
}
