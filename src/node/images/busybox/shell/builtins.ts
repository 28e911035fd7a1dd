import { resolvePath } from "../../../runtime/fileSystem.ts";
import type { CommandIo, CommandResult } from "./commandIo.ts";
import { nextLine } from "./input.ts";
import type { Shell } from "./shell.ts";
import type { Frame, Thread } from "./state.ts";

type Outcome = CommandResult | "handled";
type Builtin = (shell: Shell, thread: Thread, words: readonly string[], io: CommandIo) => Outcome;

/** Commands that act on the shell itself; null: this is none of them. */
export function runBuiltin(shell: Shell, thread: Thread, words: readonly string[], io: CommandIo): Outcome | null {
  const name = words[0] ?? "";
  const builtin = Object.hasOwn(builtins, name) ? builtins[name] : undefined;
  return builtin === undefined ? null : builtin(shell, thread, words, io);
}

function isLoop(frame: Frame): boolean {
  return frame.f === "while" || frame.f === "for";
}

/** Unwinds to the n-th loop outward; redirections and subshells on the way are taken off. */
function leaveLoop(thread: Thread, words: readonly string[], again: boolean): Outcome {
  let levels = Number(words[1] ?? "1");
  for (let at = thread.stack.length - 1; at >= 0; at--) {
    const frame = thread.stack[at] as Frame;
    if (isLoop(frame) && --levels <= 0) {
      unwind(thread, again ? at + 1 : at);
      const loop = thread.stack[at];
      if (again && loop?.f === "while") loop.testing = false;
      thread.status = 0;
      return "handled";
    }
  }
  return 0;
}

function unwind(thread: Thread, size: number): void {
  while (thread.stack.length > size) {
    const frame = thread.stack.pop() as Frame;
    if (frame.f === "streams" || frame.f === "capture") thread.streams.pop();
    if (frame.f === "subshell") [thread.vars, thread.cwd] = [frame.vars, frame.cwd];
    if (frame.f === "call") thread.positional = frame.positional;
  }
}

function setVariables(thread: Thread, words: readonly string[]): number {
  for (const word of words.slice(1)) {
    const equals = word.indexOf("=");
    if (equals > 0) thread.vars = { ...thread.vars, [word.slice(0, equals)]: word.slice(equals + 1) };
  }
  return 0;
}

const builtins: Readonly<Record<string, Builtin>> = {
  cd: (_shell, thread, words, io) => {
    const target = resolvePath(words[1] ?? thread.vars["HOME"] ?? "/", thread.cwd);
    if (target !== "/" && !io.ctx.isFolder(target)) {
      io.err(`sh: cd: can't cd to ${words[1] ?? ""}: No such file or directory\n`);
      return 1;
    }
    thread.cwd = target;
    return 0;
  },
  export: (_shell, thread, words) => setVariables(thread, words),
  local: (_shell, thread, words) => setVariables(thread, words),
  readonly: (_shell, thread, words) => setVariables(thread, words),
  unset: (_shell, thread, words) => {
    thread.vars = Object.fromEntries(Object.entries(thread.vars).filter(([name]) => !words.slice(1).includes(name)));
    return 0;
  },
  set: (shell, thread, words) => {
    for (const word of words.slice(1)) {
      if (/^-[a-z]*e/.test(word)) shell.state.errexit = true;
      else if (/^\+[a-z]*e/.test(word)) shell.state.errexit = false;
    }
    const dashes = words.indexOf("--");
    if (dashes > 0) thread.positional = [thread.positional[0] ?? "sh", ...words.slice(dashes + 1)];
    return 0;
  },
  shift: (_shell, thread, words) => {
    thread.positional = [thread.positional[0] ?? "sh", ...thread.positional.slice(1 + Number(words[1] ?? "1"))];
    return 0;
  },
  read: (shell, thread, words) => {
    const names = words.slice(1).filter((word) => !word.startsWith("-"));
    const line = lineFor(shell, thread);
    if (line === null) return 1;
    const fields = line.trim().split(/\s+/);
    for (const [index, name] of (names.length === 0 ? ["REPLY"] : names).entries()) {
      const value = index === names.length - 1 || names.length === 0 ? fields.slice(index).join(" ") : (fields[index] ?? "");
      thread.vars = { ...thread.vars, [name]: names.length <= 1 ? line : value };
    }
    return 0;
  },
  exit: (shell, thread, words) => {
    // Only a subshell or a substitution around it survives an exit.
    const inner = thread.stack.findLastIndex((frame) => frame.f === "subshell" || frame.f === "capture");
    unwind(thread, inner < 0 ? 0 : inner + 1);
    // A shell that reads commands reads no more.
    if (inner < 0 && thread.id === 1 && shell.state.reads !== "no") shell.state.input = null;
    return words[1] === undefined ? thread.status : Number(words[1]) & 0xff;
  },
  return: (_shell, thread, words) => {
    const call = thread.stack.findLastIndex((frame) => frame.f === "call");
    unwind(thread, call < 0 ? 0 : call + 1);
    return words[1] === undefined ? thread.status : Number(words[1]) & 0xff;
  },
  break: (_shell, thread, words) => leaveLoop(thread, words, false),
  continue: (_shell, thread, words) => leaveLoop(thread, words, true),
  wait: (shell) => (shell.state.threads.length > 1 ? { kind: "jobs" } : 0),
  kill: (shell, _thread, words, io) => {
    let status = 0;
    for (const word of words.slice(1)) {
      if (word.startsWith("-")) continue;
      if (word === "1") io.ctx.exit(143);
      const job = shell.state.threads.find((candidate) => candidate.id === Number(word) && candidate.id !== 1);
      if (job === undefined) status = word === "1" ? status : 1;
      else [job.stack, job.wait, job.status] = [[], null, 143];
    }
    return status;
  },
  trap: (shell, _thread, words) => {
    const [, command = "", ...signals] = words;
    for (const signal of signals) shell.state.traps = { ...shell.state.traps, [signal.replace(/^SIG/, "")]: command };
    return 0;
  },
  eval: (shell, thread, words, io) => {
    shell.pushScript(thread, words.slice(1).join(" "), io.ctx);
    return "handled";
  },
  exec: (shell, thread, words, io) => {
    if (words.length === 1) return 0;
    unwind(thread, 0);
    shell.runCommand(thread, words.slice(1), io.ctx);
    return "handled";
  },
  command: (shell, thread, words, io) => {
    shell.runCommand(thread, words.slice(words[1] === "-v" ? words.length : 1), io.ctx);
    return "handled";
  },
  ".": (shell, thread, words, io) => sourceFile(shell, thread, words, io),
  source: (shell, thread, words, io) => sourceFile(shell, thread, words, io),
  sh: (shell, thread, words, io) => nested(shell, thread, words, io),
  "/bin/sh": (shell, thread, words, io) => nested(shell, thread, words, io),
  ash: (shell, thread, words, io) => nested(shell, thread, words, io),
  bash: (shell, thread, words, io) => nested(shell, thread, words, io),
  "/bin/bash": (shell, thread, words, io) => nested(shell, thread, words, io),
  timeout: (shell, thread, words, io) => {
    shell.runCommand(thread, words.slice(words[1] === "-t" ? 3 : 2), io.ctx);
    return "handled";
  },
};

/** The next line of what the command around it gives to read, else of the shell's own input. */
function lineFor(shell: Shell, thread: Thread): string | null {
  const streams = thread.streams.findLast((candidate) => candidate.input !== null);
  if (streams === undefined) return nextLine(shell.state);
  const text = streams.input ?? "";
  if (text === "") return null;
  const end = text.indexOf("\n");
  thread.streams[thread.streams.lastIndexOf(streams)] = { ...streams, input: end < 0 ? "" : text.slice(end + 1) };
  return end < 0 ? text : text.slice(0, end);
}

function sourceFile(shell: Shell, thread: Thread, words: readonly string[], io: CommandIo): Outcome {
  const text = io.ctx.readFile(io.resolve(words[1] ?? ""));
  if (text === null) {
    io.err(`sh: .: can't open '${words[1] ?? ""}': No such file or directory\n`);
    return 1;
  }
  shell.pushScript(thread, text, io.ctx);
  return "handled";
}

function nested(shell: Shell, thread: Thread, words: readonly string[], io: CommandIo): Outcome {
  const flag = words.findIndex((word) => /^-[a-z]*c$/.test(word));
  const text = flag >= 0 ? (words[flag + 1] ?? "") : words[1] === undefined ? io.input : io.ctx.readFile(io.resolve(words[1]));
  if (text === null) {
    io.err(`sh: can't open '${words[1] ?? ""}': No such file or directory\n`);
    return 127;
  }
  thread.stack.push({ f: "call", positional: thread.positional }, { f: "subshell", vars: thread.vars, cwd: thread.cwd });
  thread.positional = flag >= 0 ? ["sh", ...words.slice(flag + 3)] : words.slice(1);
  shell.pushScript(thread, text, io.ctx);
  return "handled";
}
