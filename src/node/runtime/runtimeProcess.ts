import type { Json } from "../../base/json.ts";
import { isJsonObject } from "../../base/json.ts";
import type { FromNet, Packet, Way } from "../../network/packet.ts";
import type { Process, ProcessContext, ProcessEvent, ProcessId } from "../../sim/process.ts";
import type { ProgramEvent } from "../images/program.ts";
import { behaviourWarnings, injectedError, numberParam } from "./behaviour.ts";
import type { CallEnd } from "./calls.ts";
import { ContainerFaults } from "./containerFaults.ts";
import { isTarget, newContainerId } from "./containerNames.ts";
import { containerKey, makeProgram, newRun, restoreRun, snapshotRun, type ContainerRun } from "./container.ts";
import { droppedOf, linesOf, selectLines, type LogsQuestion } from "./containerLogs.ts";
import type { ContainerExit, ContainerReport, ContainerSpec, FromRuntime, NodeImage, SandboxReport, ToRuntime } from "./criMessages.ts";
import { hostPortOf, ownerOf, type Pending, type RuntimeOptions } from "./containerHost.ts";
import type { StreamQuestion, ToStreams } from "./streamMessages.ts";
import { ProgramWorld } from "./programWorld.ts";
import type { LastAddress, Sandbox } from "./sandboxes.ts";
import { startFailure, terminationMessage } from "./texts.ts";
import { UsageHost } from "./usageHost.ts";
import { definitionFor } from "../images/resolveImage.ts";

const sandboxUs = 120_000;
const createUs = 90_000;
/** From the kubelet's call to the signal, through containerd, its shim and runc. */
const stopUs = 40_000;
const mostPending = 10_000;
const noHops: Pending["through"] = [];
/** Who keeps the cloud's disks. */
const cloud = "world/cloud";

/** The container runtime of one machine. `id` is "node-1/runtime". */
export function createRuntime(id: ProcessId, options: RuntimeOptions): Process {
  return new Runtime(id, options);
}

class Runtime extends UsageHost implements Process {
  readonly id: ProcessId;
  readonly #instant: boolean;
  readonly #kubelet: ProcessId;
  #nextRequest = 1;
  #bootId = "";
  readonly #faults = new ContainerFaults();

  constructor(id: ProcessId, options: RuntimeOptions) {
    super(id, options);
    this.id = id;
    this.#instant = options.containers === "instant";
    this.#kubelet = `${id.slice(0, id.indexOf("/") + 1)}kubelet`;
  }

  cost(): number {
    return 20;
  }

  handle(event: ProcessEvent, ctx: ProcessContext): void {
    this.#handle(event, ctx);
    const files = this.volumes.takeHostFiles();
    if (files !== null) ctx.disk.write("files", files);
    for (const writes of this.volumes.takeDiskWrites()) ctx.sendDatagram(cloud, { type: "disk/write", at: ctx.now, ...writes });
  }

  #handle(event: ProcessEvent, ctx: ProcessContext): void {
    switch (event.type) {
      case "start":
        return this.#start(event.incarnation, ctx);
      case "datagram":
        return this.#datagram(event.body as ToRuntime | ToStreams | FromNet | { readonly type: "fault" | "clearFault" }, event.notes as Way, ctx);
      case "timer":
        return this.#timer(event.key, ctx);
      default:
        return this.#apiEvent(event, ctx);
    }
  }

  observe(question: Json, view: { readonly now: number }): Json {
    const asked = question as unknown as LogsQuestion | StreamQuestion | { readonly type: "use" };
    if (asked.type === "streamTarget" || asked.type === "streamOpen") return this.observeStream(asked);
    if (asked.type !== "logs") return asked.type === "use" ? this.observeUse(view.now) : null;
    const logs = asked;
    const runs = [...this.runs.values()].filter((run) => `${run.spec.namespace}/${run.spec.podName}` === logs.pod && (logs.container === undefined || run.spec.name === logs.container));
    const run = runs[runs.length - 1];
    if (run === undefined) return { error: `container "${logs.container ?? ""}" in pod "${logs.pod.slice(logs.pod.indexOf("/") + 1)}" is waiting to start: ContainerCreating` };
    const source = logs.previous === true ? run.previousLogs : run.logs.snapshot();
    if (source === null) return { error: `previous terminated container "${run.spec.name}" in pod "${run.spec.podName}" not found` };
    return { lines: selectLines(linesOf(source), logs, this.options.epochUs + view.now), dropped: logs.previous === true ? 0 : droppedOf(source) };
  }

  snapshot(): Json {
    return {
      sandboxes: this.sandboxes.snapshot(), images: this.images.snapshot(), volumes: this.volumes.snapshot(), calls: this.calls.snapshot(), api: this.api.snapshot(), execs: this.execs.snapshot(), streams: this.streams.snapshot(), usage: this.snapshotUsage(), bootId: this.#bootId,
      runs: [...this.runs.values()].map(snapshotRun), pending: [...this.pending] as unknown as Json, nextRequest: this.#nextRequest, faults: this.#faults.snapshot(),
    };
  }

  restore(data: Json): void {
    const saved = data as Readonly<Record<string, Json>>;
    this.sandboxes.restore(saved["sandboxes"] ?? null);
    this.images.restore(saved["images"] ?? null);
    this.volumes.restore(saved["volumes"] ?? null);
    this.calls.restore(saved["calls"] ?? null);
    this.api.restore(saved["api"] ?? null);
    this.execs.restore(saved["execs"] ?? null);
    this.streams.restore(saved["streams"] ?? null);
    this.runs.clear();
    this.ids.clear();
    this.owners.clear();
    this.pending.clear();
    for (const each of saved["runs"] as readonly Json[]) this.keep(restoreRun(each, this.#instant));
    for (const [id, pending] of saved["pending"] as unknown as readonly (readonly [string, Pending])[]) this.pending.set(id, pending);
    this.#nextRequest = saved["nextRequest"] as number;
    this.restoreUsage(saved["usage"] ?? null);
    this.#bootId = saved["bootId"] as string;
    this.#faults.restore(saved["faults"] ?? []);
  }

  // ── CRI ──────────────────────────────────────────────────────────────────

  #start(incarnation: number, ctx: ProcessContext): void {
    const stored = ctx.disk.read("images");
    if (stored !== null) this.images.load(stored as unknown as readonly NodeImage[]);
    const files = ctx.disk.read("files");
    if (files !== null) this.volumes.loadHostFiles(files);
    if (incarnation > 1) this.tell(ctx, { type: "cri/restarted" });
  }

  protected tell(ctx: ProcessContext, message: FromRuntime): void {
    ctx.sendDatagram(this.#kubelet, message);
  }

  #datagram(message: ToRuntime | ToStreams | FromNet | { readonly type: "fault" | "clearFault" }, way: Way, ctx: ProcessContext): void {
    switch (message.type) {
      case "deliver":
        return message.packet.direction === "answer" ? this.#callEnded(this.calls.answered(ctx, message.packet, way), ctx) : this.#request(message.packet, way, message.owner, ctx);
      case "cri/list":
        return this.#list(message.bootId, ctx);
      case "cri/configure":
        return this.sandboxes.configure(message.podCidr, ctx.disk.read("lastAddress") as unknown as LastAddress | null);
      case "cri/runSandbox":
        this.sandboxes.ask(message.sandbox);
        for (const volume of message.sandbox.volumes) this.volumes.mount(message.sandbox.podUid, volume);
        if (this.#instant || this.sandboxes.get(message.sandbox.podUid) !== null) this.#sandboxUp(message.sandbox.podUid, ctx);
        else ctx.setTimer(`sandbox/${message.sandbox.podUid}`, sandboxUs + ctx.random.fork("sandbox").int(0, 60_000));
        return;
      case "cri/stopSandbox":
        if (this.sandboxes.get(message.podUid) === null && message.ip !== "") this.toNet(ctx, { type: "detach", ip: message.ip, pod: message.pod });
        return this.#stopSandbox(message.podUid, ctx);
      case "cri/removePod":
        return this.#removePod(message.podUid, ctx);
      case "cri/keepPods":
        return this.volumes.forgetOthers(message.podUids);
      case "cri/pullImage":
        this.images.enqueue({ podUid: message.podUid, container: message.container, image: message.image, askedUs: ctx.now, cause: ctx.cause });
        return this.#nextPull(ctx);
      case "cri/startContainer":
        return this.#createContainer(message.container, ctx);
      case "cri/stopContainer":
        return this.#stopContainer(containerKey(message.podUid, message.name), message.graceUs, ctx);
      case "cri/updateContainer":
        return this.updateLimits(message, ctx);
      case "cri/updateVolume":
        return this.volumes.mount(message.podUid, message.volume);
      case "cri/stats":
        return this.stats(message.since, message.tag, ctx);
      case "cri/watchUse":
        return this.watchUse(message.memoryBytes, message.diskBytes, ctx);
      case "cri/imageUse":
        return this.imageUse(message.all, ctx);
      case "cri/removeImages":
        return this.removeImages(message.ids, ctx);
      case "cri/checkPath":
        return this.checkPath(message, ctx);
      case "cri/measureStorage":
        return this.measureStorage(message.podUid, ctx);
      case "cri/unmountDisk":
        return this.volumes.unmountDisk(message.disk);
      case "cri/removeFolder":
        this.volumes.removeFolder(message.path);
        return ctx.sendDatagram(message.replyTo, { type: "heard", topic: `folder ${this.options.node} ${message.path}`, value: true });
      case "cri/exec":
        return this.exec(containerKey(message.podUid, message.name), message.command, message.tag, ctx);
      case "stream/open":
      case "stream/input":
      case "stream/close":
        return this.stream(message, ctx);
      case "apiRoute":
        return this.#apiRoute(message, ctx);
      case "restarted":
        return this.#reattach(ctx);
      case "fault":
      case "clearFault":
        return this.#fault(message as unknown as Json, ctx);
    }
  }

  #list(bootId: string, ctx: ProcessContext): void {
    if (this.#bootId === "") this.#bootId = bootId;
    const sandboxes: SandboxReport[] = this.sandboxes.up().map((sandbox) => ({ podUid: sandbox.spec.podUid, ip: sandbox.ip }));
    const containers: ContainerReport[] = [];
    for (const run of this.runs.values()) {
      if (run.value === "creating" || !run.booted) continue;
      containers.push({ podUid: run.spec.podUid, name: run.spec.name, id: run.id, attempt: run.spec.attempt, imageId: run.imageId, startedAtUs: run.startedAtUs, exit: run.exit });
    }
    this.tell(ctx, { type: "cri/listed", bootId: this.#bootId, sandboxes, containers, images: this.images.images });
  }

  #sandboxUp(podUid: string, ctx: ProcessContext): void {
    const result = this.sandboxes.bringUp(podUid);
    if (result === null) return;
    if ("failure" in result) return this.tell(ctx, { type: "cri/sandboxFailed", podUid, message: result.failure });
    if (!result.spec.hostNetwork) ctx.disk.write("lastAddress", this.sandboxes.lastAddress as unknown as Json);
    this.#attach(result, ctx);
    this.tell(ctx, { type: "cri/sandboxReady", podUid, ip: result.ip });
  }

  #attach(sandbox: Sandbox, ctx: ProcessContext): void {
    this.toNet(ctx, { type: "attach", ip: sandbox.ip, pod: `${sandbox.spec.namespace}/${sandbox.spec.name}`, hostNetwork: sandbox.spec.hostNetwork, labels: sandbox.spec.labels });
  }

  #reattach(ctx: ProcessContext): void {
    for (const sandbox of this.sandboxes.up()) this.#attach(sandbox, ctx);
    for (const run of this.runs.values()) for (const { port, protocol } of run.listens) this.toNet(ctx, { type: "listen", ip: run.ip, port, protocol, owner: ownerOf(run), hostPort: hostPortOf(run, port, protocol) });
  }

  #stopSandbox(podUid: string, ctx: ProcessContext): void {
    ctx.cancelTimer(`sandbox/${podUid}`);
    for (const run of this.runs.values()) if (run.spec.podUid === podUid && run.value !== "exited") this.#end(run, 137, ctx, false);
    const sandbox = this.sandboxes.stop(podUid);
    if (sandbox !== null) this.endForwards(`${sandbox.spec.namespace}/${sandbox.spec.name}`, ctx);
    if (sandbox !== null) this.toNet(ctx, { type: "detach", ip: sandbox.ip, pod: `${sandbox.spec.namespace}/${sandbox.spec.name}` });
    this.tell(ctx, { type: "cri/sandboxStopped", podUid });
  }

  #removePod(podUid: string, ctx: ProcessContext): void {
    if (this.sandboxes.get(podUid) !== null) this.#stopSandbox(podUid, ctx);
    for (const [key, run] of this.runs) {
      if (run.spec.podUid !== podUid) continue;
      this.runs.delete(key);
      this.ids.delete(run.id);
      if (this.owners.get(ownerOf(run)) === run) this.owners.delete(ownerOf(run));
    }
    this.volumes.forgetPod(podUid);
  }

  #nextPull(ctx: ProcessContext): void {
    const tookUs = this.images.begin(ctx.now, ctx.random.fork("pull"));
    if (tookUs !== null) ctx.setTimer("pull", tookUs);
  }

  #pulled(ctx: ProcessContext): void {
    for (const { body, cause } of this.images.finish(ctx.now)) ctx.withCause(cause, () => this.tell(ctx, body));
    if (!this.#instant) ctx.disk.write("images", [...this.images.images] as unknown as Json);
    this.checkUse(ctx);
    this.#nextPull(ctx);
  }

  #createContainer(spec: ContainerSpec, ctx: ProcessContext): void {
    const sandbox = this.sandboxes.get(spec.podUid);
    if (sandbox === null) return;
    const key = containerKey(spec.podUid, spec.name);
    const before = this.runs.get(key);
    if (before !== undefined) this.ids.delete(before.id);
    const run = newRun(spec, newContainerId(ctx), this.images.present(spec.image)?.id ?? "", sandbox, this.volumes.mounts(spec, sandbox.spec.volumes), before);
    this.keep(run);
    if (this.#instant) this.#startContainer(run, ctx);
    else this.#setSystemTimer(run, ctx, "start", createUs + ctx.random.fork("create").int(0, 40_000));
  }

  #startContainer(run: ContainerRun, ctx: ProcessContext): void {
    const { spec } = run;
    run.startedAtUs = this.nowUs(ctx);
    run.program = makeProgram(spec.image, run.argv, this.#instant);
    if (run.program === null) {
      run.value = "exited";
      run.exit = { id: run.id, exitCode: 128, signal: 0, reason: "StartError", message: startFailure(run.argv[0] ?? ""), startedAtUs: 0, finishedAtUs: run.startedAtUs };
      return this.tell(ctx, { type: "cri/containerStartFailed", podUid: spec.podUid, name: spec.name, exit: run.exit });
    }
    run.value = "running";
    this.beginUsage(run, ctx);
    this.tell(ctx, {
      type: "cri/containerStarted", podUid: spec.podUid, name: spec.name, id: run.id, attempt: spec.attempt, imageId: run.imageId, startedAtUs: run.startedAtUs, warnings: behaviourWarnings(spec.name, spec.behaviour),
    });
    const crashMs = numberParam(spec.behaviour, "crash-after-ms");
    if (crashMs !== null) this.#setSystemTimer(run, ctx, "crash", Math.max(1, crashMs * 1000));
    const bootMs = numberParam(spec.behaviour, "start-ms") ?? 0;
    if (bootMs > 0) this.#setSystemTimer(run, ctx, "boot", bootMs * 1000);
    else this.#boot(run, ctx);
  }

  #boot(run: ContainerRun, ctx: ProcessContext): void {
    run.booted = true;
    const line = run.spec.behaviour["log-line"];
    if (line !== undefined) this.log(run, ctx, line, "stdout");
    this.dispatch(run, { type: "start" }, ctx, null);
  }

  #stopContainer(key: string, graceUs: number, ctx: ProcessContext): void {
    const run = this.runs.get(key);
    if (run === undefined || run.value === "exited") return;
    if (run.value === "creating" || (!this.#instant && graceUs <= 0)) return this.#end(run, 137, ctx, true);
    this.#setSystemTimer(run, ctx, "kill", Math.max(1, graceUs));
    if (this.#instant) return this.#terminate(run, ctx);
    this.#setSystemTimer(run, ctx, "term", Math.min(graceUs - 1, stopUs + ctx.random.fork("stop").int(0, 20_000)));
  }

  #terminate(run: ContainerRun, ctx: ProcessContext): void {
    if (run.booted && !this.isHung(run)) this.dispatch(run, { type: "signal", name: "SIGTERM" }, ctx, null);
  }

  /** The container's process is over: its ports close, its timers and calls go, the kubelet hears of it. */
  #end(run: ContainerRun, exitCode: number, ctx: ProcessContext, tell: boolean, reason = exitCode === 0 ? "Completed" : "Error"): void {
    if (run.value === "exited") return;
    this.meter.ended(run, ctx.now);
    for (const { port, protocol } of run.listens) this.toNet(ctx, { type: "unlisten", ip: run.ip, port, protocol, owner: ownerOf(run) });
    for (const timer of run.timers) ctx.cancelTimer(timer);
    this.calls.drop(ctx, run.id);
    this.api.drop(ctx, run.id);
    this.endStreams(run, ctx);
    for (const tag of this.execs.drop(run.id)) this.tell(ctx, { type: "cri/execDone", tag, exitCode: 137, output: "container ended" });
    for (const [id, pending] of this.pending) if (pending.container === run.id) this.pending.delete(id);
    run.value = "exited";
    run.listens = [];
    run.timers = new Set();
    run.program = null;
    const exit: ContainerExit = {
      id: run.id, exitCode, signal: 0, reason, message: terminationMessage(run, exitCode, (path) => this.readFile(run, path)), startedAtUs: run.startedAtUs, finishedAtUs: this.nowUs(ctx),
    };
    run.exit = exit;
    if (tell) this.tell(ctx, { type: "cri/containerExited", podUid: run.spec.podUid, name: run.spec.name, exit });
  }

  // ── Programs ─────────────────────────────────────────────────────────────

  protected dispatch(run: ContainerRun, event: ProgramEvent, ctx: ProcessContext, within: string | null): void {
    if (run.program === null) return;
    this.within = within;
    this.exiting = null;
    this.countEvent(run, ctx, event.type === "http" || event.type === "packet");
    run.program.handle(event, new ProgramWorld(this, run, ctx));
    this.within = null;
    const code = this.exiting;
    this.exiting = null;
    if (code === null) return;
    if (event.type === "signal" && definitionFor(run.spec.image).finishesRequests === true) this.#finishRequests(run, ctx);
    this.#end(run, code, ctx, true);
  }

  /** What was accepted and only waits for its latency is answered now, before the process is gone. */
  #finishRequests(run: ContainerRun, ctx: ProcessContext): void {
    for (const timer of [...run.timers]) {
      const [, , what, id = ""] = timer.split("/");
      if (what !== "late" && what !== "cpu") continue;
      run.timers.delete(timer);
      ctx.cancelTimer(timer);
      if (what === "late") this.#deliver(run, id, ctx);
      this.answerDue(run, ctx, id);
    }
  }

  #timer(key: string, ctx: ProcessContext): void {
    if (key === "pull") return this.#pulled(ctx);
    if (key === "memory") return this.checkUse(ctx);
    const parts = key.split("/");
    if (parts[0] === "sandbox") return this.#sandboxUp(parts[1] ?? "", ctx);
    if (parts[0] === "call") return this.#callEnded(this.calls.timedOut(ctx, parts[1] ?? ""), ctx);
    const run = this.byId(parts[1] ?? "");
    if (run === null || run.value === "exited") return;
    run.timers.delete(key);
    const name = parts.length === 4 ? (parts[3] ?? "") : parts.slice(3).join("/");
    switch (parts[2]) {
      case "t":
        return this.isHung(run) ? undefined : this.dispatch(run, { type: "timer", key: name }, ctx, null);
      case "a":
        return this.dispatch(run, { type: "api", event: { type: "timer", key: name } }, ctx, null);
      case "late":
        return this.#deliver(run, name, ctx);
      case "cpu":
        return this.answerDue(run, ctx, name);
      case "exec":
        return this.execTimer(run, name, ctx);
      default:
        return this.#systemTimer(run, name, ctx);
    }
  }

  #systemTimer(run: ContainerRun, name: string, ctx: ProcessContext): void {
    switch (name) {
      case "start":
        return this.#startContainer(run, ctx);
      case "boot":
        return this.#boot(run, ctx);
      case "term":
        return this.#terminate(run, ctx);
      case "kill":
        return this.#end(run, 137, ctx, true);
      case "oom":
        return this.outOfMemory(run, ctx);
      case "crash":
        return this.#end(run, numberParam(run.spec.behaviour, "exit-code") ?? 1, ctx, true);
      case "SIGTERM": case "SIGINT": case "SIGHUP":
        return this.dispatch(run, { type: "signal", name }, ctx, null);
    }
  }

  #setSystemTimer(run: ContainerRun, ctx: ProcessContext, name: string, delayUs: number): void {
    const key = `c/${run.id}/s/${name}`;
    run.timers.add(key);
    ctx.setTimer(key, delayUs);
  }

  #request(packet: Packet, way: Way, owner: string | null, ctx: ProcessContext): void {
    const run = owner === null ? undefined : this.owners.get(owner);
    if (run === undefined || run.value !== "running" || this.pending.size >= mostPending || this.#faults.isSilent(run, packet.payload)) return;
    const id = `r${this.#nextRequest++}`;
    this.pending.set(id, { container: run.id, packet, way, through: noHops });
    if (this.isHung(run)) return;
    const latencyMs = numberParam(run.spec.behaviour, "latency-ms") ?? 0;
    if (latencyMs <= 0) return this.#deliver(run, id, ctx);
    const key = `c/${run.id}/late/${id}`;
    run.timers.add(key);
    ctx.setTimer(key, latencyMs * 1000);
  }

  #deliver(run: ContainerRun, id: string, ctx: ProcessContext): void {
    const pending = this.pending.get(id);
    if (pending === undefined) return;
    const { payload, toPort, fromIp } = pending.packet;
    if (payload.type === "http") {
      const error = injectedError(run.spec.behaviour, (this.nowUs(ctx) - run.startedAtUs) / 1000, ctx.random, `behaviour/${run.spec.namespace}/${run.spec.podName}/${run.spec.name}`);
      if (error !== null) return this.answer(run, ctx, id, { type: "httpResponse", response: error });
      return this.dispatch(run, { type: "http", id, port: toPort, from: fromIp, request: payload.request }, ctx, id);
    }
    this.dispatch(run, { type: "packet", id, port: toPort, from: fromIp, payload }, ctx, id);
  }

  #callEnded(end: CallEnd | null, ctx: ProcessContext): void {
    if (end === null || this.streamAnswer(end, ctx)) return;
    const run = this.byId(end.container);
    if (run === null || run.value === "exited") return;
    const pending = end.within === null ? undefined : this.pending.get(end.within);
    if (pending !== undefined && end.within !== null && end.hops.length > 0) this.pending.set(end.within, { ...pending, through: [...pending.through, ...end.hops] });
    const tag = isJsonObject(end.tag) && end.tag["exec"] !== undefined ? end.tag : null;
    if (tag !== null) return this.execAnswer(run, tag, end, ctx);
    if (!this.isHung(run)) this.dispatch(run, { type: "answer", tag: end.tag, payload: end.payload, failure: end.failure }, ctx, end.within);
  }

  // ── The API server, for programs ─────────────────────────────────────────

  #apiRoute(message: Extract<FromNet, { type: "apiRoute" }>, ctx: ProcessContext): void {
    const event = this.api.routed(ctx, message.tag as string, message.server);
    const run = event === null ? null : this.byId(event.container);
    if (event !== null && run !== null) this.dispatch(run, { type: "api", event: event.event }, ctx, null);
  }

  #apiEvent(event: ProcessEvent, ctx: ProcessContext): void {
    const translated = this.api.translate(event);
    const run = translated === null ? null : this.byId(translated.container);
    if (translated !== null && run !== null && !this.isHung(run)) this.dispatch(run, { type: "api", event: translated.event }, ctx, null);
  }

  // ── Faults ───────────────────────────────────────────────────────────────

  #fault(message: Json, ctx: ProcessContext): void {
    if (!isJsonObject(message)) return;
    const id = String(message["id"]);
    const target = String(message["target"]);
    const params = isJsonObject(message["params"]) ? message["params"] : {};
    if (message["type"] === "clearFault") {
      this.images.clearFault(id);
      this.#faults.end(id);
      return this.release(id, ctx);
    }
    switch (message["fault"]) {
      case "image-missing":
        return this.images.setMissing(id, target);
      case "pull-slow":
        return this.images.setSlow(id, target, Number(params["factor"] ?? 10));
      case "memory-hog":
      case "disk-full":
        return this.fill(id, message["fault"], Number(params["freeMegabytes"] ?? 0) * 1_048_576, ctx);
      case "container-hang": case "dns-down":
        return this.#faults.begin({ id, fault: message["fault"], target });
      case "container-kill": case "container-oom":
        for (const run of this.runs.values()) {
          if (run.value !== "running" || !isTarget(run, target)) continue;
          if (message["fault"] === "container-oom") this.killForMemory(run, ctx);
          else this.killOnPurpose(run, ctx);
        }
    }
  }

  protected endRun(run: ContainerRun, exitCode: number, ctx: ProcessContext, reason: string): void {
    this.#end(run, exitCode, ctx, true, reason);
  }

  protected isHung(run: ContainerRun): boolean {
    return this.#faults.isHung(run);
  }
}
