import { createServer as createHttpServer, type IncomingMessage, type RequestListener, type Server, type ServerResponse } from "node:http";
import { createServer as createHttpsServer } from "node:https";
import { timingSafeEqual } from "node:crypto";
import { isIP, type Socket } from "node:net";
import type { Duplex } from "node:stream";
import { TLSSocket, type PeerCertificate } from "node:tls";
import type { ApiRequest, ApiResponse, Identity } from "../apimachinery/apiRequest.ts";
import type { JsonObject } from "../base/json.ts";
import type { ClusterEngine } from "../hosts/clusterEngine.ts";
import type { GatewayCertificates } from "./certificates.ts";
import { followLog, isFollowedLog } from "./logStream.ts";
import { handleOrrery } from "./orreryRoutes.ts";
import { readBody, sendApiResponse, sendStatus, statusBody, toApiRequest } from "./requestCodec.ts";
import { RequestRefused } from "./requestRefused.ts";
import { withoutCredential } from "./tokenReference.ts";
import { isProxyPath, proxyRequest } from "./streams/proxy.ts";
import { refuseUpgrade, upgrade } from "./streams/upgrades.ts";
import { streamWatch } from "./watchStream.ts";

const administrator: Identity = { type: "user", name: "kubernetes-admin", groups: ["system:masters", "system:authenticated"] };
const anonymous: Identity = { type: "user", name: "system:anonymous", groups: ["system:unauthenticated"] };

export interface HttpServerOptions {
  readonly engine: ClusterEngine;
  readonly token: string;
  /** null: plain HTTP. */
  readonly certificates: GatewayCertificates | null;
  readonly log: (line: string) => void;
}

/** Tells a stranger how long the token is, and nothing else. */
function sameToken(given: string, wanted: string): boolean {
  const [a, b] = [Buffer.from(given), Buffer.from(wanted)];
  return a.length === b.length && timingSafeEqual(a, b);
}

type Certified = Identity | "refused" | null;

/** Whom a client's certificate names; "refused" where another authority signed it, null where none was shown. Follows apiserver/pkg/authentication/request/x509. */
function readCertificate(socket: Socket): Certified {
  if (!(socket instanceof TLSSocket)) return null;
  const shown = socket.getPeerCertificate() as PeerCertificate | null;
  const subject = shown?.subject as { readonly CN?: string | string[]; readonly O?: string | string[] } | undefined;
  if (subject === undefined) return null;
  const name = [subject.CN ?? []].flat()[0] ?? "";
  return socket.authorized && name !== "" ? { type: "user", name, groups: [...new Set([subject.O ?? []].flat()), "system:authenticated"] } : "refused";
}

/** By connection: what was shown when it began stays. */
const holders = new WeakMap<Socket, Certified>();

function holderOf(socket: Socket): Certified {
  let holder = holders.get(socket);
  if (holder === undefined) holders.set(socket, (holder = readCertificate(socket)));
  return holder;
}

/** Who asks: a certificate's holder, the administrator's token, a token of the cluster's own (the API server verifies it), or nobody. */
function identityOf(request: IncomingMessage, token: string, plain: boolean): Identity {
  const holder = holderOf(request.socket);
  if (holder === "refused") throw new RequestRefused(401, "Unauthorized", "Unauthorized");
  if (holder !== null) return holder;
  const { authorization = "", origin } = request.headers;
  // kubectl sends no token over plain HTTP: whoever asked for it trusts all of this machine, but no page in a browser.
  if (plain && authorization === "" && origin === undefined && request.headers["sec-fetch-site"] === undefined) return administrator;
  const [scheme = "", given = ""] = authorization.split(" ");
  if (scheme.toLowerCase() !== "bearer" || given === "") return anonymous;
  return sameToken(given, token) ? administrator : { type: "bearer", token: given };
}

/** Only loopback names: a page elsewhere that resolves its own name to 127.0.0.1 is refused. */
function isLoopbackHost(host: string | undefined): boolean {
  const name = (host ?? "").replace(/:\d+$/, "").replace(/^\[|\]$/g, "");
  return name === "localhost" || name === "kubernetes" || (isIP(name) > 0 && (name.startsWith("127.") || name === "::1"));
}

/** Null where the target is no path, or holds a % that begins no escape. */
function urlOf(target: string): URL | null {
  try {
    const url = new URL(target.startsWith("/") ? `https://gateway${target}` : target, "https://gateway");
    decodeURIComponent(url.pathname);
    return url;
  } catch {
    return null;
  }
}

function refuseImpersonation(request: IncomingMessage): void {
  if (Object.keys(request.headers).some((name) => name.startsWith("impersonate-"))) throw new RequestRefused(501, "NotImplemented", "impersonation through a proxy is not simulated: send the request without Impersonate-* headers");
}

async function handle(request: IncomingMessage, response: ServerResponse, options: HttpServerOptions): Promise<void> {
  const { engine, token } = options;
  if (!isLoopbackHost(request.headers.host)) return sendStatus(response, 403, "Forbidden", "this gateway answers to loopback host names only");
  const url = urlOf(request.url ?? "/");
  if (url === null) return sendStatus(response, 400, "BadRequest", "the request's path is not a valid URL");
  const identity = identityOf(request, token, options.certificates === null);
  const body = await readBody(request);
  if (url.pathname.startsWith("/orrery/")) return handleOrrery(request, response, url, body, identity === administrator, engine, options.certificates);
  if (isProxyPath(url.pathname)) {
    refuseImpersonation(request);
    const answer = await proxyRequest(engine, { method: request.method ?? "GET", url, headers: request.headers, body: body.toString("utf8"), identity });
    return sendApiResponse(response, answer, undefined, request.method === "HEAD");
  }
  if (/\/pods\/[^/]+\/(exec|attach|portforward)$/.test(url.pathname)) {
    const judged = await engine.read({ ...toApiRequest(request, url, Buffer.alloc(0), identity) });
    return sendApiResponse(response, judged, request.headers.accept, false);
  }
  const api = toApiRequest(request, url, body, identity);
  if (api.verb === "watch") {
    const watch = engine.watch(api);
    if ("code" in watch) return sendApiResponse(response, watch, request.headers.accept, false);
    const seconds = Number(api.query["timeoutSeconds"] ?? "");
    return streamWatch(response, watch, engine, seconds > 0 ? seconds * 1_000 : null);
  }
  if (isFollowedLog(api)) return followLog(response, api, engine);
  const answer = api.verb === "get" ? await engine.read(api) : await write(engine, api);
  sendApiResponse(response, answer, request.headers.accept, request.method === "HEAD");
}

async function handleUpgrade(request: IncomingMessage, socket: Duplex, head: Buffer, { engine, token, certificates }: HttpServerOptions): Promise<void> {
  const url = urlOf(request.url ?? "/");
  if (!isLoopbackHost(request.headers.host) || url === null) return refuseUpgrade(socket, 403, "this gateway answers to loopback host names only", "text/plain");
  await upgrade({ request, socket, head, url, engine, identity: identityOf(request, token, certificates === null) });
}

/** Asks now and then whether the nodes still know their streams. */
function sweepStreams(engine: ClusterEngine): void {
  let sweptAtMs = 0;
  engine.onMoved(() => {
    if (performance.now() - sweptAtMs < 1_000) return;
    sweptAtMs = performance.now();
    engine.streams.sweep().catch(() => undefined);
  });
}

async function write(engine: ClusterEngine, api: ApiRequest): Promise<ApiResponse> {
  const named = await withoutCredential(engine, api);
  return "code" in named ? named : engine.write(named);
}

/** Of requests that are no HTTP, as Go's server answers them. */
const refusals: Readonly<Record<string, string>> = {
  HPE_HEADER_OVERFLOW: "431 Request Header Fields Too Large",
  ERR_HTTP_REQUEST_TIMEOUT: "408 Request Timeout",
};

/** Serves the Kubernetes API of the running cluster over HTTP(S); listening is the caller's. */
export function createGatewayServer(options: HttpServerOptions): Server {
  const listener: RequestListener = (request, response) => {
    handle(request, response, options).catch((error: unknown) => {
      if (response.headersSent) return void response.destroy();
      if (error instanceof RequestRefused) return sendStatus(response, error.code, error.reason, error.message);
      options.log(`internal error: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
      sendStatus(response, 500, "InternalError", "Internal error occurred: the gateway could not answer; its log has the details");
    });
  };
  const limits = { maxHeaderSize: 64 * 1024, headersTimeout: 20_000, requestTimeout: 60_000, keepAliveTimeout: 90_000 };
  const { certificates } = options;
  const server = certificates === null
    ? createHttpServer(limits, listener)
    : createHttpsServer({ ...limits, key: certificates.key, cert: certificates.certificate, ca: certificates.authority, requestCert: true, rejectUnauthorized: false }, listener);
  server.on("clientError", (error: NodeJS.ErrnoException, socket) => {
    if (!socket.writable) return;
    // OpenSSL's complaint of a foreign signature may come up again where the request is read.
    if (readCertificate(socket as Socket) === "refused") {
      socket.end(`HTTP/1.1 401 Unauthorized\r\nContent-Type: application/json\r\nConnection: close\r\n\r\n${JSON.stringify(statusBody(401, "Unauthorized", "Unauthorized"))}\n`);
      return;
    }
    if (error.code === "HPE_INVALID_METHOD") {
      const status = { ...(statusBody(405, "MethodNotAllowed", "the server does not allow this method on the requested resource") as JsonObject), details: {} };
      socket.end(`HTTP/1.1 405 Method Not Allowed\r\nContent-Type: application/json\r\nConnection: close\r\n\r\n${JSON.stringify(status)}\n`);
      return;
    }
    const line = refusals[error.code ?? ""] ?? "400 Bad Request";
    socket.end(`HTTP/1.1 ${line}\r\nContent-Type: text/plain; charset=utf-8\r\nConnection: close\r\n\r\n${line}`);
  });
  server.on("upgrade", (request, socket, head) => {
    socket.on("error", () => socket.destroy());
    handleUpgrade(request, socket, head, options).catch((error: unknown) => {
      if (error instanceof RequestRefused) return refuseUpgrade(socket, error.code, `${JSON.stringify(statusBody(error.code, error.reason, error.message))}\n`);
      options.log(`internal error: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
      socket.destroy();
    });
  });
  sweepStreams(options.engine);
  // No proxy: Node would leave the socket open.
  server.on("connect", (_request, socket) => void socket.destroy());
  return server;
}
