import type { Json } from "../../base/json.ts";
import type { ClientContext } from "../../client/clientSet.ts";
import type { HttpResponse, Payload } from "../../network/packet.ts";
import type { ProcessContext } from "../../sim/process.ts";
import type { Random } from "../../sim/random.ts";
import type { SimTime } from "../../sim/time.ts";
import type { ProgramContext } from "../images/program.ts";
import type { ContainerRun } from "./container.ts";

/** What a runtime does for the programs in its containers. */
export interface ProgramHost {
  readonly epochUs: number;
  readFile(run: ContainerRun, path: string): string | null;
  writeFile(run: ContainerRun, path: string, content: string | null, ctx: ProcessContext): string | null;
  sizeOf(run: ContainerRun, path: string): number | null;
  listFiles(run: ContainerRun, folder: string): readonly string[];
  isFolder(run: ContainerRun, path: string): boolean;
  log(run: ContainerRun, ctx: ProcessContext, line: string, stream: "stdout" | "stderr"): void;
  write(run: ContainerRun, ctx: ProcessContext, text: string, stream: "stdout" | "stderr"): boolean;
  stdin(run: ContainerRun): ProgramContext["stdin"];
  listen(run: ContainerRun, ctx: ProcessContext, port: number, protocol: "TCP" | "UDP"): void;
  /** `rule`: what the program decided, for the trace. */
  answer(run: ContainerRun, ctx: ProcessContext, id: string, payload: Payload, rule?: string): void;
  call(run: ContainerRun, ctx: ProcessContext, host: string, request: { readonly port: number; readonly protocol: "TCP" | "UDP"; readonly payload: Payload; readonly timeoutUs: number } | null, tag: Json): void;
  setTimer(run: ContainerRun, ctx: ProcessContext, space: "t" | "a", key: string, delayUs: number): void;
  cancelTimer(run: ContainerRun, ctx: ProcessContext, space: "t" | "a", key: string): void;
  spend(run: ContainerRun, ctx: ProcessContext, cpuUs: number): void;
  hold(run: ContainerRun, ctx: ProcessContext, bytes: number): void;
  burn(run: ContainerRun, ctx: ProcessContext, cpuMilli: number): void;
  /** Takes effect when the program's event is over. */
  exit(run: ContainerRun, code: number): void;
  /** From a command beside it; SIGKILL does not reach the first process of a container from inside. */
  signalMain(run: ContainerRun, ctx: ProcessContext, name: string): void;
  /** From a command in the same pid namespace, to the first process of another container there. */
  signalOther(run: ContainerRun, ctx: ProcessContext, pid: number, name: string): void;
  sharedPids(run: ContainerRun): ProgramContext["sharedPids"];
  isDenied(run: ContainerRun, path: string): boolean;
  ownerOf(run: ContainerRun, path: string, isFolder: boolean): readonly [user: number, group: number];
  apiConnect(run: ContainerRun, ctx: ProcessContext): string;
  apiSend(run: ContainerRun, ctx: ProcessContext, connection: string, body: unknown): void;
  apiDisconnect(run: ContainerRun, ctx: ProcessContext, connection: string): void;
}

/** A server that gives the same response again gives the same payload: whoever compares or hashes it need not look inside. */
let lastAnswer: Extract<Payload, { readonly type: "httpResponse" }> | null = null;

/** The world as one program sees it during one event. */
export class ProgramWorld implements ProgramContext {
  readonly #host: ProgramHost;
  readonly #run: ContainerRun;
  readonly #ctx: ProcessContext;

  readonly #command: readonly string[];

  constructor(host: ProgramHost, run: ContainerRun, ctx: ProcessContext, command: readonly string[] = run.argv) {
    this.#command = command;
    this.#host = host;
    this.#run = run;
    this.#ctx = ctx;
  }

  get now(): SimTime {
    return this.#ctx.now;
  }
  get epochUs(): number {
    return this.#host.epochUs;
  }
  get random(): Random {
    return this.#ctx.random.fork(`program/${this.#run.spec.namespace}/${this.#run.spec.podName}/${this.#run.spec.name}`);
  }
  get command(): readonly string[] {
    return this.#command;
  }
  get mainCommand(): readonly string[] {
    return this.#run.argv;
  }
  get env(): Readonly<Record<string, string>> {
    return this.#run.env;
  }
  get hostname(): string {
    return this.#run.hostname;
  }
  get user(): ProgramContext["user"] {
    return this.#run.spec.user;
  }
  get sharedPids(): ProgramContext["sharedPids"] {
    return this.#run.spec.pids === undefined ? undefined : this.#host.sharedPids(this.#run);
  }
  get readOnlyRoot(): boolean {
    return this.#run.spec.readOnlyRoot === true;
  }
  get podIp(): string {
    return this.#run.ip;
  }
  get namespace(): string {
    return this.#run.spec.namespace;
  }
  get podName(): string {
    return this.#run.spec.podName;
  }
  get image(): string {
    return this.#run.spec.image;
  }
  get containerPorts(): readonly number[] {
    return this.#run.spec.ports.map((port) => port.containerPort);
  }
  get behaviour(): Readonly<Record<string, string>> {
    return this.#run.spec.behaviour;
  }
  get workingDir(): string {
    return this.#run.spec.workingDir === "" ? "/" : this.#run.spec.workingDir;
  }

  clock(): SimTime {
    return this.#ctx.clock();
  }
  readFile(path: string): string | null {
    return this.#host.readFile(this.#run, path);
  }
  writeFile(path: string, content: string): void {
    this.#host.writeFile(this.#run, path, content, this.#ctx);
  }
  removeFile(path: string): void {
    this.#host.writeFile(this.#run, path, null, this.#ctx);
  }
  /** The error of a write that was refused; null where it went through. */
  tryWriteFile(path: string, content: string | null): string | null {
    if (this.#run.spec.user !== undefined && this.#host.isDenied(this.#run, path)) return "Permission denied";
    return this.#host.writeFile(this.#run, path, content, this.#ctx);
  }
  sizeOf(path: string): number | null {
    return this.#host.sizeOf(this.#run, path);
  }
  isFolder(path: string): boolean {
    return this.#host.isFolder(this.#run, path);
  }
  listFiles(folder: string): readonly string[] {
    return this.#host.listFiles(this.#run, folder);
  }
  log(line: string, stream: "stdout" | "stderr" = "stdout"): void {
    this.#host.log(this.#run, this.#ctx, line, stream);
  }
  write(text: string, stream: "stdout" | "stderr"): boolean {
    return this.#host.write(this.#run, this.#ctx, text, stream);
  }
  get stdin(): ProgramContext["stdin"] {
    return this.#host.stdin(this.#run);
  }
  listen(port: number, protocol: "TCP" | "UDP" = "TCP"): void {
    this.#host.listen(this.#run, this.#ctx, port, protocol);
  }
  answerHttp(id: string, response: HttpResponse, rule?: string): void {
    if (lastAnswer?.response !== response) lastAnswer = { type: "httpResponse", response };
    this.#host.answer(this.#run, this.#ctx, id, lastAnswer, rule);
  }
  answer(id: string, payload: Payload): void {
    this.#host.answer(this.#run, this.#ctx, id, payload);
  }
  call(to: { readonly host: string; readonly port: number; readonly protocol?: "TCP" | "UDP" }, payload: Payload, tag: Json, timeoutUs: number): void {
    this.#host.call(this.#run, this.#ctx, to.host, { port: to.port, protocol: to.protocol ?? "TCP", payload, timeoutUs }, tag);
  }
  resolve(name: string, tag: Json): void {
    this.#host.call(this.#run, this.#ctx, name, null, tag);
  }
  setTimer(key: string, delayUs: number): void {
    this.#host.setTimer(this.#run, this.#ctx, "t", key, delayUs);
  }
  cancelTimer(key: string): void {
    this.#host.cancelTimer(this.#run, this.#ctx, "t", key);
  }
  spend(cpuUs: number): void {
    this.#host.spend(this.#run, this.#ctx, cpuUs);
  }
  hold(bytes: number): void {
    this.#host.hold(this.#run, this.#ctx, bytes);
  }
  burn(cpuMilli: number): void {
    this.#host.burn(this.#run, this.#ctx, cpuMilli);
  }
  exit(code: number): void {
    this.#host.exit(this.#run, code);
  }

  signalMain(name: string): void {
    this.#host.signalMain(this.#run, this.#ctx, name);
  }

  signalOther(pid: number, name: string): void {
    this.#host.signalOther(this.#run, this.#ctx, pid, name);
  }

  ownerOf(path: string, isFolder: boolean): readonly [number, number] {
    return this.#host.ownerOf(this.#run, path, isFolder);
  }

  get api(): ClientContext {
    const host = this.#host;
    const run = this.#run;
    const ctx = this.#ctx;
    return {
      now: ctx.now,
      clock: () => ctx.clock(),
      random: this.random.fork("api"),
      get cause() {
        return ctx.cause;
      },
      withCause: (cause, body) => ctx.withCause(cause, body),
      connect: () => host.apiConnect(run, ctx),
      send: (connection, body) => host.apiSend(run, ctx, connection, body),
      disconnect: (connection) => host.apiDisconnect(run, ctx, connection),
      setTimer: (key, delayUs) => host.setTimer(run, ctx, "a", key, delayUs),
      cancelTimer: (key) => host.cancelTimer(run, ctx, "a", key),
      trace: (body) => ctx.trace(body),
    };
  }
}
