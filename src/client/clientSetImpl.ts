import type { ApiClientMessage, ApiResponse, ApiServerMessage } from "../apimachinery/apiRequest.ts";
import type { KubeObject } from "../apimachinery/objectMeta.ts";
import { deepEqual } from "../base/deepEqual.ts";
import type { Json } from "../base/json.ts";
import type { CauseId, ConnectionId, ProcessEvent } from "../sim/process.ts";
import { millisecond, second } from "../sim/time.ts";
import type { ClientContext, ClientNote, ClientOptions, ClientRequest, ClientSet, Informer, InformerOptions } from "./clientSet.ts";
import { RateLimiter } from "./rateLimiter.ts";
import type { RateLimiterState } from "./rateLimiter.ts";
import { Reflector } from "./reflector.ts";

/**
 * IMPLEMENTED: one connection with back-off, token-bucket rate limit, requests by tag, Retry-After (10 tries), list and watch with
 * bookmarks, resume, relist on 410, indexes.
 * NOT IMPLEMENTED: watch-list streaming of the first list, chunked lists, resync periods, protobuf.
 */
const firstRedialUs = 100 * millisecond;
const longestRedialUs = 5 * second;
const mostTries = 10;
const noNotes: readonly ClientNote[] = [];

/** Whose request it is: an informer's own, or the owner's by tag. */
/** What concerns one request. */
type Taken = Exclude<ApiServerMessage, { readonly type: "watchStarted" | "bookmarks" }>;

type For = { readonly informer: string } | { readonly tag: Json };

interface Outgoing {
  readonly for: For;
  readonly request: ClientRequest;
  readonly cause: CauseId;
  readonly tries: number;
}

interface State {
  connection: ConnectionId | null;
  connected: boolean;
  started: boolean;
  dialFailures: number;
  nextId: number;
  pumpTimer: boolean;
  queue: Outgoing[];
  retries: Record<string, Outgoing>;
}

/** Makes a component's relation to the API server. See ClientSet. */
export function createClientSet(options: ClientOptions): ClientSet {
  return new ClientSetImpl(options);
}

class ClientSetImpl implements ClientSet {
  readonly #options: ClientOptions;
  readonly #timers: string;
  readonly #limiter: RateLimiter;
  readonly #reflectors = new Map<string, Reflector<KubeObject>>();
  /** Snapshots of informers that are not registered yet. */
  readonly #unclaimed = new Map<string, Json>();
  readonly #inFlight = new Map<string, Outgoing>();
  #state: State = { connection: null, connected: false, started: false, dialFailures: 0, nextId: 1, pumpTimer: false, queue: [], retries: {} };
  /** An informer may be idle: derived, so that ordinary events need not look at each. */
  #mayBeIdle = true;

  constructor(options: ClientOptions) {
    this.#options = options;
    this.#timers = options.name === undefined || options.name === "" ? "client/" : `client/${options.name}/`;
    this.#limiter = new RateLimiter(options.qps, options.burst);
  }

  get synced(): boolean {
    for (const reflector of this.#reflectors.values()) if (!reflector.synced) return false;
    return true;
  }

  get unsynced(): readonly string[] {
    return [...this.#reflectors.values()].filter((reflector) => !reflector.synced).map((reflector) => reflector.name);
  }

  get connected(): boolean {
    return this.#state.connected;
  }

  get connection(): ConnectionId | null {
    return this.#state.connection;
  }

  get pending(): number {
    return this.#state.queue.length + this.#inFlight.size + Object.keys(this.#state.retries).length;
  }

  informer<O extends KubeObject>(name: string, options: InformerOptions<O>): Informer<O> {
    if (this.#reflectors.has(name)) throw new Error(`informer ${name} is registered twice`);
    const reflector = new Reflector<O>(name, options);
    this.#reflectors.set(name, reflector as unknown as Reflector<KubeObject>);
    const saved = this.#unclaimed.get(name);
    if (saved !== undefined) {
      this.#unclaimed.delete(name);
      reflector.restore(saved);
    }
    this.#mayBeIdle = true;
    return reflector;
  }

  removeInformer(ctx: ClientContext, name: string): void {
    if (!this.#reflectors.delete(name)) return;
    this.#state.queue = this.#state.queue.filter((outgoing) => !("informer" in outgoing.for && outgoing.for.informer === name));
    ctx.cancelTimer(`${this.#timers}reflector/${name}`);
    this.#cancel(ctx, (owner) => "informer" in owner && owner.informer === name);
  }

  cancelWatch(ctx: ClientContext, tag: Json): void {
    this.#cancel(ctx, (owner) => "tag" in owner && deepEqual(owner.tag, tag));
  }

  start(ctx: ClientContext): void {
    this.#state.started = true;
    this.#dial(ctx);
  }

  request(ctx: ClientContext, request: ClientRequest, tag: Json): void {
    this.#state.queue.push({ for: { tag }, request, cause: ctx.cause, tries: 0 });
    this.#pump(ctx);
  }

  handle(event: ProcessEvent, ctx: ClientContext): readonly ClientNote[] {
    let notes: readonly ClientNote[] = noNotes;
    switch (event.type) {
      case "connected":
        if (event.connection === this.#state.connection) this.#connected(ctx);
        break;
      case "disconnected":
        if (event.connection === this.#state.connection) notes = this.#disconnected(ctx);
        break;
      case "received":
        if (event.connection === this.#state.connection) notes = this.#received(event.body as ApiServerMessage, ctx);
        break;
      case "timer":
        if (event.key.startsWith(this.#timers)) this.#timer(event.key.slice(this.#timers.length), ctx);
        break;
      default:
        break;
    }
    if (this.#mayBeIdle) this.#wake(ctx);
    return notes;
  }

  snapshot(): Json {
    const informers: Record<string, Json> = Object.fromEntries(this.#unclaimed);
    for (const [name, reflector] of this.#reflectors) informers[name] = reflector.snapshot();
    const state = { ...this.#state, queue: [...this.#state.queue], retries: { ...this.#state.retries } };
    return { state, limiter: this.#limiter.snapshot(), inFlight: [...this.#inFlight], informers } as unknown as Json;
  }

  restore(data: Json): void {
    const saved = data as unknown as { state: State; limiter: RateLimiterState; inFlight: readonly (readonly [string, Outgoing])[]; informers: Record<string, Json> };
    this.#state = { ...saved.state, queue: [...saved.state.queue], retries: { ...saved.state.retries } };
    this.#limiter.restore(saved.limiter);
    this.#inFlight.clear();
    for (const [id, outgoing] of saved.inFlight) this.#inFlight.set(id, outgoing);
    this.#unclaimed.clear();
    for (const [name, informer] of Object.entries(saved.informers)) {
      const reflector = this.#reflectors.get(name);
      if (reflector === undefined) this.#unclaimed.set(name, informer);
      else reflector.restore(informer);
    }
    this.#mayBeIdle = true;
  }

  #dial(ctx: ClientContext): void {
    if (this.#state.connection === null) this.#state.connection = ctx.connect(this.#options.server);
  }

  #connected(ctx: ClientContext): void {
    this.#state.connected = true;
    this.#state.dialFailures = 0;
    this.#mayBeIdle = true;
    this.#pump(ctx);
  }

  /** Everything under way is lost. What waited is told too where no connection could be made: that is a refused connection. */
  #disconnected(ctx: ClientContext): readonly ClientNote[] {
    const notes: ClientNote[] = [];
    const refused = !this.#state.connected;
    this.#state.connection = null;
    this.#state.connected = false;
    const lost = [...this.#inFlight.values(), ...(refused ? this.#state.queue : [])];
    this.#inFlight.clear();
    if (refused) this.#state.queue = [];
    else this.#state.queue = this.#state.queue.filter((outgoing) => "tag" in outgoing.for);
    for (const outgoing of lost) if ("tag" in outgoing.for) notes.push({ type: "answer", tag: outgoing.for.tag, response: null });
    for (const reflector of this.#reflectors.values()) reflector.interrupted();
    const delayUs = Math.min(longestRedialUs, firstRedialUs * 2 ** Math.min(this.#state.dialFailures, 6));
    this.#state.dialFailures += 1;
    ctx.setTimer(`${this.#timers}dial`, delayUs + ctx.random.fork(this.#timers).int(0, Math.floor(delayUs / 2)));
    return notes;
  }

  #received(message: ApiServerMessage, ctx: ClientContext): readonly ClientNote[] {
    if (message.type === "watchStarted") return noNotes;
    const notes: ClientNote[] = [];
    const take = (one: Taken): void => {
      const outgoing = this.#inFlight.get(one.id);
      if (outgoing !== undefined) this.#take(one, outgoing, ctx, notes);
    };
    if (message.type !== "bookmarks") take(message);
    else for (const { id, frame } of message.frames) take({ type: "watchEvents", id, frames: [frame] });
    return notes;
  }

  #take(message: Taken, outgoing: Outgoing, ctx: ClientContext, notes: ClientNote[]): void {
    const reflector = "informer" in outgoing.for ? this.#reflectors.get(outgoing.for.informer) : undefined;
    switch (message.type) {
      case "response":
        this.#inFlight.delete(message.id);
        if (this.#retryLater(outgoing, message.response, ctx)) return;
        if ("tag" in outgoing.for) notes.push({ type: "answer", tag: outgoing.for.tag, response: message.response });
        else if (reflector !== undefined) this.#answered(reflector, outgoing, message.response, ctx, notes);
        return;
      case "watchEvents":
        if ("tag" in outgoing.for) {
          for (const frame of message.frames) notes.push({ type: "watchFrame", tag: outgoing.for.tag, frame });
        } else if (reflector?.frames(message.frames, notes).ended === true) {
          this.#inFlight.delete(message.id);
          ctx.send(this.#state.connection as ConnectionId, { type: "cancel", id: message.id } satisfies ApiClientMessage);
          reflector.ended();
          this.#mayBeIdle = true;
        }
        return;
      case "watchClosed":
        this.#inFlight.delete(message.id);
        if ("tag" in outgoing.for) notes.push({ type: "answer", tag: outgoing.for.tag, response: { code: 200, body: null, warnings: [] } });
        reflector?.ended();
        this.#mayBeIdle = true;
    }
  }

  #answered(reflector: Reflector<KubeObject>, outgoing: Outgoing, response: ApiResponse, ctx: ClientContext, notes: ClientNote[]): void {
    this.#mayBeIdle = true;
    if (outgoing.request.verb === "list") {
      const changes = reflector.listed(response, ctx.cause);
      if (changes !== null) {
        for (const change of changes) notes.push(change);
        return;
      }
    }
    const delayUs = reflector.failed(response.code, ctx.random.fork(this.#timers));
    if (delayUs > 0) ctx.setTimer(`${this.#timers}reflector/${reflector.name}`, delayUs);
  }

  /** Follows client-go/rest/with_retry.go: the server asked to come again later. */
  #retryLater(outgoing: Outgoing, response: ApiResponse, ctx: ClientContext): boolean {
    const after = response.headers?.["Retry-After"];
    if (after === undefined || (response.code !== 429 && response.code < 500) || outgoing.tries >= mostTries) return false;
    const id = `${this.#state.nextId}`;
    this.#state.nextId += 1;
    this.#state.retries = { ...this.#state.retries, [id]: { ...outgoing, tries: outgoing.tries + 1 } };
    ctx.setTimer(`${this.#timers}retry/${id}`, Math.max(1, Number(after)) * second);
    return true;
  }

  #timer(key: string, ctx: ClientContext): void {
    if (key === "dial") {
      this.#dial(ctx);
    } else if (key === "pump") {
      this.#state.pumpTimer = false;
      this.#pump(ctx);
    } else if (key.startsWith("reflector/")) {
      this.#reflectors.get(key.slice("reflector/".length))?.backoffOver();
      this.#mayBeIdle = true;
    } else if (key.startsWith("retry/")) {
      const { [key.slice("retry/".length)]: outgoing, ...others } = this.#state.retries;
      this.#state.retries = others;
      if (outgoing !== undefined) this.#state.queue.push(outgoing);
      this.#pump(ctx);
    }
  }

  /** Idle informers make their next request. */
  #wake(ctx: ClientContext): void {
    if (!this.#state.connected) return;
    this.#mayBeIdle = false;
    for (const reflector of this.#reflectors.values()) {
      if (!reflector.idle) continue;
      this.#state.queue.push({ for: { informer: reflector.name }, request: reflector.next(ctx.random.fork(this.#timers)), cause: ctx.cause, tries: 0 });
    }
    this.#pump(ctx);
  }

  /** Sends what the rate limit lets through, in order, each with the cause it was asked for with. */
  #pump(ctx: ClientContext): void {
    const connection = this.#state.connection;
    if (connection === null || !this.#state.connected || this.#state.pumpTimer) return;
    let sent = 0;
    const queue = this.#state.queue;
    while (sent < queue.length) {
      const waitUs = this.#limiter.take(ctx.now);
      if (waitUs > 0) {
        this.#state.pumpTimer = true;
        ctx.setTimer(`${this.#timers}pump`, waitUs);
        break;
      }
      this.#send(connection, queue[sent] as Outgoing, ctx);
      sent += 1;
    }
    if (sent === queue.length) queue.length = 0;
    else if (sent > 0) queue.splice(0, sent);
  }

  #send(connection: ConnectionId, outgoing: Outgoing, ctx: ClientContext): void {
    const id = String(this.#state.nextId);
    this.#state.nextId += 1;
    this.#inFlight.set(id, outgoing);
    const { verb, path, query, contentType, body } = outgoing.request;
    const message: ApiClientMessage = {
      type: "request",
      request: { id, verb, path, query: query ?? {}, contentType: contentType ?? "", accept: "", userAgent: this.#options.userAgent, identity: this.#options.identity, body: body ?? null },
    };
    if (outgoing.cause === ctx.cause) ctx.send(connection, message);
    else ctx.withCause(outgoing.cause, () => ctx.send(connection, message));
  }

  #cancel(ctx: ClientContext, matches: (owner: For) => boolean): void {
    for (const [id, outgoing] of this.#inFlight) {
      if (!matches(outgoing.for)) continue;
      this.#inFlight.delete(id);
      if (this.#state.connection !== null) ctx.send(this.#state.connection, { type: "cancel", id } satisfies ApiClientMessage);
    }
    this.#state.queue = this.#state.queue.filter((outgoing) => !matches(outgoing.for));
  }
}
