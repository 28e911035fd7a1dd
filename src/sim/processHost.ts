import { compareText } from "../base/compareText.ts";
import { digestText, newDigest, type Digest } from "../base/hash.ts";
import type { Json } from "../base/json.ts";
import { addEvent } from "./digest.ts";
import { compareOrder, EventQueue } from "./eventQueue.ts";
import { firstBackOffUs, Lifecycle, reasonOf, type LifecycleHost } from "./lifecycle.ts";
import { HandOvers, type HandOverHost } from "./handOvers.ts";
import { groupOf, LinkTable } from "./link.ts";
import { Wire, type WireTarget } from "./wire.ts";
import { HostedContext, type ContextHost } from "./processContext.ts";
import { isObsolete, loadRecord, ProcessRecord, saveRecord, type Pending } from "./processRecord.ts";
import type { CauseId, ProcessEvent, ProcessFactory, ProcessId } from "./process.ts";
import type { TraceEntry } from "./recording.ts";
import { looseRandom } from "./streams.ts";
import { addTime, millisecond, simTime, type DurationUs, type SimTime } from "./time.ts";
import type { Envelope, ProcessHost, SimControl, TimedControl, WindowReport } from "./window.ts";

const burstLimit = 10_000;
/** Bodies never change, so handled events are digested together: many in a row cost a third less than each among other work. */
const digestedAtOnce = 256;
/** Of messages and connections: far more than a machine gets to. */
const numbersOfOneMachine = 2 ** 40;

export interface GroupDefinition {
  readonly id: string;
  readonly factories: readonly ProcessFactory[];
}

export interface LocalHostOptions {
  readonly seed: number;
  readonly groups: readonly GroupDefinition[];
  /** Groups that run on other hosts. A message to a group that is nowhere is refused. */
  readonly elsewhere?: readonly string[];
  /** Makes a group that is added later from its plain description; null where this host does not run it. */
  readonly makeGroup?: (group: string, description: Json) => GroupDefinition | null;
  /** Freezes every body that is sent, so that a forbidden change of shared data throws. For development and tests. */
  readonly freezeBodies?: boolean;
}

interface Group {
  readonly id: string;
  readonly records: ProcessRecord[];
  readonly digest: Digest;
  changed: boolean;
  /** Null for the groups that the host was made with. */
  readonly description: Json;
}

interface SavedGroup {
  readonly digest: readonly [number, number];
  readonly description: Json;
}

interface SavedHost {
  readonly links: ReturnType<LinkTable["snapshot"]>;
  readonly withoutPower: readonly string[];
  readonly skews: readonly (readonly [string, DurationUs])[];
  readonly groups: readonly string[];
}

/** Runs the processes of its groups, event by event, in the one order. */
export class LocalHost implements ProcessHost, WireTarget, ContextHost, LifecycleHost, HandOverHost {
  readonly links = new LinkTable();
  readonly wire: Wire;
  private readonly life: Lifecycle;
  private readonly options: LocalHostOptions;
  private readonly queue = new EventQueue<Pending>((item) => item.record.waiting !== item && isObsolete(item));
  private readonly groups = new Map<string, Group>();
  private readonly records = new Map<ProcessId, ProcessRecord>();
  private readonly contexts = new Map<ProcessId, HostedContext>();
  private allGroups: Set<string>;
  private withoutPower = new Set<string>();
  private skews = new Map<string, DurationUs>();
  private outbox: Envelope[] = [];
  private traced: TraceEntry[] = [];
  private undigested: Pending[] = [];
  private readonly handOvers: HandOvers;
  notesWanted = true;
  now: SimTime = simTime(0);
  private until: SimTime = simTime(0);
  private cutAfterSendUs: DurationUs | null = null;
  private handledEvents = 0;
  private reportedEvents = 0;
  private lifeChanged = true;
  /** For machines that join in this window. */
  private early: Envelope[] = [];

  constructor(options: LocalHostOptions) {
    this.options = options;
    this.wire = new Wire(this, options.freezeBodies === true);
    this.life = new Lifecycle(this);
    this.handOvers = new HandOvers(this);
    this.allGroups = new Set([...options.groups.map((group) => group.id), ...(options.elsewhere ?? [])]);
    for (const group of options.groups) {
      for (const record of this.addGroup(group, null).records) this.life.startAt(record, simTime(0), "boot");
    }
  }

  /** Events handled since this host was made: for measurements, no part of history. */
  get eventCount(): number {
    return this.handledEvents;
  }

  get nextEventAt(): SimTime | null {
    return this.queue.peek()?.readyAt ?? null;
  }

  runWindow(window: { readonly until: SimTime; readonly inbox: readonly Envelope[]; readonly controls: readonly TimedControl[]; readonly cutAfterSendUs?: DurationUs; readonly withoutNotes?: boolean }): WindowReport {
    this.until = window.until;
    this.notesWanted = window.withoutNotes !== true;
    this.cutAfterSendUs = window.cutAfterSendUs ?? null;
    this.early = [];
    for (const envelope of window.inbox) this.deliver(envelope);
    const controls = [...window.controls].sort((a, b) => a.at - b.at || a.seq - b.seq);
    let nextControl = 0;
    for (;;) {
      const item = this.queue.peek();
      const control = controls[nextControl];
      if (control !== undefined && (item === undefined || control.at <= item.readyAt)) {
        nextControl++;
        this.apply(control);
        continue;
      }
      if (item === undefined || item.readyAt >= this.until) break;
      this.queue.take();
      this.take(item);
      this.handOvers.takeAll();
    }
    return this.report();
  }

  observe(process: ProcessId, question: Json, now: SimTime = this.now): Json | null {
    const record = this.records.get(process);
    if (record?.instance?.observe === undefined || this.withoutPower.has(record.group)) return null;
    return record.instance.observe(question, { now, random: looseRandom(this.options.seed, `${process}/observe/${now}`) });
  }

  /** Digest of every group so far. */
  digests(): ReadonlyMap<string, string> {
    return new Map([...this.groups.values()].map((group) => [group.id, digestText(group.digest)]));
  }

  /** The processes that do not run now. */
  stopped(): readonly ProcessId[] {
    return [...this.records.values()].filter((record) => record.instance === null && (record.incarnation > 0 || !this.isPowered(record.group))).map((record) => record.id).sort(compareText);
  }

  keyframe(): ReadonlyMap<ProcessId, Json> {
    const queues = new Map<ProcessRecord, Pending[]>();
    for (const item of this.queue.items()) {
      if (item.record.waiting === item) continue;
      const queue = queues.get(item.record);
      if (queue === undefined) queues.set(item.record, [item]);
      else queue.push(item);
    }
    const saved = new Map<ProcessId, Json>();
    saved.set("", this.saveHost());
    for (const group of this.groups.values()) {
      const data: SavedGroup = { digest: [group.digest.a, group.digest.b], description: group.description };
      saved.set(`${group.id}/`, data as unknown as Json);
      for (const record of group.records) saved.set(record.id, saveRecord(record, (queues.get(record) ?? []).sort(compareOrder)));
    }
    return saved;
  }

  restore(keyframe: ReadonlyMap<ProcessId, Json>, own: ReadonlySet<string> | null = null): void {
    const host = keyframe.get("") as unknown as SavedHost;
    this.queue.clear();
    this.outbox = [];
    this.traced = [];
    this.links.restore(host.links);
    this.withoutPower = new Set(host.withoutPower);
    this.skews = new Map(host.skews);
    this.allGroups = new Set(host.groups);
    this.groups.clear();
    this.records.clear();
    this.contexts.clear();
    this.lifeChanged = true;
    for (const id of host.groups) {
      const data = keyframe.get(`${id}/`) as unknown as SavedGroup | undefined;
      const definition = data === undefined || own?.has(id) === false ? null : this.definitionOf(id, data.description);
      if (data === undefined || definition === null) continue;
      const group = this.addGroup(definition, data.description);
      [group.digest.a, group.digest.b] = data.digest;
      for (const record of group.records) {
        const state = keyframe.get(record.id);
        if (state !== undefined) for (const item of loadRecord(record, state)) this.queue.push(item);
      }
    }
  }

  // What the wire and the contexts need.

  record(process: ProcessId): ProcessRecord | undefined {
    return this.records.get(process);
  }

  isElsewhere(group: string): boolean {
    return !this.groups.has(group) && this.allGroups.has(group);
  }

  isPowered(group: string): boolean {
    return this.withoutPower.size === 0 || !this.withoutPower.has(group);
  }

  push(item: Pending): void {
    this.queue.push(item);
  }

  sendOut(envelope: Envelope): void {
    this.outbox.push(envelope);
    if (this.cutAfterSendUs === null || envelope.to === "") return;
    const answerAt = addTime(envelope.at, this.cutAfterSendUs);
    if (answerAt < this.until) this.until = answerAt;
  }

  handOver(sender: ProcessRecord, to: ProcessId, body: unknown, notes: unknown, cause: CauseId, leaveAt: SimTime): void {
    this.handOvers.add(sender, to, body, notes, cause, leaveAt);
  }

  noteObsolete(): void {
    this.queue.noteObsolete();
  }

  noteLifeChange(): void {
    this.lifeChanged = true;
  }

  skewUs(group: string): DurationUs {
    return this.skews.size === 0 ? 0 : (this.skews.get(group) ?? 0);
  }

  setTimer(record: ProcessRecord, key: string, at: SimTime, cause: CauseId): void {
    const replaced = record.timers.has(key);
    const item: Pending = { readyAt: at, at, from: record.id, seq: ++record.seq, to: record.id, cause, event: { type: "timer", key }, record, dropped: false };
    record.timers.set(key, item);
    this.queue.push(item);
    if (replaced) this.queue.noteObsolete();
  }

  cancelTimer(record: ProcessRecord, key: string): void {
    if (record.timers.delete(key)) this.queue.noteObsolete();
  }

  trace(entry: TraceEntry): void {
    this.traced.push(entry);
  }

  // Events.

  private deliver(envelope: Envelope): void {
    const record = this.records.get(envelope.to);
    if (record === undefined) {
      this.early.push(envelope);
      return;
    }
    const { at, from, seq, to, cause, event } = envelope;
    this.queue.push({ readyAt: at, at, from, seq, to, cause, event, record, dropped: false });
  }

  /** An item has come up: its process takes it now, or later where it is busy. */
  take(item: Pending): void {
    const { record } = item;
    this.now = item.readyAt;
    if (record.waiting === item) {
      record.waiting = null;
      if (!isObsolete(item)) this.dispatch(record, item);
      this.takeNextDeferred(record);
    } else if (record.waiting !== null) {
      record.deferred.push(item);
    } else if (record.busyUntil > item.readyAt && record.instance !== null) {
      item.readyAt = record.busyUntil;
      record.waiting = item;
      this.queue.push(item);
    } else {
      this.dispatch(record, item);
    }
  }

  private takeNextDeferred(record: ProcessRecord): void {
    if (record.waiting !== null) return;
    const next = record.deferred[record.deferredFrom];
    if (next === undefined) {
      if (record.deferredFrom > 0) record.deferred = [];
      record.deferredFrom = 0;
      return;
    }
    record.deferredFrom++;
    next.readyAt = record.busyUntil > this.now ? record.busyUntil : this.now;
    record.waiting = next;
    this.queue.push(next);
  }

  private dispatch(record: ProcessRecord, item: Pending): void {
    const { event } = item;
    const { now } = this;
    if (event.type === "start") {
      if (!this.life.bringUp(record, item)) return;
    } else if (record.instance === null) {
      this.wire.refuse(record, item, now);
      return;
    }
    if (event.type === "timer") record.timers.delete(event.key);
    else if (!this.wire.accept(record, item, now)) return;
    this.undigested.push(item);
    if (this.undigested.length >= digestedAtOnce) this.digestHandled();
    this.handle(record, event.type === "start" ? { type: "start", incarnation: record.incarnation } : event, item.cause, now);
  }

  /** `readyAt`: when the work for it can begin at the earliest. */
  handle(record: ProcessRecord, event: ProcessEvent, cause: CauseId, readyAt: SimTime): void {
    const { instance } = record;
    const context = this.contexts.get(record.id);
    if (instance === null || context === undefined) return;
    const { now } = this;
    this.handledEvents++;
    try {
      this.countBurst(record);
      const costUs = Math.round(instance.cost(event) * record.slowFactor);
      record.handledAt = now;
      record.busyUntil = addTime(record.busyUntil > readyAt ? record.busyUntil : readyAt, costUs);
      context.begin(now, cause, record.busyUntil);
      instance.handle(event, context);
    } catch (thrown) {
      this.life.crash(record, reasonOf(thrown), context.cause);
    } finally {
      context.end();
    }
  }

  private digestHandled(): void {
    for (const item of this.undigested) {
      const group = this.groups.get(item.record.group);
      if (group === undefined) continue;
      group.changed = true;
      addEvent(group.digest, item, item.record.factory);
    }
    this.undigested = [];
  }

  private countBurst(record: ProcessRecord): void {
    const at = Math.floor(this.now / millisecond);
    if (at !== record.burstMillisecond) {
      record.burstMillisecond = at;
      record.burstCount = 0;
    }
    if (++record.burstCount > burstLimit) throw new Error(`more than ${burstLimit} events in one virtual millisecond`);
  }

  // Controls.

  private apply(timed: TimedControl): void {
    const { control, cause } = timed;
    this.now = timed.at;
    switch (control.type) {
      case "power":
        this.setPower(control.group, control.on, cause);
        return;
      case "process":
        this.setProcess(control.process, control.state, cause);
        return;
      case "crash": {
        const record = this.records.get(control.process);
        if (record !== undefined && record.instance !== null) this.life.crash(record, "crashed from outside", cause);
        return;
      }
      case "slow": {
        const record = this.records.get(control.process);
        if (record !== undefined) record.slowFactor = control.factor;
        return;
      }
      case "clockSkew":
        if (control.skewUs === 0) this.skews.delete(control.group);
        else this.skews.set(control.group, control.skewUs);
        return;
      case "link":
        this.links.set(control);
        for (const record of this.records.values()) this.wire.linkChanged(record, cause, this.now);
        return;
      default:
        this.changeGroups(control, cause);
    }
  }

  private changeGroups(control: Extract<SimControl, { readonly type: "addGroup" | "removeGroup" }>, cause: CauseId): void {
    this.digestHandled();
    if (control.type === "removeGroup") {
      this.setPower(control.group, false, cause);
      this.forget(control.group);
      this.lifeChanged = true;
      this.groups.delete(control.group);
      this.allGroups.delete(control.group);
      this.withoutPower.delete(control.group);
      this.skews.delete(control.group);
      return;
    }
    if (this.allGroups.has(control.group)) return;
    this.allGroups.add(control.group);
    const definition = control.description === null ? null : this.definitionOf(control.group, control.description);
    if (definition === null) return;
    for (const record of this.addGroup(definition, control.description).records) {
      record.seq = (control.turn ?? 0) * numbersOfOneMachine;
      record.connections = record.seq;
      record.links = record.seq;
      this.life.startAt(record, this.now, cause);
    }
    const early = this.early.filter((envelope) => groupOf(envelope.to) === control.group);
    for (const envelope of early) this.deliver(envelope);
  }

  /** What was on its way to a machine that is gone reaches nobody: no kernel is left to refuse it. */
  private forget(group: string): void {
    for (const item of this.queue.items()) {
      if (item.record.group !== group) continue;
      item.dropped = true;
      this.queue.noteObsolete();
    }
    for (const record of this.groups.get(group)?.records ?? []) {
      this.records.delete(record.id);
      this.contexts.delete(record.id);
    }
  }

  private setPower(groupId: string, on: boolean, cause: CauseId): void {
    if (!this.allGroups.has(groupId) || this.isPowered(groupId) === on) return;
    const own = this.groups.get(groupId)?.records ?? [];
    if (on) {
      this.withoutPower.delete(groupId);
      for (const record of own) if (record.wanted === "running") this.life.startAt(record, this.now, cause);
    } else {
      this.withoutPower.add(groupId);
      for (const record of own) this.life.takeDown(record, cause, false);
      for (const record of this.records.values()) if (record.group !== groupId) this.wire.peerLostPower(record, groupId, cause, this.now);
    }
    for (const record of own) this.trace({ at: this.now, process: record.id, cause, body: { type: "power", on } });
  }

  private setProcess(id: ProcessId, state: "running" | "stopped", cause: CauseId): void {
    const record = this.records.get(id);
    if (record === undefined || record.wanted === state) return;
    record.wanted = state;
    record.nextBackOffUs = firstBackOffUs;
    this.trace({ at: this.now, process: id, cause, body: { type: state } });
    if (state === "stopped") this.life.takeDown(record, cause, true);
    else if (this.isPowered(record.group)) this.life.startAt(record, this.now, cause);
  }

  // Groups and reports.

  private definitionOf(id: string, description: Json): GroupDefinition | null {
    const known = this.options.groups.find((group) => group.id === id);
    if (known !== undefined && description === null) return known;
    return this.options.makeGroup?.(id, description) ?? null;
  }

  private addGroup(definition: GroupDefinition, description: Json): Group {
    const records = definition.factories.map((factory) => new ProcessRecord(factory, this.options.seed, firstBackOffUs));
    const group: Group = { id: definition.id, records, digest: newDigest(), changed: false, description };
    this.groups.set(group.id, group);
    for (const record of records) {
      if (groupOf(record.id) !== definition.id) throw new Error(`process ${record.id} is not of group ${definition.id}`);
      this.records.set(record.id, record);
      this.contexts.set(record.id, new HostedContext(this, record));
    }
    return group;
  }

  private saveHost(): Json {
    const saved: SavedHost = {
      links: this.links.snapshot(),
      withoutPower: [...this.withoutPower].sort(compareText),
      skews: [...this.skews].sort(([a], [b]) => compareText(a, b)),
      groups: [...this.allGroups].sort(compareText),
    };
    return saved as unknown as Json;
  }

  private report(): WindowReport {
    this.digestHandled();
    const digests = new Map<string, string>();
    for (const group of this.groups.values()) {
      if (!group.changed) continue;
      group.changed = false;
      digests.set(group.id, digestText(group.digest));
    }
    const report: WindowReport = { outbox: this.outbox, nextEventAt: this.nextEventAt, trace: this.traced, digests, handled: this.handledEvents - this.reportedEvents, reached: this.until, stopped: this.lifeChanged ? this.stopped() : null };
    this.reportedEvents = this.handledEvents;
    this.lifeChanged = false;
    this.outbox = [];
    this.traced = [];
    return report;
  }
}
