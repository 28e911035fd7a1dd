import type { Json } from "../../../../base/json.ts";
import type { Payload } from "../../../../network/packet.ts";
import type { ProgramContext } from "../../program.ts";
import type { Wait } from "./state.ts";

/** What a command of the shell gets to work with. */
export interface CommandIo {
  readonly args: readonly string[];
  readonly input: string;
  readonly ctx: ProgramContext;
  readonly cwd: string;
  /** The name to give to timers and calls, so that their end finds this command. */
  readonly tag: Json;
  readonly timer: string;
  out(text: string): void;
  err(text: string): void;
  variable(name: string): string | undefined;
  readonly variables: Readonly<Record<string, string>>;
  resolve(path: string): string;
}

export type CommandResult = number | Wait;

/** What a command that waits is told. */
export type AppletEvent = { readonly type: "timer" } | { readonly type: "answer"; readonly payload: Payload | null; readonly failure: string | null };

export interface Applet {
  run(io: CommandIo): CommandResult;
  resume?(state: Json, event: AppletEvent, io: CommandIo): CommandResult;
}
