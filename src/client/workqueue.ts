import type { CauseId } from "../sim/process.ts";
import { millisecond, second } from "../sim/time.ts";
import type { DurationUs, SimTime } from "../sim/time.ts";
import type { Json } from "../base/json.ts";

// Follows client-go/util/workqueue: queue.go (dirty and processing sets), delaying_queue.go, and the per-item exponential limiter of
// default_rate_limiters.go. Differs: the overall bucket of 10 additions a second is left out.

const firstBackoffUs = 5 * millisecond;
const longestBackoffUs = 1000 * second;

/** A key with the causes that asked for it since it was last taken. */
export interface WorkItem {
  readonly key: string;
  readonly first: CauseId;
  readonly last: CauseId;
  readonly count: number;
}

interface Delayed {
  readonly dueAt: SimTime;
  readonly cause: CauseId;
}

/** What people see of a queue. Counts as upstream's workqueue metrics: adds and retries since the controller began. */
export interface QueueView {
  readonly depth: number;
  readonly working: number;
  readonly delayed: number;
  readonly adds: number;
  readonly retries: number;
  /** Those worked on, then those that wait in their order, then those that wait for a time, the earliest first. */
  readonly keys: readonly { readonly key: string; readonly state: "working" | "queued" | "delayed"; readonly failures: number; readonly cause: CauseId | null; readonly dueAt: SimTime | null }[];
}

/** Keys to work on: each at most once in the queue, and never handed out again while it is being worked on. */
export class Workqueue {
  /** Keys in the order they came; those before #head are taken. */
  #order: string[] = [];
  #head = 0;
  readonly #dirty = new Map<string, WorkItem>();
  readonly #processing = new Set<string>();
  readonly #delayed = new Map<string, Delayed>();
  readonly #failures = new Map<string, number>();
  #nextDueAt: SimTime | null = null;
  #adds = 0;
  #retries = 0;

  get length(): number {
    return this.#order.length - this.#head;
  }

  /** When the earliest delayed key falls due; null where there is none. */
  get nextDueAt(): SimTime | null {
    return this.#nextDueAt;
  }

  add(key: string, cause: CauseId): void {
    const item = this.#dirty.get(key);
    if (item !== undefined) {
      this.#dirty.set(key, { key, first: item.first, last: cause, count: item.count + 1 });
      return;
    }
    this.#adds += 1;
    this.#dirty.set(key, { key, first: cause, last: cause, count: 1 });
    if (!this.#processing.has(key)) this.#order.push(key);
  }

  /** The earlier time holds where the key waits already. */
  addAfter(key: string, delayUs: DurationUs, cause: CauseId, now: SimTime): void {
    this.#retries += 1;
    if (delayUs <= 0) {
      this.add(key, cause);
      return;
    }
    const dueAt = (now + delayUs) as SimTime;
    const waiting = this.#delayed.get(key);
    if (waiting !== undefined && waiting.dueAt <= dueAt) return;
    this.#delayed.set(key, { dueAt, cause });
    if (this.#nextDueAt === null || dueAt < this.#nextDueAt) this.#nextDueAt = dueAt;
  }

  /** Adds with the key's back-off: 5 ms, doubled with each failure, at most 1000 s. Returns the delay. */
  addRateLimited(key: string, cause: CauseId, now: SimTime): DurationUs {
    const failures = this.#failures.get(key) ?? 0;
    this.#failures.set(key, failures + 1);
    const delayUs = Math.min(longestBackoffUs, firstBackoffUs * 2 ** Math.min(failures, 30));
    this.addAfter(key, delayUs, cause, now);
    return delayUs;
  }

  /** Its back-off begins anew. */
  forget(key: string): void {
    this.#failures.delete(key);
  }

  failures(key: string): number {
    return this.#failures.get(key) ?? 0;
  }

  /** Moves what has fallen due into the queue. */
  advance(now: SimTime): void {
    if (this.#nextDueAt === null || this.#nextDueAt > now) return;
    const due: (readonly [string, Delayed])[] = [];
    for (const entry of this.#delayed) if (entry[1].dueAt <= now) due.push(entry);
    if (due.length > 1) due.sort((a, b) => a[1].dueAt - b[1].dueAt);
    for (const [key, delayed] of due) {
      this.#delayed.delete(key);
      this.add(key, delayed.cause);
    }
    this.#nextDueAt = null;
    for (const { dueAt } of this.#delayed.values()) if (this.#nextDueAt === null || dueAt < this.#nextDueAt) this.#nextDueAt = dueAt;
  }

  /** The next key, or null. It must be given back with done(). */
  take(): WorkItem | null {
    const key = this.#order[this.#head];
    if (key === undefined) return null;
    this.#head += 1;
    if (this.#head > 64 && this.#head * 2 > this.#order.length) {
      this.#order = this.#order.slice(this.#head);
      this.#head = 0;
    }
    const item = this.#dirty.get(key) as WorkItem;
    this.#dirty.delete(key);
    this.#processing.add(key);
    return item;
  }

  /** Queued again where it was added meanwhile. */
  done(key: string): void {
    this.#processing.delete(key);
    if (this.#dirty.has(key)) this.#order.push(key);
  }

  clear(): void {
    this.restore({ order: [], dirty: [], processing: [], delayed: [], failures: [], counts: [0, 0] });
  }

  /** A look that changes nothing: at most `most` keys are told. */
  observe(most: number): QueueView {
    const view = (state: "working" | "queued" | "delayed", key: string, cause: CauseId | null, dueAt: SimTime | null): QueueView["keys"][number] => ({ key, state, failures: this.failures(key), cause, dueAt });
    const keys = [...this.#processing].slice(0, most).map((key) => view("working", key, null, null));
    for (const key of this.#order.slice(this.#head, this.#head + most - keys.length)) keys.push(view("queued", key, this.#dirty.get(key)?.first ?? null, null));
    const delayed = [...this.#delayed].sort((a, b) => a[1].dueAt - b[1].dueAt).slice(0, most - keys.length);
    for (const [key, { cause, dueAt }] of delayed) keys.push(view("delayed", key, cause, dueAt));
    return { depth: this.length, working: this.#processing.size, delayed: this.#delayed.size, adds: this.#adds, retries: this.#retries, keys };
  }

  snapshot(): Json {
    return {
      order: this.#order.slice(this.#head),
      dirty: [...this.#dirty.values()] as unknown as readonly Json[],
      processing: [...this.#processing],
      delayed: [...this.#delayed].map(([key, { dueAt, cause }]) => [key, dueAt, cause]),
      failures: [...this.#failures].map(([key, count]) => [key, count]),
      counts: [this.#adds, this.#retries],
    };
  }

  restore(data: Json): void {
    const saved = data as unknown as {
      order: readonly string[];
      dirty: readonly WorkItem[];
      processing: readonly string[];
      delayed: readonly (readonly [string, SimTime, CauseId])[];
      failures: readonly (readonly [string, number])[];
      counts: readonly [number, number];
    };
    [this.#adds, this.#retries] = saved.counts;
    this.#order = [...saved.order];
    this.#head = 0;
    this.#dirty.clear();
    for (const item of saved.dirty) this.#dirty.set(item.key, item);
    this.#processing.clear();
    for (const key of saved.processing) this.#processing.add(key);
    this.#delayed.clear();
    this.#nextDueAt = null;
    for (const [key, dueAt, cause] of saved.delayed) {
      this.#delayed.set(key, { dueAt, cause });
      if (this.#nextDueAt === null || dueAt < this.#nextDueAt) this.#nextDueAt = dueAt;
    }
    this.#failures.clear();
    for (const [key, count] of saved.failures) this.#failures.set(key, count);
  }
}
