import { resolvePath } from "../../../runtime/fileSystem.ts";
import type { ProgramContext } from "../../program.ts";
import type { Redirect } from "./ast.ts";
import { expandToText, type Expander } from "./expand.ts";
import type { Fds, ShellState, Target, Thread } from "./state.ts";

/** What a substitution and a file may hold, and how much of a pipe is written before its writer waits. */
export const longestText = 262_144;
export const fullPipe = 65_536;

const devices: Readonly<Record<string, Target>> = {
  "/dev/null": { to: "null" }, "/dev/stdin": { to: "stdin" }, "/dev/stdout": { to: "stdout" }, "/dev/stderr": { to: "stderr" }, "/dev/tty": { to: "stdout" }, "/proc/1/fd/1": { to: "stdout" }, "/proc/1/fd/2": { to: "stderr" },
};

export function newPipe(state: ShellState, bounded: boolean, text = "", ended = false): number {
  const id = state.nextPipe++;
  state.pipes[id] = { text, ended, broken: false, bounded };
  return id;
}

export function dropPipes(state: ShellState, ids: readonly number[]): void {
  for (const id of ids) delete state.pipes[id];
}

/** Puts redirections on, to be taken off by the frame that it pushes; false (with a message and status 1) where a file cannot be opened. */
export function openRedirects(state: ShellState, thread: Thread, redirects: readonly Redirect[], expander: Expander, ctx: ProgramContext): boolean {
  const made: number[] = [];
  const before = thread.fds;
  let fds: Record<number, Target> = { ...before };
  for (const redirect of redirects) {
    const target = expandToText(redirect.target, expander);
    const opened = open(state, thread, fds, redirect, target, made, ctx);
    if (typeof opened === "string") {
      dropPipes(state, made);
      writeFd(state, thread, ctx, 2, `sh: ${opened}\n`);
      thread.status = 1;
      return false;
    }
    fds = opened;
  }
  thread.fds = fds;
  thread.stack.push({ f: "fds", fds: before, made });
  return true;
}

function open(state: ShellState, thread: Thread, fds: Record<number, Target>, redirect: Redirect, target: string, made: number[], ctx: ProgramContext): Record<number, Target> | string {
  const { fd, op } = redirect;
  if (op === "<<") return { ...fds, [fd]: { to: "pipe", id: made[made.push(newPipe(state, true, target, true)) - 1] ?? 0 } };
  if (op === "<") {
    if (target === "/dev/null") return { ...fds, [fd]: { to: "null" } };
    if (target === "/dev/stdin") return fds;
    const path = resolvePath(target, thread.cwd);
    const content = ctx.readFile(path);
    if (content === null) return `can't open ${target}: ${ctx.isFolder(path) ? "Is a directory" : "no such file"}`;
    return { ...fds, [fd]: { to: "pipe", id: made[made.push(newPipe(state, true, content, true)) - 1] ?? 0 } };
  }
  if (op === ">&" || op === "<&") {
    if (target === "-") return { ...fds, [fd]: { to: "null" } };
    if (/^[0-9]$/.test(target)) {
      const other = fds[Number(target)];
      return other === undefined ? `${target}: bad file descriptor` : { ...fds, [fd]: other };
    }
  }
  const append = op === ">>" || op === "&>>";
  const opened = openFile(thread, fds, target, append, ctx);
  if (typeof opened === "string") return opened;
  return op.startsWith("&") || op === ">&" ? { ...fds, 1: opened, 2: opened } : { ...fds, [fd]: opened };
}

function openFile(thread: Thread, fds: Fds, target: string, append: boolean, ctx: ProgramContext): Target | string {
  const self = /^\/(?:dev\/fd|proc\/self\/fd)\/([0-9])$/.exec(target)?.[1];
  const device = self === undefined ? (Object.hasOwn(devices, target) ? devices[target] : undefined) : fds[Number(self)];
  if (device !== undefined) return device;
  const path = resolvePath(target, thread.cwd);
  if (target === "" || ctx.isFolder(path)) return `can't create ${target}: ${target === "" ? "nonexistent directory" : "Is a directory"}`;
  const folder = path.slice(0, path.lastIndexOf("/"));
  if (folder !== "" && !ctx.isFolder(folder)) return `can't create ${target}: nonexistent directory`;
  const problem = ctx.tryWriteFile(path, append ? (ctx.readFile(path) ?? "") : "");
  return problem === null ? { to: "file", path } : `can't create ${target}: ${problem}`;
}

/** What a command writes goes where its descriptor leads. */
export function writeFd(state: ShellState, thread: Thread, ctx: ProgramContext, fd: number, text: string): void {
  const target = thread.fds[fd];
  if (target === undefined || text === "") return;
  switch (target.to) {
    case "pipe": {
      const pipe = state.pipes[target.id];
      if (pipe === undefined || pipe.broken) thread.killed = 141;
      else if (pipe.text.length < longestText) pipe.text += text;
      return;
    }
    case "file": {
      const before = ctx.readFile(target.path) ?? "";
      if (before.length < longestText * 4) ctx.tryWriteFile(target.path, before + text);
      else ctx.tryWriteFile(target.path, (before + text).slice(-longestText));
      return;
    }
    case "stdout":
    case "stderr":
      return logText(state, ctx, target.to, text);
    default:
      return;
  }
}

/** Its output cannot take more at present. */
export function isBlocked(state: ShellState, thread: Thread): boolean {
  const target = thread.fds[1];
  if (target?.to !== "pipe") return false;
  const pipe = state.pipes[target.id];
  return pipe !== undefined && pipe.bounded && !pipe.broken && pipe.text.length >= fullPipe;
}

function logText(state: ShellState, ctx: ProgramContext, stream: "stdout" | "stderr", text: string): void {
  if (ctx.write(text, stream)) return;
  const lines = (state.partial[stream] + text).split("\n");
  state.partial[stream] = lines.pop() ?? "";
  for (const line of lines) ctx.log(line, stream);
  // A line without an end is cut as the runtime cuts it.
  if (state.partial[stream].length < 16_384) return;
  ctx.log(state.partial[stream], stream);
  state.partial[stream] = "";
}

export function flushLines(state: ShellState, ctx: ProgramContext): void {
  for (const stream of ["stdout", "stderr"] as const) {
    if (state.partial[stream] !== "") ctx.log(state.partial[stream], stream);
    state.partial[stream] = "";
  }
}
