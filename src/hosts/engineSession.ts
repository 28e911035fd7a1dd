import type { ApiRequest } from "../apimachinery/apiRequest.ts";
import { showsDocuments } from "../apiserver/clientDocuments.ts";
import type { Json } from "../base/json.ts";
import type { ClusterSpec } from "../cluster/clusterSpec.ts";
import type { ClusterRecording } from "../cluster/commands.ts";
import { simTime } from "../sim/time.ts";
import { ClusterEngine } from "./clusterEngine.ts";
import { engineName } from "./engineName.ts";
import { isPromise, whenDone, type HostPort, type MaybePromise } from "./hostPort.ts";
import { protocolVersion, type FromEngine, type ToEngine } from "./protocol.ts";
import { SessionStreams } from "./sessionStreams.ts";
import type { Shelf } from "./shelf.ts";
import type { WallClock } from "./wallClock.ts";

export interface SessionOptions {
  readonly post: (message: FromEngine) => void;
  readonly clock: WallClock;
  readonly openHost: (index: number) => HostPort<ClusterSpec>;
  /** How many threads a cluster of so many nodes is given, the engine's own included. */
  readonly hostsFor: (nodes: number) => number;
  readonly shelf: Shelf | null;
  /** Lays what clients read where the API server finds it; called before the first answer that shows any of it. */
  readonly loadDocuments?: () => Promise<void>;
  /** What a cluster boots without, and nothing that is put in is taken without; null where it is there. */
  readonly arrives?: Promise<void> | null;
}

const bootAddons: ReadonlySet<string> = new Set(["coredns", "ingress-nginx", "cloud", "local-path"]);
const leastMemoryBytes = 1024 * 1024 * 1024;
const leastDiskBytes = 8 * 1024 * 1024 * 1024;

/** Whether a cluster boots without any part that comes later: the usual addons, and nodes as usual that are not short of memory or disk from the first moment. */
function bootsAlone({ addons, nodes, scheduler }: ClusterSpec): boolean {
  return scheduler === undefined && addons.every((addon) => bootAddons.has(addon)) && nodes.every(({ memoryBytes, ephemeralStorageBytes, kubelet, staticPods }) => memoryBytes >= leastMemoryBytes && ephemeralStorageBytes >= leastDiskBytes && kubelet === undefined && staticPods === undefined);
}

/** Whether it may start what is not there at boot. */
function putsIn(message: ToEngine): boolean {
  return message.type === "command" || message.type === "setBreakpoints" || message.type === "stream" || message.type === "branch" || (message.type === "open" && (message.recording.journal.length > 0 || !bootsAlone(message.recording.spec)));
}

/** A page that is not looked at costs nothing after this. */
const pauseHiddenAfterMs = 60_000;

/** Speaks the protocol of the page for one engine at a time. */
export class EngineSession {
  private readonly options: SessionOptions;
  private engine: ClusterEngine | null = null;
  /** Made when the page opens its first: what they are made of comes after the boot. */
  private streams: SessionStreams | null = null;
  private documented = false;
  /** What came in before all of the engine was there, in its order; null once it is. */
  private held: ToEngine[] | null = null;

  constructor(options: SessionOptions) {
    this.options = options;
    if (options.arrives !== undefined && options.arrives !== null) this.holdUntil(options.arrives);
    void this.greet();
  }

  receive(message: ToEngine): void {
    if (this.held !== null && (this.held.length > 0 || putsIn(message))) this.held.push(message);
    else this.take(message);
  }

  private holdUntil(arrives: Promise<void>): void {
    this.held = [];
    const release = (): void => {
      const held = this.held ?? [];
      this.held = null;
      for (const message of held) this.take(message);
    };
    arrives.then(release, (error: unknown) => this.options.post({ type: "notice", message: `A part of the engine could not be fetched, so nothing can be put in: load the page again. ${textOf(error)}` }));
  }

  private take(message: ToEngine): void {
    if (message.type === "open") {
      this.open(message.recording, message.at ?? null, message.paused === true);
      return;
    }
    if (this.engine === null) {
      this.refuse(message);
      return;
    }
    try {
      this.pass(message, this.engine);
    } catch (error) {
      this.options.post({ type: "notice", message: `That could not be done: ${textOf(error)}` });
      this.refuse(message);
    }
  }

  close(): void {
    void this.engine?.stop();
    this.engine = null;
  }

  private async greet(): Promise<void> {
    const saved = (await this.options.shelf?.lastRecording()) ?? null;
    this.options.post({ type: "ready", protocol: protocolVersion, engine: engineName, ...(saved === null ? {} : { saved }) });
  }

  private open(recording: ClusterRecording, at: number | null, paused: boolean): void {
    this.streams?.endAll();
    void this.engine?.stop();
    const { post, clock, openHost, hostsFor, shelf } = this.options;
    try {
      const engine = new ClusterEngine({
        recording,
        clock,
        openHost,
        hosts: 1,
        hostsAfterBoot: hostsFor(recording.spec.nodes.length),
        speed: paused ? 0 : 1,
        pauseHiddenAfterMs,
        shelf,
        arrives: this.options.arrives ?? null,
        replayTo: at === null ? null : simTime(at),
        listener: {
          frame: (frame) => {
            if (this.engine === engine) post({ type: "frame", frame });
          },
          notice: (message) => post({ type: "notice", message }),
          hit: (hit) => post({ type: "hit", hit }),
          failed: (message, kept) => post({ type: "failed", message, recording: kept }),
        },
      });
      this.engine = engine;
      engine.start().catch((error: unknown) => post({ type: "failed", message: `The cluster could not be opened: ${textOf(error)}`, recording }));
    } catch (error) {
      post({ type: "failed", message: `The cluster could not be built: ${textOf(error)}`, recording });
    }
  }

  private pass(message: Exclude<ToEngine, { readonly type: "open" }>, engine: ClusterEngine): void {
    const { post } = this.options;
    switch (message.type) {
      case "command": {
        const { command, id } = message;
        if (command.type === "api") {
          void engine.write(command.request).then((response) => post({ type: "reply", id, response }));
          return;
        }
        const refusal = engine.command(command);
        if (refusal !== null) post({ type: "notice", message: refusal });
        post({ type: "answer", id, answer: refusal });
        return;
      }
      case "clock":
        engine.setSpeed(message.speed);
        return;
      case "visible":
        engine.setHidden(!message.on);
        return;
      case "setBreakpoints":
        engine.setBreakpoints(message.breakpoints);
        return;
      case "step":
        this.attempt(engine.step(message.by));
        return;
      case "setChecks":
        post({ type: "notice", message: "Checks of lessons are not simulated yet." });
        return;
      case "observe": {
        const { id } = message;
        this.settle(whenDone(this.documentsFor(message.request), () => engine.read(message.request)), (response) => post({ type: "reply", id, response }));
        return;
      }
      case "stream":
        this.streams ??= new SessionStreams(post);
        this.streams.open(engine, message.id, message.open);
        return;
      case "streamInput":
        this.streams?.send(message.id, message.input);
        return;
      case "streamClose":
        this.streams?.close(message.id);
        return;
      case "ask": {
        const { id } = message;
        this.settle(engine.ask(message.question), (answer) => post({ type: "answer", id, answer }));
        return;
      }
      case "lookAt":
        engine.lookAt(message.at);
        return;
      case "branch":
        this.attempt(engine.branch(message.at));
        return;
      case "subscribe":
        engine.subscribe(message.topic, message.on);
        return;
    }
  }

  private documentsFor({ path, accept }: ApiRequest): MaybePromise<void> {
    const { loadDocuments } = this.options;
    if (this.documented || loadDocuments === undefined || !showsDocuments(path, accept)) return undefined;
    // Where they cannot be had, the answer goes without them, and the next request tries again.
    return loadDocuments().then(() => void (this.documented = true), () => undefined);
  }

  private settle<T>(value: T | Promise<T>, then: (value: T) => void): void {
    if (!isPromise(value)) {
      then(value);
      return;
    }
    value.then(then, (error: unknown) => this.options.post({ type: "notice", message: `A look into the cluster failed: ${textOf(error)}` }));
  }

  private attempt(work: Promise<void>): void {
    work.catch((error: unknown) => this.options.post({ type: "notice", message: `That could not be done: ${textOf(error)}` }));
  }

  /** Questions that no cluster can answer are answered all the same, not forgotten. */
  private refuse(message: ToEngine): void {
    const { post } = this.options;
    const unavailable = { code: 503, body: { kind: "Status", apiVersion: "v1", metadata: {}, status: "Failure", message: "the cluster cannot answer now", reason: "ServiceUnavailable", code: 503 } as Json, warnings: [] };
    if (message.type === "observe" || (message.type === "command" && message.command.type === "api")) post({ type: "reply", id: message.id, response: unavailable });
    else if (message.type === "stream") post({ type: "stream", id: message.id, data: { type: "refused", response: unavailable } as unknown as Json });
    else if (message.type === "ask" || message.type === "command") post({ type: "answer", id: message.id, answer: null });
  }
}

function textOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
