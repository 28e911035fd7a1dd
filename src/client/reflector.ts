import type { ApiResponse, WatchFrame } from "../apimachinery/apiRequest.ts";
import { apiVersionOf } from "../apimachinery/gvk.ts";
import type { KubeObject } from "../apimachinery/objectMeta.ts";
import type { Json, JsonObject } from "../base/json.ts";
import { isJsonObject } from "../base/json.ts";
import type { CauseId } from "../sim/process.ts";
import type { Random } from "../sim/random.ts";
import { millisecond, second } from "../sim/time.ts";
import type { DurationUs } from "../sim/time.ts";
import type { ClientNote, ClientRequest, Informer, InformerOptions, Lister } from "./clientSet.ts";
import { ObjectStore } from "./objectStore.ts";
import { collectionPath } from "./paths.ts";

// Follows client-go/tools/cache/reflector.go: list at resourceVersion 0 (whatever the server's cache holds), watch from there,
// resume at the last version seen, and list again, consistently, when the server has forgotten that version.

const firstBackoffUs = 800 * millisecond;
const longestBackoffUs = 30 * second;

/** idle: has nothing under way and begins at once; waiting: has failed and begins when its timer fires. */
type Phase = "idle" | "listing" | "watching" | "waiting";

/** One informer: what it asks for next, and what the answers change. */
export class Reflector<O extends KubeObject> implements Informer<O> {
  readonly name: string;
  readonly #options: InformerOptions<O>;
  readonly #store: ObjectStore<O>;
  #phase: Phase = "idle";
  #synced = false;
  #resourceVersion = "";
  /** Set when the server no longer knows our version: the next list must be consistent. */
  #expired = false;
  #failures = 0;

  constructor(name: string, options: InformerOptions<O>) {
    this.name = name;
    this.#options = options;
    this.#store = new ObjectStore(options.indexers, options.sameIndexes);
  }

  get synced(): boolean {
    return this.#synced;
  }

  get lister(): Lister<O> {
    return this.#store;
  }

  get resourceVersion(): string {
    return this.#resourceVersion;
  }

  get idle(): boolean {
    return this.#phase === "idle";
  }

  /** The connection is gone, and with it what was under way. */
  interrupted(): void {
    if (this.#phase !== "waiting") this.#phase = "idle";
  }

  backoffOver(): void {
    if (this.#phase === "waiting") this.#phase = "idle";
  }

  /** The request that an idle reflector makes next: a list, or a watch where it has listed before. */
  next(random: Random): ClientRequest {
    const selectors: Record<string, string> = {};
    if (this.#options.labelSelector !== undefined) selectors["labelSelector"] = this.#options.labelSelector;
    if (this.#options.fieldSelector !== undefined) selectors["fieldSelector"] = this.#options.fieldSelector;
    const path = collectionPath(this.#options.kind, this.#options.namespace ?? null);
    if (this.#resourceVersion === "" || this.#expired) {
      this.#phase = "listing";
      return { verb: "list", path, query: this.#expired ? selectors : { ...selectors, resourceVersion: "0" } };
    }
    this.#phase = "watching";
    const timeoutSeconds = String(random.int(300, 599));
    return { verb: "watch", path, query: { ...selectors, watch: "true", allowWatchBookmarks: "true", resourceVersion: this.#resourceVersion, timeoutSeconds } };
  }

  /** The answer to a list. Returns null where it failed. */
  listed(response: ApiResponse, cause: CauseId): readonly ClientNote[] | null {
    const body = response.body;
    if (response.code !== 200 || !isJsonObject(body)) {
      if (response.code === 410) this.#expired = true;
      return null;
    }
    const notes: ClientNote[] = [];
    const seen = new ObjectStore<O>();
    for (const item of (body["items"] as readonly Json[] | undefined) ?? []) {
      const object = this.#typed(item);
      seen.put(object);
      const old = this.#store.put(object);
      if (old === null) notes.push({ type: "change", informer: this.name, change: "added", object, old: null, cause });
      else if (old.metadata.resourceVersion !== object.metadata.resourceVersion) notes.push({ type: "change", informer: this.name, change: "updated", object, old, cause });
    }
    for (const object of this.#store.list(null)) {
      const key = { namespace: object.metadata.namespace ?? "", name: object.metadata.name };
      if (seen.get(key) !== null) continue;
      this.#store.remove(key);
      notes.push({ type: "change", informer: this.name, change: "deleted", object, old: object, cause });
    }
    this.#resourceVersion = String((body["metadata"] as JsonObject | undefined)?.["resourceVersion"] ?? "");
    this.#expired = false;
    this.#failures = 0;
    this.#phase = "idle";
    if (!this.#synced) {
      this.#synced = true;
      notes.push({ type: "synced", informer: this.name });
    }
    return notes;
  }

  /** Events of the watch. `ended` tells that the server gave it up with an error. */
  frames(frames: readonly WatchFrame[], notes: ClientNote[]): { readonly ended: boolean } {
    for (const frame of frames) {
      if (frame.type === "ERROR") {
        if (isJsonObject(frame.object) && (frame.object["code"] === 410 || frame.object["reason"] === "Expired" || frame.object["reason"] === "Gone")) this.#expired = true;
        return { ended: true };
      }
      const object = frame.object as unknown as O;
      this.#failures = 0;
      this.#resourceVersion = object.metadata.resourceVersion;
      if (frame.type === "BOOKMARK") continue;
      if (frame.type === "DELETED") {
        const old = this.#store.remove({ namespace: object.metadata.namespace ?? "", name: object.metadata.name });
        notes.push({ type: "change", informer: this.name, change: "deleted", object, old, cause: frame.cause });
        continue;
      }
      const old = this.#store.put(object);
      notes.push({ type: "change", informer: this.name, change: old === null ? "added" : "updated", object, old, cause: frame.cause });
    }
    return { ended: false };
  }

  /** The server ended the watch in peace, or forgot our version: begin again at once. */
  ended(): void {
    this.#phase = "idle";
  }

  /** A list or watch was refused. Returns how long to wait before the next. */
  failed(code: number, random: Random): DurationUs {
    if (code === 410) {
      this.#expired = true;
      if (this.#failures === 0) {
        this.#failures = 1;
        this.#phase = "idle";
        return 0;
      }
    }
    const base = Math.min(longestBackoffUs, firstBackoffUs * 2 ** Math.min(this.#failures, 6));
    this.#failures += 1;
    this.#phase = "waiting";
    return base + random.int(0, base);
  }

  snapshot(): Json {
    return {
      phase: this.#phase,
      synced: this.#synced,
      resourceVersion: this.#resourceVersion,
      expired: this.#expired,
      failures: this.#failures,
      objects: this.#store.list(null) as unknown as readonly Json[],
    };
  }

  restore(data: Json): void {
    const saved = data as unknown as { phase: Phase; synced: boolean; resourceVersion: string; expired: boolean; failures: number; objects: readonly O[] };
    this.#phase = saved.phase;
    this.#synced = saved.synced;
    this.#resourceVersion = saved.resourceVersion;
    this.#expired = saved.expired;
    this.#failures = saved.failures;
    this.#store.clear();
    for (const object of saved.objects) this.#store.put(object);
  }

  /** Items of a list do not repeat their type; objects in a store have it. */
  #typed(item: Json): O {
    const object = item as unknown as O;
    if (object.kind !== undefined && object.apiVersion !== undefined) return object;
    const { gvk } = this.#options.kind;
    return { ...object, apiVersion: apiVersionOf(gvk), kind: gvk.kind };
  }
}
