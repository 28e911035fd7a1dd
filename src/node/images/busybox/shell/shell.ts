import type { Json } from "../../../../base/json.ts";
import { appletNamed, applets } from "../applets/index.ts";
import type { Program, ProgramContext, ProgramEvent } from "../../program.ts";
import { resolvePath } from "../../../runtime/fileSystem.ts";
import { ShellSyntaxError, type ShellNode } from "./ast.ts";
import { runBuiltin } from "./builtins.ts";
import type { AppletEvent, CommandIo, CommandResult } from "./commandIo.ts";
import { expandToText, expandWords, matchesGlob } from "./expand.ts";
import { addInput, InputAwaited, nextCommand, passOn, wholeInput } from "./input.ts";
import { parseScript } from "./parser.ts";
import { endFrame } from "./frames.ts";
import { substitutions, type Frame, type ShellState, type Thread } from "./state.ts";
import { expanderFor, variableOf } from "./variables.ts";
import { flushLines, openRedirects, writeStream } from "./streams.ts";

export type OwnPrograms = Readonly<Record<string, (args: readonly string[]) => Program>>;

const stepsAtOnce = 2_000;
const breathUs = 100_000;
const deepestStack = 400;
const stepCostUs = 2;

/** How a shell is started: to read commands, a script's text, a file, or one command. */
export type ShellStart = { readonly reads: string } | { readonly script: string; readonly name: string; readonly args: readonly string[] } | { readonly file: string; readonly args: readonly string[] } | { readonly command: readonly string[] };

/**
 * A POSIX shell as a machine: what is left to do is a stack of frames, so that it can stop at a sleep, an answer or the end of its step
 * budget, be kept as data, and go on. Pipes run one command after the other, each with the whole output of the one before.
 * NOT IMPLEMENTED: streaming pipes, job control, here-strings, arrays, process substitution, `set` beyond -e, regular expressions.
 */
export class Shell implements Program {
  readonly #start: ShellStart;
  readonly #own: OwnPrograms;
  #state: ShellState = {
    threads: [], functions: {}, traps: {}, pendingTrap: null, nextThread: 1, lastJob: 0, partial: { stdout: "", stderr: "" }, errexit: false, input: null, reads: "no", started: false, own: null,
  };
  #ownProgram: Program | null = null;

  constructor(start: ShellStart, own: OwnPrograms) {
    this.#start = start;
    this.#own = own;
  }

  get state(): ShellState {
    return this.#state;
  }

  handle(event: ProgramEvent, ctx: ProgramContext): void {
    if (this.#ownProgram !== null) return this.#ownProgram.handle(event, ctx);
    switch (event.type) {
      case "start":
        this.#begin(ctx);
        break;
      case "timer":
        this.#wakeTimer(event.key, ctx);
        break;
      case "answer":
        this.#wakeAnswer(event.tag, { type: "answer", payload: event.payload, failure: event.failure }, ctx);
        break;
      case "signal":
        this.#signal(event.name, ctx);
        break;
      case "input":
        this.#input(event.text, ctx);
        break;
      case "http":
        return ctx.answer(event.id, { type: "reset", reason: "a shell does not answer" });
      default:
        return;
    }
    this.#run(ctx);
  }

  snapshot(): Json {
    return JSON.parse(JSON.stringify({ ...this.#state, ownState: this.#ownProgram?.snapshot() ?? null })) as Json;
  }

  restore(data: Json): void {
    const { ownState, ...state } = JSON.parse(JSON.stringify(data)) as ShellState & { ownState: Json };
    this.#state = state;
    const make = state.own === null ? undefined : this.#own[state.own.name];
    if (state.own === null || make === undefined) return;
    this.#ownProgram = make(state.own.args);
    this.#ownProgram.restore(ownState);
  }

  // ── Start, signals, waking ───────────────────────────────────────────────

  #begin(ctx: ProgramContext): void {
    this.#state.input = ctx.stdin === "none" ? null : { text: "", ended: false };
    const main = this.#newThread(ctx.env, ctx.workingDir, []);
    this.#state.started = true;
    if ("reads" in this.#start) {
      this.#state.reads = "commands";
      main.positional = [this.#start.reads];
      return;
    }
    if ("command" in this.#start) {
      main.stack.push({ f: "node", node: commandNode(this.#start.command) });
      return;
    }
    const named = "file" in this.#start ? ctx.readFile(resolvePath(this.#start.file, ctx.workingDir)) : this.#start.script;
    const name = "file" in this.#start ? this.#start.file : this.#start.name;
    main.positional = [name, ...this.#start.args];
    if (named === null) {
      writeStream(this.#state, main, ctx, "err", `${name}: can't open '${name}': No such file or directory\n`);
      main.status = 127;
      return;
    }
    this.pushScript(main, named, ctx);
  }

  #newThread(vars: Readonly<Record<string, string>>, cwd: string, positional: readonly string[]): Thread {
    const thread: Thread = { id: this.#state.nextThread, stack: [], vars, positional, streams: [{ out: { to: "stdout" }, err: { to: "stderr" }, text: "", input: this.#state.input === null ? "" : null }], status: 0, cwd, wait: null, waits: 0 };
    this.#state.nextThread += 1;
    this.#state.threads.push(thread);
    return thread;
  }

  /** Puts a script's text on a thread; a syntax error ends it with status 2, as in sh. */
  pushScript(thread: Thread, text: string, ctx: ProgramContext): void {
    try {
      thread.stack.push({ f: "node", node: parseScript(text) });
    } catch (error) {
      if (!(error instanceof ShellSyntaxError)) throw error;
      writeStream(this.#state, thread, ctx, "err", `sh: syntax error: ${error.message}\n`);
      thread.stack = [];
      thread.status = 2;
    }
  }

  #signal(name: string, ctx: ProgramContext): void {
    const short = name.replace(/^SIG/, "");
    const trap = this.#state.traps[short];
    const main = this.#state.threads[0];
    if (short === "INT" && trap === undefined && main !== undefined && ctx.stdin === "terminal") return this.#interrupt(main, ctx);
    // The first process of a container ignores signals that it has no handler for.
    if (trap === undefined || main === undefined) return;
    this.#state.pendingTrap = trap;
    if (main.wait?.kind === "jobs") {
      main.wait = null;
      main.status = 143;
    } else if (main.wait?.kind === "forever" && "command" in this.#start) {
      ctx.exit(143);
    }
  }

  /** ^C: what runs in the foreground ends; a shell that reads commands goes on with the next. */
  #interrupt(main: Thread, ctx: ProgramContext): void {
    if (this.#state.reads === "no") return ctx.exit(130);
    Object.assign(main, { stack: [], wait: null, status: 130, waits: main.waits + 1, streams: main.streams.slice(0, 1) });
    this.#state.reads = "commands";
    if (this.#state.input !== null) this.#state.input.text = "";
  }

  #input(text: string | null, ctx: ProgramContext): void {
    addInput(this.#state, text);
    for (const thread of this.#state.threads) {
      passOn(this.#state, thread, ctx);
      const { wait } = thread;
      if (wait?.kind !== "input") continue;
      thread.wait = null;
      this.runCommand(thread, wait.words, ctx);
    }
  }

  #wakeTimer(key: string, ctx: ProgramContext): void {
    const [kind, id, waits] = key.split("/");
    const thread = this.#state.threads.find((candidate) => candidate.id === Number(id));
    if (kind !== "sh" || thread === undefined || thread.waits !== Number(waits)) return;
    if (thread.wait?.kind === "sleep") {
      thread.wait = null;
      thread.status = 0;
    } else if (thread.wait?.kind === "applet") {
      this.#resume(thread, { type: "timer" }, ctx);
    }
  }

  #wakeAnswer(tag: Json, event: AppletEvent, ctx: ProgramContext): void {
    const [kind, id, waits] = Array.isArray(tag) ? (tag as readonly Json[]) : [];
    const thread = this.#state.threads.find((candidate) => candidate.id === id);
    if (kind === "sh" && thread !== undefined && thread.waits === waits && thread.wait?.kind === "applet") this.#resume(thread, event, ctx);
  }

  #resume(thread: Thread, event: AppletEvent, ctx: ProgramContext): void {
    const { wait } = thread;
    if (wait?.kind !== "applet") return;
    thread.wait = null;
    thread.waits += 1;
    const applet = applets[wait.name];
    this.#finish(thread, applet?.resume?.(wait.state, event, this.io(thread, [wait.name], ctx)) ?? 1);
  }

  // ── The loop ─────────────────────────────────────────────────────────────

  #run(ctx: ProgramContext): void {
    let steps = 0;
    for (let busy = true; busy; ) {
      busy = false;
      for (const thread of this.#state.threads) {
        if (thread.id === 1 && this.#state.pendingTrap !== null && thread.wait === null) {
          const trap = this.#state.pendingTrap;
          this.#state.pendingTrap = null;
          this.pushScript(thread, trap, ctx);
        }
        while (thread.wait === null && thread.stack.length > 0) {
          if (++steps > stepsAtOnce) {
            ctx.spend(steps * stepCostUs);
            return ctx.setTimer("sh/breath", breathUs);
          }
          this.#step(thread, ctx);
          busy = true;
          if (this.#ownProgram !== null) return;
        }
        if (thread.id !== 1 && thread.wait === null && thread.stack.length === 0) {
          this.#jobEnded(thread);
          busy = true;
        }
      }
    }
    ctx.spend(steps * stepCostUs);
    const main = this.#state.threads[0];
    if (main === undefined || main.wait !== null || main.stack.length > 0) return;
    if ("reads" in this.#start) {
      const next = nextCommand(this.#state, main, this.#start.reads, ctx);
      if (next === "wait") return;
      if (next !== "end") {
        main.stack.push({ f: "node", node: next });
        return this.#run(ctx);
      }
    }
    flushLines(this.#state, ctx);
    ctx.exit(main.status);
  }

  #jobEnded(job: Thread): void {
    this.#state.threads = this.#state.threads.filter((thread) => thread !== job);
    const main = this.#state.threads[0];
    if (main?.wait?.kind === "jobs" && this.#state.threads.length === 1) {
      main.wait = null;
      main.status = job.status;
    }
  }

  #step(thread: Thread, ctx: ProgramContext): void {
    const frame = thread.stack[thread.stack.length - 1];
    if (frame === undefined) return;
    if (thread.stack.length > deepestStack) {
      writeStream(this.#state, thread, ctx, "err", "sh: nested too deeply\n");
      thread.stack = [];
      thread.status = 2;
      return;
    }
    switch (frame.f) {
      case "node":
        thread.stack.pop();
        return this.#enter(thread, frame.node, ctx);
      case "list":
        return this.#list(thread, frame, ctx);
      case "andor": {
        const next = frame.node.rest[frame.i];
        frame.i += 1;
        if (next === undefined) thread.stack.pop();
        else if ((next.op === "&&") === (thread.status === 0)) thread.stack.push({ f: "node", node: next.node });
        return;
      }
      case "pipe":
        return this.#pipe(thread, frame);
      case "if":
        return this.#if(thread, frame);
      case "while":
        if (frame.testing) {
          if ((thread.status === 0) === frame.node.until) {
            thread.stack.pop();
            thread.status = 0;
          } else {
            frame.testing = false;
            thread.stack.push({ f: "node", node: frame.node.body });
          }
        } else {
          frame.testing = true;
          thread.stack.push({ f: "node", node: frame.node.test });
        }
        return;
      case "for": {
        if (frame.values === null) {
          if (this.#needsCapture(thread, frame, (frame.node.words ?? []).flatMap(substitutions))) return;
          const values = frame.node.words === null ? thread.positional.slice(1) : expandWords(frame.node.words, expanderFor(this.#state, thread, ctx, frame.captures));
          thread.stack[thread.stack.length - 1] = { ...frame, values };
          return;
        }
        const value = frame.values[frame.i];
        frame.i += 1;
        if (value === undefined) {
          thread.stack.pop();
        } else {
          thread.vars = { ...thread.vars, [frame.node.name]: value };
          thread.stack.push({ f: "node", node: frame.node.body });
        }
        return;
      }
      case "case": {
        if (this.#needsCapture(thread, frame, substitutions(frame.node.word))) return;
        thread.stack.pop();
        const expander = expanderFor(this.#state, thread, ctx, frame.captures);
        const subject = expandToText(frame.node.word, expander);
        const clause = frame.node.clauses.find(({ patterns }) => patterns.some((pattern) => matchesGlob(expandToText(pattern, expander), subject)));
        thread.status = 0;
        if (clause !== undefined) thread.stack.push({ f: "node", node: clause.body });
        return;
      }
      case "simple":
        return this.#simple(thread, frame, ctx);
      default:
        thread.stack.pop();
        return endFrame(thread, frame);
    }
  }

  #enter(thread: Thread, node: ShellNode, ctx: ProgramContext): void {
    if ("redirects" in node && node.t !== "simple" && node.redirects.length > 0 && !openRedirects(this.#state, thread, node.redirects, expanderFor(this.#state, thread, ctx, []), ctx)) return;
    switch (node.t) {
      case "simple": return void thread.stack.push({ f: "simple", node, captures: [] });
      case "list": return void thread.stack.push({ f: "list", node, i: 0 });
      case "andor": return void thread.stack.push({ f: "andor", node, i: 0 }, { f: "node", node: node.first });
      case "pipe": return void thread.stack.push({ f: "pipe", node, i: 0, piped: null });
      case "if": return void thread.stack.push({ f: "if", node, i: -1 });
      case "while": return void thread.stack.push({ f: "while", node, testing: false });
      case "for": return void thread.stack.push({ f: "for", node, values: null, i: 0, captures: [] });
      case "case": return void thread.stack.push({ f: "case", node, captures: [] });
      case "group":
        if (node.subshell) thread.stack.push({ f: "subshell", vars: thread.vars, cwd: thread.cwd });
        return void thread.stack.push({ f: "node", node: node.body });
      case "function":
        this.#state.functions = { ...this.#state.functions, [node.name]: node.body };
        thread.status = 0;
    }
  }

  #list(thread: Thread, frame: Extract<Frame, { f: "list" }>, _ctx: ProgramContext): void {
    if (this.#state.errexit && frame.i > 0 && thread.status !== 0 && !this.#tested(thread) && frame.node.items[frame.i - 1]?.node.t === "simple") {
      thread.stack = [];
      return;
    }
    const item = frame.node.items[frame.i];
    frame.i += 1;
    if (item === undefined) return void thread.stack.pop();
    if (!item.background) return void thread.stack.push({ f: "node", node: item.node });
    const job = this.#newThread(thread.vars, thread.cwd, thread.positional);
    job.streams = thread.streams.map((streams) => ({ ...streams }));
    job.stack.push({ f: "node", node: item.node });
    this.#state.lastJob = job.id;
    thread.status = 0;
  }

  /** Inside a condition a failure does not end a `set -e` script. */
  #tested(thread: Thread): boolean {
    return thread.stack.some((frame) => (frame.f === "while" && frame.testing) || (frame.f === "if" && frame.i >= 0 && frame.i % 2 === 0) || frame.f === "andor");
  }

  #pipe(thread: Thread, frame: Extract<Frame, { f: "pipe" }>): void {
    const part = frame.node.parts[frame.i];
    if (part === undefined) {
      thread.stack.pop();
      if (frame.node.negate) thread.status = thread.status === 0 ? 1 : 0;
      return;
    }
    const last = frame.i === frame.node.parts.length - 1;
    const input = frame.i === 0 ? null : (frame.piped ?? "");
    frame.i += 1;
    frame.piped = null;
    thread.streams.push({ out: last ? { to: "inherit" } : { to: "buffer" }, err: { to: "inherit" }, text: "", input });
    thread.stack.push({ f: "streams" });
    if (frame.node.parts.length > 1) thread.stack.push({ f: "subshell", vars: thread.vars, cwd: thread.cwd });
    thread.stack.push({ f: "node", node: part });
  }

  /** `i` counts half clauses: even while a test runs, odd after its outcome. */
  #if(thread: Thread, frame: Extract<Frame, { f: "if" }>): void {
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

  /** Runs the next substitution that the frame's words need; false once all are there. */
  #needsCapture(thread: Thread, frame: { readonly captures: readonly string[] }, scripts: readonly ShellNode[]): boolean {
    const script = scripts[frame.captures.length];
    if (script === undefined) return false;
    thread.stack.push({ f: "capture", vars: thread.vars, cwd: thread.cwd }, { f: "node", node: script });
    thread.streams.push({ out: { to: "buffer" }, err: { to: "inherit" }, text: "", input: null });
    return true;
  }

  #simple(thread: Thread, frame: Extract<Frame, { f: "simple" }>, ctx: ProgramContext): void {
    const { node } = frame;
    const scripts = [...node.assigns.flatMap(({ value }) => substitutions(value)), ...node.words.flatMap(substitutions), ...node.redirects.flatMap(({ target }) => substitutions(target))];
    if (this.#needsCapture(thread, frame, scripts)) return;
    thread.stack.pop();
    const expander = expanderFor(this.#state, thread, ctx, [...frame.captures]);
    const assigned: Record<string, string> = {};
    for (const { name, value } of node.assigns) assigned[name] = expandToText(value, expander);
    const words = expandWords(node.words, expander);
    if (words.length === 0) {
      thread.vars = { ...thread.vars, ...assigned };
      if (scripts.length === 0) thread.status = 0;
      if (node.redirects.length > 0 && openRedirects(this.#state, thread, node.redirects, expander, ctx)) thread.status = 0;
      return;
    }
    if (node.redirects.length > 0 && !openRedirects(this.#state, thread, node.redirects, expander, ctx)) return;
    if (Object.keys(assigned).length > 0) {
      thread.stack.push({ f: "subshell", vars: thread.vars, cwd: thread.cwd });
      thread.vars = { ...thread.vars, ...assigned };
    }
    this.runCommand(thread, words, ctx);
  }

  // ── Commands ─────────────────────────────────────────────────────────────

  runCommand(thread: Thread, words: readonly string[], ctx: ProgramContext): void {
    try {
      this.#command(thread, words, ctx);
    } catch (error) {
      if (!(error instanceof InputAwaited)) throw error;
      thread.wait = { kind: "input", words };
      passOn(this.#state, thread, ctx);
    }
  }

  #command(thread: Thread, words: readonly string[], ctx: ProgramContext): void {
    const name = words[0] ?? "";
    const body = this.#state.functions[name];
    if (body !== undefined) {
      thread.stack.push({ f: "call", positional: thread.positional }, { f: "node", node: body });
      thread.positional = [thread.positional[0] ?? "sh", ...words.slice(1)];
      return;
    }
    const io = this.io(thread, words, ctx);
    const built = runBuiltin(this, thread, words, io);
    if (built !== null) return this.#finish(thread, built);
    const applet = appletNamed(name);
    if (applet !== null) return this.#finish(thread, applets[applet]?.run(this.io(thread, [applet, ...words.slice(1)], ctx)) ?? 127);
    const own = name.split("/").pop() ?? name;
    const make = Object.hasOwn(this.#own, own) ? this.#own[own] : undefined;
    if (make !== undefined) {
      flushLines(this.#state, ctx);
      this.#state.own = { name: own, args: words.slice(1) };
      this.#ownProgram = make(words.slice(1));
      return this.#ownProgram.handle({ type: "start" }, ctx);
    }
    const file = name.includes("/") ? ctx.readFile(resolvePath(name, thread.cwd)) : null;
    if (file !== null) {
      thread.stack.push({ f: "call", positional: thread.positional }, { f: "subshell", vars: thread.vars, cwd: thread.cwd });
      thread.positional = words;
      return this.pushScript(thread, file, ctx);
    }
    if (Object.hasOwn(this.#own, "*")) {
      io.err(`[orrery] ${name} is not simulated in this image: taken as done\n`);
      thread.status = 0;
      return;
    }
    io.err(`sh: ${name}: not found\n`);
    thread.status = 127;
  }

  #finish(thread: Thread, result: CommandResult | "handled"): void {
    if (result === "handled") return;
    if (typeof result === "number") thread.status = result;
    else thread.wait = result;
  }

  io(thread: Thread, args: readonly string[], ctx: ProgramContext): CommandIo {
    const own = thread.streams.findLast((streams) => streams.input !== null);
    const state = this.#state;
    thread.waits += 1;
    return {
      args, ctx,
      get input() {
        return own?.input ?? wholeInput(state);
      }, cwd: thread.cwd, tag: ["sh", thread.id, thread.waits], timer: `sh/${thread.id}/${thread.waits}`, variables: thread.vars,
      out: (text) => writeStream(this.#state, thread, ctx, "out", text),
      err: (text) => writeStream(this.#state, thread, ctx, "err", text),
      variable: (name) => variableOf(this.#state, thread, name),
      resolve: (path) => resolvePath(path, thread.cwd),
    };
  }
}

function commandNode(words: readonly string[]): ShellNode {
  return { t: "simple", assigns: [], words: words.map((text) => [{ p: "text", text, quoted: true }]), redirects: [] };
}
