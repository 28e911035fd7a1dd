import type { ProcessId } from "../sim/process.ts";
import type { Json } from "../base/json.ts";
import { sharedWith } from "../base/shared.ts";
import { minute, type SimTime } from "../sim/time.ts";
import type { Envelope, TimedControl } from "../sim/window.ts";

/** The whole simulation between two windows, as plain data. */
export interface Keyframe {
  readonly at: SimTime;
  readonly processes: readonly (readonly [ProcessId, Json])[];
  /** Sent, but not yet handed to the host of its receiver. */
  readonly inTransit: readonly Envelope[];
  readonly controls: readonly TimedControl[];
  /** How many journal entries have taken effect. */
  readonly played: number;
  readonly outsideSeq: number;
  /** Of the groups that have left, too. */
  readonly digests: readonly (readonly [string, string])[];
  /** Those that are there, in the order in which they came. */
  readonly groups: readonly string[];
}

export const keyframeEveryUs = 10 * minute;
export const keyframeEveryEvents = 100_000;
const keyframesKept = 8;

/** The latest keyframes; where there are too many, the one goes that leaves the smallest gap. */
export class KeyframeStore {
  private kept: Keyframe[] = [];

  add(keyframe: Keyframe): void {
    this.kept = [...this.kept.filter((other) => other.at !== keyframe.at), keyframe].sort((a, b) => a.at - b.at);
    this.share();
    if (this.kept.length <= keyframesKept) return;
    let leastNeeded = 1;
    let smallestGap = Number.POSITIVE_INFINITY;
    for (let index = 1; index < this.kept.length - 1; index++) {
      const gap = (this.kept[index + 1]?.at ?? 0) - (this.kept[index - 1]?.at ?? 0);
      if (gap >= smallestGap) continue;
      smallestGap = gap;
      leastNeeded = index;
    }
    this.kept.splice(leastNeeded, 1);
  }

  /** The newest but one holds what it has in common with the one before it only once. Not the newest: in a rollout, they have little in common, and there is other work. */
  private share(): void {
    const [before, keyframe] = this.kept.slice(-3);
    if (before === undefined || keyframe === undefined || this.kept.length < 3) return;
    this.kept[this.kept.length - 2] = sharedWith(before as unknown as Json, keyframe as unknown as Json) as unknown as Keyframe;
  }

  /** The last one at or before `at`. */
  nearest(at: SimTime): Keyframe | null {
    return this.kept.findLast((keyframe) => keyframe.at <= at) ?? null;
  }

  all(): readonly Keyframe[] {
    return this.kept;
  }

  /** Those after `at` belong to a future that no longer is. */
  forgetAfter(at: SimTime): void {
    this.kept = this.kept.filter((keyframe) => keyframe.at <= at);
  }
}
