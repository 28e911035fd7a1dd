import { isJsonObject, type Json } from "../../base/json.ts";
import type { ProcessContext } from "../../sim/process.ts";
import type { ProgramEvent } from "../images/program.ts";
import type { CallEnd } from "./calls.ts";
import type { ContainerRun } from "./container.ts";
import { ContainerHost } from "./containerHost.ts";
import type { FromRuntime } from "./criMessages.ts";
import { ProgramWorld } from "./programWorld.ts";
import type { StreamInput, StreamOpen, StreamQuestion, ToStreams } from "./streamMessages.ts";
import { mostStreams, say, type OpenStream } from "./streams.ts";
import { type } from "./terminal.ts";
import { containerNotFound, execFailure, forwardFailure, startFailure } from "./texts.ts";

const connectUs = 30_000_000;
const longestRequestUs = 600_000_000;

interface StreamTag {
  readonly stream: string;
  readonly connection: number;
  readonly port: number;
  readonly connects: boolean;
}

/** Commands that run beside a container's own program, and the streams of clients: exec, attach, port-forward. */
export abstract class ExecHost extends ContainerHost {
  protected abstract tell(ctx: ProcessContext, message: FromRuntime): void;
  protected abstract isHung(run: ContainerRun): boolean;
  protected abstract dispatch(run: ContainerRun, event: ProgramEvent, ctx: ProcessContext, within: string | null): void;

  protected exec(key: string, command: readonly string[], tag: Json, ctx: ProcessContext): void {
    const run = this.runs.get(key);
    if (run === undefined || run.value !== "running" || this.isHung(run)) return;
    const id = this.execs.begin(run, command, tag);
    if (id === null) return this.tell(ctx, { type: "cri/execDone", tag, exitCode: 126, output: startFailure(command[0] ?? "") });
    this.execStep(run, id, { type: "start" }, ctx);
  }

  protected execTimer(run: ContainerRun, name: string, ctx: ProcessContext): void {
    const slash = name.indexOf("/");
    this.execStep(run, name.slice(0, slash), { type: "timer", key: name.slice(slash + 1) }, ctx);
  }

  protected execAnswer(run: ContainerRun, tag: { readonly [key: string]: Json }, end: CallEnd, ctx: ProcessContext): void {
    this.execStep(run, String(tag["exec"]), { type: "answer", tag: tag["tag"] ?? null, payload: end.payload, failure: end.failure }, ctx);
  }

  protected execStep(run: ContainerRun, id: string, event: ProgramEvent, ctx: ProcessContext): void {
    const done = this.execs.step(id, event, new ProgramWorld(this, run, ctx, this.execs.commandOf(id)));
    if (done === null) return;
    const follower = this.streams.ofExec(id);
    if (follower === null) this.tell(ctx, { type: "cri/execDone", tag: done.tag, exitCode: done.exitCode, output: done.output });
    else this.streams.tell(ctx, follower, { type: "exited", code: done.exitCode });
  }

  // ── Streams of clients ───────────────────────────────────────────────────

  protected stream(message: ToStreams, ctx: ProcessContext): void {
    if (message.type === "stream/open") return this.#open(message.id, message.open, ctx);
    const stream = this.streams.get(message.id);
    if (stream === null) return;
    if (message.type === "stream/close") return this.#close(stream, ctx);
    const run = this.byId(stream.container);
    if (stream.open.type === "portForward") return this.#forward(stream, message.input, ctx);
    if (run !== null && stream.open.stdin) this.#input(stream, run, message.input, ctx);
  }

  /** What is there to open, asked before: an error where nothing is; null for a question about something else. */
  protected observeStream(question: StreamQuestion): Json {
    if (question.type === "streamOpen") return { open: this.streams.get(question.id) !== null };
    const { open } = question;
    if (open.type === "portForward") return this.#sandboxOf(open.pod) === null ? { error: `unable to upgrade connection: pod does not exist` } : {};
    return this.#running(open) === null ? { error: containerNotFound(open.container) } : {};
  }

  /** The container's program is over, and with it what ran beside it. */
  protected endStreams(run: ContainerRun, ctx: ProcessContext): void {
    for (const stream of this.streams.of(run.id)) this.streams.tell(ctx, stream, { type: "exited", code: stream.exec === null ? 0 : 137 });
  }

  protected endForwards(pod: string, ctx: ProcessContext): void {
    for (const stream of this.streams.of("", pod)) if (stream.open.type === "portForward") this.streams.tell(ctx, stream, { type: "failed", message: "lost connection to pod" });
  }

  /** True where the answer belongs to a connection of a port-forward. */
  protected streamAnswer(end: CallEnd, ctx: ProcessContext): boolean {
    if (!isJsonObject(end.tag) || typeof end.tag["stream"] !== "string") return false;
    const tag = end.tag as unknown as StreamTag;
    const stream = this.streams.get(tag.stream);
    if (stream === null) return true;
    if (!tag.connects) this.streams.tell(ctx, stream, { type: "answer", connection: tag.connection, payload: end.payload });
    else if (end.payload?.type === "accepted") this.streams.tell(ctx, stream, { type: "connected", connection: tag.connection });
    else this.streams.tell(ctx, stream, { type: "refused", connection: tag.connection, message: forwardFailure(tag.port, this.#sandboxOf(stream.open.pod)?.spec.podUid ?? "", end.payload === null ? "i/o timeout" : "connect: connection refused") });
    return true;
  }

  #running(open: Exclude<StreamOpen, { type: "portForward" }>): ContainerRun | null {
    const run = this.owners.get(`${open.pod}/${open.container}`);
    return run !== undefined && run.value === "running" && run.booted ? run : null;
  }

  #sandboxOf(pod: string): ReturnType<ContainerHost["sandboxes"]["get"]> {
    return this.sandboxes.up().find(({ spec }) => `${spec.namespace}/${spec.name}` === pod) ?? null;
  }

  #open(id: string, open: StreamOpen, ctx: ProcessContext): void {
    if (this.streams.full) return say(ctx, id, { type: "failed", message: `the node has ${mostStreams} streams open, the most there may be` });
    if (open.type === "portForward") {
      if (this.#sandboxOf(open.pod) === null) return say(ctx, id, { type: "failed", message: "unable to upgrade connection: pod does not exist" });
      return this.streams.tell(ctx, this.streams.add(id, open, "", null), { type: "opened" });
    }
    const run = this.#running(open);
    if (run === null) return say(ctx, id, { type: "failed", message: containerNotFound(open.container) });
    // What hangs answers nothing: its client waits.
    if (this.isHung(run)) return;
    if (open.type === "attach") return this.streams.tell(ctx, this.streams.add(id, open, run.id, null), { type: "opened" });
    const exec = this.execs.begin(run, open.command, null, true);
    if (exec === null) return say(ctx, id, { type: "failed", message: execFailure(open.command[0] ?? "", run.id) });
    this.streams.tell(ctx, this.streams.add(id, open, run.id, exec), { type: "opened" });
    this.execStep(run, exec, { type: "start" }, ctx);
  }

  /** The client is gone: its command ends, and the standard input of a container that has it "once" too. */
  #close(stream: OpenStream, ctx: ProcessContext): void {
    this.streams.drop(stream.id);
    if (stream.exec !== null) return this.execs.forget(stream.exec);
    const run = this.byId(stream.container);
    if (run !== null && stream.open.type === "attach" && stream.open.stdin && run.spec.stdin === "once") this.dispatch(run, { type: "input", text: null }, ctx, null);
  }

  #input(stream: OpenStream, run: ContainerRun, input: StreamInput, ctx: ProcessContext): void {
    if (input.type === "endOfInput") return this.#give(stream, run, { type: "input", text: null }, ctx);
    if (input.type !== "stdin" || stream.open.type === "portForward") return;
    if (!stream.open.tty) return this.#give(stream, run, { type: "input", text: input.text }, ctx);
    const typed = type(stream.line, input.text);
    stream.line = typed.line;
    if (typed.echo !== "") this.streams.tell(ctx, stream, { type: "stdout", text: typed.echo });
    for (const key of typed.keys) {
      this.#give(stream, run, key.key === "interrupt" ? { type: "signal", name: "SIGINT" } : { type: "input", text: key.key === "end" ? null : key.text }, ctx);
    }
  }

  #give(stream: OpenStream, run: ContainerRun, event: ProgramEvent, ctx: ProcessContext): void {
    if (this.isHung(run)) return;
    if (stream.exec !== null) this.execStep(run, stream.exec, event, ctx);
    else this.dispatch(run, event, ctx, null);
  }

  #forward(stream: OpenStream, input: StreamInput, ctx: ProcessContext): void {
    const sandbox = this.#sandboxOf(stream.open.pod);
    if (sandbox === null || (input.type !== "connect" && input.type !== "request")) return;
    const { connection, port } = input;
    const connects = input.type === "connect";
    const tag = { stream: stream.id, connection, port, connects };
    const request = { port, protocol: "TCP" as const, payload: connects ? { type: "probe" as const } : input.payload, timeoutUs: connects ? connectUs : longestRequestUs };
    const end = this.calls.begin(ctx, { container: `stream/${stream.id}`, ip: sandbox.ip, dns: sandbox.spec.dns, hosts: sandbox.hosts, host: "127.0.0.1", tag, within: null, request });
    if (end !== null) ctx.setTimer(`call/${this.calls.park(end)}`, 1);
  }
}
