import type { Json } from "../base/json.ts";
import type { ProcessId } from "../sim/process.ts";
import type { DurationUs, SimTime } from "../sim/time.ts";
import type { Envelope, TimedControl, WindowReport } from "../sim/window.ts";

/** Sync in the same thread, a promise across threads: the coordinator's fast path must not wait for microtasks. */
export type MaybePromise<T> = T | Promise<T>;

export type SavedProcesses = readonly (readonly [ProcessId, Json])[];

/** What a host runs. */
export interface HostAssignment<Spec> {
  readonly spec: Spec;
  readonly seed: number;
  readonly own: readonly string[];
  readonly elsewhere: readonly string[];
}

export interface Grant {
  readonly until: SimTime;
  readonly inbox: readonly Envelope[];
  readonly controls: readonly TimedControl[];
  readonly cutAfterSendUs?: DurationUs;
  readonly withoutNotes?: boolean;
}

/** A host as the coordinator sees it, wherever it runs. Calls are answered in their order; a lost host rejects with HostLost. */
export interface HostPort<Spec> {
  open(assignment: HostAssignment<Spec>): MaybePromise<void>;
  runWindow(grant: Grant): MaybePromise<WindowReport>;
  keyframe(): MaybePromise<SavedProcesses>;
  /** Returns when its next event comes. `own`: the groups that this host is to run from here on. */
  restore(saved: SavedProcesses, own: readonly string[]): MaybePromise<SimTime | null>;
  observe(process: ProcessId, question: Json, now: SimTime): MaybePromise<Json | null>;
  close(): void;
}

export class HostLost extends Error {
  override readonly name = "HostLost";
}

export function isPromise<T>(value: MaybePromise<T>): value is Promise<T> {
  return typeof (value as Promise<T> | null)?.then === "function";
}

export function whenDone<T, R>(value: MaybePromise<T>, then: (value: T) => MaybePromise<R>): MaybePromise<R> {
  return isPromise(value) ? value.then(then) : then(value);
}

export function allDone<T>(values: readonly MaybePromise<T>[]): MaybePromise<T[]> {
  return values.some(isPromise) ? Promise.all(values) : (values as T[]);
}
