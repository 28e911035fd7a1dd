import { isJsonObject, type Json } from "../../../base/json.ts";
import type { ProgramContext } from "../program.ts";
import { LineServer } from "../ownPrograms.ts";
import type { Cell, Databases } from "./cells.ts";
import { runSql } from "./engine.ts";
import { SqlError } from "./tokens.ts";
import { readRequest, type SqlReply, type SqlRequest } from "./wire.ts";

/** What tells one server from another. */
export interface SqlServerOptions {
  readonly port: number;
  readonly postgres: boolean;
  readonly folder: string;
  /** Why it cannot begin, as it says itself; null: it can. */
  refuses(ctx: ProgramContext): string | null;
  /** Databases and what else a fresh server has. */
  fresh(ctx: ProgramContext): Databases;
  starting(ctx: ProgramContext, fresh: boolean): readonly string[];
  ready(ctx: ProgramContext): readonly string[];
  stopping(ctx: ProgramContext): readonly string[];
  /** An error where the user may not come in; `local`: by the socket. */
  admits(request: SqlRequest, from: string, local: boolean, ctx: ProgramContext): SqlError | null;
  value(name: string, ctx: ProgramContext, database: string, state: SqlState): Cell | undefined;
  readonly version: (ctx: ProgramContext) => string;
  readonly exitCode: number;
}

export interface SqlState {
  readonly [key: string]: Json;
  readonly databases: Json;
  readonly readOnly: boolean;
  readonly version: number;
  /** Whom a replica copies; "" for none. */
  readonly source: string;
  readonly copies: boolean;
  /** Replicas that wait for the next change. */
  readonly waiting: readonly string[];
}

const freshUs = 8_000_000;
const againUs = 1_500_000;
const pollUs = 50_000_000;
const retryUs = 10_000_000;
const mostWaiting = 64;

/**
 * A server of SQL. Its data are one file of its folder, written with each change. A replica asks its source for what is newer than its
 * own data and gets all of them with the next change: a long poll in place of a binary log.
 */
export function sqlServer(options: SqlServerOptions): LineServer<SqlState> {
  const file = `${options.folder}/orrery-data.json`;
  const say = (lines: readonly string[], ctx: ProgramContext): void => lines.forEach((line) => ctx.log(line, "stderr"));
  const save = (state: SqlState, ctx: ProgramContext): SqlState => {
    ctx.writeFile(file, JSON.stringify({ databases: state.databases, source: state.source, copies: state.copies }));
    return state;
  };
  const feed = (state: SqlState, ctx: ProgramContext): SqlState => {
    for (const id of state.waiting) ctx.answer(id, { type: "bytes", text: JSON.stringify({ copy: state.databases, version: state.version }) });
    return { ...state, waiting: [] };
  };
  const poll = (state: SqlState, ctx: ProgramContext, version: number): void => {
    if (state.copies && state.source !== "") ctx.call({ host: state.source, port: options.port }, { type: "bytes", text: JSON.stringify({ copyAfter: version }) }, "copy", pollUs + 5_000_000);
  };
  return new LineServer<SqlState>({
    ports: [], exitOnTerm: options.exitCode,
    begin: (ctx) => {
      const empty: SqlState = { databases: {}, readOnly: false, version: 1, source: "", copies: false, waiting: [] };
      const refusal = options.refuses(ctx);
      if (refusal !== null && ctx.readFile(file) === null) {
        say(refusal.split("\n"), ctx);
        ctx.exit(1);
        return empty;
      }
      const saved = stored(ctx.readFile(file));
      say(options.starting(ctx, saved === null), ctx);
      ctx.setTimer("ready", saved === null ? freshUs : againUs);
      ctx.spend(saved === null ? 3_000_000 : 400_000);
      return saved === null ? { ...empty, databases: options.fresh(ctx) as unknown as Json } : { ...empty, ...saved };
    },
    timer: (key, state, ctx) => {
      if (key === "poll") return feed(state, ctx);
      if (key === "copy") poll(state, ctx, state.version);
      if (key !== "ready") return state;
      ctx.listen(options.port);
      ctx.writeFile(`${options.folder}/mysql/.keep`, "");
      say(options.ready(ctx), ctx);
      poll(state, ctx, 0);
      return save(state, ctx);
    },
    answer: (tag, text, state, ctx) => {
      if (tag !== "copy") return state;
      const copy = text === null ? null : stored(text);
      if (copy === null) {
        ctx.setTimer("copy", retryUs);
        return state;
      }
      const next = save({ ...state, databases: copy.databases, version: copy.version }, ctx);
      poll(next, ctx, next.version);
      return next;
    },
    respond: (text, state, ctx, request) => {
      const asked = stored(text);
      if (asked !== null && typeof asked.copyAfter === "number") {
        if (asked.copyAfter === state.version && state.waiting.length < mostWaiting) {
          ctx.setTimer("poll", pollUs);
          return { state: { ...state, waiting: [...state.waiting, request.id] }, text: null };
        }
        return { state, text: JSON.stringify({ copy: state.databases, version: state.version }) };
      }
      const sql = readRequest(text);
      if (sql === null) return { state, text: "" };
      const reply = (value: SqlReply): string => JSON.stringify({ version: options.version(ctx), ...value });
      const error = (problem: SqlError): { readonly state: SqlState; readonly text: string } => ({ state, text: reply({ error: { code: problem.code, state: problem.state, message: problem.message } }) });
      const refused = options.admits(sql, request.from, request.from === ctx.podIp || request.from === "127.0.0.1", ctx);
      if (refused !== null) return error(refused);
      const source = /^CHANGE\s+(?:MASTER|REPLICATION\s+SOURCE)\s+TO\b[\s\S]*?(?:MASTER|SOURCE)_HOST\s*=\s*'([^']*)'/i.exec(sql.sql)?.[1];
      if (source !== undefined) return { state: save({ ...state, source }, ctx), text: reply({ columns: null, affected: 0, tag: "" }) };
      if (/^(START|STOP)\s+(SLAVE|REPLICA)\b/i.test(sql.sql)) {
        const next = save({ ...state, copies: /^START/i.test(sql.sql) }, ctx);
        poll(next, ctx, 0);
        return { state: next, text: reply({ columns: null, affected: 0, tag: "" }) };
      }
      try {
        const databases = state.databases as unknown as Databases;
        if (sql.database !== "" && !Object.hasOwn(databases, sql.database)) throw options.postgres ? new SqlError(`database "${sql.database}" does not exist`, 0, "3D000") : new SqlError(`Unknown database '${sql.database}'`, 1049, "42000");
        const result = runSql(sql.sql, { databases, database: sql.database, postgres: options.postgres, value: (name) => options.value(name, ctx, sql.database, state) });
        if (result.wrote && options.value("@@super_read_only", ctx, sql.database, state) === 1) throw new SqlError("The MySQL server is running with the --super-read-only option so it cannot execute this statement", 1290, "HY000");
        ctx.spend(150);
        const next = result.wrote ? feed(save({ ...state, databases: result.databases as unknown as Json, version: state.version + 1 }, ctx), ctx) : state;
        return { state: next, text: reply({ columns: result.columns, rows: result.rows, affected: result.affected, tag: result.tag, database: result.database }) };
      } catch (problem) {
        if (!(problem instanceof SqlError)) throw problem;
        return error(problem);
      }
    },
    ending: (_state, ctx) => say(options.stopping(ctx), ctx),
  });
}

interface Stored {
  readonly databases: Json;
  readonly source: string;
  readonly copies: boolean;
  readonly version: number;
  readonly copyAfter?: number;
}

/** A file of data or a message between servers; null: neither. */
function stored(text: string | null): Stored | null {
  if (text === null) return null;
  try {
    const value = JSON.parse(text) as Json;
    if (!isJsonObject(value)) return null;
    const databases = value["databases"] ?? value["copy"];
    if (typeof value["copyAfter"] === "number") return { databases: {}, source: "", copies: false, version: 0, copyAfter: value["copyAfter"] };
    if (databases === undefined || !isJsonObject(databases)) return null;
    return { databases, source: typeof value["source"] === "string" ? value["source"] : "", copies: value["copies"] === true, version: typeof value["version"] === "number" ? value["version"] : 1 };
  } catch {
    return null;
  }
}
