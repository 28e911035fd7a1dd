// Follows pkg/probe/http/http.go and pkg/probe/tcp/tcp.go.
import type { Json } from "../../base/json.ts";
import { requestPacket, type HttpRequest, type Packet, type Payload } from "../../network/packet.ts";
import type { HTTPGetAction, Probe } from "../../kinds/core/pod/types.ts";
import type { ProbeTarget } from "./podWorker/probing.ts";

const firstPort = 32_768;
const ports = 28_232;

/** What asking a probe sends into the network; null where the probe does not go through it (exec). */
export function probePacket(probe: Probe, target: ProbeTarget, from: { readonly ip: string; readonly process: string; readonly serial: number; readonly tag: Json }): Packet | null {
  const payload = probePayload(probe, target);
  if (payload === null) return null;
  const flow = { id: `${from.process}:${from.serial}`, protocol: "TCP" as const, source: from.ip, sourcePort: firstPort + (from.serial % ports), destination: target.host, port: target.port };
  return requestPacket(flow, payload, { process: from.process, tag: from.tag });
}

function probePayload(probe: Probe, target: ProbeTarget): Payload | null {
  if (probe.httpGet !== undefined) return { type: "http", request: httpRequest(probe.httpGet, target) };
  if (probe.tcpSocket !== undefined || probe.grpc !== undefined) return { type: "probe" };
  return null;
}

const payloads = new WeakMap<HTTPGetAction, { readonly host: string; readonly request: HttpRequest }>();

/** The same request object every time: a probe repeats for ever, and its hash is remembered by identity. */
function httpRequest(action: HTTPGetAction, target: ProbeTarget): HttpRequest {
  const host = `${target.host}:${target.port}`;
  const known = payloads.get(action);
  if (known !== undefined && known.host === host) return known.request;
  const headers: Record<string, string> = { "User-Agent": "kube-probe/1.36", Accept: "*/*", Connection: "close" };
  let hostHeader = host;
  for (const header of action.httpHeaders ?? []) {
    if (header.name.toLowerCase() === "host") hostHeader = header.value;
    else headers[header.name] = header.value;
  }
  const path = action.path ?? "/";
  const request: HttpRequest = { method: "GET", host: hostHeader, path: path.startsWith("/") ? path : `/${path}`, headers, body: "" };
  payloads.set(action, { host, request });
  return request;
}

/** What an answer means to the probe. */
export function probeOutcome(target: ProbeTarget, payload: Payload): { readonly ok: boolean; readonly output: string } {
  switch (payload.type) {
    case "httpResponse":
      if (payload.response.status >= 200 && payload.response.status < 400) return { ok: true, output: "" };
      return { ok: false, output: `HTTP probe failed with statuscode: ${payload.response.status}` };
    case "refused":
      return { ok: false, output: `Get "${target.url}": dial tcp ${target.host}:${target.port}: connect: connection refused` };
    case "reset":
      return { ok: false, output: `Get "${target.url}": read tcp ${target.host}:${target.port}: read: connection reset by peer` };
    default:
      return { ok: true, output: "" };
  }
}
