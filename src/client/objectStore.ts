import type { ObjectKey } from "../apimachinery/gvk.ts";
import type { KubeObject } from "../apimachinery/objectMeta.ts";
import type { Lister } from "./clientSet.ts";

interface Entry<O> {
  readonly key: string;
  object: O;
  /** What each indexer said of the object. */
  values: (readonly string[])[];
}

export type Indexers<O> = Readonly<Record<string, (object: O) => readonly string[]>>;

/** Sorts before every character a name may have, so that entries stand by namespace, then by name. */
const separator = "\u0000";
const storeKey = (namespace: string | undefined, name: string): string => (namespace ?? "") + separator + name;

/** Entries by key. An update changes its entry in place, so that only additions and removals move anything. */
class EntryList<O> {
  readonly entries: Entry<O>[] = [];

  insert(entry: Entry<O>): void {
    const last = this.entries[this.entries.length - 1];
    if (last === undefined || last.key < entry.key) this.entries.push(entry);
    else this.entries.splice(this.#position(entry.key), 0, entry);
  }

  remove(key: string): void {
    const at = this.#position(key);
    if (this.entries[at]?.key === key) this.entries.splice(at, 1);
  }

  #position(key: string): number {
    let low = 0;
    let high = this.entries.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.entries[middle] as Entry<O>).key < key) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

interface Indexer<O> {
  readonly buckets: Map<string, EntryList<O>>;
  readonly valuesOf: (object: O) => readonly string[];
}

const none: readonly string[] = [];

function bucketsOf<O>(indexes: Map<string, Map<string, EntryList<O>>>, name: string): Map<string, EntryList<O>> {
  const buckets = new Map<string, EntryList<O>>();
  indexes.set(name, buckets);
  return buckets;
}

const objectOf = <O>(entry: Entry<O>): O => entry.object;

/** The objects of one informer: by name, by namespace, and by the indexes that were asked for. */
export class ObjectStore<O extends KubeObject> implements Lister<O> {
  readonly #indexers: readonly Indexer<O>[];
  readonly #entries = new Map<string, Entry<O>>();
  readonly #namespaces = new Map<string, EntryList<O>>();
  readonly #indexes = new Map<string, Map<string, EntryList<O>>>();
  readonly #sameIndexes: ((old: O, fresh: O) => boolean) | null;

  /** `sameIndexes`: tells at a glance that an update changes no value of any index; without it they are always compared. */
  constructor(indexers: Indexers<O> = {}, sameIndexes: ((old: O, fresh: O) => boolean) | null = null) {
    this.#indexers = Object.entries(indexers).map(([name, valuesOf]) => ({ buckets: bucketsOf(this.#indexes, name), valuesOf }));
    this.#sameIndexes = sameIndexes;
  }

  get size(): number {
    return this.#entries.size;
  }

  get(key: ObjectKey): O | null {
    return this.#entries.get(storeKey(key.namespace, key.name))?.object ?? null;
  }

  list(namespace: string | null, selector?: Readonly<Record<string, string>>): readonly O[] {
    if (namespace === null) {
      const all: O[] = [];
      for (const name of [...this.#namespaces.keys()].sort()) collect(all, this.#namespaces.get(name), selector);
      return all;
    }
    return collect([], this.#namespaces.get(namespace), selector);
  }

  byIndex(index: string, value: string): readonly O[] {
    const buckets = this.#indexes.get(index);
    if (buckets === undefined) throw new Error(`no index ${index}`);
    return buckets.get(value)?.entries.map(objectOf) ?? [];
  }

  countByIndex(index: string, value: string): number {
    return this.#indexes.get(index)?.get(value)?.entries.length ?? 0;
  }

  /** Puts the object in and returns the one it replaces. */
  put(object: O): O | null {
    const key = storeKey(object.metadata.namespace, object.metadata.name);
    const entry = this.#entries.get(key);
    if (entry === undefined) {
      const fresh: Entry<O> = { key, object, values: [] };
      this.#entries.set(key, fresh);
      bucketOf(this.#namespaces, object.metadata.namespace ?? "").insert(fresh);
      this.#reindex(fresh, object);
      return null;
    }
    const old = entry.object;
    entry.object = object;
    if (this.#sameIndexes === null || !this.#sameIndexes(old, object)) this.#reindex(entry, object);
    return old;
  }

  remove(key: ObjectKey): O | null {
    const at = storeKey(key.namespace, key.name);
    const entry = this.#entries.get(at);
    if (entry === undefined) return null;
    this.#entries.delete(at);
    removeFrom(this.#namespaces, key.namespace, at);
    this.#reindex(entry, null);
    return entry.object;
  }

  clear(): void {
    this.#entries.clear();
    this.#namespaces.clear();
    for (const buckets of this.#indexes.values()) buckets.clear();
  }

  #reindex(entry: Entry<O>, fresh: O | null): void {
    for (let at = 0; at < this.#indexers.length; at++) {
      const { buckets, valuesOf } = this.#indexers[at] as Indexer<O>;
      const before = entry.values[at] ?? none;
      const after = fresh === null ? none : valuesOf(fresh);
      entry.values[at] = after;
      if (before === after) continue;
      for (const value of before) if (!after.includes(value)) removeFrom(buckets, value, entry.key);
      for (const value of after) if (!before.includes(value)) bucketOf(buckets, value).insert(entry);
    }
  }
}

function bucketOf<O>(buckets: Map<string, EntryList<O>>, value: string): EntryList<O> {
  let bucket = buckets.get(value);
  if (bucket === undefined) {
    bucket = new EntryList<O>();
    buckets.set(value, bucket);
  }
  return bucket;
}

function removeFrom<O>(buckets: Map<string, EntryList<O>>, value: string, key: string): void {
  const bucket = buckets.get(value);
  if (bucket === undefined) return;
  bucket.remove(key);
  if (bucket.entries.length === 0) buckets.delete(value);
}

function collect<O extends KubeObject>(into: O[], list: EntryList<O> | undefined, selector: Readonly<Record<string, string>> | undefined): O[] {
  if (list === undefined) return into;
  const wanted = selector === undefined ? [] : Object.entries(selector);
  for (const { object } of list.entries) {
    const labels = object.metadata.labels;
    if (wanted.every(([name, value]) => labels?.[name] === value)) into.push(object);
  }
  return into;
}
