import { compareText } from "../base/compareText.ts";
import type { Json } from "../base/json.ts";
import { digestOfGroups, emptyGroupDigest } from "../sim/digest.ts";
import { compareOrder } from "../sim/eventQueue.ts";
import { groupOf, lookaheadUs } from "../sim/link.ts";
import type { ProcessId } from "../sim/process.ts";
import type { JournalEntry, Recording, TraceEntry } from "../sim/recording.ts";
import { addTime, millisecond, second, simTime, type SimTime } from "../sim/time.ts";
import type { Envelope, TimedControl, WindowReport } from "../sim/window.ts";
import type { CommandReader, Composition } from "./composition.ts";
import { allDone, isPromise, whenDone, type HostPort, type MaybePromise } from "./hostPort.ts";
import { keyframeEveryEvents, keyframeEveryUs, KeyframeStore, type Keyframe } from "./keyframes.ts";

/** A datagram to the outside. */
export interface OutsideMessage {
  readonly at: SimTime;
  readonly from: ProcessId;
  readonly cause: string;
  readonly body: Json;
}

export interface WindowNews {
  readonly until: SimTime;
  readonly handled: number;
  readonly trace: readonly TraceEntry[];
  readonly messages: readonly OutsideMessage[];
}

export interface CoordinatorListener<Command> {
  window(news: WindowNews): void;
  /** A replay has another history than its recording says, from this checkpoint on. */
  diverged(checkpoint: { readonly at: SimTime; readonly digest: string }, digest: string): void;
  /** A command has taken effect. */
  applied(entry: JournalEntry<Command>): void;
  /** A keyframe was taken. */
  kept?(keyframe: Keyframe): void;
}

export interface CoordinatorOptions<Spec, Command, Reader extends CommandReader<Command>> {
  readonly composition: Composition<Spec, Command, Reader>;
  readonly recording: Recording<Spec, Command>;
  /** Hash of the running engine. */
  readonly engine: string;
  /** The first runs the control planes and, where it is the only one, everything. */
  readonly ports: readonly HostPort<Spec>[];
  readonly listener: CoordinatorListener<Command>;
}

interface Seat<Spec> {
  port: HostPort<Spec>;
  readonly groups: readonly string[];
  inbox: Envelope[];
  nextEventAt: SimTime | null;
  stopped: readonly ProcessId[];
}

/** In one host windows may be long; this long at first, then as many events as take a few milliseconds. */
const firstWideWindowUs = 10 * millisecond;
const widestWindowUs = second;
const eventsInWideWindow = 2_000;

/**
 * Runs one history on any number of hosts: grants windows that nothing sent inside them can reach, carries messages between
 * hosts, keeps the journal. Which host runs what, and how wide the windows are, changes nothing in the history.
 */
export class Coordinator<Spec, Command, Reader extends CommandReader<Command> = CommandReader<Command>> {
  readonly keyframes = new KeyframeStore();
  readonly epochUs: number;
  /** Narrow windows, for a stop soon after something happened. */
  fine = false;
  private readonly options: CoordinatorOptions<Spec, Command, Reader>;
  private seats: Seat<Spec>[];
  private reader_: Reader;
  private journal: JournalEntry<Command>[];
  private checkpoints: { readonly at: SimTime; readonly digest: string }[];
  private digests: Map<string, string>;
  private controls: TimedControl[] = [];
  private time: SimTime = simTime(0);
  /** End of the last granted window: nothing new may come before it. */
  private grantedUntil: SimTime = simTime(0);
  private played = 0;
  private outsideSeq = 0;
  private wideWindowUs = firstWideWindowUs;
  private lastKeyframeAt: SimTime = simTime(0);
  private eventsSinceKeyframe = 0;
  private nextCheckpoint = 0;

  constructor(options: CoordinatorOptions<Spec, Command, Reader>) {
    const { composition, recording, ports } = options;
    const { groups, epochUs } = composition.build(recording.spec, recording.seed);
    this.options = options;
    this.epochUs = epochUs;
    this.reader_ = composition.reader(recording.spec);
    this.journal = [...recording.journal];
    this.checkpoints = [...recording.checkpoints];
    this.digests = new Map(groups.map((group) => [group.id, emptyGroupDigest]));
    this.seats = this.seatsFor(ports);
  }

  /** End of the last finished window: all before it has happened. */
  get now(): SimTime {
    return this.time;
  }

  /** What the commands so far have put in force. */
  get reader(): Reader {
    return this.reader_;
  }

  get nextEventAt(): SimTime | null {
    let next: SimTime | null = this.controls[0]?.at ?? null;
    const entry = this.journal[this.played];
    if (entry !== undefined && (next === null || entry.at < next)) next = entry.at;
    for (const seat of this.seats) {
      if (seat.nextEventAt !== null && (next === null || seat.nextEventAt < next)) next = seat.nextEventAt;
    }
    return next;
  }

  /** Entries of the journal that have not taken effect yet: it is a replay. */
  get replaying(): boolean {
    return this.played < this.journal.length;
  }

  get lastJournalAt(): SimTime {
    return this.journal.at(-1)?.at ?? simTime(0);
  }

  /** The processes that are down. */
  get stopped(): readonly ProcessId[] {
    return this.seats.flatMap((seat) => seat.stopped).sort(compareText);
  }

  open(): MaybePromise<void> {
    return whenDone(allDone(this.seats.map((seat) => this.openSeat(seat))), () => undefined);
  }

  /** Journals a command. Its effects come with the next window. */
  submit(command: Command, notBefore: SimTime = this.grantedUntil): JournalEntry<Command> {
    const last = this.lastJournalAt;
    const earliest = notBefore > this.grantedUntil ? notBefore : this.grantedUntil;
    const entry = { at: earliest > last ? earliest : last, seq: this.journal.length + 1, command };
    this.journal.push(entry);
    return entry;
  }

  /**
   * Runs all events before `target`. `pause` is asked after every window; true ends the call early. Answers whether it got there.
   */
  advance(target: SimTime, pause: () => boolean = never): MaybePromise<boolean> {
    for (;;) {
      const window = this.grant(target);
      if (window === null) return this.arrive(target);
      if (isPromise(window.reports)) return this.advanceAcrossThreads(target, pause, window.until, window.reports);
      const kept = this.finish(window.until, window.reports);
      if (isPromise(kept)) return kept.then(() => this.advance(target, pause));
      if (pause()) return false;
    }
  }

  /** Runs what happens next, however far away it is (but before `limit`). */
  step(limit: SimTime): MaybePromise<boolean> {
    const next = this.nextEventAt;
    return this.advance(next === null || next >= limit ? limit : addTime(next, 1));
  }

  observe(process: ProcessId, question: Json): MaybePromise<Json | null> {
    const group = groupOf(process);
    const seat = this.seats.find((candidate) => candidate.groups.includes(group));
    return seat === undefined ? null : seat.port.observe(process, question, this.time);
  }

  digest(): string {
    return digestOfGroups(this.digests);
  }

  /** The run so far, with a checkpoint at its end. */
  recording(): Recording<Spec, Command> {
    const { recording, engine } = this.options;
    const here = { at: this.time, digest: this.digest() };
    const checkpoints = this.checkpoints.filter((checkpoint) => checkpoint.at < this.time);
    return { ...recording, engine, journal: [...this.journal], checkpoints: [...checkpoints, here] };
  }

  keyframe(): MaybePromise<Keyframe> {
    return whenDone(allDone(this.seats.map((seat) => seat.port.keyframe())), (saved) => this.assemble(saved.flat()));
  }

  /** Goes to a keyframe. The journal stays: what comes after the keyframe is played again. */
  restore(keyframe: Keyframe): MaybePromise<void> {
    const { composition, recording } = this.options;
    this.time = keyframe.at;
    this.grantedUntil = keyframe.at;
    this.lastKeyframeAt = keyframe.at;
    this.eventsSinceKeyframe = 0;
    this.controls = [...keyframe.controls];
    this.played = keyframe.played;
    this.outsideSeq = keyframe.outsideSeq;
    this.digests = new Map(keyframe.digests);
    this.nextCheckpoint = this.checkpoints.filter((checkpoint) => checkpoint.at <= keyframe.at).length;
    this.reader_ = composition.reader(recording.spec);
    for (const entry of this.journal.slice(0, this.played)) this.reader_.apply(this.stamped(entry));
    const restored = this.seats.map((seat) => {
      seat.inbox = keyframe.inTransit.filter((envelope) => seat.groups.includes(groupOf(envelope.to)));
      return whenDone(seat.port.restore(keyframe.processes), (next) => {
        seat.nextEventAt = earliest(next, seat.inbox);
      });
    });
    return whenDone(allDone(restored), () => undefined);
  }

  /** Cuts the future off: what was journaled after now never happens. For branches. */
  forgetFuture(): void {
    this.journal = this.journal.slice(0, this.played);
    this.checkpoints = this.checkpoints.filter((checkpoint) => checkpoint.at <= this.time);
    this.keyframes.forgetAfter(this.time);
  }

  /** A lost host gets a new port; all hosts go back to the nearest keyframe (or the beginning) and run again to where they were. */
  async recover(replace: (index: number) => HostPort<Spec>): Promise<void> {
    const target = this.time;
    for (const [index, seat] of this.seats.entries()) {
      seat.port.close();
      seat.port = replace(index);
      await this.openSeat(seat);
    }
    await this.goBackTo(target);
    await this.advance(target);
  }

  /** Goes back to the nearest keyframe at or before a time, or to the beginning. */
  async goBackTo(at: SimTime): Promise<void> {
    const nearest = this.keyframes.nearest(at);
    if (nearest !== null) return this.restore(nearest);
    for (const seat of this.seats) await this.openSeat(seat);
    this.beginAgain();
  }

  /** Moves the whole simulation to other hosts, which changes nothing in its history. */
  async moveTo(ports: readonly HostPort<Spec>[]): Promise<void> {
    const keyframe = await this.keyframe();
    const before = this.seats;
    this.seats = this.seatsFor(ports);
    for (const seat of this.seats) await this.openSeat(seat);
    await this.restore(keyframe);
    for (const seat of before) seat.port.close();
  }

  close(): void {
    for (const seat of this.seats) seat.port.close();
  }

  private seatsFor(ports: readonly HostPort<Spec>[]): Seat<Spec>[] {
    return placement([...this.digests.keys()], ports.length).map((groups, index) => {
      const port = ports[index];
      if (port === undefined) throw new Error("a place without a host");
      return { port, groups, inbox: [], nextEventAt: simTime(0), stopped: [] };
    });
  }

  private openSeat(seat: Seat<Spec>): MaybePromise<void> {
    const { spec, seed } = this.options.recording;
    seat.nextEventAt = simTime(0);
    seat.stopped = [];
    const elsewhere = [...this.digests.keys()].filter((group) => !seat.groups.includes(group));
    return seat.port.open({ spec, seed, own: seat.groups, elsewhere });
  }

  private grant(target: SimTime): { readonly until: SimTime; readonly reports: MaybePromise<[Seat<Spec>, WindowReport][]> } | null {
    const from = this.nextEventAt;
    if (from === null || from >= target) return null;
    this.compareCheckpoints(from);
    const until = this.windowEnd(from, target);
    this.grantedUntil = until;
    this.play(until);
    const controls = this.takeControls(until);
    // Other threads first, so that they run while this one does.
    const order = [...this.seats.slice(1), ...this.seats.slice(0, 1)];
    const reports: MaybePromise<[Seat<Spec>, WindowReport]>[] = [];
    for (const seat of order) {
      const hasWork = (seat.nextEventAt !== null && seat.nextEventAt < until) || controls.length > 0;
      if (!hasWork) continue;
      const inbox = seat.inbox;
      seat.inbox = [];
      reports.push(whenDone(seat.port.runWindow({ until, inbox, controls }), (report) => [seat, report]));
    }
    return { until, reports: allDone(reports) };
  }

  private windowEnd(from: SimTime, target: SimTime): SimTime {
    const widthUs = this.seats.length === 1 && !this.fine ? this.wideWindowUs : lookaheadUs;
    const until = Math.min(target, from + widthUs);
    const checkpoint = this.checkpoints[this.nextCheckpoint];
    return simTime(checkpoint !== undefined && checkpoint.at > from ? Math.min(until, checkpoint.at) : until);
  }

  private async advanceAcrossThreads(target: SimTime, pause: () => boolean, firstUntil: SimTime, first: Promise<[Seat<Spec>, WindowReport][]>): Promise<boolean> {
    await this.finish(firstUntil, await first);
    while (!pause()) {
      const window = this.grant(target);
      if (window === null) return this.arrive(target);
      await this.finish(window.until, await window.reports);
    }
    return false;
  }

  private arrive(target: SimTime): boolean {
    if (target > this.time) {
      this.compareCheckpoints(target);
      this.time = target;
      if (target > this.grantedUntil) this.grantedUntil = target;
    }
    return true;
  }

  /** Journal entries that fall into the window become messages and controls. */
  private play(until: SimTime): void {
    for (;;) {
      const entry = this.journal[this.played];
      if (entry === undefined || entry.at >= until) return;
      this.played++;
      const cause = `c${entry.seq}`;
      const effects = this.reader_.apply(this.stamped(entry));
      for (const { control, delayUs } of effects.controls) this.controls.push({ at: addTime(entry.at, delayUs), seq: ++this.outsideSeq, cause, control });
      this.controls.sort((a, b) => a.at - b.at || a.seq - b.seq);
      for (const { to, body } of effects.messages) {
        this.route({ at: entry.at, from: "", seq: ++this.outsideSeq, to, cause, event: { type: "datagram", from: "", body } });
      }
      this.options.listener.applied(entry);
    }
  }

  private stamped(entry: JournalEntry<Command>): Command {
    return this.options.composition.stamp(entry.command, `c${entry.seq}`);
  }

  private takeControls(until: SimTime): TimedControl[] {
    const due = this.controls.filter((control) => control.at < until);
    if (due.length > 0) this.controls = this.controls.slice(due.length);
    return due;
  }

  private finish(until: SimTime, reports: readonly [Seat<Spec>, WindowReport][]): MaybePromise<void> {
    const trace: TraceEntry[] = [];
    const outside: Envelope[] = [];
    let handled = 0;
    for (const [seat, report] of reports) {
      handled += report.handled;
      seat.nextEventAt = earliest(report.nextEventAt, seat.inbox);
      if (report.stopped !== null) seat.stopped = report.stopped;
      for (const [group, digest] of report.digests) this.digests.set(group, digest);
      for (const entry of report.trace) trace.push(entry);
    }
    for (const [, report] of reports) {
      for (const envelope of report.outbox) {
        if (envelope.to === "") outside.push(envelope);
        else this.route(envelope);
      }
    }
    this.time = until;
    this.adaptWidth(handled);
    this.compareCheckpoints(until);
    trace.sort((a, b) => a.at - b.at || compareText(a.process, b.process));
    this.options.listener.window({ until, handled, trace, messages: outside.sort(compareOrder).map(outsideMessage) });
    this.eventsSinceKeyframe += handled;
    const due = until - this.lastKeyframeAt >= keyframeEveryUs || this.eventsSinceKeyframe >= keyframeEveryEvents;
    return due ? this.keep() : undefined;
  }

  /** Takes a keyframe now, for recovery, branches and reloads. */
  keep(): MaybePromise<void> {
    this.lastKeyframeAt = this.time;
    this.eventsSinceKeyframe = 0;
    return whenDone(this.keyframe(), (keyframe) => {
      this.keyframes.add(keyframe);
      this.options.listener.kept?.(keyframe);
      const last = this.checkpoints.at(-1);
      if (last !== undefined && last.at >= keyframe.at) return;
      this.checkpoints.push({ at: keyframe.at, digest: this.digest() });
      this.nextCheckpoint = this.checkpoints.length;
    });
  }

  private route(envelope: Envelope): void {
    const group = groupOf(envelope.to);
    const seat = this.seats.find((candidate) => candidate.groups.includes(group));
    if (seat === undefined) return;
    seat.inbox.push(envelope);
    if (seat.nextEventAt === null || envelope.at < seat.nextEventAt) seat.nextEventAt = envelope.at;
  }

  private adaptWidth(handled: number): void {
    if (handled > eventsInWideWindow) this.wideWindowUs = Math.max(lookaheadUs, this.wideWindowUs / 2);
    else if (handled < eventsInWideWindow / 4) this.wideWindowUs = Math.min(widestWindowUs, this.wideWindowUs * 2);
    this.wideWindowUs = Math.round(this.wideWindowUs);
  }

  /** Nothing happens between the last finished window and `until`. */
  private compareCheckpoints(until: SimTime): void {
    for (;;) {
      const checkpoint = this.checkpoints[this.nextCheckpoint];
      if (checkpoint === undefined || checkpoint.at > until) return;
      this.nextCheckpoint++;
      const digest = this.digest();
      if (digest !== checkpoint.digest) this.options.listener.diverged(checkpoint, digest);
    }
  }

  private assemble(processes: Keyframe["processes"]): Keyframe {
    return {
      at: this.time,
      processes,
      inTransit: this.seats.flatMap((seat) => seat.inbox),
      controls: this.controls,
      played: this.played,
      outsideSeq: this.outsideSeq,
      digests: [...this.digests],
    };
  }

  /** For hosts that were opened afresh. */
  private beginAgain(): void {
    this.time = simTime(0);
    this.grantedUntil = simTime(0);
    this.lastKeyframeAt = simTime(0);
    this.eventsSinceKeyframe = 0;
    this.controls = [];
    this.played = 0;
    this.outsideSeq = 0;
    this.nextCheckpoint = 0;
    this.digests = new Map([...this.digests.keys()].map((group) => [group, emptyGroupDigest]));
    this.reader_ = this.options.composition.reader(this.options.recording.spec);
    for (const seat of this.seats) seat.inbox = [];
  }
}

function never(): boolean {
  return false;
}

function earliest(next: SimTime | null, inbox: readonly Envelope[]): SimTime | null {
  let first = next;
  for (const envelope of inbox) if (first === null || envelope.at < first) first = envelope.at;
  return first;
}

function outsideMessage(envelope: Envelope): OutsideMessage {
  const body = envelope.event.type === "datagram" ? (envelope.event.body as Json) : null;
  return { at: envelope.at, from: envelope.from, cause: envelope.cause, body };
}

/** All control planes on the first host; the other groups in turn on the others, or on it where it is alone. */
export function placement(groups: readonly string[], hosts: number): readonly (readonly string[])[] {
  const places: string[][] = Array.from({ length: hosts }, () => []);
  let turn = 0;
  for (const group of groups) {
    const index = hosts === 1 || group.startsWith("cp-") ? 0 : 1 + (turn++ % (hosts - 1));
    places[index]?.push(group);
  }
  return places;
}
