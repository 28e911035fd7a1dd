import type { IncomingMessage, ServerResponse } from "node:http";
import { isJsonObject, type Json } from "../base/json.ts";
import type { ClusterEngine } from "../hosts/clusterEngine.ts";
import type { GatewayCertificates } from "./certificates.ts";
import { sendApiResponse, sendStatus } from "./requestCodec.ts";

function send(response: ServerResponse, code: number, body: Json): void {
  sendApiResponse(response, { code, body, warnings: [] }, undefined, false);
}

function jsonBody(body: Buffer): Json | undefined {
  try {
    return JSON.parse(body.toString("utf8")) as Json;
  } catch {
    return undefined;
  }
}

const longestName = 64;
const mostGroups = 32;

/** {"name": "jane", "groups": ["dev"]} -> {"certificate", "key"}: PEM texts for a kubeconfig's client-certificate-data and client-key-data. */
async function issueCertificate(response: ServerResponse, given: Json | undefined, certificates: GatewayCertificates | null): Promise<void> {
  if (certificates === null) return sendStatus(response, 400, "BadRequest", "this gateway serves plain HTTP, where no certificate can be shown: start it without --insecure-http");
  const { name, groups = [] } = isJsonObject(given) ? given : {};
  const isName = (value: Json | undefined): value is string => typeof value === "string" && value !== "" && value.length <= longestName;
  if (!isName(name)) return sendStatus(response, 400, "BadRequest", `name: must be a text of 1 to ${longestName} characters`);
  if (!Array.isArray(groups) || groups.length > mostGroups || !groups.every(isName)) return sendStatus(response, 400, "BadRequest", `groups: must be at most ${mostGroups} texts of 1 to ${longestName} characters`);
  send(response, 201, { ...(await certificates.issueClient(name, groups as readonly string[])) });
}

/** Beside the API: decisions, the audit log, certificates of clients, recording, digest, faults, traffic, manifests of static pods, virtual time. Same token as the API. */
export async function handleOrrery(request: IncomingMessage, response: ServerResponse, url: URL, body: Buffer, allowed: boolean, engine: ClusterEngine, certificates: GatewayCertificates | null): Promise<void> {
  if (!allowed) return sendStatus(response, 401, "Unauthorized", "Unauthorized");
  const [, , version, subject, ...rest] = url.pathname.split("/").map((part) => decodeURIComponent(part));
  const route = `${request.method} ${version}/${subject}`;
  if (route === "GET v1/decisions" && rest.length === 2) {
    const decision = await engine.ask({ type: "decision", namespace: rest[0] ?? "", pod: rest[1] ?? "" });
    return decision === null ? sendStatus(response, 404, "NotFound", `no decision is kept for pod ${rest.join("/")}`) : send(response, 200, decision);
  }
  if (route === "GET v1/recording") return send(response, 200, await engine.ask({ type: "recording" }));
  if (route === "GET v1/digest") return send(response, 200, await engine.ask({ type: "digest" }));
  if (route === "GET v1/rules" && rest.length === 1) return send(response, 200, await engine.ask({ type: "rules", node: rest[0] ?? "" }));
  if (route === "GET v1/audit") return send(response, 200, await engine.ask({ type: "audit", limit: Number(url.searchParams.get("limit") ?? "") || 500 }));
  if (route === "GET v1/metrics" && rest.length === 1) {
    const text = await engine.ask({ type: "componentMetrics", component: rest[0] ?? "" });
    if (text === null) return sendStatus(response, 404, "NotFound", `no metrics of ${rest[0]}: the components are kube-scheduler, kube-controller-manager and etcd, and it must run`);
    return sendApiResponse(response, { code: 200, body: text, warnings: [], contentType: "text/plain; version=0.0.4; charset=utf-8" }, undefined, false);
  }
  if (route === "GET v1/query") {
    const given = (name: string, otherwise: number): number => Math.min(86_400, Math.max(1, Number(url.searchParams.get(name) ?? "") || otherwise));
    return send(response, 200, await engine.ask({ type: "metrics", query: url.searchParams.get("query") ?? "", seconds: given("seconds", 300), steps: given("steps", 20) }));
  }
  if (route === "POST v1/advance") {
    const seconds = Number(url.searchParams.get("seconds"));
    if (!(seconds > 0 && seconds <= 86_400)) return sendStatus(response, 400, "BadRequest", "seconds: must be a number from 0 to 86400");
    await engine.advance(seconds);
    return send(response, 200, await engine.ask({ type: "digest" }));
  }
  if (route === "POST v1/certificates") return issueCertificate(response, jsonBody(body), certificates);
  if (route === "POST v1/faults" || route === "POST v1/traffic") {
    const given = jsonBody(body);
    if (!isJsonObject(given) || typeof given["id"] !== "string") return sendStatus(response, 400, "BadRequest", "the body must be a JSON object with an id");
    const refusal = engine.command(subject === "faults" ? { type: "setFault", fault: given as never } : { type: "setTraffic", source: given as never });
    return refusal === null ? send(response, 201, given) : sendStatus(response, 422, "Invalid", refusal);
  }
  if ((route === "PUT v1/manifests" || route === "DELETE v1/manifests") && rest.length === 2) {
    const [node = "", file = ""] = rest;
    const manifest = request.method === "PUT" ? jsonBody(body) : null;
    if (manifest === undefined) return sendStatus(response, 400, "BadRequest", "the body must be the manifest of a Pod in JSON");
    const refusal = engine.command({ type: "setManifest", node, file, manifest });
    return refusal === null ? send(response, 200, { node, file }) : sendStatus(response, 422, "Invalid", refusal);
  }
  if ((route === "DELETE v1/faults" || route === "DELETE v1/traffic") && rest.length === 1) {
    const id = rest[0] ?? "";
    const refusal = engine.command(subject === "faults" ? { type: "clearFault", id } : { type: "clearTraffic", id });
    return refusal === null ? send(response, 200, { id }) : sendStatus(response, 404, "NotFound", refusal);
  }
  sendStatus(response, 404, "NotFound", `no such path: ${request.method} ${url.pathname}`);
}
