import type { Json } from "../../../../base/json.ts";
import type { Payload } from "../../../../network/packet.ts";
import type { ProgramContext } from "../../program.ts";
import type { Thread, Wait } from "./state.ts";

/** What a command of the shell gets to work with. */
export interface CommandIo {
  readonly args: readonly string[];
  /** All of standard input; throws InputAwaited until it has ended. */
  readonly input: string;
  /** Whether something is there to read: a pipe, a file, the container's own input. */
  readonly hasInput: boolean;
  readonly ctx: ProgramContext;
  readonly cwd: string;
  /** The name to give to timers and calls, so that their end finds this command. */
  readonly tag: Json;
  readonly timer: string;
  out(text: string): void;
  err(text: string): void;
  /** Whether who reads what it writes is gone. */
  readonly broken: boolean;
  variable(name: string): string | undefined;
  /** The environment. */
  readonly variables: Readonly<Record<string, string>>;
  resolve(path: string): string;
  /** What runs beside it: for ps and kill. */
  readonly threads: readonly Thread[];
}

export type CommandResult = number | Wait;

/** What a command that waits is told. */
export type AppletEvent = { readonly type: "timer" } | { readonly type: "answer"; readonly payload: Payload | null; readonly failure: string | null };

export interface Applet {
  run(io: CommandIo): CommandResult;
  resume?(state: Json, event: AppletEvent, io: CommandIo): CommandResult;
  /** Of filters, which `run` has let wait with kind "feed": what came in since, and whether that is all. */
  feed?(state: Json, text: string, ended: boolean, io: CommandIo): CommandResult;
}

/** The same command's world with other words. */
export function withArgs(io: CommandIo, args: readonly string[]): CommandIo {
  return Object.create(io, { args: { value: args } }) as CommandIo;
}
