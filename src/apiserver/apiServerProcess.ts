import type { ApiClientMessage, ApiRequest, ApiResponse, ApiServerMessage } from "../apimachinery/apiRequest.ts";
import type { Json } from "../base/json.ts";
import type { EtcdClientMessage, EtcdEvent, EtcdServerMessage } from "../etcd/messages.ts";
import { plainError } from "../apimachinery/statusErrors.ts";
import { kinds } from "../kinds/index.ts";
import { rbacGroup } from "../kinds/rbac/types.ts";
import type { ConnectionId, Process, ProcessContext, ProcessEvent, ProcessFactory, ProcessId } from "../sim/process.ts";
import type { Random } from "../sim/random.ts";
import { NodeGraph } from "./authz/nodeGraph.ts";
import { metricsKinds } from "./aggregated/metricsKinds.ts";
import { takeUsage } from "./aggregated/takeUsage.ts";
import { UsageStore } from "./aggregated/usageStore.ts";
import { RbacAuthorizer } from "./authz/rbacAuthorizer.ts";
import { TokenKeys } from "../kinds/authentication/tokenKeys.ts";
import { policyUpdates } from "./authz/policy/policyUpdates.ts";
import { policyWrites } from "./authz/policy/policyWrites.ts";
import { bootstrapRequests, hasNamespace, isBootstrapObject } from "./bootstrap.ts";
import { computedKinds } from "./computed/index.ts";
import { observeChanges, observeRequest, observeWatch } from "./observe.ts";
import type { Asked, ObjectName, Origin, Parked, Stored, Waiting } from "./parked.ts";
import { parseResourcePath } from "./paths.ts";
import { runPipeline } from "./pipeline.ts";
import { metricFamilies } from "./discovery/metrics.ts";
import { requestKind, ServerMetrics } from "./metrics/serverMetrics.ts";
import { newContext } from "./newContext.ts";
import { requestTrace } from "./requestTrace.ts";
import { afterQuota, isCounting, mayTryAgain, QuotaTurns, turnOf } from "./quotaTurns.ts";
import { RequestRunner } from "./requestRunner.ts";
import type { PlannedWrite, QuotaWrite } from "./requestContext.ts";
import { Resources } from "./resources.ts";
import type { Again, Phase, Snapshot } from "./serverState.ts";
import { resolveOptions, type ApiServerOptions, type ServerView } from "./serverView.ts";
import { AddressKeeper } from "./services/addressKeeper.ts";
import { ipAddressesId } from "./services/addressObjects.ts";
import { ServiceAllocations } from "./services/allocations.ts";
import { ObjectCache } from "./watch/objectCache.ts";
import { OpenWatches } from "./watch/openWatches.ts";

/** The API server "cp-1/apiserver"; what it does and does not is in honesty.ts. */
export function createApiServer(id: ProcessId, options: ApiServerOptions): ProcessFactory {
  return { id, create: () => new ApiServerProcess(id, options) };
}

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

class ApiServerProcess implements Process {
  readonly id: ProcessId;
  private readonly view: ServerView;
  private readonly runner: RequestRunner;
  private readonly watches: OpenWatches;
  private readonly turns = new QuotaTurns();
  private readonly addresses: AddressKeeper;
  private parked = new Map<number, Parked>();
  private nextId = 1;
  private phase: Phase = "connecting";
  private etcd: ConnectionId | null = null;
  /** The revision that the next compaction will fold into. */
  private compactAt = 0;
  private sweeping = false;

  constructor(id: ProcessId, options: ApiServerOptions) {
    this.id = id;
    const resources = new Resources([...(options.kinds ?? kinds), ...computedKinds, ...(options.metricsApi === true ? metricsKinds() : [])]);
    const resolved = resolveOptions(options);
    const cache = new ObjectCache(resources);
    this.view = {
      options: resolved, resources, cache, rbac: new RbacAuthorizer(resources, cache), nodeGraph: new NodeGraph(resources, cache),
      allocations: new ServiceAllocations(resolved.serviceCidr, resolved.nodePorts), tokens: new TokenKeys(resolved.seed), metrics: new ServerMetrics(), usage: new UsageStore(),
    };
    this.runner = new RequestRunner(this.view);
    this.watches = new OpenWatches(this.view, this.runner);
    this.addresses = new AddressKeeper(this.view, (request, ctx) => this.run(request, { type: "internal" }, ctx, null));
    this.view.metrics.openWatches = () => this.watches.states();
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
      case "metrics":
        return ready ? (metricFamilies(this.view) as unknown as Json) : null;
      default:
        return null;
    }
  }

  snapshot(): Json {
    const state: Snapshot = {
      cache: this.view.cache.snapshot(), watches: this.watches.snapshot(), parked: [...this.parked.values()], nextId: this.nextId,
      phase: this.phase, etcd: this.etcd, compactAt: this.compactAt, sweeping: this.sweeping, metrics: this.view.metrics.snapshot(), usage: this.view.usage.snapshot(),
    };
    return state as unknown as Json;
  }

  restore(data: Json): void {
    const state = data as unknown as Snapshot;
    this.view.cache.restore(state.cache);
    this.watches.restore(state.watches);
    this.view.metrics.restore(state.metrics);
    this.view.usage.restore(state.usage);
    this.parked = new Map(state.parked.map((parked) => [parked.id, parked]));
    ({ nextId: this.nextId, phase: this.phase, etcd: this.etcd, compactAt: this.compactAt, sweeping: this.sweeping } = state);
    this.recount();
  }

  /** The service allocators and what authorizers know follow from the cache and the writes in flight. */
  private recount(): void {
    const { allocations, cache, resources, rbac, nodeGraph } = this.view;
    rbac.forget();
    nodeGraph.rebuild();
    allocations.clear();
    const services = resources.get("services");
    if (services !== null) for (const [, service] of cache.range(services, "")) allocations.count(service, 1);
    this.addresses.recount();
    for (const parked of this.parked.values()) this.hold(parked, 1);
    this.turns.restore(this.parked.values());
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
      this.view.usage.drop(connection);
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
        if (message.items.length > 0) this.addresses.lookSoon(ctx);
        this.watches.closeAll(ctx);
        this.begin(message.items.length > 0, ctx);
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
          this.open(ctx);
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
  private begin(again: boolean, ctx: ProcessContext): void {
    if (this.phase === "ready") return;
    this.phase = "bootstrapping";
    if (again) for (const request of policyUpdates(this.view)) this.run(request, { type: "internal" }, ctx, null);
    this.bootstrap(ctx);
  }

  /** One round after the other: what lies in a namespace comes after the namespace. */
  private bootstrap(ctx: ProcessContext): void {
    if (this.phase !== "bootstrapping") return;
    for (const parked of this.parked.values()) if (parked.origin.type === "internal") return;
    for (const request of bootstrapRequests(this.view, this.unixUs(ctx))) this.run(request, { type: "internal" }, ctx, null);
    for (const { request, write } of policyWrites(this.view, ctx.random, this.unixUs(ctx), (name) => hasNamespace(this.view, name))) this.write({ request, origin: { type: "internal" }, counted: "", verdicts: [], warnings: [], since: ctx.now, progress: "" }, write, 1, 1, ctx);
    this.open(ctx);
  }

  /** Once nothing of its own is under way any more; what a full store refused stays away. */
  private open(ctx: ProcessContext): void {
    if (this.phase !== "bootstrapping") return;
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
    } else if (change.resource.id === ipAddressesId) this.addresses.changed(change, ctx);
    if (change.resource.group === rbacGroup) this.view.rbac.forget();
    else if (change.resource.id === "pods") this.view.nodeGraph.changed(change);
    // What the server made of itself it makes again when somebody has deleted it.
    if (change.type === "DELETED" && isBootstrapObject(this.view, change.resource, change.objectKey)) ctx.setTimer(reconcileTimer, reconcileDelayUs);
    this.watches.deliver(change, this.unixUs(ctx), ctx);
    if (change.resource.id === "services") this.addresses.serviceChanged(change, ctx);
  }

  private fromClient(connection: ConnectionId, message: ApiClientMessage, ctx: ProcessContext): void {
    if (message.type === "cancel") {
      this.watches.cancel(connection, message.id, ctx);
      return;
    }
    if (message.type === "usage") takeUsage(this.view, this.unixUs(ctx), connection, message);
    else this.accept(message.request, { type: "connection", connection }, ctx);
  }

  private fromOutside(from: ProcessId, body: { readonly type: string; readonly request: ApiRequest }, ctx: ProcessContext): void {
    if (from === "" && body.type === "request") this.accept(body.request, { type: "outside" }, ctx);
  }

  private accept(request: ApiRequest, origin: Origin, ctx: ProcessContext): void {
    if (this.phase === "ready") this.run(request, origin, ctx, null);
    else this.park({ request, origin, counted: requestKind(request, parseResourcePath(request.path)), verdicts: [], warnings: [], since: ctx.now, progress: "" }, { type: "ready" }, ctx);
  }

  private park({ request, origin, counted, verdicts, warnings, since, progress }: Asked, waitsFor: Waiting, ctx: ProcessContext): Parked {
    const entry: Parked = { id: this.nextId++, request, origin, parkedAt: ctx.now, counted, verdicts, warnings, since, progress, waitsFor };
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
  private run(request: ApiRequest, origin: Origin, ctx: ProcessContext, again: Again | null): void {
    if (again !== null) this.unpark(again.parked);
    const progress = again === null ? "" : (again.progress ?? again.parked.progress);
    const rc = newContext(this.view, request, {
      random: ctx.random, nowUs: this.unixUs(ctx), observed: false, outside: origin.type === "outside", fresh: again?.fresh ?? false, stored: again?.stored ?? null, progress,
    });
    const outcome = runPipeline(rc);
    const { verdicts, warnings } = rc;
    const asked: Asked = { request, origin, counted: again?.parked.counted ?? requestKind(request, rc.path), verdicts, warnings, since: again?.parked.since ?? ctx.now, progress };
    switch (outcome.type) {
      case "answer":
        this.answer(asked, outcome.response, ctx);
        break;
      case "awaitFresh": {
        const parked = this.park(asked, { type: "readIndex" }, ctx);
        this.toEtcd(ctx, { type: "readIndex", id: parked.id });
        break;
      }
      case "write":
        this.write(asked, outcome.write, (again?.stored?.attempt ?? 0) + 1, (again?.quotaAttempt ?? 0) + 1, ctx);
        break;
      case "watch":
        if (origin.type !== "connection") this.answer(asked, this.runner.watchNeedsConnection(), ctx);
        else {
          ctx.trace({ type: "request", id: request.id, verb: "watch", path: request.path, code: 200, stages: verdicts as unknown as Json });
          this.view.metrics.answered(asked.counted, 200, null);
          this.watches.open(request, origin.connection, outcome.watch, this.unixUs(ctx), ctx);
        }
        break;
      case "collection":
        this.nextOfCollection(asked, outcome.names, outcome.response, ctx);
        break;
    }
  }

  /** Hands a write to etcd; where it counts against quotas, their status before, and one request of a namespace after the other. */
  private write(asked: Asked, write: PlannedWrite, attempt: number, quotaAttempt: number, ctx: ProcessContext): void {
    const turn = turnOf(write);
    if (turn !== null && this.turns.isBusy(turn)) {
      this.park(asked, { type: "quota", turn }, ctx);
      return;
    }
    if (turn !== null) this.turns.take(turn);
    this.send(this.park(asked, turn === null ? { type: "write", write, attempt } : { type: "write", write, attempt, quota: { step: 0, attempt: quotaAttempt } }, ctx), ctx);
  }

  /** The transaction that a parked write waits for. */
  private send({ id, waitsFor }: Parked, ctx: ProcessContext): void {
    if (waitsFor.type !== "write" && waitsFor.type !== "collection") return;
    const { write } = waitsFor;
    const quota = waitsFor.type === "write" ? waitsFor.quota : undefined;
    this.toEtcd(ctx, quota === undefined ? this.runner.transaction(id, write) : this.runner.quotaTransaction(id, write.quotaWrites?.[quota.step] as QuotaWrite));
  }

  /** A quota's status is written, or somebody else wrote it in between. */
  private counted(parked: Parked, succeeded: boolean, ctx: ProcessContext): void {
    const { waitsFor } = parked;
    if (!isCounting(waitsFor)) return;
    if (succeeded) {
      const next: Parked = { ...parked, waitsFor: afterQuota(waitsFor) };
      this.parked.set(parked.id, next);
      this.send(next, ctx);
      if (!isCounting(next.waitsFor)) this.nextTurn(this.turns.release(waitsFor), ctx);
    } else if (mayTryAgain(waitsFor)) {
      const turn = this.turns.release(waitsFor);
      this.run(parked.request, parked.origin, ctx, { fresh: true, stored: null, parked, quotaAttempt: waitsFor.quota.attempt });
      this.nextTurn(turn, ctx);
    } else this.finish(parked, this.runner.quotaConflict(waitsFor.write.quotaWrites?.[waitsFor.quota.step] as QuotaWrite, parked.warnings), ctx);
  }

  /** The next that waits to count against these quotas is planned on what is counted now; one that is refused leaves the turn to the next. */
  private nextTurn(turn: string | null, ctx: ProcessContext): void {
    if (turn === null || this.etcd === null) return;
    for (const parked of [...this.parked.values()]) {
      if (this.turns.isBusy(turn)) return;
      if (parked.waitsFor.type === "quota" && parked.waitsFor.turn === turn) this.run(parked.request, parked.origin, ctx, { fresh: true, stored: null, parked });
    }
  }

  private committed(parked: Parked, done: Extract<EtcdServerMessage, { type: "txnDone" }>, ctx: ProcessContext): void {
    const { waitsFor } = parked;
    if (isCounting(waitsFor)) {
      this.counted(parked, done.succeeded, ctx);
      return;
    }
    if (waitsFor.type === "write" || waitsFor.type === "collection") this.view.metrics.transacted(this.view.resources, waitsFor.write, ctx.now - parked.parkedAt);
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
      // A name that is drawn again is another Service's, whose address is another's too.
      const progress = write.onConflict === "generateAgain" ? this.addresses.giveUp(parked.progress, ctx) : parked.progress;
      const stored: Stored | null = { item: write.onConflict === "retry" ? done.current : write.onConflict === "planAgain" ? undefined : null, attempt };
      this.run(parked.request, parked.origin, ctx, { fresh: true, stored, parked, progress });
      return;
    }
    if (waitsFor.type !== "collection") return;
    this.unpark(parked);
    const { at, rest, response, attempt } = waitsFor;
    if (done.succeeded || done.current === null || attempt > 5) this.nextOfCollection(parked, rest, response, ctx);
    else this.nextOfCollection(parked, [at, ...rest], response, ctx, { item: done.current, attempt });
  }

  /** Deletes the objects of a collection one after the other; the answer lists them. */
  private nextOfCollection(collection: Asked, names: readonly ObjectName[], response: ApiResponse, ctx: ProcessContext, stored: Stored | null = null): void {
    const { request, origin } = collection;
    for (let index = 0; index < names.length; index++) {
      const at = names[index] as ObjectName;
      const rc = newContext(this.view, request, {
        random: ctx.random, nowUs: this.unixUs(ctx), observed: false, outside: origin.type === "outside", fresh: true, stored: index === 0 ? stored : null,
      });
      const step = this.runner.deleteOne(rc, at);
      const asked: Asked = { ...collection, verdicts: rc.verdicts, warnings: rc.warnings };
      if (step.type === "write") {
        const waitsFor = { type: "collection", write: step.write, attempt: (stored?.attempt ?? 0) + 1, at, rest: names.slice(index + 1), response } as const;
        this.send(this.park(asked, waitsFor, ctx), ctx);
        return;
      }
      if (step.type === "refused") {
        this.answer(asked, step.response, ctx);
        return;
      }
    }
    this.answer({ ...collection, verdicts: [] }, response, ctx);
  }

  private finish(parked: Parked, response: ApiResponse, ctx: ProcessContext): void {
    this.unpark(parked);
    this.answer(parked, response, ctx);
    this.nextTurn(this.turns.release(parked.waitsFor), ctx);
    if (parked.origin.type === "internal") this.bootstrap(ctx);
  }

  private answer({ request, origin, counted, verdicts, since, progress }: Asked, response: ApiResponse, ctx: ProcessContext): void {
    if (progress !== "" && response.code >= 300) this.addresses.giveUp(progress, ctx);
    if (origin.type !== "internal") this.view.metrics.answered(counted, response.code, ctx.now - since);
    ctx.trace(requestTrace(request, response.code, verdicts));
    if (origin.type === "connection") ctx.send(origin.connection, { type: "response", id: request.id, response } satisfies ApiServerMessage);
    else if (origin.type === "outside") ctx.sendDatagram("", { type: "response", id: request.id, response });
  }

  private timer(key: string, ctx: ProcessContext): void {
    if (this.watches.timer(key, ctx) || this.addresses.timer(key, this.unixUs(ctx), ctx)) return;
    if (key === retryTimer) this.etcd = ctx.connect(this.view.options.etcd);
    else if (key === bookmarkTimer) {
      this.watches.sendBookmarks(ctx);
      ctx.setTimer(bookmarkTimer, bookmarkPeriodUs);
    } else if (key === compactTimer) this.compact(ctx);
    else if (key === sweepTimer) this.sweep(ctx);
    else if (key === reconcileTimer && this.phase === "ready") {
      const requests = bootstrapRequests(this.view, this.unixUs(ctx));
      for (const request of requests) this.run(request, { type: "internal" }, ctx, null);
      // Until nothing is left to be made: some of it comes after something else.
      if (requests.length > 0) ctx.setTimer(reconcileTimer, reconcileDelayUs);
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
      if (ctx.now - parked.parkedAt >= requestTimeoutUs && this.parked.has(parked.id)) this.finish(parked, this.runner.timedOut(), ctx);
    }
    this.sweeping = this.parked.size > 0;
    if (this.sweeping) ctx.setTimer(sweepTimer, sweepPeriodUs);
  }
}

