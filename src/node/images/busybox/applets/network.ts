import type { Json, JsonObject } from "../../../../base/json.ts";
import type { HttpResponse } from "../../../../network/packet.ts";
import type { Applet, AppletEvent, CommandIo, CommandResult } from "../shell/commandIo.ts";

interface Fetch {
  readonly tool: "wget" | "curl";
  readonly host: string;
  readonly port: number;
  readonly path: string;
  readonly method: string;
  readonly body: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly quiet: boolean;
  readonly fail: boolean;
  readonly showHeaders: boolean;
  /** "-" is standard output. */
  readonly output: string;
  readonly writeOut: string;
  readonly timeoutUs: number;
  readonly address: string;
  readonly redirects: number;
}

/** Linux gives up a connection after six retries of its SYN. */
const defaultTimeoutUs = 130_000_000;

function parseUrl(url: string): { readonly host: string; readonly port: number; readonly path: string } | null {
  const match = /^(?:(https?):\/\/)?([^/:?#]+)(?::([0-9]{1,5}))?([/?][^#]*)?/.exec(url);
  if (match === null) return null;
  const path = match[4] ?? "/";
  return { host: match[2] ?? "", port: match[3] === undefined ? (match[1] === "https" ? 443 : 80) : Number(match[3]), path: path.startsWith("/") ? path : `/${path}` };
}

function fetchUrl(io: CommandIo): CommandResult {
  const tool = io.args[0]?.endsWith("curl") === true ? "curl" : "wget";
  let url = "";
  let output = tool === "curl" ? "-" : "";
  let quiet = false;
  let fail = tool === "wget";
  let showHeaders = false;
  let timeoutUs = defaultTimeoutUs;
  let method = "GET";
  let body = "";
  let writeOut = "";
  const headers: Record<string, string> = { "User-Agent": tool === "curl" ? "curl/8.17.0" : "Wget" };
  for (let at = 1; at < io.args.length; at++) {
    const arg = io.args[at] ?? "";
    const value = (): string => io.args[++at] ?? "";
    const inline = (): string => arg.slice(arg.indexOf("=") + 1);
    if (!arg.startsWith("-") || arg === "-") url = url === "" ? arg : url;
    else if (arg.startsWith("--timeout=") || arg.startsWith("--max-time=") || arg.startsWith("--connect-timeout=")) timeoutUs = Number(inline()) * 1_000_000;
    else if (arg === "--timeout" || arg === "-T" || arg === "-m" || arg === "--max-time" || arg === "--connect-timeout") timeoutUs = Number(value()) * 1_000_000;
    else if (/^-T[0-9]+$/.test(arg)) timeoutUs = Number(arg.slice(2)) * 1_000_000;
    else if (arg.startsWith("--header=")) addHeader(headers, inline());
    else if (arg === "--header" || arg === "-H") addHeader(headers, value());
    else if (arg === "-X" || arg === "--request") method = value();
    else if (arg.startsWith("--post-data=")) [method, body] = ["POST", inline()];
    else if (arg === "-d" || arg === "--data" || arg === "--post-data") [method, body] = ["POST", value()];
    else if (arg === "-w" || arg === "--write-out") writeOut = value();
    else if (arg === "-I" || arg === "--head") [method, showHeaders] = ["HEAD", true];
    else if (arg === "--spider") [method, output] = ["HEAD", "/dev/null"];
    else if (arg === "-o" && tool === "curl") output = value();
    else if (arg === "-O" && tool === "wget") output = value();
    else if (/^-q?O-$/.test(arg) || arg === "-qO-") [output, quiet] = ["-", quiet || arg.includes("q")];
    else if (arg === "-qO") [output, quiet] = [value(), true];
    else if (/^-[a-zA-Z]+$/.test(arg)) {
      if (arg.includes("q") || arg.includes("s")) quiet = true;
      if (arg.includes("i") || arg.includes("S")) showHeaders = tool === "curl" && arg.includes("i");
      if (arg.includes("f") && tool === "curl") fail = true;
      if (arg.endsWith("o") && tool === "curl") output = value();
      if (arg.endsWith("O") && tool === "wget") output = value();
    }
  }
  const target = parseUrl(url);
  if (target === null || url === "") {
    io.err(tool === "curl" ? "curl: (3) URL rejected\n" : "wget: missing URL\n");
    return tool === "curl" ? 3 : 1;
  }
  const fetch: Fetch = { tool, ...target, method, body, headers, quiet, fail, showHeaders, output, writeOut, timeoutUs: Number.isFinite(timeoutUs) && timeoutUs > 0 ? timeoutUs : defaultTimeoutUs, address: "", redirects: 0 };
  return begin(fetch, io);
}

function addHeader(headers: Record<string, string>, line: string): void {
  const colon = line.indexOf(":");
  if (colon > 0) headers[line.slice(0, colon).trim()] = line.slice(colon + 1).trim();
}

function begin(fetch: Fetch, io: CommandIo): CommandResult {
  io.ctx.resolve(fetch.host, io.tag);
  return { kind: "applet", name: fetch.tool, state: { ...fetch } as unknown as JsonObject };
}

function resumeFetch(state: Json, event: AppletEvent, io: CommandIo): CommandResult {
  const fetch = state as unknown as Fetch;
  if (event.type !== "answer") return 1;
  const { payload } = event;
  if (fetch.address === "") {
    const address = payload?.type === "dnsAnswer" ? payload.answers.find((answer) => answer.record === "A")?.data : undefined;
    if (address === undefined) return failed(fetch, io, fetch.tool === "curl" ? `curl: (6) Could not resolve host: ${fetch.host}` : `wget: bad address '${fetch.host}${fetch.port === 80 ? "" : `:${fetch.port}`}'`, 6);
    if (fetch.tool === "wget" && !fetch.quiet) io.err(`Connecting to ${fetch.host}${fetch.port === 80 ? "" : `:${fetch.port}`} (${address}:${fetch.port})\n`);
    const host = fetch.port === 80 ? fetch.host : `${fetch.host}:${fetch.port}`;
    const request = { method: fetch.method, host: fetch.headers["Host"] ?? host, path: fetch.path, headers: fetch.headers, body: fetch.body };
    io.ctx.call({ host: address, port: fetch.port }, { type: "http", request }, io.tag, fetch.timeoutUs);
    return { kind: "applet", name: fetch.tool, state: { ...fetch, address } as unknown as JsonObject };
  }
  if (payload === null) return failed(fetch, io, fetch.tool === "curl" ? `curl: (28) Connection timed out after ${Math.round(fetch.timeoutUs / 1000)} milliseconds` : "wget: download timed out", 28);
  if (payload.type === "refused") return failed(fetch, io, fetch.tool === "curl" ? `curl: (7) Failed to connect to ${fetch.host} port ${fetch.port}: Connection refused` : `wget: can't connect to remote host (${fetch.address}): Connection refused`, 7);
  if (payload.type !== "httpResponse") return failed(fetch, io, fetch.tool === "curl" ? "curl: (56) Recv failure: Connection reset by peer" : "wget: error getting response: Connection reset by peer", 56);
  return received(fetch, payload.response, io);
}

function failed(fetch: Fetch, io: CommandIo, text: string, code: number): number {
  if (!fetch.quiet || fetch.tool === "wget") io.err(`${text}\n`);
  return fetch.tool === "curl" ? code : 1;
}

function received(fetch: Fetch, response: HttpResponse, io: CommandIo): CommandResult {
  const location = response.headers["Location"] ?? response.headers["location"];
  if (fetch.tool === "wget" && response.status >= 301 && response.status <= 308 && location !== undefined && fetch.redirects < 5) {
    const next = parseUrl(location.startsWith("/") ? `http://${fetch.host}:${fetch.port}${location}` : location);
    if (next !== null) return begin({ ...fetch, ...next, address: "", redirects: fetch.redirects + 1 }, io);
  }
  if (fetch.fail && response.status >= 400) return failed(fetch, io, fetch.tool === "curl" ? `curl: (22) The requested URL returned error: ${response.status}` : `wget: server returned error: HTTP/1.1 ${response.status} ${reason(response.status)}`, 22);
  const head = fetch.showHeaders ? `HTTP/1.1 ${response.status} ${reason(response.status)}\n${Object.entries(response.headers).map(([name, value]) => `${name}: ${value}\n`).join("")}\n` : "";
  const output = fetch.output !== "" ? fetch.output : fetch.path.endsWith("/") ? "index.html" : (fetch.path.split("?")[0]?.split("/").pop() ?? "index.html");
  if (output === "-") io.out(head + response.body);
  else if (output !== "/dev/null") {
    if (!fetch.quiet) io.err(`saving to '${output}'\n`);
    const problem = io.ctx.tryWriteFile(io.resolve(output), response.body);
    if (problem !== null) return failed(fetch, io, `${fetch.tool}: can't open '${output}': ${problem}`, 23);
  }
  if (fetch.writeOut !== "") io.out(fetch.writeOut.replaceAll("%{http_code}", String(response.status)).replaceAll("\\n", "\n"));
  return 0;
}

function reason(status: number): string {
  return ({ 200: "OK", 201: "Created", 204: "No Content", 301: "Moved Permanently", 302: "Found", 400: "Bad Request", 403: "Forbidden", 404: "Not Found", 405: "Method Not Allowed", 500: "Internal Server Error", 502: "Bad Gateway", 503: "Service Unavailable", 504: "Gateway Timeout" } as Readonly<Record<number, string>>)[status] ?? "";
}

/** busybox' nslookup; up to 1.28 it printed another form. */
function printLookup(name: string, event: AppletEvent, io: CommandIo): number {
  const server = /nameserver (\S+)/.exec(io.ctx.readFile("/etc/resolv.conf") ?? "")?.[1] ?? "10.96.0.10";
  const old = /busybox.*:1\.(2[0-8]|1[0-9])\b/.test(io.ctx.image);
  const answers = event.type === "answer" && event.payload?.type === "dnsAnswer" ? event.payload.answers.filter((answer) => answer.record === "A") : [];
  const silent = event.type === "answer" && event.payload === null;
  if (old) {
    io.out(`Server:    ${server}\nAddress 1: ${server} kube-dns.kube-system.svc.cluster.local\n\n`);
    if (answers.length === 0) io.err(`nslookup: can't resolve '${name}'\n`);
    else io.out(`Name:      ${name}\n${answers.map((answer, index) => `Address ${index + 1}: ${answer.data} ${answer.name.replace(/\.$/, "")}\n`).join("")}`);
    return answers.length === 0 ? 1 : 0;
  }
  if (silent) {
    io.out(";; connection timed out; no servers could be reached\n\n");
    return 1;
  }
  io.out(`Server:\t\t${server}\nAddress:\t${server}:53\n\n`);
  if (answers.length === 0) io.out(`** server can't find ${name}: NXDOMAIN\n\n`);
  else io.out(`${answers.map((answer) => `Name:\t${answer.name.replace(/\.$/, "")}\nAddress: ${answer.data}\n`).join("")}\n`);
  return answers.length === 0 ? 1 : 0;
}

function lookUp(io: CommandIo): CommandResult {
  const name = io.args.slice(1).find((arg) => !arg.startsWith("-"));
  if (name === undefined) {
    io.err(`${io.args[0] ?? "nslookup"}: missing host name\n`);
    return 1;
  }
  io.ctx.resolve(name, io.tag);
  return { kind: "applet", name: io.args[0]?.split("/").pop() ?? "nslookup", state: name };
}

/** nc -z host port: is the port open? */
function connect(io: CommandIo): CommandResult {
  const words = io.args.slice(1).filter((arg) => !arg.startsWith("-"));
  const wait = io.args.indexOf("-w");
  const rest = wait < 0 ? words : words.filter((word) => word !== io.args[wait + 1]);
  const [host = "", port = ""] = rest;
  io.ctx.call({ host, port: Number(port) }, { type: "probe" }, io.tag, wait < 0 ? 10_000_000 : Number(io.args[wait + 1] ?? "10") * 1_000_000);
  return { kind: "applet", name: "nc", state: `${host}:${port}` };
}

export const networkApplets: Readonly<Record<string, Applet>> = {
  wget: { run: fetchUrl, resume: resumeFetch },
  curl: { run: fetchUrl, resume: resumeFetch },
  nslookup: { run: lookUp, resume: (state, event, io) => printLookup(String(state), event, io) },
  getent: {
    run: (io) => {
      io.ctx.resolve(io.args[2] ?? "", io.tag);
      return { kind: "applet", name: "getent", state: io.args[2] ?? "" };
    },
    resume: (state, event, io) => {
      const answers = event.type === "answer" && event.payload?.type === "dnsAnswer" ? event.payload.answers : [];
      for (const answer of answers) io.out(`${answer.data.padEnd(15)} ${String(state)}\n`);
      return answers.length === 0 ? 2 : 0;
    },
  },
  nc: {
    run: connect,
    resume: (state, event, io) => {
      const open = event.type === "answer" && event.payload?.type === "accepted";
      if (!open && io.args.includes("-v")) io.err(`nc: ${String(state)}: Connection refused\n`);
      return open ? 0 : 1;
    },
  },
};
