import type { ApiClientMessage, ApiRequest, ApiResponse, ApiServerMessage } from "../apimachinery/apiRequest.ts";
import type { Json } from "../base/json.ts";
import type { EtcdClientMessage, EtcdEvent, EtcdServerMessage } from "../etcd/messages.ts";
import { plainError } from "../apimachinery/statusErrors.ts";
import { kinds } from "../kinds/index.ts";
import type { ConnectionId, Process, ProcessContext, ProcessEvent, ProcessFactory, ProcessId } from "../sim/process.ts";
import type { Random } from "../sim/random.ts";
import { TokenKeys } from "./authn/tokenKeys.ts";
import { bootstrapRequests, isBootstrapObject } from "./bootstrap.ts";
import { observeChanges, observeRequest, observeWatch } from "./observe.ts";
import type { ObjectName, Origin, Parked, Stored } from "./parked.ts";
import { runPipeline } from "./pipeline.ts";
import { newContext } from "./newContext.ts";
import { RequestRunner } from "./requestRunner.ts";
import { Resources } from "./resources.ts";
import { resolveOptions, type ApiServerOptions, type ServerView } from "./serverView.ts";
import { ServiceAllocations } from "./services/allocations.ts";
import { ObjectCache, type CacheSnapshot } from "./watch/objectCache.ts";
import { OpenWatches, type OpenWatchesState } from "./watch/openWatches.ts";

/** The API server "cp-1/apiserver"; what it does and does not is in honesty.ts. */
export function createApiServer(id: ProcessId, options: ApiServerOptions): ProcessFactory {
  return { id, create: () => new ApiServerProcess(id, options) };
}

type Phase = "connecting" | "loading" | "bootstrapping" | "ready";

const retryTimer = "etcd/reconnect";
const bookmarkTimer = "bookmarks";
const compactTimer = "compact";
const sweepTimer = "sweep";
const reconcileTimer = "bootstrap";
const secondUs = 1_000_000;
const compactPeriodUs = 300 * secondUs;
const bookmarkPeriodUs = 60 * secondUs;
const sweepPeriodUs = 10 * secondUs;
const reconcileDelayUs = 10 * secondUs;
const requestTimeoutUs = 60 * secondUs;

interface Snapshot {
  readonly cache: CacheSnapshot;
  readonly watches: OpenWatchesState;
  readonly parked: readonly Parked[];
  readonly nextId: number;
  readonly phase: Phase;
  readonly etcd: ConnectionId | null;
  readonly compactAt: number;
  readonly sweeping: boolean;
}

class ApiServerProcess implements Process {
  readonly id: ProcessId;
  private readonly view: ServerView;
  private readonly runner: RequestRunner;
  private readonly watches: OpenWatches;
  private parked = new Map<number, Parked>();
  private nextId = 1;
  private phase: Phase = "connecting";
  private etcd: ConnectionId | null = null;
  /** The revision that the next compaction will fold into. */
  private compactAt = 0;
  private sweeping = false;

  constructor(id: ProcessId, options: ApiServerOptions) {
    this.id = id;
    const resources = new Resources(options.kinds ?? kinds);
    const resolved = resolveOptions(options);
    this.view = {
      options: resolved, resources, cache: new ObjectCache(resources),
      allocations: new ServiceAllocations(resolved.serviceCidr, resolved.nodePorts), tokens: new TokenKeys(resolved.seed),
    };
    this.runner = new RequestRunner(this.view);
    this.watches = new OpenWatches(this.view, this.runner);
  }

  handle(event: ProcessEvent, ctx: ProcessContext): void {
    switch (event.type) {
      case "start":
        this.etcd = ctx.connect(this.view.options.etcd);
        ctx.setTimer(compactTimer, compactPeriodUs);
        ctx.setTimer(bookmarkTimer, bookmarkPeriodUs);
        break;
      case "connected":
        if (event.connection === this.etcd) this.toEtcd(ctx, { type: "watch", sinceRevision: this.phase === "connecting" ? 0 : this.view.cache.revision });
        break;
      case "disconnected":
        this.disconnected(event.connection, ctx);
        break;
      case "received":
        if (event.connection === this.etcd) this.fromEtcd(event.body as EtcdServerMessage, ctx);
        else this.fromClient(event.connection, event.body as ApiClientMessage, ctx);
        break;
      case "datagram":
        this.fromOutside(event.from, event.body as { readonly type: "request"; readonly request: ApiRequest }, ctx);
        break;
      case "timer":
        this.timer(event.key, ctx);
        break;
    }
  }

  cost(event: ProcessEvent): number {
    const { readCostUs, writeCostUs, eventCostUs } = this.view.options;
    if (event.type === "received" && event.connection === this.etcd) return eventCostUs;
    if (event.type !== "received" && event.type !== "datagram") return 1;
    const body = event.body as ApiClientMessage;
    if (body.type !== "request") return 1;
    const { verb } = body.request;
    return verb === "get" || verb === "list" || verb === "watch" ? readCostUs : writeCostUs;
  }

  observe(question: Json, look: { readonly now: number; readonly random: Random }): Json {
    const { type } = question as unknown as { readonly type: string };
    const ready = this.phase === "ready";
    switch (type) {
      case "request":
        return observeRequest(this.view, ready, (question as unknown as { readonly request: ApiRequest }).request, look) as unknown as Json;
      case "watch":
        return observeWatch(this.view, ready, question as unknown as { readonly request: ApiRequest; readonly sinceRevision: number }, look) as unknown as Json;
      case "changes":
        return observeChanges(this.view, (question as unknown as { readonly sinceRevision: number }).sinceRevision) as unknown as Json;
      default:
        return null;
    }
  }

  snapshot(): Json {
    const state: Snapshot = {
      cache: this.view.cache.snapshot(), watches: this.watches.snapshot(), parked: [...this.parked.values()], nextId: this.nextId,
      phase: this.phase, etcd: this.etcd, compactAt: this.compactAt, sweeping: this.sweeping,
    };
    return state as unknown as Json;
  }

  restore(data: Json): void {
    const state = data as unknown as Snapshot;
    this.view.cache.restore(state.cache);
    this.watches.restore(state.watches);
    this.parked = new Map(state.parked.map((parked) => [parked.id, parked]));
    ({ nextId: this.nextId, phase: this.phase, etcd: this.etcd, compactAt: this.compactAt, sweeping: this.sweeping } = state);
    this.recount();
  }

  /** The service allocators follow from the cache and the writes in flight. */
  private recount(): void {
    const { allocations, cache, resources } = this.view;
    allocations.clear();
    const services = resources.get("services");
    if (services !== null) for (const [, service] of cache.range(services, "")) allocations.count(service, 1);
    for (const parked of this.parked.values()) this.hold(parked, 1);
  }

  private hold(parked: Parked, step: 1 | -1): void {
    const reserved = parked.waitsFor.type === "write" ? parked.waitsFor.write.reserved : undefined;
    if (reserved !== undefined) this.view.allocations.hold(reserved.ips, reserved.ports, step);
  }

  private toEtcd(ctx: ProcessContext, message: EtcdClientMessage): void {
    if (this.etcd !== null) ctx.send(this.etcd, message);
  }

  private disconnected(connection: ConnectionId, ctx: ProcessContext): void {
    if (connection !== this.etcd) {
      this.watches.drop(connection, ctx);
      return;
    }
    this.etcd = null;
    ctx.setTimer(retryTimer, secondUs);
    // What was sent may have been done: the outcome is unknown.
    for (const parked of [...this.parked.values()]) {
      if (parked.waitsFor.type !== "ready") this.finish(parked, this.runner.unavailable("etcdserver: request timed out"), ctx);
    }
  }

  private fromEtcd(message: EtcdServerMessage, ctx: ProcessContext): void {
    const { cache } = this.view;
    switch (message.type) {
      case "state":
        cache.replace(message.items, message.revision);
        this.recount();
        this.watches.closeAll(ctx);
        this.begin(ctx);
        break;
      case "events":
        for (const event of message.events) this.applied(event, ctx);
        break;
      case "compacted":
        this.toEtcd(ctx, { type: "watch", sinceRevision: 0 });
        break;
      case "readIndex": {
        const parked = this.parked.get(message.id);
        if (parked !== undefined) this.run(parked.request, parked.origin, ctx, { fresh: true, stored: null, parked });
        break;
      }
      case "noSpace": {
        const parked = this.parked.get(message.id);
        if (parked?.origin.type === "internal") {
          this.unpark(parked);
          ctx.setTimer(reconcileTimer, reconcileDelayUs);
        } else if (parked !== undefined) this.finish(parked, { ...plainError("etcdserver: mvcc: database space exceeded"), warnings: [] }, ctx);
        break;
      }
      case "txnDone": {
        if (message.event !== undefined) this.applied(message.event, ctx);
        const parked = this.parked.get(message.id);
        if (parked !== undefined) this.committed(parked, message, ctx);
        break;
      }
    }
  }

  /** State is there: the server's own objects first, then those who waited. */
  private begin(ctx: ProcessContext): void {
    if (this.phase === "ready") return;
    this.phase = "bootstrapping";
    this.bootstrap(ctx);
  }

  /** One round after the other: what lies in a namespace comes after the namespace. */
  private bootstrap(ctx: ProcessContext): void {
    if (this.phase !== "bootstrapping") return;
    for (const parked of this.parked.values()) if (parked.origin.type === "internal") return;
    for (const request of bootstrapRequests(this.view)) this.run(request, { type: "internal" }, ctx, null);
    for (const parked of this.parked.values()) if (parked.origin.type === "internal") return;
    this.phase = "ready";
    for (const parked of [...this.parked.values()]) {
      if (parked.waitsFor.type === "ready") this.run(parked.request, parked.origin, ctx, { fresh: false, stored: null, parked });
    }
  }

  private applied(event: EtcdEvent, ctx: ProcessContext): void {
    const change = this.view.cache.apply(event);
    if (change === null) return;
    if (change.resource.id === "services") {
      if (change.prev !== null) this.view.allocations.count(change.prev, -1);
      if (change.type !== "DELETED") this.view.allocations.count(change.object, 1);
    }
    // What the server made of itself it makes again when somebody has deleted it.
    if (change.type === "DELETED" && isBootstrapObject(this.view, change.resource, change.objectKey)) ctx.setTimer(reconcileTimer, reconcileDelayUs);
    this.watches.deliver(change, this.unixUs(ctx), ctx);
  }

  private fromClient(connection: ConnectionId, message: ApiClientMessage, ctx: ProcessContext): void {
    if (message.type === "cancel") {
      this.watches.cancel(connection, message.id, ctx);
      return;
    }
    this.accept(message.request, { type: "connection", connection }, ctx);
  }

  private fromOutside(from: ProcessId, body: { readonly type: string; readonly request: ApiRequest }, ctx: ProcessContext): void {
    if (from === "" && body.type === "request") this.accept(body.request, { type: "outside" }, ctx);
  }

  private accept(request: ApiRequest, origin: Origin, ctx: ProcessContext): void {
    if (this.phase === "ready") this.run(request, origin, ctx, null);
    else this.park({ request, origin, verdicts: [], warnings: [], waitsFor: { type: "ready" } }, ctx);
  }

  private park(parked: Omit<Parked, "id" | "parkedAt">, ctx: ProcessContext): Parked {
    const { request, origin, verdicts, warnings, waitsFor, progress } = parked;
    const entry: Parked = { id: this.nextId++, request, origin, parkedAt: ctx.now, verdicts, warnings, waitsFor, ...(progress === undefined ? {} : { progress }) };
    this.parked.set(entry.id, entry);
    this.hold(entry, 1);
    if (!this.sweeping) {
      this.sweeping = true;
      ctx.setTimer(sweepTimer, sweepPeriodUs);
    }
    return entry;
  }

  private unpark(parked: Parked): void {
    if (this.parked.delete(parked.id)) this.hold(parked, -1);
  }

  private unixUs(ctx: ProcessContext): number {
    return this.view.options.epochUs + ctx.clock();
  }

  /** Runs the stages, again where the request was parked, and does what they ask for. */
  private run(request: ApiRequest, origin: Origin, ctx: ProcessContext, again: { readonly fresh: boolean; readonly stored: Stored | null; readonly parked: Parked; readonly progress?: string | undefined } | null): void {
    if (again !== null) this.unpark(again.parked);
    const progress = again?.progress ?? "";
    const rc = newContext(this.view, request, {
      random: ctx.random, nowUs: this.unixUs(ctx), observed: false, outside: origin.type === "outside", fresh: again?.fresh ?? false, stored: again?.stored ?? null, progress,
    });
    const outcome = runPipeline(rc);
    const { verdicts, warnings } = rc;
    switch (outcome.type) {
      case "answer":
        this.answer(request, origin, outcome.response, verdicts, ctx);
        break;
      case "awaitFresh": {
        const parked = this.park({ request, origin, verdicts, warnings, waitsFor: { type: "readIndex" } }, ctx);
        this.toEtcd(ctx, { type: "readIndex", id: parked.id });
        break;
      }
      case "write": {
        const attempt = (again?.stored?.attempt ?? 0) + 1;
        const parked = this.park({ request, origin, verdicts, warnings, waitsFor: { type: "write", write: outcome.write, attempt }, ...(progress === "" ? {} : { progress }) }, ctx);
        this.toEtcd(ctx, this.runner.transaction(parked.id, outcome.write));
        break;
      }
      case "watch":
        if (origin.type !== "connection") this.answer(request, origin, this.runner.watchNeedsConnection(), verdicts, ctx);
        else {
          ctx.trace({ type: "request", id: request.id, verb: "watch", path: request.path, code: 200, stages: verdicts as unknown as Json });
          this.watches.open(request, origin.connection, outcome.watch, this.unixUs(ctx), ctx);
        }
        break;
      case "collection":
        this.nextOfCollection(request, origin, outcome.names, outcome.response, ctx);
        break;
    }
  }

  private committed(parked: Parked, done: Extract<EtcdServerMessage, { type: "txnDone" }>, ctx: ProcessContext): void {
    const { waitsFor } = parked;
    if (waitsFor.type === "write") {
      const { write, attempt } = waitsFor;
      if (done.succeeded && write.next !== undefined) {
        this.run(parked.request, parked.origin, ctx, { fresh: true, stored: null, parked, progress: write.next });
        return;
      }
      if (done.succeeded) {
        this.finish(parked, this.runner.written(parked, write, done.revision, this.unixUs(ctx)), ctx);
        return;
      }
      const refused = this.runner.conflicted(parked, write, attempt, done.current);
      if (refused !== null) {
        this.finish(parked, refused, ctx);
        return;
      }
      const stored: Stored | null = { item: write.onConflict === "retry" ? done.current : write.onConflict === "planAgain" ? undefined : null, attempt };
      this.run(parked.request, parked.origin, ctx, { fresh: true, stored, parked, progress: parked.progress });
      return;
    }
    if (waitsFor.type !== "collection") return;
    this.unpark(parked);
    const { at, rest, response, attempt } = waitsFor;
    if (done.succeeded || done.current === null || attempt > 5) this.nextOfCollection(parked.request, parked.origin, rest, response, ctx);
    else this.nextOfCollection(parked.request, parked.origin, [at, ...rest], response, ctx, { item: done.current, attempt });
  }

  /** Deletes the objects of a collection one after the other; the answer lists them. */
  private nextOfCollection(request: ApiRequest, origin: Origin, names: readonly ObjectName[], response: ApiResponse, ctx: ProcessContext, stored: Stored | null = null): void {
    for (let index = 0; index < names.length; index++) {
      const at = names[index] as ObjectName;
      const rc = newContext(this.view, request, {
        random: ctx.random, nowUs: this.unixUs(ctx), observed: false, outside: origin.type === "outside", fresh: true, stored: index === 0 ? stored : null,
      });
      const step = this.runner.deleteOne(rc, at);
      if (step.type === "write") {
        const waitsFor = { type: "collection", write: step.write, attempt: (stored?.attempt ?? 0) + 1, at, rest: names.slice(index + 1), response } as const;
        const parked = this.park({ request, origin, verdicts: rc.verdicts, warnings: rc.warnings, waitsFor }, ctx);
        this.toEtcd(ctx, this.runner.transaction(parked.id, step.write));
        return;
      }
      if (step.type === "refused") {
        this.answer(request, origin, step.response, rc.verdicts, ctx);
        return;
      }
    }
    this.answer(request, origin, response, [], ctx);
  }

  private finish(parked: Parked, response: ApiResponse, ctx: ProcessContext): void {
    this.unpark(parked);
    this.answer(parked.request, parked.origin, response, parked.verdicts, ctx);
    if (parked.origin.type === "internal") this.bootstrap(ctx);
  }

  private answer(request: ApiRequest, origin: Origin, response: ApiResponse, verdicts: Parked["verdicts"], ctx: ProcessContext): void {
    // One entry a request, with the verdict of every stage.
    ctx.trace({ type: "request", id: request.id, verb: request.verb, path: request.path, code: response.code, agent: request.userAgent ?? "", groups: request.identity.type === "user" ? request.identity.groups : [], stages: [...verdicts, ["encode", String(response.code)]] as unknown as Json });
    if (origin.type === "connection") ctx.send(origin.connection, { type: "response", id: request.id, response } satisfies ApiServerMessage);
    else if (origin.type === "outside") ctx.sendDatagram("", { type: "response", id: request.id, response });
  }

  private timer(key: string, ctx: ProcessContext): void {
    if (this.watches.timer(key, ctx)) return;
    if (key === retryTimer) this.etcd = ctx.connect(this.view.options.etcd);
    else if (key === bookmarkTimer) {
      this.watches.sendBookmarks(ctx);
      ctx.setTimer(bookmarkTimer, bookmarkPeriodUs);
    } else if (key === compactTimer) this.compact(ctx);
    else if (key === sweepTimer) this.sweep(ctx);
    else if (key === reconcileTimer && this.phase === "ready") {
      for (const request of bootstrapRequests(this.view)) this.run(request, { type: "internal" }, ctx, null);
    }
  }

  /** History is kept for one to two periods. Follows storage/etcd3/compact.go. */
  private compact(ctx: ProcessContext): void {
    if (this.compactAt > 0) {
      this.view.cache.forget(this.compactAt);
      this.toEtcd(ctx, { type: "compact", revision: this.compactAt });
    }
    this.compactAt = this.view.cache.revision;
    ctx.setTimer(compactTimer, compactPeriodUs);
  }

  private sweep(ctx: ProcessContext): void {
    for (const parked of [...this.parked.values()]) {
      if (ctx.now - parked.parkedAt >= requestTimeoutUs) this.finish(parked, this.runner.timedOut(), ctx);
    }
    this.sweeping = this.parked.size > 0;
    if (this.sweeping) ctx.setTimer(sweepTimer, sweepPeriodUs);
  }
}

