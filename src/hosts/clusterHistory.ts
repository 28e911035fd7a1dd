import type { KubeObject } from "../apimachinery/objectMeta.ts";
import { minute, simTime, type SimTime } from "../sim/time.ts";
import { PackedRevisions } from "./packed/packedRevisions.ts";
import type { ObservedRevision } from "./packed/revisionChunk.ts";
import { newBytes } from "./packed/weight.ts";

export type { ObservedRevision };

const mostPlain = 100_000;
/** A day and a half of what an idle cluster of four nodes renews. */
const mostPacked = 250_000;
const mostBytes = 64 * 1024 * 1024;
/** When there are too many, the oldest tenth goes into the base at once. */
const trimmedShare = 10;
/** One in so many revisions is weighed, for all of them: a prime, so that it meets every step of what comes round again. */
const weighedEvery = 13;
/** Revisions are packed so late that a rollout is over by then, so many at a time. */
const packedAfterUs = 5 * minute;
const packedAtOnce = 256;

/** All that was, beside etcd's own history: it knows when, forgets late, and looking into it touches nothing that runs. */
export class ClusterHistory {
  /** What packs may come later than the cluster's boot. */
  mayPack = true;
  /** The state before the first kept revision. */
  private base = new Map<string, ObservedRevision>();
  /** Those of a while ago, and then those of late. */
  private packed: PackedRevisions | null = null;
  private revisions: ObservedRevision[] = [];
  private knownSince: SimTime = simTime(0);
  /** What the revisions of late hold, about; what two revisions of an object share counts once. */
  private bytes = 0;
  private packedBytes = 0;
  private sinceWeighed = 0;

  /** `before`: the object as it was. */
  add(revision: ObservedRevision, before: KubeObject | null): void {
    this.revisions.push(revision);
    if (++this.sinceWeighed >= weighedEvery) {
      this.sinceWeighed = 0;
      if (revision.object !== null) this.bytes += weighedEvery * newBytes(revision.object, before);
    }
    if (this.mayPack && (this.revisions[packedAtOnce - 1]?.at ?? revision.at) + packedAfterUs < revision.at) this.pack();
    if (this.revisions.length > mostPlain || this.bytes + this.packedBytes > mostBytes) this.trim();
  }

  /** The time from which everything is known. */
  get since(): SimTime {
    return this.knownSince;
  }

  /** Begins anew with what there is now; what led to it is not known. */
  beginAt(at: SimTime, state: readonly ObservedRevision[]): void {
    this.clear();
    this.knownSince = at;
    for (const revision of state) this.base.set(revision.key, revision);
  }

  /** The newest revision of each object at a time. */
  stateAt(at: SimTime): ReadonlyMap<string, ObservedRevision> {
    const state = new Map(this.base);
    if (this.packed?.stateAt(at, state) === false) return state;
    for (const revision of this.revisions) {
      if (revision.at > at) break;
      if (revision.object === null) state.delete(revision.key);
      else state.set(revision.key, revision);
    }
    return state;
  }

  /** All kept revisions of one object, oldest first. */
  of(key: string): readonly ObservedRevision[] {
    return [...(this.packed?.of(key) ?? []), ...this.revisions.filter((revision) => revision.key === key)];
  }

  /** The revision of an object before the first that `of` gives; null where there was none. */
  before(key: string): ObservedRevision | null {
    return this.base.get(key) ?? null;
  }

  /** Goes back to a time: what came later never was. */
  forgetAfter(at: SimTime): void {
    this.packed?.forgetAfter(at);
    this.keep(this.revisions.filter((revision) => revision.at <= at));
  }

  clear(): void {
    this.base.clear();
    this.packed = null;
    this.packedBytes = 0;
    this.revisions = [];
    this.bytes = 0;
    this.knownSince = simTime(0);
  }

  private pack(): void {
    this.packed ??= new PackedRevisions();
    this.packed.add(this.revisions.slice(0, packedAtOnce));
    this.keep(this.revisions.slice(packedAtOnce));
    if (this.packed.count <= mostPacked) return;
    const isNoise = this.noise();
    while (this.packed.count > mostPacked && (this.packed.thin(isNoise, false) || this.foldOldest()));
    this.weighPacked();
  }

  /** Superseded Leases and Events go first; they are many and nobody looks back at them. */
  private trim(): void {
    const isNoise = this.noise();
    const before = this.count;
    this.packed?.thin(isNoise, true);
    this.keep(this.revisions.filter(({ key, revision }) => !isNoise(key, revision)));
    let surplus = this.count < before * (1 - 1 / trimmedShare) ? 0 : Math.ceil(before / trimmedShare);
    while (surplus > 0) {
      const left = this.count;
      if (!this.foldOldest()) break;
      surplus -= left - this.count;
    }
    for (const revision of this.revisions.slice(0, Math.max(0, surplus))) {
      this.knownSince = revision.at;
      if (revision.object === null) this.base.delete(revision.key);
      else this.base.set(revision.key, revision);
    }
    if (surplus > 0) this.keep(this.revisions.slice(surplus));
  }

  private noise(): (key: string, revision: number) => boolean {
    const newest = new Map<string, number>();
    this.packed?.noteNewest(newest);
    for (const { key, revision } of this.revisions) newest.set(key, revision);
    return (key, revision) => (key.startsWith("leases.") || key.startsWith("events/") || key.startsWith("events.")) && newest.get(key) !== revision;
  }

  private foldOldest(): boolean {
    const until = this.packed?.fold(this.base) ?? null;
    if (until !== null) this.knownSince = until;
    return until !== null;
  }

  private get count(): number {
    return this.revisions.length + (this.packed?.count ?? 0);
  }

  /** Only these of those of late. */
  private keep(revisions: ObservedRevision[]): void {
    const before = this.revisions.length;
    this.revisions = revisions;
    if (before > 0) this.bytes = Math.round((this.bytes * revisions.length) / before);
    this.weighPacked();
  }

  private weighPacked(): void {
    this.packedBytes = this.packed?.weight ?? 0;
  }
}
