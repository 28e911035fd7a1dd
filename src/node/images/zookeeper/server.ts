import { isJsonObject, type Json } from "../../../base/json.ts";
import { LineServer } from "../ownPrograms.ts";
import type { Program, ProgramContext } from "../program.ts";

export interface ZooOptions {
  readonly servers: number;
  readonly dataDir: string;
  readonly confDir: string;
  readonly clientPort: number;
}

interface State {
  readonly [key: string]: Json;
  readonly id: number;
  readonly zxid: number;
  readonly tree: Readonly<Record<string, string>>;
  /** When each of the others last answered, in microseconds. */
  readonly heard: Readonly<Record<string, number>>;
  /** A write that waits for the majority: request, text for its client, and how many have it. */
  readonly pending: readonly { readonly [key: string]: Json; readonly id: string; readonly zxid: number; readonly reply: string; readonly acks: number }[];
  /** Clients whose write went on to the leader. */
  readonly handedOn: readonly (readonly [string, string])[];
  readonly next: number;
}

const peerPort = 2888;
const tickUs = 2_000_000;
const silenceUs = 6_500_000;
const mostNodes = 5_000;

/** "zk-0.zk-hs.default.svc.cluster.local" as the pod's hosts file has it. */
export function fullName(ctx: ProgramContext): string {
  for (const line of (ctx.readFile("/etc/hosts") ?? "").split("\n")) for (const name of line.split(/\s+/).slice(1)) if (name.startsWith(`${ctx.hostname}.`)) return name;
  return ctx.hostname;
}

function peerName(id: number, ctx: ProgramContext): string {
  const own = fullName(ctx);
  return own.replace(/-[0-9]+(?=\.|$)/, `-${id - 1}`);
}

/**
 * A ZooKeeper server: every two seconds it tells the others what it has; who hears of more takes it over. The highest number that is
 * heard of leads and takes the writes, which count once a majority has them. NOT IMPLEMENTED: sessions, watches, ephemeral nodes, ACLs.
 */
export function zooServer(options: ZooOptions): Program {
  const others = (state: State): readonly number[] => Array.from({ length: options.servers }, (_, at) => at + 1).filter((id) => id !== state.id);
  const alive = (state: State, nowUs: number): readonly number[] => [state.id, ...others(state).filter((id) => nowUs - (state.heard[id] ?? -silenceUs) < silenceUs)];
  const hasQuorum = (state: State, nowUs: number): boolean => alive(state, nowUs).length > options.servers / 2;
  const leader = (state: State, nowUs: number): number => Math.max(...alive(state, nowUs));
  const file = `${options.dataDir}/version-2/orrery.json`;
  const save = (state: State, ctx: ProgramContext): State => {
    ctx.writeFile(file, JSON.stringify({ zxid: state.zxid, tree: state.tree }));
    return state;
  };
  const take = (state: State, told: Json | undefined, ctx: ProgramContext): State => {
    if (told === undefined || !isJsonObject(told) || typeof told["zxid"] !== "number" || told["zxid"] <= state.zxid || !isJsonObject(told["tree"] ?? null)) return state;
    return save({ ...state, zxid: told["zxid"], tree: told["tree"] as Readonly<Record<string, string>> }, ctx);
  };
  const tell = (state: State, ctx: ProgramContext, ids: readonly number[]): void => {
    for (const id of ids) ctx.call({ host: peerName(id, ctx), port: peerPort }, { type: "bytes", text: JSON.stringify({ from: state.id, zxid: state.zxid, tree: state.tree }) }, ["peer", id, state.zxid], 1_900_000);
  };
  const answerPending = (state: State, ctx: ProgramContext): State => {
    const done = state.pending.filter((write) => write.acks > options.servers / 2);
    for (const write of done) ctx.answer(write.id, { type: "bytes", text: write.reply });
    return done.length === 0 ? state : { ...state, pending: state.pending.filter((write) => !done.includes(write)) };
  };
  return new LineServer<State>({
    ports: [options.clientPort, peerPort, 3888], exitOnTerm: 143,
    begin: (ctx) => {
      const id = Number(/-([0-9]+)$/.exec(ctx.hostname)?.[1] ?? "0") + 1;
      const saved = parsed(ctx.readFile(file));
      ctx.writeFile(`${options.dataDir}/myid`, `${id}\n`);
      ctx.writeFile(`${options.confDir}/zoo.cfg`, configuration(options, ctx));
      ctx.log(`INFO  [main:QuorumPeerConfig@136] - Reading configuration from: ${options.confDir}/zoo.cfg`);
      const fresh: State = { id, zxid: 0, tree: { "/": "", "/zookeeper": "", "/zookeeper/quota": "" }, heard: {}, pending: [], handedOn: [], next: 1 };
      return take(fresh, saved ?? undefined, ctx);
    },
    started: (state, ctx) => {
      ctx.log(`INFO  [QuorumPeer[myid=${state.id}]/0.0.0.0:${options.clientPort}] - LOOKING`);
      tell(state, ctx, others(state));
      ctx.setTimer("tick", tickUs);
      return state;
    },
    timer: (_key, state, ctx) => {
      tell(state, ctx, others(state));
      ctx.setTimer("tick", tickUs);
      return state;
    },
    answer: (tag, text, state, ctx) => {
      const [kind, value, zxid] = tag as readonly [string, Json, number];
      if (kind === "write") {
        const client = state.handedOn.find(([mark]) => mark === value);
        if (client !== undefined) ctx.answer(client[1], { type: "bytes", text: text ?? "ConnectionLoss" });
        return { ...state, handedOn: state.handedOn.filter((each) => each !== client) };
      }
      const told = parsed(text);
      if (told === null) return state;
      const before = hasQuorum(state, ctx.clock());
      const heard = take({ ...state, heard: { ...state.heard, [String(value)]: ctx.clock() } }, told, ctx);
      if (!before && hasQuorum(heard, ctx.clock())) ctx.log(`INFO  [QuorumPeer[myid=${state.id}]/0.0.0.0:${options.clientPort}] - ${leader(heard, ctx.clock()) === state.id ? "LEADING" : "FOLLOWING"}`);
      return answerPending({ ...heard, pending: heard.pending.map((write) => (write.zxid <= zxid ? { ...write, acks: write.acks + 1 } : write)) }, ctx);
    },
    respond: (text, state, ctx, request) => {
      const told = parsed(text);
      if (told !== null && isJsonObject(told)) {
        const from = String(told["from"] ?? "");
        const next = take({ ...state, heard: { ...state.heard, [from]: ctx.clock() } }, told, ctx);
        return { state: next, text: JSON.stringify({ from: state.id, zxid: next.zxid, ...(next.zxid > Number(told["zxid"]) ? { tree: next.tree } : {}) }) };
      }
      const words = text.trim().split(/\s+/);
      const [verb = "", path = "", ...rest] = words;
      if (verb === "ruok") return { state, text: "imok" };
      const quorum = hasQuorum(state, ctx.clock());
      const mode = options.servers === 1 ? "standalone" : leader(state, ctx.clock()) === state.id ? "leader" : "follower";
      if (verb === "stat" || verb === "srvr" || verb === "mntr") return { state, text: quorum ? `Zookeeper version: 3.4.10\nLatency min/avg/max: 0/0/0\nZxid: 0x${state.zxid.toString(16)}\nMode: ${mode}\nNode count: ${Object.keys(state.tree).length}\n` : "This ZooKeeper instance is not currently serving requests\n" };
      if (verb === "conf") return { state, text: configuration(options, ctx) };
      if (!quorum) return { state, text: "ConnectionLoss" };
      const found = Object.hasOwn(state.tree, path) ? state.tree[path] : undefined;
      if (verb === "get") return { state, text: found === undefined ? `Node does not exist: ${path}` : `${found}\ncZxid = 0x100000002\nmZxid = 0x${state.zxid.toString(16)}\ndataVersion = 0\nephemeralOwner = 0x0\ndataLength = ${found.length}\nnumChildren = ${childrenOf(state.tree, path).length}` };
      if (verb === "ls") return { state, text: found === undefined ? `Node does not exist: ${path}` : `[${childrenOf(state.tree, path).join(", ")}]` };
      if (verb !== "create" && verb !== "set" && verb !== "delete" && verb !== "rmr") return { state, text: "ZooKeeper -server host:port cmd args" };
      if (leader(state, ctx.clock()) !== state.id) {
        const mark = `w${state.next}`;
        ctx.call({ host: peerName(leader(state, ctx.clock()), ctx), port: options.clientPort }, { type: "bytes", text }, ["write", mark, 0], 8_000_000);
        return { state: { ...state, next: state.next + 1, handedOn: [...state.handedOn, [mark, request.id]] }, text: null };
      }
      const change = changed(state.tree, verb, path, rest.join(" "));
      if ("error" in change) return { state, text: change.error };
      const zxid = state.zxid + 1;
      const next = save({ ...state, tree: change.tree, zxid, pending: [...state.pending, { id: request.id, zxid, reply: change.reply, acks: 1 }] }, ctx);
      tell(next, ctx, others(next));
      return { state: answerPending(next, ctx), text: null };
    },
  });
}

function childrenOf(tree: Readonly<Record<string, string>>, path: string): readonly string[] {
  const prefix = path === "/" ? "/" : `${path}/`;
  return Object.keys(tree).filter((each) => each !== "/" && each.startsWith(prefix) && !each.slice(prefix.length).includes("/")).map((each) => each.slice(prefix.length)).sort();
}

function changed(tree: Readonly<Record<string, string>>, verb: string, path: string, value: string): { readonly tree: Readonly<Record<string, string>>; readonly reply: string } | { readonly error: string } {
  const has = Object.hasOwn(tree, path);
  if (!path.startsWith("/") || path === "/" || path.endsWith("/")) return { error: `Command failed: java.lang.IllegalArgumentException: Path must start with / character` };
  if (verb === "create") {
    if (has) return { error: `Node already exists: ${path}` };
    if (!Object.hasOwn(tree, path.slice(0, path.lastIndexOf("/")) || "/")) return { error: `Node does not exist: ${path}` };
    if (Object.keys(tree).length >= mostNodes) return { error: "KeeperErrorCode = QuotaExceeded" };
    return { tree: { ...tree, [path]: value }, reply: `Created ${path}` };
  }
  if (!has) return { error: `Node does not exist: ${path}` };
  if (verb === "set") return { tree: { ...tree, [path]: value }, reply: `cZxid = 0x100000002\ndataLength = ${value.length}` };
  if (verb === "delete" && childrenOf(tree, path).length > 0) return { error: `Node not empty: ${path}` };
  return { tree: Object.fromEntries(Object.entries(tree).filter(([each]) => each !== path && !each.startsWith(`${path}/`))), reply: "" };
}

function parsed(text: string | null): Json | null {
  if (text === null || !text.startsWith("{")) return null;
  try {
    return JSON.parse(text) as Json;
  } catch {
    return null;
  }
}

function configuration({ servers, dataDir, clientPort }: ZooOptions, ctx: ProgramContext): string {
  const list = Array.from({ length: servers }, (_, at) => `server.${at + 1}=${peerName(at + 1, ctx)}:2888:3888`);
  return `#This file was autogenerated DO NOT EDIT\nclientPort=${clientPort}\ndataDir=${dataDir}\ndataLogDir=${dataDir}/log\ntickTime=2000\ninitLimit=10\nsyncLimit=5\nmaxClientCnxns=60\nminSessionTimeout=4000\nmaxSessionTimeout=40000\nautopurge.snapRetainCount=3\nautopurge.purgeInteval=12\n${list.join("\n")}\n`;
}
