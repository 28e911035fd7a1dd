import type { Program, ProgramContext } from "../program.ts";
import { oneShot } from "../ownPrograms.ts";
import { SqlClient, type SqlDialect, type SqlOptions } from "../sql/client.ts";
import type { Cell } from "../sql/cells.ts";

const shown = (cell: Cell): string => (cell === null ? "NULL" : String(cell));

function print(columns: readonly string[], rows: readonly (readonly Cell[])[], table: boolean, header: boolean): string {
  if (!table) return [...(header ? [columns] : []), ...rows.map((row) => row.map(shown))].map((row) => `${row.join("\t")}\n`).join("");
  const widths = columns.map((column, at) => Math.max(column.length, ...rows.map((row) => shown(row[at] ?? null).length)));
  const rule = `+${widths.map((width) => "-".repeat(width + 2)).join("+")}+\n`;
  const line = (cells: readonly Cell[]): string => `|${cells.map((cell, at) => ` ${typeof cell === "number" ? String(cell).padStart(widths[at] ?? 0) : shown(cell).padEnd(widths[at] ?? 0)} `).join("|")}|\n`;
  return `${rule}${line(columns)}${rule}${rows.map(line).join("")}${rule}`;
}

function dialect(header: boolean, forcesTable: boolean, interactive: boolean): SqlDialect {
  return {
    banner: (version) => `Welcome to the MySQL monitor.  Commands end with ; or \\g.\nYour MySQL connection id is 8\nServer version: ${version} MySQL Community Server (GPL)\n\nType 'help;' or '\\h' for help. Type '\\c' to clear the current input statement.\n\n`,
    prompt: () => "mysql> ", passwordPrompt: "Enter password: ",
    print: (reply, _sql, terminal) => {
      const { columns = null, rows = [], affected = 0 } = reply;
      const counts = terminal && interactive;
      if (columns === null) return counts ? `Query OK, ${affected} row${affected === 1 ? "" : "s"} affected (0.01 sec)\n\n` : "";
      const footer = counts ? `${rows.length} row${rows.length === 1 ? "" : "s"} in set (0.00 sec)\n\n` : "";
      if (rows.length === 0) return counts ? "Empty set (0.00 sec)\n\n" : "";
      return print(columns, rows, terminal || forcesTable, header) + footer;
    },
    error: ({ code, state, message }, line) => `ERROR ${code} (${state})${interactive || code === 1045 || code === 1049 ? "" : ` at line ${line}`}: ${message}`,
    unreachable: (host, port, why) => (why?.startsWith("lookup") === true ? `ERROR 2005 (HY000): Unknown MySQL server host '${host}' (-2)` : host === "127.0.0.1" && why?.includes("refused") === true ? "ERROR 2002 (HY000): Can't connect to local MySQL server through socket '/var/run/mysqld/mysqld.sock' (2)" : `ERROR 2003 (HY000): Can't connect to MySQL server on '${host}:${port}' (${why?.includes("refused") === true ? "111" : "110"})`),
    own: (line) => (/^(quit|exit|\\q)$/i.test(line) ? "quit" : null),
  };
}

interface Parsed extends SqlOptions {
  readonly header: boolean;
  readonly table: boolean;
}

const valued: Readonly<Record<string, string>> = { h: "host", u: "user", P: "port", e: "execute", D: "database", S: "socket" };

function parse(args: readonly string[], ctx: ProgramContext): Parsed {
  const given: Record<string, string> = {};
  let password: string | null = ctx.env["MYSQL_PWD"] ?? "";
  let header = true;
  let table = false;
  for (let at = 0; at < args.length; at++) {
    const arg = args[at] ?? "";
    const long = /^--([a-z-]+)(?:=(.*))?$/s.exec(arg);
    const name = long?.[1] ?? valued[arg[1] ?? ""];
    if (arg === "-p" || arg === "--password") password = null;
    else if (/^-p./.test(arg) || arg.startsWith("--password=")) password = arg.slice(arg.startsWith("--") ? 11 : 2);
    else if (arg === "-N" || arg === "--skip-column-names") header = false;
    else if (arg === "-t" || arg === "--table") table = true;
    else if (long !== null) {
      if (Object.values(valued).includes(name ?? "")) given[name ?? ""] = long[2] ?? args[++at] ?? "";
    } else if (arg.startsWith("-") && name !== undefined) given[name] = arg.length > 2 ? arg.slice(2) : (args[++at] ?? "");
    else if (/^-[a-zA-Z]+$/.test(arg)) header &&= !arg.includes("N");
    else given["database"] = arg;
  }
  return { host: given["host"] === undefined || given["host"] === "localhost" ? "127.0.0.1" : given["host"], port: Number(given["port"] ?? "3306"), user: given["user"] ?? "root", password, database: given["database"] ?? "", statements: given["execute"] ?? null, failure: 1, header, table };
}

export function mysqlClient(args: readonly string[]): Program {
  const interactive = !args.some((arg) => /^(-e|--execute)/.test(arg));
  return new SqlClient((ctx) => parse(args, ctx), dialect(!args.some((arg) => /^-[a-zA-Z]*N/.test(arg) || arg === "--skip-column-names"), args.includes("-t") || args.includes("--table"), interactive));
}

/** mysqladmin ping and status; what it asks is whether anybody listens. */
export function mysqlAdmin(args: readonly string[]): Program {
  return {
    handle: (event, ctx) => {
      const { host, port } = parse(args, ctx);
      if (event.type === "start") return ctx.call({ host, port }, { type: "probe" }, "ping", 10_000_000);
      if (event.type !== "answer") return;
      const alive = event.payload?.type === "accepted";
      if (alive) ctx.log(args.includes("status") ? "Uptime: 60  Threads: 1  Questions: 10  Slow queries: 0" : "mysqld is alive");
      else {
        ctx.log(`mysqladmin: connect to server at '${host === "127.0.0.1" ? "localhost" : host}' failed`, "stderr");
        ctx.log(host === "127.0.0.1" ? "error: 'Can't connect to local MySQL server through socket '/var/run/mysqld/mysqld.sock' (2)'" : `error: 'Can't connect to MySQL server on '${host}:${port}' (111)'`, "stderr");
      }
      ctx.exit(alive ? 0 : 1);
    },
    snapshot: () => null,
    restore: () => undefined,
  };
}

/** mysqldump and what else is not simulated: said by name, and no success. */
export function refused(name: string): Program {
  return oneShot((ctx) => {
    ctx.log(`[orrery] ${name} is not simulated in the image ${ctx.image}`, "stderr");
    return 126;
  });
}
