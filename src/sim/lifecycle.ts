import type { CauseId, ProcessEvent } from "./process.ts";
import type { Pending, ProcessRecord } from "./processRecord.ts";
import type { TraceEntry } from "./recording.ts";
import { addTime, minute, second, type SimTime } from "./time.ts";
import type { Wire } from "./wire.ts";

export const firstBackOffUs = second;
const longestBackOffUs = minute;
/** A process that ran this long starts its back-off from the beginning, as the kubelet does. */
const backOffForgottenAfterUs = 10 * minute;

export interface LifecycleHost {
  readonly now: SimTime;
  readonly wire: Wire;
  isPowered(group: string): boolean;
  push(item: Pending): void;
  trace(entry: TraceEntry): void;
  /** A process came up or went down. */
  noteLifeChange(): void;
}

/** Processes start, crash, wait for their restart and end. What they lose and keep is decided here. */
export class Lifecycle {
  private readonly host: LifecycleHost;

  constructor(host: LifecycleHost) {
    this.host = host;
  }

  startAt(record: ProcessRecord, at: SimTime, cause: CauseId): void {
    record.startSeq = ++record.seq;
    const event: ProcessEvent = { type: "start", incarnation: record.incarnation + 1 };
    this.host.push({ readyAt: at, at, from: record.id, seq: record.startSeq, to: record.id, cause, event, record, dropped: false });
  }

  /** A start event has come up. False where the process must not, or cannot, start. */
  bringUp(record: ProcessRecord, item: Pending): boolean {
    const { now } = this.host;
    record.startSeq = null;
    if (record.instance !== null || record.wanted === "stopped" || !this.host.isPowered(record.group)) return false;
    record.incarnation++;
    record.startedAt = now;
    record.busyUntil = now;
    this.host.noteLifeChange();
    try {
      record.instance = record.factory.create();
    } catch (thrown) {
      this.crash(record, reasonOf(thrown), item.cause);
      return false;
    }
    return true;
  }

  crash(record: ProcessRecord, reason: string, cause: CauseId): void {
    const { now } = this.host;
    if (now - record.startedAt >= backOffForgottenAfterUs) record.nextBackOffUs = firstBackOffUs;
    const restartAt = addTime(now, record.nextBackOffUs);
    record.nextBackOffUs = Math.min(record.nextBackOffUs * 2, longestBackOffUs);
    this.host.trace({ at: now, process: record.id, cause, body: { type: "crash", reason, incarnation: record.incarnation, restartAt } });
    this.takeDown(record, cause, true);
    this.startAt(record, restartAt, cause);
  }

  /** The instance goes, with its timers, its connections and all that waited for it. */
  takeDown(record: ProcessRecord, cause: CauseId, tellPeers: boolean): void {
    const { now, wire } = this.host;
    record.instance = null;
    record.startSeq = null;
    record.busyUntil = now;
    record.timers.clear();
    this.host.noteLifeChange();
    const lost = record.waiting === null ? [] : [record.waiting, ...record.deferred.slice(record.deferredFrom)];
    record.waiting = null;
    record.deferred = [];
    record.deferredFrom = 0;
    wire.dropEnds(record, cause, now, tellPeers);
    for (const item of lost) {
      item.dropped = true;
      if (tellPeers) wire.refuse(record, item, now);
    }
  }
}

export function reasonOf(thrown: unknown): string {
  return thrown instanceof Error ? thrown.message : String(thrown);
}
