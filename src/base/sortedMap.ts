/**
 * A map whose text keys are kept in order of UTF-16 code units. Values lie in a Map; the keys lie in sorted chunks, so that
 * an insertion into a large map moves a few hundred keys and not all of them.
 */
export class SortedMap<V> {
  private readonly values_ = new Map<string, V>();
  private chunks: string[][] = [];

  get size(): number {
    return this.values_.size;
  }

  get(key: string): V | undefined {
    return this.values_.get(key);
  }

  has(key: string): boolean {
    return this.values_.has(key);
  }

  set(key: string, value: V): void {
    if (!this.values_.has(key)) this.insertKey(key);
    this.values_.set(key, value);
  }

  delete(key: string): boolean {
    if (!this.values_.delete(key)) return false;
    const at = this.chunkFor(key);
    const chunk = this.chunks[at];
    if (chunk === undefined) return true;
    chunk.splice(lowerBound(chunk, key), 1);
    if (chunk.length === 0) this.chunks.splice(at, 1);
    return true;
  }

  clear(): void {
    this.values_.clear();
    this.chunks = [];
  }

  /** Entries with start <= key < end, in order; no `end` means to the last. The map must not change while it is read. */
  *range(start = "", end?: string): IterableIterator<[string, V]> {
    for (let at = this.chunkFor(start); at < this.chunks.length; at++) {
      const chunk = this.chunks[at] as string[];
      const first = chunk[0] as string;
      for (let index = first >= start ? 0 : lowerBound(chunk, start); index < chunk.length; index++) {
        const key = chunk[index] as string;
        if (end !== undefined && key >= end) return;
        yield [key, this.values_.get(key) as V];
      }
    }
  }

  entries(): IterableIterator<[string, V]> {
    return this.range();
  }

  *keys(): IterableIterator<string> {
    for (const chunk of this.chunks) yield* chunk;
  }

  *values(): IterableIterator<V> {
    for (const chunk of this.chunks) {
      for (const key of chunk) yield this.values_.get(key) as V;
    }
  }

  private insertKey(key: string): void {
    const at = this.chunkFor(key);
    const chunk = this.chunks[at];
    if (chunk === undefined) {
      this.chunks.push([key]);
      return;
    }
    chunk.splice(lowerBound(chunk, key), 0, key);
    if (chunk.length > chunkLimit) this.chunks.splice(at + 1, 0, chunk.splice(chunk.length >> 1));
  }

  /** The last chunk whose first key is not above `key`; 0 where there is none. */
  private chunkFor(key: string): number {
    let low = 0;
    let high = this.chunks.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      const first = this.chunks[middle]?.[0] as string;
      if (first <= key) low = middle + 1;
      else high = middle;
    }
    return low === 0 ? 0 : low - 1;
  }
}

const chunkLimit = 512;

/** Index of the first key that is not below `key`. */
function lowerBound(keys: readonly string[], key: string): number {
  let low = 0;
  let high = keys.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((keys[middle] as string) < key) low = middle + 1;
    else high = middle;
  }
  return low;
}
