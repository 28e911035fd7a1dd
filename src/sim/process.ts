import type { Digest } from "../base/hash.ts";
import type { Json } from "../base/json.ts";
import type { Random } from "./random.ts";
import type { DurationUs, SimTime } from "./time.ts";

/** "<group>/<name>": "cp-1/kube-scheduler", "node-1/kubelet". A group is placed on one host as a whole. "" is the outside. */
export type ProcessId = string;
export type ConnectionId = string;
export type TimerKey = string;
/**
 * Why something happened: "boot", a journal entry ("c12"), or a link of the causal chain ("<process>#<n>", see ProcessContext.explain).
 */
export type CauseId = string;

export type ProcessEvent<In = unknown> =
  | { readonly type: "start"; readonly incarnation: number }
  /** `notes`: what explains the message; see ProcessContext.sendDatagram. */
  | { readonly type: "datagram"; readonly from: ProcessId; readonly body: In; readonly notes?: unknown }
  | { readonly type: "connected" | "disconnected"; readonly connection: ConnectionId; readonly peer: ProcessId }
  | { readonly type: "received"; readonly connection: ConnectionId; readonly body: In }
  | { readonly type: "timer"; readonly key: TimerKey };

export interface ProcessContext<Out = unknown> {
  /** Orders events. */
  readonly now: SimTime;
  /** now plus this machine's clock skew: writes timestamps, measures leases. */
  clock(): SimTime;
  readonly random: Random;
  /** Cause of the event in hand; send, setTimer and writes inherit it. */
  readonly cause: CauseId;
  /** For work taken from a queue: its own cause instead of the event's. */
  withCause(cause: CauseId, body: () => void): void;
  /**
   * Adds a link to the causal chain: traces `body` with a new id whose parent is the present cause, and makes that id the
   * cause of everything this event (or this withCause body) does from here on. `{component, text, object?}` is what people read.
   */
  explain(body: CausalLink): CauseId;
  /**
   * Packets, Raft, and answers to the outside (to ""): faults may drop, delay or reorder it. `notes` travel beside the body and explain
   * it as traces do: they are no part of history, so nothing may be decided by them.
   */
  sendDatagram(to: ProcessId, body: Out, notes?: unknown): void;
  /**
   * The same within a group, at once: the receiver handles it in the same moment, as soon as this event has been handled, and what it
   * sends leaves after the work of both. It follows from this event, so it is no event of history itself. A receiver that is busy with
   * earlier work takes it afterwards; one of another group, or across a faulty link, gets a datagram.
   */
  handOver(to: ProcessId, body: Out, notes?: unknown): void;
  /** Whether somebody wants notes that cost something; what is decided must not depend on it. */
  readonly notesWanted: boolean;
  /** First in, first out, reliable until broken; loss becomes delay; both ends hear of the end ("connected" comes to both). */
  connect(to: ProcessId): ConnectionId;
  send(connection: ConnectionId, body: Out): void;
  disconnect(connection: ConnectionId): void;
  /** Setting a key again replaces its timer; the least delay is 1 us. */
  setTimer(key: TimerKey, delayUs: DurationUs): void;
  cancelTimer(key: TimerKey): void;
  /** Survives a crash; all else of the process does not. */
  readonly disk: { read(name: string): Json | null; write(name: string, data: Json): void };
  /** Explains; never read back by a process. */
  trace(body: Json): void;
}

/** One link of a Why chain, in words. `object` is "<plural>.<group>/<namespace>/<name>" of what it is about, where there is one. */
export interface CausalLink {
  readonly component: string;
  readonly text: string;
  readonly object?: string;
  readonly tone?: "ok" | "progress" | "warn" | "fail" | "person";
}

/** A deterministic state machine: same state + same event = same state and same effects. Throwing is this process's crash. */
export interface Process {
  readonly id: ProcessId;
  handle(event: ProcessEvent, ctx: ProcessContext): void;
  /** Virtual time the event keeps the process busy. */
  cost(event: ProcessEvent): DurationUs;
  snapshot(): Json;
  restore(data: Json): void;
  /** A pure look from outside (reads, logs, tables): no effects, no counters, no draws that history sees. */
  observe?(question: Json, view: { readonly now: SimTime; readonly random: Random }): Json;
}

/** What a host needs to make a process, also again after a crash or a restore. */
export interface ProcessFactory {
  readonly id: ProcessId;
  create(): Process;
  /**
   * Adds a message to the digest of history by what tells it from any other, where that is less than all of it; false: all of it is to be
   * added. Depends on the body alone.
   */
  readonly addBody?: ((digest: Digest, body: unknown) => boolean) | undefined;
}
