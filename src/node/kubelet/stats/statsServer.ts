import { isJsonObject, type Json } from "../../../base/json.ts";
import { answeredWay, answerPacket, type HttpResponse, type Packet, type Way } from "../../../network/packet.ts";
import type { ProcessContext, ProcessId } from "../../../sim/process.ts";
import type { NodeSpec } from "../../nodeSpec.ts";
import { statsAnswer, statsRequest } from "./statsAnswers.ts";
import type { Stats } from "./statsTexts.ts";

const kubeletPort = 10250;

interface Asked {
  readonly packet: Packet;
  readonly way: Way;
}

/** The kubelet's own port. Differs: nobody is asked who they are. */
export class StatsServer {
  readonly #net: ProcessId;
  readonly #runtime: ProcessId;
  readonly #node: NodeSpec;
  readonly #nodeIp: string;
  #waiting = new Map<number, Asked>();
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

  request(packet: Packet, way: Way, ctx: ProcessContext): void {
    const asked = statsRequest(packet.payload.type === "http" ? packet.payload.request : null);
    if ("status" in asked) return this.#answer({ packet, way }, asked, ctx);
    const id = this.#next++;
    this.#waiting.set(id, { packet, way });
    ctx.sendDatagram(this.#runtime, { type: "cri/stats", since: asked.since, tag: { http: id } });
  }

  /** The runtime's answer, where it was asked for by this. */
  answered(stats: Stats, id: number, ctx: ProcessContext): void {
    const asked = this.#waiting.get(id);
    if (asked === undefined || asked.packet.payload.type !== "http") return;
    this.#waiting.delete(id);
    this.#answer(asked, statsAnswer(asked.packet.payload.request, stats, this.#node, this.#startedAtUs), ctx);
  }

  snapshot(): Json {
    return { waiting: [...this.#waiting], next: this.#next, startedAtUs: this.#startedAtUs } as unknown as Json;
  }

  restore(data: Json): void {
    const saved = data as unknown as { waiting: readonly (readonly [number, Asked])[]; next: number; startedAtUs: number };
    this.#waiting = new Map(saved.waiting);
    this.#next = saved.next;
    this.#startedAtUs = saved.startedAtUs;
  }

  #answer({ packet, way }: Asked, response: HttpResponse, ctx: ProcessContext): void {
    ctx.handOver(this.#net, { type: "packet", packet: answerPacket(packet, { type: "httpResponse", response }) }, answeredWay(way, packet, `kubelet of ${this.#node.name}`, ctx.now, `kubelet answered ${response.status}`));
  }
}
