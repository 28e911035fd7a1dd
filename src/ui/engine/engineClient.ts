import type { ApiRequest, ApiResponse, Verb } from "../../apimachinery/apiRequest.ts";
import type { Json } from "../../base/json.ts";
import type { ClusterCommand, ClusterRecording } from "../../cluster/commands.ts";
import type { Breakpoint, BreakpointHit, EngineQuestion, Frame, FromEngine, StreamData, StreamInput, StreamRequest, Topic } from "../../hosts/protocol.ts";
import type { SimTime } from "../../sim/time.ts";
import type { EngineLink } from "./engineLink.ts";

export interface PageRequest {
  readonly verb: Verb;
  readonly path: string;
  readonly query?: Readonly<Record<string, string>>;
  readonly contentType?: string;
  readonly accept?: string;
  readonly body?: Json;
  readonly impersonate?: NonNullable<ApiRequest["impersonate"]>;
}

/** A watch or a session in a container that the page holds. */
export interface PageStream {
  send(input: StreamInput): void;
  close(): void;
}

export interface EngineListener {
  frame(frame: Frame): void;
  notice(message: string): void;
  /** The run was paused at a breakpoint. */
  hit?(hit: BreakpointHit): void;
  failed(message: string, recording: ClusterRecording | null): void;
  /** `saved`: the run that was open last in this browser. */
  ready(engine: string, saved: ClusterRecording | null): void;
}

/** The person at the page: the same identity that the gateway's kubeconfig carries. */
const person = { type: "user", name: "kubernetes-admin", groups: ["system:masters"] } as const;

/** The request with the page's person as its sender. */
export function apiRequest(id: number, request: PageRequest): ApiRequest {
  return {
    id: `page-${id}`,
    verb: request.verb,
    path: request.path,
    query: request.query ?? {},
    contentType: request.contentType ?? "",
    accept: request.accept ?? "",
    userAgent: "orrery-page",
    identity: person,
    body: request.body ?? null,
    ...(request.impersonate === undefined ? {} : { impersonate: request.impersonate }),
  };
}

const noBranch = "it belongs to a moment of the past, and no branch could be made there: return to now, and do it again";
const stopped = "the engine stopped: reload the page to begin again";

/** The answer to what was not put in. */
function notPutIn(message: string): ApiResponse {
  return { code: 409, body: { kind: "Status", apiVersion: "v1", metadata: {}, status: "Failure", message, reason: "Conflict", code: 409 }, warnings: [] };
}

/** Questions and commands to the engine as promises; frames and notices to one listener. */
export class EngineClient {
  readonly #link: EngineLink;
  readonly #waiting = new Map<number, (value: never) => void>();
  readonly #streams = new Map<number, (data: StreamData) => void>();
  #nextId = 1;
  /** It ended for good: who puts something in would wait for ever. */
  #stopped = false;
  /** What has to be done before something is put in, where there is anything to do. Where it cannot be done, false: then nothing is put in. */
  beforeInput: (() => Promise<boolean> | null) | null = null;

  constructor(link: EngineLink, listener: EngineListener) {
    this.#link = link;
    link.listen((message) => this.#receive(message, listener));
  }

  #receive(message: FromEngine, listener: EngineListener): void {
    switch (message.type) {
      case "frame":
        return listener.frame(message.frame);
      case "reply":
        return this.#settle(message.id, message.response);
      case "answer":
        return this.#settle(message.id, message.answer);
      case "notice":
        return listener.notice(message.message);
      case "hit":
        return listener.hit?.(message.hit);
      case "failed":
        this.#stopped = true;
        return listener.failed(message.message, message.recording);
      case "ready":
        return listener.ready(message.engine, message.saved ?? null);
      case "stream": {
        const data = message.data as unknown as StreamData;
        const listener = this.#streams.get(message.id);
        const last = data.type === "refused" || data.type === "failed" || data.type === "ended" || (data.type === "output" && (data.output.type === "exited" || data.output.type === "failed"));
        if (last) this.#streams.delete(message.id);
        return listener?.(data);
      }
    }
  }

  #settle(id: number, value: unknown): void {
    const resolve = this.#waiting.get(id);
    this.#waiting.delete(id);
    resolve?.(value as never);
  }

  #ask<T>(post: (id: number) => void): Promise<T> {
    const id = this.#nextId++;
    return new Promise<T>((resolve) => {
      this.#waiting.set(id, resolve as (value: never) => void);
      post(id);
    });
  }

  #put<T>(post: (id: number) => void, refused: (why: string) => T): Promise<T> {
    if (this.#stopped) return Promise.resolve(refused(stopped));
    const first = this.beforeInput?.() ?? null;
    return first === null ? this.#ask<T>(post) : first.then((done) => (done ? this.#ask<T>(post) : refused(noBranch)));
  }

  open(recording: ClusterRecording, at?: SimTime, paused = false): void {
    this.#stopped = false;
    this.#link.post({ type: "open", recording, ...(at === undefined ? {} : { at }), ...(paused ? { paused } : {}) });
  }

  /** A write: journaled, and part of the run's history. */
  write(request: PageRequest): Promise<ApiResponse> {
    return this.#put((id) => this.#link.post({ type: "command", id, command: { type: "api", request: apiRequest(id, request) } }), notPutIn);
  }

  /** Faults, traffic, components: journaled. Settles with why it cannot be done, or with null. */
  submit(command: Exclude<ClusterCommand, { type: "api" }>): Promise<string | null> {
    return this.#put<string | null>((id) => this.#link.post({ type: "command", id, command }), (why) => why);
  }

  /** A read: outside history. */
  read(request: PageRequest): Promise<ApiResponse> {
    return this.#ask((id) => this.#link.post({ type: "observe", id, request: apiRequest(id, request) }));
  }

  /** Opens a stream; `listener` hears what it says until its last. */
  stream(open: StreamRequest, listener: (data: StreamData) => void): PageStream {
    const id = this.#nextId++;
    this.#streams.set(id, listener);
    this.#link.post({ type: "stream", id, open });
    return {
      send: (input) => this.#link.post({ type: "streamInput", id, input }),
      close: () => {
        if (this.#streams.delete(id)) this.#link.post({ type: "streamClose", id });
      },
    };
  }

  ask<T>(question: EngineQuestion): Promise<T> {
    return this.#ask<T>((id) => this.#link.post({ type: "ask", id, question }));
  }

  setSpeed(speed: number): void {
    this.#link.post({ type: "clock", speed });
  }

  /** Whether anybody looks: an engine behind a hidden page rests after a while. */
  setVisible(on: boolean): void {
    this.#link.post({ type: "visible", on });
  }

  /** Shows another time, or now again; the run goes on. */
  lookAt(at: SimTime | "live"): void {
    this.#link.post({ type: "lookAt", at });
  }

  /** Goes back to that time and makes another future from there. Settles with why it cannot be done, or with null. */
  branch(at: SimTime): Promise<string | null> {
    return this.#ask((id) => this.#link.post({ type: "branch", id, at }));
  }

  /** Whether frames carry a topic. */
  subscribe(topic: Topic, on: boolean): void {
    this.#link.post({ type: "subscribe", topic, on });
  }

  skip(): void {
    this.#link.post({ type: "skip" });
  }

  step(by: "event" | "reconcile" | "second"): void {
    this.#link.post({ type: "step", by });
  }

  /** What the run pauses at from now on. */
  setBreakpoints(breakpoints: readonly Breakpoint[]): void {
    this.#link.post({ type: "setBreakpoints", breakpoints });
  }

  close(): void {
    this.#link.close();
  }
}
