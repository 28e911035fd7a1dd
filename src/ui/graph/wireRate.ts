import type { FlowCount } from "../../hosts/protocol.ts";
import { internetId, type TrafficModel, type Wire } from "../selectors/trafficModel.ts";
import { flowRoute } from "./flowRoute.ts";

/** What goes over a wire. */
export interface WireRate {
  readonly perSecond: number;
  /** Those that ended badly right after it. */
  readonly failedPerSecond: number;
  /** From a client's first packet to its answer, on average over those that were answered; null where none was. */
  readonly meanUs: number | null;
}

/** More rates than that nobody reads. */
const mostShown = 24;

/** Rates of wires by their ids, from the requests of the last seconds. Pure. */
export function wireRates(counts: readonly FlowCount[], seconds: number, model: TrafficModel, podUids: ReadonlyMap<string, string>): ReadonlyMap<string, WireRate> {
  const sums = new Map<string, { count: number; failed: number; answered: number; tookUs: number }>();
  for (const { flow, count, tookUs } of counts) {
    const { stops, failed } = flowRoute(model, podUids, flow);
    for (let at = 1; at < stops.length; at++) {
      const id = `${stops[at - 1] ?? ""}>${stops[at] ?? ""}`;
      const sum = sums.get(id) ?? { count: 0, failed: 0, answered: 0, tookUs: 0 };
      sum.count += count;
      if (!failed) {
        sum.answered += count;
        sum.tookUs += tookUs;
      } else if (at === stops.length - 1) sum.failed += count;
      sums.set(id, sum);
    }
  }
  return new Map([...sums].map(([id, { count, failed, answered, tookUs }]) => [id, { perSecond: count / seconds, failedPerSecond: failed / seconds, meanUs: answered === 0 ? null : Math.round(tookUs / answered) }]));
}

/** Which wires say their rate: those up to the services always; those to pods where something fails, or one of their ends is selected. */
export function wiresThatTell(wires: readonly Wire[], rates: ReadonlyMap<string, WireRate>, services: ReadonlySet<string>, selected: string | null): readonly Wire[] {
  const tells = ({ id, from, to }: Wire): boolean => {
    const rate = rates.get(id);
    if (rate === undefined) return false;
    return from === internetId || services.has(to) || rate.failedPerSecond > 0 || selected === from || selected === to;
  };
  return wires.filter(tells).slice(0, mostShown);
}
