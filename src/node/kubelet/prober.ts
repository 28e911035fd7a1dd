// Follows pkg/probe/http/http.go and pkg/probe/tcp/tcp.go.
import type { Json } from "../../base/json.ts";
import { newFlow, requestPacket, type HttpRequest, type Packet, type Payload } from "../../network/packet.ts";
import type { GRPCAction, HTTPGetAction, LifecycleHandler, Probe } from "../../kinds/core/pod/types.ts";
import type { ProcessContext } from "../../sim/process.ts";
import { hookHandler } from "./podWorker/hooks.ts";
import { grpcTimeout, probeSpec, probeTarget, viewOf, type ProbeTarget, type WorkerView } from "./podWorker/probing.ts";
import type { HookKind, PodWorkerEvent, PodWorkerState, ProbeKind } from "./podWorker/state.ts";

const firstPort = 32_768;
const ports = 28_232;

/** Carries probes and hooks out: as packets from the node's address, or as commands inside the container. */
export class Prober {
  readonly #options: { readonly process: string; readonly net: string; readonly runtime: string; readonly nodeIp: string };
  #serial = 0;

  constructor(options: { readonly process: string; readonly net: string; readonly runtime: string; readonly nodeIp: string }) {
    this.#options = options;
  }

  probe(ctx: ProcessContext, worker: PodWorkerState, container: string, kind: ProbeKind, serial: number): void {
    const view = viewOf(worker);
    const spec = probeSpec(view, container, kind);
    if (spec !== null) this.#carryOut(ctx, view, container, spec, ["probe", worker.pod.metadata.uid, container, kind, serial]);
  }

  hook(ctx: ProcessContext, worker: PodWorkerState, container: string, kind: HookKind): void {
    const view = viewOf(worker);
    const handler = hookHandler(view, container, kind);
    if (handler !== null) this.#carryOut(ctx, view, container, handler, ["hook", worker.pod.metadata.uid, container, kind, 0]);
  }

  snapshot(): Json {
    return this.#serial;
  }

  restore(data: Json): void {
    this.#serial = data as number;
  }

  #carryOut(ctx: ProcessContext, view: WorkerView, container: string, action: Probe | LifecycleHandler, tag: Json): void {
    const { process, net, runtime, nodeIp } = this.#options;
    if (action.exec !== undefined) {
      ctx.sendDatagram(runtime, { type: "cri/exec", podUid: view.state.pod.metadata.uid, name: container, command: action.exec.command ?? [], tag });
      return;
    }
    this.#serial += 1;
    const packet = probePacket(action, probeTarget(view, container, action), { ip: nodeIp, process, serial: this.#serial, tag });
    if (packet !== null) ctx.handOver(net, { type: "packet", packet });
  }
}

/** What asking a probe sends into the network; null where the probe does not go through it (exec). */
function probePacket(probe: Probe, target: ProbeTarget, from: { readonly ip: string; readonly process: string; readonly serial: number; readonly tag: Json }): Packet | null {
  const payload = probePayload(probe, target);
  if (payload === null) return null;
  const flow = newFlow(`${from.process}:${from.serial}`, "TCP", from.ip, firstPort + (from.serial % ports), target.host, target.port);
  return requestPacket(flow, payload, { process: from.process, tag: from.tag });
}

function probePayload(probe: Probe, target: ProbeTarget): Payload | null {
  if (probe.httpGet !== undefined) return { type: "http", request: httpRequest(probe.httpGet, target) };
  if (probe.tcpSocket !== undefined) return { type: "probe" };
  if (probe.grpc !== undefined) return { type: "http", request: healthCheck(probe.grpc, target) };
  return null;
}

/** A call of the gRPC health protocol, as a server that speaks it sees it: the service's name is the body. */
function healthCheck(action: GRPCAction, { host, port }: ProbeTarget): HttpRequest {
  return { method: "POST", host: `${host}:${port}`, path: "/grpc.health.v1.Health/Check", headers: { "Content-Type": "application/grpc", "User-Agent": "kube-probe/1.36" }, body: action.service ?? "" };
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
  const request: HttpRequest = { method: "GET", host: hostHeader, path: path.startsWith("/") ? path : `/${path}`, headers, body: "", ...(action.scheme === "HTTPS" ? { tls: { serverName: "" } } : {}) };
  payloads.set(action, { host, request });
  return request;
}

type Outcome = (target: ProbeTarget) => { readonly ok: boolean; readonly output: string };

/** What the answer to a probe or a hook means for the pod's worker; null where nobody waits for it. */
export function answerEvent(tag: Json, worker: PodWorkerState, outcome: Outcome, fails: (container: string) => boolean): PodWorkerEvent | null {
  const [what, , container, probe, serial] = tag as unknown as readonly [string, string, string, ProbeKind, number];
  if (what === "hook") return { type: "hookDone", container, hook: probe as unknown as HookKind, ...outcome({ host: "", port: 0, url: "" }) };
  const view = viewOf(worker);
  const spec = probeSpec(view, container, probe);
  if (spec === null) return null;
  const result = fails(container) ? { ok: false, output: "HTTP probe failed with statuscode: 503" } : outcome(probeTarget(view, container, spec));
  return { type: "probeAnswer", container, probe, serial, ...result };
}

function healthOutcome(target: ProbeTarget, payload: Payload): { readonly ok: boolean; readonly output: string } {
  const response = payload.type === "httpResponse" ? payload.response : null;
  const speaks = response !== null && (response.headers["grpc-status"] !== undefined || response.status >= 500);
  if (response === null || !speaks) return { ok: false, output: grpcTimeout(target) };
  const serving = response.headers["grpc-status"] === "0" && response.body === "SERVING";
  return serving ? { ok: true, output: "" } : { ok: false, output: 'service unhealthy (responded with "NOT_SERVING")' };
}

/** What an answer means to the probe. */
export function probeOutcome(target: ProbeTarget, payload: Payload): { readonly ok: boolean; readonly output: string } {
  if (target.grpcSeconds !== undefined) return healthOutcome(target, payload);
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
