import type { IncomingMessage, ServerResponse } from "node:http";
import { stringify } from "yaml";
import type { ApiRequest, ApiResponse, Identity, Impersonation, Verb } from "../apimachinery/apiRequest.ts";
import type { Json } from "../base/json.ts";
import { decodeBody, isProtobuf } from "./bodyCodec.ts";
import { answerOf } from "./jsonBytes.ts";
import { RequestRefused } from "./requestRefused.ts";

/** Bodies over this are refused, as upstream (3 MiB). */
const mostBodyBytes = 3 * 1024 * 1024;

export function statusBody(code: number, reason: string, message: string): Json {
  return { kind: "Status", apiVersion: "v1", metadata: {}, status: "Failure", message, reason, code };
}

const verbs: Readonly<Record<string, Verb>> = { GET: "get", HEAD: "get", POST: "create", PUT: "update", PATCH: "patch", DELETE: "delete" };

function tooLarge(): RequestRefused {
  return new RequestRefused(413, "RequestEntityTooLarge", `Request entity too large: limit is ${mostBodyBytes}`);
}

/** Reads a body up to the limit; the rest is not read. */
export function readBody(request: IncomingMessage): Promise<Buffer> {
  if (Number(request.headers["content-length"] ?? 0) > mostBodyBytes) {
    request.resume();
    return Promise.reject(tooLarge());
  }
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let size = 0;
    request.on("data", (chunk: Buffer) => {
      size += chunk.length;
      if (size > mostBodyBytes) {
        reject(tooLarge());
        request.removeAllListeners("data");
        request.resume();
      } else chunks.push(chunk);
    });
    request.on("end", () => resolve(Buffer.concat(chunks)));
    request.on("error", reject);
  });
}

export function queryOf(search: URLSearchParams): Record<string, string> {
  const query: Record<string, string> = Object.create(null) as Record<string, string>;
  for (const [name, value] of search) query[name] = Object.hasOwn(query, name) ? `${query[name]},${value}` : value;
  return query;
}

/** What the API server is asked. The id is replaced by the coordinator where the request is journaled. */
export function toApiRequest(request: IncomingMessage, url: URL, body: Buffer, identity: Identity): ApiRequest {
  const method = request.method ?? "GET";
  const query = queryOf(url.searchParams);
  const watching = method === "GET" && (query["watch"] === "true" || query["watch"] === "1");
  const verb = watching ? "watch" : verbs[method];
  if (verb === undefined) throw new RequestRefused(405, "MethodNotAllowed", "the server does not allow this method on the requested resource");
  const contentType = request.headers["content-type"] ?? "";
  const decoded = decodeBody(body, contentType, method);
  return {
    // Inside, all is JSON: the journal holds no bytes.
    id: "outside", verb, path: url.pathname, query: { ...query }, contentType: isProtobuf(contentType) ? "application/json" : contentType,
    accept: request.headers.accept ?? "",
    userAgent: request.headers["user-agent"] ?? "",
    identity,
    ...(asksToImpersonate(request.headers) ? impersonationOf(request.headersDistinct) : {}),
    body: decoded.body,
    ...(decoded.faults === null ? {} : { bodyFaults: decoded.faults }),
  };
}

const extraHeader = "impersonate-extra-";

/** Asked before the headers are read once more, each value by itself. */
function asksToImpersonate(headers: NodeJS.Dict<unknown>): boolean {
  for (const name in headers) if (name.startsWith("impersonate-")) return true;
  return false;
}

/** The Impersonate-* headers; extra keys come percent-encoded, as a header's name must. Follows client-go's transport/round_trippers.go. */
export function impersonationOf(headers: NodeJS.Dict<string[]>): { readonly impersonate?: Impersonation } {
  if (!asksToImpersonate(headers)) return {};
  const extra: Record<string, readonly string[]> = Object.create(null) as Record<string, readonly string[]>;
  for (const [name, values] of Object.entries(headers)) if (name.startsWith(extraHeader)) extra[unescaped(name.slice(extraHeader.length))] = values ?? [];
  const first = (name: string): string => headers[name]?.[0] ?? "";
  return { impersonate: { user: first("impersonate-user"), groups: headers["impersonate-group"] ?? [], uid: first("impersonate-uid"), extra: { ...extra } } };
}

function unescaped(name: string): string {
  try {
    return decodeURIComponent(name);
  } catch {
    return name;
  }
}

function wantsYaml(accept: string | undefined): boolean {
  return accept !== undefined && accept.split(",")[0]?.includes("yaml") === true;
}

/** Warning headers are one line of printable text. */
function headerText(text: string): string {
  return text.replaceAll(/[\r\n\t]+/g, " ").replaceAll(/["\\]/g, (char) => `\\${char}`).replaceAll(/[^\x20-\x7e]/g, "?");
}

export function writeWarnings(response: ServerResponse, warnings: readonly string[]): void {
  if (warnings.length > 0) response.setHeader("Warning", warnings.map((warning) => `299 - "${headerText(warning)}"`));
}

export function sendApiResponse(response: ServerResponse, answer: ApiResponse, accept: string | undefined, headOnly: boolean): void {
  writeWarnings(response, answer.warnings);
  for (const [name, value] of Object.entries(answer.headers ?? {})) response.setHeader(name, value);
  response.setHeader("Cache-Control", "no-cache, private");
  let text: string | Buffer;
  if (answer.contentType !== undefined && typeof answer.body === "string") {
    response.setHeader("Content-Type", answer.contentType);
    text = answer.body;
  } else if (wantsYaml(accept)) {
    response.setHeader("Content-Type", "application/yaml");
    text = stringify(answer.body);
  } else {
    response.setHeader("Content-Type", answer.contentType ?? "application/json");
    text = answerOf(answer.body);
  }
  response.writeHead(answer.code, { "Content-Length": Buffer.byteLength(text) });
  response.end(headOnly ? undefined : text);
}

export function sendStatus(response: ServerResponse, code: number, reason: string, message: string): void {
  sendApiResponse(response, { code, body: statusBody(code, reason, message), warnings: [] }, undefined, false);
}
