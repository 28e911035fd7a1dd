import { extended } from "../base/extended.ts";
import type { ObjectKey } from "../apimachinery/gvk.ts";
import { keyText } from "../apimachinery/gvk.ts";
import type { KubeObject } from "../apimachinery/objectMeta.ts";
import { formatRfc3339 } from "../base/rfc3339.ts";
import type { KindDefinition } from "../kinds/define.ts";
import type { CauseId, ProcessContext } from "../sim/process.ts";
import type { Random } from "../sim/random.ts";
import type { DurationUs, SimTime } from "../sim/time.ts";
import type { Lister } from "./clientSet.ts";
import type { ControllerContext, ControllerView, KeyExpectations, ReconcileContext } from "./controller.ts";
import type { EventNote, EventRecorder } from "./eventRecorder.ts";
import type { Expectations } from "./expectations.ts";
import type { Workqueue } from "./workqueue.ts";
import type { WriteOp } from "./writes.ts";

/** What of a runner its contexts work on. */
export interface RunnerParts {
  readonly queue: Workqueue;
  readonly expectations: Expectations;
  readonly recorder: EventRecorder;
  readonly view: ControllerView;
  readonly epochUs: number;
  /** Prefix of the controller's own timers. */
  readonly timers: string;
}

/** Made for every change that is told, so it holds nothing but what it was made of. */
export class RunnerContext implements ControllerContext {
  protected readonly parts: RunnerParts;
  protected readonly ctx: ProcessContext;
  readonly #cause: CauseId;

  constructor(parts: RunnerParts, ctx: ProcessContext, cause: CauseId) {
    this.parts = parts;
    this.ctx = ctx;
    this.#cause = cause;
  }

  get now(): SimTime {
    return this.ctx.now;
  }

  get unixUs(): number {
    return this.parts.epochUs + this.ctx.clock();
  }

  get timestamp(): string {
    return formatRfc3339(this.unixUs);
  }

  get random(): Random {
    return this.ctx.random;
  }

  lister<O extends KubeObject>(kind: KindDefinition<O>): Lister<O> {
    return this.parts.view.lister(kind);
  }

  enqueue(key: ObjectKey): void {
    this.parts.queue.add(keyText(key), this.#cause);
  }

  enqueueAfter(key: ObjectKey, delayUs: DurationUs): void {
    this.parts.queue.addAfter(keyText(key), delayUs, this.#cause, this.ctx.now);
  }

  setTimer(key: string, delayUs: DurationUs): void {
    this.ctx.setTimer(`${this.parts.timers}${key}`, delayUs);
  }
}

/** Expectations of one key, as a plan sees them. */
class ExpectationsOfKey implements KeyExpectations {
  readonly #all: Expectations;
  readonly #key: string;
  readonly #ctx: ProcessContext;

  constructor(all: Expectations, key: string, ctx: ProcessContext) {
    this.#all = all;
    this.#key = key;
    this.#ctx = ctx;
  }

  get satisfied(): boolean {
    return this.#all.satisfied(this.#key, this.#ctx.now);
  }

  expectCreations(count: number): void {
    this.#all.expectCreations(this.#key, count, this.#ctx.now);
  }

  expectDeletions(keys: readonly string[], creations = 0): void {
    this.#all.expectDeletions(this.#key, keys, this.#ctx.now, creations);
  }

  giveUpCreations(count: number): void {
    for (let given = 0; given < count; given++) this.#all.creationObserved(this.#key);
  }
}

/** Collects the plan of one key. */
export class PlanContext extends RunnerContext implements ReconcileContext {
  readonly ops: WriteOp[] = [];
  readonly reasons: string[] = [];
  readonly #key: string;
  #expectations: KeyExpectations | null = null;
  #groups = 0;

  constructor(parts: RunnerParts, ctx: ProcessContext, key: string) {
    super(parts, ctx, ctx.cause);
    this.#key = key;
  }

  /** Few controllers ask. */
  get expectations(): KeyExpectations {
    this.#expectations ??= new ExpectationsOfKey(this.parts.expectations, this.#key, this.ctx);
    return this.#expectations;
  }

  write(op: WriteOp): void {
    this.ops.push(op);
  }

  together(ops: readonly WriteOp[]): void {
    this.#groups += 1;
    for (const op of ops) this.ops.push(extended(op, { group: this.#groups }));
  }

  event(note: EventNote): void {
    this.parts.recorder.record(this.ctx, note);
  }

  because(text: string): void {
    this.reasons.push(text);
  }
}
