import type { Json } from "../../../base/json.ts";
import { formatRfc3339 } from "../../../base/rfc3339.ts";
import type { Program, ProgramContext, ProgramEvent } from "../program.ts";
import { array, bulk, failure, none, ok, splitCommand } from "./protocol.ts";
import { expire, runCommand, type RedisState } from "./store.ts";

interface State {
  data: RedisState;
  /** Settings of the command line, the file it names, and CONFIG SET. */
  config: Readonly<Record<string, string>>;
  /** Who waits for a list: BRPOP and BLPOP. */
  blocked: { readonly id: string; readonly keys: readonly string[]; readonly left: boolean; readonly untilUs: number }[];
  /** Identity of this data set: a leader that lost its memory has a new one, so its followers copy all again. */
  replicationId: string;
  offset: number;
  leader: { readonly host: string; readonly port: number } | null;
  linked: boolean;
  /** Followers that wait for the next write: request ids and what they have. */
  waiting: { readonly id: string; readonly offset: number }[];
}

const defaults: Readonly<Record<string, string>> = { port: "6379", maxmemory: "0", "maxmemory-policy": "noeviction", appendonly: "no", save: "3600 1 300 100 60 10000", requirepass: "", databases: "16" };
const dump = "/data/dump.rdb";
const pollUs = 50_000_000;
const patienceUs = 60_000_000;
const retryUs = 1_000_000;
const mostWaiting = 256;

/**
 * redis-server with strings, counters, lists, hashes and sets, expiry, and one-way replication. A follower asks for what comes after its offset and the leader
 * answers with the next write (a long poll in place of redis' stream). NOT IMPLEMENTED: sorted sets, streams,
 * transactions, pub/sub, cluster, sentinel, eviction by maxmemory.
 */
export class RedisServer implements Program {
  readonly #args: readonly string[];
  #state: State = { data: { data: {}, expires: {} }, config: defaults, blocked: [], replicationId: "", offset: 0, leader: null, linked: false, waiting: [] };

  constructor(args: readonly string[]) {
    this.#args = args;
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
        else if (event.key === "blocked") this.#unblock(ctx);
        return;
      case "signal":
        if (event.name !== "SIGTERM" && event.name !== "SIGINT") return;
        this.#say(ctx, "User requested shutdown...");
        ctx.writeFile(dump, JSON.stringify(this.#state.data));
        this.#say(ctx, "Redis is now ready to exit, bye bye...");
        return ctx.exit(0);
      default:
        return;
    }
  }

  snapshot(): Json {
    return { ...this.#state, waiting: [...this.#state.waiting], blocked: [...this.#state.blocked] } as unknown as Json;
  }

  restore(state: Json): void {
    const saved = state as unknown as State;
    this.#state = { ...saved, waiting: [...saved.waiting], blocked: [...saved.blocked] };
  }

  #start(ctx: ProgramContext): void {
    const config = configOf(this.#args, ctx);
    if (typeof config === "string") {
      ctx.log(config, "stderr");
      return ctx.exit(1);
    }
    this.#state.config = config;
    const [host, leaderPort] = (config["replicaof"] ?? config["slaveof"] ?? "").split(/\s+/);
    if (host !== undefined && host !== "") this.#state.leader = { host, port: Number(leaderPort ?? 6379) };
    const saved = ctx.readFile(dump);
    if (saved !== null) this.#state.data = readDump(saved);
    const random = ctx.random.fork("redis");
    for (let word = 0; word < 5; word++) this.#state.replicationId += random.int(0, 0xffff_ffff).toString(16).padStart(8, "0");
    this.#say(ctx, "oO0OoO0OoO0Oo Redis is starting oO0OoO0OoO0Oo", "C");
    ctx.listen(Number(this.#state.config["port"] ?? 6379));
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
    if (name === "AUTH") {
      const wanted = this.#state.config["requirepass"] ?? "";
      const right = words[words.length - 1] === wanted;
      return ctx.answer(id, { type: "bytes", text: wanted === "" ? failure("ERR AUTH <password> called without any password configured for the default user. Are you sure your configuration is correct?") : right ? ok : failure("WRONGPASS invalid username-password pair or user is disabled.") });
    }
    if (name === "CONFIG") return ctx.answer(id, { type: "bytes", text: this.#configure(words) });
    if (name === "ROLE") return ctx.answer(id, { type: "bytes", text: array([this.#state.leader === null ? "master" : "slave"]) });
    this.#state.data = expire(this.#state.data, this.#nowMs(ctx));
    if (name === "BRPOP" || name === "BLPOP" || name === "BRPOPLPUSH") return this.#block(id, words, name, ctx);
    if (name === "INFO") return ctx.answer(id, { type: "bytes", text: bulk(this.#info()) });
    if (name === "REPLICAOF" || name === "SLAVEOF") {
      this.#state.leader = words[1]?.toUpperCase() === "NO" ? null : { host: words[1] ?? "", port: Number(words[2] ?? 6379) };
      if (this.#state.leader !== null) this.#sync(ctx);
      return ctx.answer(id, { type: "bytes", text: ok });
    }
    ctx.answer(id, { type: "bytes", text: this.#apply(words, ctx) });
    if (this.#state.blocked.length > 0) this.#unblock(ctx);
  }

  #nowMs(ctx: ProgramContext): number {
    return Math.floor((ctx.epochUs + ctx.clock()) / 1000);
  }

  /** Runs a command on the data; its reply. */
  #apply(words: readonly string[], ctx: ProgramContext): string {
    const { reply, state } = runCommand(this.#state.data, words, this.#nowMs(ctx));
    if (state === null) return reply;
    if (this.#state.leader !== null) return failure("READONLY You can't write against a read only replica.");
    this.#state.data = state;
    this.#state.offset += 1;
    this.#feed(ctx);
    return reply;
  }

  #configure(words: readonly string[]): string {
    const [, what = "", pattern = "", value = ""] = words;
    if (what.toUpperCase() === "SET") {
      this.#state.config = { ...this.#state.config, [pattern.toLowerCase()]: value };
      return ok;
    }
    if (what.toUpperCase() !== "GET") return ok;
    const names = Object.keys(this.#state.config).filter((name) => pattern === "*" || name === pattern.toLowerCase() || (pattern.endsWith("*") && name.startsWith(pattern.slice(0, -1).toLowerCase())));
    return array(names.flatMap((name) => [name, this.#state.config[name] ?? ""]));
  }

  #block(id: string, words: readonly string[], name: string, ctx: ProgramContext): void {
    const seconds = Number(words[words.length - 1]);
    const keys = name === "BRPOPLPUSH" ? words.slice(1, 3) : words.slice(1, -1);
    if (!Number.isFinite(seconds) || seconds < 0 || keys.length === 0) return ctx.answer(id, { type: "bytes", text: failure("ERR timeout is not a float or out of range") });
    const waitUs = seconds === 0 ? pollUs : Math.min(pollUs, seconds * 1_000_000);
    const blocked = { id, keys: name === "BRPOPLPUSH" ? [`\u0000${keys[0] ?? ""}`, keys[1] ?? ""] : keys, left: name === "BLPOP", untilUs: ctx.clock() + waitUs };
    if (this.#state.blocked.length < mostWaiting) this.#state.blocked.push(blocked);
    this.#unblock(ctx);
  }

  /** Gives those who wait for a list what has come, oldest first, and nothing to those whose time is over. */
  #unblock(ctx: ProgramContext): void {
    const waiting = this.#state.blocked;
    this.#state.blocked = [];
    for (const one of waiting) {
      const moves = one.keys[0]?.startsWith("\u0000") === true;
      const keys = moves ? [(one.keys[0] ?? "").slice(1)] : one.keys;
      const key = keys.find((each) => Array.isArray(this.#state.data.data[each]));
      if (key !== undefined) {
        const reply = this.#apply(moves ? ["RPOPLPUSH", key, one.keys[1] ?? ""] : [one.left ? "LPOP" : "RPOP", key], ctx);
        ctx.answer(one.id, { type: "bytes", text: moves || reply.startsWith("-") ? reply : `*2\r\n${bulk(key)}${reply}` });
      } else if (one.untilUs <= ctx.clock()) ctx.answer(one.id, { type: "bytes", text: none });
      else this.#state.blocked.push(one);
    }
    const next = Math.min(...this.#state.blocked.map((one) => one.untilUs));
    if (Number.isFinite(next)) ctx.setTimer("blocked", Math.max(1, next - ctx.clock()));
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
    const copy = JSON.parse(text) as { replicationId: string; offset: number; data: RedisState };
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

/** Settings from the command line and the file that it names; an error text where that is missing. */
function configOf(args: readonly string[], ctx: ProgramContext): Readonly<Record<string, string>> | string {
  const config: Record<string, string> = { ...defaults };
  const [file] = args;
  if (file !== undefined && !file.startsWith("-")) {
    const text = ctx.readFile(file);
    if (text === null) return `*** FATAL CONFIG FILE ERROR (Redis 7.2.5) ***\nCan't open the config file '${file}': No such file or directory`;
    for (const line of text.split("\n")) {
      const [name = "", ...rest] = line.trim().split(/\s+/);
      if (name !== "" && !name.startsWith("#")) config[name.toLowerCase()] = sized(rest.join(" ").replace(/^"(.*)"$/, "$1"), name);
    }
  }
  for (let at = 0; at < args.length; at++) {
    const name = /^--(.+)$/.exec(args[at] ?? "")?.[1];
    if (name === undefined) continue;
    const values: string[] = [];
    while (at + 1 < args.length && !(args[at + 1] ?? "").startsWith("--")) values.push(args[++at] ?? "");
    config[name] = sized(values.join(" "), name);
  }
  return config;
}

/** "2mb" in bytes, as redis tells it. */
function sized(value: string, name: string): string {
  const match = /^([0-9]+)(kb|mb|gb|k|m|g)?$/i.exec(value);
  if (match === null || name !== "maxmemory") return value;
  return String(Number(match[1]) * ({ k: 1000, m: 1_000_000, g: 1_000_000_000, kb: 1024, mb: 1_048_576, gb: 1_073_741_824 }[(match[2] ?? "").toLowerCase()] ?? 1));
}

/** What a dump holds; nothing where it is none of ours. */
function readDump(text: string): RedisState {
  try {
    const value = JSON.parse(text) as Partial<RedisState>;
    return { data: value.data ?? {}, expires: value.expires ?? {} };
  } catch {
    return { data: {}, expires: {} };
  }
}
