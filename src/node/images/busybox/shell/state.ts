import type { Json } from "../../../../base/json.ts";
import type { ShellNode, Word } from "./ast.ts";

/** Where a stream of a command goes. "inherit": as the command around it; "out": where its standard output goes. */
export type Target = { readonly to: "inherit" } | { readonly to: "out" } | { readonly to: "null" } | { readonly to: "file"; readonly path: string } | { readonly to: "stdout" } | { readonly to: "stderr" } | { readonly to: "buffer" };

export interface Streams {
  readonly out: Target;
  readonly err: Target;
  /** What "buffer" has taken so far. */
  text: string;
  readonly input: string | null;
}

type Of<T extends ShellNode["t"]> = Extract<ShellNode, { t: T }>;

/** What is still to be done, innermost last: a continuation as data. */
export type Frame =
  | { readonly f: "node"; readonly node: ShellNode }
  | { readonly f: "list"; readonly node: Of<"list">; i: number }
  | { readonly f: "andor"; readonly node: Of<"andor">; i: number }
  | { readonly f: "pipe"; readonly node: Of<"pipe">; i: number; piped: string | null }
  | { readonly f: "if"; readonly node: Of<"if">; i: number }
  | { readonly f: "while"; readonly node: Of<"while">; testing: boolean }
  | { readonly f: "for"; readonly node: Of<"for">; values: readonly string[] | null; i: number; captures: string[] }
  | { readonly f: "case"; readonly node: Of<"case">; captures: string[] }
  | { readonly f: "simple"; readonly node: Of<"simple">; captures: string[] }
  /** Ends a command substitution: its output goes to the frame below. */
  | { readonly f: "capture"; readonly vars: Readonly<Record<string, string>>; readonly cwd: string }
  /** Takes off the streams that a redirection or a pipe put on. */
  | { readonly f: "streams" }
  | { readonly f: "subshell"; readonly vars: Readonly<Record<string, string>>; readonly cwd: string }
  | { readonly f: "call"; readonly positional: readonly string[] };

/** Why a thread does not go on. */
export type Wait =
  | { readonly kind: "sleep" }
  | { readonly kind: "forever" }
  | { readonly kind: "jobs" }
  /** For standard input: the command is begun anew when more of it is there. */
  | { readonly kind: "input"; readonly words: readonly string[] }
  | { readonly kind: "applet"; readonly name: string; readonly state: Json };

/** The shell itself, or one of its background jobs. */
export interface Thread {
  readonly id: number;
  stack: Frame[];
  vars: Readonly<Record<string, string>>;
  positional: readonly string[];
  streams: Streams[];
  status: number;
  cwd: string;
  wait: Wait | null;
  /** Rises with each wait, so that late timers and answers are told apart. */
  waits: number;
}

export interface ShellState {
  threads: Thread[];
  functions: Readonly<Record<string, ShellNode>>;
  traps: Readonly<Record<string, string>>;
  pendingTrap: string | null;
  nextThread: number;
  lastJob: number;
  /** Output of an unfinished line, by stream. */
  partial: { stdout: string; stderr: string };
  errexit: boolean;
  /** What came in and was not read yet; null: there is no standard input, or all of it was empty from the start. */
  input: { text: string; ended: boolean } | null;
  /** The commands come from standard input; "prompted": from a terminal that waits for one. */
  reads: "no" | "commands" | "prompted";
  started: boolean;
  /** Another program of the image that took the shell's place. */
  own: { readonly name: string; readonly args: readonly string[] } | null;
}

/** The scripts inside a word's substitutions, in the order in which expansion needs them. */
export function substitutions(word: Word): readonly ShellNode[] {
  return word.flatMap((part) => (part.p === "command" ? [part.script] : part.p === "arith" ? substitutions(part.expression) : part.p === "var" ? substitutions(part.arg) : []));
}
