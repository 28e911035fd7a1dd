// Follows pkg/kubelet/server/server.go, as far as it is simulated: what a scraper reads.
import type { HttpRequest, HttpResponse } from "../../../network/packet.ts";
import type { NodeSpec } from "../../nodeSpec.ts";
import { serialHeader, sinceHeader, wholeHeader } from "./scraperHeaders.ts";
import { resourceMetrics, statsSummary, type Stats } from "./statsTexts.ts";

const plain = { "Content-Type": "text/plain; charset=utf-8" };

/** The answer to a request for which nothing has to be measured; else since when it wants to know. */
export function statsRequest(request: HttpRequest | null): HttpResponse | { readonly since: number } {
  if (request === null) return { status: 400, headers: {}, body: "Client sent an HTTP request to an HTTPS server.\n" };
  const path = request.path.split("?")[0] ?? "";
  if (path === "/healthz") return { status: 200, headers: plain, body: "ok" };
  if (path === "/stats/summary") return { since: 0 };
  if (path !== "/metrics/resource") return { status: 404, headers: plain, body: "404 page not found\n" };
  const since = Number(request.headers[sinceHeader] ?? "0");
  return { since: Number.isSafeInteger(since) ? since : 0 };
}

/** The answer, once the runtime has measured. */
export function statsAnswer(request: HttpRequest, stats: Stats, node: NodeSpec, startedAtUs: number): HttpResponse {
  if (request.path.startsWith("/stats/summary")) return { status: 200, headers: { "Content-Type": "application/json" }, body: JSON.stringify(statsSummary(stats, { name: node.name, memoryBytes: node.memoryBytes, startedAtUs })) };
  return { status: 200, headers: { "Content-Type": "text/plain; version=0.0.4; charset=utf-8; escaping=underscores", [serialHeader]: String(stats.serial), [wholeHeader]: String(stats.whole) }, body: resourceMetrics(stats) };
}
