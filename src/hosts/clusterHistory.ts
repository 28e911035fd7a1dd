import type { KubeObject } from "../apimachinery/objectMeta.ts";
import type { CauseId } from "../sim/process.ts";
import type { SimTime } from "../sim/time.ts";

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

export const mostRevisions = 100_000;
/** Of so many, the oldest go into the base at once. */
const trimmedAtOnce = 10_000;

/** All that was, beside etcd's own history: it knows when, forgets late, and looking into it touches nothing that runs. */
export class ClusterHistory {
  /** The state before the first kept revision. */
  private base = new Map<string, ObservedRevision>();
  private revisions: ObservedRevision[] = [];

  add(revision: ObservedRevision): void {
    this.revisions.push(revision);
    if (this.revisions.length > mostRevisions) this.trim();
  }

  /** The time from which everything is known. */
  get since(): SimTime | null {
    return this.revisions[0]?.at ?? null;
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

  /** Goes back to a time: what came later never was. */
  forgetAfter(at: SimTime): void {
    this.revisions = this.revisions.filter((revision) => revision.at <= at);
  }

  clear(): void {
    this.base.clear();
    this.revisions = [];
  }

  /** Superseded Leases and Events go first; they are many and nobody looks back at them. */
  private trim(): void {
    const newest = new Map<string, number>();
    for (const { key, revision } of this.revisions) newest.set(key, revision);
    const isNoise = ({ key, revision }: ObservedRevision): boolean =>
      (key.startsWith("leases.") || key.startsWith("events/") || key.startsWith("events.")) && newest.get(key) !== revision;
    this.revisions = this.revisions.filter((revision) => !isNoise(revision));
    if (this.revisions.length <= mostRevisions - trimmedAtOnce) return;
    for (const revision of this.revisions.splice(0, trimmedAtOnce)) {
      if (revision.object === null) this.base.delete(revision.key);
      else this.base.set(revision.key, revision);
    }
  }
}
