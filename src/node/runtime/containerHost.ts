import { ChurnMap } from "../../base/churnMap.ts";
import type { Json } from "../../base/json.ts";
import { answeredWay, answerPacket, type Hop, type Packet, type Payload, type ToNet, type Way } from "../../network/packet.ts";
import type { ProcessContext, ProcessId } from "../../sim/process.ts";
import type { ProgramContext } from "../images/program.ts";
import { definitionFor } from "../images/resolveImage.ts";
import { ApiChannels } from "./apiChannels.ts";
import { Calls } from "./calls.ts";
import { containerKey, type ContainerRun } from "./container.ts";
import { Execs } from "./execs.ts";
import { isFolder, listFiles, readFile, writeFile, type FileView } from "./fileSystem.ts";
import { NodeVolumes } from "./nodeVolumes.ts";
import { ImageStore } from "./imageStore.ts";
import { isDenied, nextPid, ofPid, ownerOfFile, sharedPids, throughProc } from "./processes.ts";
import type { ProgramHost } from "./programWorld.ts";
import { Sandboxes } from "./sandboxes.ts";
import { Streams } from "./streams.ts";
import type { SandboxSpec } from "./criMessages.ts";
import { noRoom } from "./storage.ts";
import { asRead, sizeOf } from "./zeros.ts";
import { answerDelayUs, burn, spend } from "./usage.ts";
import { UsageMeter } from "./usageMeter.ts";

export interface RuntimeOptions {
  readonly node: string;
  readonly nodeIp: string;
  /** Unix microseconds of the cluster's epoch. */
  readonly epochUs: number;
  readonly containers: "simulated" | "instant";
  readonly cpuMilli: number;
  readonly memoryBytes: number;
  readonly diskBytes: number;
}

/** A request that a program has not answered yet. */
export interface Pending {
  readonly container: string;
  readonly packet: Packet;
  readonly way: Way;
  readonly through: readonly Hop[];
  /** The program has answered, and waits for the CPU to do what it says. */
  readonly answer?: { readonly payload: Payload; readonly rule: string | null };
}

/** What the programs in a node's containers ask of the machine they run on. */
export abstract class ContainerHost implements ProgramHost {
  protected readonly options: RuntimeOptions;
  protected readonly net: ProcessId;
  protected readonly sandboxes: Sandboxes;
  protected readonly images: ImageStore;
  protected readonly volumes = new NodeVolumes();
  protected readonly calls: Calls;
  protected readonly api: ApiChannels;
  protected readonly execs = new Execs();
  protected readonly streams = new Streams();
  protected readonly runs = new Map<string, ContainerRun>();
  /** Container id -> key of its run. */
  protected readonly ids = new Map<string, string>();
  /** "namespace/pod/container" -> its latest run. */
  protected readonly owners = new Map<string, ContainerRun>();
  protected readonly pending = new ChurnMap<string, Pending>();
  protected readonly meter = new UsageMeter(this.runs, () => this.images.bytes);
  /** Of the event in hand: the request it answers, and whether the program ended. */
  protected within: string | null = null;
  protected exiting: number | null = null;

  constructor(id: ProcessId, options: RuntimeOptions) {
    this.options = options;
    this.net = `${id.slice(0, id.indexOf("/") + 1)}net`;
    this.sandboxes = new Sandboxes(options.nodeIp);
    this.images = new ImageStore(options.containers === "instant");
    this.calls = new Calls(id, this.net);
    this.api = new ApiChannels(id, this.net);
  }

  get epochUs(): number {
    return this.options.epochUs;
  }

  protected keep(run: ContainerRun): void {
    if (run.spec.pids !== undefined) run.pid ??= nextPid(this.runs.values(), run);
    this.runs.set(containerKey(run.spec.podUid, run.spec.name), run);
    this.ids.set(run.id, containerKey(run.spec.podUid, run.spec.name));
    this.owners.set(ownerOf(run), run);
  }

  protected byId(id: string): ContainerRun | null {
    const key = this.ids.get(id);
    return key === undefined ? null : (this.runs.get(key) ?? null);
  }

  protected nowUs(ctx: ProcessContext): number {
    return this.options.epochUs + ctx.clock();
  }

  protected toNet(ctx: ProcessContext, message: ToNet): void {
    ctx.sendDatagram(this.net, message);
  }

  protected view(run: ContainerRun): FileView {
    return { volumes: this.volumes, mounts: run.mounts, layer: run.layer, image: definitionFor(run.spec.image).files };
  }

  /** Whose file a path leads to: by /proc/<pid>/root to another container's, once. */
  #place(run: ContainerRun, path: string): { readonly run: ContainerRun; readonly path: string } {
    return (path.startsWith("/proc/") ? throughProc(this.runs.values(), run, path) : null) ?? { run, path };
  }

  /** As it is kept: see zeros.ts. */
  #kept(from: ContainerRun, named: string): string | null {
    const { run, path } = this.#place(from, named);
    return readFile(this.view(run), path) ?? this.sandboxes.etcFile(run.spec.podUid, path);
  }

  readFile(run: ContainerRun, path: string): string | null {
    const content = this.#kept(run, path);
    return content?.charCodeAt(0) === 0 ? asRead(content) : content;
  }

  sizeOf(run: ContainerRun, path: string): number | null {
    const content = this.#kept(run, path);
    return content === null ? null : sizeOf(content);
  }

  writeFile(run: ContainerRun, path: string, content: string | null, ctx: ProcessContext): string | null {
    const sandbox = this.sandboxes.get(run.spec.podUid)?.spec;
    const full = sandbox?.storage === undefined || content === null ? null : noRoom(run, sandbox, this.volumes, path, content);
    if (full !== null) return full;
    const result = writeFile(this.view(run), path, content, run.spec.readOnlyRoot === true);
    if ("error" in result) return result.error;
    run.layer = result.layer;
    if (sandbox?.storage !== undefined) this.storageChanged(sandbox, ctx);
    return null;
  }

  listFiles(from: ContainerRun, folder: string): readonly string[] {
    const { run, path } = this.#place(from, folder);
    return listFiles(this.view(run), path);
  }

  isFolder(from: ContainerRun, named: string): boolean {
    const { run, path } = this.#place(from, named);
    return isFolder(this.view(run), path);
  }

  log(run: ContainerRun, ctx: ProcessContext, line: string, stream: "stdout" | "stderr"): void {
    if (this.execs.running !== null) {
      if (!this.write(run, ctx, `${line}\n`, stream)) this.execs.write(line);
      return;
    }
    for (const attached of this.streams.attachedTo(run.id)) this.streams.tell(ctx, attached, { type: stream, text: `${line}\n` });
    this.#append(run, ctx, line, stream);
  }

  /** To the client that follows the command in hand, or to those attached to a terminal. */
  write(run: ContainerRun, ctx: ProcessContext, text: string, stream: "stdout" | "stderr"): boolean {
    const exec = this.execs.streaming;
    if (exec !== null) {
      const follower = this.streams.ofExec(exec);
      if (follower !== null) this.streams.tell(ctx, follower, { type: stream, text });
      return true;
    }
    if (this.execs.running !== null || run.spec.tty !== true) return false;
    for (const attached of this.streams.attachedTo(run.id)) this.streams.tell(ctx, attached, { type: "stdout", text });
    const lines = (run.partial + text).split("\n");
    run.partial = lines.pop() ?? "";
    for (const line of lines) this.#append(run, ctx, line, "stdout");
    return true;
  }

  stdin(run: ContainerRun): ProgramContext["stdin"] {
    const exec = this.execs.running;
    if (exec === null) return run.spec.stdin === undefined ? "none" : run.spec.tty === true ? "terminal" : "open";
    const open = this.execs.streaming === null ? undefined : this.streams.ofExec(exec)?.open;
    if (open === undefined || open.type === "portForward" || !open.stdin) return "none";
    return open.tty ? "terminal" : "open";
  }

  #append(run: ContainerRun, ctx: ProcessContext, line: string, stream: "stdout" | "stderr"): void {
    const atUs = this.nowUs(ctx);
    if (!line.includes("\n")) return run.logs.append({ atUs, stream, text: line });
    for (const text of line.split("\n")) run.logs.append({ atUs, stream, text });
  }

  listen(run: ContainerRun, ctx: ProcessContext, port: number, protocol: "TCP" | "UDP"): void {
    if (run.listens.some((open) => open.port === port && open.protocol === protocol)) return;
    run.listens.push({ port, protocol });
    this.toNet(ctx, { type: "listen", ip: run.ip, port, protocol, owner: ownerOf(run), hostPort: hostPortOf(run, port, protocol) });
  }

  answer(run: ContainerRun, ctx: ProcessContext, id: string, payload: Payload, rule: string | null = null): void {
    const pending = this.pending.get(id);
    if (pending === undefined || pending.container !== run.id || pending.answer !== undefined) return;
    const delayUs = run.usage === null ? 0 : answerDelayUs(run.usage, ctx.now);
    if (delayUs === 0) return this.#sendAnswer(run, ctx, id, payload, rule);
    this.pending.set(id, { ...pending, answer: { payload, rule } });
    const timer = `c/${run.id}/cpu/${id}`;
    run.timers.add(timer);
    ctx.setTimer(timer, delayUs);
  }

  /** The CPU has done what an answer needed. */
  protected answerDue(run: ContainerRun, ctx: ProcessContext, id: string): void {
    const answer = this.pending.get(id)?.answer;
    if (answer !== undefined) this.#sendAnswer(run, ctx, id, answer.payload, answer.rule);
  }

  #sendAnswer(run: ContainerRun, ctx: ProcessContext, id: string, payload: Payload, rule: string | null): void {
    const pending = this.pending.get(id);
    if (pending === undefined) return;
    this.pending.delete(id);
    const { packet, through } = pending;
    const way = pending.way === undefined ? undefined : answeredWay(pending.way, packet, `pod ${run.spec.namespace}/${run.spec.podName}`, ctx.now, rule ?? answerRule(run, payload), through);
    ctx.handOver(this.net, { type: "packet", packet: answerPacket(packet, payload) }, way);
  }

  spend(run: ContainerRun, ctx: ProcessContext, cpuUs: number): void {
    if (run.usage === null) return;
    spend(run.usage, ctx.now, cpuUs);
    this.meter.changed(run);
  }

  /** What a command beside the container's program holds is not counted. */
  hold(run: ContainerRun, ctx: ProcessContext, bytes: number): void {
    if (run.usage === null || this.execs.running !== null || run.usage.heldBytes === bytes) return;
    run.usage.heldBytes = Math.max(0, bytes);
    this.meter.changed(run);
    this.memoryChanged(run, ctx);
  }

  burn(run: ContainerRun, ctx: ProcessContext, cpuMilli: number): void {
    if (run.usage === null || this.execs.running !== null) return;
    burn(run.usage, ctx.now, cpuMilli);
    this.meter.changed(run);
  }

  /** A container of a pod whose storage is bounded has written. */
  protected abstract storageChanged(sandbox: SandboxSpec, ctx: ProcessContext): void;

  /** What a container holds has changed, or how it grows. */
  protected abstract memoryChanged(run: ContainerRun, ctx: ProcessContext): void;

  call(run: ContainerRun, ctx: ProcessContext, host: string, request: Parameters<ProgramHost["call"]>[3], tag: Json): void {
    const sandbox = this.sandboxes.get(run.spec.podUid);
    if (sandbox === null) return;
    const within = this.within;
    const end = this.calls.begin(ctx, { container: run.id, ip: run.ip, dns: sandbox.spec.dns, hosts: sandbox.hosts, host, tag: this.execs.mark(tag), within, request });
    // A program is told of what it asked in a later event, never in the middle of this one.
    if (end !== null) ctx.setTimer(`call/${this.calls.park(end)}`, 1);
  }

  setTimer(run: ContainerRun, ctx: ProcessContext, space: "t" | "a", key: string, delayUs: number): void {
    const exec = space === "t" ? this.execs.running : null;
    const timer = exec === null ? `c/${run.id}/${space}/${key}` : `c/${run.id}/exec/${exec}/${key}`;
    run.timers.add(timer);
    ctx.setTimer(timer, delayUs);
  }

  cancelTimer(run: ContainerRun, ctx: ProcessContext, space: "t" | "a", key: string): void {
    const timer = `c/${run.id}/${space}/${key}`;
    run.timers.delete(timer);
    ctx.cancelTimer(timer);
  }

  exit(_run: ContainerRun, code: number): void {
    if (this.execs.running !== null) this.execs.exit(code & 0xff);
    else this.exiting = code & 0xff;
  }

  signalMain(run: ContainerRun, ctx: ProcessContext, name: string): void {
    // The first process of a namespace hears of no SIGKILL that comes from inside it; "kill" is the runtime's own.
    const timer = `c/${run.id}/s/${name === "SIGKILL" && run.pid !== undefined ? "kill" : name}`;
    run.timers.add(timer);
    ctx.setTimer(timer, 1);
  }

  signalOther(run: ContainerRun, ctx: ProcessContext, pid: number, name: string): void {
    const other = ofPid(this.runs.values(), run, pid);
    if (other !== null) this.signalMain(other, ctx, name);
  }

  sharedPids(run: ContainerRun): ProgramContext["sharedPids"] {
    return sharedPids(this.runs.values(), run);
  }

  isDenied(run: ContainerRun, path: string): boolean {
    return isDenied(run, path);
  }

  ownerOf(run: ContainerRun, path: string, isFolder: boolean): readonly [user: number, group: number] {
    return ownerOfFile(run, path, isFolder);
  }

  apiConnect(run: ContainerRun, ctx: ProcessContext): string {
    return this.api.connect(ctx, run.id, run.ip, run.env);
  }

  apiSend(_run: ContainerRun, ctx: ProcessContext, connection: string, body: unknown): void {
    this.api.send(ctx, connection, body);
  }

  apiDisconnect(_run: ContainerRun, ctx: ProcessContext, connection: string): void {
    this.api.disconnect(ctx, connection);
  }
}

/** The name under which a container listens. */
/** The node's port that the pod asks to be led here; 0: none. */
export function hostPortOf(run: ContainerRun, port: number, protocol: "TCP" | "UDP"): number {
  return run.spec.ports.find((wanted) => wanted.containerPort === port && wanted.protocol === protocol)?.hostPort ?? 0;
}

export function ownerOf(run: ContainerRun): string {
  return `${run.spec.namespace}/${run.spec.podName}/${run.spec.name}`;
}

function answerRule(run: ContainerRun, payload: Payload): string {
  return payload.type === "httpResponse" ? `${run.spec.name} answered ${payload.response.status}` : `${run.spec.name} answered`;
}
