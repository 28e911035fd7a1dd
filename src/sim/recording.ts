import type { Json } from "../base/json.ts";
import type { CauseId, ProcessId } from "./process.ts";
import type { SimTime } from "./time.ts";

export interface TraceEntry<Body = Json> {
  readonly at: SimTime;
  readonly process: ProcessId;
  readonly cause: CauseId;
  /** Set on links of the causal chain (ProcessContext.explain). */
  readonly link?: CauseId;
  readonly body: Body;
}

export interface JournalEntry<Command> {
  readonly at: SimTime;
  readonly seq: number;
  readonly command: Command;
}

export interface Recording<Spec, Command> {
  readonly format: 1;
  /** Hash of the sorted sources of layers 0-5 and the lockfile. */
  readonly engine: string;
  readonly seed: number;
  readonly spec: Spec;
  readonly journal: readonly JournalEntry<Command>[];
  readonly checkpoints: readonly { readonly at: SimTime; readonly digest: string }[];
  readonly parent?: { readonly id: string; readonly at: SimTime };
}
