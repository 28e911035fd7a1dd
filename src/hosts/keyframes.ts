import type { ProcessId } from "../sim/process.ts";
import type { Json } from "../base/json.ts";
import { minute, type SimTime } from "../sim/time.ts";
import type { Envelope, TimedControl } from "../sim/window.ts";
import { PackedKeyframe } from "./packed/packedKeyframe.ts";

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
/** Of virtual time: so old is, of an idle cluster, the newest but two. */
const packedAfterUs = 15 * minute;

/** The latest keyframes; where there are too many, the one goes that leaves the smallest gap. */
export class KeyframeStore {
  /** What packs may come later than the cluster's boot. */
  mayPack = true;
  private kept: (Keyframe | PackedKeyframe)[] = [];

  add(keyframe: Keyframe): void {
    this.kept = [...this.kept.filter((other) => other.at !== keyframe.at), keyframe].sort((a, b) => a.at - b.at);
    if (this.kept.length > keyframesKept) this.dropLeastNeeded();
    if (this.mayPack) this.pack();
  }

  /** The last one at or before `at`. */
  nearest(at: SimTime): Keyframe | null {
    const found = this.kept.findLast((keyframe) => keyframe.at <= at);
    return found === undefined ? null : unpacked(found);
  }

  all(): readonly Keyframe[] {
    return this.kept.map(unpacked);
  }

  /** Those after `at` belong to a future that no longer is. */
  forgetAfter(at: SimTime): void {
    this.kept = this.kept.filter((keyframe) => keyframe.at <= at);
  }

  private dropLeastNeeded(): void {
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

  /** One that has grown old is told by an older one that is whole. Not the newer ones: where many come, most are dropped before they are that old. */
  private pack(): void {
    const newest = this.kept.at(-1)?.at ?? 0;
    const index = this.kept.findIndex((each, place) => place > 0 && !isPacked(each) && newest - each.at >= packedAfterUs);
    const keyframe = this.kept[index];
    const base = this.kept.slice(0, Math.max(0, index)).findLast((each) => !isPacked(each));
    if (keyframe === undefined || base === undefined || isPacked(keyframe) || isPacked(base)) return;
    this.kept[index] = PackedKeyframe.of(base, keyframe) ?? keyframe;
  }
}

function isPacked(keyframe: Keyframe | PackedKeyframe): keyframe is PackedKeyframe {
  return "unpacked" in keyframe;
}

function unpacked(keyframe: Keyframe | PackedKeyframe): Keyframe {
  return isPacked(keyframe) ? keyframe.unpacked() : keyframe;
}
