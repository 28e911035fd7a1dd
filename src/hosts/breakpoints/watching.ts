import type { Breakpoint, BreakpointHit } from "../../cluster/breakpoints.ts";
import type { SimTime } from "../../sim/time.ts";
import type { ClusterObserver } from "../clusterObserver.ts";
import type { WindowNews } from "../coordinator.ts";
import { watchFor, type BreakpointWatch } from "./breakpointWatch.ts";

export interface WatchingOptions {
  readonly observer: ClusterObserver;
  /** Told whenever something else is waited for, or nothing. */
  readonly changed: (watch: BreakpointWatch | null) => void;
  readonly hit: (hit: BreakpointHit) => void;
}

/** What a run pauses at: its breakpoints, and while one skips ahead whatever one would want to look at. Beside history, as the speed is. */
export class Watching {
  private readonly options: WatchingOptions;
  private breakpoints: readonly Breakpoint[] = [];
  private watch: BreakpointWatch | null = null;
  private skips = false;
  /** Somebody had enough of skipping. */
  private cut = false;

  constructor(options: WatchingOptions) {
    this.options = options;
  }

  set(breakpoints: readonly Breakpoint[], now: SimTime): void {
    this.waitFor(breakpoints, this.skips, now);
    this.breakpoints = breakpoints;
  }

  /** Waits for all that is of interest while `run` goes on. Asked for again meanwhile, it is the same skip. */
  async skipping(run: () => Promise<void>, now: () => SimTime): Promise<void> {
    if (this.skips) return;
    this.cut = false;
    this.skips = true;
    this.waitFor(this.breakpoints, true, now());
    try {
      await run();
    } finally {
      this.skips = false;
      this.waitFor(this.breakpoints, false, now());
    }
  }

  cutSkip(): void {
    this.cut = this.skips;
  }

  /** Whether the run pauses here; `tells`: a run that boots or is replayed goes on. */
  breaks(now: SimTime, tells: boolean): boolean {
    if (this.watch === null) return false;
    if (this.cut) {
      this.cut = false;
      return true;
    }
    this.options.observer.poll(now);
    const hit = this.watch.take(now);
    if (hit === null || !tells) return false;
    this.options.hit(hit);
    return true;
  }

  add(news: WindowNews): void {
    this.watch?.add(news);
  }

  private waitFor(breakpoints: readonly Breakpoint[], skips: boolean, now: SimTime): void {
    const { observer, changed } = this.options;
    observer.poll(now);
    this.watch = watchFor(breakpoints, observer.table, now, skips);
    observer.listener = this.watch;
    changed(this.watch);
  }
}
