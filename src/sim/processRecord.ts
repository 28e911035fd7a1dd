import { ChurnMap } from "../base/churnMap.ts";
import type { Json } from "../base/json.ts";
import type { QueueItem } from "./eventQueue.ts";
import { groupOf } from "./link.ts";
import type { CauseId, ConnectionId, Process, ProcessEvent, ProcessFactory, ProcessId, TimerKey } from "./process.ts";
import { RandomStreams } from "./streams.ts";
import { simTime, type DurationUs, type SimTime } from "./time.ts";
import type { Envelope } from "./window.ts";

/** An envelope in the queue of the host that runs its receiver. */
export interface Pending extends QueueItem, Envelope {
  readonly record: ProcessRecord;
  readyAt: SimTime;
  /** Lost with the instance that it waited for. */
  dropped: boolean;
}

/** What waits on a connection whose link is cut. */
export interface Stalled {
  readonly event: ProcessEvent;
  readonly cause: CauseId;
}

/** A closed connection whose peer could not be told yet. */
export interface Goodbye {
  readonly to: ProcessId;
  readonly connection: ConnectionId;
  readonly cause: CauseId;
}

/** One end of a connection, kept by the host of the process that holds it. */
export interface ConnectionEnd {
  readonly id: ConnectionId;
  readonly peer: ProcessId;
  established: boolean;
  closing: boolean;
  /** The peer's machine lost its power: this end will break, whatever becomes of the link. */
  peerLost: boolean;
  /** First in, first out: nothing sent on it arrives before this. */
  lastArrivalAt: SimTime;
  stalled: Stalled[];
  /** `seq` of the event that will end it here: a broken link's time-out, or its own disconnect(). */
  endsBySeq: number | null;
}

/** All that a host keeps of one process. What a crash does not take away lies here and not in the instance. */
export class ProcessRecord {
  readonly id: ProcessId;
  readonly group: string;
  readonly factory: ProcessFactory;
  readonly randoms: RandomStreams;
  instance: Process | null = null;
  incarnation = 0;
  /** "running" also while it waits for its restart after a crash. */
  wanted: "running" | "stopped" = "running";
  /** The start event in the queue. */
  startSeq: number | null = null;
  startedAt: SimTime = simTime(0);
  nextBackOffUs: DurationUs;
  slowFactor = 1;
  busyUntil: SimTime = simTime(0);
  /** When it last handled something. Of one moment, so never saved: keyframes lie between moments. */
  handledAt = -1;
  disk = new Map<string, Json>();
  timers = new ChurnMap<TimerKey, Pending>();
  ends = new Map<ConnectionId, ConnectionEnd>();
  goodbyes: Goodbye[] = [];
  /** Came while the process was busy; the first of them is in the queue as `waiting`. */
  deferred: Pending[] = [];
  deferredFrom = 0;
  waiting: Pending | null = null;
  /** Counters: of what it sent (timers included), connections it opened, links of the causal chain. */
  seq = 0;
  connections = 0;
  links = 0;
  /** Events taken in the present virtual millisecond. */
  burstMillisecond = -1;
  burstCount = 0;

  constructor(factory: ProcessFactory, seed: number, firstBackOffUs: DurationUs) {
    this.id = factory.id;
    this.group = groupOf(factory.id);
    this.factory = factory;
    this.randoms = new RandomStreams(seed, factory.id);
    this.nextBackOffUs = firstBackOffUs;
  }
}

/** An item still counts unless its timer was replaced, its connection is settled otherwise, or its receiver is gone. */
export function isObsolete(item: Pending): boolean {
  if (item.dropped) return true;
  const { event, record } = item;
  switch (event.type) {
    case "timer":
      return record.timers.get(event.key) !== item;
    case "start":
      return record.startSeq !== item.seq;
    case "disconnected":
      return item.from === record.id && record.ends.get(event.connection)?.endsBySeq !== item.seq;
    default:
      return false;
  }
}

interface SavedEnvelope {
  readonly at: number;
  readonly from: string;
  readonly seq: number;
  readonly cause: CauseId;
  readonly event: ProcessEvent;
}

interface SavedRecord {
  readonly state: Json;
  readonly up: boolean;
  readonly incarnation: number;
  readonly wanted: "running" | "stopped";
  readonly startSeq: number | null;
  readonly startedAt: number;
  readonly nextBackOffUs: number;
  readonly slowFactor: number;
  readonly busyUntil: number;
  readonly disk: readonly (readonly [string, Json])[];
  readonly ends: readonly ConnectionEnd[];
  readonly goodbyes: readonly Goodbye[];
  /** In order of their keys; those up to `deferred` came while the process was busy. */
  readonly queue: readonly SavedEnvelope[];
  readonly deferred: number;
  readonly counters: readonly [number, number, number, number, number];
  readonly randoms: Json;
}

/** The record as plain data. `queued` are its items in the queue that still count, in order, without `waiting`. */
export function saveRecord(record: ProcessRecord, queued: readonly Pending[]): Json {
  const deferred = record.waiting === null ? [] : [record.waiting, ...record.deferred.slice(record.deferredFrom)];
  const waiting = deferred.filter((item) => !isObsolete(item));
  const saved: SavedRecord = {
    state: record.instance === null ? null : record.instance.snapshot(),
    up: record.instance !== null,
    incarnation: record.incarnation,
    wanted: record.wanted,
    startSeq: record.startSeq,
    startedAt: record.startedAt,
    nextBackOffUs: record.nextBackOffUs,
    slowFactor: record.slowFactor,
    busyUntil: record.busyUntil,
    disk: [...record.disk],
    ends: [...record.ends.values()].map((end) => ({ ...end, stalled: [...end.stalled] })),
    goodbyes: [...record.goodbyes],
    queue: [...waiting, ...queued].map(({ at, from, seq, cause, event }) => ({ at, from, seq, cause, event })),
    deferred: waiting.length,
    counters: [record.seq, record.connections, record.links, record.burstMillisecond, record.burstCount],
    randoms: record.randoms.snapshot(),
  };
  return saved as unknown as Json;
}

/** Fills a fresh record and returns the items to put into the queue. */
export function loadRecord(record: ProcessRecord, data: Json): readonly Pending[] {
  const saved = data as unknown as SavedRecord;
  record.incarnation = saved.incarnation;
  record.wanted = saved.wanted;
  record.startSeq = saved.startSeq;
  record.startedAt = simTime(saved.startedAt);
  record.nextBackOffUs = saved.nextBackOffUs;
  record.slowFactor = saved.slowFactor;
  record.busyUntil = simTime(saved.busyUntil);
  record.disk = new Map(saved.disk);
  record.ends = new Map(saved.ends.map((end) => [end.id, { ...end, stalled: [...end.stalled] }]));
  record.goodbyes = [...saved.goodbyes];
  [record.seq, record.connections, record.links, record.burstMillisecond, record.burstCount] = saved.counters;
  record.randoms.restore(saved.randoms as unknown as Parameters<RandomStreams["restore"]>[0]);
  if (saved.up) {
    record.instance = record.factory.create();
    record.instance.restore(saved.state);
  }
  const items = saved.queue.map((envelope) => pending(record, envelope));
  for (const item of items) {
    if (item.event.type === "timer") record.timers.set(item.event.key, item);
  }
  const [waiting, ...deferred] = items.slice(0, saved.deferred);
  if (waiting === undefined) return items;
  waiting.readyAt = record.busyUntil > waiting.at ? record.busyUntil : waiting.at;
  record.waiting = waiting;
  record.deferred = deferred;
  return [waiting, ...items.slice(saved.deferred)];
}

function pending(record: ProcessRecord, saved: SavedEnvelope): Pending {
  const at = simTime(saved.at);
  return { readyAt: at, at, from: saved.from, seq: saved.seq, to: record.id, cause: saved.cause, event: saved.event, record, dropped: false };
}
