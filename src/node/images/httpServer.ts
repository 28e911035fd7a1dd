import type { Json } from "../../base/json.ts";
import type { HttpRequest, HttpResponse } from "../../network/packet.ts";
import { formatRfc3339 } from "../../base/rfc3339.ts";
import type { Program, ProgramContext, ProgramEvent } from "./program.ts";

export interface HttpAnswer extends HttpResponse {
  readonly cpuUs?: number;
}

export interface HttpServerOptions {
  ports(ctx: ProgramContext): readonly number[];
  started?(ctx: ProgramContext): void;
  /** null: answered later, or by another event. */
  respond(request: HttpRequest, ctx: ProgramContext, from: string, port: number): HttpAnswer;
  /** Exit code after SIGTERM; null: the process does not handle it and waits for SIGKILL. */
  readonly exitOnTerm: number | null;
  stopping?(ctx: ProgramContext): void;
  /** SIGHUP: reads its configuration again; its ports are listened to anew. */
  reloaded?(ctx: ProgramContext): void;
  /** What it keeps between requests; without it, nothing. */
  readonly kept?: { snapshot(): Json; restore(state: Json): void };
}

/** A server that answers each request by itself. */
export class HttpServer implements Program {
  readonly #options: HttpServerOptions;

  constructor(options: HttpServerOptions) {
    this.#options = options;
  }

  handle(event: ProgramEvent, ctx: ProgramContext): void {
    switch (event.type) {
      case "start":
        this.#options.started?.(ctx);
        for (const port of this.#options.ports(ctx)) ctx.listen(port);
        return;
      case "http": {
        const answer = this.#options.respond(event.request, ctx, event.from, event.port);
        ctx.spend(answer.cpuUs ?? 50);
        return ctx.answerHttp(event.id, answer.cpuUs === undefined ? answer : sent(answer));
      }
      case "packet":
        return ctx.answer(event.id, { type: "refused", reason: "it speaks HTTP only" });
      case "signal":
        if ((event.name === "SIGTERM" || event.name === "SIGINT") && this.#options.exitOnTerm !== null) {
          this.#options.stopping?.(ctx);
          ctx.exit(this.#options.exitOnTerm);
        }
        if (event.name === "SIGHUP" && this.#options.reloaded !== undefined) {
          this.#options.reloaded(ctx);
          for (const port of this.#options.ports(ctx)) ctx.listen(port);
        }
        return;
      default:
        return;
    }
  }

  snapshot(): Json {
    return this.#options.kept?.snapshot() ?? null;
  }

  restore(state: Json): void {
    this.#options.kept?.restore(state);
  }
}

/** What goes to the client. */
function sent({ status, headers, body, certificate }: HttpAnswer): HttpResponse {
  return certificate === undefined ? { status, headers, body } : { status, headers, body, certificate };
}

export function text(status: number, body: string, headers: Readonly<Record<string, string>> = {}): HttpAnswer {
  return { status, headers: { "Content-Type": "text/plain; charset=utf-8", "Content-Length": String(body.length), ...headers }, body };
}

export function html(status: number, body: string, headers: Readonly<Record<string, string>> = {}): HttpAnswer {
  return { status, headers: { "Content-Type": "text/html", "Content-Length": String(body.length), ...headers }, body };
}

const months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/** The last one: all requests of a second have the same. */
let timeOf = -1;
let timeText = "";

/** "01/Jan/2026:00:00:07 +0000": the time of access logs. */
export function accessTime(ctx: ProgramContext): string {
  const second = Math.floor((ctx.epochUs + ctx.clock()) / 1_000_000);
  if (second === timeOf) return timeText;
  const stamp = formatRfc3339(second * 1_000_000);
  timeOf = second;
  timeText = `${stamp.slice(8, 10)}/${months[Number(stamp.slice(5, 7)) - 1] ?? "Jan"}/${stamp.slice(0, 4)}:${stamp.slice(11, 19)} +0000`;
  return timeText;
}

/** A header by name, whatever its case. */
export function header(request: HttpRequest, name: string): string | null {
  const wanted = name.toLowerCase();
  for (const key of Object.keys(request.headers)) if (key.toLowerCase() === wanted) return request.headers[key] ?? null;
  return null;
}

/** Of the headers that were looked at last: clients send the same again and again. */
let clientOf: HttpRequest["headers"] | null = null;
let clientText = "";

/** How the combined log format names who asked: referer and agent. */
function clientNamed(request: HttpRequest): string {
  if (clientOf !== request.headers) {
    clientText = `"${header(request, "referer") ?? "-"}" "${header(request, "user-agent") ?? "-"}"`;
    clientOf = request.headers;
  }
  return clientText;
}

/** The combined log format that nginx and httpd share. */
export function combinedLine(request: HttpRequest, response: HttpResponse, from: string, ctx: ProgramContext): string {
  return `${from} - - [${accessTime(ctx)}] "${request.method} ${request.path} HTTP/1.1" ${response.status} ${response.body.length} ${clientNamed(request)}`;
}

/** "/a/b?c=d" -> "/a/b" */
export function pathOnly(path: string): string {
  const mark = path.indexOf("?");
  return mark < 0 ? path : path.slice(0, mark);
}

export function queryOf(path: string): Readonly<Record<string, string>> {
  const mark = path.indexOf("?");
  const query: Record<string, string> = {};
  if (mark < 0) return query;
  for (const pair of path.slice(mark + 1).split("&")) {
    const equals = pair.indexOf("=");
    const key = equals < 0 ? pair : pair.slice(0, equals);
    if (key !== "") query[decode(key)] = equals < 0 ? "" : decode(pair.slice(equals + 1));
  }
  return query;
}

function decode(textToDecode: string): string {
  const spaced = textToDecode.replaceAll("+", " ");
  try {
    return decodeURIComponent(spaced);
  } catch {
    return spaced;
  }
}
