import type { LinkTable } from "./link.ts";
import type { CauseId, ProcessEvent, ProcessId } from "./process.ts";
import type { Pending, ProcessRecord } from "./processRecord.ts";
import type { SimTime } from "./time.ts";
import type { Wire } from "./wire.ts";

export interface HandOverHost {
  readonly now: SimTime;
  readonly wire: Wire;
  readonly links: LinkTable;
  record(process: ProcessId): ProcessRecord | undefined;
  handle(record: ProcessRecord, event: ProcessEvent, cause: CauseId, readyAt: SimTime): void;
  /** As what comes up in the queue: now, or once its process is free. */
  take(item: Pending): void;
}

interface Handed {
  readonly sender: ProcessRecord;
  readonly record: ProcessRecord;
  readonly event: ProcessEvent;
  readonly cause: CauseId;
  readonly leaveAt: SimTime;
}

/**
 * What processes of one group hand to each other within one moment (ProcessContext.handOver). It follows from the event in hand and from
 * nothing else, so it is neither queued nor a part of the digest.
 */
export class HandOvers {
  private readonly host: HandOverHost;
  private handed: Handed[] = [];

  constructor(host: HandOverHost) {
    this.host = host;
  }

  add(sender: ProcessRecord, to: ProcessId, body: unknown, notes: unknown, cause: CauseId, leaveAt: SimTime): void {
    const { wire, links } = this.host;
    const record = this.host.record(to);
    if (record === undefined || record.group !== sender.group || links.between(sender.group, sender.group) !== null) wire.datagram(sender, to, body, notes, cause, leaveAt);
    else this.handed.push({ sender, record, event: wire.datagramEvent(sender, body, notes), cause, leaveAt });
  }

  /** All that the event in hand led to, in order: what is handed over meanwhile comes last. */
  takeAll(): void {
    if (this.handed.length === 0) return;
    for (let next = 0; next < this.handed.length; next++) {
      const item = this.handed[next];
      if (item !== undefined) this.take(item);
    }
    this.handed = [];
  }

  /** A receiver that is busy with what came before this moment takes it later, as any event; one that is down never hears of it. */
  private take(handed: Handed): void {
    const { sender, record, event, cause, leaveAt } = handed;
    const { now } = this.host;
    if (record.instance === null) return;
    if (record.waiting === null && (record.busyUntil <= now || record.handledAt === now)) this.host.handle(record, event, cause, leaveAt);
    else this.host.take({ readyAt: now, at: now, from: sender.id, seq: ++sender.seq, to: record.id, cause, event, record, dropped: false });
  }
}
