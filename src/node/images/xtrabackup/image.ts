import type { Json } from "../../../base/json.ts";
import { mysqlPrograms } from "../mysql/image.ts";
import { asksOnce, LineServer, oneShot, programsWithShell, usualPath } from "../ownPrograms.ts";
import type { ImageDefinition, Program, ProgramContext } from "../program.ts";

const data = "/var/lib/mysql/orrery-data.json";

/** A backup as the stream that goes from one server to the next: the data file, and where a replica of it must begin. */
function backup(ctx: ProgramContext): string {
  const text = ctx.readFile(data) ?? "{}";
  const source = /"source":"([^"]+)"/.exec(text)?.[1];
  return JSON.stringify({ data: text, info: source === undefined ? "xtrabackup_binlog_info" : "xtrabackup_slave_info", position: source === undefined ? "mysql-bin.000003\t154\n" : "CHANGE MASTER TO MASTER_LOG_FILE='mysql-bin.000003', MASTER_LOG_POS=154;\n" });
}

/** ncat --listen serves backups, without it it fetches one: what the MySQL tutorial's scripts do. */
function ncat(args: readonly string[]): Program {
  const words = args.filter((arg, at) => !arg.startsWith("-") && args[at - 1] !== "-c");
  if (args.includes("--listen") || args.includes("-l")) return new LineServer<Json>({ ports: [Number(words[0] ?? "3307")], exitOnTerm: 143, begin: () => null, respond: (_text, state, ctx) => ({ state, text: backup(ctx) }) });
  return asksOnce({
    host: () => ({ host: words[0] ?? "", port: Number(words[1] ?? "3307") }), text: () => "backup",
    answered: (text, ctx) => { if (!ctx.write(text, "stdout")) ctx.log(text); return 0; },
    failed: (why, ctx) => { ctx.log(`Ncat: ${why.startsWith("lookup") ? `Could not resolve hostname "${words[0] ?? ""}": Name or service not known. QUITTING.` : "Connection refused."}`, "stderr"); return 1; },
  });
}

/** xbstream -x -C folder: unpacks what comes in. */
function xbstream(args: readonly string[]): Program {
  const at = args.indexOf("-C");
  const folder = at < 0 ? "." : (args[at + 1] ?? ".");
  let text = "";
  return {
    handle: (event, ctx) => {
      if (event.type !== "input") return event.type === "start" && ctx.stdin === "none" ? ctx.exit(1) : undefined;
      if (event.text !== null) {
        text += event.text;
        return;
      }
      ctx.exit(unpack(text, folder, ctx) ? 0 : 1);
    },
    snapshot: () => text,
    restore: (state) => void (text = String(state)),
  };
}

function unpack(text: string, folder: string, ctx: ProgramContext): boolean {
  try {
    const { data: content, info, position } = JSON.parse(text) as { data: string; info: string; position: string };
    if (typeof content !== "string" || !/^xtrabackup_(binlog|slave)_info$/.test(info)) return false;
    // Replication is for the replica to begin itself.
    ctx.tryWriteFile(`${folder}/orrery-data.json`, content.replace(/"source":"[^"]*"/, '"source":""').replace('"copies":true', '"copies":false'));
    ctx.tryWriteFile(`${folder}/${info}`, String(position));
    ctx.tryWriteFile(`${folder}/mysql/.keep`, "");
    return true;
  } catch {
    return false;
  }
}

const programs = {
  ...mysqlPrograms, ncat, xbstream,
  xtrabackup: (args: readonly string[]) => oneShot((ctx) => { ctx.log(args.includes("--prepare") ? "completed OK!" : backup(ctx), args.includes("--prepare") ? "stderr" : "stdout"); return 0; }),
};

export const xtrabackupImage: ImageDefinition = { names: ["gcr.io/google-samples/xtrabackup", "percona/percona-xtrabackup"], tagExists: () => true, sizeBytes: 84_000_000, entrypoint: [], command: ["bash"], env: usualPath, exposedPorts: [], files: {}, program: programsWithShell(programs) };
