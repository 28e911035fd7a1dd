import type { ClientContext } from "../../../../client/clientSet.ts";
import type { Json } from "../../../../base/json.ts";
import type { HttpResponse, Payload } from "../../../../network/packet.ts";
import type { Random } from "../../../../sim/random.ts";
import type { SimTime } from "../../../../sim/time.ts";
import type { ProgramContext } from "../../program.ts";
import { writeFd } from "./fds.ts";
import type { ShellState, Thread } from "./state.ts";
import { environmentOf } from "./variables.ts";

/** The world of a program that a shell started: its output goes where the shell leads it, its timers and calls carry its thread's mark. */
export class ChildWorld implements ProgramContext {
  readonly #ctx: ProgramContext;
  readonly #state: ShellState;
  readonly #thread: Thread;
  readonly command: readonly string[];
  /** What it ended with. */
  exitCode: number | null = null;

  constructor(ctx: ProgramContext, state: ShellState, thread: Thread, command: readonly string[]) {
    this.#ctx = ctx;
    this.#state = state;
    this.#thread = thread;
    this.command = command;
  }

  get now(): SimTime {
    return this.#ctx.now;
  }
  get epochUs(): number {
    return this.#ctx.epochUs;
  }
  get random(): Random {
    return this.#ctx.random;
  }
  get mainCommand(): readonly string[] {
    return this.#ctx.mainCommand;
  }
  get env(): Readonly<Record<string, string>> {
    return environmentOf(this.#state, this.#thread);
  }
  get hostname(): string {
    return this.#ctx.hostname;
  }
  get user(): ProgramContext["user"] {
    return this.#ctx.user;
  }
  get sharedPids(): ProgramContext["sharedPids"] {
    return this.#ctx.sharedPids;
  }
  get podIp(): string {
    return this.#ctx.podIp;
  }
  get namespace(): string {
    return this.#ctx.namespace;
  }
  get podName(): string {
    return this.#ctx.podName;
  }
  get image(): string {
    return this.#ctx.image;
  }
  get containerPorts(): readonly number[] {
    return this.#ctx.containerPorts;
  }
  get behaviour(): Readonly<Record<string, string>> {
    return this.#ctx.behaviour;
  }
  get workingDir(): string {
    return this.#thread.cwd;
  }
  get stdin(): ProgramContext["stdin"] {
    const input = this.#thread.fds[0];
    return input?.to === "stdin" ? this.#ctx.stdin : input?.to === "pipe" ? "open" : "none";
  }
  get api(): ClientContext {
    return this.#ctx.api;
  }

  clock(): SimTime {
    return this.#ctx.clock();
  }
  readFile(path: string): string | null {
    return this.#ctx.readFile(path);
  }
  writeFile(path: string, content: string): void {
    this.#ctx.writeFile(path, content);
  }
  removeFile(path: string): void {
    this.#ctx.removeFile(path);
  }
  tryWriteFile(path: string, content: string | null): string | null {
    return this.#ctx.tryWriteFile(path, content);
  }
  isFolder(path: string): boolean {
    return this.#ctx.isFolder(path);
  }
  listFiles(folder: string): readonly string[] {
    return this.#ctx.listFiles(folder);
  }
  log(line: string, stream: "stdout" | "stderr" = "stdout"): void {
    this.write(`${line}\n`, stream);
  }
  write(text: string, stream: "stdout" | "stderr"): boolean {
    writeFd(this.#state, this.#thread, this.#ctx, stream === "stderr" ? 2 : 1, text);
    return true;
  }
  listen(port: number, protocol: "TCP" | "UDP" = "TCP"): void {
    this.#state.ports = { ...this.#state.ports, [port]: this.#thread.id };
    this.#ctx.listen(port, protocol);
  }
  answerHttp(id: string, response: HttpResponse, rule?: string): void {
    if (rule === undefined) this.#ctx.answerHttp(id, response);
    else this.#ctx.answerHttp(id, response, rule);
  }
  answer(id: string, payload: Payload): void {
    this.#ctx.answer(id, payload);
  }
  call(to: Parameters<ProgramContext["call"]>[0], payload: Payload, tag: Json, timeoutUs: number): void {
    this.#ctx.call(to, payload, this.#mark(tag), timeoutUs);
  }
  resolve(name: string, tag: Json): void {
    this.#ctx.resolve(name, this.#mark(tag));
  }
  setTimer(key: string, delayUs: number): void {
    this.#ctx.setTimer(this.#timer(key), delayUs);
  }
  cancelTimer(key: string): void {
    this.#ctx.cancelTimer(this.#timer(key));
  }
  spend(cpuUs: number): void {
    this.#ctx.spend(cpuUs);
  }
  hold(bytes: number): void {
    this.#ctx.hold(bytes);
  }
  burn(cpuMilli: number): void {
    this.#ctx.burn(cpuMilli);
  }
  exit(code: number): void {
    this.exitCode = code & 0xff;
  }

  #mark(tag: Json): Json {
    return ["child", this.#thread.id, this.#thread.waits, tag];
  }
  #timer(key: string): string {
    return `child/${this.#thread.id}/${this.#thread.waits}/${key}`;
  }
}
