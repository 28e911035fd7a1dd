import type { Json } from "../../base/json.ts";
import type { ProcessContext, ProcessEvent, ProcessId } from "../../sim/process.ts";

interface Channel {
  readonly container: string;
  /** What the program calls its connection. */
  readonly name: string;
  /** The simulation's; null until the node's rules have said where it leads. */
  readonly real: string | null;
}

export interface ApiEvent {
  readonly container: string;
  readonly event: ProcessEvent;
}

/** The connections of programs to the API server: each first asks the node's network whether its rules lead there. */
export class ApiChannels {
  readonly #process: ProcessId;
  readonly #net: ProcessId;
  readonly #channels = new Map<string, Channel>();
  /** The simulation's connection -> the program's. */
  readonly #byReal = new Map<string, string>();
  #next = 1;

  constructor(process: ProcessId, net: ProcessId) {
    this.#process = process;
    this.#net = net;
  }

  connect(ctx: ProcessContext, container: string, ip: string, env: Readonly<Record<string, string>>): string {
    const name = `api-${this.#next++}`;
    this.#channels.set(name, { container, name, real: null });
    const host = env["KUBERNETES_SERVICE_HOST"] ?? "10.96.0.1";
    const port = Number(env["KUBERNETES_SERVICE_PORT"] ?? "443");
    ctx.sendDatagram(this.#net, { type: "openApi", ip, host, port, process: this.#process, tag: name });
    return name;
  }

  /** The network's answer; an event where it is a refusal. */
  routed(ctx: ProcessContext, name: string, server: ProcessId | null): ApiEvent | null {
    const channel = this.#channels.get(name);
    if (channel === undefined || channel.real !== null) return null;
    if (server === null) {
      this.#channels.delete(name);
      return { container: channel.container, event: { type: "disconnected", connection: name, peer: "kubernetes" } };
    }
    const real = ctx.connect(server);
    this.#channels.set(name, { ...channel, real });
    this.#byReal.set(real, name);
    return null;
  }

  send(ctx: ProcessContext, name: string, body: unknown): void {
    const real = this.#channels.get(name)?.real;
    if (real !== undefined && real !== null) ctx.send(real, body);
  }

  disconnect(ctx: ProcessContext, name: string): void {
    const channel = this.#channels.get(name);
    if (channel === undefined) return;
    this.#channels.delete(name);
    if (channel.real === null) return;
    this.#byReal.delete(channel.real);
    ctx.disconnect(channel.real);
  }

  /** An event of the simulation as the program that it is for sees it. */
  translate(event: ProcessEvent): ApiEvent | null {
    if (event.type !== "connected" && event.type !== "disconnected" && event.type !== "received") return null;
    const name = this.#byReal.get(event.connection);
    const channel = name === undefined ? undefined : this.#channels.get(name);
    if (name === undefined || channel === undefined) return null;
    if (event.type === "disconnected") {
      this.#channels.delete(name);
      this.#byReal.delete(event.connection);
    }
    return { container: channel.container, event: { ...event, connection: name } };
  }

  drop(ctx: ProcessContext, container: string): void {
    for (const [name, channel] of this.#channels) if (channel.container === container) this.disconnect(ctx, name);
  }

  snapshot(): Json {
    return { channels: [...this.#channels.values()], next: this.#next } as unknown as Json;
  }

  restore(data: Json): void {
    const saved = data as unknown as { channels: readonly Channel[]; next: number };
    this.#channels.clear();
    this.#byReal.clear();
    for (const channel of saved.channels) {
      this.#channels.set(channel.name, channel);
      if (channel.real !== null) this.#byReal.set(channel.real, channel.name);
    }
    this.#next = saved.next;
  }
}
