// Follows pkg/kubelet/server/server.go, as far as it is simulated: what a scraper reads.
import type { Json } from "../../../base/json.ts";
import { answerPacket, type HttpResponse, type Packet } from "../../../network/packet.ts";
import type { ProcessContext, ProcessId } from "../../../sim/process.ts";
import type { NodeSpec } from "../../nodeSpec.ts";
import { resourceMetrics, statsSummary, type Stats } from "./statsTexts.ts";

export const kubeletPort = 10250;

/** A scraper that names the serial of an earlier answer is told what has changed since; the answer names its own serial. */
export const sinceHeader = "X-Orrery-Since";
export const serialHeader = "X-Orrery-Serial";
export const wholeHeader = "X-Orrery-Whole";

interface Waiting {
  readonly packet: Packet;
  readonly path: string;
}

/** The kubelet's own port. Differs: nobody is asked who they are. */
export class StatsServer {
  readonly #net: ProcessId;
  readonly #runtime: ProcessId;
  readonly #node: NodeSpec;
  readonly #nodeIp: string;
  #waiting = new Map<number, Waiting>();
  #next = 1;
  #startedAtUs = 0;

  constructor(options: { readonly net: ProcessId; readonly runtime: ProcessId; readonly node: NodeSpec; readonly nodeIp: string }) {
    this.#net = options.net;
    this.#runtime = options.runtime;
    this.#node = options.node;
    this.#nodeIp = options.nodeIp;
  }

  start(ctx: ProcessContext, nowUs: number): void {
    this.#startedAtUs = nowUs;
    this.listen(ctx);
  }

  listen(ctx: ProcessContext): void {
    ctx.sendDatagram(this.#net, { type: "listen", ip: this.#nodeIp, port: kubeletPort, protocol: "TCP", owner: "kubelet" });
  }

  request(packet: Packet, ctx: ProcessContext): void {
    const { payload } = packet;
    if (payload.type !== "http") return this.#answer(packet, { status: 400, headers: {}, body: "Client sent an HTTP request to an HTTPS server.\n" }, ctx);
    const path = payload.request.path.split("?")[0] ?? "";
    if (path === "/healthz") return this.#answer(packet, { status: 200, headers: { "Content-Type": "text/plain; charset=utf-8" }, body: "ok" }, ctx);
    if (path !== "/metrics/resource" && path !== "/stats/summary") return this.#answer(packet, { status: 404, headers: { "Content-Type": "text/plain; charset=utf-8" }, body: "404 page not found\n" }, ctx);
    const id = this.#next++;
    this.#waiting.set(id, { packet, path });
    const since = path === "/metrics/resource" ? Number(payload.request.headers[sinceHeader] ?? "0") : 0;
    ctx.sendDatagram(this.#runtime, { type: "cri/stats", since: Number.isSafeInteger(since) ? since : 0, tag: { http: id } });
  }

  /** The runtime's answer, where it was asked for by this. */
  answered(stats: Stats, id: number, ctx: ProcessContext): void {
    const waiting = this.#waiting.get(id);
    if (waiting === undefined) return;
    this.#waiting.delete(id);
    const summary = waiting.path === "/stats/summary";
    const headers = summary ? { "Content-Type": "application/json" } : { "Content-Type": "text/plain; version=0.0.4; charset=utf-8; escaping=underscores", [serialHeader]: String(stats.serial), [wholeHeader]: String(stats.whole) };
    this.#answer(waiting.packet, { status: 200, headers, body: summary ? JSON.stringify(statsSummary(stats, { name: this.#node.name, memoryBytes: this.#node.memoryBytes, startedAtUs: this.#startedAtUs })) : resourceMetrics(stats) }, ctx);
  }

  snapshot(): Json {
    return { waiting: [...this.#waiting], next: this.#next, startedAtUs: this.#startedAtUs } as unknown as Json;
  }

  restore(data: Json): void {
    const saved = data as unknown as { waiting: readonly (readonly [number, Waiting])[]; next: number; startedAtUs: number };
    this.#waiting = new Map(saved.waiting);
    this.#next = saved.next;
    this.#startedAtUs = saved.startedAtUs;
  }

  #answer(packet: Packet, response: HttpResponse, ctx: ProcessContext): void {
    ctx.sendDatagram(this.#net, { type: "packet", packet: answerPacket(packet, { type: "httpResponse", response }, `kubelet of ${this.#node.name}`, ctx.now, `kubelet answered ${response.status}`) });
  }
}
