import type { Json } from "../../../../base/json.ts";
import { applets } from "../applets/index.ts";
import type { Program, ProgramContext, ProgramEvent } from "../../program.ts";
import { resolvePath } from "../../../runtime/fileSystem.ts";
import { commandNode, ShellSyntaxError, type ShellNode } from "./ast.ts";
import { ChildWorld } from "./children.ts";
import type { AppletEvent, CommandIo, CommandResult } from "./commandIo.ts";
import { commandExists, finish, runCommand } from "./commands.ts";
import { flushLines, isBlocked, writeFd } from "./fds.ts";
import { isTested, leaveShell, unwind } from "./frames.ts";
import { addInput, inletOf, nextCommand, wholeInput } from "./input.ts";
import { parseScript } from "./parser.ts";
import { freshState, type Fds, type ShellState, type Thread } from "./state.ts";
import { step } from "./steps.ts";
import { environmentOf, variableOf } from "./variables.ts";

export type OwnPrograms = Readonly<Record<string, (args: readonly string[]) => Program>>;

/** So many steps at once, at most; then the world goes on. A script that never waits soon gets them ten times a second only. */
const stepsAtOnce = 2_000;
const slice = 100;
const breathUs = 4_000;
const longBreathUs = 100_000;
const patientSteps = 50_000;
const forkSteps = 25;
const mostThreads = 128;
const mostResults = 100;

/** How a shell is started: to read commands, a script's text, a file, or one command. */
export type ShellStart =
  | { readonly reads: string }
  | { readonly script: string; readonly name: string; readonly args: readonly string[]; readonly shell: string }
  | { readonly file: string; readonly args: readonly string[]; readonly shell: string }
  | { readonly command: readonly string[] };

/**
 * sh and what people use of bash as a machine: what each of its processes (here threads) has left to do is a stack of frames, so that
 * it can stop at a sleep, an answer, a full pipe or the end of its step budget, be kept as data, and go on.
 * NOT IMPLEMENTED: job control, process substitution, coprocesses, 64-bit arithmetic beyond 2^53, file modes, owners and links.
 */
export class Shell implements Program {
  readonly readsInput = true;
  readonly #start: ShellStart;
  readonly #own: OwnPrograms;
  #state: ShellState = freshState();
  readonly #programs = new Map<number, Program>();

  constructor(start: ShellStart, own: OwnPrograms) {
    this.#start = start;
    this.#own = own;
  }

  get state(): ShellState {
    return this.#state;
  }

  handle(event: ProgramEvent, ctx: ProgramContext): void {
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
        addInput(this.#state, event.text);
        break;
      case "http": case "packet": {
        const thread = this.#thread(this.#state.ports[event.port] ?? 0);
        if (thread === null) return ctx.answer(event.id, { type: "reset", reason: "a shell does not answer" });
        this.#tellChild(thread, event, ctx);
        break;
      }
      default:
        for (const thread of this.#state.threads) this.#tellChild(thread, event, ctx);
    }
    this.#run(ctx);
  }

  snapshot(): Json {
    return JSON.parse(JSON.stringify({ ...this.#state, programs: [...this.#programs].map(([id, program]) => [id, program.snapshot()]) })) as Json;
  }

  restore(data: Json): void {
    const { programs, ...state } = JSON.parse(JSON.stringify(data)) as ShellState & { programs: readonly (readonly [number, Json])[] };
    this.#state = state;
    this.#programs.clear();
    for (const [id, saved] of programs) {
      const wait = this.#thread(id)?.wait;
      const program = wait?.kind === "program" ? this.#own[wait.name]?.(wait.args) : undefined;
      program?.restore(saved);
      if (program !== undefined) this.#programs.set(id, program);
    }
  }

  // ── Start, signals, waking ───────────────────────────────────────────────

  #begin(ctx: ProgramContext): void {
    const state = this.#state;
    state.input = ctx.stdin === "none" ? null : { text: "", ended: false };
    state.exported = Object.keys(ctx.env).sort();
    const main = this.#newThread({ parent: 0, role: "main", vars: ctx.env, cwd: ctx.workingDir, positional: [], fds: { 0: { to: "stdin" }, 1: { to: "stdout" }, 2: { to: "stderr" } }, tested: false });
    state.started = true;
    if ("reads" in this.#start) {
      state.reads = "commands";
      state.bash = this.#start.reads.endsWith("bash");
      main.positional = [this.#start.reads];
      return;
    }
    if ("command" in this.#start) {
      main.stack.push({ f: "node", node: commandNode(this.#start.command) });
      return;
    }
    state.bash = this.#start.shell.endsWith("bash");
    const text = "file" in this.#start ? ctx.readFile(resolvePath(this.#start.file, ctx.workingDir)) : this.#start.script;
    const name = "file" in this.#start ? this.#start.file : this.#start.name;
    main.positional = [name, ...this.#start.args];
    if (text === null) {
      writeFd(state, main, ctx, 2, `${this.#start.shell.split("/").pop() ?? "sh"}: can't open '${name}': No such file or directory\n`);
      main.status = 127;
      return;
    }
    if (/^#!.*bash/.test(text)) state.bash = true;
    this.pushScript(main, text, ctx);
  }

  #newThread(of: Pick<Thread, "parent" | "role" | "vars" | "cwd" | "positional" | "fds" | "tested">): Thread {
    const thread: Thread = { ...of, id: this.#state.nextThread, name: "", stack: [], status: 0, wait: null, waits: 0, spared: false, killed: null };
    this.#state.nextThread += 1;
    this.#state.threads.push(thread);
    return thread;
  }

  /** A copy of a thread that does something else: a background job or a part of a pipe. null: there are too many. */
  fork(thread: Thread, role: Thread["role"], node: ShellNode, fds: Fds): Thread | null {
    this.#state.debt.steps += forkSteps;
    if (this.#state.threads.length >= mostThreads) return null;
    const child = this.#newThread({ parent: thread.id, role, vars: thread.vars, cwd: thread.cwd, positional: thread.positional, fds: { ...thread.fds, ...(role === "job" && thread.fds[0]?.to === "stdin" ? { 0: { to: "null" } } : {}), ...fds }, tested: isTested(thread) });
    child.status = thread.status;
    child.name = thread.positional[0] ?? "sh";
    child.stack.push({ f: "node", node });
    return child;
  }

  #thread(id: number): Thread | null {
    return this.#state.threads.find((thread) => thread.id === id) ?? null;
  }

  /** Puts a script's text on a thread; a syntax error ends it with status 2, as in sh. */
  pushScript(thread: Thread, text: string, ctx: ProgramContext): void {
    try {
      thread.stack.push({ f: "node", node: parseScript(text) });
    } catch (error) {
      if (!(error instanceof ShellSyntaxError)) throw error;
      writeFd(this.#state, thread, ctx, 2, `${this.#state.bash ? "bash" : "sh"}: syntax error: ${error.message}\n`);
      leaveShell(this.#state, thread);
      thread.status = 2;
    }
  }

  #signal(name: string, ctx: ProgramContext): void {
    const short = name.replace(/^SIG/, "");
    const trap = this.#state.traps[short];
    const main = this.#state.threads[0];
    if (main === undefined || trap === "") return;
    if (short === "INT" && trap === undefined && ctx.stdin === "terminal") return this.#interrupt(main, ctx);
    // A program that took the shell's place hears it as if it had been the first.
    if (main.wait?.kind === "program" && trap === undefined && this.#isLast(main)) return this.#tellChild(main, { type: "signal", name: name as "SIGTERM" }, ctx);
    // The first process of a container ignores signals that it has no handler for.
    if (trap === undefined) return;
    this.#state.pendingTraps = [...this.#state.pendingTraps, trap];
    if (main.wait?.kind !== "jobs" && main.wait?.kind !== "input") return;
    if (main.wait.kind === "input" && main.wait.words[0] !== "read") return;
    main.wait = null;
    main.status = short === "INT" ? 130 : 143;
  }

  /** Nothing comes after what runs: a shell would have let it take its place. */
  #isLast(thread: Thread): boolean {
    return thread.stack.every((frame) => frame.f === "fds" || frame.f === "subshell" || frame.f === "call" || frame.f === "temps" || (frame.f === "list" && frame.i >= frame.node.items.length) || (frame.f === "andor" && frame.i >= frame.node.rest.length));
  }

  /** ^C: what runs in the foreground ends; a shell that reads commands goes on with the next. */
  #interrupt(main: Thread, ctx: ProgramContext): void {
    if (this.#state.reads === "no") return ctx.exit(130);
    unwind(this.#state, main, 0);
    this.#programs.delete(main.id);
    for (const thread of this.#state.threads) if (thread.role === "part") thread.killed = 130;
    Object.assign(main, { stack: [], wait: null, status: 130, waits: main.waits + 1 });
    this.#state.reads = "commands";
    if (this.#state.input !== null) this.#state.input.text = "";
  }

  #wakeTimer(key: string, ctx: ProgramContext): void {
    const [kind, id, waits, ...rest] = key.split("/");
    if (kind === "sh" && id === "breath") this.#state.debt.paused = false;
    if (kind === "sh" && id === "kill") {
      const late = this.#thread(Number(waits));
      if (late !== null) late.killed = this.#state.bash ? 124 : 143;
      return;
    }
    const thread = this.#thread(Number(id));
    if (thread === null || thread.waits !== Number(waits)) return;
    if (kind === "child") return this.#tellChild(thread, { type: "timer", key: rest.join("/") }, ctx);
    if (kind !== "sh") return;
    if (thread.wait?.kind === "sleep") {
      thread.wait = null;
      thread.status = 0;
    } else if (thread.wait?.kind === "applet") {
      this.#resume(thread, { type: "timer" }, ctx);
    }
  }

  #wakeAnswer(tag: Json, event: AppletEvent & { readonly type: "answer" }, ctx: ProgramContext): void {
    const [kind, id, waits, inner] = Array.isArray(tag) ? (tag as readonly Json[]) : [];
    const thread = this.#thread(Number(id));
    if (thread === null || thread.waits !== waits) return;
    if (kind === "child") this.#tellChild(thread, { ...event, tag: inner ?? null }, ctx);
    else if (kind === "sh" && thread.wait?.kind === "applet") this.#resume(thread, event, ctx);
  }

  #resume(thread: Thread, event: AppletEvent, ctx: ProgramContext): void {
    const { wait } = thread;
    if (wait?.kind !== "applet") return;
    thread.wait = null;
    finish(thread, applets[wait.name]?.resume?.(wait.state, event, this.io(thread, wait.args, ctx)) ?? 1);
  }

  // ── Other programs of the image ──────────────────────────────────────────

  /** The name under which the image has such a program; null: it has none. */
  ownProgram(command: string): string | null {
    const name = command.split("/").pop() ?? command;
    return name !== "*" && Object.hasOwn(this.#own, name) ? name : null;
  }

  /** Commands that are not known count as done: of images that are not simulated. */
  get takesAll(): boolean {
    return Object.hasOwn(this.#own, "*");
  }

  startProgram(thread: Thread, name: string, args: readonly string[], ctx: ProgramContext): void {
    const program = this.#own[name]?.(args);
    if (program === undefined) return;
    thread.waits += 1;
    thread.name = [name, ...args].join(" ").slice(0, 200);
    thread.wait = { kind: "program", name, args, inputEnded: false };
    this.#programs.set(thread.id, program);
    this.#tellChild(thread, { type: "start" }, ctx);
  }

  #tellChild(thread: Thread, event: ProgramEvent, ctx: ProgramContext): void {
    const program = this.#programs.get(thread.id);
    if (program === undefined || thread.wait?.kind !== "program") return;
    const world = new ChildWorld(ctx, this.#state, thread, [thread.wait.name, ...thread.wait.args]);
    program.handle(event, world);
    if (world.exitCode === null) return;
    this.#programs.delete(thread.id);
    thread.wait = null;
    thread.status = world.exitCode;
  }

  /** A signal that a script sends. False where there is no such process. */
  kill(id: number, signal: string, ctx: ProgramContext): boolean {
    const thread = this.#thread(id);
    if (thread === null) return false;
    if (signal === "0") return true;
    if (thread.wait?.kind === "program" && signal !== "KILL") this.#tellChild(thread, { type: "signal", name: `SIG${signal}` as "SIGTERM" }, ctx);
    else if (id === 1) this.#signal(`SIG${signal}`, ctx);
    else thread.killed = signal === "KILL" ? 137 : signal === "INT" ? 130 : 143;
    return true;
  }

  // ── The loop ─────────────────────────────────────────────────────────────

  #run(ctx: ProgramContext): void {
    const { debt } = this.#state;
    const nowUs = ctx.clock();
    if (debt.paused) return;
    if (nowUs - debt.sinceUs >= longBreathUs) Object.assign(debt, { steps: 0, sinceUs: nowUs, total: nowUs - debt.sinceUs > 2 * longBreathUs ? 0 : debt.total });
    const before = debt.steps;
    for (let busy = true; busy; ) {
      busy = false;
      // Looking through many threads is work too.
      debt.steps += this.#state.threads.length >> 2;
      for (const thread of [...this.#state.threads]) {
        busy = this.#wake(thread, ctx) || busy;
        this.#takeTrap(thread, ctx);
        for (let count = 0; count < slice && thread.wait === null && thread.killed === null && thread.stack.length > 0 && !isBlocked(this.#state, thread); count++) {
          if (debt.steps >= stepsAtOnce) return this.#pause(ctx);
          debt.steps += 1;
          step(this, thread, ctx);
          this.#takeTrap(thread, ctx);
          busy = true;
        }
        if (thread.killed !== null) {
          this.#programs.delete(thread.id);
          unwind(this.#state, thread, 0);
          Object.assign(thread, { wait: null, status: thread.killed, killed: null });
          busy = true;
        }
        if (thread.id !== 1 && thread.wait === null && thread.stack.length === 0 && this.#state.threads.includes(thread)) {
          this.#threadEnded(thread);
          busy = true;
        }
      }
      if (!busy) busy = this.#next(ctx);
    }
    ctx.spend((debt.steps - before) * 2);
  }

  /** The machine has more to do than one script: it goes on after a while. */
  #pause(ctx: ProgramContext): void {
    const { debt } = this.#state;
    debt.total += debt.steps;
    const waitUs = debt.total > patientSteps ? longBreathUs : breathUs;
    Object.assign(debt, { steps: 0, paused: true, sinceUs: ctx.clock() + waitUs });
    ctx.spend(waitUs);
    ctx.setTimer("sh/breath", waitUs);
  }

  /** What the first thread does when it is through: the next command, its exit trap, the end. True where it has something to do again. */
  #next(ctx: ProgramContext): boolean {
    const main = this.#state.threads[0];
    if (main === undefined || main.wait !== null || main.stack.length > 0) return false;
    if ("reads" in this.#start) {
      const next = nextCommand(this.#state, main, this.#start.reads, ctx);
      if (next === "wait") return false;
      if (next !== "end") {
        main.stack.push({ f: "node", node: next });
        return true;
      }
    }
    const trap = this.#state.traps["EXIT"] ?? "";
    if (trap !== "" && !this.#state.exitTrapDone) {
      this.#state.exitTrapDone = true;
      main.stack.push({ f: "status", status: main.status });
      this.pushScript(main, trap, ctx);
      return true;
    }
    flushLines(this.#state, ctx);
    ctx.exit(main.status);
    return false;
  }

  /** Looks whether what a thread waits for is there. */
  #wake(thread: Thread, ctx: ProgramContext): boolean {
    const { wait } = thread;
    switch (wait?.kind) {
      case "parts": case "jobs": {
        const ids = wait.kind === "parts" ? wait.ids : (wait.ids ?? this.#state.threads.filter((each) => each.parent === thread.id && each.role === "job").map((each) => each.id));
        if (ids.some((id) => this.#thread(id) !== null)) return false;
        thread.wait = null;
        if (wait.kind === "jobs") thread.status = wait.ids === null ? 0 : (this.#state.results[wait.ids[wait.ids.length - 1] ?? 0] ?? 127);
        return true;
      }
      case "input": {
        const inlet = inletOf(this.#state, thread);
        if (inlet !== null && !inlet.ended && inlet.text.length === wait.seen) return false;
        thread.wait = null;
        runCommand(this, thread, wait.words, ctx);
        return thread.wait === null || (thread.wait as { readonly kind: string }).kind !== "input";
      }
      case "feed": {
        if (isBlocked(this.#state, thread)) return false;
        const inlet = inletOf(this.#state, thread);
        if (inlet !== null && !inlet.ended && inlet.text === "") return false;
        const text = inlet?.text ?? "";
        if (inlet !== null) inlet.text = "";
        finish(thread, applets[wait.args[0] ?? ""]?.feed?.(wait.state, text, inlet?.ended ?? true, this.io(thread, wait.args, ctx)) ?? 1);
        return true;
      }
      case "program": {
        const inlet = this.#programs.get(thread.id)?.readsInput === true ? inletOf(this.#state, thread) : null;
        if (inlet === null || wait.inputEnded || (inlet.text === "" && !inlet.ended)) return false;
        const { text } = inlet;
        inlet.text = "";
        wait.inputEnded = inlet.ended;
        if (text !== "") this.#tellChild(thread, { type: "input", text }, ctx);
        if (wait.inputEnded) this.#tellChild(thread, { type: "input", text: null }, ctx);
        return true;
      }
      default:
        return false;
    }
  }

  #takeTrap(thread: Thread, ctx: ProgramContext): void {
    const [trap, ...rest] = this.#state.pendingTraps;
    if (trap === undefined || thread.id !== 1 || thread.wait !== null) return;
    this.#state.pendingTraps = rest;
    thread.stack.push({ f: "status", status: thread.status });
    this.pushScript(thread, trap, ctx);
  }

  #threadEnded(thread: Thread): void {
    const state = this.#state;
    state.threads = state.threads.filter((each) => each !== thread);
    state.results = { ...state.results, [thread.id]: thread.status };
    const known = Object.keys(state.results);
    if (known.length > mostResults) delete (state.results as Record<string, number>)[known[0] ?? ""];
    // Its ends of the pipes close.
    const [input, output] = [thread.fds[0], thread.fds[1]];
    if (output?.to === "pipe" && state.pipes[output.id] !== undefined) this.#closeEnd(output.id, "ended", 1);
    if (input?.to === "pipe" && state.pipes[input.id] !== undefined) this.#closeEnd(input.id, "broken", 0);
  }

  #closeEnd(id: number, end: "ended" | "broken", fd: 0 | 1): void {
    const pipe = this.#state.pipes[id];
    const held = this.#state.threads.some((thread) => thread.fds[fd]?.to === "pipe" && (thread.fds[fd] as { readonly id: number }).id === id);
    if (pipe === undefined || !pipe.bounded || held) return;
    pipe[end] = true;
    if (pipe.ended && pipe.broken) delete this.#state.pipes[id];
  }

  runCommand(thread: Thread, words: readonly string[], ctx: ProgramContext): void {
    runCommand(this, thread, words, ctx);
  }

  /** Where a command's name leads; null: nowhere. */
  find(thread: Thread, name: string, ctx: ProgramContext): string | null {
    return commandExists(this, thread, name, ctx);
  }

  /** One of busybox' commands, past the shell's own of that name. */
  applet(name: string, thread: Thread, args: readonly string[], ctx: ProgramContext): CommandResult {
    return applets[name]?.run(this.io(thread, args, ctx)) ?? 127;
  }

  /** The same, with its output as text. */
  collect(name: string, thread: Thread, args: readonly string[], ctx: ProgramContext): string {
    let text = "";
    applets[name]?.run(Object.create(this.io(thread, args, ctx), { input: { value: "" }, out: { value: (more: string) => void (text += more) } }) as CommandIo);
    return text;
  }

  io(thread: Thread, args: readonly string[], ctx: ProgramContext): CommandIo {
    const state = this.#state;
    thread.waits += 1;
    return {
      args, ctx, threads: state.threads,
      get input() {
        return wholeInput(state, thread);
      },
      get hasInput() {
        return inletOf(state, thread) !== null;
      },
      get variables() {
        return environmentOf(state, thread);
      },
      get broken() {
        return thread.killed !== null;
      },
      cwd: thread.cwd, tag: ["sh", thread.id, thread.waits], timer: `sh/${thread.id}/${thread.waits}`,
      out: (text) => writeFd(state, thread, ctx, 1, text),
      err: (text) => writeFd(state, thread, ctx, 2, text),
      variable: (name) => variableOf(state, thread, name),
      resolve: (path) => resolvePath(path, thread.cwd),
    };
  }
}
