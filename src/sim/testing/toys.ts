import type { Json } from "../../base/json.ts";
import type { ConnectionId, Process, ProcessContext, ProcessEvent, ProcessFactory, ProcessId } from "../process.ts";
import { millisecond, type DurationUs } from "../time.ts";

/** Counts what it is asked; answers on connections and datagrams; keeps its count on disk; crashes when told to. */
export class ToyServer implements Process {
  readonly id: ProcessId;
  private asked = 0;
  private clients: ConnectionId[] = [];

  constructor(id: ProcessId) {
    this.id = id;
  }

  handle(event: ProcessEvent, ctx: ProcessContext): void {
    switch (event.type) {
      case "start":
        this.asked = Number(ctx.disk.read("asked") ?? 0);
        return;
      case "connected":
        this.clients = [...this.clients, event.connection];
        return;
      case "disconnected":
        this.clients = this.clients.filter((client) => client !== event.connection);
        return;
      case "received":
        if (event.body === "crash") throw new Error("told to crash");
        this.count(ctx);
        ctx.send(event.connection, { answer: this.asked, to: event.body as Json });
        return;
      case "datagram":
        if (event.body === "crash") throw new Error("told to crash");
        this.count(ctx);
        ctx.explain({ component: this.id, text: `answered ${this.asked}` });
        ctx.sendDatagram(event.from, { answer: this.asked, lucky: ctx.random.int(0, 999) });
        for (const client of this.clients) ctx.send(client, { news: this.asked });
        return;
      case "timer":
        return;
    }
  }

  cost(): number {
    return 150;
  }

  snapshot(): Json {
    return { asked: this.asked, clients: this.clients };
  }

  restore(data: Json): void {
    const saved = data as unknown as { asked: number; clients: ConnectionId[] };
    this.asked = saved.asked;
    this.clients = saved.clients;
  }

  observe(question: Json): Json {
    return { question, asked: this.asked, clients: this.clients.length };
  }

  private count(ctx: ProcessContext): void {
    this.asked++;
    ctx.disk.write("asked", this.asked);
  }
}

/** Keeps a connection to the server and asks at random moments; connects again when it breaks. */
export class ToyClient implements Process {
  readonly id: ProcessId;
  private readonly server: ProcessId;
  private readonly peer: ProcessId;
  private readonly everyUs: DurationUs;
  private connection: ConnectionId | null = null;
  private heard: readonly Json[] = [];

  constructor(id: ProcessId, server: ProcessId, peer: ProcessId, everyUs: DurationUs) {
    this.id = id;
    this.server = server;
    this.peer = peer;
    this.everyUs = everyUs;
  }

  handle(event: ProcessEvent, ctx: ProcessContext): void {
    switch (event.type) {
      case "start":
        this.connection = ctx.connect(this.server);
        ctx.setTimer("ask", ctx.random.int(1, this.everyUs));
        return;
      case "timer":
        this.onTimer(event.key, ctx);
        return;
      case "disconnected":
        if (event.connection !== this.connection) return;
        this.connection = null;
        ctx.setTimer("connect", ctx.random.fork("backoff").int(millisecond, 10 * millisecond));
        return;
      case "received":
      case "datagram":
        this.heard = [...this.heard.slice(-9), event.body as Json];
        if (event.type === "datagram" && ctx.random.chance({ num: 1, den: 3 })) ctx.cancelTimer("gossip");
        return;
      case "connected":
        return;
    }
  }

  cost(event: ProcessEvent): number {
    return event.type === "timer" ? 0 : 40;
  }

  snapshot(): Json {
    return { connection: this.connection, heard: this.heard };
  }

  restore(data: Json): void {
    const saved = data as unknown as { connection: ConnectionId | null; heard: readonly Json[] };
    this.connection = saved.connection;
    this.heard = saved.heard;
  }

  observe(): Json {
    return this.heard;
  }

  private onTimer(key: string, ctx: ProcessContext): void {
    if (key === "connect") this.connection = ctx.connect(this.server);
    if (key === "gossip") ctx.sendDatagram(this.peer, { hello: ctx.clock() });
    if (key !== "ask") return;
    ctx.setTimer("ask", ctx.random.int(1, this.everyUs));
    ctx.setTimer("gossip", ctx.random.int(1, this.everyUs));
    if (this.connection === null) return;
    if (ctx.random.chance({ num: 1, den: 40 })) ctx.disconnect(this.connection);
    else if (ctx.random.chance({ num: 1, den: 200 })) ctx.send(this.connection, "crash");
    else ctx.send(this.connection, { question: ctx.random.fork("words").int(0, 1_000_000) });
  }
}

/** One server in "cp-1" and a client in each of `nodes` groups, which asks within every `everyUs`; they also gossip in a ring. */
export function toyFactories(nodes: number, everyUs: DurationUs = 5 * millisecond): ProcessFactory[] {
  const factories: ProcessFactory[] = [{ id: "cp-1/server", create: () => new ToyServer("cp-1/server") }];
  for (let index = 1; index <= nodes; index++) factories.push(toyClient(`node-${index}`, `node-${(index % nodes) + 1}`, everyUs));
  return factories;
}

export function toyClient(group: string, peerGroup: string, everyUs: DurationUs = 5 * millisecond): ProcessFactory {
  const id = `${group}/client`;
  return { id, create: () => new ToyClient(id, "cp-1/server", `${peerGroup}/client`, everyUs) };
}
