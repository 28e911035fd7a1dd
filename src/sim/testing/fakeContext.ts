import type { Json } from "../../base/json.ts";
import type { CauseId, CausalLink, ConnectionId, ProcessContext, ProcessId, TimerKey } from "../process.ts";
import type { Random } from "../random.ts";
import { looseRandom } from "../streams.ts";
import { addTime, simTime, type DurationUs, type SimTime } from "../time.ts";

export type Effect =
  | { readonly type: "datagram"; readonly to: ProcessId; readonly body: Json; readonly cause: CauseId; readonly notes?: unknown }
  | { readonly type: "connect"; readonly to: ProcessId; readonly connection: ConnectionId; readonly cause: CauseId }
  | { readonly type: "send"; readonly connection: ConnectionId; readonly body: Json; readonly cause: CauseId }
  | { readonly type: "disconnect"; readonly connection: ConnectionId; readonly cause: CauseId }
  | { readonly type: "timer"; readonly key: TimerKey; readonly delayUs: DurationUs; readonly cause: CauseId }
  | { readonly type: "cancel"; readonly key: TimerKey }
  | { readonly type: "link"; readonly id: CauseId; readonly link: CausalLink; readonly cause: CauseId }
  | { readonly type: "trace"; readonly body: Json; readonly cause: CauseId };

/** Collects what a process does, for tests of one handler without a world around it. `now` and `cause` are the test's to set. */
export class FakeContext implements ProcessContext {
  now: SimTime = simTime(0);
  cause: CauseId = "boot";
  skewUs: DurationUs = 0;
  readonly random: Random;
  readonly effects: Effect[] = [];
  readonly timers = new Map<TimerKey, SimTime>();
  readonly files = new Map<string, Json>();
  readonly disk = {
    read: (name: string): Json | null => this.files.get(name) ?? null,
    write: (name: string, data: Json): void => void this.files.set(name, data),
  };
  private connections = 0;
  private links = 0;

  constructor(seed = 1) {
    this.random = looseRandom(seed, "");
  }

  /** All effects so far; forgets them. */
  take(): Effect[] {
    return this.effects.splice(0);
  }

  clock(): SimTime {
    return addTime(this.now, this.skewUs);
  }

  withCause(cause: CauseId, body: () => void): void {
    const before = this.cause;
    this.cause = cause;
    try {
      body();
    } finally {
      this.cause = before;
    }
  }

  explain(link: CausalLink): CauseId {
    const id = `fake#${++this.links}`;
    this.effects.push({ type: "link", id, link, cause: this.cause });
    this.cause = id;
    return id;
  }

  readonly notesWanted = true;

  sendDatagram(to: ProcessId, body: unknown, notes?: unknown): void {
    this.effects.push({ type: "datagram", to, body: body as Json, cause: this.cause, ...(notes === undefined ? {} : { notes }) });
  }

  handOver(to: ProcessId, body: unknown, notes?: unknown): void {
    this.sendDatagram(to, body, notes);
  }

  connect(to: ProcessId): ConnectionId {
    const connection = `fake>${++this.connections}`;
    this.effects.push({ type: "connect", to, connection, cause: this.cause });
    return connection;
  }

  send(connection: ConnectionId, body: unknown): void {
    this.effects.push({ type: "send", connection, body: body as Json, cause: this.cause });
  }

  disconnect(connection: ConnectionId): void {
    this.effects.push({ type: "disconnect", connection, cause: this.cause });
  }

  setTimer(key: TimerKey, delayUs: DurationUs): void {
    this.timers.set(key, addTime(this.now, delayUs));
    this.effects.push({ type: "timer", key, delayUs, cause: this.cause });
  }

  cancelTimer(key: TimerKey): void {
    this.timers.delete(key);
    this.effects.push({ type: "cancel", key });
  }

  trace(body: Json): void {
    this.effects.push({ type: "trace", body, cause: this.cause });
  }
}
