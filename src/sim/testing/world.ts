import type { Json } from "../../base/json.ts";
import { digestOfGroups } from "../digest.ts";
import { groupOf } from "../link.ts";
import type { ProcessFactory, ProcessId } from "../process.ts";
import { LocalHost, type GroupDefinition } from "../processHost.ts";
import type { TraceEntry } from "../recording.ts";
import { millisecond, simTime, type SimTime } from "../time.ts";
import type { Envelope, SimControl, TimedControl } from "../window.ts";

export interface WorldOptions {
  readonly seed?: number;
  readonly factories: readonly ProcessFactory[];
  /** For tests that need a wall clock; the simulation itself knows none. 2026-01-01T00:00:00Z by default. */
  readonly epochUs?: number;
  readonly makeGroup?: (group: string, description: Json) => GroupDefinition | null;
}

export interface Reply {
  readonly at: SimTime;
  readonly from: ProcessId;
  readonly cause: string;
  readonly body: Json;
}

export interface WorldKeyframe {
  readonly now: number;
  readonly sent: number;
  readonly host: readonly (readonly [ProcessId, Json])[];
  readonly inbox: readonly Envelope[];
  readonly controls: readonly TimedControl[];
}

/** A whole simulation in one thread, for tests: one host, no wall clock. Bodies are frozen, so changing shared data throws. */
export class World {
  readonly epochUs: number;
  /** Datagrams to "". */
  readonly replies: Reply[] = [];
  readonly trace: TraceEntry[] = [];
  private readonly host: LocalHost;
  private time: SimTime = simTime(0);
  private sent = 0;
  private inbox: Envelope[] = [];
  private controls: TimedControl[] = [];

  constructor(options: WorldOptions) {
    this.epochUs = options.epochUs ?? 1_767_225_600_000_000;
    this.host = new LocalHost({
      seed: options.seed ?? 1,
      groups: groupsOf(options.factories),
      freezeBodies: true,
      ...(options.makeGroup === undefined ? {} : { makeGroup: options.makeGroup }),
    });
  }

  get now(): SimTime {
    return this.time;
  }

  get eventCount(): number {
    return this.host.eventCount;
  }

  get nextEventAt(): SimTime | null {
    return this.inbox.length > 0 || this.controls.length > 0 ? this.time : this.host.nextEventAt;
  }

  /** Runs all events before `us`. */
  runUntil(us: number): void {
    if (us < this.time) throw new Error(`the world is at ${this.time} us already, past ${us}`);
    const report = this.host.runWindow({ until: simTime(us), inbox: this.inbox, controls: this.controls });
    this.inbox = [];
    this.controls = [];
    this.time = simTime(us);
    for (const entry of report.trace) this.trace.push(entry);
    for (const { at, from, cause, event } of report.outbox) {
      if (event.type === "datagram") this.replies.push({ at, from, cause, body: event.body as Json });
    }
  }

  runFor(us: number): void {
    this.runUntil(this.time + us);
  }

  /**
   * Runs until nothing happens for `quietUs`, at most `maxUs`. True where it became quiet. Periodic timers that come more
   * often than `quietUs` keep it awake.
   */
  settle(maxUs: number, quietUs: number = 500 * millisecond): boolean {
    const end = this.time + maxUs;
    for (;;) {
      const next = this.nextEventAt;
      if (next === null || next - this.time > quietUs) return true;
      if (next >= end) {
        this.runUntil(end);
        return false;
      }
      this.runUntil(next + 1);
    }
  }

  /** A datagram from outside, at the present time; returns its cause ("c1", "c2", ...). */
  send(to: ProcessId, body: Json): string {
    const seq = ++this.sent;
    this.inbox.push({ at: this.time, from: "", seq, to, cause: `c${seq}`, event: { type: "datagram", from: "", body } });
    return `c${seq}`;
  }

  /** Takes effect at the present time, before anything else that happens then. */
  control(control: SimControl): string {
    const seq = ++this.sent;
    this.controls.push({ at: this.time, seq, cause: `c${seq}`, control });
    return `c${seq}`;
  }

  observe(process: ProcessId, question: Json): Json | null {
    return this.host.observe(process, question, this.time);
  }

  stopped(): readonly ProcessId[] {
    return this.host.stopped();
  }

  /** Plain data: goes through JSON and back. */
  keyframe(): WorldKeyframe {
    return JSON.parse(JSON.stringify({ now: this.time, sent: this.sent, host: [...this.host.keyframe()], inbox: this.inbox, controls: this.controls })) as WorldKeyframe;
  }

  restore(keyframe: WorldKeyframe): void {
    this.time = simTime(keyframe.now);
    this.sent = keyframe.sent;
    this.inbox = [...keyframe.inbox];
    this.controls = [...keyframe.controls];
    this.host.restore(new Map(keyframe.host));
  }

  digest(): string {
    return digestOfGroups(this.host.digests());
  }
}

function groupsOf(factories: readonly ProcessFactory[]): readonly GroupDefinition[] {
  const groups = new Map<string, ProcessFactory[]>();
  for (const factory of factories) {
    const id = groupOf(factory.id);
    const group = groups.get(id);
    if (group === undefined) groups.set(id, [factory]);
    else group.push(factory);
  }
  return [...groups].map(([id, members]) => ({ id, factories: members }));
}
