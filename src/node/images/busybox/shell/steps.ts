import type { ProgramContext } from "../../program.ts";
import type { Redirect, ShellNode } from "./ast.ts";
import { ArithmeticError } from "./arithmetic.ts";
import { simple } from "./commands.ts";
import { CaptureNeeded, expandToPattern, expandToText, expandWords, ExpansionError } from "./expand.ts";
import { dropPipes, newPipe, openRedirects, writeFd } from "./fds.ts";
import { endFrame, isTested, leaveShell } from "./frames.ts";
import { matchesGlob } from "./glob.ts";
import type { Shell } from "./shell.ts";
import type { Captures, Frame, Thread } from "./state.ts";
import { assignTo, expanderFor } from "./variables.ts";

const deepestStack = 400;

/** One step of what a thread has left to do. */
export function step(shell: Shell, thread: Thread, ctx: ProgramContext): void {
  const frame = thread.stack[thread.stack.length - 1];
  if (frame === undefined) return;
  if (thread.stack.length > deepestStack) return fail(shell, thread, "nested too deeply", ctx);
  try {
    stepFrame(shell, thread, frame, ctx);
  } catch (error) {
    if (error instanceof CaptureNeeded) return capture(shell, thread, error.n, error.script);
    if (!(error instanceof ExpansionError) && !(error instanceof ArithmeticError)) throw error;
    fail(shell, thread, error instanceof ArithmeticError ? `arithmetic ${error.message}` : error.message, ctx);
    if (shell.state.bash) thread.status = error instanceof ArithmeticError ? 1 : 127;
  }
}

/** An error that ends a shell which runs a script: its subshell, where it is in one. */
export function fail(shell: Shell, thread: Thread, text: string, ctx: ProgramContext): void {
  writeFd(shell.state, thread, ctx, 2, `${shell.state.bash ? "bash" : "sh"}: ${text}\n`);
  leaveShell(shell.state, thread);
  thread.status = 2;
}

/** Runs the command of a substitution; the frame that needs it begins anew with its output. */
function capture(shell: Shell, thread: Thread, n: number, script: ShellNode): void {
  const pipe = newPipe(shell.state, false);
  thread.stack.push({ f: "capture", n, pipe, fds: thread.fds, vars: thread.vars, cwd: thread.cwd }, { f: "node", node: script });
  thread.fds = { ...thread.fds, 1: { to: "pipe", id: pipe } };
  thread.status = 0;
}

function stepFrame(shell: Shell, thread: Thread, frame: Frame, ctx: ProgramContext): void {
  const { state } = shell;
  switch (frame.f) {
    case "node":
      thread.stack.pop();
      return enter(shell, thread, frame.node);
    case "open":
      return open(shell, thread, frame, ctx);
    case "list":
      return list(shell, thread, frame);
    case "andor": {
      const next = frame.node.rest[frame.i];
      frame.i += 1;
      if (next === undefined) {
        thread.stack.pop();
        if (frame.skipped) thread.spared = true;
        return;
      }
      const runs = (next.op === "&&") === (thread.status === 0);
      frame.skipped = !runs;
      if (runs) thread.stack.push({ f: "node", node: next.node });
      return;
    }
    case "pipe":
      return pipe(shell, thread, frame, ctx);
    case "if":
      return branch(thread, frame);
    case "while":
      return loop(thread, frame);
    case "for": {
      if (frame.values === null) {
        const expander = expanderFor(state, thread, ctx, frame.captures);
        const values = frame.node.words === null ? thread.positional.slice(1) : expandWords(frame.node.words, expander);
        expander.settle();
        thread.stack[thread.stack.length - 1] = { ...frame, values };
        thread.status = 0;
        return;
      }
      const value = frame.values[frame.i];
      frame.i += 1;
      if (value === undefined) return void thread.stack.pop();
      assignTo(thread, frame.node.name, value);
      return void thread.stack.push({ f: "node", node: frame.node.body });
    }
    case "case": {
      const expander = expanderFor(state, thread, ctx, frame.captures);
      const subject = expandToText(frame.node.word, expander);
      const clause = frame.node.clauses.find(({ patterns }) => patterns.some((pattern) => matchesGlob(expandToPattern(pattern, expander), subject)));
      expander.settle();
      thread.stack.pop();
      thread.status = 0;
      if (clause !== undefined) thread.stack.push({ f: "node", node: clause.body });
      return;
    }
    case "simple":
      return simple(shell, thread, frame, ctx);
    default:
      thread.stack.pop();
      return endFrame(state, thread, frame);
  }
}

function enter(shell: Shell, thread: Thread, node: ShellNode): void {
  const redirects: readonly Redirect[] = "redirects" in node && node.t !== "simple" ? node.redirects : [];
  if (redirects.length > 0) thread.stack.push({ f: "open", node, captures: {} });
  else begin(shell, thread, node);
}

/** The redirections of a compound command, and then the command itself. */
function open(shell: Shell, thread: Thread, frame: { readonly node: ShellNode; captures: Captures }, ctx: ProgramContext): void {
  const { node } = frame;
  const expander = expanderFor(shell.state, thread, ctx, frame.captures);
  const redirects = "redirects" in node ? node.redirects : [];
  // Substitutions first: what opens files must happen once.
  for (const { target } of redirects) expandToText(target, expander);
  thread.stack.pop();
  if (openRedirects(shell.state, thread, redirects, expander, ctx)) begin(shell, thread, node);
}

function begin(shell: Shell, thread: Thread, node: ShellNode): void {
  switch (node.t) {
    case "simple": case "arith": case "cond": return void thread.stack.push({ f: "simple", node, captures: {} });
    case "list": return void thread.stack.push({ f: "list", node, i: 0 });
    case "andor": return void thread.stack.push({ f: "andor", node, i: 0, skipped: false }, { f: "node", node: node.first });
    case "pipe": return void thread.stack.push({ f: "pipe", node, ids: null });
    case "if": return void thread.stack.push({ f: "if", node, i: -1 });
    case "while": return void thread.stack.push({ f: "while", node, phase: "begin", status: 0 });
    case "for": return void thread.stack.push({ f: "for", node, values: null, i: 0, captures: {} });
    case "case": return void thread.stack.push({ f: "case", node, captures: {} });
    case "group":
      if (node.subshell) thread.stack.push({ f: "subshell", vars: thread.vars, cwd: thread.cwd });
      return void thread.stack.push({ f: "node", node: node.body });
    case "function":
      shell.state.functions = { ...shell.state.functions, [node.name]: node.body };
      thread.status = 0;
  }
}

function list(shell: Shell, thread: Thread, frame: Extract<Frame, { f: "list" }>): void {
  const before = frame.node.items[frame.i - 1];
  if (shell.state.options.e && before !== undefined && !before.background && thread.status !== 0 && before.node.t !== "function" && !thread.spared && !isTested(thread)) {
    leaveShell(shell.state, thread);
    return;
  }
  const item = frame.node.items[frame.i];
  frame.i += 1;
  if (item === undefined) return void thread.stack.pop();
  if (!item.background) {
    thread.spared = false;
    return void thread.stack.push({ f: "node", node: item.node });
  }
  const job = shell.fork(thread, "job", item.node, {});
  if (job === null) return;
  shell.state.lastJob = job.id;
  thread.status = 0;
}

/** Its parts run side by side, each a thread, with what one writes for the next to read. */
function pipe(shell: Shell, thread: Thread, frame: Extract<Frame, { f: "pipe" }>, ctx: ProgramContext): void {
  const { state } = shell;
  const { parts, negate } = frame.node;
  if (frame.ids !== null) {
    thread.stack.pop();
    if (frame.ids.length > 0) {
      const ends = frame.ids.map((id) => state.results[id] ?? 0);
      if (state.bash) for (const [at, end] of ends.entries()) assignTo(thread, `PIPESTATUS[${at}]`, String(end));
      thread.status = (state.options.pipefail ? ends.findLast((end) => end !== 0) : undefined) ?? ends[ends.length - 1] ?? 0;
      state.results = Object.fromEntries(Object.entries(state.results).filter(([id]) => !(frame.ids ?? []).includes(Number(id))));
    }
    if (negate) thread.status = thread.status === 0 ? 1 : 0;
    thread.spared = negate;
    return;
  }
  const only = parts.length === 1 ? parts[0] : undefined;
  if (only !== undefined) {
    thread.stack[thread.stack.length - 1] = { ...frame, ids: [] };
    return void thread.stack.push({ f: "node", node: only });
  }
  const ids: number[] = [];
  let input = thread.fds[0];
  for (const [at, part] of parts.entries()) {
    const last = at === parts.length - 1;
    const between = last ? 0 : newPipe(state, true);
    const child = shell.fork(thread, "part", part, { ...(input === undefined ? {} : { 0: input }), ...(last ? {} : { 1: { to: "pipe", id: between } }) });
    if (child === null) {
      dropPipes(state, [between]);
      break;
    }
    ids.push(child.id);
    input = { to: "pipe", id: between };
  }
  if (ids.length < parts.length) return fail(shell, thread, "can't fork: Resource temporarily unavailable", ctx);
  thread.stack[thread.stack.length - 1] = { ...frame, ids };
  thread.wait = { kind: "parts", ids };
}

/** `i` counts half clauses: even while a test runs, odd after its outcome. */
function branch(thread: Thread, frame: Extract<Frame, { f: "if" }>): void {
  if (frame.i >= 0 && frame.i % 2 === 0 && thread.status === 0) {
    const body = frame.node.clauses[frame.i / 2]?.body;
    thread.stack.pop();
    if (body !== undefined) thread.stack.push({ f: "node", node: body });
    return;
  }
  frame.i = frame.i < 0 ? 0 : frame.i + 2;
  const clause = frame.node.clauses[frame.i / 2];
  if (clause !== undefined) return void thread.stack.push({ f: "node", node: clause.test });
  thread.stack.pop();
  thread.status = 0;
  if (frame.node.otherwise !== null) thread.stack.push({ f: "node", node: frame.node.otherwise });
}

function loop(thread: Thread, frame: Extract<Frame, { f: "while" }>): void {
  const { node } = frame;
  if (frame.phase === "body") frame.status = thread.status;
  if (frame.phase === "test") {
    if ((thread.status === 0) === node.until) {
      thread.stack.pop();
      thread.status = frame.status;
      return;
    }
    frame.phase = "body";
    return void thread.stack.push({ f: "node", node: node.body });
  }
  if (frame.phase === "body" && node.step !== undefined) {
    frame.phase = "step";
    return void thread.stack.push({ f: "node", node: node.step });
  }
  frame.phase = "test";
  thread.stack.push({ f: "node", node: node.test });
}
