import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { ApiRequest, ApiResponse, WatchFrame } from "../../apimachinery/apiRequest.ts";
import type { Json } from "../../base/json.ts";
import { kinds } from "../../kinds/index.ts";
import type { ApiWorld } from "./apiWorld.ts";

interface OpenWatch {
  readonly request: ApiRequest;
  readonly response: ServerResponse;
  revision: number;
  sentFrames: boolean;
  endsAt: number | null;
}
type WatchAnswer =
  | { readonly type: "frames"; readonly revision: number; readonly frames: readonly WatchFrame[]; readonly timeoutSeconds: number | null }
  | { readonly type: "refused"; readonly response: ApiResponse }
  | { readonly type: "ended"; readonly frames: readonly WatchFrame[] };

/** An ApiWorld behind plain HTTP, for programs that replay recorded requests. What controllers do is done here at once. */
export async function serveWorld(api: ApiWorld): Promise<{ readonly server: Server; readonly port: number }> {
  const watches = new Set<OpenWatch>();
  const poll = (): void => {
    for (const watch of watches) advance(api, watch, watches);
  };
  control(api);
  const server = createServer((incoming, response) => {
    const chunks: Buffer[] = [];
    incoming.on("data", (chunk: Buffer) => chunks.push(chunk));
    incoming.on("end", () => {
      answer(api, incoming, response, Buffer.concat(chunks).toString(), watches);
      poll();
    });
  });
  const ticking = setInterval(() => {
    api.world.runFor(20_000);
    poll();
  }, 20);
  server.on("close", () => clearInterval(ticking));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return { server, port: (server.address() as AddressInfo).port };
}

function answer(api: ApiWorld, incoming: IncomingMessage, response: ServerResponse, text: string, watches: Set<OpenWatch>): void {
  const url = incoming.url ?? "/";
  const bearer = incoming.headers.authorization?.slice("Bearer ".length);
  const options = {
    contentType: incoming.headers["content-type"] ?? "", accept: incoming.headers.accept ?? "", userAgent: incoming.headers["user-agent"] ?? "",
    ...(bearer === undefined ? { user: "system:anonymous", groups: ["system:unauthenticated"] } : bearer === "admin" ? {} : { token: bearer }),
  };
  const method = incoming.method ?? "GET";
  if (method === "GET" && /[?&]watch=(1|true)/.test(url)) {
    const watch: OpenWatch = { request: api.request(method, url, null, options), response, revision: -1, sentFrames: false, endsAt: null };
    watches.add(watch);
    response.on("close", () => watches.delete(watch));
    return;
  }
  const result = api.call(method, url, parse(text), options);
  if (method !== "GET" && /\/namespaces(\/[^/?]*)?(\?|$)/.test(url)) control(api);
  write(response, result);
}

function parse(text: string): Json {
  if (text === "") return null;
  try {
    return JSON.parse(text) as Json;
  } catch {
    return text;
  }
}

function write(response: ServerResponse, result: ApiResponse): void {
  response.setHeader("content-type", result.contentType ?? "application/json");
  if (result.warnings.length > 0) response.setHeader("warning", result.warnings.map((warning) => `299 - "${warning.replaceAll("\\", "\\\\").replaceAll('"', '\\"')}"`));
  for (const [name, value] of Object.entries(result.headers ?? {})) response.setHeader(name, value);
  response.writeHead(result.code);
  response.end(typeof result.body === "string" ? result.body : `${JSON.stringify(result.body)}\n`);
}

function advance(api: ApiWorld, watch: OpenWatch, watches: Set<OpenWatch>): void {
  const { request, response } = watch;
  const found = api.world.observe("cp-1/apiserver", { type: "watch", request, sinceRevision: watch.revision, columnsSent: watch.sentFrames } as unknown as Json) as unknown as WatchAnswer;
  if (found.type === "refused") {
    write(response, found.response);
    watches.delete(watch);
    return;
  }
  if (!response.headersSent) {
    response.writeHead(200, { "content-type": "application/json" });
    response.flushHeaders();
  }
  for (const { type, object } of found.frames) response.write(`${JSON.stringify({ type, object })}\n`);
  watch.sentFrames ||= found.frames.length > 0;
  if (found.type === "frames") {
    watch.revision = found.revision;
    if (watch.endsAt === null && found.timeoutSeconds !== null) watch.endsAt = api.world.now + found.timeoutSeconds * 1_000_000;
    if (watch.endsAt === null || api.world.now < watch.endsAt) return;
  }
  response.end();
  watches.delete(watch);
}

/** Default service accounts for new namespaces, and the end of those that are being deleted. */
function control(api: ApiWorld): void {
  interface Namespace {
    readonly metadata: { readonly name: string; readonly deletionTimestamp?: string };
  }
  const { items } = api.call("GET", "/api/v1/namespaces").body as unknown as { readonly items: readonly Namespace[] };
  for (const namespace of items) {
    const { name, deletionTimestamp } = namespace.metadata;
    const account = `/api/v1/namespaces/${name}/serviceaccounts`;
    if (deletionTimestamp === undefined) {
      if (api.call("GET", `${account}/default`).code === 404) api.call("POST", account, { apiVersion: "v1", kind: "ServiceAccount", metadata: { name: "default" } });
      continue;
    }
    for (const kind of kinds) {
      const root = kind.gvk.group === "" ? "/api/v1" : `/apis/${kind.gvk.group}/${kind.versions[0]}`;
      if (kind.scope === "Namespaced" && kind.verbs.includes("deletecollection")) api.call("DELETE", `${root}/namespaces/${name}/${kind.plural}`, { gracePeriodSeconds: 0, propagationPolicy: "Background" });
    }
    api.call("PUT", `/api/v1/namespaces/${name}/finalize`, { ...namespace, apiVersion: "v1", kind: "Namespace", spec: {} } as unknown as Json);
  }
}
