import type { Json } from "../../../base/json.ts";
import { formatRfc3339 } from "../../../base/rfc3339.ts";
import type { Program, ProgramContext, ProgramEvent } from "../program.ts";
import { bulk, failure, ok, splitCommand } from "./protocol.ts";
import { runCommand, type RedisData } from "./store.ts";

interface State {
  data: RedisData;
  /** Identity of this data set: a leader that lost its memory has a new one, so its followers copy all again. */
  replicationId: string;
  offset: number;
  leader: { readonly host: string; readonly port: number } | null;
  linked: boolean;
  /** Followers that wait for the next write: request ids and what they have. */
  waiting: { readonly id: string; readonly offset: number }[];
}

const port = 6379;
const dump = "/data/dump.rdb";
const pollUs = 50_000_000;
const patienceUs = 60_000_000;
const retryUs = 1_000_000;
const mostWaiting = 256;

/**
 * redis-server with strings, counters and lists, and one-way replication. A follower asks for what comes after its offset and the leader
 * answers with the next write (a long poll in place of redis' stream). NOT IMPLEMENTED: expiry, other types, transactions, cluster, AUTH.
 */
export class RedisServer implements Program {
  #state: State;

  constructor(args: readonly string[]) {
    const at = args.findIndex((arg) => arg === "--replicaof" || arg === "--slaveof");
    const leader = at < 0 ? null : { host: args[at + 1] ?? "", port: Number(args[at + 2] ?? port) };
    this.#state = { data: {}, replicationId: "", offset: 0, leader, linked: false, waiting: [] };
  }

  handle(event: ProgramEvent, ctx: ProgramContext): void {
    switch (event.type) {
      case "start":
        return this.#start(ctx);
      case "packet":
        if (event.payload.type === "bytes") return this.#command(event.id, event.payload.text, ctx);
        return ctx.answer(event.id, { type: "refused", reason: "it speaks redis' protocol only" });
      case "http":
        return ctx.answer(event.id, { type: "reset", reason: "it speaks redis' protocol only" });
      case "answer":
        if (event.tag === "sync") this.#synced(event.payload?.type === "bytes" ? event.payload.text : null, ctx);
        return;
      case "timer":
        if (event.key === "sync") this.#sync(ctx);
        else if (event.key === "poll") this.#feed(ctx);
        return;
      case "signal":
        if (event.name !== "SIGTERM" && event.name !== "SIGINT") return;
        this.#say(ctx, "User requested shutdown...");
        ctx.tryWriteFile(dump, JSON.stringify(this.#state.data));
        this.#say(ctx, "Redis is now ready to exit, bye bye...");
        return ctx.exit(0);
      default:
        return;
    }
  }

  snapshot(): Json {
    return { ...this.#state, waiting: [...this.#state.waiting] } as unknown as Json;
  }

  restore(state: Json): void {
    const saved = state as unknown as State;
    this.#state = { ...saved, waiting: [...saved.waiting] };
  }

  #start(ctx: ProgramContext): void {
    const saved = ctx.readFile(dump);
    if (saved !== null) this.#state.data = JSON.parse(saved) as RedisData;
    const random = ctx.random.fork("redis");
    for (let word = 0; word < 5; word++) this.#state.replicationId += random.int(0, 0xffff_ffff).toString(16).padStart(8, "0");
    this.#say(ctx, "oO0OoO0OoO0Oo Redis is starting oO0OoO0OoO0Oo", "C");
    ctx.listen(port);
    this.#say(ctx, "Ready to accept connections");
    if (this.#state.leader !== null) this.#sync(ctx);
  }

  #say(ctx: ProgramContext, text: string, role = this.#state.leader === null ? "M" : "S"): void {
    const stamp = formatRfc3339(ctx.epochUs + ctx.clock(), true);
    const months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
    ctx.log(`1:${role} ${stamp.slice(8, 10)} ${months[Number(stamp.slice(5, 7)) - 1] ?? "Jan"} ${stamp.slice(0, 4)} ${stamp.slice(11, 23)} * ${text}`);
  }

  #command(id: string, line: string, ctx: ProgramContext): void {
    ctx.spend(15);
    const words = splitCommand(line);
    const name = (words[0] ?? "").toUpperCase();
    if (name === "PSYNC") return this.#psync(id, words[1] ?? "", Number(words[2] ?? -1), ctx);
    if (name === "INFO") return ctx.answer(id, { type: "bytes", text: bulk(this.#info()) });
    if (name === "REPLICAOF" || name === "SLAVEOF") {
      this.#state.leader = words[1]?.toUpperCase() === "NO" ? null : { host: words[1] ?? "", port: Number(words[2] ?? port) };
      if (this.#state.leader !== null) this.#sync(ctx);
      return ctx.answer(id, { type: "bytes", text: ok });
    }
    const { reply, data } = runCommand(this.#state.data, words);
    if (data !== null && this.#state.leader !== null) return ctx.answer(id, { type: "bytes", text: failure("READONLY You can't write against a read only replica.") });
    if (data !== null) {
      this.#state.data = data;
      this.#state.offset += 1;
    }
    ctx.answer(id, { type: "bytes", text: reply });
    if (data !== null) this.#feed(ctx);
  }

  #psync(id: string, replicationId: string, offset: number, ctx: ProgramContext): void {
    const current = replicationId === this.#state.replicationId && offset === this.#state.offset;
    if (!current || this.#state.waiting.length >= mostWaiting) return this.#send(id, ctx);
    this.#state.waiting.push({ id, offset });
    ctx.setTimer("poll", pollUs);
  }

  /** Everybody who waits gets the data as it now is. */
  #feed(ctx: ProgramContext): void {
    const waiting = this.#state.waiting;
    this.#state.waiting = [];
    for (const { id } of waiting) this.#send(id, ctx);
  }

  #send(id: string, ctx: ProgramContext): void {
    ctx.answer(id, { type: "bytes", text: JSON.stringify({ replicationId: this.#state.replicationId, offset: this.#state.offset, data: this.#state.data }) });
  }

  #sync(ctx: ProgramContext): void {
    const { leader, replicationId, offset, linked } = this.#state;
    if (leader === null) return;
    if (!linked) this.#say(ctx, `Connecting to MASTER ${leader.host}:${leader.port}`);
    ctx.call(leader, { type: "bytes", text: `PSYNC ${linked ? replicationId : "?"} ${linked ? offset : -1}` }, "sync", patienceUs);
  }

  #synced(text: string | null, ctx: ProgramContext): void {
    if (text === null || !text.startsWith("{")) {
      if (this.#state.linked) this.#say(ctx, "Connection with master lost.");
      this.#state.linked = false;
      return ctx.setTimer("sync", retryUs);
    }
    const copy = JSON.parse(text) as { replicationId: string; offset: number; data: RedisData };
    if (!this.#state.linked) this.#say(ctx, "MASTER <-> REPLICA sync: Finished with success");
    this.#state = { ...this.#state, ...copy, linked: true };
    this.#feed(ctx);
    this.#sync(ctx);
  }

  #info(): string {
    const { leader, linked, offset, waiting } = this.#state;
    const lines = leader === null
      ? ["role:master", `connected_slaves:${waiting.length}`, `master_repl_offset:${offset}`]
      : ["role:slave", `master_host:${leader.host}`, `master_port:${leader.port}`, `master_link_status:${linked ? "up" : "down"}`, `slave_repl_offset:${offset}`];
    return `# Replication\r\n${lines.join("\r\n")}\r\n`;
  }
}
