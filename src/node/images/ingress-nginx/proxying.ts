import type { HttpRequest, HttpResponse, Payload } from "../../../network/packet.ts";
import type { Backend } from "../../../network/ingress.ts";
import { upstreamName } from "../../../network/ingress.ts";
import type { ProgramContext } from "../program.ts";
import { accessLine, errorPage, errorTime } from "./logFormat.ts";
import type { Attempt } from "./logFormat.ts";
import type { Upstream } from "./upstreams.ts";

/** proxy_next_upstream_tries and proxy_read_timeout of the default configuration. */
export const mostTries = 3;
export const readTimeoutUs = 60_000_000;
/** proxy_connect_timeout: after so long without an answer the connection itself is asked for. */
export const connectProbeAfterUs = 4_000_000;
export const connectProbeUs = 1_000_000;

/** A request that waits for an upstream. */
export interface Pending {
  readonly id: string;
  readonly client: string;
  readonly request: HttpRequest;
  readonly host: string;
  /** The server block and the path of the location that matched, for the trace and the log. */
  readonly server: string;
  readonly locationPath: string;
  readonly ingress: string;
  readonly upstreamPath: string;
  readonly backend: Backend;
  readonly startedUs: number;
  readonly attempts: readonly Attempt[];
  readonly attemptUs: number;
  /** Where the present attempt goes. */
  readonly ip: string;
  readonly port: number;
  /** It was asked whether the connection was accepted. */
  readonly probed: boolean;
}

/** The next peer in turn that this request has not tried; null: none is left, or no try is. */
export function nextPeer(upstream: Upstream, pending: { readonly attempts: readonly Attempt[] }): { readonly ip: string; readonly port: number; readonly next: number } | null {
  const { addresses } = upstream;
  if (pending.attempts.length >= mostTries) return null;
  for (let i = 0; i < addresses.length; i++) {
    const index = (upstream.next + i) % addresses.length;
    const peer = addresses[index];
    if (peer === undefined || pending.attempts.some((attempt) => attempt.address === `${peer.ip}:${peer.port}`)) continue;
    return { ...peer, next: (index + 1) % addresses.length };
  }
  return null;
}

/** What goes to the pod: the client's request with the controller's own headers. */
export function upstreamRequest(pending: Pending): HttpRequest {
  const { request } = pending;
  const headers: Record<string, string> = {
    "x-request-id": pending.id, "x-real-ip": pending.client, "x-forwarded-for": pending.client, "x-forwarded-host": pending.host,
    "x-forwarded-port": "80", "x-forwarded-proto": "http", "x-forwarded-scheme": "http", "x-scheme": "http",
  };
  for (const [name, value] of Object.entries(request.headers)) if (headers[name] === undefined) headers[name] = value;
  return { method: request.method, host: request.host, path: pending.upstreamPath, headers, body: request.body };
}

/** nginx's error-log sentence for an attempt that failed, and the status that $upstream_status gives it. */
export function failedAttempt(payload: Payload | null): { readonly status: 502 | 504; readonly text: string } {
  if (payload === null) return { status: 504, text: "upstream timed out (110: Operation timed out) while reading response header from upstream" };
  if (payload.type === "refused") return { status: 502, text: payload.reason.startsWith("no route") ? "connect() failed (113: Host is unreachable) while connecting to upstream" : "connect() failed (111: Connection refused) while connecting to upstream" };
  if (payload.type === "reset") return { status: 502, text: "recv() failed (104: Connection reset by peer) while reading response header from upstream" };
  return { status: 502, text: "upstream sent no valid HTTP/1.0 header while reading response header from upstream" };
}

export function logFailedAttempt(ctx: ProgramContext, pending: Pending, text: string): void {
  ctx.log(`${errorTime(ctx.epochUs + ctx.clock())} [error] 30#30: *1 ${text}, client: ${pending.client}, server: ${pending.server}, request: "${pending.request.method} ${pending.request.path} HTTP/1.1", upstream: "http://${pending.ip}:${pending.port}${pending.upstreamPath}", host: "${pending.host}"`, "stderr");
}

/** Answers the client, logs the access, and says in the trace what was decided. */
export function finish(ctx: ProgramContext, pending: Pending, response: HttpResponse, rule: string): void {
  ctx.answerHttp(pending.id, response, rule);
  ctx.log(accessLine({
    client: pending.client, unixUs: ctx.epochUs + ctx.clock(), request: pending.request, status: response.status, bytes: response.body.length,
    tookUs: ctx.now - pending.startedUs, upstream: upstreamName(pending.backend), attempts: pending.attempts, requestId: pending.id,
  }));
}

export function page(status: number, headers: Readonly<Record<string, string>> = {}): HttpResponse {
  return { status, headers: { "content-type": "text/html", ...headers }, body: errorPage(status) };
}
