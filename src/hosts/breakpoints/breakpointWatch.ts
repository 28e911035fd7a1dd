import { isJsonObject } from "../../base/json.ts";
import { guardBreakpoints } from "../../cluster/breakpointGuard.ts";
import type { Breakpoint, BreakpointHit } from "../../cluster/breakpoints.ts";
import type { FlowRecord } from "../../network/packet.ts";
import { second, type SimTime } from "../../sim/time.ts";
import type { WindowNews } from "../coordinator.ts";
import type { KnownObject, ObjectTable } from "../objectTable.ts";
import { becomes, type Became } from "./becomes.ts";
import { interestOf } from "./interest.ts";

/** Waits for what breakpoints name. Only what becomes true counts: what held when they were set does not pause anything. */
export class BreakpointWatch {
  private readonly breakpoints: readonly Breakpoint[];
  private readonly table: ObjectTable;
  /** Whatever one would want to look at counts too. */
  private readonly skips: boolean;
  private seenUntil: SimTime;
  private hit: BreakpointHit | null = null;

  constructor(breakpoints: readonly Breakpoint[], table: ObjectTable, now: SimTime, skips: boolean) {
    this.breakpoints = breakpoints;
    this.table = table;
    this.skips = skips;
    this.seenUntil = now;
  }

  /** One write to an object, as the observer sees it. */
  changed(before: KnownObject | undefined, after: KnownObject | null, at: SimTime): void {
    for (const { id, condition } of this.breakpoints) {
      const became = becomes(condition, before, after, this.table);
      if (became !== null) this.noteOf(id, at, became);
    }
    const interest = this.skips ? interestOf(before, after, this.table) : null;
    if (interest !== null) this.noteOf("", at, interest);
  }

  /** What happened on the wire. */
  add(news: WindowNews): void {
    const waiting = this.breakpoints.find(({ condition }) => condition.type === "requestFailed");
    if (waiting === undefined && !this.skips) return;
    for (const { at, body } of news.trace) {
      if (!isJsonObject(body) || body["type"] !== "flow") continue;
      const { id, failure } = (body as unknown as { readonly flow: FlowRecord }).flow;
      if (failure !== null) this.note({ id: waiting?.id ?? "", at, text: "A request failed", select: { type: "flow", id } });
    }
  }

  /** The next time that a breakpoint names. */
  nextAt(): SimTime | null {
    let next: SimTime | null = null;
    for (const { condition } of this.breakpoints) if (condition.type === "time" && condition.at > this.seenUntil && (next === null || condition.at < next)) next = condition.at;
    return next;
  }

  /** What was hit up to now, once; the earliest where there are several. */
  take(now: SimTime): BreakpointHit | null {
    for (const { id, condition } of this.breakpoints) {
      if (condition.type !== "time" || condition.at <= this.seenUntil || condition.at > now) continue;
      this.note({ id, at: condition.at, text: `It is ${(condition.at / second).toFixed(3)} s`, select: null });
    }
    this.seenUntil = now;
    const { hit } = this;
    this.hit = null;
    return hit;
  }

  private noteOf(id: string, at: SimTime, { text, uid }: Became): void {
    this.note({ id, at, text, select: uid === null ? null : { type: "object", uid } });
  }

  private note(hit: BreakpointHit): void {
    if (this.hit === null || hit.at < this.hit.at) this.hit = hit;
  }
}

/** Waits from now on for those that are enabled, and with `skips` for all that is of interest; null where nothing is waited for. What is no list of breakpoints is refused. */
export function watchFor(breakpoints: unknown, table: ObjectTable, now: SimTime, skips = false): BreakpointWatch | null {
  const guarded = guardBreakpoints(breakpoints);
  if ("wrong" in guarded) throw new Error(`these are no breakpoints (${guarded.wrong})`);
  const enabled = guarded.breakpoints.filter((one) => one.enabled);
  return enabled.length === 0 && !skips ? null : new BreakpointWatch(enabled, table, now, skips);
}
