import { formatRfc3339 } from "../../../base/rfc3339.ts";
import type { OwnPrograms } from "../busybox/shellProgram.ts";
import { programsWithShell, usualPath } from "../ownPrograms.ts";
import type { ImageDefinition, ProgramContext } from "../program.ts";
import { sqlServer } from "../sql/server.ts";
import { SqlError } from "../sql/tokens.ts";
import { tagExists } from "../tags.ts";
import { mysqlAdmin, mysqlClient, refused } from "./client.ts";

function versionOf(ctx: ProgramContext): string {
  const tag = /:([0-9]+)(?:\.([0-9]+))?(?:\.([0-9]+))?/.exec(ctx.image);
  const mariadb = ctx.image.includes("mariadb");
  const major = tag?.[1] ?? (mariadb ? "11" : "9");
  const minor = tag?.[2] ?? ({ "5": "7", "8": "4", "10": "11", "11": "8" } as Readonly<Record<string, string>>)[major] ?? "0";
  return `${major}.${minor}.${tag?.[3] ?? "44"}${mariadb ? "-MariaDB" : ""}`;
}

/** A setting of the files under /etc/mysql/conf.d. */
function setting(ctx: ProgramContext, name: string): string | undefined {
  let value: string | undefined;
  for (const file of ctx.listFiles("/etc/mysql/conf.d")) {
    for (const line of (ctx.readFile(`/etc/mysql/conf.d/${file}`) ?? "").split("\n")) {
      const [key = "", text] = line.split("=");
      if (key.trim().replaceAll("_", "-") === name) value = (text ?? "1").trim();
    }
  }
  return value;
}

function variable(ctx: ProgramContext, name: string): string | undefined {
  const either = ctx.env[`MYSQL_${name}`] ?? ctx.env[`MARIADB_${name}`];
  const file = ctx.env[`MYSQL_${name}_FILE`];
  return either ?? (file === undefined ? undefined : ctx.readFile(file)?.trim());
}

function rootPassword(ctx: ProgramContext): string {
  return variable(ctx, "ROOT_PASSWORD") ?? "";
}

const systemTables = { information_schema: {}, mysql: {}, performance_schema: {}, sys: {} };

function mysqld(): ReturnType<typeof sqlServer> {
  const stamp = (ctx: ProgramContext): string => `${formatRfc3339(ctx.epochUs + ctx.clock()).slice(0, 19).replace("T", " ")}+00:00`;
  return sqlServer({
    port: 3306, postgres: false, folder: "/var/lib/mysql", exitCode: 0, version: versionOf,
    refuses: (ctx) => (variable(ctx, "ROOT_PASSWORD") !== undefined || variable(ctx, "ALLOW_EMPTY_PASSWORD") !== undefined || variable(ctx, "ALLOW_EMPTY_ROOT_PASSWORD") !== undefined || variable(ctx, "RANDOM_ROOT_PASSWORD") !== undefined
      ? null
      : `${stamp(ctx)} [ERROR] [Entrypoint]: Database is uninitialized and password option is not specified\n    You need to specify one of the following as an environment variable:\n    - MYSQL_ROOT_PASSWORD\n    - MYSQL_ALLOW_EMPTY_PASSWORD\n    - MYSQL_RANDOM_ROOT_PASSWORD`),
    fresh: (ctx) => {
      const database = variable(ctx, "DATABASE");
      return { ...systemTables, ...(database === undefined || database === "" ? {} : { [database]: {} }) };
    },
    starting: (ctx, fresh) => [`${stamp(ctx)} [Note] [Entrypoint]: Entrypoint script for MySQL Server ${versionOf(ctx)} started.`, ...(fresh ? [`${stamp(ctx)} [Note] [Entrypoint]: Initializing database files`] : [])],
    ready: (ctx) => [`${stamp(ctx)} [Note] [Entrypoint]: MySQL init process done. Ready for start up.`, `${stamp(ctx).slice(0, 10)}T${stamp(ctx).slice(11, 19)}.000000Z 0 [System] [MY-010931] [Server] /usr/sbin/mysqld: ready for connections. Version: '${versionOf(ctx)}'  socket: '/var/run/mysqld/mysqld.sock'  port: 3306  MySQL Community Server - GPL.`],
    stopping: (ctx) => [`${stamp(ctx)} 0 [System] [MY-013172] [Server] Received SHUTDOWN from user <via user signal>. Shutting down mysqld (Version: ${versionOf(ctx)}).`],
    admits: ({ user, password }, from, local, ctx) => {
      const expected = user === "root" ? rootPassword(ctx) : user === variable(ctx, "USER") ? (variable(ctx, "PASSWORD") ?? "") : null;
      if (expected === password) return null;
      return new SqlError(`Access denied for user '${user}'@'${local ? "localhost" : from}' (using password: ${password === "" ? "NO" : "YES"})`, 1045, "28000");
    },
    value: (name, ctx, database, state) => {
      switch (name) {
        case "now()": case "current_timestamp()": case "current_timestamp": return formatRfc3339(ctx.epochUs + ctx.clock()).slice(0, 19).replace("T", " ");
        case "version()": case "@@version": return versionOf(ctx);
        case "@@server_id": return Number(setting(ctx, "server-id") ?? "1");
        case "@@hostname": return ctx.hostname;
        case "@@read_only": case "@@super_read_only": return setting(ctx, "super-read-only") === undefined ? 0 : 1;
        case "database()": return database === "" ? null : database;
        case "user()": case "current_user()": return "root@%";
        case "show slave": case "show replica": return state.source === "" ? undefined : `${state.source}: ${state.copies ? "running" : "stopped"}`;
        default: return undefined;
      }
    },
  });
}

export const mysqlPrograms: OwnPrograms = { mysqld, mariadbd: mysqld, mysql: mysqlClient, mariadb: mysqlClient, mysqladmin: mysqlAdmin, "mariadb-admin": mysqlAdmin, mysqldump: () => refused("mysqldump") };

function image(name: string, sizeBytes: number, exists: (tag: string) => boolean, command: string): ImageDefinition {
  return {
    names: [name], tagExists: exists, sizeBytes, entrypoint: ["docker-entrypoint.sh"], command: [command], env: usualPath, exposedPorts: [3306], files: {},
    program: programsWithShell(mysqlPrograms, ["docker-entrypoint.sh", "/usr/local/bin/docker-entrypoint.sh", "/entrypoint.sh"]),
  };
}

export const mysqlImage = image("mysql", 160_000_000, (tag) => tagExists({ names: ["latest", "lts", "innovation", "5", "8", "9"], minors: { "5": 7, "8": 4, "9": 5 }, flavours: ["oracle", "debian", "bookworm"] }, tag), "mysqld");
export const mariadbImage = image("mariadb", 105_000_000, (tag) => tagExists({ names: ["latest", "lts"], minors: { "10": 11, "11": 8, "12": 1 }, flavours: ["jammy", "noble", "ubi"] }, tag), "mariadbd");
