import { resolvePath } from "../../../runtime/fileSystem.ts";
import type { ProgramContext } from "../../program.ts";
import type { Redirect } from "./ast.ts";
import { expandToText, type Expander } from "./expand.ts";
import type { ShellState, Streams, Target, Thread } from "./state.ts";

const longestBuffer = 262_144;

const devices: Readonly<Record<string, Target>> = { "/dev/null": { to: "null" }, "/dev/stdout": { to: "stdout" }, "/dev/stderr": { to: "stderr" }, "/proc/1/fd/1": { to: "stdout" }, "/proc/1/fd/2": { to: "stderr" } };

/** Puts redirections on; false (with a message and status 1) where a file cannot be opened. */
export function openRedirects(state: ShellState, thread: Thread, redirects: readonly Redirect[], expander: Expander, ctx: ProgramContext): boolean {
  let out: Target = { to: "inherit" };
  let err: Target = { to: "inherit" };
  let input: string | null = null;
  for (const redirect of redirects) {
    const target = expandToText(redirect.target, expander);
    if (redirect.op === "<<") {
      input = target;
    } else if (redirect.op === "<") {
      const content = target === "/dev/null" ? "" : ctx.readFile(resolvePath(target, thread.cwd));
      if (content === null) {
        writeStream(state, thread, ctx, "err", `sh: can't open ${target}: no such file\n`);
        thread.status = 1;
        return false;
      }
      input = content;
    } else if (redirect.op === ">&") {
      if (redirect.fd === 2) err = target === "1" ? (out.to === "inherit" ? { to: "out" } : out) : { to: "null" };
      else out = target === "2" ? { to: "stderr" } : out;
    } else {
      const opened = open(state, thread, target, redirect.op === ">>", ctx);
      if (opened === null) return false;
      if (redirect.fd === 2) err = opened;
      else out = opened;
    }
  }
  thread.streams.push({ out, err, text: "", input });
  thread.stack.push({ f: "streams" });
  return true;
}

function open(state: ShellState, thread: Thread, target: string, append: boolean, ctx: ProgramContext): Target | null {
  const device = devices[target];
  if (device !== undefined) return device;
  const path = resolvePath(target, thread.cwd);
  const problem = append ? null : ctx.tryWriteFile(path, "");
  if (problem === null) return { to: "file", path };
  writeStream(state, thread, ctx, "err", `sh: can't create ${target}: ${problem}\n`);
  thread.status = 1;
  return null;
}

export function writeStream(state: ShellState, thread: Thread, ctx: ProgramContext, stream: "out" | "err", text: string): void {
  let at = thread.streams.length - 1;
  let side: "out" | "err" = stream;
  for (;;) {
    const streams = thread.streams[at] as Streams;
    const target = streams[side];
    switch (target.to) {
      case "inherit":
        at -= 1;
        continue;
      case "out":
        side = "out";
        if (streams.out.to === "inherit") at -= 1;
        continue;
      case "buffer":
        if (streams.text.length < longestBuffer) streams.text += text;
        return;
      case "file":
        return void ctx.tryWriteFile(target.path, ((ctx.readFile(target.path) ?? "") + text).slice(-longestBuffer));
      case "null":
        return;
      case "stdout":
      case "stderr":
        return logText(state, ctx, target.to, text);
    }
  }
}

function logText(state: ShellState, ctx: ProgramContext, stream: "stdout" | "stderr", text: string): void {
  if (ctx.write(text, stream)) return;
  const lines = (state.partial[stream] + text).split("\n");
  state.partial[stream] = lines.pop() ?? "";
  for (const line of lines) ctx.log(line, stream);
}

export function flushLines(state: ShellState, ctx: ProgramContext): void {
  for (const stream of ["stdout", "stderr"] as const) {
    if (state.partial[stream] !== "") ctx.log(state.partial[stream], stream);
    state.partial[stream] = "";
  }
}
