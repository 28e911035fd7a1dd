import type { ApiResponse, Identity } from "../apimachinery/apiRequest.ts";
import { isJsonObject, type Json, type JsonObject } from "../base/json.ts";
import { formatRfc3339 } from "../base/rfc3339.ts";
import { leaseKind } from "../kinds/coordination/lease/kind.ts";
import type { Lease, LeaseSpec } from "../kinds/coordination/lease/types.ts";
import type { CauseId, ProcessContext, ProcessEvent, ProcessId } from "../sim/process.ts";
import { addTime, second, simTime, type SimTime } from "../sim/time.ts";
import { newUid } from "../sim/uid.ts";
import type { ClientSet } from "./clientSet.ts";
import { createClientSet } from "./clientSetImpl.ts";
import { EventRecorder, referenceTo } from "./eventRecorder.ts";
import { causalObject, collectionPath, objectPath } from "./paths.ts";

// Follows client-go/tools/leaderelection/leaderelection.go and resourcelock/leaselock.go.

/** --leader-elect-lease-duration, --leader-elect-renew-deadline and --leader-elect-retry-period, as all three components have them. */
export const leaseDurationUs = 15 * second;
export const renewDeadlineUs = 10 * second;
export const retryPeriodUs = 2 * second;
/** The wait between two tries to acquire: the period, and up to 1.2 times more. */
export const jitterFactor = 1.2;
/** A request of the elector's client: half of the deadline (NewFromKubeconfig). */
const requestTimeoutUs = renewDeadlineUs / 2;

/** Why the process ends, as it logs it. */
export const leaderElectionLost = "leaderelection lost";

const name = "leader-election";
const namespace = "kube-system";

export interface LeaderElectorOptions {
  readonly server: ProcessId;
  readonly identity: Identity;
  /** Of the component: the elector's own client adds "/leader-election". */
  readonly userAgent: string;
  /** Name of the Lease in kube-system: "kube-scheduler". */
  readonly lease: string;
  readonly hostname: string;
  /** Component of its events. */
  readonly eventComponent: string;
  readonly epochUs: number;
  readonly qps: number;
  readonly burst: number;
}

/** What a Lease says of the election; times are texts with microseconds. */
type ElectionRecord = Required<Pick<LeaseSpec, "holderIdentity" | "leaseDurationSeconds" | "acquireTime" | "renewTime" | "leaseTransitions">>;

interface State {
  /** "<hostname>_<uuid>": a process that comes back is another candidate. */
  me: string;
  phase: "acquiring" | "leading";
  /** What it awaits the answer of, if anything. `renew`: the update that trusts what was observed. */
  step: "renew" | "get" | "create" | "update" | null;
  /** Counts requests: the answer to one that was given up comes too late. */
  request: number;
  /** The Lease as it was answered last. */
  lease: Lease | null;
  observed: ElectionRecord | null;
  /** When `observed` was seen to change, by this process' own reckoning: nothing else tells it how old a lease is. */
  observedAt: SimTime;
  /** What a request under way would make of the record. */
  wanted: ElectionRecord | null;
  /** When the tries began that must succeed within the renew deadline; null where none are made. */
  roundAt: SimTime | null;
  /** Of all it does: its start, and from then on its becoming the leader. */
  cause: CauseId;
}

/**
 * A candidate for one Lease. The owner asks `leading` after handle(): once true it stays so, as handle() throws where the lease is lost,
 * which ends the process as upstream's exits.
 */
export class LeaderElector {
  readonly #options: LeaderElectorOptions;
  readonly #clients: ClientSet;
  readonly #recorder: EventRecorder;
  readonly #path: string;
  #state: State = { me: "", phase: "acquiring", step: null, request: 0, lease: null, observed: null, observedAt: simTime(0), wanted: null, roundAt: null, cause: "boot" };

  constructor(options: LeaderElectorOptions) {
    this.#options = options;
    const { server, identity, qps, burst, epochUs, eventComponent } = options;
    this.#clients = createClientSet({ name, server, identity, userAgent: `${options.userAgent}/${name}`, qps, burst });
    this.#recorder = new EventRecorder({ component: eventComponent, name, epochUs, clients: this.#clients });
    this.#path = objectPath(leaseKind, { namespace, name: options.lease });
  }

  get leading(): boolean {
    return this.#state.phase === "leading";
  }

  /** Why the owner works: its becoming the leader. */
  get cause(): CauseId {
    return this.#state.cause;
  }

  /** What it knows: who holds the lease, as far as it has seen. */
  observe(): Json {
    return { lease: `${namespace}/${this.#options.lease}`, identity: this.#state.me, leading: this.leading, holder: this.#state.observed?.holderIdentity ?? "" };
  }

  start(ctx: ProcessContext): void {
    this.#clients.start(ctx);
    this.#state.me = `${this.#options.hostname}_${newUid(ctx.random.fork(name))}`;
    this.#state.cause = ctx.cause;
    this.#try(ctx);
  }

  /** True where the event was its own. Throws where the lease was not renewed in time. */
  handle(event: ProcessEvent, ctx: ProcessContext): boolean {
    if (event.type === "timer") {
      if (event.key === name) {
        ctx.withCause(this.#state.cause, () => this.#timer(ctx));
        return true;
      }
      if (this.#recorder.timer(ctx, event.key)) return true;
      if (!event.key.startsWith(`client/${name}/`)) return false;
    } else if (!("connection" in event) || event.connection !== this.#clients.connection) return false;
    for (const note of this.#clients.handle(event, ctx)) {
      if (note.type !== "answer" || this.#recorder.answered(ctx, note) || note.tag !== this.#state.request || this.#state.step === null) continue;
      ctx.withCause(this.#state.cause, () => this.#answered(note.response, ctx));
    }
    return true;
  }

  snapshot(): Json {
    return { state: { ...this.#state }, clients: this.#clients.snapshot(), recorder: this.#recorder.snapshot() } as unknown as Json;
  }

  restore(data: Json): void {
    const saved = data as unknown as { state: State; clients: Json; recorder: Json };
    this.#state = { ...saved.state };
    this.#clients.restore(saved.clients);
    this.#recorder.restore(saved.recorder);
  }

  /** A period is over, or a request took too long. */
  #timer(ctx: ProcessContext): void {
    const state = this.#state;
    if (state.phase === "leading") state.roundAt ??= ctx.now;
    if (this.#leftUs(ctx) <= 0) throw new Error(leaderElectionLost);
    if (state.step !== null) this.#answered(null, ctx);
    else this.#try(ctx);
  }

  /** One try to get the lease or to keep it (tryAcquireOrRenew). */
  #try(ctx: ProcessContext): void {
    const { observed, phase } = this.#state;
    if (phase === "leading" && observed !== null && this.#isMine && this.#isValid(ctx)) this.#put("renew", observed.acquireTime, observed.leaseTransitions, ctx);
    else this.#send("get", ctx);
  }

  get #isMine(): boolean {
    return this.#state.observed?.holderIdentity === this.#state.me;
  }

  #isValid(ctx: ProcessContext): boolean {
    const { observed, observedAt } = this.#state;
    return observed !== null && addTime(observedAt, observed.leaseDurationSeconds * second) > ctx.now;
  }

  #answered(response: ApiResponse | null, ctx: ProcessContext): void {
    const state = this.#state;
    const { step, wanted } = state;
    const done = response !== null && response.code < 300;
    state.step = null;
    if (step === "get") return this.#read(response, ctx);
    if (!done || !isJsonObject(response.body)) {
      // What was observed may be old: look, and judge by what is there.
      if (step === "renew") this.#send("get", ctx);
      else this.#failed(ctx);
      return;
    }
    const before = state.observed;
    state.lease = response.body as unknown as Lease;
    state.observed = wanted;
    state.observedAt = ctx.now;
    if (state.phase === "acquiring") this.#becomeLeader(before, ctx);
    else {
      state.roundAt = null;
      ctx.setTimer(name, retryPeriodUs);
    }
  }

  #read(response: ApiResponse | null, ctx: ProcessContext): void {
    const state = this.#state;
    if (response?.code === 404) return this.#put("create", null, 0, ctx);
    if (response === null || response.code >= 300 || !isJsonObject(response.body)) return this.#failed(ctx);
    state.lease = response.body as unknown as Lease;
    const found = recordOf(state.lease.spec);
    if (state.observed === null || !sameRecord(state.observed, found)) {
      state.observed = found;
      state.observedAt = ctx.now;
    }
    if (found.holderIdentity !== "" && !this.#isMine && this.#isValid(ctx)) return this.#failed(ctx);
    if (this.#isMine) this.#put("update", found.acquireTime, found.leaseTransitions, ctx);
    else this.#put("update", null, found.leaseTransitions + 1, ctx);
  }

  /** Acquiring: again some time later. Leading: again, until the deadline. */
  #failed(ctx: ProcessContext): void {
    if (!this.leading) {
      ctx.setTimer(name, retryPeriodUs + ctx.random.fork(name).int(0, jitterFactor * retryPeriodUs));
      return;
    }
    const leftUs = this.#leftUs(ctx);
    if (leftUs <= 0) throw new Error(leaderElectionLost);
    ctx.setTimer(name, Math.min(retryPeriodUs, leftUs));
  }

  /** Until the lease counts as lost; without end where nothing is tried. */
  #leftUs(ctx: ProcessContext): number {
    const { roundAt } = this.#state;
    return roundAt === null ? Number.POSITIVE_INFINITY : roundAt + renewDeadlineUs - ctx.now;
  }

  #becomeLeader(before: ElectionRecord | null, ctx: ProcessContext): void {
    const state = this.#state;
    const held = this.#options.lease;
    const why = before === null || before.holderIdentity === "" ? "nobody held it" : `${before.holderIdentity} had not renewed it for ${before.leaseDurationSeconds} s`;
    state.phase = "leading";
    state.cause = ctx.explain({ component: held, text: `${state.me} became leader, because ${why}`, object: causalObject(leaseKind, { namespace, name: held }), tone: "progress" });
    if (state.lease !== null) this.#recorder.record(ctx, { about: referenceTo({ ...state.lease, apiVersion: "coordination.k8s.io/v1", kind: "Lease" }), type: "Normal", reason: "LeaderElection", message: `${state.me} became leader` });
    // Renewing begins at once.
    state.roundAt = ctx.now;
    this.#try(ctx);
  }

  /** Writes the whole Lease. `acquireTime`: null where the lease is acquired with this. */
  #put(step: "renew" | "create" | "update", acquireTime: string | null, leaseTransitions: number, ctx: ProcessContext): void {
    const now = formatRfc3339(this.#options.epochUs + ctx.clock(), true);
    const wanted = { holderIdentity: this.#state.me, leaseDurationSeconds: leaseDurationUs / second, acquireTime: acquireTime ?? now, renewTime: now, leaseTransitions };
    this.#state.wanted = wanted;
    this.#send(step, ctx, { ...(step === "create" ? { metadata: { name: this.#options.lease, namespace } } : this.#state.lease), spec: wanted } as unknown as JsonObject);
  }

  #send(step: NonNullable<State["step"]>, ctx: ProcessContext, body: JsonObject | null = null): void {
    const state = this.#state;
    state.step = step;
    state.request += 1;
    if (step === "get") this.#clients.request(ctx, { verb: "get", path: this.#path }, state.request);
    else if (step === "create") this.#clients.request(ctx, { verb: "create", path: collectionPath(leaseKind, namespace), body: { apiVersion: "coordination.k8s.io/v1", kind: "Lease", ...body } }, state.request);
    else this.#clients.request(ctx, { verb: "update", path: this.#path, body }, state.request);
    ctx.setTimer(name, Math.min(requestTimeoutUs, this.#leftUs(ctx)));
  }
}

function recordOf(spec: LeaseSpec): ElectionRecord {
  return { holderIdentity: spec.holderIdentity ?? "", leaseDurationSeconds: spec.leaseDurationSeconds ?? 0, acquireTime: spec.acquireTime ?? "", renewTime: spec.renewTime ?? "", leaseTransitions: spec.leaseTransitions ?? 0 };
}

function sameRecord(one: ElectionRecord, other: ElectionRecord): boolean {
  return one.holderIdentity === other.holderIdentity && one.renewTime === other.renewTime && one.acquireTime === other.acquireTime && one.leaseTransitions === other.leaseTransitions && one.leaseDurationSeconds === other.leaseDurationSeconds;
}
