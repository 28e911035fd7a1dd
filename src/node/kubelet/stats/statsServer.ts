import { isJsonObject, type Json } from "../../../base/json.ts";
import { answerPacket, type HttpResponse, type Packet } from "../../../network/packet.ts";
import type { ProcessContext, ProcessId } from "../../../sim/process.ts";
import type { NodeSpec } from "../../nodeSpec.ts";
import { statsAnswer, statsRequest } from "./statsAnswers.ts";
import type { Stats } from "./statsTexts.ts";

const kubeletPort = 10250;

/** The kubelet's own port. Differs: nobody is asked who they are. */
export class StatsServer {
  readonly #net: ProcessId;
  readonly #runtime: ProcessId;
  readonly #node: NodeSpec;
  readonly #nodeIp: string;
  #waiting = new Map<number, Packet>();
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

  /** {type: "serving"}: since when, for whoever looks from outside. */
  observe(question: Json): Json {
    return !isJsonObject(question) || question["type"] !== "serving" ? null : { startedAtUs: this.#startedAtUs };
  }

  listen(ctx: ProcessContext): void {
    ctx.sendDatagram(this.#net, { type: "listen", ip: this.#nodeIp, port: kubeletPort, protocol: "TCP", owner: "kubelet" });
  }

  request(packet: Packet, ctx: ProcessContext): void {
    const asked = statsRequest(packet.payload.type === "http" ? packet.payload.request : null);
    if ("status" in asked) return this.#answer(packet, asked, ctx);
    const id = this.#next++;
    this.#waiting.set(id, packet);
    ctx.sendDatagram(this.#runtime, { type: "cri/stats", since: asked.since, tag: { http: id } });
  }

  /** The runtime's answer, where it was asked for by this. */
  answered(stats: Stats, id: number, ctx: ProcessContext): void {
    const packet = this.#waiting.get(id);
    if (packet === undefined || packet.payload.type !== "http") return;
    this.#waiting.delete(id);
    this.#answer(packet, statsAnswer(packet.payload.request, stats, this.#node, this.#startedAtUs), ctx);
  }

  snapshot(): Json {
    return { waiting: [...this.#waiting], next: this.#next, startedAtUs: this.#startedAtUs } as unknown as Json;
  }

  restore(data: Json): void {
    const saved = data as unknown as { waiting: readonly (readonly [number, Packet])[]; next: number; startedAtUs: number };
    this.#waiting = new Map(saved.waiting);
    this.#next = saved.next;
    this.#startedAtUs = saved.startedAtUs;
  }

  #answer(packet: Packet, response: HttpResponse, ctx: ProcessContext): void {
    ctx.sendDatagram(this.#net, { type: "packet", packet: answerPacket(packet, { type: "httpResponse", response }, `kubelet of ${this.#node.name}`, ctx.now, `kubelet answered ${response.status}`) });
  }
}
