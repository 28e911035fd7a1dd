import { compareText } from "../../../base/compareText.ts";
import { HttpServer, pathOnly, queryOf, text } from "../httpServer.ts";
import { daemon, oneShot, usualPath } from "../ownPrograms.ts";
import type { ImageDefinition, Program, ProgramContext } from "../program.ts";
import { shellProgram } from "../busybox/shellProgram.ts";
import { formatRfc3339 } from "../../../base/rfc3339.ts";
import { tagExists } from "../tags.ts";

// Follows kubernetes/kubernetes test/images/agnhost: what its subcommands do by their README.

function flagOf(args: readonly string[], name: string): string | undefined {
  for (const [at, arg] of args.entries()) {
    const bare = arg.replace(/^--?/, "");
    if (bare === name && arg.startsWith("-")) return args[at + 1];
    if (arg.startsWith("-") && bare.startsWith(`${name}=`)) return bare.slice(name.length + 1);
  }
  return undefined;
}

function netexec(args: readonly string[]): Program {
  const port = Number(flagOf(args, "http-port") ?? "8080");
  const udp = Number(flagOf(args, "udp-port") ?? "8081");
  return new HttpServer({
    ports: () => [port],
    started: (ctx) => {
      if (udp > 0) ctx.listen(udp, "UDP");
      ctx.log(`Started HTTP server on port ${port}`, "stderr");
    },
    respond: (request, ctx, from) => {
      const query = queryOf(request.path);
      switch (pathOnly(request.path)) {
        case "/": return text(200, `NOW: ${formatRfc3339(ctx.epochUs + ctx.clock(), true).replace("T", " ").replace("Z", " +0000 UTC")}`);
        case "/hostname": case "/hostName": return text(200, ctx.hostname);
        case "/clientip": return text(200, `${from}:${40_000 + (from.length % 1000)}`);
        case "/echo": return text(Number(query["code"] ?? "200") || 200, query["msg"] ?? "");
        case "/header": return text(200, request.headers[Object.keys(request.headers).find((name) => name.toLowerCase() === (query["key"] ?? "").toLowerCase()) ?? ""] ?? "");
        case "/healthz": case "/readyz": case "/livez": return text(200, "");
        case "/exit":
          ctx.setTimer(`exit/${query["code"] ?? "0"}`, 1_000);
          return text(200, "");
        case "/redirect": return { ...text(Number(query["code"] ?? "302") || 302, ""), headers: { Location: query["location"] ?? "/" } };
        default: return text(501, `[orrery] ${pathOnly(request.path)} of agnhost netexec is not simulated\n`);
      }
    },
    exitOnTerm: 0,
  });
}

/** netexec whose /exit ends it a moment after its answer. */
function exiting(inner: Program): Program {
  return {
    handle: (event, ctx) => (event.type === "timer" && event.key.startsWith("exit/") ? ctx.exit(Number(event.key.slice(5)) || 0) : inner.handle(event, ctx)),
    snapshot: () => inner.snapshot(),
    restore: (state) => inner.restore(state),
  };
}

function hostNames(args: readonly string[]): Program {
  return new HttpServer({ ports: () => [Number(flagOf(args, "port") ?? "9376")], started: (ctx) => ctx.log(`Serving on port ${flagOf(args, "port") ?? "9376"}.`, "stderr"), respond: (_request, ctx) => text(200, ctx.hostname), exitOnTerm: 0 });
}

/** /healthz is well for ten seconds, and then not. */
export function livenessServer(): Program {
  return new HttpServer({
    ports: () => [8080],
    started: (ctx) => ctx.writeFile("/tmp/liveness-started", String(ctx.clock())),
    respond: (request, ctx) => {
      const seconds = (ctx.clock() - Number(ctx.readFile("/tmp/liveness-started") ?? "0")) / 1_000_000;
      if (pathOnly(request.path) === "/started") return text(200, String(Math.floor(seconds)));
      return pathOnly(request.path) !== "/healthz" ? text(404, "404 page not found\n") : seconds > 10 ? text(500, `error: ${seconds.toFixed(6)}`) : text(200, "ok");
    },
    exitOnTerm: 0,
  });
}

/** Listens on every port that a variable SERVE_PORT_<number> names, and answers its value. */
function porter(): Program {
  const served = (ctx: ProgramContext): readonly (readonly [number, string])[] => Object.entries(ctx.env).flatMap(([name, value]) => {
    const port = /^SERVE_(?:TLS_)?PORT_([0-9]+)$/.exec(name)?.[1];
    return port === undefined ? [] : [[Number(port), value] as const];
  });
  return new HttpServer({ ports: (ctx) => served(ctx).map(([port]) => port), respond: (_request, ctx, _from, port) => text(200, served(ctx).find(([each]) => each === port)?.[1] ?? ""), exitOnTerm: 0 });
}

/** connect host:port: TIMEOUT, REFUSED or DNS, as its users look for. */
function connect(args: readonly string[]): Program {
  const target = args.find((arg) => /:[0-9]+$/.test(arg) && !arg.startsWith("-")) ?? "";
  const timeout = /^([0-9.]+)(ms|s)?$/.exec(flagOf(args, "timeout") ?? "");
  return {
    handle: (event, ctx) => {
      if (event.type === "start") {
        const colon = target.lastIndexOf(":");
        if (colon < 0) {
          ctx.log("Error: a HOST:PORT is needed", "stderr");
          return ctx.exit(1);
        }
        return ctx.call({ host: target.slice(0, colon), port: Number(target.slice(colon + 1)), protocol: flagOf(args, "protocol") === "udp" ? "UDP" : "TCP" }, { type: "probe" }, "connect", timeout === null ? 130_000_000 : Number(timeout[1]) * (timeout[2] === "ms" ? 1_000 : 1_000_000));
      }
      if (event.type === "signal") return ctx.exit(143);
      if (event.type !== "answer") return;
      if (event.payload?.type === "accepted") return ctx.exit(0);
      ctx.log(event.payload?.type === "refused" ? "REFUSED" : event.failure?.startsWith("lookup") === true ? `DNS: ${event.failure}` : "TIMEOUT", "stderr");
      ctx.exit(1);
    },
    snapshot: () => null,
    restore: () => undefined,
  };
}

/** A line a tick until so many were written. */
function logsGenerator(args: readonly string[]): Program {
  let left = Number(flagOf(args, "log-lines-total") ?? "0");
  const total = left;
  const durationText = /^([0-9.]+)(ms|s|m)?$/.exec(flagOf(args, "run-duration") ?? "0");
  const everyUs = Math.max(1_000, total === 0 ? 0 : Math.floor((Number(durationText?.[1] ?? 0) * ({ ms: 1_000, s: 1_000_000, m: 60_000_000 }[durationText?.[2] ?? "s"] ?? 1)) / total));
  return {
    handle: (event, ctx) => {
      if (event.type === "signal") return ctx.exit(143);
      if (event.type !== "start" && event.type !== "timer") return;
      if (left <= 0) return ctx.exit(0);
      const random = ctx.random.fork("logs");
      ctx.log(`I${formatRfc3339(ctx.epochUs + ctx.clock(), true).slice(5, 26).replace("-", "").replace("T", " ")}       1 logs_generator.go:76] ${total - left} ${random.pick(["GET", "POST", "PUT"])} /api/v1/namespaces/${random.pick(["ns", "default", "kube-system"])}/pods/${random.int(100, 999)} ${random.int(200, 599)}`);
      left -= 1;
      ctx.setTimer("line", everyUs);
    },
    snapshot: () => left,
    restore: (state) => void (left = Number(state)),
  };
}

function searchList(ctx: ProgramContext): readonly string[] {
  return /^search +(.*)$/m.exec(ctx.readFile("/etc/resolv.conf") ?? "")?.[1]?.split(/\s+/) ?? [];
}

const subcommands: Readonly<Record<string, (args: readonly string[]) => Program>> = {
  netexec: (args) => exiting(netexec(args)), "serve-hostname": hostNames, connect, porter, liveness: livenessServer, "logs-generator": logsGenerator,
  pause: () => daemon(() => ["Paused"]),
  "test-webserver": (args) => new HttpServer({ ports: () => [Number(flagOf(args, "port") ?? "80")], respond: (request, ctx) => { const file = ctx.readFile(pathOnly(request.path)); return file === null ? text(404, "404 page not found\n") : text(200, file); }, exitOnTerm: 0 }),
  "dns-suffix": () => oneShot((ctx) => { ctx.log(searchList(ctx).join(",")); return 0; }),
  "dns-server-list": () => oneShot((ctx) => { ctx.log([...(ctx.readFile("/etc/resolv.conf") ?? "").matchAll(/^nameserver +(\S+)/gm)].map((match) => match[1]).join(",")); return 0; }),
  "etc-hosts": () => oneShot((ctx) => { ctx.log((ctx.readFile("/etc/hosts") ?? "").replace(/\n$/, "")); return 0; }),
  "entrypoint-tester": () => oneShot((ctx) => { ctx.log(JSON.stringify(ctx.command)); return 0; }),
  env: () => oneShot((ctx) => { for (const name of Object.keys(ctx.env).sort(compareText)) ctx.log(`${name}=${ctx.env[name] ?? ""}`); return 0; }),
  help: () => oneShot((ctx) => { ctx.log(`Usage: agnhost [command]\n\n[orrery] simulated are: ${Object.keys(subcommands).join(", ")}`); return 0; }),
};

function agnhost(args: readonly string[]): Program {
  const [name = "pause", ...rest] = args;
  if (Object.hasOwn(subcommands, name)) return (subcommands[name] as (args: readonly string[]) => Program)(rest);
  return oneShot((ctx) => {
    ctx.log(`[orrery] the subcommand ${name} of agnhost is not simulated; simulated are ${Object.keys(subcommands).join(", ")}`, "stderr");
    return 1;
  });
}

export const agnhostImage: ImageDefinition = {
  names: ["registry.k8s.io/e2e-test-images/agnhost", "k8s.gcr.io/e2e-test-images/agnhost", "registry.k8s.io/agnhost"],
  tagExists: (tag) => tagExists({ names: [], minors: { "2": 63 }, flavours: [] }, tag),
  sizeBytes: 53_000_000, entrypoint: ["/agnhost"], command: ["pause"], env: usualPath, exposedPorts: [], files: {},
  program: (command) => (/(^|\/)agnhost$/.test(command[0] ?? "") ? agnhost(command.slice(1)) : shellProgram(command, { agnhost })),
};

export const livenessImage: ImageDefinition = { ...agnhostImage, names: ["registry.k8s.io/liveness", "k8s.gcr.io/liveness"], tagExists: (tag) => tag === "latest", entrypoint: [], command: ["/server"], program: (command) => (command[0] === "/server" ? livenessServer() : null) };
export const serveHostnameImage: ImageDefinition = { ...agnhostImage, names: ["registry.k8s.io/serve_hostname", "registry.k8s.io/serve-hostname", "k8s.gcr.io/serve_hostname"], tagExists: (tag) => tag === "latest" || /^v?[0-9.]+$/.test(tag), entrypoint: ["/serve_hostname"], command: [], program: (command) => (command[0] === "/serve_hostname" ? hostNames(command.slice(1)) : null) };
