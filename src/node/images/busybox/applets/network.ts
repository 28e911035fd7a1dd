import type { Json, JsonObject } from "../../../../base/json.ts";
import type { HttpResponse } from "../../../../network/packet.ts";
import type { Applet, AppletEvent, CommandIo, CommandResult } from "../shell/commandIo.ts";
import { isFor } from "../../ingress-nginx/certificates.ts";
import { shownCertificate } from "../../shownCertificate.ts";
import { base64 } from "./digests.ts";
import { nameApplets } from "./names.ts";
import { unescape } from "./output.ts";
import { socketApplets } from "./sockets.ts";

interface Fetch {
  readonly tool: "wget" | "curl";
  readonly host: string;
  readonly port: number;
  readonly path: string;
  readonly tls: boolean;
  /** curl's -k, and what of --cacert. */
  readonly insecure: boolean;
  readonly authority: string;
  readonly method: string;
  readonly body: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly quiet: boolean;
  /** -sS */
  readonly showErrors: boolean;
  readonly verbose: boolean;
  readonly follow: boolean;
  readonly startedUs: number;
  /** Further URLs of the same command. */
  readonly more: readonly string[];
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

function parseUrl(url: string): { readonly host: string; readonly port: number; readonly path: string; readonly tls: boolean } | null {
  const match = /^(?:(https?):\/\/)?([^/:?#]+)(?::([0-9]{1,5}))?([/?][^#]*)?/.exec(url);
  if (match === null) return null;
  const path = match[4] ?? "/";
  return { host: match[2] ?? "", port: match[3] === undefined ? (match[1] === "https" ? 443 : 80) : Number(match[3]), path: path.startsWith("/") ? path : `/${path}`, tls: match[1] === "https" };
}

interface Asked {
  insecure: boolean;
  authority: string;
  urls: string[];
  output: string;
  quiet: boolean;
  showErrors: boolean;
  fail: boolean;
  showHeaders: boolean;
  verbose: boolean;
  follow: boolean;
  timeoutUs: number;
  method: string;
  body: string | null;
  asQuery: boolean;
  writeOut: string;
  headers: Record<string, string>;
}

/** Options with a value that change nothing here. */
const idle = ["--cert", "--key", "-E", "--retry", "--retry-delay", "--retry-max-time", "-t", "--tries", "--ca-certificate", "-c", "-b", "--cookie", "-x", "--proxy", "--resolve", "-e", "--interface", "--limit-rate", "-U"];

/** curl's and wget's command lines. */
function readFetch(io: CommandIo, tool: Fetch["tool"]): Asked {
  const curl = tool === "curl";
  const asked: Asked = { insecure: false, authority: "", urls: [], output: curl ? "-" : "", quiet: false, showErrors: !curl, fail: !curl, showHeaders: false, verbose: false, follow: !curl, timeoutUs: defaultTimeoutUs, method: "", body: null, asQuery: false, writeOut: "", headers: { "User-Agent": curl ? "curl/8.17.0" : "Wget", ...(curl ? { Accept: "*/*" } : {}) } };
  const data = (text: string): void => {
    const content = text.startsWith("@") ? (text === "@-" ? io.input : (io.ctx.readFile(io.resolve(text.slice(1))) ?? "")) : text;
    asked.body = asked.body === null ? content : `${asked.body}&${content}`;
    asked.headers["Content-Type"] ??= "application/x-www-form-urlencoded";
  };
  for (let at = 1; at < io.args.length; at++) {
    const arg = io.args[at] ?? "";
    const equals = arg.startsWith("--") ? arg.indexOf("=") : -1;
    const name = equals > 0 ? arg.slice(0, equals) : arg;
    const value = (): string => (equals > 0 ? arg.slice(equals + 1) : (io.args[++at] ?? ""));
    if (!arg.startsWith("-") || arg === "-") asked.urls.push(arg);
    else if (["--timeout", "-T", "-m", "--max-time", "--connect-timeout"].includes(name) && !(curl && name === "-T")) asked.timeoutUs = Number(value()) * 1_000_000;
    else if (/^-[Tm][0-9.]+$/.test(arg)) asked.timeoutUs = Number(arg.slice(2)) * 1_000_000;
    else if (name === "--header" || name === "-H") addHeader(asked.headers, value());
    else if (name === "-X" || name === "--request") asked.method = value();
    else if (/^-X[A-Z]+$/.test(arg)) asked.method = arg.slice(2);
    else if (["-d", "--data", "--data-raw", "--data-binary", "--data-ascii", "--post-data"].includes(name)) data(value());
    else if (name === "--data-urlencode") data(value().replace(/=(.*)$/s, (_, text: string) => `=${encodeURIComponent(text)}`));
    else if (name === "--json") {
      asked.headers["Content-Type"] = "application/json";
      data(value());
    } else if (name === "-G" || name === "--get") asked.asQuery = true;
    else if (name === "-A" || name === "--user-agent") asked.headers["User-Agent"] = value();
    else if (name === "-u" || name === "--user") asked.headers["Authorization"] = `Basic ${base64(value())}`;
    else if (name === "-w" || name === "--write-out") asked.writeOut = value();
    else if (name === "--spider") [asked.method, asked.output] = ["HEAD", "/dev/null"];
    else if (name === "--url") asked.urls.push(value());
    else if (name === "--output" || name === "--output-document") asked.output = value();
    else if (name === "--silent" || name === "--quiet") asked.quiet = true;
    else if (name === "--show-error") asked.showErrors = true;
    else if (name === "--fail" || name === "--fail-with-body") asked.fail = true;
    else if (name === "--head") [asked.method, asked.showHeaders] = ["HEAD", true];
    else if (name === "--include") asked.showHeaders = true;
    else if (name === "--verbose") asked.verbose = true;
    else if (name === "--location") asked.follow = true;
    else if (name === "--insecure") asked.insecure = true;
    else if (name === "--cacert") asked.authority = value();
    else if (idle.includes(name)) value();
    else if (!arg.startsWith("--")) readLetters(arg, asked, curl, value);
  }
  return asked;
}

function readLetters(arg: string, asked: Asked, curl: boolean, value: () => string): void {
  for (let at = 1; at < arg.length; at++) {
    const letter = arg[at] ?? "";
    const rest = arg.slice(at + 1);
    if (letter === (curl ? "o" : "O")) {
      asked.output = rest !== "" ? rest : value();
      return;
    }
    if (letter === "w" && curl) {
      asked.writeOut = rest !== "" ? rest : value();
      return;
    }
    if (letter === "m" || (letter === "T" && !curl)) {
      asked.timeoutUs = Number(rest !== "" ? rest : value()) * 1_000_000;
      return;
    }
    if (letter === "q" || letter === "s") asked.quiet = true;
    else if (letter === "S") asked.showErrors = true;
    else if (letter === "i" && curl) asked.showHeaders = true;
    else if (letter === "I" && curl) [asked.method, asked.showHeaders] = ["HEAD", true];
    else if (letter === "f" && curl) asked.fail = true;
    else if (letter === "v" && curl) asked.verbose = true;
    else if (letter === "L") asked.follow = true;
    else if (letter === "k" && curl) asked.insecure = true;
    else if (letter === "O" && curl) asked.output = "";
  }
}

function fetchUrl(io: CommandIo): CommandResult {
  const tool = io.args[0]?.endsWith("curl") === true ? "curl" : "wget";
  const asked = readFetch(io, tool);
  const [url = "", ...more] = asked.urls;
  const target = parseUrl(asked.asQuery && asked.body !== null ? `${url}${url.includes("?") ? "&" : "?"}${asked.body}` : url);
  if (target === null || url === "") {
    if (tool === "curl") io.err(url === "" ? "curl: (2) no URL specified\ncurl: try 'curl --help' for more information\n" : "curl: (3) URL rejected: Malformed input to a URL function\n");
    else io.err("wget: missing URL\n");
    return tool === "curl" ? (url === "" ? 2 : 3) : 1;
  }
  const body = asked.asQuery ? "" : (asked.body ?? "");
  const { insecure, authority, quiet, showErrors, fail, showHeaders, verbose, follow, output, writeOut, headers } = asked;
  const timeoutUs = Number.isFinite(asked.timeoutUs) && asked.timeoutUs > 0 ? asked.timeoutUs : defaultTimeoutUs;
  const fetch: Fetch = { tool, ...target, method: asked.method || (asked.body !== null && !asked.asQuery ? "POST" : "GET"), body, headers, insecure, authority, quiet, showErrors, fail, showHeaders, verbose, follow, output, writeOut, timeoutUs, address: "", redirects: 0, startedUs: io.ctx.clock(), more };
  return begin(fetch, io);
}

function addHeader(headers: Record<string, string>, line: string): void {
  const colon = line.indexOf(":");
  if (colon > 0) headers[line.slice(0, colon).trim()] = line.slice(colon + 1).trim();
}

function begin(fetch: Fetch, io: CommandIo): CommandResult {
  io.ctx.resolve(fetch.host, io.tag);
  return { kind: "applet", name: fetch.tool, args: io.args, state: { ...fetch } as unknown as JsonObject };
}

function resumeFetch(state: Json, event: AppletEvent, io: CommandIo): CommandResult {
  const fetch = state as unknown as Fetch;
  if (event.type !== "answer") return 1;
  const { payload } = event;
  if (fetch.address === "") {
    const address = payload?.type === "dnsAnswer" ? payload.answers.find((answer) => answer.record === "A")?.data : undefined;
    if (address === undefined) return failed(fetch, io, fetch.tool === "curl" ? `curl: (6) Could not resolve host: ${fetch.host}` : `wget: bad address '${fetch.host}${fetch.port === 80 ? "" : `:${fetch.port}`}'`, 6);
    if (fetch.tool === "wget" && !fetch.quiet) io.err(`Connecting to ${fetch.host}${fetch.port === 80 ? "" : `:${fetch.port}`} (${address}:${fetch.port})\n`);
    const host = fetch.port === (fetch.tls ? 443 : 80) ? fetch.host : `${fetch.host}:${fetch.port}`;
    if (fetch.tls && fetch.tool === "wget" && !fetch.quiet) io.err("wget: note: TLS certificate validation not implemented\n");
    // No server's name is said for an address.
    const tls = fetch.tls ? { tls: { serverName: fetch.host === address ? "" : fetch.host } } : {};
    const request = { ...tls, method: fetch.method, host: fetch.headers["Host"] ?? host, path: fetch.path, headers: fetch.headers, body: fetch.body };
    io.ctx.call({ host: address, port: fetch.port }, { type: "http", request }, io.tag, fetch.timeoutUs);
    return { kind: "applet", name: fetch.tool, args: io.args, state: { ...fetch, address } as unknown as JsonObject };
  }
  if (payload === null) return failed(fetch, io, fetch.tool === "curl" ? `curl: (28) Connection timed out after ${Math.round(fetch.timeoutUs / 1000)} milliseconds` : "wget: download timed out", 28);
  if (payload.type === "refused") return failed(fetch, io, fetch.tool === "curl" ? `curl: (7) Failed to connect to ${fetch.host} port ${fetch.port} after 0 ms: Could not connect to server` : `wget: can't connect to remote host (${fetch.address}): Connection refused`, 7);
  if (payload.type !== "httpResponse") return failed(fetch, io, fetch.tool === "curl" ? "curl: (56) Recv failure: Connection reset by peer" : "wget: error getting response: Connection reset by peer", 56);
  const distrust = fetch.tls && fetch.tool === "curl" && !fetch.insecure ? distrusted(fetch, payload.response.certificate, io) : null;
  return distrust === null ? received(fetch, payload.response, io) : failed(fetch, io, distrust.text, distrust.code);
}

/** What curl says of a server's certificate; null: it takes it. Of a server that tells of none, nothing is known. */
function distrusted(fetch: Fetch, certificate: string | undefined, io: CommandIo): { readonly text: string; readonly code: number } | null {
  const file = fetch.authority === "" ? "" : io.ctx.readFile(io.resolve(fetch.authority));
  if (file === null) return { text: `curl: (77) error setting certificate verify locations:  CAfile: ${fetch.authority} CApath: none`, code: 77 };
  if (certificate === undefined) return null;
  const known = shownCertificate(file);
  if (known?.text !== certificate) return { text: "curl: (60) SSL certificate problem: self-signed certificate\nMore details here: https://curl.se/docs/sslcerts.html", code: 60 };
  return isFor(known, fetch.host) ? null : { text: `curl: (60) SSL: no alternative certificate subject name matches target host name '${fetch.host}'`, code: 60 };
}

function failed(fetch: Fetch, io: CommandIo, text: string, code: number): number {
  if (!fetch.quiet || fetch.showErrors) io.err(`${text}\n`);
  if (fetch.tool === "curl" && fetch.writeOut !== "") io.out(written(fetch, 0, 0, io));
  return fetch.tool === "curl" ? code : 1;
}

function received(fetch: Fetch, response: HttpResponse, io: CommandIo): CommandResult {
  const location = response.headers["Location"] ?? response.headers["location"];
  if (fetch.follow && response.status >= 301 && response.status <= 308 && location !== undefined && fetch.redirects < 5) {
    const next = parseUrl(location.startsWith("/") ? `${fetch.tls ? "https" : "http"}://${fetch.host}:${fetch.port}${location}` : location);
    if (next !== null) return begin({ ...fetch, ...next, address: "", redirects: fetch.redirects + 1 }, io);
  }
  if (fetch.fail && response.status >= 400) return failed(fetch, io, fetch.tool === "curl" ? `curl: (22) The requested URL returned error: ${response.status}` : `wget: server returned error: HTTP/1.1 ${response.status} ${reason(response.status)}`, 22);
  if (fetch.verbose) io.err(`* Connected to ${fetch.host} (${fetch.address}) port ${fetch.port}\n> ${fetch.method} ${fetch.path} HTTP/1.1\n> Host: ${fetch.host}\n${Object.entries(fetch.headers).map(([name, value]) => `> ${name}: ${value}\n`).join("")}>\n< HTTP/1.1 ${response.status} ${reason(response.status)}\n${Object.entries(response.headers).map(([name, value]) => `< ${name}: ${value}\n`).join("")}<\n`);
  const head = fetch.showHeaders ? `HTTP/1.1 ${response.status} ${reason(response.status)}\n${Object.entries(response.headers).map(([name, value]) => `${name}: ${value}\n`).join("")}\n` : "";
  const output = fetch.output !== "" ? fetch.output : fetch.path.endsWith("/") ? "index.html" : (fetch.path.split("?")[0]?.split("/").pop() ?? "index.html");
  const content = fetch.method === "HEAD" ? "" : response.body;
  if (output === "-") io.out(head + content);
  else if (output !== "/dev/null") {
    if (!fetch.quiet) io.err(`saving to '${output}'\n`);
    const problem = io.ctx.tryWriteFile(io.resolve(output), content);
    if (problem !== null) return failed(fetch, io, `${fetch.tool}: can't open '${output}': ${problem}`, 23);
  }
  if (fetch.writeOut !== "") io.out(written(fetch, response.status, response.body.length, io));
  const [next, ...more] = fetch.more;
  const target = next === undefined ? null : parseUrl(next);
  return target === null ? 0 : begin({ ...fetch, ...target, more, address: "", redirects: 0 }, io);
}

/** What curl -w asks for. */
function written(fetch: Fetch, status: number, size: number, io: CommandIo): string {
  const seconds = ((io.ctx.clock() - fetch.startedUs) / 1_000_000).toFixed(6);
  const values: Readonly<Record<string, string>> = { http_code: String(status).padStart(3, "0"), response_code: String(status).padStart(3, "0"), size_download: String(size), time_total: seconds, time_connect: seconds, time_starttransfer: seconds, remote_ip: fetch.address, url_effective: `${fetch.tls ? "https" : "http"}://${fetch.host}${fetch.path}` };
  return unescape(fetch.writeOut.replace(/%\{([a-z_]+)\}/g, (whole, name: string) => values[name] ?? whole));
}

function reason(status: number): string {
  return ({ 200: "OK", 201: "Created", 204: "No Content", 301: "Moved Permanently", 302: "Found", 400: "Bad Request", 403: "Forbidden", 404: "Not Found", 405: "Method Not Allowed", 500: "Internal Server Error", 502: "Bad Gateway", 503: "Service Unavailable", 504: "Gateway Timeout" } as Readonly<Record<number, string>>)[status] ?? "";
}

export const networkApplets: Readonly<Record<string, Applet>> = {
  wget: { run: fetchUrl, resume: resumeFetch },
  curl: { run: fetchUrl, resume: resumeFetch },
  ...nameApplets, ...socketApplets,
};
