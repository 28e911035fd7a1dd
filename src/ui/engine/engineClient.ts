import type { ApiRequest, ApiResponse, Verb } from "../../apimachinery/apiRequest.ts";
import type { Json } from "../../base/json.ts";
import type { ClusterCommand, ClusterRecording } from "../../cluster/commands.ts";
import type { EngineQuestion, Frame, FromEngine } from "../../hosts/protocol.ts";
import type { SimTime } from "../../sim/time.ts";
import type { EngineLink } from "./engineLink.ts";

export interface PageRequest {
  readonly verb: Verb;
  readonly path: string;
  readonly query?: Readonly<Record<string, string>>;
  readonly contentType?: string;
  readonly accept?: string;
  readonly body?: Json;
}

export interface EngineListener {
  frame(frame: Frame): void;
  notice(message: string): void;
  failed(message: string, recording: ClusterRecording): void;
  /** `saved`: the run that was open last in this browser. */
  ready(engine: string, saved: ClusterRecording | null): void;
}

/** The person at the page: the same identity that the gateway's kubeconfig carries. */
const person = { type: "user", name: "kubernetes-admin", groups: ["system:masters"] } as const;

function apiRequest(id: number, request: PageRequest): ApiRequest {
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
  };
}

/** Questions and commands to the engine as promises; frames and notices to one listener. */
export class EngineClient {
  readonly #link: EngineLink;
  readonly #waiting = new Map<number, (value: never) => void>();
  #nextId = 1;

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
      case "failed":
        return listener.failed(message.message, message.recording);
      case "ready":
        return listener.ready(message.engine, message.saved ?? null);
      case "stream":
        return;
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

  open(recording: ClusterRecording, at?: SimTime, paused = false): void {
    this.#link.post({ type: "open", recording, ...(at === undefined ? {} : { at }), ...(paused ? { paused } : {}) });
  }

  /** A write: journaled, and part of the run's history. */
  write(request: PageRequest): Promise<ApiResponse> {
    return this.#ask((id) => this.#link.post({ type: "command", id, command: { type: "api", request: apiRequest(id, request) } }));
  }

  /** Faults, traffic, components: journaled. Settles with why it cannot be done, or with null. */
  submit(command: Exclude<ClusterCommand, { type: "api" }>): Promise<string | null> {
    return this.#ask((id) => this.#link.post({ type: "command", id, command }));
  }

  /** A read: outside history. */
  read(request: PageRequest): Promise<ApiResponse> {
    return this.#ask((id) => this.#link.post({ type: "observe", id, request: apiRequest(id, request) }));
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

  /** Whether frames carry a topic. */
  subscribe(topic: "objects" | "trace" | "flows", on: boolean): void {
    this.#link.post({ type: "subscribe", topic, on });
  }

  step(by: "event" | "reconcile" | "second"): void {
    this.#link.post({ type: "step", by });
  }

  close(): void {
    this.#link.close();
  }
}
