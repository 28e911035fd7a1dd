import type { WatchFrame } from "../../apimachinery/apiRequest.ts";
import type { KubeObject } from "../../apimachinery/objectMeta.ts";
import type { ConnectionId } from "../../sim/process.ts";
import type { Form } from "../encode/accept.ts";
import type { FrameForm } from "../encode/encodeObject.ts";
import type { Resource, Resources } from "../resources.ts";
import type { CacheEvent } from "./objectCache.ts";
import { fieldValue, isEverything, selectionOf, selects, triggerOf, type FieldRequirement, type Selection } from "./selection.ts";

/** An open watch, as it is kept. */
export interface WatcherState {
  /** Gives the order in which watchers are served. */
  readonly serial: number;
  readonly connection: ConnectionId;
  readonly id: string;
  readonly resource: string;
  readonly version: string;
  readonly namespace: string;
  readonly labelSelector: string;
  readonly fields: readonly FieldRequirement[];
  readonly form: Form;
  readonly includeObject: string;
  /** The next Table names the columns. */
  readonly withColumns: boolean;
  readonly bookmarks: boolean;
}

interface Watcher {
  state: WatcherState;
  readonly resource: Resource;
  readonly selection: Selection;
  readonly everything: boolean;
}

export interface Delivery {
  readonly watcher: WatcherState;
  /** One array for all watchers that see the same. */
  readonly frames: readonly [WatchFrame];
}

/** Writes an object in the form a watcher accepted. */
export type FrameEncoder = (resource: Resource, object: KubeObject, accepted: FrameForm) => WatchFrame["object"];

/** Watchers found by the one field, or the namespace, that they all require; the rest see every event of the collection. */
interface ResourceWatchers {
  readonly all: Map<number, Watcher>;
  /** field -> value -> watchers */
  readonly byField: Map<string, Map<string, Map<number, Watcher>>>;
}

export class WatchHub {
  private readonly resources: Resources;
  private readonly watchers = new Map<number, Watcher>();
  private readonly serials = new Map<string, number>();
  private readonly byResource = new Map<string, ResourceWatchers>();

  constructor(resources: Resources) {
    this.resources = resources;
  }

  get size(): number {
    return this.watchers.size;
  }

  add(state: WatcherState): void {
    const resource = this.resources.get(state.resource, state.version);
    if (resource === null) return;
    const selection = selectionOf(state.namespace, state.labelSelector, state.fields);
    const watcher: Watcher = { state, resource, selection, everything: isEverything(selection) };
    this.watchers.set(state.serial, watcher);
    this.serials.set(watchName(state.connection, state.id), state.serial);
    this.bucketOf(watcher, true)?.set(state.serial, watcher);
  }

  find(connection: ConnectionId, id: string): WatcherState | null {
    const serial = this.serials.get(watchName(connection, id));
    return serial === undefined ? null : (this.watchers.get(serial)?.state ?? null);
  }

  get(serial: number): WatcherState | null {
    return this.watchers.get(serial)?.state ?? null;
  }

  remove(serial: number): void {
    const watcher = this.watchers.get(serial);
    if (watcher === undefined) return;
    this.watchers.delete(serial);
    this.serials.delete(watchName(watcher.state.connection, watcher.state.id));
    this.bucketOf(watcher, false)?.delete(serial);
  }

  removeConnection(connection: ConnectionId): readonly WatcherState[] {
    const gone = [...this.watchers.values()].filter((watcher) => watcher.state.connection === connection).map((watcher) => watcher.state);
    for (const state of gone) this.remove(state.serial);
    return gone;
  }

  states(): readonly WatcherState[] {
    return Array.from(this.watchers.values(), (watcher) => watcher.state);
  }

  /** Who hears of an event, in the order in which the watches began; watchers that see the same share one frame. */
  deliveries(event: CacheEvent, encode: FrameEncoder): readonly Delivery[] {
    const watchers = this.interested(event);
    if (watchers.length === 0) return [];
    const shared = new Map<string, readonly [WatchFrame]>();
    const deliveries: Delivery[] = [];
    for (const watcher of watchers) {
      const type = transition(event, watcher);
      if (type === null) continue;
      const { form, includeObject, withColumns } = watcher.state;
      const { resource } = watcher;
      const name = form === "object" && resource.conversion === null ? type : `${type}/${resource.version}/${form}/${includeObject}/${withColumns}`;
      let frames = shared.get(name);
      if (frames === undefined) {
        frames = [frameOf(event, resource, type, watcher.state, encode)];
        shared.set(name, frames);
      }
      deliveries.push({ watcher: watcher.state, frames });
      if (withColumns && form === "table") watcher.state = { ...watcher.state, withColumns: false };
    }
    return deliveries;
  }

  private interested(event: CacheEvent): readonly Watcher[] {
    const index = this.byResource.get(event.resource.id);
    if (index === undefined) return [];
    const found: Watcher[] = [];
    for (const watcher of index.all.values()) found.push(watcher);
    for (const [field, byValue] of index.byField) {
      const value = fieldValue(event.resource, event.object, field);
      const before = event.prev === null ? value : fieldValue(event.resource, event.prev, field);
      collect(found, byValue.get(value));
      if (before !== value) collect(found, byValue.get(before));
    }
    return found;
  }

  private bucketOf(watcher: Watcher, make: boolean): Map<number, Watcher> | null {
    let index = this.byResource.get(watcher.resource.id);
    if (index === undefined) {
      if (!make) return null;
      index = { all: new Map(), byField: new Map() };
      this.byResource.set(watcher.resource.id, index);
    }
    const trigger = triggerOf(watcher.selection);
    if (trigger === null) return index.all;
    let byValue = index.byField.get(trigger.field);
    if (byValue === undefined) index.byField.set(trigger.field, (byValue = new Map()));
    let bucket = byValue.get(trigger.value);
    if (bucket === undefined) byValue.set(trigger.value, (bucket = new Map()));
    return bucket;
  }
}

const bySerial = (a: Watcher, b: Watcher): number => a.state.serial - b.state.serial;
/** Above this, sorting is cheaper than putting each in its place. */
const fewWatchers = 32;

/** Adds the watchers of a bucket, all in the order in which they began. Few are interested in most events. */
function collect(found: Watcher[], bucket: ReadonlyMap<number, Watcher> | undefined): void {
  if (bucket === undefined) return;
  if (found.length + bucket.size > fewWatchers) {
    const sorted = found.length === 0;
    for (const watcher of bucket.values()) found.push(watcher);
    if (!sorted) found.sort(bySerial);
    return;
  }
  for (const watcher of bucket.values()) {
    let at = found.length;
    while (at > 0 && (found[at - 1] as Watcher).state.serial > watcher.state.serial) at--;
    if (at === found.length) found.push(watcher);
    else found.splice(at, 0, watcher);
  }
}

function watchName(connection: ConnectionId, id: string): string {
  return `${connection}\n${id}`;
}

/** An object that begins or ceases to match is ADDED or DELETED for this watcher. Follows cacher/cache_watcher.go. */
function transition(event: CacheEvent, watcher: Watcher): WatchFrame["type"] | null {
  if (watcher.everything) return event.type;
  return transitionOf(event, watcher.resource, watcher.selection);
}

export function transitionOf(event: CacheEvent, resource: Resource, selection: Selection): WatchFrame["type"] | null {
  const now = event.type !== "DELETED" && selects(resource, selection, event.object);
  const before = event.prev !== null && selects(resource, selection, event.prev);
  if (now) return before ? "MODIFIED" : "ADDED";
  return before ? "DELETED" : null;
}

export function frameOf(event: CacheEvent, resource: Resource, type: WatchFrame["type"], accepted: FrameForm, encode: FrameEncoder): WatchFrame {
  let object = event.object;
  if (type === "DELETED" && event.type !== "DELETED" && event.prev !== null) {
    // It left the selection: the last state that matched, at the revision of the change.
    object = { ...event.prev, metadata: { ...event.prev.metadata, resourceVersion: String(event.revision) } };
  }
  return { type, object: encode(resource, object, accepted), cause: event.cause };
}
