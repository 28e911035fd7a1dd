import type { KubeObject } from "../../apimachinery/objectMeta.ts";
import { simTime, type SimTime } from "../../sim/time.ts";
import { differingLeaves } from "./leaves.ts";
import { RevisionChunk, type ObservedRevision } from "./revisionChunk.ts";
import { newBytes } from "./weight.ts";

/** Enough that what each chunk holds once weighs nothing, and few enough that reading one takes no time. */
const inChunk = 4096;
/** Of more, telling the leaves takes as much as keeping the object. */
const mostLeaves = 12;

/** Holds the place of an object until its newest revision is met. */
const toCome: ObservedRevision = { at: simTime(0), revision: 0, key: "", object: null, cause: "" };

/** Which revisions of a key nobody looks back at. */
export type Superfluous = (key: string, revision: number) => boolean;

/** Older revisions of all objects, in order and packed: each comes out as it went in. */
export class PackedRevisions {
  private chunks: RevisionChunk[] = [];
  /** The object of a key that its later revisions are told by. */
  private bases = new Map<string, KubeObject>();

  get count(): number {
    return this.chunks.reduce((sum, chunk) => sum + chunk.count, 0);
  }

  get weight(): number {
    return this.chunks.reduce((sum, chunk) => sum + chunk.weight, 0);
  }

  add(revisions: readonly ObservedRevision[]): void {
    for (const revision of revisions) this.put(this.openChunk(), revision);
  }

  /** Sets in `state` each object's newest revision up to a time, in the order in which they came to be. False where a later one is among these. */
  stateAt(at: SimTime, state: Map<string, ObservedRevision>): boolean {
    const found = new Map<string, number>();
    for (const chunk of this.chunks) {
      for (const reader = chunk.read(); reader.next() && reader.at <= at; ) found.set(reader.key, reader.revision);
      if (chunk.lastAt > at) break;
    }
    for (const chunk of this.chunks) {
      for (const reader = chunk.read(); reader.next() && reader.at <= at; ) {
        const { key } = reader;
        if (reader.deleted) state.delete(key);
        else if (found.get(key) === reader.revision) state.set(key, reader.take());
        else if (!state.has(key)) state.set(key, toCome);
      }
      if (chunk.lastAt > at) return false;
    }
    return true;
  }

  /** All of one object, oldest first. */
  of(key: string): ObservedRevision[] {
    const found: ObservedRevision[] = [];
    for (const chunk of this.chunks) {
      if (!chunk.knows(key)) continue;
      for (const reader = chunk.read(); reader.next(); ) if (reader.key === key) found.push(reader.take());
    }
    return found;
  }

  /** The newest revision of each key. */
  noteNewest(newest: Map<string, number>): void {
    for (const chunk of this.chunks) for (const reader = chunk.read(); reader.next(); ) newest.set(reader.key, reader.revision);
  }

  /** Drops all after a time. */
  forgetAfter(at: SimTime): void {
    const cut = this.chunks.findIndex((chunk) => chunk.lastAt > at);
    if (cut < 0) return;
    const kept: ObservedRevision[] = [];
    for (const reader = (this.chunks[cut] as RevisionChunk).read(); reader.next(); ) if (reader.at <= at) kept.push(reader.take());
    this.chunks = this.chunks.slice(0, cut);
    for (const chunk of this.chunks) chunk.seal();
    this.bases.clear();
    this.add(kept);
  }

  /** Drops what is superfluous from the oldest chunk that still has it; from all of them with `all`. False where there is none but that being written. */
  thin(superfluous: Superfluous, all: boolean): boolean {
    let found = false;
    for (const [index, chunk] of this.chunks.entries()) {
      if (chunk.thinned || !chunk.sealed) continue;
      this.chunks[index] = this.thinned(chunk, superfluous);
      if (!all) return true;
      found = true;
    }
    return found;
  }

  /** Lets the oldest chunk go into `base`. Answers when its last revision was; null where there is none but that being written. */
  fold(base: Map<string, ObservedRevision>): SimTime | null {
    const [oldest] = this.chunks;
    if (oldest === undefined || !oldest.sealed) return null;
    for (const reader = oldest.read(); reader.next(); ) {
      if (reader.deleted) base.delete(reader.key);
      else base.set(reader.key, reader.take());
    }
    this.chunks.shift();
    return oldest.lastAt;
  }

  private openChunk(): RevisionChunk {
    const last = this.chunks.at(-1);
    if (last !== undefined && !last.sealed && last.count < inChunk) return last;
    last?.seal();
    const chunk = new RevisionChunk();
    this.chunks.push(chunk);
    return chunk;
  }

  private put(chunk: RevisionChunk, revision: ObservedRevision): void {
    const { key, object } = revision;
    const base = this.bases.get(key);
    if (object === null) {
      this.bases.delete(key);
      chunk.add(revision, null, []);
      return;
    }
    const leaves = base === undefined ? null : differingLeaves(base, object, mostLeaves);
    if (base !== undefined && leaves !== null && leaves.length > 0) {
      chunk.add(revision, base, leaves);
      return;
    }
    this.bases.set(key, object);
    chunk.weight += newBytes(object, base ?? null);
    chunk.add(revision, object, []);
  }

  /** The same chunk without what is superfluous, told by the objects that it has. */
  private thinned(chunk: RevisionChunk, superfluous: Superfluous): RevisionChunk {
    const own = new PackedRevisions();
    const kept = new RevisionChunk();
    for (const reader = chunk.read(); reader.next(); ) if (!superfluous(reader.key, reader.revision)) own.put(kept, reader.take());
    kept.seal();
    kept.lastAt = chunk.lastAt;
    kept.thinned = true;
    return kept;
  }
}
