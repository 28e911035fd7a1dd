import { isJsonObject, type Json, type JsonObject } from "../../../base/json.ts";
import { canonicalJson } from "../../../base/canonicalJson.ts";
import { formatRfc3339 } from "../../../base/rfc3339.ts";
import { asksOnce, LineServer, oneShot, programsWithShell, usualPath } from "../ownPrograms.ts";
import type { ImageDefinition, Program, ProgramContext } from "../program.ts";
import { tagExists } from "../tags.ts";
import { MongoSyntaxError, readCall, type MongoCall } from "./shellText.ts";

type Collections = Readonly<Record<string, readonly JsonObject[]>>;
interface State {
  readonly [key: string]: Json;
  /** "database.collection" -> documents. */
  readonly data: Readonly<Record<string, readonly JsonObject[]>>;
  readonly next: number;
}

const file = "/data/db/orrery-data.json";
const mostDocuments = 2_000;
const startUs = 3_000_000;

/** mongod with documents that equal what a filter names. NOT IMPLEMENTED: operators, indexes, aggregation, users, replica sets. */
function mongod(args: readonly string[]): Program {
  const at = args.indexOf("--port");
  const port = at < 0 ? 27_017 : Number(args[at + 1]);
  const line = (ctx: ProgramContext, msg: string): void => ctx.log(JSON.stringify({ t: { $date: `${formatRfc3339(ctx.epochUs + ctx.clock(), true).slice(0, 23)}+00:00` }, s: "I", c: "NETWORK", ctx: "initandlisten", msg }));
  const save = (state: State, ctx: ProgramContext): State => {
    ctx.tryWriteFile(file, JSON.stringify({ data: state.data, next: state.next }));
    return state;
  };
  return new LineServer<State>({
    ports: [], exitOnTerm: 0,
    begin: (ctx) => {
      const saved = parse(ctx.readFile(file));
      ctx.setTimer("ready", startUs);
      line(ctx, "MongoDB starting");
      return { data: (saved?.["data"] ?? {}) as Collections, next: typeof saved?.["next"] === "number" ? saved["next"] : 1 };
    },
    timer: (_key, state, ctx) => {
      ctx.listen(port);
      line(ctx, "Waiting for connections");
      return state;
    },
    respond: (text, state, ctx) => {
      const asked = parse(text);
      const statement = typeof asked?.["statement"] === "string" ? asked["statement"] : "";
      const database = typeof asked?.["database"] === "string" ? asked["database"] : "test";
      const reply = (value: Json): string => JSON.stringify({ value });
      if (/^show (dbs|databases)$/.test(statement)) return { state, text: reply([...new Set(["admin", "config", "local", ...Object.keys(state.data).map((name) => name.split(".")[0] ?? "")])].sort().join("\n")) };
      if (/^show (collections|tables)$/.test(statement)) return { state, text: reply(Object.keys(state.data).filter((name) => name.startsWith(`${database}.`)).map((name) => name.slice(database.length + 1)).sort().join("\n")) };
      try {
        const done = perform(readCall(statement), database, state);
        return { state: done.state === state ? state : save(done.state, ctx), text: reply(done.value) };
      } catch (error) {
        if (!(error instanceof MongoSyntaxError)) throw error;
        return { state, text: JSON.stringify({ error: error.message }) };
      }
    },
    ending: (_state, ctx) => line(ctx, "Received signal: 15 (Terminated)"),
  });
}

function parse(text: string | null): JsonObject | null {
  try {
    const value = text === null ? null : (JSON.parse(text) as Json);
    return value !== null && isJsonObject(value) ? value : null;
  } catch {
    return null;
  }
}

function perform({ collection, method, args, chain }: MongoCall, database: string, state: State): { readonly state: State; readonly value: Json } {
  if (collection === "" || collection === "admin") {
    if (method === "getName") return { state, value: database };
    if (method === "version") return { state, value: "8.2.2" };
    if (["runCommand", "adminCommand", "hello", "isMaster", "stats", "serverStatus"].includes(method)) return { state, value: { ok: 1, ...(method === "hello" || method === "isMaster" ? { ismaster: true } : {}) } };
    throw new MongoSyntaxError(`[orrery] db.${method}() is not simulated`);
  }
  const name = `${database}.${collection}`;
  const documents = Object.hasOwn(state.data, name) ? (state.data[name] ?? []) : [];
  const store = (next: readonly JsonObject[], value: Json, count = state.next): { readonly state: State; readonly value: Json } => ({ state: { ...state, data: { ...state.data, [name]: next }, next: count }, value });
  const [first] = args;
  const filter = first !== undefined && isJsonObject(first) ? first : {};
  const hits = documents.filter((document) => matches(document, filter));
  switch (method) {
    case "insertOne": case "insert": case "insertMany": {
      const added = (Array.isArray(first) ? first : [first]).filter((each): each is JsonObject => each !== undefined && isJsonObject(each as Json));
      if (added.length === 0) throw new MongoSyntaxError("MongoInvalidArgumentError: Document must not be null or undefined");
      if (documents.length + added.length > mostDocuments) throw new MongoSyntaxError("MongoServerError: too many documents for this simulation");
      const made = added.map((document, at) => ({ _id: (state.next + at).toString(16).padStart(24, "0"), ...document }));
      return store([...documents, ...made], method === "insertMany" ? { acknowledged: true, insertedIds: Object.fromEntries(made.map(({ _id }, at) => [String(at), _id])) } : { acknowledged: true, insertedId: made[0]?._id ?? "" }, state.next + made.length);
    }
    case "find": {
      const counts = chain.some((each) => each.method === "count" || each.method === "itcount" || each.method === "size");
      const limit = chain.find((each) => each.method === "limit")?.args[0];
      return { state, value: counts ? hits.length : hits.slice(0, typeof limit === "number" ? limit : 20) };
    }
    case "findOne": return { state, value: hits[0] ?? null };
    case "count": case "countDocuments": case "estimatedDocumentCount": return { state, value: hits.length };
    case "deleteOne": case "deleteMany": case "remove": {
      const gone = method === "deleteOne" ? hits.slice(0, 1) : hits;
      return store(documents.filter((document) => !gone.includes(document)), { acknowledged: true, deletedCount: gone.length });
    }
    case "updateOne": case "updateMany": {
      const set = args[1] !== undefined && isJsonObject(args[1]) ? args[1]["$set"] : undefined;
      if (set === undefined || !isJsonObject(set)) throw new MongoSyntaxError("[orrery] of updates only {$set: ...} is simulated");
      const changed = method === "updateOne" ? hits.slice(0, 1) : hits;
      return store(documents.map((document) => (changed.includes(document) ? { ...document, ...set } : document)), { acknowledged: true, matchedCount: changed.length, modifiedCount: changed.length });
    }
    case "drop": return { state: { ...state, data: Object.fromEntries(Object.entries(state.data).filter(([each]) => each !== name)) }, value: true };
    default: throw new MongoSyntaxError(`[orrery] db.${collection}.${method}() is not simulated`);
  }
}

function matches(document: JsonObject, filter: JsonObject): boolean {
  return Object.keys(filter).every((key) => {
    if (key.startsWith("$") || (isJsonObject(filter[key] ?? null) && Object.keys(filter[key] as JsonObject).some((inner) => inner.startsWith("$")))) throw new MongoSyntaxError("[orrery] operators in filters are not simulated");
    return canonicalJson(document[key] ?? null) === canonicalJson(filter[key] ?? null);
  });
}

/** A value as mongosh shows it. */
function shown(value: Json): string {
  if (typeof value === "string") return value;
  const text = (each: Json): string => {
    if (Array.isArray(each)) return each.length === 0 ? "[]" : `[ ${(each as readonly Json[]).map(text).join(", ")} ]`;
    if (each !== null && isJsonObject(each)) return `{ ${Object.keys(each).map((key) => `${key}: ${key === "_id" || key === "insertedId" ? `ObjectId('${String(each[key])}')` : text(each[key] ?? null)}`).join(", ")} }`;
    return typeof each === "string" ? `'${each}'` : String(each);
  };
  return Array.isArray(value) ? (value as readonly Json[]).map(text).join("\n") : text(value);
}

/** mongosh --eval: one statement. A person's session is not simulated. */
function mongosh(args: readonly string[]): Program {
  const after = (name: string): string | undefined => args.find((arg) => arg.startsWith(`${name}=`))?.slice(name.length + 1) ?? (args.includes(name) ? args[args.indexOf(name) + 1] : undefined);
  const statement = after("--eval");
  const target = args.find((arg, at) => !arg.startsWith("-") && !["--eval", "--host", "--port", "-u", "-p", "--username", "--password", "--authenticationDatabase"].includes(args[at - 1] ?? ""));
  const url = /^(?:mongodb:\/\/)?(?:[^@/]*@)?([A-Za-z0-9.-]+)(?::([0-9]+))?(?:\/([A-Za-z0-9_-]*))?/.exec(target ?? "");
  const isHost = target !== undefined && (target.includes("/") || target.includes(":"));
  if (statement === undefined) return oneShot((ctx) => { ctx.log("[orrery] mongosh is simulated with --eval only", "stderr"); return 1; });
  const host = after("--host") ?? (isHost ? url?.[1] : undefined) ?? "127.0.0.1";
  const database = isHost ? (url?.[3] ?? "test") : (target ?? "test");
  return asksOnce({
    host: () => ({ host, port: Number(after("--port") ?? (isHost ? url?.[2] : undefined) ?? "27017") }), text: () => JSON.stringify({ database: database === "" ? "test" : database, statement }),
    answered: (text, ctx) => {
      const reply = parse(text);
      if (typeof reply?.["error"] === "string") {
        ctx.log(reply["error"], "stderr");
        return 1;
      }
      const value = shown(reply?.["value"] ?? null);
      if (value !== "") ctx.log(value);
      return 0;
    },
    failed: (why, ctx) => { ctx.log(`MongoNetworkError: ${why.startsWith("lookup") ? `getaddrinfo ENOTFOUND ${host}` : `connect ECONNREFUSED ${host}:27017`}`, "stderr"); return 1; },
  });
}

const programs = { mongod, mongosh, mongo: mongosh };
const shelled = programsWithShell(programs, ["docker-entrypoint.sh"]);

export const mongoImage: ImageDefinition = {
  names: ["mongo"], tagExists: (tag) => tagExists({ names: ["latest"], minors: { "3": 6, "4": 4, "5": 0, "6": 0, "7": 0, "8": 2 }, flavours: ["jammy", "noble", "focal", "bionic", "xenial"] }, tag), sizeBytes: 290_000_000,
  entrypoint: ["docker-entrypoint.sh"], command: ["mongod"], env: usualPath, exposedPorts: [27_017], files: {},
  // Its entrypoint starts the server where the pod gives options alone.
  program: (command) => shelled(command[0] === "docker-entrypoint.sh" && (command[1] ?? "").startsWith("-") ? ["mongod", ...command.slice(1)] : command),
};
