import type { ApiResponse } from "../apimachinery/apiRequest.ts";
import { keyText, parseApiVersion, parseKeyText } from "../apimachinery/gvk.ts";
import type { KubeObject } from "../apimachinery/objectMeta.ts";
import { controllerOf } from "../apimachinery/objectMeta.ts";
import type { Json } from "../base/json.ts";
import { isJsonObject } from "../base/json.ts";
import type { CauseId, ConnectionId, ProcessContext, ProcessEvent } from "../sim/process.ts";
import type { ClientNote, ClientSet } from "./clientSet.ts";
import type { AnyKind, Change, ControllerDefinition, ControllerView, ReconcileResult, Watch } from "./controller.ts";
import type { RunnerParts } from "./controllerContext.ts";
import { PlanContext, RunnerContext } from "./controllerContext.ts";
import type { EventRecorder } from "./eventRecorder.ts";
import { Expectations } from "./expectations.ts";
import { causalObject } from "./paths.ts";
import type { QueueView, WorkItem } from "./workqueue.ts";
import { Workqueue } from "./workqueue.ts";
import { notConfirmed, type Confirmation, type WriteOp } from "./writes.ts";

/** A plan under way: what is left to do, what was answered, and why it is done. */
interface Plan {
  readonly key: string;
  readonly cause: CauseId;
  ops: readonly WriteOp[];
  /** The group that was sent last begins here, and operations before `sent` are sent. */
  from: number;
  sent: number;
  /** Of the group that was sent, by its position. */
  waiting: number;
  answers: (ApiResponse | null)[];
  failure: string | null;
  /** It failed because the object had changed meanwhile. */
  conflict: boolean;
  resumeWith: Json | undefined;
  requeueAfterUs: number | undefined;
}

export interface ControllerRunnerOptions {
  readonly clients: ClientSet;
  readonly recorder: EventRecorder;
  readonly view: ControllerView;
  readonly epochUs: number;
}

/** What a controller does with changes of one kind. */
interface Route {
  readonly isFor: boolean;
  readonly owns: boolean;
  readonly watches: readonly Watch[];
}

const ordinaryConcurrency = 5;
const maximumReasons = 4;

/**
 * Runs one controller: changes become keys, keys become plans, plans become requests in order, and a failure backs the key off.
 * Its state is plain data, so that a keyframe may be taken in the middle of a plan.
 */
export class ControllerRunner {
  readonly definition: ControllerDefinition;
  readonly #options: ControllerRunnerOptions;
  readonly #queue = new Workqueue();
  readonly #expectations = new Expectations();
  readonly #plans = new Map<string, Plan>();
  readonly #timers: string;
  readonly #routes: ReadonlyMap<AnyKind, Route>;
  readonly #parts: RunnerParts;
  #running = true;
  #begun = false;
  /** Answers to plans of an earlier life are not ours any more. */
  #epoch = 0;
  #timerAt: number | null = null;

  constructor(definition: ControllerDefinition, options: ControllerRunnerOptions) {
    this.definition = definition;
    this.#options = options;
    this.#timers = `controller/${definition.name}/`;
    this.#routes = routesOf(definition);
    const { recorder, view, epochUs } = options;
    this.#parts = { queue: this.#queue, expectations: this.#expectations, recorder, view, epochUs, timers: `${this.#timers}t/` };
  }

  get running(): boolean {
    return this.#running;
  }

  /** Its queue, and at most `most` of the keys in it. */
  observeQueue(most: number): QueueView {
    return this.#queue.observe(most);
  }

  /** Its own client's connection. */
  get connection(): ConnectionId | null {
    return this.#options.clients.connection;
  }

  connect(ctx: ProcessContext): void {
    this.#options.clients.start(ctx);
  }

  /** Whether changes of the kind concern it: what it merely reads does not. */
  concerns(kind: AnyKind): boolean {
    return this.#routes.has(kind);
  }

  /** A change that an informer tells of. */
  changed(change: Change, ctx: ProcessContext): void {
    const route = this.#running ? this.#routes.get(change.kind) : undefined;
    if (route === undefined) return;
    if (route.isFor) {
      const key = keyOf(change.object);
      this.#enqueue(key, change, ctx);
      if (change.change === "deleted") this.#expectations.forget(key);
    }
    if (route.owns) this.#ownedChanged(change, ctx);
    if (route.watches.length === 0) return;
    const context = new RunnerContext(this.#parts, ctx, change.cause);
    for (const watch of route.watches) {
      for (const mapped of watch.map(change, context)) this.#queue.add(keyText(mapped), change.cause);
    }
  }

  /** Events of its own client, and its timers. */
  handle(event: ProcessEvent, ctx: ProcessContext): void {
    if (event.type === "timer") {
      if (event.key === `${this.#timers}queue`) this.#timerAt = null;
      else if (event.key.startsWith(`${this.#timers}t/`)) {
        if (this.#running) this.definition.timer?.(event.key.slice(this.#timers.length + 2), new RunnerContext(this.#parts, ctx, ctx.cause));
      } else if (this.#options.recorder.timer(ctx, event.key)) return;
    }
    for (const note of this.#options.clients.handle(event, ctx)) {
      if (!this.#options.recorder.answered(ctx, note)) this.#answered(note, ctx);
    }
  }

  /** Takes what there is to take; call it when the informers are synced. */
  run(ctx: ProcessContext): void {
    if (!this.#running) return;
    if (!this.#begun) {
      this.#begun = true;
      this.definition.started?.(new RunnerContext(this.#parts, ctx, ctx.cause));
    }
    // Asked of every controller after each event of the manager. What falls due is told by the timer.
    const { length, nextDueAt } = this.#queue;
    const concurrency = this.definition.concurrency ?? ordinaryConcurrency;
    if ((length === 0 || this.#plans.size >= concurrency) && (nextDueAt === null || nextDueAt === this.#timerAt)) return;
    this.#queue.advance(ctx.now);
    while (this.#plans.size < concurrency) {
      const item = this.#queue.take();
      if (item === null) break;
      ctx.withCause(item.first, () => this.#reconcile(item, ctx));
    }
    this.#armTimer(ctx);
  }

  /** A stopped controller forgets all it had in memory, as a process that ended. */
  stop(): void {
    this.#running = false;
    this.#begun = false;
    this.#epoch += 1;
    this.#queue.clear();
    this.#expectations.clear();
    this.#plans.clear();
    this.definition.reset?.();
  }

  /** Begins anew with what the informers hold. */
  start(existing: readonly Change[], ctx: ProcessContext): void {
    if (this.#running) return;
    this.#running = true;
    for (const change of existing) this.changed(change, ctx);
  }

  snapshot(): Json {
    return {
      queue: this.#queue.snapshot(),
      expectations: this.#expectations.snapshot(),
      plans: [...this.#plans.values()].map((plan) => ({ ...plan, answers: [...plan.answers] })) as unknown as Json,
      running: this.#running,
      begun: this.#begun,
      epoch: this.#epoch,
      timerAt: this.#timerAt,
      clients: this.#options.clients.snapshot(),
      recorder: this.#options.recorder.snapshot(),
      memory: this.definition.snapshot?.() ?? null,
    };
  }

  restore(data: Json): void {
    const saved = data as unknown as { queue: Json; expectations: Json; plans: readonly Plan[]; running: boolean; begun: boolean; epoch: number; timerAt: number | null; clients: Json; recorder: Json; memory: Json };
    this.#queue.restore(saved.queue);
    this.#expectations.restore(saved.expectations);
    this.#plans.clear();
    for (const plan of saved.plans) this.#plans.set(plan.key, { ...plan, answers: [...plan.answers] });
    this.#running = saved.running;
    this.#begun = saved.begun;
    this.#epoch = saved.epoch;
    this.#timerAt = saved.timerAt;
    this.#options.clients.restore(saved.clients);
    this.#options.recorder.restore(saved.recorder);
    if (saved.memory !== null) this.definition.restore?.(saved.memory);
  }

  #enqueue(key: string, change: Change, ctx: ProcessContext): void {
    const delayUs = this.definition.delayUs?.(change, this.#options.epochUs + ctx.clock()) ?? 0;
    this.#queue.addAfter(key, delayUs, change.cause, ctx.now);
  }

  #ownedChanged(change: Change, ctx: ProcessContext): void {
    const owner = this.#ownerKey(change.object);
    const sameOwners = change.old !== null && change.old.metadata.ownerReferences === change.object.metadata.ownerReferences;
    const oldOwner = change.old === null ? null : sameOwners ? owner : this.#ownerKey(change.old);
    if (oldOwner !== null && oldOwner !== owner) this.#enqueue(oldOwner, change, ctx);
    if (owner === null) return;
    const leaving = change.change === "deleted" || change.object.metadata.deletionTimestamp !== undefined;
    if (leaving) this.#expectations.deletionObserved(owner, keyOf(change.object));
    else if (change.change === "added") this.#expectations.creationObserved(owner);
    this.#enqueue(owner, change, ctx);
  }

  /** Key of the controller of an object, where it is of the kind this controller is for and still the same object. */
  #ownerKey(object: KubeObject): string | null {
    const reference = controllerOf(object.metadata);
    const kind = this.definition.for;
    if (reference === null || kind === null || reference.kind !== kind.gvk.kind || parseApiVersion(reference.apiVersion).group !== kind.gvk.group) return null;
    const key = { namespace: object.metadata.namespace ?? "", name: reference.name };
    return this.#options.view.lister(kind).get(key)?.metadata.uid === reference.uid ? keyText(key) : null;
  }

  #reconcile(item: WorkItem, ctx: ProcessContext): void {
        const draft = new PlanContext(this.#parts, ctx, item.key);
    const result = this.definition.reconcile(parseKeyText(item.key), draft);
    this.#adopt(item.key, item.first, draft, result, ctx);
  }

  /** Makes a plan of what a reconcile collected, explains it, and begins it. */
  #adopt(key: string, cause: CauseId, draft: PlanContext, result: ReconcileResult, ctx: ProcessContext): void {
    const failed = "error" in result;
    let planCause = cause;
    const run = (): void => {
      const plan: Plan = {
        key,
        cause: planCause,
        ops: draft.ops,
        from: 0,
        sent: 0,
        waiting: 0,
        answers: [],
        failure: failed ? result.error : null,
        conflict: false,
        resumeWith: failed ? undefined : result.resumeWith,
        requeueAfterUs: failed ? undefined : result.requeueAfterUs,
      };
      this.#plans.set(key, plan);
      this.#advance(plan, ctx);
    };
    if (draft.ops.length === 0 || draft.reasons.length === 0) {
      run();
      return;
    }
    const more = draft.reasons.length > maximumReasons ? [`and ${draft.reasons.length - maximumReasons} more`] : [];
    const text = [...draft.reasons.slice(0, maximumReasons), ...more].join("; ");
    planCause = ctx.explain({ component: `${this.definition.name} controller`, text, ...this.#about(key) });
    ctx.withCause(planCause, run);
  }

  /** Sends the next group, or ends the plan. */
  #advance(plan: Plan, ctx: ProcessContext): void {
    if (plan.waiting > 0) return;
    const next = plan.ops[plan.sent];
    if (next === undefined) {
      this.#finish(plan, ctx);
      return;
    }
    const from = plan.sent;
    let until = from + 1;
    if (next.group !== undefined) while (plan.ops[until]?.group === next.group) until += 1;
    plan.from = from;
    plan.sent = until;
    plan.waiting = until - from;
    for (let index = from; index < until; index++) {
      const op = plan.ops[index] as WriteOp;
      this.#options.clients.request(ctx, op, { plan: plan.key, index, epoch: this.#epoch });
    }
  }

  #answered(note: ClientNote, ctx: ProcessContext): void {
    if (note.type !== "answer" || !isJsonObject(note.tag) || note.tag["epoch"] !== this.#epoch) return;
    const plan = this.#plans.get(String(note.tag["plan"]));
    const index = note.tag["index"] as number;
    const op = plan?.ops[index];
    if (plan === undefined || op === undefined) return;
    ctx.withCause(plan.cause, () => {
      plan.waiting -= 1;
      plan.answers[index] = note.response;
      const { response } = note;
      if (op.confirms !== undefined) this.#confirmed(plan, op.confirms, response);
      else if (response !== null && (response.code < 300 || op.tolerates?.includes(response.code) === true)) this.#succeeded(op, response, ctx);
      else this.#failed(plan, op, response, ctx);
      if (plan.waiting > 0) return;
      this.#tellTogether(plan, ctx);
      this.#advance(plan, ctx);
    });
  }

  #tellTogether({ key, ops, answers, from, sent }: Plan, ctx: ProcessContext): void {
    if (this.definition.refusedTogether === undefined) return;
    const refusals = ops.slice(from, sent).map((op, at) => ({ op, response: answers[from + at] ?? null })).filter(({ response }) => response === null || response.code >= 300);
    if (refusals.length > 0) this.definition.refusedTogether(parseKeyText(key), refusals, new PlanContext(this.#parts, ctx, key));
  }

  #succeeded(op: WriteOp, response: ApiResponse, ctx: ProcessContext): void {
    if (op.event === undefined || response.code >= 300) return;
    const name = isJsonObject(response.body) ? (response.body as unknown as KubeObject).metadata?.name : undefined;
    this.#options.recorder.record(ctx, { ...op.event, message: op.event.message.replace("{name}", name ?? "") });
  }

  #confirmed(plan: Plan, confirmation: Confirmation, response: ApiResponse | null): void {
    const isThere = response !== null && response.code < 300;
    const wrong = isThere ? notConfirmed(confirmation, response.body as unknown as KubeObject) : `${confirmation.otherwise}: can't recheck DeletionTimestamp: ${messageOf(response)}`;
    if (wrong !== null) this.#giveUp(plan, wrong, []);
  }

  #failed(plan: Plan, op: WriteOp, response: ApiResponse | null, ctx: ProcessContext): void {
    this.#unexpect(plan.key, op);
        const draft = new PlanContext(this.#parts, ctx, plan.key);
    const verdict = this.definition.refused?.(parseKeyText(plan.key), op, response, draft) ?? "fail";
    if (verdict === "ignore") return;
    if (plan.failure !== null) return;
    plan.conflict = response?.code === 409;
    this.#giveUp(plan, messageOf(response), draft.ops);
  }

  /** What was not sent yet is not sent any more; the controller's own answer to the refusal takes its place. */
  #giveUp(plan: Plan, failure: string, instead: readonly WriteOp[]): void {
    for (const unsent of plan.ops.slice(plan.sent)) this.#unexpect(plan.key, unsent);
    plan.ops = [...plan.ops.slice(0, plan.sent), ...instead];
    plan.failure = failure;
  }

  #unexpect(key: string, op: WriteOp): void {
    if (op.expects === "creation") this.#expectations.creationObserved(key);
    else if (op.expects !== undefined) this.#expectations.deletionObserved(key, op.expects.deletion);
  }

  #finish(plan: Plan, ctx: ProcessContext): void {
    const { key, cause } = plan;
    this.#plans.delete(key);
    if (plan.failure === null && plan.resumeWith !== undefined && this.definition.resume !== undefined) {
            const draft = new PlanContext(this.#parts, ctx, key);
      const result = this.definition.resume(parseKeyText(key), plan.resumeWith, plan.answers as ApiResponse[], draft);
      this.#adopt(key, cause, draft, result, ctx);
      return;
    }
    if (plan.failure !== null) {
      this.#queue.addRateLimited(key, this.#explainFailure(plan, ctx), ctx.now);
    } else {
      this.#queue.forget(key);
      if (plan.requeueAfterUs !== undefined) this.#queue.addAfter(key, plan.requeueAfterUs, cause, ctx.now);
    }
    this.#queue.done(key);
  }

  /** The next try is because this one failed. That somebody else was quicker is no news: only the trace tells it. */
  #explainFailure(plan: Plan, ctx: ProcessContext): CauseId {
    const component = `${this.definition.name} controller`;
    if (plan.conflict) {
      ctx.trace({ component, key: plan.key, conflict: plan.failure });
      return plan.cause;
    }
    let link = plan.cause;
    ctx.withCause(plan.cause, () => {
      link = ctx.explain({ component, text: `tries again, because it failed: ${plan.failure ?? ""}`, tone: "warn", ...this.#about(plan.key) });
    });
    return link;
  }

  /** What a link of the causal chain is about. */
  #about(key: string): { readonly object?: string } {
    const kind = this.definition.for;
    return kind === null ? {} : { object: causalObject(kind, parseKeyText(key)) };
  }

  #armTimer(ctx: ProcessContext): void {
    const dueAt = this.#queue.nextDueAt;
    if (dueAt === null || dueAt === this.#timerAt) return;
    this.#timerAt = dueAt;
    ctx.setTimer(`${this.#timers}queue`, Math.max(1, dueAt - ctx.now));
  }
}

function routesOf(definition: ControllerDefinition): ReadonlyMap<AnyKind, Route> {
  const kinds = new Set<AnyKind>([...(definition.for === null ? [] : [definition.for]), ...definition.owns, ...definition.watches.map((watch) => watch.kind)]);
  const routes = new Map<AnyKind, Route>();
  for (const kind of kinds) {
    routes.set(kind, { isFor: definition.for === (kind as unknown), owns: definition.owns.includes(kind), watches: definition.watches.filter((watch) => watch.kind === kind) });
  }
  return routes;
}

function keyOf(object: KubeObject): string {
  return keyText({ namespace: object.metadata.namespace ?? "", name: object.metadata.name });
}

function messageOf(response: ApiResponse | null): string {
  if (response === null) return "the connection to the API server broke";
  const message = isJsonObject(response.body) ? response.body["message"] : undefined;
  return typeof message === "string" ? message : `the API server answered ${response.code}`;
}
