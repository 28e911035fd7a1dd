import type { Json } from "../base/json.ts";
import type { ConnectionId, Process, ProcessContext, ProcessEvent, ProcessFactory, ProcessId } from "../sim/process.ts";
import { emptyLog, type EtcdLog } from "./log.ts";
import type { EtcdClientMessage, EtcdEvent, EtcdServerMessage, EtcdTxn } from "./messages.ts";
import { Mvcc } from "./mvcc.ts";

export interface EtcdOptions {
  /** Virtual microseconds that a transaction keeps it busy. */
  readonly txnCostUs?: number;
  readonly readCostUs?: number;
  readonly quotaKeys?: number;
}

/** In place of --quota-backend-bytes: what a browser's tab bears. */
const defaultQuotaKeys = 20_000;

/** One etcd member: a state machine over a log. */
export function createEtcd(id: ProcessId, options: EtcdOptions = {}): ProcessFactory {
  return { id, create: () => new EtcdProcess(id, options) };
}

const diskFile = "log";
const leaseTimer = "lease";
const secondUs = 1_000_000;

class EtcdProcess implements Process {
  readonly id: ProcessId;
  private readonly options: EtcdOptions;
  private mvcc = new Mvcc();
  /** Connections that watch, in the order they began. */
  private watchers: ConnectionId[] = [];
  private leaseAt: number | null = null;

  constructor(id: ProcessId, options: EtcdOptions) {
    this.id = id;
    this.options = options;
  }

  handle(event: ProcessEvent, ctx: ProcessContext): void {
    switch (event.type) {
      case "start":
        this.mvcc = new Mvcc((ctx.disk.read(diskFile) as unknown as EtcdLog | null) ?? emptyLog);
        this.scheduleLease(ctx);
        break;
      case "received":
        this.receive(event.connection, event.body as EtcdClientMessage, ctx);
        break;
      case "disconnected":
        this.watchers = this.watchers.filter((connection) => connection !== event.connection);
        break;
      case "timer":
        if (event.key === leaseTimer) this.expire(ctx);
        break;
      case "connected":
      case "datagram":
        break;
    }
  }

  cost(event: ProcessEvent): number {
    if (event.type !== "received") return 1;
    return (event.body as EtcdClientMessage).type === "txn" ? (this.options.txnCostUs ?? 40) : (this.options.readCostUs ?? 10);
  }

  /** {type: "metrics"}: how much it holds, as its own metrics tell it. */
  observe(): Json {
    const { size, revision, compactRevision } = this.mvcc;
    return { keys: size, revision, compactRevision, watchers: this.watchers.length };
  }

  snapshot(): Json {
    return { log: this.mvcc.log, watchers: [...this.watchers], leaseAt: this.leaseAt } as unknown as Json;
  }

  restore(data: Json): void {
    const state = data as unknown as { log: EtcdLog; watchers: ConnectionId[]; leaseAt: number | null };
    this.mvcc = new Mvcc(state.log);
    this.watchers = [...state.watchers];
    this.leaseAt = state.leaseAt;
  }

  private receive(connection: ConnectionId, message: EtcdClientMessage, ctx: ProcessContext): void {
    const reply = (body: EtcdServerMessage): void => ctx.send(connection, body);
    switch (message.type) {
      case "txn":
        this.transact(connection, message, ctx);
        break;
      case "readIndex":
        reply({ type: "readIndex", id: message.id, revision: this.mvcc.revision });
        break;
      case "watch":
        this.watch(connection, message.sinceRevision, reply);
        break;
      case "compact":
        if (this.mvcc.compact(message.revision)) ctx.disk.write(diskFile, this.mvcc.log as unknown as Json);
        break;
    }
  }

  private watch(connection: ConnectionId, sinceRevision: number, reply: (body: EtcdServerMessage) => void): void {
    if (!this.watchers.includes(connection)) this.watchers.push(connection);
    const { revision, compactRevision } = this.mvcc;
    if (sinceRevision === 0) {
      reply({ type: "state", revision, compactRevision, items: this.mvcc.items() });
      return;
    }
    const events = this.mvcc.since(sinceRevision);
    if (events === null) reply({ type: "compacted", revision: compactRevision });
    else reply({ type: "events", revision, events });
  }

  private transact(connection: ConnectionId, txn: EtcdTxn, ctx: ProcessContext): void {
    const { id, key, value } = txn;
    if (this.mvcc.modRevision(key) !== txn.expectRevision) {
      ctx.send(connection, { type: "txnDone", id, succeeded: false, revision: this.mvcc.revision, current: this.mvcc.item(key) } satisfies EtcdServerMessage);
      return;
    }
    if (value !== null && txn.expectRevision === 0 && this.mvcc.size >= (this.options.quotaKeys ?? defaultQuotaKeys)) {
      ctx.send(connection, { type: "noSpace", id } satisfies EtcdServerMessage);
      return;
    }
    const { component, text, object } = txn.note;
    // The chain of causes goes on from the committed revision, so the link is made where the revision is.
    const cause = ctx.explain({ component, text: `${text}, revision ${this.mvcc.revision + 1}`, object, tone: "ok" });
    const expireAt = txn.ttlSeconds === undefined || value === null ? undefined : ctx.now + txn.ttlSeconds * secondUs;
    const event = this.mvcc.commit(key, value, cause, expireAt);
    if (event !== null) this.publish([event], ctx, connection);
    const { revision } = this.mvcc;
    const answer: EtcdServerMessage = event !== null && this.watchers.includes(connection)
      ? { type: "txnDone", id, succeeded: true, revision, current: null, event }
      : { type: "txnDone", id, succeeded: true, revision, current: null };
    ctx.send(connection, answer);
    if (expireAt !== undefined && this.leaseAt === null) this.scheduleLease(ctx);
  }

  /** To all watchers but the writer, who gets the event with its answer. */
  private publish(events: readonly EtcdEvent[], ctx: ProcessContext, writer: ConnectionId | null = null): void {
    if (events.length === 0) return;
    ctx.disk.write(diskFile, this.mvcc.log as unknown as Json);
    if (this.watchers.length === 1 && this.watchers[0] === writer) return;
    const body: EtcdServerMessage = { type: "events", revision: this.mvcc.revision, events };
    for (const watcher of this.watchers) if (watcher !== writer) ctx.send(watcher, body);
  }

  /** Leases are looked at no more than once a minute, as those of the API server's objects, which share leases, end. */
  private scheduleLease(ctx: ProcessContext): void {
    let nearest = Number.POSITIVE_INFINITY;
    for (const { expireAt } of this.mvcc.expiring()) nearest = Math.min(nearest, expireAt);
    this.leaseAt = null;
    if (nearest === Number.POSITIVE_INFINITY) return;
    this.leaseAt = Math.max(nearest, ctx.now + 60 * secondUs);
    ctx.setTimer(leaseTimer, this.leaseAt - ctx.now);
  }

  private expire(ctx: ProcessContext): void {
    const events: EtcdEvent[] = [];
    const ended = [...this.mvcc.expiring()].filter(({ expireAt }) => expireAt <= ctx.now);
    for (const { key } of ended) {
      const event = this.mvcc.commit(key, null, ctx.cause);
      if (event !== null) events.push(event);
    }
    this.publish(events, ctx);
    this.scheduleLease(ctx);
  }
}
