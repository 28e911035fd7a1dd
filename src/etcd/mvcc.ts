import type { JsonObject } from "../base/json.ts";
import { appendRecord, changesOf, compactLog, emptyLog, type EtcdLog, type LogRecord } from "./log.ts";
import type { EtcdEvent, EtcdItem } from "./messages.ts";
import type { CauseId } from "../sim/process.ts";

/** etcd starts at revision 1, the empty store; the first write makes revision 2. */
const firstRevision = 1;

/**
 * The live keys, and the changes since the compacted revision. One transaction makes one revision. Its whole state is the log:
 * a store opened on the same log is the same store.
 */
export class Mvcc {
  private log_: EtcdLog;
  private revision_: number;
  private readonly live = new Map<string, LogRecord>();
  /** Changes above the compacted revision, in order. */
  private history: EtcdEvent[] = [];

  constructor(log: EtcdLog = emptyLog) {
    this.log_ = log;
    this.revision_ = Math.max(firstRevision, log.compactRevision);
    for (const record of log.base) this.live.set(record.key, record);
    for (const record of changesOf(log)) this.apply(record);
  }

  get log(): EtcdLog {
    return this.log_;
  }

  get revision(): number {
    return this.revision_;
  }

  /** Live keys. */
  get size(): number {
    return this.live.size;
  }

  get compactRevision(): number {
    return this.log_.compactRevision;
  }

  modRevision(key: string): number {
    return this.live.get(key)?.revision ?? 0;
  }

  item(key: string): EtcdItem | null {
    const record = this.live.get(key);
    return record === undefined ? null : itemOf(record);
  }

  items(): readonly EtcdItem[] {
    return Array.from(this.live.values(), itemOf);
  }

  /** Keys with a lease and the end of it. */
  *expiring(): IterableIterator<{ readonly key: string; readonly expireAt: number }> {
    for (const record of this.live.values()) {
      if (record.expireAt !== undefined) yield { key: record.key, expireAt: record.expireAt };
    }
  }

  expireAt(key: string): number | null {
    return this.live.get(key)?.expireAt ?? null;
  }

  /** Deleting a key that is not there makes no revision. */
  commit(key: string, value: JsonObject | null, cause: CauseId, expireAt?: number): EtcdEvent | null {
    if (value === null && !this.live.has(key)) return null;
    const revision = this.revision_ + 1;
    const record: LogRecord = expireAt === undefined ? { revision, key, value, cause } : { revision, key, value, cause, expireAt };
    this.log_ = appendRecord(this.log_, record);
    return this.apply(record);
  }

  /** Changes above `revision`, or null where they are compacted. */
  since(revision: number): readonly EtcdEvent[] | null {
    if (revision < this.log_.compactRevision) return null;
    let low = 0;
    let high = this.history.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.history[middle] as EtcdEvent).revision <= revision) low = middle + 1;
      else high = middle;
    }
    return this.history.slice(low);
  }

  compact(revision: number): boolean {
    if (revision <= this.log_.compactRevision || revision > this.revision_) return false;
    this.log_ = compactLog(this.log_, revision);
    this.history = this.history.filter((event) => event.revision > revision);
    return true;
  }

  private apply(record: LogRecord): EtcdEvent {
    if (record.value === null) this.live.delete(record.key);
    else this.live.set(record.key, record);
    this.revision_ = record.revision;
    const event: EtcdEvent = {
      type: record.value === null ? "delete" : "put",
      revision: record.revision,
      key: record.key,
      value: record.value,
      cause: record.cause,
    };
    this.history.push(event);
    return event;
  }
}

function itemOf(record: LogRecord): EtcdItem {
  return { key: record.key, value: record.value as JsonObject, modRevision: record.revision, cause: record.cause };
}
