import type { Json, JsonObject } from "../base/json.ts";
import { isJsonObject } from "../base/json.ts";
import type { KubeObject } from "../apimachinery/objectMeta.ts";
import { createClientSet } from "../client/clientSetImpl.ts";
import type { ClientNote, ClientSet, Informer } from "../client/clientSet.ts";
import type { AnyKind, Change, ControllerDefinition, ControllerView } from "../client/controller.ts";
import { looksTheSame } from "../client/controller.ts";
import { ControllerRunner } from "../client/controllerRunner.ts";
import { EventRecorder } from "../client/eventRecorder.ts";
import { LeaderElector } from "../client/leaderElection.ts";
import type { KindDefinition } from "../kinds/define.ts";
import type { Process, ProcessContext, ProcessEvent, ProcessId } from "../sim/process.ts";
import { second, type DurationUs } from "../sim/time.ts";
import type { CloudInstance, CloudView, ControllerOptions, ControllerRegistration, Outside } from "./registration.ts";
import { isEnabled } from "./registration.ts";

export interface ManagerOptions extends Omit<ControllerOptions, "cloudView" | "outside"> {
  /** The cloud's provider, asked every five seconds; null where there is none. */
  readonly cloudProvider: ProcessId | null;
  /** As the flag --controllers: "*", "name", "-name". */
  readonly controllers: readonly string[];
  readonly qps: number;
  readonly burst: number;
  /** What an event keeps the process busy. */
  readonly eventCostUs: DurationUs;
  readonly user: string;
  readonly userAgent: string;
  /** What it waits for before its controllers begin; null: as with --leader-elect=false. */
  readonly election: { readonly lease: string; readonly hostname: string } | null;
}

const cloudTimer = "cloud";
const cloudPeriodUs = 5 * second;
const mostHeard = 50_000;

const informerName = (kind: AnyKind): string => `${kind.plural}.${kind.gvk.group}`;

interface CloudState {
  readonly released: readonly string[];
  readonly off: readonly string[];
  readonly instances: readonly CloudInstance[];
}

interface Watched {
  readonly kind: AnyKind;
  readonly informer: Informer<KubeObject>;
  readonly runners: ControllerRunner[];
}

/**
 * Hosts controllers: one informer a kind for all of them, and for each its own client with its own rate limit and its own service
 * account, as upstream's client builder makes them.
 */
export class ManagerProcess implements Process {
  readonly id: ProcessId;
  readonly #options: ManagerOptions;
  readonly #shared: ClientSet;
  readonly #watched = new Map<string, Watched>();
  readonly #byKind = new Map<AnyKind, Watched>();
  readonly #runners: readonly ControllerRunner[];
  readonly #byName = new Map<string, ControllerRunner>();
  readonly #byTimer = new Map<string, ControllerRunner>();
  #cloud: CloudState = { released: [], off: [], instances: [] };
  readonly #heard = new Map<string, Json>();
  /** Emptied at the end of each event. */
  #outbox: { readonly to: ProcessId; readonly body: JsonObject }[] = [];
  readonly #elector: LeaderElector | null;

  constructor(id: ProcessId, registrations: readonly ControllerRegistration[], options: ManagerOptions) {
    this.id = id;
    this.#options = options;
    this.#shared = createClientSet({
      name: "shared-informers",
      server: options.server,
      identity: { type: "user", name: options.user, groups: ["system:authenticated"] },
      userAgent: `${options.userAgent}/shared-informers`,
      qps: options.qps,
      burst: options.burst,
    });
    const { election, server, user, userAgent, epochUs, qps, burst } = options;
    this.#elector = election === null ? null : new LeaderElector({ ...election, server, identity: { type: "user", name: user, groups: ["system:authenticated"] }, userAgent, eventComponent: election.lease, epochUs, qps, burst });
    const enabled = registrations.filter((registration) => isEnabled(registration, options.controllers));
    const cloudView: CloudView = {
      isReleased: (node) => this.#cloud.released.includes(node),
      isOff: (node) => this.#cloud.off.includes(node),
      instance: (node) => this.#cloud.instances.find(({ name }) => name === node) ?? null,
    };
    const outside: Outside = {
      send: (to, body) => void this.#outbox.push({ to, body: { ...body, replyTo: id } }),
      heard: (topic) => this.#heard.get(topic),
      forget: (topic) => void this.#heard.delete(topic),
    };
    const view: ControllerView = { lister: (kind) => this.#lister(kind) };
    this.#runners = enabled.map((registration) => {
      const runner = this.#runner(registration.create({ ...options, cloudView, outside }), view);
      for (const name of registration.names) this.#byName.set(name, runner);
      this.#byTimer.set(runner.definition.name, runner);
      return runner;
    });
    this.#watch();
  }

  handle(event: ProcessEvent, ctx: ProcessContext): void {
    this.#handle(event, ctx);
    if (this.#outbox.length === 0) return;
    for (const { to, body } of this.#outbox) ctx.sendDatagram(to, body);
    this.#outbox = [];
  }

  #handle(event: ProcessEvent, ctx: ProcessContext): void {
    const elector = this.#elector;
    if (event.type === "start") return elector === null ? this.#begin(ctx) : elector.start(ctx);
    if (elector !== null) {
      const led = elector.leading;
      if (elector.handle(event, ctx)) {
        if (elector.leading && !led) ctx.withCause(elector.cause, () => this.#begin(ctx));
        return;
      }
      if (!led && event.type !== "datagram") return;
    }
    if (event.type === "timer" && event.key === cloudTimer) {
      this.#askCloud(ctx);
      return;
    }
    if (event.type === "datagram") this.#command(event.body, ctx);
    const runner = this.#runnerFor(event);
    if (runner !== undefined) runner.handle(event, ctx);
    else for (const note of this.#shared.handle(event, ctx)) this.#noted(note, ctx);
    if (!this.#shared.synced) return;
    for (const each of this.#runners) each.run(ctx);
  }

  /** Until then it has no informers, as upstream's: one that waits costs next to nothing. */
  #begin(ctx: ProcessContext): void {
    this.#shared.start(ctx);
    for (const runner of this.#runners) runner.connect(ctx);
    this.#askCloud(ctx);
  }

  /** Whose client's connection or timer the event is about; undefined: the shared informers'. */
  #runnerFor(event: ProcessEvent): ControllerRunner | undefined {
    if (event.type === "timer") return this.#byTimer.get(timerOwner(event.key));
    if (!("connection" in event) || event.connection === this.#shared.connection) return undefined;
    for (const runner of this.#runners) if (runner.connection === event.connection) return runner;
    return undefined;
  }

  cost(): DurationUs {
    return this.#options.eventCostUs;
  }

  snapshot(): Json {
    return { elector: this.#elector?.snapshot() ?? null, cloud: this.#cloud as unknown as Json, heard: [...this.#heard] as unknown as Json, shared: this.#shared.snapshot(), runners: this.#runners.map((runner) => runner.snapshot()) };
  }

  restore(data: Json): void {
    const saved = data as unknown as { elector: Json; cloud: CloudState; heard: readonly (readonly [string, Json])[]; shared: Json; runners: readonly Json[] };
    this.#elector?.restore(saved.elector);
    this.#cloud = saved.cloud;
    this.#heard.clear();
    for (const [topic, value] of saved.heard) this.#heard.set(topic, value);
    this.#shared.restore(saved.shared);
    for (const [index, runner] of this.#runners.entries()) runner.restore(saved.runners[index] ?? null);
  }

  /**
   * {type: "parts"}: the controllers, whether each runs, how much waits in its queue, and at most `keys` of what does; null where another
   * instance leads. {type: "election"}: who it is, and who leads as far as it knows.
   */
  observe(question: Json): Json {
    if (!isJsonObject(question)) return null;
    if (question["type"] === "election") return this.#elector?.observe() ?? null;
    if (question["type"] !== "parts" || this.#elector?.leading === false) return null;
    const most = Number(question["keys"] ?? 0);
    return this.#runners.map((runner) => ({ part: runner.definition.name, state: runner.running ? "running" : "stopped", ...runner.observeQueue(most) })) as unknown as Json;
  }

  #runner(definition: ControllerDefinition, view: ControllerView): ControllerRunner {
    const { server, qps, burst, epochUs, userAgent } = this.#options;
    const isOwn = definition.account === "";
    const account = isOwn ? this.#options.user : `system:serviceaccount:kube-system:${definition.account}`;
    const clients = createClientSet({
      name: definition.name,
      server,
      identity: { type: "user", name: account, groups: isOwn ? ["system:authenticated"] : ["system:serviceaccounts", "system:serviceaccounts:kube-system", "system:authenticated"] },
      userAgent: `${userAgent}/${account}`,
      qps: qps * (definition.rate?.qpsFactor ?? 1),
      burst: burst * (definition.rate?.burstFactor ?? 1),
    });
    return new ControllerRunner(definition, { clients, recorder: new EventRecorder({ component: definition.eventComponent ?? definition.account, name: definition.name, epochUs, clients }), view, epochUs });
  }

  /** One informer a kind, with all the indexes that were asked for. */
  #watch(): void {
    const kinds = new Map<string, { kind: AnyKind; runners: ControllerRunner[]; indexers: Record<string, (object: KubeObject) => readonly string[]> }>();
    for (const runner of this.#runners) {
      const { definition } = runner;
      const used = [...(definition.for === null ? [] : [definition.for]), ...definition.owns, ...definition.watches.map((watch) => watch.kind), ...(definition.reads ?? [])];
      for (const kind of new Set<AnyKind>(used)) {
        const name = informerName(kind);
        let entry = kinds.get(name);
        if (entry === undefined) {
          entry = { kind, runners: [], indexers: {} };
          kinds.set(name, entry);
        }
        if (runner.concerns(kind)) entry.runners.push(runner);
        for (const indexes of definition.indexes ?? []) if (indexes.kind === kind) Object.assign(entry.indexers, indexes.indexers);
      }
    }
    for (const [name, { kind, runners, indexers }] of kinds) {
      const informer = this.#shared.informer<KubeObject>(name, { kind: kind as KindDefinition, indexers, sameIndexes: looksTheSame });
      const watched = { kind, informer, runners };
      this.#watched.set(name, watched);
      this.#byKind.set(kind, watched);
    }
  }

  #lister<O extends KubeObject>(kind: KindDefinition<O>): Informer<O>["lister"] {
    const watched = this.#byKind.get(kind);
    if (watched === undefined) throw new Error(`no controller asked for ${informerName(kind)}`);
    return watched.informer.lister as unknown as Informer<O>["lister"];
  }

  #noted(note: ClientNote, ctx: ProcessContext): void {
    if (note.type !== "change") return;
    const watched = this.#watched.get(note.informer);
    if (watched === undefined) return;
    const change: Change = { kind: watched.kind, change: note.change, object: note.object, old: note.old, cause: note.cause };
    for (const runner of watched.runners) runner.changed(change, ctx);
  }

  /** {type: "part", part: "deployment-controller", state: "stopped" | "running"} */
  #command(body: unknown, ctx: ProcessContext): void {
    if (!isJsonObject(body)) return;
    if (body["type"] === "instances") this.#cloud = { released: body["released"], off: body["off"], instances: body["instances"] } as unknown as CloudState;
    if (body["type"] === "heard") this.#hear(String(body["topic"]), body["value"] ?? null);
    if (body["type"] !== "part") return;
    const runner = this.#byName.get(String((body as JsonObject)["part"]));
    if (runner === undefined) ctx.trace({ component: this.id, refused: `no controller ${String(body["part"])}` });
    else if (body["state"] === "stopped") runner.stop();
    else runner.start(this.#existing(runner, ctx), ctx);
  }

  /** What is old and forgotten is asked for again. */
  #hear(topic: string, value: Json): void {
    this.#heard.delete(topic);
    this.#heard.set(topic, value);
    for (const oldest of this.#heard.keys()) {
      if (this.#heard.size <= mostHeard) return;
      this.#heard.delete(oldest);
    }
  }

  /** Upstream's controllers call the provider's API; ours does not answer a call but sends what there is. */
  #askCloud(ctx: ProcessContext): void {
    const { cloudProvider } = this.#options;
    if (cloudProvider === null) return;
    ctx.sendDatagram(cloudProvider, { type: "instances" });
    ctx.setTimer(cloudTimer, cloudPeriodUs);
  }

  #existing(runner: ControllerRunner, ctx: ProcessContext): readonly Change[] {
    const changes: Change[] = [];
    for (const { kind, informer, runners } of this.#watched.values()) {
      if (!runners.includes(runner)) continue;
      for (const object of informer.lister.list(null)) changes.push({ kind, change: "added", object, old: null, cause: ctx.cause });
    }
    return changes;
  }
}

/** The name in "client/<name>/...", "events/<name>" and "controller/<name>/...". */
function timerOwner(key: string): string {
  const from = key.indexOf("/") + 1;
  const end = key.indexOf("/", from);
  return end < 0 ? key.slice(from) : key.slice(from, end);
}
