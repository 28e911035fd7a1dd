import type { KubeObject } from "../apimachinery/objectMeta.ts";
import type { CauseId } from "../sim/process.ts";
import { simTime, type SimTime } from "../sim/time.ts";

/** One revision as the observer saw it. */
export interface ObservedRevision {
  readonly at: SimTime;
  readonly revision: number;
  /** "<plural>.<group>/<namespace>/<name>" */
  readonly key: string;
  /** Null: deleted. */
  readonly object: KubeObject | null;
  readonly cause: CauseId;
}

const mostRevisions = 100_000;
const mostBytes = 64 * 1024 * 1024;
/** When there are too many, the oldest tenth goes into the base at once. */
const trimmedShare = 10;
/** One in so many revisions is weighed, for all of them: a prime, so that it meets every step of what comes round again. */
const weighedEvery = 13;

/** All that was, beside etcd's own history: it knows when, forgets late, and looking into it touches nothing that runs. */
export class ClusterHistory {
  /** The state before the first kept revision. */
  private base = new Map<string, ObservedRevision>();
  private revisions: ObservedRevision[] = [];
  private knownSince: SimTime = simTime(0);
  /** What the kept revisions hold, about; what two revisions of an object share counts once. */
  private bytes = 0;
  private sinceWeighed = 0;

  /** `before`: the object as it was. */
  add(revision: ObservedRevision, before: KubeObject | null): void {
    this.revisions.push(revision);
    if (++this.sinceWeighed >= weighedEvery) {
      this.sinceWeighed = 0;
      if (revision.object !== null) this.bytes += weighedEvery * newBytes(revision.object, before);
    }
    if (this.revisions.length > mostRevisions || this.bytes > mostBytes) this.trim();
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
    for (const revision of this.revisions) {
      if (revision.at > at) break;
      if (revision.object === null) state.delete(revision.key);
      else state.set(revision.key, revision);
    }
    return state;
  }

  /** All kept revisions of one object, oldest first. */
  of(key: string): readonly ObservedRevision[] {
    return this.revisions.filter((revision) => revision.key === key);
  }

  /** The revision of an object before the first that `of` gives; null where there was none. */
  before(key: string): ObservedRevision | null {
    return this.base.get(key) ?? null;
  }

  /** Goes back to a time: what came later never was. */
  forgetAfter(at: SimTime): void {
    const before = this.revisions.length;
    this.revisions = this.revisions.filter((revision) => revision.at <= at);
    if (before > 0) this.bytes = Math.round((this.bytes * this.revisions.length) / before);
  }

  clear(): void {
    this.base.clear();
    this.revisions = [];
    this.bytes = 0;
    this.knownSince = simTime(0);
  }

  /** Superseded Leases and Events go first; they are many and nobody looks back at them. */
  private trim(): void {
    const newest = new Map<string, number>();
    for (const { key, revision } of this.revisions) newest.set(key, revision);
    const isNoise = ({ key, revision }: ObservedRevision): boolean =>
      (key.startsWith("leases.") || key.startsWith("events/") || key.startsWith("events.")) && newest.get(key) !== revision;
    const before = this.revisions.length;
    this.revisions = this.revisions.filter((revision) => !isNoise(revision));
    const surplus = this.revisions.length < before * (1 - 1 / trimmedShare) ? 0 : Math.ceil(before / trimmedShare);
    for (const revision of this.revisions.splice(0, surplus)) {
      this.knownSince = revision.at;
      if (revision.object === null) this.base.delete(revision.key);
      else this.base.set(revision.key, revision);
    }
    this.bytes = Math.round((this.bytes * this.revisions.length) / before);
  }
}

/** Roughly the memory of what a revision does not share with the one before it. */
function newBytes(value: object, before: object | null): number {
  let bytes = 32;
  const fields = value as Readonly<Record<string, unknown>>;
  const old = before as Readonly<Record<string, unknown>> | null;
  for (const key in fields) {
    const field = fields[key];
    const oldField = old?.[key];
    if (field === oldField) continue;
    if (typeof field === "string") bytes += 16 + field.length;
    else if (typeof field === "object" && field !== null) bytes += newBytes(field, typeof oldField === "object" ? oldField : null);
    else bytes += 8;
  }
  return bytes;
}
