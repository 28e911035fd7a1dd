import type { Json } from "../../../base/json.ts";
import { asksOnce, LineServer, oneShot, programsWithShell, usualPath } from "../ownPrograms.ts";
import type { ImageDefinition, Program, ProgramContext } from "../program.ts";
import { debianFlavours, tagExists } from "../tags.ts";

interface Member {
  readonly [key: string]: Json;
  readonly ip: string;
  readonly id: string;
  readonly dc: string;
  readonly rack: string;
  readonly up: boolean;
  /** Rounds of gossip in which it said nothing. */
  readonly silent: number;
}
interface State {
  readonly [key: string]: Json;
  readonly members: readonly Member[];
  readonly joined: boolean;
  readonly drained: boolean;
}

const startUs = 20_000_000;
const gossipUs = 5_000_000;
const gossipPort = 7000;
const folder = "/cassandra_data";

/** Members by host id; a later address of the same machine takes the place of the earlier. */
function merged(known: readonly Member[], told: readonly Member[]): readonly Member[] {
  const byId = new Map(known.map((member) => [member.id, member]));
  for (const member of told) if (!byId.has(member.id)) byId.set(member.id, member);
  return [...byId.values()];
}

/** A Cassandra node as its StatefulSet tutorial sees it: it joins by its seeds, gossips, and tells nodetool. NOT IMPLEMENTED: data and CQL. */
function cassandra(): Program {
  const ipOf = (ctx: ProgramContext): string => ctx.env["POD_IP"] ?? ctx.podIp;
  const seeds = (ctx: ProgramContext): readonly string[] => (ctx.env["CASSANDRA_SEEDS"] ?? "").split(",").map((seed) => seed.trim()).filter((seed) => seed !== "");
  const tell = (state: State, to: string, ctx: ProgramContext, tag: Json): void => ctx.call({ host: to, port: gossipPort }, { type: "bytes", text: JSON.stringify({ gossip: state.members }) }, tag, 4_000_000);
  return new LineServer<State>({
    ports: [], exitOnTerm: 143,
    begin: (ctx) => {
      const random = ctx.random.fork("host-id");
      const saved = ctx.readFile(`${folder}/host-id`);
      const id = saved ?? [8, 4, 4, 4, 12].map((size) => Array.from({ length: size }, () => random.int(0, 15).toString(16)).join("")).join("-");
      ctx.tryWriteFile(`${folder}/host-id`, id);
      ctx.hold(0);
      ctx.log("INFO  Starting up server gossip");
      ctx.setTimer("join", startUs);
      return { members: [{ ip: ipOf(ctx), id, dc: ctx.env["CASSANDRA_DC"] ?? "datacenter1", rack: ctx.env["CASSANDRA_RACK"] ?? "rack1", up: true, silent: 0 }], joined: false, drained: false };
    },
    timer: (_key, state, ctx) => {
      if (!state.joined) for (const port of [gossipPort, 7199, 9042]) ctx.listen(port);
      if (!state.joined) ctx.log(`INFO  Node ${ipOf(ctx)} state jump to NORMAL`);
      const others = state.members.filter((member) => member.ip !== ipOf(ctx));
      for (const member of others) tell(state, member.ip, ctx, ["member", member.id]);
      if (others.length === 0) for (const seed of seeds(ctx)) tell(state, seed, ctx, ["seed", seed]);
      ctx.setTimer("gossip", gossipUs);
      return { ...state, joined: true };
    },
    answer: (tag, text, state, ctx) => {
      const [kind, id] = tag as readonly [string, string];
      const told = text === null ? null : read(text);
      if (told !== null) {
        const members = merged(state.members, told).map((member) => (kind === "member" && member.id === id ? { ...member, up: true, silent: 0 } : member));
        if (members.length > state.members.length) ctx.log(`INFO  Node ${members[members.length - 1]?.ip ?? ""} is now part of the cluster`);
        return { ...state, members };
      }
      if (kind !== "member") return state;
      return {
        ...state,
        members: state.members.map((member) => {
          if (member.id !== id) return member;
          if (member.up && member.silent >= 1) ctx.log(`INFO  InetAddress /${member.ip} is now DOWN`);
          return { ...member, silent: member.silent + 1, up: member.silent < 1 };
        }),
      };
    },
    respond: (text, state, ctx) => {
      const told = read(text);
      if (told !== null) {
        const known = state.members.map((member) => { const fresh = told[0]?.id === member.id ? told[0] : undefined; return fresh === undefined || member.ip === ipOf(ctx) ? member : { ...member, ip: fresh.ip, up: true, silent: 0 }; });
        const members = merged(known, told);
        return { state: { ...state, members }, text: JSON.stringify({ gossip: members }) };
      }
      if (text === "drain") return { state: { ...state, drained: true }, text: "drained" };
      if (text === "status") return { state, text: statusText(state, ctx) };
      return { state, text: "" };
    },
  });
}

function read(text: string): readonly Member[] | null {
  if (!text.startsWith("{")) return null;
  try {
    const { gossip } = JSON.parse(text) as { gossip?: readonly Member[] };
    return Array.isArray(gossip) ? (gossip as readonly Member[]).slice(0, 200) : null;
  } catch {
    return null;
  }
}

function statusText(state: State, ctx: ProgramContext): string {
  const name = ctx.env["CASSANDRA_DC"] ?? "datacenter1";
  const width = Math.max(7, ...state.members.map((member) => member.ip.length));
  const owns = `${(100 / Math.max(1, state.members.length)).toFixed(1)}%`;
  const rows = state.members.map((member) => `${member.up ? "UN" : "DN"}  ${member.ip.padEnd(width)}  103.25 KiB  32           ${owns.padEnd(16)}  ${member.id}  ${member.rack}`);
  return `Datacenter: ${name}\n${"=".repeat(12 + name.length)}\nStatus=Up/Down\n|/ State=Normal/Leaving/Joining/Moving\n--  ${"Address".padEnd(width)}  Load        Tokens       Owns (effective)  Host ID                               Rack\n${rows.join("\n")}\n`;
}

function nodetool(args: readonly string[]): Program {
  const command = args.find((arg) => !arg.startsWith("-")) ?? "help";
  if (command !== "status" && command !== "drain") {
    return oneShot((ctx) => {
      ctx.log(`[orrery] nodetool ${command} is not simulated; simulated are status and drain`, "stderr");
      return 1;
    });
  }
  return asksOnce({
    host: () => ({ host: "127.0.0.1", port: 7199 }), text: () => command,
    answered: (text, ctx) => { if (command === "status") ctx.log(text); return 0; },
    failed: (_why, ctx) => { ctx.log("nodetool: Failed to connect to '127.0.0.1:7199' - ConnectException: 'Connection refused (Connection refused)'.", "stderr"); return 1; },
  });
}

const programs = { cassandra, "run.sh": cassandra, nodetool, cqlsh: () => oneShot((ctx) => { ctx.log("[orrery] CQL is not simulated", "stderr"); return 1; }) };
const probe = "#!/bin/bash\nif [[ $(nodetool status | grep $POD_IP) == *\"UN\"* ]]; then\n  exit 0;\nelse\n  exit 1;\nfi\n";

export const cassandraImage: ImageDefinition = {
  names: ["gcr.io/google-samples/cassandra", "cassandra"], tagExists: (tag) => /^v1[0-9]$/.test(tag) || tagExists({ names: ["latest"], minors: { "3": 11, "4": 1, "5": 0 }, flavours: debianFlavours }, tag), sizeBytes: 150_000_000,
  entrypoint: [], command: ["/run.sh"], env: usualPath, exposedPorts: [7000, 7199, 9042], files: { "/ready-probe.sh": probe }, program: programsWithShell(programs, ["docker-entrypoint.sh"]),
};
