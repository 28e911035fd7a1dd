import type { Json } from "../base/json.ts";
import type { CauseId, CausalLink, ConnectionId, ProcessContext, ProcessId, TimerKey } from "./process.ts";
import type { ProcessRecord } from "./processRecord.ts";
import type { Random } from "./random.ts";
import type { TraceEntry } from "./recording.ts";
import { addTime, simTime, type DurationUs, type SimTime } from "./time.ts";
import type { Wire } from "./wire.ts";

export interface ContextHost {
  readonly wire: Wire;
  readonly notesWanted: boolean;
  handOver(sender: ProcessRecord, to: ProcessId, body: unknown, notes: unknown, cause: CauseId, leaveAt: SimTime): void;
  skewUs(group: string): DurationUs;
  setTimer(record: ProcessRecord, key: TimerKey, at: SimTime, cause: CauseId): void;
  cancelTimer(record: ProcessRecord, key: TimerKey): void;
  trace(entry: TraceEntry): void;
}

/** What a process sees while it handles one event. One a process, made ready again for every event. */
export class HostedContext implements ProcessContext {
  readonly disk: ProcessContext["disk"];
  readonly random: Random;
  now: SimTime = simTime(0);
  cause: CauseId = "boot";
  private readonly host: ContextHost;
  private readonly record: ProcessRecord;
  private leaveAt: SimTime = simTime(0);
  private open = false;

  constructor(host: ContextHost, record: ProcessRecord) {
    this.host = host;
    this.record = record;
    this.random = record.randoms.stream("");
    this.disk = {
      read: (name) => record.disk.get(name) ?? null,
      write: (name, data) => void record.disk.set(name, data),
    };
  }

  /** `leaveAt`: when the work for the event is done, and what it sends leaves. */
  begin(now: SimTime, cause: CauseId, leaveAt: SimTime): void {
    this.now = now;
    this.cause = cause;
    this.leaveAt = leaveAt;
    this.open = true;
  }

  end(): void {
    this.open = false;
  }

  clock(): SimTime {
    return addTime(this.now, this.host.skewUs(this.record.group));
  }

  withCause(cause: CauseId, body: () => void): void {
    const before = this.cause;
    this.cause = cause;
    try {
      body();
    } finally {
      this.cause = before;
    }
  }

  explain(body: CausalLink): CauseId {
    const link = `${this.record.id}#${++this.record.links}`;
    this.host.trace({ at: this.now, process: this.record.id, cause: this.cause, link, body: body as unknown as Json });
    this.cause = link;
    return link;
  }

  get notesWanted(): boolean {
    return this.host.notesWanted;
  }

  sendDatagram(to: ProcessId, body: unknown, notes?: unknown): void {
    this.mustBeOpen();
    this.host.wire.datagram(this.record, to, body, notes, this.cause, this.leaveAt);
  }

  handOver(to: ProcessId, body: unknown, notes?: unknown): void {
    this.mustBeOpen();
    this.host.handOver(this.record, to, body, notes, this.cause, this.leaveAt);
  }

  connect(to: ProcessId): ConnectionId {
    this.mustBeOpen();
    return this.host.wire.connect(this.record, to, this.cause, this.leaveAt);
  }

  send(connection: ConnectionId, body: unknown): void {
    this.mustBeOpen();
    this.host.wire.send(this.record, connection, body, this.cause, this.leaveAt);
  }

  disconnect(connection: ConnectionId): void {
    this.mustBeOpen();
    this.host.wire.disconnect(this.record, connection, this.cause, this.leaveAt);
  }

  setTimer(key: TimerKey, delayUs: DurationUs): void {
    this.mustBeOpen();
    const wholeUs = Math.ceil(delayUs);
    // NaN and Infinity are faults of the caller; they would poison the order of the whole queue.
    if (!Number.isSafeInteger(wholeUs)) throw new RangeError(`timer ${key}: a delay of ${delayUs} us`);
    this.host.setTimer(this.record, key, addTime(this.now, wholeUs < 1 ? 1 : wholeUs), this.cause);
  }

  cancelTimer(key: TimerKey): void {
    this.mustBeOpen();
    this.host.cancelTimer(this.record, key);
  }

  trace(body: Json): void {
    this.host.trace({ at: this.now, process: this.record.id, cause: this.cause, body });
  }

  /** A context kept beyond its event would act outside the order of events. */
  private mustBeOpen(): void {
    if (!this.open) throw new Error(`${this.record.id} used its context outside of handle()`);
  }
}
