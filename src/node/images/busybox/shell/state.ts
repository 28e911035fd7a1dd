import type { Json } from "../../../../base/json.ts";
import type { ShellNode } from "./ast.ts";

/** Text on its way from one command to another, or into a variable. */
export interface Pipe {
  text: string;
  /** Nobody writes any more. */
  ended: boolean;
  /** Nobody reads any more: who writes gets SIGPIPE. */
  broken: boolean;
  /** Who writes waits while it is full; others (of substitutions) lose what is too much. */
  readonly bounded: boolean;
}

/** Where a file descriptor of a command leads. "stdin", "stdout" and "stderr" are the container's own. */
export type Target = { readonly to: "stdin" } | { readonly to: "stdout" } | { readonly to: "stderr" } | { readonly to: "null" } | { readonly to: "file"; readonly path: string } | { readonly to: "pipe"; readonly id: number };
export type Fds = Readonly<Record<number, Target>>;

type Of<T extends ShellNode["t"]> = Extract<ShellNode, { t: T }>;
type Vars = Readonly<Record<string, string>>;

/** What is still to be done, innermost last: a continuation as data. */
export type Frame =
  | { readonly f: "node"; readonly node: ShellNode }
  | { readonly f: "list"; readonly node: Of<"list">; i: number }
  | { readonly f: "andor"; readonly node: Of<"andor">; i: number; skipped: boolean }
  /** `ids`: the threads of its parts; null: not begun. */
  | { readonly f: "pipe"; readonly node: Of<"pipe">; ids: readonly number[] | null }
  | { readonly f: "if"; readonly node: Of<"if">; i: number }
  | { readonly f: "while"; readonly node: Of<"while">; phase: "begin" | "test" | "body" | "step"; status: number }
  | { readonly f: "for"; readonly node: Of<"for">; values: readonly string[] | null; i: number; captures: Captures }
  | { readonly f: "case"; readonly node: Of<"case">; captures: Captures }
  | { readonly f: "simple"; readonly node: Of<"simple"> | Of<"arith"> | Of<"cond">; captures: Captures }
  /** Before a compound command: its redirections, which may hold substitutions. */
  | { readonly f: "open"; readonly node: ShellNode; captures: Captures }
  /** Ends a command substitution: its output goes to the frame below. */
  | { readonly f: "capture"; readonly n: number; readonly pipe: number; readonly fds: Fds; readonly vars: Vars; readonly cwd: string }
  /** Takes off what redirections put on. */
  | { readonly f: "fds"; readonly fds: Fds; readonly made: readonly number[] }
  | { readonly f: "subshell"; readonly vars: Vars; readonly cwd: string }
  /** The end of a function or a script: `locals` are the values that its variables had before. */
  | { readonly f: "call"; readonly positional: readonly string[]; locals: Readonly<Record<string, string | null>> }
  /** The end of a command with assignments before it: what these variables were. */
  | { readonly f: "temps"; readonly saved: Readonly<Record<string, string | null>> }
  /** After a trap's action, $? is what it was. */
  | { readonly f: "status"; readonly status: number };

/** Outputs of the substitutions of a command, by their number. */
export type Captures = Readonly<Record<number, string>>;

/** Why a thread does not go on. */
export type Wait =
  | { readonly kind: "sleep" }
  | { readonly kind: "forever" }
  /** For background jobs; null: all of them. */
  | { readonly kind: "jobs"; readonly ids: readonly number[] | null }
  | { readonly kind: "parts"; readonly ids: readonly number[] }
  /** For standard input: the command is begun anew when more of it is there. */
  | { readonly kind: "input"; readonly words: readonly string[]; readonly seen: number }
  /** A filter that takes what comes as it comes. */
  | { readonly kind: "feed"; readonly args: readonly string[]; readonly state: Json }
  | { readonly kind: "applet"; readonly name: string; readonly args: readonly string[]; readonly state: Json }
  /** Another program of the image; its state is beside the threads. */
  | { readonly kind: "program"; readonly name: string; readonly args: readonly string[]; inputEnded: boolean };

/** The shell itself, a background job, or a part of a pipe: what is a process elsewhere. */
export interface Thread {
  readonly id: number;
  readonly parent: number;
  readonly role: "main" | "job" | "part";
  /** The command in hand, for ps. */
  name: string;
  stack: Frame[];
  vars: Vars;
  positional: readonly string[];
  fds: Fds;
  status: number;
  cwd: string;
  wait: Wait | null;
  /** Rises with each wait, so that late timers and answers are told apart. */
  waits: number;
  /** Its failure is looked at by who started it: `set -e` does not end it. */
  readonly tested: boolean;
  /** The last command's failure ends no `set -e` script: it was part of a condition. */
  spared: boolean;
  /** Exit status of the signal that ended it. */
  killed: number | null;
}

export interface ShellOptions {
  readonly e: boolean;
  readonly u: boolean;
  readonly x: boolean;
  readonly f: boolean;
  readonly pipefail: boolean;
}

export interface ShellState {
  threads: Thread[];
  functions: Readonly<Record<string, ShellNode>>;
  /** By signal name without "SIG", "EXIT" included; "": ignored. */
  traps: Readonly<Record<string, string>>;
  pendingTraps: readonly string[];
  exitTrapDone: boolean;
  nextThread: number;
  lastJob: number;
  /** Ends of jobs that somebody may still wait for. */
  results: Readonly<Record<number, number>>;
  pipes: Record<number, Pipe>;
  nextPipe: number;
  /** Output of an unfinished line, by stream. */
  partial: { stdout: string; stderr: string };
  options: ShellOptions;
  /** Names of the variables that commands get. */
  exported: readonly string[];
  aliases: Readonly<Record<string, string>>;
  bash: boolean;
  /** What came in and was not read yet; null: there is no standard input, or all of it was empty from the start. */
  input: { text: string; ended: boolean } | null;
  /** The commands come from standard input; "prompted": from a terminal that waits for one. */
  reads: "no" | "commands" | "prompted";
  started: boolean;
  /** Steps since the last pause, when it was, and how many in a row: a script that never waits gets slower. */
  debt: { steps: number; sinceUs: number; total: number; paused: boolean };
  /** Ports on which a program that the shell started listens. */
  ports: Readonly<Record<number, number>>;
}

export function freshState(): ShellState {
  return {
    threads: [], functions: {}, traps: {}, pendingTraps: [], exitTrapDone: false, nextThread: 1, lastJob: 0, results: {}, pipes: {}, nextPipe: 1, partial: { stdout: "", stderr: "" },
    options: { e: false, u: false, x: false, f: false, pipefail: false }, exported: [], aliases: {}, bash: false, input: null, reads: "no", started: false, debt: { steps: 0, sinceUs: 0, total: 0, paused: false }, ports: {},
  };
}
