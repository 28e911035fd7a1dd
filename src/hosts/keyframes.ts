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

/** Reads one that lies elsewhere; null where it cannot be read any more. */
export type FetchKeyframe = () => Promise<Keyframe | null>;

interface Kept {
  readonly at: SimTime;
  readonly kept: Keyframe | PackedKeyframe | FetchKeyframe;
}

/** The latest keyframes; where there are too many, the one goes that leaves the smallest gap. */
export class KeyframeStore {
  /** What packs may come later than the cluster's boot. */
  mayPack = true;
  private kept: Kept[] = [];

  add(keyframe: Keyframe): void {
    this.kept = [...this.kept.filter((other) => other.at !== keyframe.at), { at: keyframe.at, kept: keyframe }].sort((a, b) => a.at - b.at);
    if (this.kept.length > keyframesKept) this.dropLeastNeeded();
    if (this.mayPack) this.pack();
  }

  /** It lies elsewhere too, and need not be held here. */
  putAway(at: SimTime, fetch: FetchKeyframe): void {
    this.kept = this.kept.map((each) => (each.at === at ? { at, kept: fetch } : each));
  }

  /** When those that are kept were taken, oldest first. */
  get times(): readonly SimTime[] {
    return this.kept.map(({ at }) => at);
  }

  /** The last one at or before `at` that can be read. */
  async nearest(at: SimTime): Promise<Keyframe | null> {
    for (const { kept } of this.kept.filter((each) => each.at <= at).toReversed()) {
      const keyframe = typeof kept === "function" ? await kept() : isWhole(kept) ? kept : kept.unpacked();
      if (keyframe !== null) return keyframe;
    }
    return null;
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
    const index = this.kept.findIndex((each, place) => place > 0 && isWhole(each.kept) && newest - each.at >= packedAfterUs);
    const entry = this.kept[index];
    const base = this.kept.slice(0, Math.max(0, index)).findLast(({ kept }) => isWhole(kept))?.kept;
    if (entry === undefined || base === undefined || !isWhole(entry.kept) || !isWhole(base)) return;
    this.kept[index] = { at: entry.at, kept: PackedKeyframe.of(base, entry.kept) ?? entry.kept };
  }
}

function isWhole(kept: Kept["kept"]): kept is Keyframe {
  return typeof kept !== "function" && !("unpacked" in kept);
}
