import type { Json } from "../../../base/json.ts";
import type { Program, ProgramContext, ProgramEvent } from "../program.ts";
import { splitStatements } from "./tokens.ts";
import { readReply, type SqlReply, type SqlRequest } from "./wire.ts";

/** What tells one client from another. */
export interface SqlDialect {
  readonly banner: (version: string) => string;
  readonly prompt: (database: string) => string;
  readonly passwordPrompt: string;
  /** How a result is shown; `table`: to a person. */
  print(reply: SqlReply, sql: string, table: boolean): string;
  error(reply: NonNullable<SqlReply["error"]>, line: number): string;
  unreachable(host: string, port: number, why: string | null): string;
  /** Commands of the client itself: an SQL text in their place, "quit", or null: it is none. */
  own(line: string, database: string): { readonly sql: string } | { readonly database: string } | "quit" | null;
}

export interface SqlOptions {
  readonly host: string;
  readonly port: number;
  readonly user: string;
  /** null: asked for. */
  readonly password: string | null;
  readonly database: string;
  /** Statements of the command line; null: they come from standard input. */
  readonly statements: string | null;
  readonly failure: number;
}

interface State {
  password: string | null;
  database: string;
  input: string;
  ended: boolean;
  queue: string[];
  asking: string | null;
  greeted: boolean;
}

const timeoutUs = 60_000_000;

/** mysql and psql: statements one after the other, from -e or -c, a pipe or a terminal. */
export class SqlClient implements Program {
  readonly readsInput = true;
  readonly #options: (ctx: ProgramContext) => SqlOptions;
  readonly #dialect: SqlDialect;
  #state: State = { password: null, database: "", input: "", ended: false, queue: [], asking: null, greeted: false };

  constructor(options: (ctx: ProgramContext) => SqlOptions, dialect: SqlDialect) {
    this.#options = options;
    this.#dialect = dialect;
  }

  handle(event: ProgramEvent, ctx: ProgramContext): void {
    const options = this.#options(ctx);
    switch (event.type) {
      case "start":
        this.#state.database = options.database;
        this.#state.password = options.password;
        this.#state.ended = options.statements !== null || ctx.stdin === "none";
        this.#state.queue = options.statements === null ? [] : wholeStatements(options.statements);
        if (options.password === null) return this.#show(this.#dialect.passwordPrompt, ctx);
        return this.#greet(ctx);
      case "input":
        if (event.text === null) this.#state.ended = true;
        else this.#state.input += event.text;
        return this.#read(ctx);
      case "answer":
        return this.#answered(event.payload?.type === "bytes" ? readReply(event.payload.text) : null, event.payload?.type === "bytes" ? null : (event.failure ?? "timed out"), ctx);
      case "signal":
        return ctx.exit(event.name === "SIGINT" ? 130 : 143);
      default:
        return;
    }
  }

  snapshot(): Json {
    return JSON.parse(JSON.stringify(this.#state)) as Json;
  }

  restore(state: Json): void {
    this.#state = JSON.parse(JSON.stringify(state)) as State;
  }

  #show(text: string, ctx: ProgramContext): void {
    if (!ctx.write(text, "stdout")) for (const line of text.replace(/\n$/, "").split("\n")) ctx.log(line);
  }

  /** A person's client connects first; others with the first statement. */
  #greet(ctx: ProgramContext): void {
    if (ctx.stdin === "terminal" && this.#options(ctx).statements === null) this.#ask("SELECT 1", ctx);
    else this.#read(ctx);
  }

  #read(ctx: ProgramContext): void {
    const state = this.#state;
    if (state.password === null) {
      const end = state.input.indexOf("\n");
      if (end < 0) return state.ended ? ctx.exit(1) : undefined;
      state.password = state.input.slice(0, end).replace(/\r$/, "");
      state.input = state.input.slice(end + 1);
      this.#show("\n", ctx);
      return this.#greet(ctx);
    }
    if (state.asking !== null) return;
    for (;;) {
      const next = state.queue.shift();
      if (next !== undefined) {
        const own = this.#dialect.own(next, state.database);
        if (own === "quit") return this.#quit(ctx);
        if (own !== null && "database" in own) {
          state.database = own.database;
          continue;
        }
        return this.#ask(own === null ? next : own.sql, ctx);
      }
      const line = /^[ \t]*(\\[a-z?]+[^\n]*|quit|exit)[ \t]*;?\r?\n/i.exec(state.input);
      if (line !== null) {
        state.input = state.input.slice(line[0].length);
        state.queue.push((line[1] ?? "").trim());
        continue;
      }
      const { statements, rest } = splitStatements(state.input);
      if (statements.length > 0) {
        state.queue = [...statements];
        state.input = rest;
        continue;
      }
      if (!state.ended) return ctx.stdin === "terminal" ? this.#show(state.input.trim() === "" ? this.#dialect.prompt(state.database) : "    -> ", ctx) : undefined;
      const last = state.input.trim();
      state.input = "";
      if (last === "") return this.#quit(ctx);
      state.queue = [last];
    }
  }

  #quit(ctx: ProgramContext): void {
    if (ctx.stdin === "terminal" && this.#options(ctx).statements === null) this.#show("Bye\n", ctx);
    ctx.exit(0);
  }

  #ask(sql: string, ctx: ProgramContext): void {
    const { host, port, user } = this.#options(ctx);
    this.#state.asking = sql;
    const request: SqlRequest = { user, password: this.#state.password ?? "", database: this.#state.database, sql };
    ctx.call({ host, port }, { type: "bytes", text: JSON.stringify(request) }, "sql", timeoutUs);
  }

  #answered(reply: SqlReply | null, why: string | null, ctx: ProgramContext): void {
    const { host, port, failure, statements } = this.#options(ctx);
    const sql = this.#state.asking ?? "";
    const terminal = ctx.stdin === "terminal";
    this.#state.asking = null;
    if (reply === null) {
      ctx.log(this.#dialect.unreachable(host, port, why), "stderr");
      return ctx.exit(failure);
    }
    if (reply.error !== undefined) {
      ctx.log(this.#dialect.error(reply.error, 1), "stderr");
      if (!terminal || statements !== null || !this.#state.greeted) return ctx.exit(1);
      return this.#read(ctx);
    }
    this.#state.database = reply.database ?? this.#state.database;
    if (terminal && statements === null && !this.#state.greeted) {
      this.#state.greeted = true;
      this.#show(this.#dialect.banner(reply.version ?? ""), ctx);
      return this.#read(ctx);
    }
    const text = this.#dialect.print(reply, sql, terminal);
    if (text !== "") this.#show(text, ctx);
    this.#read(ctx);
  }
}

function wholeStatements(text: string): string[] {
  const { statements, rest } = splitStatements(text);
  return rest.trim() === "" ? [...statements] : [...statements, rest.trim()];
}
