import { addTime, hour, millisecond, minute, second, simTime, type DurationUs, type SimTime } from "../sim/time.ts";
import { isPromise, whenDone, type MaybePromise } from "./hostPort.ts";
import type { WallClock } from "./wallClock.ts";

/** What the driver drives. */
export interface Driven {
  readonly now: SimTime;
  fine: boolean;
  advance(target: SimTime, pause: () => boolean): MaybePromise<boolean>;
  step(limit: SimTime): MaybePromise<boolean>;
}

export interface DriverListener {
  /** After every slice of work, and when the speed changed. */
  progress(): void;
  /** A host was lost, or a fault of ours: the run cannot go on by itself. Resolves true where it may. */
  failed(error: unknown): Promise<boolean>;
}

export interface DriverOptions {
  readonly driven: Driven;
  readonly clock: WallClock;
  readonly listener: DriverListener;
  /** A hidden page pauses after so long; null never. */
  readonly pauseHiddenAfterMs?: number | null;
  readonly speed?: number;
  /** Asked after every window: whether the run pauses here. */
  readonly breaksHere?: () => boolean;
}

/** Work in one go, before messages may come in. */
const sliceMs = 10;
/** Between two looks at the wall clock. */
const tickMs = 16;
/** The same while somebody waits for an answer: a write is done within a millisecond or two. */
const awaitingTickMs = 1;
/** What one tick may ask for at most, in wall time: a tab that slept wakes calmly. */
const longestTickMs = 100;
/** How far time may run ahead of the wall clock to where somebody's answer is. It is waited for afterwards, so that no more than this is ever gained. */
const longestLeadUs: DurationUs = 10 * millisecond;
/** An unanswered write keeps a paused cluster going for so long at most. */
const longestAnswerUs: DurationUs = 60 * second;
const longestReconcileUs: DurationUs = minute;
const unpacedStepUs: DurationUs = second;

interface Goal {
  /** Where the wall clock is. */
  readonly due: SimTime;
  /** How far time may run on until what is awaited was answered. */
  readonly lead: SimTime;
}

function goalAt(due: SimTime): Goal {
  return { due, lead: due };
}

type Task = () => MaybePromise<void>;

/** Lets virtual time follow the wall clock: speed, pause, steps. Nothing it does is seen by the simulation. */
export class Driver {
  /** Somebody waits for what happens in a window: they are as short as can be, whatever they cost, and none goes past `nextAt`. */
  watch: { nextAt(): SimTime | null } | null = null;
  private readonly options: DriverOptions;
  private readonly tasks: Task[] = [];
  private speed_: number;
  private closed = false;
  private hiddenSinceMs: number | null = null;
  private resting: { readonly ms: number; cut(): void } | null = null;
  /** Virtual time `originUs` was at wall time `originMs`. */
  private originUs = 0;
  private originMs = 0;
  private awaited = 0;
  private awaitLimit: SimTime = simTime(0);
  private broke = false;
  private unpacedUntil: (() => boolean) | null = null;
  private finished: Promise<void> | null = null;

  constructor(options: DriverOptions) {
    this.options = options;
    this.speed_ = options.speed ?? 1;
  }

  /** The speed in force; 0 = paused, also by a hidden page. */
  get speed(): number {
    return this.hiddenTooLong() ? 0 : this.speed_;
  }

  get unpaced(): boolean {
    return this.unpacedUntil !== null;
  }

  start(): void {
    this.setOrigin();
    this.finished ??= this.run();
  }

  setSpeed(speed: number): void {
    this.speed_ = speed;
    this.setOrigin();
    this.wake();
    this.options.listener.progress();
  }

  setHidden(hidden: boolean): void {
    this.hiddenSinceMs = hidden ? this.options.clock.nowMs() : null;
    if (!hidden) this.setOrigin();
    this.wake();
  }

  /** Runs as fast as it can until `done` (asked after every window); then goes on at the set speed. */
  runUnpaced(done: () => boolean): void {
    this.unpacedUntil = done;
    this.wake();
  }

  /** A command came in: do not wait for the next tick. With `answer`, time runs at least at 1x until `answered` is called. */
  submitted(answer: boolean): void {
    if (answer) {
      this.awaited++;
      this.awaitLimit = addTime(this.options.driven.now, longestAnswerUs);
      if (this.speed_ < 1) this.setOrigin();
    }
    // Where others are awaited, the next tick is near: what comes in until then is done in one go.
    if (this.resting === null || this.resting.ms > awaitingTickMs || this.speed_ === 0) this.wake();
  }

  answered(): void {
    if (this.awaited > 0) this.awaited--;
    if (this.awaited === 0 && this.speed_ < 1) this.setOrigin();
  }

  /** `isReconcile`: asked after every event's time whether a reconcile has come by since the step began. */
  step(by: "event" | "reconcile" | "second", isReconcile: () => boolean): Promise<void> {
    const { driven } = this.options;
    return this.exclusive(async () => {
      driven.fine = this.watch !== null;
      if (by === "second") await driven.advance(addTime(driven.now, second), () => this.breaks());
      else if (by === "event") await driven.step(addTime(driven.now, hour));
      else {
        const limit = addTime(driven.now, longestReconcileUs);
        while (driven.now < limit && !isReconcile() && !this.breaks()) await driven.step(limit);
      }
    });
  }

  /** Runs on to a virtual time at once, or to what breaks the run before it. */
  advanceTo(target: SimTime): Promise<void> {
    return this.exclusive(async () => {
      this.broke = false;
      for (;;) {
        const arrived = await this.slice(goalAt(target));
        this.options.listener.progress();
        if (arrived || this.closed || this.broke) return;
        await this.options.clock.wait(0).done;
      }
    });
  }

  /** Something that must not happen in the middle of a window: a restore, a move. */
  exclusive(task: Task): Promise<void> {
    return new Promise((resolve, reject) => {
      this.tasks.push(async () => {
        try {
          await task();
          resolve();
        } catch (error) {
          reject(error);
          throw error;
        } finally {
          this.setOrigin();
        }
      });
      this.wake();
    });
  }

  async stop(): Promise<void> {
    this.closed = true;
    this.wake();
    await this.finished;
  }

  private async run(): Promise<void> {
    while (!this.closed) {
      try {
        await this.turn();
      } catch (error) {
        if (!(await this.options.listener.failed(error))) return;
        this.setOrigin();
      }
    }
  }

  private async turn(): Promise<void> {
    const task = this.tasks.shift();
    if (task !== undefined) {
      await task();
      this.options.listener.progress();
      return;
    }
    const goal = this.goal();
    if (goal === null) return this.rest(1000);
    const worked = this.slice(goal);
    if (isPromise(worked)) await worked;
    this.options.listener.progress();
    const late = this.options.driven.now < goal.due;
    if (late && !this.unpaced) this.setOrigin();
    const behind = this.unpaced || (late && this.effectiveSpeed() > 0);
    await this.rest(behind ? 0 : this.isAwaited() ? awaitingTickMs : tickMs);
  }

  /** Answers whether it got to the end of the lead. */
  private slice({ due, lead }: Goal): MaybePromise<boolean> {
    const { driven, clock } = this.options;
    const began = clock.nowMs();
    const leads = lead > due;
    const slow = this.speed < 1;
    driven.fine = leads || this.watch !== null;
    const stop = this.watch?.nextAt() ?? null;
    const stops = stop !== null && stop <= lead;
    const worked = driven.advance(stops ? stop : lead, () => {
      if (this.breaks()) return true;
      if (leads && this.awaited === 0 && (slow || driven.now >= due)) return true;
      if (this.unpacedUntil?.() === true) {
        this.unpacedUntil = null;
        this.setOrigin();
        return true;
      }
      return this.closed || clock.nowMs() - began > sliceMs;
    });
    if (!stops) return worked;
    // It may lie where nothing else happens: then no window ends there.
    return whenDone(worked, (arrived) => arrived && !this.breaks() && stop === lead);
  }

  private breaks(): boolean {
    if (this.options.breaksHere?.() !== true) return false;
    this.broke = true;
    this.speed_ = 0;
    this.setOrigin();
    return true;
  }

  /** How far time may go now; null where it rests. */
  private goal(): Goal | null {
    const { driven, clock } = this.options;
    if (this.unpaced) return goalAt(addTime(driven.now, unpacedStepUs));
    const speed = this.effectiveSpeed();
    if (speed === 0) return null;
    const wanted = Math.floor(this.originUs + (clock.nowMs() - this.originMs) * speed * millisecond);
    const most = driven.now + Math.floor(longestTickMs * speed * millisecond);
    if (wanted > most) {
      this.originUs = most;
      this.originMs = clock.nowMs();
    }
    const due = Math.min(wanted, most);
    return { due: simTime(Math.max(driven.now, due)), lead: simTime(Math.max(driven.now, this.isAwaited() ? due + longestLeadUs : due)) };
  }

  private effectiveSpeed(): number {
    return this.isAwaited() ? Math.max(this.speed, 1) : this.speed;
  }

  private isAwaited(): boolean {
    return this.awaited > 0 && this.options.driven.now < this.awaitLimit;
  }

  private hiddenTooLong(): boolean {
    const after = this.options.pauseHiddenAfterMs ?? null;
    return after !== null && this.hiddenSinceMs !== null && this.options.clock.nowMs() - this.hiddenSinceMs >= after;
  }

  private async rest(ms: number): Promise<void> {
    if (this.tasks.length > 0 || this.closed) return;
    const waiting = this.options.clock.wait(ms);
    let woken = false;
    this.resting = {
      ms,
      cut: () => {
        woken = true;
        waiting.cut();
      },
    };
    await waiting.done;
    this.resting = null;
    // What came in at the same time is done in one go.
    if (woken) await this.options.clock.wait(0).done;
  }

  private wake(): void {
    this.resting?.cut();
  }

  private setOrigin(): void {
    this.originUs = this.options.driven.now;
    this.originMs = this.options.clock.nowMs();
  }
}
