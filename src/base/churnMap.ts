/** So many entries may have gone before what they lay in is left behind. */
const leaveAfter = 256;

/**
 * A Map for entries that come and go by the thousand while few are there. V8's own makes a new table every few of them, and each old table
 * points to the one after it: once one of them is old enough that only a full collection looks at it, all that follow it, with all that lay
 * in them, live until then too (half of what a simulated request allocates). So the entries move to a new Map now and then, to which no
 * old table points.
 */
export class ChurnMap<K, V> {
  #map = new Map<K, V>();
  #deleted = 0;

  get size(): number {
    return this.#map.size;
  }

  get(key: K): V | undefined {
    return this.#map.get(key);
  }

  has(key: K): boolean {
    return this.#map.has(key);
  }

  set(key: K, value: V): this {
    if (this.#deleted >= leaveAfter && this.#deleted >= this.#map.size) {
      this.#map = new Map(this.#map);
      this.#deleted = 0;
    }
    this.#map.set(key, value);
    return this;
  }

  delete(key: K): boolean {
    if (!this.#map.delete(key)) return false;
    this.#deleted++;
    return true;
  }

  clear(): void {
    this.#map = new Map();
    this.#deleted = 0;
  }

  keys(): IterableIterator<K> {
    return this.#map.keys();
  }

  values(): IterableIterator<V> {
    return this.#map.values();
  }

  [Symbol.iterator](): IterableIterator<[K, V]> {
    return this.#map[Symbol.iterator]();
  }
}
