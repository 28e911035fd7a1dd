import type { JsonObject } from "../base/json.ts";
import type { CauseId } from "../sim/process.ts";

/** One committed change: all that is needed to do it again. */
export interface LogRecord {
  readonly revision: number;
  readonly key: string;
  readonly value: JsonObject | null;
  readonly cause: CauseId;
  /** Virtual time at which the key's lease ends. */
  readonly expireAt?: number;
}

/**
 * What lies on the disk: the live keys at the compacted revision and every change since. Immutable and shared by reference; an
 * append copies at most one short tail, so that a write costs next to nothing and any older value of the log stays as it was.
 */
export interface EtcdLog {
  readonly compactRevision: number;
  readonly base: readonly LogRecord[];
  readonly segments: readonly (readonly LogRecord[])[];
  readonly tail: readonly LogRecord[];
}

export const emptyLog: EtcdLog = { compactRevision: 0, base: [], segments: [], tail: [] };
const tailLimit = 16;

export function appendRecord(log: EtcdLog, record: LogRecord): EtcdLog {
  const { compactRevision, base, segments, tail } = log;
  if (tail.length < tailLimit) return { compactRevision, base, segments, tail: [...tail, record] };
  return { compactRevision, base, segments: [...segments, tail], tail: [record] };
}

export function* changesOf(log: EtcdLog): IterableIterator<LogRecord> {
  for (const segment of log.segments) yield* segment;
  yield* log.tail;
}

/** The same log with all history up to `revision` folded into its base. */
export function compactLog(log: EtcdLog, revision: number): EtcdLog {
  const live = new Map<string, LogRecord>();
  for (const record of log.base) live.set(record.key, record);
  const later: LogRecord[] = [];
  for (const record of changesOf(log)) {
    if (record.revision > revision) later.push(record);
    else if (record.value === null) live.delete(record.key);
    else live.set(record.key, record);
  }
  const segments: LogRecord[][] = [];
  for (let start = 0; start < later.length; start += segmentLimit) segments.push(later.slice(start, start + segmentLimit));
  return { compactRevision: revision, base: [...live.values()], segments, tail: [] };
}

const segmentLimit = 256;
