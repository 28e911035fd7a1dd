import type { ApiResponse } from "../apimachinery/apiRequest.ts";
import type { KubeObject } from "../apimachinery/objectMeta.ts";
import type { Json, JsonObject } from "../base/json.ts";
import { isJsonObject } from "../base/json.ts";
import { formatRfc3339 } from "../base/rfc3339.ts";
import type { ObjectReference } from "../kinds/core/references.ts";
import { second } from "../sim/time.ts";
import type { ClientContext, ClientNote, ClientSet } from "./clientSet.ts";

// Follows client-go/tools/record: events_cache.go (the correlator) and event.go (the sink).

/** An event about one object, of one reason, is counted up; more than this many different messages of one reason are combined. */
const mostSimilar = 10;
const similarWithinUs = 600 * second;
/** An object may have this many events at once, and then one in five minutes. */
const spamBurst = 25;
const spamRefillUs = 300 * second;
const mostCached = 4096;
const retryUs = 10 * second;
const mostTries = 12;

export interface EventRecorderOptions {
  /** "deployment-controller", "kubelet". */
  readonly component: string;
  /** Tells the recorders of one process apart; the component where it is not given. */
  readonly name?: string;
  /** The node, where the component is bound to one. */
  readonly host?: string;
  /** Unix microseconds of the cluster's epoch. */
  readonly epochUs: number;
  readonly clients: ClientSet;
}

export interface EventNote {
  readonly about: ObjectReference;
  readonly type: "Normal" | "Warning";
  readonly reason: string;
  readonly message: string;
  readonly related?: ObjectReference;
  readonly action?: string;
  readonly annotations?: Readonly<Record<string, string>>;
}

interface Observed {
  readonly name: string;
  readonly count: number;
  readonly firstTimestamp: string;
}

interface Similar {
  readonly messages: readonly string[];
  readonly at: number;
}

interface Bucket {
  readonly tokens: number;
  readonly at: number;
}

interface Parked {
  readonly create: JsonObject;
  readonly patch: JsonObject | null;
  readonly cacheKey: string;
  readonly tries: number;
}

/** What an event, an owner reference or a binding says of an object. */
export function referenceTo(object: KubeObject, fieldPath?: string): ObjectReference {
  const { kind, apiVersion } = object;
  const { namespace, name, uid, resourceVersion } = object.metadata;
  if (namespace === undefined) return fieldPath === undefined ? { kind, name, uid, apiVersion, resourceVersion } : { kind, name, uid, apiVersion, resourceVersion, fieldPath };
  return fieldPath === undefined ? { kind, namespace, name, uid, apiVersion, resourceVersion } : { kind, namespace, name, uid, apiVersion, resourceVersion, fieldPath };
}

/**
 * Writes core/v1 Events. IMPLEMENTED: counting of repeats, combining of similar messages, the limit per object, retries.
 * NOT IMPLEMENTED: the series of events.k8s.io/v1.
 */
export class EventRecorder {
  readonly #options: EventRecorderOptions;
  readonly #name: string;
  readonly #timer: string;
  /** Of the keys of the caches. */
  readonly #source: string;
  readonly #writtenBy: JsonObject;
  readonly #observed = new Map<string, Observed>();
  readonly #similar = new Map<string, Similar>();
  readonly #buckets = new Map<string, Bucket>();
  #parked: Parked[] = [];
  #lastNameUs = 0;
  #sameUs = 0;

  constructor(options: EventRecorderOptions) {
    this.#options = options;
    this.#name = options.name ?? options.component;
    this.#timer = `events/${this.#name}`;
    this.#source = `${options.component}\n${options.host ?? ""}`;
    this.#writtenBy = options.host === undefined ? { component: options.component } : { component: options.component, host: options.host };
  }

  /** Sends the event, or the patch that counts it up, or nothing where the object has had too many. */
  record(ctx: ClientContext, note: EventNote): void {
    const clockUs = ctx.clock();
    const { kind, namespace, name: object, uid, apiVersion, fieldPath } = note.about;
    const aboutKey = `${this.#source}\n${kind ?? ""}\n${namespace ?? ""}\n${object ?? ""}\n${uid ?? ""}\n${apiVersion ?? ""}\n${fieldPath ?? ""}`;
    const similarKey = `${aboutKey}\n${note.type}\n${note.reason}`;
    const combined = this.#tooManySimilar(similarKey, note.message, clockUs);
    const message = combined ? `(combined from similar events): ${note.message}` : note.message;
    const cacheKey = combined ? similarKey : `${similarKey}\n${note.message}`;

    const timestamp = formatRfc3339(this.#options.epochUs + clockUs);
    const before = this.#observed.get(cacheKey);
    const name = before?.name ?? this.#newName(object ?? "", clockUs);
    const observed: Observed = { name, count: (before?.count ?? 0) + 1, firstTimestamp: before?.firstTimestamp ?? timestamp };
    remember(this.#observed, cacheKey, observed);
    if (this.#spam(aboutKey, clockUs)) return;

    const create = this.#event(note, message, observed, timestamp);
    const patch = before === undefined ? null : { count: observed.count, lastTimestamp: timestamp, ...(combined ? { message } : {}) };
    this.#send(ctx, { create, patch, cacheKey, tries: 0 });
  }

  /** Takes the answers to its own requests; false where the note is somebody else's. */
  answered(ctx: ClientContext, note: ClientNote): boolean {
    if (note.type !== "answer" || !isJsonObject(note.tag) || note.tag["events"] !== this.#name) return false;
    const parked = note.tag["parked"] as unknown as Parked;
    this.#settle(ctx, parked, note.response);
    return true;
  }

  /** Its retry timer; false where the timer is somebody else's. */
  timer(ctx: ClientContext, key: string): boolean {
    if (key !== this.#timer) return false;
    const parked = this.#parked;
    this.#parked = [];
    for (const event of parked) this.#send(ctx, event);
    return true;
  }

  snapshot(): Json {
    return {
      observed: [...this.#observed],
      similar: [...this.#similar],
      buckets: [...this.#buckets],
      parked: [...this.#parked],
      lastNameUs: this.#lastNameUs,
      sameUs: this.#sameUs,
    } as unknown as Json;
  }

  restore(data: Json): void {
    const saved = data as unknown as {
      observed: readonly (readonly [string, Observed])[];
      similar: readonly (readonly [string, Similar])[];
      buckets: readonly (readonly [string, Bucket])[];
      parked: readonly Parked[];
      lastNameUs: number;
      sameUs: number;
    };
    refill(this.#observed, saved.observed);
    refill(this.#similar, saved.similar);
    refill(this.#buckets, saved.buckets);
    this.#parked = [...saved.parked];
    this.#lastNameUs = saved.lastNameUs;
    this.#sameUs = saved.sameUs;
  }

  #settle(ctx: ClientContext, parked: Parked, response: ApiResponse | null): void {
    if (response === null) {
      if (parked.tries + 1 >= mostTries) return;
      if (this.#parked.length === 0) ctx.setTimer(this.#timer, retryUs);
      if (this.#parked.length < mostCached) this.#parked.push({ ...parked, tries: parked.tries + 1 });
    } else if (response.code === 404 && parked.patch !== null) {
      this.#send(ctx, { ...parked, patch: null });
    }
  }

  #send(ctx: ClientContext, parked: Parked): void {
    const metadata = parked.create["metadata"] as JsonObject;
    const collection = `/api/v1/namespaces/${String(metadata["namespace"])}/events`;
    const tag = { events: this.#name, parked } as unknown as Json;
    if (parked.patch === null) this.#options.clients.request(ctx, { verb: "create", path: collection, body: parked.create }, tag);
    else this.#options.clients.request(ctx, { verb: "patch", path: `${collection}/${String(metadata["name"])}`, contentType: "application/strategic-merge-patch+json", body: parked.patch }, tag);
  }

  #event(note: EventNote, message: string, observed: Observed, timestamp: string): JsonObject {
    const { component, host } = this.#options;
    const namespace = note.about.namespace ?? "default";
    const event: Record<string, Json> = {
      apiVersion: "v1",
      kind: "Event",
      metadata: note.annotations === undefined ? { name: observed.name, namespace } : { name: observed.name, namespace, annotations: note.annotations },
      involvedObject: note.about as JsonObject,
      reason: note.reason,
      message,
      source: this.#writtenBy,
      firstTimestamp: observed.firstTimestamp,
      lastTimestamp: timestamp,
      count: observed.count,
      type: note.type,
      reportingComponent: component,
      reportingInstance: host ?? "",
    };
    if (note.related !== undefined) event["related"] = note.related as JsonObject;
    if (note.action !== undefined) event["action"] = note.action;
    return event;
  }

  /** "<object>.<hex of the time in nanoseconds>". Virtual time knows microseconds only: events of one microsecond count on. */
  #newName(object: string, clockUs: number): string {
    this.#sameUs = clockUs === this.#lastNameUs ? this.#sameUs + 1 : 0;
    this.#lastNameUs = clockUs;
    const nanoseconds = BigInt(this.#options.epochUs + clockUs) * 1000n + BigInt(this.#sameUs);
    return `${object}.${nanoseconds.toString(16)}`;
  }

  #tooManySimilar(key: string, message: string, clockUs: number): boolean {
    const before = this.#similar.get(key);
    const kept = before !== undefined && clockUs - before.at <= similarWithinUs ? before.messages : [];
    const messages = kept.includes(message) ? kept : [...kept, message];
    const tooMany = messages.length >= mostSimilar;
    remember(this.#similar, key, { messages: tooMany ? kept.slice(0, mostSimilar) : messages, at: clockUs });
    return tooMany;
  }

  #spam(key: string, clockUs: number): boolean {
    const before = this.#buckets.get(key);
    if (before === undefined) {
      remember(this.#buckets, key, { tokens: spamBurst - 1, at: clockUs });
      return false;
    }
    const gained = Math.floor((clockUs - before.at) / spamRefillUs);
    const tokens = Math.min(spamBurst, before.tokens + gained);
    const at = tokens === spamBurst ? clockUs : before.at + gained * spamRefillUs;
    remember(this.#buckets, key, { tokens: Math.max(0, tokens - 1), at });
    return tokens === 0;
  }
}

/** The oldest entry goes when there are too many. */
function remember<V>(cache: Map<string, V>, key: string, value: V): void {
  cache.delete(key);
  cache.set(key, value);
  if (cache.size > mostCached) cache.delete(cache.keys().next().value as string);
}

function refill<V>(cache: Map<string, V>, entries: readonly (readonly [string, V])[]): void {
  cache.clear();
  for (const [key, value] of entries) cache.set(key, value);
}
