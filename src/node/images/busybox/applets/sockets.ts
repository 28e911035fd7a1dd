import type { Json } from "../../../../base/json.ts";
import type { Applet, AppletEvent, CommandIo, CommandResult } from "../shell/commandIo.ts";
import { complain, readOptions } from "./options.ts";

/** nc and telnet: is the port open (-z), else a text there and its answer back. Listening is not simulated. */
function connect(io: CommandIo): CommandResult {
  const { given, words } = readOptions(io.args, ["w", "p", "q", "i", "s", "e", "c"]);
  if (given.has("l")) return complain(io, "listening (-l) is not simulated");
  const [host = "", port = io.args[0] === "telnet" ? "23" : ""] = words;
  if (host === "" || !/^[0-9]+(-[0-9]+)?$/.test(port)) return complain(io, "bad port or host");
  const scans = given.has("z") || io.args[0] === "telnet" || !io.hasInput;
  const text = scans ? "" : io.input;
  const timeoutUs = Number(given.get("w") ?? "10") * 1_000_000 || 10_000_000;
  // What a person types as HTTP is a request of it.
  const http = /^([A-Z]+) (\S+) HTTP\/1\.[01]\r?\n/.exec(text);
  const hostHeader = /^Host: *(\S+)/im.exec(text)?.[1] ?? host;
  const payload = scans || text === "" ? { type: "probe" as const } : http === null ? { type: "bytes" as const, text: text.replace(/\r?\n$/, "") } : { type: "http" as const, request: { method: http[1] ?? "GET", host: hostHeader, path: http[2] ?? "/", headers: {}, body: text.split(/\r?\n\r?\n/).slice(1).join("\n\n") } };
  io.ctx.call({ host, port: Number(port.split("-")[0]), protocol: given.has("u") ? "UDP" : "TCP" }, payload, io.tag, timeoutUs);
  return { kind: "applet", name: io.args[0] ?? "nc", args: io.args, state: { host, port } };
}

function connected(state: Json, event: AppletEvent, io: CommandIo): number {
  const { host, port } = state as unknown as { readonly host: string; readonly port: string };
  const { given } = readOptions(io.args, ["w", "p", "q", "i", "s", "e", "c"]);
  const payload = event.type === "answer" ? event.payload : null;
  if (payload?.type === "bytes") {
    io.out(payload.text.endsWith("\n") ? payload.text : `${payload.text}\n`);
    return 0;
  }
  if (payload?.type === "httpResponse") {
    const { status, headers, body } = payload.response;
    io.out(`HTTP/1.1 ${status}\r\n${Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`).join("")}\r\n${body}`);
    return 0;
  }
  if (payload?.type === "accepted") {
    if (given.has("v")) io.err(`${host} (${host}:${port}) open\n`);
    if (io.args[0] === "telnet") io.out(`Connected to ${host}\n`);
    return 0;
  }
  if (given.has("v") || io.args[0] === "telnet") io.err(`${io.args[0] ?? "nc"}: ${host} (${host}:${port}): ${payload === null ? (event.type === "answer" && event.failure?.startsWith("lookup") === true ? "bad address" : "Connection timed out") : payload.type === "reset" ? "Connection reset by peer" : "Connection refused"}\n`);
  return 1;
}

interface Ping {
  readonly host: string;
  readonly address: string;
  readonly left: number;
  readonly sent: number;
  readonly received: number;
}

/** ping finds the name; whether a machine answers to ICMP the simulated network does not know, so it says so. */
function ping(io: CommandIo): CommandResult {
  const { words } = readOptions(io.args, ["c", "i", "W", "w", "s", "I"]);
  const [host = ""] = words;
  if (host === "") return complain(io, "missing host operand");
  io.ctx.resolve(host, io.tag);
  return { kind: "applet", name: "ping", args: io.args, state: { host, address: "", left: 0, sent: 0, received: 0 } };
}

function pinged(state: Json, event: AppletEvent, io: CommandIo): number {
  const { host } = state as unknown as Ping;
  const address = event.type === "answer" && event.payload?.type === "dnsAnswer" ? event.payload.answers[0]?.data : undefined;
  if (address === undefined) return complain(io, `bad address '${host}'`);
  io.out(`PING ${host} (${address}): 56 data bytes\n`);
  io.err("ping: [orrery] ICMP is not simulated: try nc -z or wget\n");
  return 1;
}

export const socketApplets: Readonly<Record<string, Applet>> = {
  nc: { run: connect, resume: connected }, ncat: { run: connect, resume: connected }, netcat: { run: connect, resume: connected }, telnet: { run: connect, resume: connected },
  ping: { run: ping, resume: pinged },
  ip: { run: (io) => { io.out(io.args.includes("route") || io.args.includes("r") ? `default via 169.254.1.1 dev eth0\n` : `1: lo: <LOOPBACK,UP,LOWER_UP> mtu 65536 qdisc noqueue\n    inet 127.0.0.1/8 scope host lo\n2: eth0@if7: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1500 qdisc noqueue\n    inet ${io.ctx.podIp}/24 scope global eth0\n`); return 0; } },
  ifconfig: { run: (io) => { io.out(`eth0      Link encap:Ethernet\n          inet addr:${io.ctx.podIp}  Mask:255.255.255.0\n          UP BROADCAST RUNNING MULTICAST  MTU:1500  Metric:1\n\nlo        Link encap:Local Loopback\n          inet addr:127.0.0.1  Mask:255.0.0.0\n          UP LOOPBACK RUNNING  MTU:65536  Metric:1\n`); return 0; } },
};
