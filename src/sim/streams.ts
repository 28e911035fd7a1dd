import { fnv1a32 } from "../base/hash.ts";
import type { Random } from "./random.ts";

/** Position of a stream: four 32-bit words. */
export type StreamState = readonly [number, number, number, number];

const twoTo32 = 4294967296;

/**
 * The randoms of one owner: seed -> owner -> purpose. Each purpose has a stream of its own, made on first use, whose
 * position is kept; drawing from one never moves another.
 */
export class RandomStreams {
  private readonly origin: string;
  private readonly streams = new Map<string, Stream>();

  constructor(seed: number, owner: string) {
    this.origin = `${seed}/${owner}`;
  }

  stream(purpose: string): Random {
    const known = this.streams.get(purpose);
    if (known !== undefined) return known;
    const made = new Stream(this, purpose, seededState(`${this.origin}/${purpose}`));
    this.streams.set(purpose, made);
    return made;
  }

  snapshot(): Readonly<Record<string, StreamState>> {
    const positions: Record<string, StreamState> = {};
    for (const [purpose, stream] of this.streams) positions[purpose] = stream.position();
    return positions;
  }

  /** For a fresh owner: streams that were handed out already move to their saved position. */
  restore(positions: Readonly<Record<string, StreamState>>): void {
    for (const purpose of Object.keys(positions)) {
      const position = positions[purpose];
      if (position === undefined) continue;
      const known = this.streams.get(purpose);
      if (known === undefined) this.streams.set(purpose, new Stream(this, purpose, position));
      else known.moveTo(position);
    }
  }
}

/** A lone stream that belongs to nobody's history, for looks from outside. */
export function looseRandom(seed: number, purpose: string): Random {
  return new RandomStreams(seed, "").stream(purpose);
}

function seededState(text: string): StreamState {
  return [fnv1a32(`${text}/a`), fnv1a32(`${text}/b`), fnv1a32(`${text}/c`), 1];
}

/** Chris Doty-Humphrey's sfc32: small, fast, 32-bit integers only, so every engine draws the same. */
class Stream implements Random {
  private readonly owner: RandomStreams;
  private readonly purpose: string;
  private a: number;
  private b: number;
  private c: number;
  private counter: number;

  constructor(owner: RandomStreams, purpose: string, state: StreamState) {
    this.owner = owner;
    this.purpose = purpose;
    [this.a, this.b, this.c, this.counter] = state;
    // A fresh state is only a hash of a name: the first draws stir it.
    if (this.counter === 1) for (let round = 0; round < 12; round++) this.next();
  }

  position(): StreamState {
    return [this.a, this.b, this.c, this.counter];
  }

  moveTo(state: StreamState): void {
    [this.a, this.b, this.c, this.counter] = state;
  }

  int(minInclusive: number, maxInclusive: number): number {
    const count = maxInclusive - minInclusive + 1;
    if (!(count >= 1) || !Number.isSafeInteger(minInclusive) || !Number.isSafeInteger(count)) {
      throw new RangeError(`no whole number from ${minInclusive} to ${maxInclusive}`);
    }
    return minInclusive + (count <= twoTo32 ? this.below(count) : this.belowWide(count));
  }

  chance(ratio: { readonly num: number; readonly den: number }): boolean {
    return this.int(0, ratio.den - 1) < ratio.num;
  }

  pick<T>(items: readonly T[]): T {
    return items[this.int(0, items.length - 1)] as T;
  }

  fork(stream: string): Random {
    return this.owner.stream(this.purpose === "" ? stream : `${this.purpose}/${stream}`);
  }

  /** Draws again above the last whole multiple, so that every number is equally likely. */
  private below(count: number): number {
    const limit = twoTo32 - (twoTo32 % count);
    for (;;) {
      const drawn = this.next();
      if (drawn < limit) return drawn % count;
    }
  }

  private belowWide(count: number): number {
    const range = Number.MAX_SAFE_INTEGER;
    const limit = range - (range % count);
    for (;;) {
      const drawn = (this.next() & 0x1fffff) * twoTo32 + this.next();
      if (drawn < limit) return drawn % count;
    }
  }

  private next(): number {
    const drawn = (((this.a + this.b) | 0) + this.counter) | 0;
    this.counter = (this.counter + 1) | 0;
    this.a = this.b ^ (this.b >>> 9);
    this.b = (this.c + (this.c << 3)) | 0;
    this.c = (((this.c << 21) | (this.c >>> 11)) + drawn) | 0;
    return drawn >>> 0;
  }
}
