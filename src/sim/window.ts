import type { Json } from "../base/json.ts";
import type { CauseId, ProcessEvent, ProcessId } from "./process.ts";
import type { TraceEntry } from "./recording.ts";
import type { DurationUs, SimTime } from "./time.ts";

/** Total order of events: at, then sender ("" = from outside, sorts first), then the sender's own counter (timers included). */
export interface OrderKey {
  readonly at: SimTime;
  readonly from: ProcessId | "";
  readonly seq: number;
}

export interface Envelope extends OrderKey {
  readonly to: ProcessId;
  readonly cause: CauseId;
  readonly event: ProcessEvent;
}

/** Something done to machines and links from outside; all hosts hear of it and it takes effect at one virtual time. */
export type SimControl =
  | { readonly type: "power"; readonly group: string; readonly on: boolean }
  | { readonly type: "process"; readonly process: ProcessId; readonly state: "running" | "stopped" }
  | { readonly type: "crash"; readonly process: ProcessId }
  | { readonly type: "slow"; readonly process: ProcessId; readonly factor: number }
  | { readonly type: "clockSkew"; readonly group: string; readonly skewUs: DurationUs }
  /**
   * "*" stands for every other group. lossPerMille of datagrams; connections see loss as delay. Up to `jitterUs` more delay each
   * datagram, so that a later one may come first; connections keep their order.
   */
  | { readonly type: "link"; readonly a: string; readonly b: string; readonly extraDelayUs: DurationUs; readonly jitterUs?: DurationUs; readonly lossPerMille: number; readonly cut: boolean }
  /**
   * A machine joins or leaves. `description` is what the host's composition makes its processes from; null tells a host that another
   * one runs them. `turn` counts the machines that had this name before: what they numbered is never numbered again.
   */
  | { readonly type: "addGroup"; readonly group: string; readonly description: Json; readonly turn?: number }
  | { readonly type: "removeGroup"; readonly group: string };

export interface TimedControl {
  readonly at: SimTime;
  readonly seq: number;
  readonly cause: CauseId;
  readonly control: SimControl;
}

/** What one thread runs: its groups, up to the end of the granted window, never past it. */
export interface ProcessHost {
  /**
   * `cutAfterSendUs`: the window ends so long after the earliest arrival of a message to another host, because an answer to
   * it could arrive by then. `withoutNotes`: nobody wants notes of messages (ProcessContext.notesWanted).
   */
  runWindow(window: { readonly until: SimTime; readonly inbox: readonly Envelope[]; readonly controls: readonly TimedControl[]; readonly cutAfterSendUs?: DurationUs; readonly withoutNotes?: boolean }): WindowReport;
  /** Of each process: state, disk, queue, timers, connections, randoms, busy-until, incarnation. */
  keyframe(): ReadonlyMap<ProcessId, Json>;
  /** `own`: the groups of the keyframe that this host is to run; all that it can make where not given. */
  restore(keyframe: ReadonlyMap<ProcessId, Json>, own?: ReadonlySet<string>): void;
  /** A look at one process between windows, at the cluster's present time; null where the process is down or answers nothing. */
  observe(process: ProcessId, question: Json, now?: SimTime): Json | null;
}

export interface WindowReport {
  /** Envelopes for groups of other hosts, and answers to the outside (to ""). */
  readonly outbox: readonly Envelope[];
  readonly nextEventAt: SimTime | null;
  readonly trace: readonly TraceEntry[];
  /** So far, of the groups that handled anything in this window. */
  readonly digests: ReadonlyMap<string, string>;
  /** Events handled in this window. */
  readonly handled: number;
  /** All before this has been handled: `until`, or sooner where a message to another host cut the window short. */
  readonly reached: SimTime;
  /** The processes of this host that are down; null where that has not changed. */
  readonly stopped: readonly ProcessId[] | null;
}
