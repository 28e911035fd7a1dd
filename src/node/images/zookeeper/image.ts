import { asksOnce, oneShot, programsWithShell, usualPath } from "../ownPrograms.ts";
import type { ImageDefinition, Program } from "../program.ts";
import { tagExists } from "../tags.ts";
import { zooServer } from "./server.ts";

function start(args: readonly string[]): Program {
  const flag = (name: string, fallback: string): string => args.find((arg) => arg.startsWith(`--${name}=`))?.slice(name.length + 3) ?? fallback;
  return zooServer({ servers: Math.max(1, Math.min(9, Number(flag("servers", "1")) || 1)), dataDir: flag("data_dir", "/var/lib/zookeeper/data"), confDir: flag("conf_dir", "/opt/zookeeper/conf"), clientPort: Number(flag("client_port", "2181")) });
}

/** zkCli.sh with one command. */
function client(args: readonly string[]): Program {
  const at = args.indexOf("-server");
  const [host = "localhost", port = "2181"] = (at < 0 ? "localhost:2181" : (args[at + 1] ?? "")).split(":");
  const command = args.filter((_, index) => at < 0 || (index !== at && index !== at + 1));
  return asksOnce({
    host: () => ({ host, port: Number(port) }), text: () => command.join(" "),
    answered: (text, ctx) => {
      ctx.log(`Connecting to ${host}:${port}\n\nWATCHER::\n\nWatchedEvent state:SyncConnected type:None path:null${text === "" ? "" : `\n${text}`}`);
      return /^(Node |Command failed|ConnectionLoss)/.test(text) ? 1 : 0;
    },
    failed: (_why, ctx) => { ctx.log(`Connecting to ${host}:${port}\nKeeperErrorCode = ConnectionLoss for ${command[1] ?? "/"}`, "stderr"); return 1; },
  });
}

/** To all of its scripts there are links in /usr/bin, which are root's. */
const scripts = "/opt/zookeeper/bin";
const readyScript = `${scripts}/zookeeper-ready`;

/** zookeeper-ready: "imok" is what it wants to hear. A script, which the tutorial's readers remove. */
function ready(args: readonly string[]): Program {
  const asks = asksOnce({ host: () => ({ host: "127.0.0.1", port: Number(args[0] ?? "2181") }), text: () => "ruok", answered: (text) => (text === "imok" ? 0 : 1), failed: () => 1 });
  const missing = oneShot((ctx) => {
    ctx.log("sh: 1: zookeeper-ready: not found", "stderr");
    return 127;
  });
  return { ...asks, handle: (event, ctx) => (event.type === "start" && ctx.readFile(readyScript) === null ? missing : asks).handle(event, ctx) };
}

/** The server's process is called java, which no command line here says. */
function pkill(args: readonly string[]): Program {
  return oneShot((ctx) => {
    const signal = /^-(?:SIG)?([A-Z]+)$/.exec(args[0] ?? "")?.[1] ?? "TERM";
    if (args.at(-1) !== "java" || ctx.signalMain === undefined) return 1;
    ctx.signalMain(`SIG${signal}`);
    return 0;
  });
}

function zkServer(args: readonly string[]): Program {
  if (args[0] !== "status") return start(["--servers=1"]);
  return asksOnce({ host: () => ({ host: "127.0.0.1", port: 2181 }), text: () => "srvr", answered: (text, ctx) => { ctx.log(`ZooKeeper JMX enabled by default\nMode: ${/Mode: (\w+)/.exec(text)?.[1] ?? "unknown"}`); return text.includes("Mode:") ? 0 : 1; }, failed: (_why, ctx) => { ctx.log("Error contacting service. It is probably not running."); return 1; } });
}

const programs = { "start-zookeeper": start, "zkCli.sh": client, "zookeeper-ready": ready, "zkServer.sh": zkServer, zkServer: zkServer, pkill };

export const zookeeperImage: ImageDefinition = {
  names: ["registry.k8s.io/kubernetes-zookeeper", "k8s.gcr.io/kubernetes-zookeeper", "gcr.io/google_containers/kubernetes-zookeeper", "zookeeper"], tagExists: (tag) => /^1\.0-3\.4\.10$/.test(tag) || tagExists({ names: ["latest"], minors: { "3": 9 }, flavours: ["temurin"] }, tag), sizeBytes: 130_000_000,
  entrypoint: [], command: ["zkServer.sh", "start-foreground"], env: usualPath, exposedPorts: [2181, 2888, 3888], files: Object.fromEntries(["start-zookeeper", "zkCli.sh", "zkServer.sh", "zookeeper-ready"].map((name) => [`${scripts}/${name}`, ""])),
  // The image's own user, as whom the tutorial's pods run.
  owned: { uid: 1000, gid: 1000, folders: ["/opt/zookeeper", "/var/lib/zookeeper", "/var/log/zookeeper", "/tmp/zookeeper"] },
  program: programsWithShell(programs, ["/docker-entrypoint.sh"]),
};
