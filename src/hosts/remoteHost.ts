import type { Json } from "../base/json.ts";
import type { ProcessId } from "../sim/process.ts";
import type { SimTime } from "../sim/time.ts";
import type { WindowReport } from "../sim/window.ts";
import { shareParts } from "./packed/shareParts.ts";
import { HostLost, type Grant, type HostAssignment, type HostPort, type SavedProcesses } from "./hostPort.ts";
import type { FromHost, HostResult, ToHost } from "./hostServer.ts";

/** A thread that answers messages in their order: a Node thread, a Web Worker. */
export interface ThreadChannel<Spec> {
  post(message: ToHost<Spec>): void;
  listen(listener: { message(message: FromHost): void; lost(reason: string): void }): void;
  close(): void;
}

interface Waiting {
  readonly resolve: (result: HostResult) => void;
  readonly reject: (error: Error) => void;
}

/** A host in another thread. */
export class RemoteHost<Spec> implements HostPort<Spec> {
  private readonly channel: ThreadChannel<Spec>;
  private waiting: Waiting[] = [];
  private lost: HostLost | null = null;
  /** The states that the last keyframe told, for as long as somebody holds them. */
  private saved: ReadonlyMap<ProcessId, WeakRef<object>> = new Map();

  constructor(channel: ThreadChannel<Spec>) {
    this.channel = channel;
    channel.listen({
      message: (message) => this.settle(message),
      lost: (reason) => this.fail(reason),
    });
  }

  open(assignment: HostAssignment<Spec>): Promise<void> {
    return this.ask({ type: "open", assignment });
  }

  runWindow(grant: Grant): Promise<WindowReport> {
    return this.ask({ type: "window", grant });
  }

  /** A message is new in every part: what has not changed since the last one is that one's, where it is still held, so that it is there once. */
  async keyframe(): Promise<SavedProcesses> {
    const told = await this.ask<SavedProcesses>({ type: "keyframe" });
    const saved = told.map(([id, state]) => [id, shareParts(this.saved.get(id)?.deref() as Json | undefined, state)] as const);
    this.saved = new Map(saved.flatMap(([id, state]) => (typeof state === "object" && state !== null ? [[id, new WeakRef(state)]] : [])));
    return saved;
  }

  restore(saved: SavedProcesses, own: readonly string[]): Promise<SimTime | null> {
    return this.ask({ type: "restore", saved, own });
  }

  observe(process: ProcessId, question: Json, now: SimTime): Promise<Json | null> {
    return this.ask({ type: "observe", process, question, now });
  }

  close(): void {
    this.fail("closed");
    this.channel.close();
  }

  private ask<T>(message: ToHost<Spec>): Promise<T> {
    if (this.lost !== null) return Promise.reject(this.lost);
    return new Promise<T>((resolve, reject) => {
      this.waiting.push({ resolve: resolve as (result: HostResult) => void, reject });
      this.channel.post(message);
    });
  }

  private settle(message: FromHost): void {
    if (message.type === "error") return this.fail(message.message);
    this.waiting.shift()?.resolve(message.result);
  }

  /** An error inside a host that is not a process's crash leaves it in an unknown state: it counts as lost. */
  private fail(reason: string): void {
    if (this.lost !== null) return;
    this.lost = new HostLost(reason);
    const waiting = this.waiting;
    this.waiting = [];
    for (const { reject } of waiting) reject(this.lost);
  }
}
