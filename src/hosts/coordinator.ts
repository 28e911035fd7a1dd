import { compareText } from "../base/compareText.ts";
import type { Json } from "../base/json.ts";
import { digestOfGroups, emptyGroupDigest } from "../sim/digest.ts";
import { compareOrder } from "../sim/eventQueue.ts";
import { lookaheadUs } from "../sim/link.ts";
import type { ProcessId } from "../sim/process.ts";
import type { JournalEntry, Recording, TraceEntry } from "../sim/recording.ts";
import { addTime, millisecond, second, simTime, type SimTime } from "../sim/time.ts";
import type { Envelope, TimedControl, WindowReport } from "../sim/window.ts";
import type { CommandEffects, CommandReader, Composition } from "./composition.ts";
import { allDone, isPromise, whenDone, type HostPort, type MaybePromise } from "./hostPort.ts";
import { Seats, type Round, type Seat } from "./seats.ts";
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

/** Windows are this long at first, then so long that a round takes a few milliseconds of work. */
const firstWidthUs = 10 * millisecond;
const widestUs = second;
const eventsInRound = 2_000;

/**
 * Runs one history on any number of hosts, in rounds: each host is granted a window that nothing still to be sent by another can
 * reach, and cuts it short itself where an answer to what it sent could come back. Between rounds messages are carried over.
 * Journal entries, controls and checkpoints are boundaries: no host goes past one before all have come to it. Which host runs
 * what, and how wide the windows are, changes nothing in the history.
 */
export class Coordinator<Spec, Command, Reader extends CommandReader<Command> = CommandReader<Command>> {
  readonly keyframes = new KeyframeStore();
  readonly epochUs: number;
  /** Narrow windows, for a stop soon after something happened. */
  fine = false;
  /** Nobody looks at what is done to messages on their way (ProcessContext.notesWanted). Beside history, as the width of windows is. */
  withoutNotes = false;
  private readonly options: CoordinatorOptions<Spec, Command, Reader>;
  private seats: Seats<Spec>;
  /** Where processes are looked at while other hosts are made ready to take over. */
  private leaving: Seats<Spec> | null = null;
  /** The groups of the beginning. */
  private readonly firstGroups: readonly string[];
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
  private widthUs = firstWidthUs;
  private keyframeDue = false;
  /** When all hosts were last at the same time, and the digest then. */
  private level_: { readonly at: SimTime; readonly digest: string };
  private lastKeyframeAt: SimTime = simTime(0);
  private eventsSinceKeyframe = 0;
  private nextCheckpoint = 0;

  constructor(options: CoordinatorOptions<Spec, Command, Reader>) {
    const { composition, recording, ports } = options;
    checkOrder(recording.journal, "journal");
    checkOrder(recording.checkpoints, "checkpoints");
    const { groups, epochUs } = composition.build(recording.spec, recording.seed);
    this.options = options;
    this.epochUs = epochUs;
    this.reader_ = composition.reader(recording.spec);
    this.journal = [...recording.journal];
    this.checkpoints = [...recording.checkpoints];
    this.firstGroups = groups.map((group) => group.id);
    this.digests = emptyDigests(this.firstGroups);
    this.seats = new Seats(this.firstGroups, ports);
    this.level_ = { at: simTime(0), digest: this.digest() };
  }

  /** All before it has happened; hosts may be a little ahead. */
  get now(): SimTime {
    return this.time;
  }

  /** End of the last granted window: hosts may have come so far. */
  get grantedTo(): SimTime {
    return this.grantedUntil;
  }

  /** What the commands so far have put in force. */
  get reader(): Reader {
    return this.reader_;
  }

  get nextEventAt(): SimTime | null {
    const next = Math.min(this.boundary(), this.seats.nextAt);
    return next === Number.POSITIVE_INFINITY ? null : simTime(next);
  }

  /** Whether all hosts are at the same time: only then has the digest a meaning. */
  get isLevel(): boolean {
    return this.seats.reachedByAny === this.time;
  }

  /** Brings all hosts to the same time, without going further than the one that is ahead. */
  level(): MaybePromise<boolean> {
    return this.isLevel ? true : this.advance(this.seats.reachedByAny);
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
    return this.seats.stopped;
  }

  open(): MaybePromise<void> {
    const { spec, seed } = this.options.recording;
    return this.seats.open(spec, seed);
  }

  /** Journals a command. Its effects come with the next window. */
  submit(command: Command): JournalEntry<Command> {
    const at = simTime(Math.max(this.grantedUntil, this.time, this.lastJournalAt));
    const entry = { at, seq: this.journal.length + 1, command };
    this.journal.push(entry);
    return entry;
  }

  /**
   * Runs all events before `target`. `pause` is asked after every round; true ends the call early. Answers whether it got there.
   */
  advance(target: SimTime, pause: () => boolean = never): MaybePromise<boolean> {
    for (;;) {
      const kept = this.keyframeDue && this.isLevel ? this.keep() : undefined;
      if (isPromise(kept)) return kept.then(() => this.advance(target, pause));
      const round = this.nextRound(target);
      if (round === null) return this.arrive(target);
      if (isPromise(round.reports)) return this.advanceAcrossThreads(target, pause, round.until, round.reports);
      this.finish(round.until, round.reports);
      if (pause()) return false;
    }
  }

  /** Runs what happens next, however far away it is (but before `limit`). */
  step(limit: SimTime): MaybePromise<boolean> {
    const next = this.nextEventAt;
    return this.advance(next === null || next >= limit ? limit : addTime(next, 1));
  }

  observe(process: ProcessId, question: Json): MaybePromise<Json | null> {
    return (this.leaving ?? this.seats).of(process)?.port.observe(process, question, this.time) ?? null;
  }

  digest(): string {
    return digestOfGroups(this.digests);
  }

  /** The run so far, with a checkpoint at its end. */
  recording(): Recording<Spec, Command> {
    const { recording, engine } = this.options;
    const here = this.isLevel ? { at: this.time, digest: this.digest() } : this.level_;
    const checkpoints = this.checkpoints.filter((checkpoint) => checkpoint.at < here.at);
    return { ...recording, engine, journal: [...this.journal], checkpoints: [...checkpoints, here] };
  }

  keyframe(): MaybePromise<Keyframe> {
    return whenDone(this.level(), () => whenDone(allDone(this.seats.all.map((seat) => seat.port.keyframe())), (saved) => this.assemble(saved.flat())));
  }

  /** Goes to a keyframe. The journal stays: what comes after the keyframe is played again. */
  restore(keyframe: Keyframe): MaybePromise<void> {
    const { composition, recording } = this.options;
    this.time = keyframe.at;
    this.grantedUntil = keyframe.at;
    this.lastKeyframeAt = keyframe.at;
    this.eventsSinceKeyframe = 0;
    this.keyframeDue = false;
    this.controls = [...keyframe.controls];
    this.played = keyframe.played;
    this.outsideSeq = keyframe.outsideSeq;
    this.digests = new Map(keyframe.digests);
    this.nextCheckpoint = this.checkpoints.filter((checkpoint) => checkpoint.at <= keyframe.at).length;
    this.reader_ = composition.reader(recording.spec);
    for (const entry of this.journal.slice(0, this.played)) this.effectsOf(entry);
    this.level_ = { at: this.time, digest: this.digest() };
    return this.seats.restore(keyframe);
  }

  /** Cuts the future off: what was journaled for later than now never happens. `andNow`: nor what was journaled for now. */
  forgetFuture(andNow: boolean): void {
    this.journal = this.journal.filter((entry, index) => index < this.played || (!andNow && entry.at <= this.time));
    this.checkpoints = this.checkpoints.filter((checkpoint) => checkpoint.at <= this.time);
    this.keyframes.forgetAfter(this.time);
  }

  /** A lost host gets a new port; all hosts go back to the nearest keyframe (or the beginning) and run again to where they were. */
  async recover(replace: (index: number) => HostPort<Spec>): Promise<void> {
    const target = this.time;
    for (const [index, seat] of this.seats.all.entries()) {
      seat.port.close();
      seat.port = replace(index);
    }
    await this.open();
    await this.goBackTo(target);
    await this.advance(target);
  }

  /** Goes back to the nearest keyframe at or before a time, or to the beginning. */
  async goBackTo(at: SimTime): Promise<void> {
    const nearest = await this.keyframes.nearest(at);
    if (nearest !== null) return this.restore(nearest);
    await this.open();
    this.beginAgain();
  }

  /** Moves the whole simulation to other hosts, which changes nothing in its history. Where they fail, it stays where it was. */
  async moveTo(ports: readonly HostPort<Spec>[]): Promise<void> {
    const keyframe = await this.keyframe();
    const before = this.seats;
    this.seats = new Seats(this.firstGroups, ports);
    this.leaving = before;
    try {
      await this.open();
      await this.restore(keyframe);
    } catch (error) {
      this.seats.close();
      this.seats = before;
      throw error;
    } finally {
      this.leaving = null;
    }
    before.close();
  }

  close(): void {
    this.seats.close();
  }

  /** Grants what can be granted. Null where nothing happens before `target`. */
  private nextRound(target: SimTime): Round<Spec> | null {
    for (;;) {
      const boundary = this.boundary();
      const cap = Math.min(target, boundary);
      const from = this.seats.nextAt;
      if (from < cap) return this.grant(from, cap);
      if (boundary >= target) return null;
      this.levelAt(simTime(boundary));
      this.cross(simTime(boundary));
      if (this.keyframeDue) return { until: this.time, reports: [] };
    }
  }

  private grant(from: number, cap: number): Round<Spec> {
    const round = this.seats.grant(Math.min(cap, from + (this.fine ? lookaheadUs : this.widthUs)), this.withoutNotes);
    if (round.until > this.grantedUntil) this.grantedUntil = round.until;
    return round;
  }

  /** The next time that all hosts must come to before any goes on. */
  private boundary(): number {
    let at = this.keyframeDue ? Math.max(this.seats.reachedByAny, this.time) : Number.POSITIVE_INFINITY;
    at = Math.min(at, this.journal[this.played]?.at ?? at, this.controls[0]?.at ?? at, this.checkpoints[this.nextCheckpoint]?.at ?? at);
    return at;
  }

  private levelAt(at: SimTime): void {
    this.seats.moveTo(at);
    if (at > this.time) this.time = at;
    if (at > this.grantedUntil) this.grantedUntil = at;
    if (this.seats.areParallel) this.level_ = { at: this.time, digest: this.digest() };
  }

  /** All hosts are at a boundary: what is due then takes effect. */
  private cross(at: SimTime): void {
    this.compareCheckpoints(at);
    const messages = this.play(at);
    const due = this.controls.filter((control) => control.at <= at);
    this.controls = this.controls.slice(due.length);
    for (const timed of due) {
      this.seats.control(timed);
      if (timed.control.type === "addGroup" && !this.digests.has(timed.control.group)) this.digests.set(timed.control.group, emptyGroupDigest);
    }
    for (const envelope of messages) this.seats.route(envelope);
  }

  private async advanceAcrossThreads(target: SimTime, pause: () => boolean, firstUntil: SimTime, first: Promise<[Seat<Spec>, WindowReport][]>): Promise<boolean> {
    this.finish(firstUntil, await first);
    while (!pause()) {
      if (this.keyframeDue && this.isLevel) await this.keep();
      const round = this.nextRound(target);
      if (round === null) return this.arrive(target);
      this.finish(round.until, isPromise(round.reports) ? await round.reports : round.reports);
    }
    return false;
  }

  private arrive(target: SimTime): boolean {
    if (target < this.time) return true;
    this.levelAt(target);
    this.compareCheckpoints(target);
    return true;
  }

  /** Journal entries that are due become controls, and the messages that are returned. */
  private play(at: SimTime): readonly Envelope[] {
    const sent: Envelope[] = [];
    for (;;) {
      const entry = this.journal[this.played];
      if (entry === undefined || entry.at > at) return sent;
      this.played++;
      const cause = `c${entry.seq}`;
      const effects = this.effectsOf(entry);
      for (const { control, delayUs } of effects.controls) this.controls.push({ at: addTime(entry.at, delayUs), seq: ++this.outsideSeq, cause, control });
      this.controls.sort((a, b) => a.at - b.at || a.seq - b.seq);
      for (const { to, body, delayUs = 0 } of effects.messages) {
        sent.push({ at: addTime(entry.at, delayUs), from: "", seq: ++this.outsideSeq, to, cause, event: { type: "datagram", from: "", body } });
      }
      this.options.listener.applied(entry);
    }
  }

  /** A command that cannot be read (of a foreign or damaged recording) does nothing; it must not end the run. */
  private effectsOf(entry: JournalEntry<Command>): CommandEffects {
    try {
      return this.reader_.apply(this.stamped(entry));
    } catch {
      return { messages: [], controls: [] };
    }
  }

  private stamped(entry: JournalEntry<Command>): Command {
    return this.options.composition.stamp(entry.command, `c${entry.seq}`);
  }

  private finish(until: SimTime, reports: readonly [Seat<Spec>, WindowReport][]): void {
    const trace: TraceEntry[] = [];
    let handled = 0;
    for (const [, report] of reports) {
      handled += report.handled;
      for (const [group, digest] of report.digests) this.digests.set(group, digest);
      for (const entry of report.trace) trace.push(entry);
    }
    const outside = this.seats.settle(reports);
    const reached = this.seats.reachedByAll;
    if (reached > this.time) this.time = reached;
    this.adaptWidth(handled);
    trace.sort((a, b) => a.at - b.at || compareText(a.process, b.process));
    this.options.listener.window({ until, handled, trace, messages: [...outside].sort(compareOrder).map(outsideMessage) });
    this.eventsSinceKeyframe += handled;
    if (until - this.lastKeyframeAt >= keyframeEveryUs || this.eventsSinceKeyframe >= keyframeEveryEvents) this.keyframeDue = true;
  }

  /** Takes a keyframe now, for recovery, branches and reloads. */
  keep(): MaybePromise<void> {
    this.keyframeDue = false;
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

  private adaptWidth(handled: number): void {
    if (handled > eventsInRound) this.widthUs = Math.max(lookaheadUs, Math.round(this.widthUs / 2));
    else if (handled < eventsInRound / 4) this.widthUs = Math.min(widestUs, this.widthUs * 2);
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
      inTransit: this.seats.all.flatMap((seat) => seat.inbox),
      controls: this.controls,
      played: this.played,
      outsideSeq: this.outsideSeq,
      digests: [...this.digests],
      groups: this.seats.groups,
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
    this.keyframeDue = false;
    this.digests = emptyDigests(this.firstGroups);
    this.reader_ = this.options.composition.reader(this.options.recording.spec);
  }
}

/** Times of a recording are whole microseconds that never go back. */
function checkOrder(entries: readonly { readonly at: SimTime }[], what: string): void {
  let last = 0;
  for (const { at } of entries) {
    if (!Number.isSafeInteger(at) || at < last) throw new Error(`${what}: the time ${at} is not in order`);
    last = at;
  }
}

function emptyDigests(groups: readonly string[]): Map<string, string> {
  return new Map(groups.map((group) => [group, emptyGroupDigest]));
}

function never(): boolean {
  return false;
}

function outsideMessage(envelope: Envelope): OutsideMessage {
  const body = envelope.event.type === "datagram" ? (envelope.event.body as Json) : null;
  return { at: envelope.at, from: envelope.from, cause: envelope.cause, body };
}
