import { compareText } from "../base/compareText.ts";
import { groupOf, lookaheadUs } from "../sim/link.ts";
import type { ProcessId } from "../sim/process.ts";
import { simTime, type SimTime } from "../sim/time.ts";
import type { Envelope, TimedControl, WindowReport } from "../sim/window.ts";
import { allDone, whenDone, type HostPort, type MaybePromise } from "./hostPort.ts";
import type { Keyframe } from "./keyframes.ts";

/** A host and what is on its way to it. */
export interface Seat<Spec> {
  port: HostPort<Spec>;
  groups: readonly string[];
  inbox: Envelope[];
  /** In force, but not handed over yet. */
  controls: readonly TimedControl[];
  nextEventAt: SimTime | null;
  /** All before this has happened here. */
  reached: SimTime;
  stopped: readonly ProcessId[];
}

export interface Round<Spec> {
  /** The end of the furthest window granted. */
  readonly until: SimTime;
  readonly reports: MaybePromise<[Seat<Spec>, WindowReport][]>;
}

/** All hosts of one simulation: who runs what, and how far each may go. */
export class Seats<Spec> {
  readonly all: readonly Seat<Spec>[];
  private readonly first: readonly (readonly string[])[];

  /** `groups`: those of the beginning. */
  constructor(groups: readonly string[], ports: readonly HostPort<Spec>[]) {
    this.first = placement(groups, ports.length);
    this.all = this.first.map((own, index) => {
      const port = ports[index];
      if (port === undefined) throw new Error("a place without a host");
      return { port, groups: own, inbox: [], controls: [], nextEventAt: simTime(0), reached: simTime(0), stopped: [] };
    });
  }

  get areParallel(): boolean {
    return this.all.length > 1;
  }

  /** Hosts that were opened afresh are at the beginning. */
  open(spec: Spec, seed: number): MaybePromise<void> {
    const groups = this.first.flat();
    const opened = this.all.map((seat, index) => {
      Object.assign(seat, { groups: this.first[index] ?? [], inbox: [], controls: [], nextEventAt: simTime(0), reached: simTime(0), stopped: [] });
      return seat.port.open({ spec, seed, own: seat.groups, elsewhere: groups.filter((group) => !seat.groups.includes(group)) });
    });
    return whenDone(allDone(opened), () => undefined);
  }

  restore(keyframe: Keyframe): MaybePromise<void> {
    this.settleGroups(keyframe.groups);
    const restored = this.all.map((seat) => {
      seat.reached = keyframe.at;
      seat.controls = [];
      seat.inbox = keyframe.inTransit.filter((envelope) => seat.groups.includes(groupOf(envelope.to)));
      return whenDone(seat.port.restore(keyframe.processes, seat.groups), (next) => {
        seat.nextEventAt = earliest(next, seat.inbox);
      });
    });
    return whenDone(allDone(restored), () => undefined);
  }

  /** Hands a control to all hosts; a machine that joins is run by one of them, and one that leaves by none. */
  control(timed: TimedControl): void {
    const { control } = timed;
    let owner: Seat<Spec> | null = null;
    if (control.type === "addGroup" && !this.all.some((seat) => seat.groups.includes(control.group))) owner = this.place(control.group);
    if (control.type === "removeGroup") this.remove(control.group);
    for (const seat of this.all) {
      const theirs = control.type === "addGroup" && seat !== owner ? { ...timed, control: { ...control, description: null } } : timed;
      seat.controls = [...seat.controls, theirs];
    }
  }

  close(): void {
    for (const seat of this.all) seat.port.close();
  }

  of(process: ProcessId): Seat<Spec> | undefined {
    const group = groupOf(process);
    return this.all.find((seat) => seat.groups.includes(group));
  }

  /** All groups that are there. */
  get groups(): readonly string[] {
    return this.all.flatMap((seat) => seat.groups);
  }

  get stopped(): readonly ProcessId[] {
    return this.all.flatMap((seat) => seat.stopped).sort(compareText);
  }

  /** When something happens next, anywhere; infinity for never. */
  get nextAt(): number {
    return this.all.reduce((next, seat) => Math.min(next, nextOf(seat)), Number.POSITIVE_INFINITY);
  }

  /** All hosts have come this far. */
  get reachedByAll(): SimTime {
    return simTime(this.all.reduce((least, seat) => Math.min(least, seat.reached), Number.POSITIVE_INFINITY));
  }

  /** The host that is ahead of the others has come this far. */
  get reachedByAny(): SimTime {
    return simTime(this.all.reduce((furthest, seat) => Math.max(furthest, seat.reached), 0));
  }

  /** Nothing happens before `at` any more. */
  moveTo(at: SimTime): void {
    for (const seat of this.all) if (seat.reached < at) seat.reached = at;
  }

  /** Each host gets the widest window in which nothing that others do can reach it; those with nothing to do in theirs are not asked. */
  grant(cap: number, withoutNotes: boolean): Round<Spec> {
    const reports: MaybePromise<[Seat<Spec>, WindowReport]>[] = [];
    // Other threads first, so that they run while this one does.
    const order = [...this.all.slice(1), ...this.all.slice(0, 1)];
    const bounds = order.map((seat) => simTime(Math.max(seat.reached, Math.min(cap, this.reachOfOthers(seat)))));
    for (const [index, seat] of order.entries()) {
      const until = bounds[index] ?? seat.reached;
      if (nextOf(seat) >= until && seat.controls.length === 0) {
        seat.reached = until;
        continue;
      }
      const { inbox, controls } = seat;
      seat.inbox = [];
      seat.controls = [];
      const grant = this.areParallel ? { until, inbox, controls, withoutNotes, cutAfterSendUs: lookaheadUs } : { until, inbox, controls, withoutNotes };
      reports.push(whenDone(seat.port.runWindow(grant), (report) => [seat, report]));
    }
    return { until: simTime(Math.max(...bounds)), reports: allDone(reports) };
  }

  /** Takes what a round brought: first all reports, then all messages, because a message may be for a host that has reported. */
  settle(reports: readonly [Seat<Spec>, WindowReport][]): readonly Envelope[] {
    const outside: Envelope[] = [];
    for (const [seat, report] of reports) {
      seat.reached = report.reached;
      seat.nextEventAt = earliest(report.nextEventAt, seat.inbox);
      if (report.stopped !== null) seat.stopped = report.stopped;
    }
    for (const [, report] of reports) {
      for (const envelope of report.outbox) {
        if (envelope.to === "") outside.push(envelope);
        else this.route(envelope);
      }
    }
    return outside;
  }

  /** A group that is nowhere gets nothing. */
  route(envelope: Envelope): void {
    const seat = this.of(envelope.to);
    if (seat === undefined) return;
    if (envelope.at < seat.reached) throw new Error(`a message for ${envelope.to} at ${envelope.at} came after its host had reached ${seat.reached}`);
    seat.inbox.push(envelope);
    if (seat.nextEventAt === null || envelope.at < seat.nextEventAt) seat.nextEventAt = envelope.at;
  }

  /** Where it was at the beginning, else where the fewest are: which host that is changes nothing in the history. */
  private place(group: string): Seat<Spec> {
    const own = this.all.find((_, index) => this.first[index]?.includes(group));
    const others = this.all.length === 1 ? this.all : this.all.slice(1);
    const seat = own ?? others.reduce((least, other) => (other.groups.length < least.groups.length ? other : least));
    seat.groups = [...seat.groups, group];
    return seat;
  }

  private remove(group: string): void {
    for (const seat of this.all) {
      if (!seat.groups.includes(group)) continue;
      seat.groups = seat.groups.filter((other) => other !== group);
      seat.inbox = seat.inbox.filter((envelope) => groupOf(envelope.to) !== group);
    }
  }

  private settleGroups(groups: readonly string[]): void {
    for (const seat of this.all) seat.groups = [];
    for (const group of groups) this.place(group);
  }

  /** Before this, nothing that others do can arrive at a host. */
  private reachOfOthers(seat: Seat<Spec>): number {
    let earliestSend = Number.POSITIVE_INFINITY;
    for (const other of this.all) if (other !== seat) earliestSend = Math.min(earliestSend, nextOf(other));
    return earliestSend + lookaheadUs;
  }
}

/** The next thing that happens at a seat. */
function nextOf(seat: { readonly nextEventAt: SimTime | null; readonly controls: readonly TimedControl[] }): number {
  const next = seat.nextEventAt ?? Number.POSITIVE_INFINITY;
  const control = seat.controls[0];
  return control !== undefined && control.at < next ? control.at : next;
}

function earliest(next: SimTime | null, inbox: readonly Envelope[]): SimTime | null {
  let first = next;
  for (const envelope of inbox) if (first === null || envelope.at < first) first = envelope.at;
  return first;
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
