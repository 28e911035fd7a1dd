import type { HttpRequest, HttpResponse, Payload } from "../../../network/packet.ts";
import type { LocationSettings } from "./model.ts";
import type { ProgramContext } from "../program.ts";
import { accessLine, errorPage, errorTime } from "./logFormat.ts";
import type { Attempt } from "./logFormat.ts";

/** A request that waits for an upstream. */
export interface Pending {
  readonly id: string;
  readonly client: string;
  readonly scheme: "http" | "https";
  /** What a client of TLS was shown; "" without TLS. */
  readonly certificate: string;
  readonly request: HttpRequest;
  readonly host: string;
  /** The server block and the path of the location that matched, for the trace and the log. */
  readonly server: string;
  readonly locationPath: string;
  readonly ingress: string;
  readonly upstreamPath: string;
  readonly upstream: string;
  /** "namespace/name" of the Service behind it. */
  readonly service: string;
  readonly settings: Pick<LocationSettings, "connectTimeoutS" | "readTimeoutS" | "nextUpstream" | "tries" | "upstreamHost" | "forwardedPrefix" | "accessLog">;
  /** Why it was a canary or not, and the like, for the trace; "" or it ends with ", ". */
  readonly why: string;
  /** Of an upstream with affinity: what its cookie says, "" without one. */
  readonly key: string;
  /** Sent with the answer; "": none. */
  readonly setCookie: string;
  readonly startedUs: number;
  readonly attempts: readonly Attempt[];
  readonly attemptUs: number;
  /** Where the present attempt goes. */
  readonly ip: string;
  readonly port: number;
  /** It was asked whether the connection was accepted. */
  readonly probed: boolean;
}

/** What goes to the pod: the client's request with the controller's own headers. */
export function upstreamRequest(pending: Pending, useForwardedHeaders: boolean): HttpRequest {
  const { request, scheme, settings } = pending;
  const given = new Map(Object.entries(request.headers).map(([name, value]) => [name.toLowerCase(), value]));
  const forwarded = (name: string, value: string): string => (useForwardedHeaders ? (given.get(name) ?? value) : value);
  const headers: Record<string, string> = {
    "x-request-id": given.get("x-request-id") ?? pending.id, "x-real-ip": pending.client,
    "x-forwarded-for": useForwardedHeaders && given.has("x-forwarded-for") ? `${given.get("x-forwarded-for") ?? ""}, ${pending.client}` : pending.client,
    "x-forwarded-host": forwarded("x-forwarded-host", pending.host), "x-forwarded-port": forwarded("x-forwarded-port", scheme === "https" ? "443" : "80"),
    "x-forwarded-proto": forwarded("x-forwarded-proto", scheme), "x-forwarded-scheme": forwarded("x-forwarded-proto", scheme), "x-scheme": scheme,
  };
  if (settings.forwardedPrefix !== "") headers["x-forwarded-prefix"] = settings.forwardedPrefix;
  const own = new Set(Object.keys(headers));
  for (const [name, value] of Object.entries(request.headers)) if (!own.has(name.toLowerCase())) headers[name] = value;
  return { method: request.method, host: settings.upstreamHost === "" ? request.host : settings.upstreamHost, path: pending.upstreamPath, headers, body: request.body };
}

export interface Failure {
  readonly status: number;
  readonly text: string;
  /** As proxy_next_upstream names it. */
  readonly kind: string;
}

/** nginx's error-log sentence for an attempt that failed, and the status that $upstream_status gives it. */
export function failedAttempt(payload: Payload | null): Failure {
  if (payload === null) return { status: 504, kind: "timeout", text: "upstream timed out (110: Operation timed out) while reading response header from upstream" };
  if (payload.type === "refused") return { status: 502, kind: "error", text: payload.reason.startsWith("no route") ? "connect() failed (113: Host is unreachable) while connecting to upstream" : "connect() failed (111: Connection refused) while connecting to upstream" };
  if (payload.type === "reset") return { status: 502, kind: "error", text: "recv() failed (104: Connection reset by peer) while reading response header from upstream" };
  return { status: 502, kind: "invalid_header", text: "upstream sent no valid HTTP/1.0 header while reading response header from upstream" };
}

/** A line of nginx's error log about a request that no upstream has. */
export function logError(ctx: ProgramContext, about: Pick<Pending, "client" | "server" | "request" | "host">, text: string, upstream: string = ""): void {
  ctx.log(`${errorTime(ctx.epochUs + ctx.clock())} [error] 30#30: *1 ${text}, client: ${about.client}, server: ${about.server}, request: "${about.request.method} ${about.request.path} HTTP/1.1"${upstream === "" ? "" : `, upstream: "${upstream}"`}, host: "${about.host}"`, "stderr");
}

export function logFailedAttempt(ctx: ProgramContext, pending: Pending, text: string): void {
  logError(ctx, pending, text, `http://${pending.ip}:${pending.port}${pending.upstreamPath}`);
}

/** Answers the client, logs the access, and says in the trace what was decided. */
export function finish(ctx: ProgramContext, pending: Pending, response: HttpResponse, rule: string, hsts: string): void {
  const headers: Record<string, string> = { ...response.headers };
  if (pending.scheme === "https" && hsts !== "") headers["strict-transport-security"] = hsts;
  if (pending.setCookie !== "" && pending.attempts.length > 0) headers["set-cookie"] = headers["set-cookie"] === undefined ? pending.setCookie : `${headers["set-cookie"]}, ${pending.setCookie}`;
  ctx.answerHttp(pending.id, { status: response.status, headers, body: response.body, ...(pending.certificate === "" ? {} : { certificate: pending.certificate }) }, rule);
  if (!pending.settings.accessLog) return;
  ctx.log(accessLine({
    client: pending.client, unixUs: ctx.epochUs + ctx.clock(), request: pending.request, status: response.status, bytes: response.body.length,
    tookUs: ctx.now - pending.startedUs, upstream: pending.upstream, attempts: pending.attempts, requestId: pending.id,
  }));
}

export function page(status: number, headers: Readonly<Record<string, string>> = {}): HttpResponse {
  return { status, headers: { "content-type": "text/html", ...headers }, body: errorPage(status) };
}
