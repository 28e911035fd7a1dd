import { copyToExtend } from "../../base/extended.ts";
import { SortedMap } from "../../base/sortedMap.ts";
import type { KubeObject } from "../../apimachinery/objectMeta.ts";
import type { EtcdEvent, EtcdItem } from "../../etcd/messages.ts";
import type { CauseId } from "../../sim/process.ts";
import type { Resource, Resources } from "../resources.ts";

/** One change of one object, with its resource version filled in. A deleted object carries that of its deletion. */
export interface CacheEvent {
  readonly type: "ADDED" | "MODIFIED" | "DELETED";
  readonly revision: number;
  readonly resource: Resource;
  readonly objectKey: string;
  readonly object: KubeObject;
  readonly prev: KubeObject | null;
  readonly cause: CauseId;
}

export interface CacheSnapshot {
  readonly revision: number;
  readonly oldest: number;
  readonly objects: readonly (readonly [resource: string, key: string, object: KubeObject])[];
  readonly history: readonly (Omit<CacheEvent, "resource"> & { readonly resource: string })[];
}

/**
 * All objects as of one etcd revision, by collection in the order of their keys, and the changes that are kept to resume
 * watches and to look at an older revision.
 */
export class ObjectCache {
  private readonly resources: Resources;
  private readonly collections = new Map<string, SortedMap<KubeObject>>();
  private history: CacheEvent[] = [];
  private revision_ = 0;
  private oldest_ = 0;

  constructor(resources: Resources) {
    this.resources = resources;
    for (const resource of resources.all()) this.collections.set(resource.id, new SortedMap());
  }

  get revision(): number {
    return this.revision_;
  }

  /** Changes after this revision are kept. */
  get oldest(): number {
    return this.oldest_;
  }

  get(resource: Resource, objectKey: string): KubeObject | null {
    return this.collections.get(resource.id)?.get(objectKey) ?? null;
  }

  /** In the order of keys; one namespace, or "" for all. */
  range(resource: Resource, namespace: string, after = ""): IterableIterator<[string, KubeObject]> {
    const collection = this.collections.get(resource.id) ?? new SortedMap<KubeObject>();
    // The character after "/" ends the range of a namespace's keys.
    const start = namespace === "" || !resource.namespaced ? "" : `${namespace}/`;
    const end = start === "" ? undefined : `${namespace}0`;
    return collection.range(after > start ? after : start, end);
  }

  count(resource: Resource): number {
    return this.collections.get(resource.id)?.size ?? 0;
  }

  /** Forgets everything and begins again from etcd's whole state. */
  replace(items: readonly EtcdItem[], revision: number): void {
    for (const collection of this.collections.values()) collection.clear();
    for (const item of items) {
      const found = this.resources.ofKey(item.key);
      if (found !== null) this.collections.get(found.resource.id)?.set(found.objectKey, withRevision(item.value, item.modRevision));
    }
    this.history = [];
    this.revision_ = revision;
    // Loaded from an empty store, it knows all there ever was.
    this.oldest_ = items.length === 0 ? 0 : revision;
  }

  apply(event: EtcdEvent): CacheEvent | null {
    if (event.revision <= this.revision_) return null;
    this.revision_ = event.revision;
    const found = this.resources.ofKey(event.key);
    const collection = found === null ? undefined : this.collections.get(found.resource.id);
    if (found === null || collection === undefined) return null;
    const prev = collection.get(found.objectKey) ?? null;
    const { revision, cause } = event;
    const { resource, objectKey } = found;
    if (event.value === null && prev === null) return null;
    const object = withRevision((event.value ?? prev) as object, revision);
    if (event.value === null) collection.delete(objectKey);
    else collection.set(objectKey, object);
    const change: CacheEvent = { type: event.value === null ? "DELETED" : prev === null ? "ADDED" : "MODIFIED", revision, resource, objectKey, object, prev, cause };
    this.history.push(change);
    return change;
  }

  /** Changes above a revision, oldest first; null where they are not kept any more. */
  since(revision: number): readonly CacheEvent[] | null {
    return revision < this.oldest_ ? null : this.history.slice(this.indexAfter(revision));
  }

  /** The collection as it was at an older revision; null where that is not kept any more. */
  at(resource: Resource, namespace: string, revision: number): readonly (readonly [string, KubeObject])[] | null {
    if (revision < this.oldest_) return null;
    const first = this.indexAfter(revision);
    const undo = new Map<string, KubeObject | null>();
    for (let index = this.history.length - 1; index >= first; index--) {
      const event = this.history[index] as CacheEvent;
      if (event.resource.id === resource.id) undo.set(event.objectKey, event.prev);
    }
    if (undo.size === 0) return [...this.range(resource, namespace)];
    const then = new SortedMap<KubeObject>();
    for (const [key, object] of this.range(resource, namespace)) then.set(key, object);
    for (const [key, object] of undo) {
      if (object === null) then.delete(key);
      else if (namespace === "" || object.metadata.namespace === namespace) then.set(key, object);
    }
    return [...then.entries()];
  }

  /** Forgets the changes up to a revision, as etcd does when it compacts. */
  forget(revision: number): void {
    if (revision <= this.oldest_) return;
    this.history = this.history.slice(this.indexAfter(revision));
    this.oldest_ = revision;
  }

  snapshot(): CacheSnapshot {
    const objects: [string, string, KubeObject][] = [];
    for (const [id, collection] of this.collections) {
      for (const [key, object] of collection.entries()) objects.push([id, key, object]);
    }
    const history = this.history.map((event) => ({ ...event, resource: event.resource.id }));
    return { revision: this.revision_, oldest: this.oldest_, objects, history };
  }

  restore(data: CacheSnapshot): void {
    for (const collection of this.collections.values()) collection.clear();
    for (const [id, key, object] of data.objects) this.collections.get(id)?.set(key, object);
    this.history = data.history.flatMap((event) => {
      const resource = this.resources.get(event.resource);
      return resource === null ? [] : [{ ...event, resource }];
    });
    this.revision_ = data.revision;
    this.oldest_ = data.oldest;
  }

  private indexAfter(revision: number): number {
    let low = 0;
    let high = this.history.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.history[middle] as CacheEvent).revision <= revision) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

/** The stored value with its resource version, which etcd knows only after the write. */
export function withRevision(value: object, revision: number): KubeObject {
  const object = value as KubeObject;
  const metadata = copyToExtend(object.metadata);
  metadata.resourceVersion = String(revision);
  return { ...object, metadata };
}
