import { formatRfc3339 } from "../../../base/rfc3339.ts";
import type { OwnPrograms } from "../busybox/shellProgram.ts";
import { programsWithShell, usualPath } from "../ownPrograms.ts";
import type { ImageDefinition, Program, ProgramContext } from "../program.ts";
import { SqlClient, type SqlDialect, type SqlOptions } from "../sql/client.ts";
import type { Cell } from "../sql/cells.ts";
import { sqlServer } from "../sql/server.ts";
import { SqlError } from "../sql/tokens.ts";
import { debianFlavours, tagExists } from "../tags.ts";

const user = (ctx: ProgramContext): string => ctx.env["POSTGRES_USER"] ?? "postgres";
const password = (ctx: ProgramContext): string | undefined => ctx.env["POSTGRES_PASSWORD"] ?? (ctx.env["POSTGRES_PASSWORD_FILE"] === undefined ? undefined : ctx.readFile(ctx.env["POSTGRES_PASSWORD_FILE"])?.trim());

function versionOf(ctx: ProgramContext): string {
  return /:([0-9]+(?:\.[0-9]+)?)/.exec(ctx.image)?.[1] ?? "18.1";
}

function server(): Program {
  const stamp = (ctx: ProgramContext): string => `${formatRfc3339(ctx.epochUs + ctx.clock(), true).slice(0, 23).replace("T", " ")} UTC [1] LOG: `;
  return sqlServer({
    port: 5432, postgres: true, folder: "/var/lib/postgresql/data", exitCode: 0, version: versionOf,
    refuses: (ctx) => (password(ctx) !== undefined && password(ctx) !== "" || ctx.env["POSTGRES_HOST_AUTH_METHOD"] === "trust" ? null : "Error: Database is uninitialized and superuser password is not specified.\n       You must specify POSTGRES_PASSWORD to a non-empty value for the\n       superuser. For example, \"-e POSTGRES_PASSWORD=password\" on \"docker run\"."),
    fresh: (ctx) => ({ postgres: {}, [ctx.env["POSTGRES_DB"] ?? user(ctx)]: {} }),
    starting: (_ctx, fresh) => (fresh ? ["The files belonging to this database system will be owned by user \"postgres\".", "Success. You can now start the database server using:", "PostgreSQL init process complete; ready for start up."] : ["PostgreSQL Database directory appears to contain a database; Skipping initialization"]),
    ready: (ctx) => [`${stamp(ctx)} starting PostgreSQL ${versionOf(ctx)} on x86_64-pc-linux-gnu`, `${stamp(ctx)} listening on IPv4 address "0.0.0.0", port 5432`, `${stamp(ctx)} database system is ready to accept connections`],
    stopping: (ctx) => [`${stamp(ctx)} received smart shutdown request`, `${stamp(ctx)} database system is shut down`],
    admits: (request, _from, local, ctx) => {
      if (request.user !== user(ctx)) return new SqlError(`role "${request.user}" does not exist`, 0, "28000");
      return local || ctx.env["POSTGRES_HOST_AUTH_METHOD"] === "trust" || request.password === password(ctx) ? null : new SqlError(`password authentication failed for user "${request.user}"`, 0, "28P01");
    },
    value: (name, ctx, database) => {
      switch (name) {
        case "now()": case "current_timestamp": return `${formatRfc3339(ctx.epochUs + ctx.clock(), true).slice(0, 26).replace("T", " ")}+00`;
        case "version()": return `PostgreSQL ${versionOf(ctx)} on x86_64-pc-linux-gnu`;
        case "current_database()": return database;
        case "current_user": return user(ctx);
        default: return undefined;
      }
    },
  });
}

function printTable(columns: readonly string[], rows: readonly (readonly Cell[])[]): string {
  const shown = (cell: Cell): string => (cell === null ? "" : String(cell));
  const widths = columns.map((column, at) => Math.max(column.length, ...rows.map((row) => shown(row[at] ?? null).length)));
  const centred = (text: string, width: number): string => text.padStart(text.length + Math.floor((width - text.length) / 2)).padEnd(width);
  const line = (row: readonly Cell[]): string => ` ${row.map((cell, at) => (typeof cell === "number" ? String(cell).padStart(widths[at] ?? 0) : at === columns.length - 1 ? shown(cell) : shown(cell).padEnd(widths[at] ?? 0))).join(" | ")}\n`;
  return ` ${columns.map((column, at) => centred(column, widths[at] ?? 0)).join(" | ")} \n${widths.map((width) => "-".repeat(width + 2)).join("+")}\n${rows.map(line).join("")}(${rows.length} row${rows.length === 1 ? "" : "s"})\n\n`;
}

function dialect(bare: boolean): SqlDialect {
  return {
    banner: (version) => `psql (${version})\nType "help" for help.\n\n`,
    prompt: (database) => `${database}=# `, passwordPrompt: "Password for user postgres: ",
    print: ({ columns = null, rows = [], tag = "" }) => (columns === null ? `${tag}\n` : bare ? rows.map((row) => `${row.map((cell) => cell ?? "").join("|")}\n`).join("") : printTable(columns, rows)),
    error: ({ message, state }) => (state.startsWith("28") || state === "3D000" ? `psql: error: connection to server failed: FATAL:  ${message}` : `ERROR:  ${message}`),
    unreachable: (host, port, why) => (why?.startsWith("lookup") === true ? `psql: error: could not translate host name "${host}" to address: Name or service not known` : `psql: error: connection to server at "${host}", port ${port} failed: ${why?.includes("refused") === true ? "Connection refused" : "Connection timed out"}\n\tIs the server running on that host and accepting TCP/IP connections?`),
    own: (line) => {
      if (/^(\\q|quit|exit)$/.test(line)) return "quit";
      if (/^\\(l|list)\+?$/.test(line)) return { sql: "SHOW DATABASES" };
      if (/^\\dt?\+?$/.test(line)) return { sql: "SHOW TABLES" };
      const database = /^\\c(?:onnect)? +(\S+)/.exec(line)?.[1];
      return database === undefined ? null : { database };
    },
  };
}

const valued: Readonly<Record<string, string>> = { h: "host", U: "username", p: "port", d: "dbname", c: "command", f: "file" };

function psql(args: readonly string[]): Program {
  const options = (ctx: ProgramContext): SqlOptions => {
    const given: Record<string, string> = {};
    const words: string[] = [];
    for (let at = 0; at < args.length; at++) {
      const arg = args[at] ?? "";
      const long = /^--([a-z-]+)(?:=(.*))?$/s.exec(arg);
      const name = long?.[1] ?? (arg.startsWith("-") ? valued[arg[1] ?? ""] : undefined);
      if (name !== undefined && Object.values(valued).includes(name)) given[name] = long !== null ? (long[2] ?? args[++at] ?? "") : arg.length > 2 ? arg.slice(2) : (args[++at] ?? "");
      else if (!arg.startsWith("-")) words.push(arg);
    }
    const url = /^postgres(?:ql)?:\/\/([^:@/]+)(?::([^@/]*))?@([^:/]+)(?::([0-9]+))?(?:\/([^?]*))?/.exec(words[0] ?? given["dbname"] ?? "");
    const name = given["username"] ?? url?.[1] ?? words[1] ?? ctx.env["PGUSER"] ?? user(ctx);
    const file = given["file"] === undefined ? undefined : (ctx.readFile(given["file"]) ?? "");
    return {
      host: given["host"] ?? url?.[3] ?? ctx.env["PGHOST"] ?? "127.0.0.1", port: Number(given["port"] ?? url?.[4] ?? ctx.env["PGPORT"] ?? "5432"), user: name, password: url?.[2] ?? ctx.env["PGPASSWORD"] ?? "",
      database: (url === null ? (given["dbname"] ?? words[0]) : url[5]) ?? ctx.env["PGDATABASE"] ?? ctx.env["POSTGRES_DB"] ?? name, statements: given["command"] ?? file ?? null, failure: 2,
    };
  };
  return new SqlClient(options, dialect(args.some((arg) => /^-[a-zA-Z]*[tA]/.test(arg))));
}

function isReady(args: readonly string[]): Program {
  return {
    handle: (event, ctx) => {
      const after = (letter: string): string | undefined => (args.includes(letter) ? args[args.indexOf(letter) + 1] : undefined);
      const host = after("-h") ?? "127.0.0.1";
      const port = Number(after("-p") ?? "5432");
      if (event.type === "start") return ctx.call({ host, port }, { type: "probe" }, "ready", 3_000_000);
      if (event.type !== "answer") return;
      const open = event.payload?.type === "accepted";
      ctx.log(`${after("-h") ?? "/var/run/postgresql"}:${port} - ${open ? "accepting connections" : "no response"}`);
      ctx.exit(open ? 0 : 2);
    },
    snapshot: () => null,
    restore: () => undefined,
  };
}

const programs: OwnPrograms = { postgres: server, psql, pg_isready: isReady };

export const postgresImage: ImageDefinition = {
  names: ["postgres"],
  tagExists: (tag) => tagExists({ names: ["latest", "alpine", "slim", "bookworm", "bullseye"], minors: { "9": 6, "10": 23, "11": 22, "12": 22, "13": 22, "14": 20, "15": 15, "16": 11, "17": 7, "18": 1 }, flavours: debianFlavours }, tag),
  sizeBytes: 152_000_000, entrypoint: ["docker-entrypoint.sh"], command: ["postgres"], env: usualPath, exposedPorts: [5432], files: {},
  program: programsWithShell(programs, ["docker-entrypoint.sh", "/usr/local/bin/docker-entrypoint.sh"]),
};
