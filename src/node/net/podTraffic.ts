import { ChurnMap } from "../../base/churnMap.ts";
import type { Json } from "../../base/json.ts";
import { keyText } from "../../apimachinery/gvk.ts";
import type { HttpUrl } from "../../network/httpUrl.ts";
import { newFlow, requestPacket } from "../../network/packet.ts";
import type { FlowRecord, HttpResponse, Packet, Payload, Way } from "../../network/packet.ts";
import { podResolvConf } from "../../network/resolvConf.ts";
import { continueLookup, startLookup } from "../../network/resolver.ts";
import type { Lookup, LookupResult, LookupStep } from "../../network/resolver.ts";
import type { TrafficSource } from "../../network/traffic.ts";
import { TrafficRunner } from "../../network/trafficRunner.ts";
import type { Opening, TrafficHost } from "../../network/trafficState.ts";
import type { ProcessContext, ProcessId } from "../../sim/process.ts";
import type { LocalPorts } from "./localPorts.ts";
import type { OneOff } from "./messages.ts";

interface Resolving {
  readonly lookup: Lookup;
  readonly url: HttpUrl;
  readonly address: string;
  /** Tells late answers to an earlier question from the present one. */
  readonly question: number;
  readonly endsAtUs: number;
}

export interface PodTrafficOptions {
  readonly clusterDns: string;
  readonly clusterDomain: string;
}

const dnsTimer = "dns";

interface FoundInWords {
  readonly result: Extract<LookupResult, { readonly type: "addresses" }>;
  readonly url: HttpUrl;
  readonly pod: string;
  readonly at: string;
  readonly ip: string;
  readonly rule: string;
  readonly destination: string;
}

/** Traffic that starts in this node's pods: the same clients as on the internet, with the pod's resolver and address. */
export class PodTraffic implements TrafficHost {
  readonly #net: ProcessId;
  readonly #options: PodTrafficOptions;
  readonly #ports: LocalPorts;
  readonly #runner: TrafficRunner;
  readonly #orders = new Map<string, TrafficSource>();
  readonly #resolving = new ChurnMap<string, Resolving>();
  #questions = 0;
  /** The timer for the questions' ends is set. */
  #armed = false;
  // What was worked out last, because the next request mostly needs the same. All of it follows from its key, so none is state.
  #lastAnswer: { readonly lookup: Lookup; readonly payload: Payload | null; readonly step: LookupStep } | null = null;
  /** What an answer says of a URL, in words: mostly the next lookup says the same. */
  #lastFound: FoundInWords | null = null;
  #lastQuestion: Extract<Payload, { type: "dns" }> | null = null;
  #lastStep: { readonly pod: string; readonly host: string; readonly step: LookupStep } | null = null;

  constructor(net: ProcessId, options: PodTrafficOptions, ports: LocalPorts) {
    this.#net = net;
    this.#options = options;
    this.#ports = ports;
    this.#runner = new TrafficRunner(net);
  }

  order(source: TrafficSource, ctx: ProcessContext): void {
    this.#orders.set(source.id, source);
    if (!this.#run(source, ctx)) this.#runner.clear(source.id, ctx);
  }

  clear(id: string, ctx: ProcessContext): void {
    this.#orders.delete(id);
    this.#runner.clear(id, ctx);
  }

  /** A pod came or went: its sources start or stop with it. */
  podsChanged(ctx: ProcessContext): void {
    for (const source of this.#orders.values()) {
      const here = source.from !== "internet" && this.#ports.addressOf(keyText(source.from)) !== null;
      if (here && !this.#runner.has(source.id)) this.#run(source, ctx);
      else if (!here) this.#runner.clear(source.id, ctx);
    }
  }

  once(order: OneOff, ctx: ProcessContext): void {
    const pod = order.from === undefined || order.from === "internet" ? "" : keyText(order.from);
    const address = this.#ports.addressOf(pod);
    if (address === null) {
      ctx.sendDatagram("", { type: "response", id: order.id, response: null, flow: null, failure: `pod ${pod} has no address on this node` });
      return;
    }
    this.#runner.once({ source: order.source ?? pod, method: order.method ?? "GET", url: order.url, headers: order.headers ?? {}, body: order.body ?? "", address, tag: order.id }, ctx, this);
  }

  timer(key: string, ctx: ProcessContext): void {
    if (key === dnsTimer) this.#giveUp(ctx);
    else this.#runner.timer(key, ctx, this);
  }

  deliver(packet: Packet, way: Way, ctx: ProcessContext): void {
    const tag = packet.replyTo.tag as { readonly flow: string; readonly question: number } | null;
    if (tag === null) this.#runner.deliver(packet, way, ctx, this);
    else if (this.#resolving.get(tag.flow)?.question === tag.question) this.#dnsAnswered(tag.flow, packet.payload, ctx);
  }

  lost(packet: Packet, way: Way, reason: string): void {
    if (packet.replyTo.tag === null) this.#runner.lost(packet, way, reason);
  }

  /** TrafficHost: names are looked up as the pod's resolv.conf says. */
  open(url: HttpUrl, flowId: string, sourceAddress: string, ctx: ProcessContext): Opening {
    return this.#lookedUp(flowId, url, sourceAddress, this.#firstStep(this.#ports.pod(sourceAddress) ?? "/", url.host), ctx);
  }

  /** The same for all that a source asks for: it follows from the two names alone. */
  #firstStep(pod: string, host: string): LookupStep {
    const last = this.#lastStep;
    if (last !== null && last.pod === pod && last.host === host) return last.step;
    const namespace = pod.split("/")[0] ?? "";
    const conf = podResolvConf({ namespace, hostNetwork: false, dnsPolicy: "ClusterFirst", dnsConfig: null }, this.#options.clusterDns, this.#options.clusterDomain);
    const step = startLookup(conf, host);
    this.#lastStep = { pod, host, step };
    return step;
  }

  answered(tag: Json, response: HttpResponse | null, flow: FlowRecord, ctx: ProcessContext): void {
    ctx.sendDatagram("", { type: "response", id: tag, response, flow, failure: flow.failure });
  }

  /** False where its pod is not here. */
  #run(source: TrafficSource, ctx: ProcessContext): boolean {
    const address = source.from === "internet" ? null : this.#ports.addressOf(keyText(source.from));
    if (address !== null) this.#runner.set(source, () => address, ctx);
    return address !== null;
  }

  #dnsAnswered(flowId: string, payload: Payload | null, ctx: ProcessContext): void {
    const resolving = this.#resolving.get(flowId);
    if (resolving === undefined) return;
    this.#resolving.delete(flowId);
    const opening = this.#lookedUp(flowId, resolving.url, resolving.address, this.#nextStep(resolving.lookup, payload), ctx);
    if (opening.type !== "resolving") this.#runner.opened(flowId, opening, ctx, this);
  }

  /** Questions that nobody has answered in time. All wait equally long, so those asked first end first. */
  #giveUp(ctx: ProcessContext): void {
    for (const [flowId, { endsAtUs }] of this.#resolving) {
      if (endsAtUs > ctx.now) break;
      this.#dnsAnswered(flowId, null, ctx);
    }
    this.#armed = false;
    for (const { endsAtUs } of this.#resolving.values()) return this.#arm(endsAtUs, ctx);
  }

  #arm(endsAtUs: number, ctx: ProcessContext): void {
    if (this.#armed) return;
    this.#armed = true;
    ctx.setTimer(dnsTimer, endsAtUs - ctx.now);
  }

  /** As long as names stay as they are, the same question has the same answer. */
  #nextStep(lookup: Lookup, payload: Payload | null): LookupStep {
    const last = this.#lastAnswer;
    if (last !== null && last.lookup === lookup && last.payload === payload) return last.step;
    const step = continueLookup(lookup, payload);
    this.#lastAnswer = { lookup, payload, step };
    return step;
  }

  #lookedUp(flowId: string, url: HttpUrl, address: string, step: LookupStep, ctx: ProcessContext): Opening {
    if (step.type === "ask") {
      const question = ++this.#questions;
      const endsAtUs = ctx.now + step.question.timeoutUs;
      this.#resolving.set(flowId, { lookup: step.lookup, url, address, question, endsAtUs });
      this.#arm(endsAtUs, ctx);
      const flow = newFlow(`${this.#net}:dns-${question}`, "UDP", address, 32_768 + (question % 28_000), step.question.server, 53);
      // Nobody sees the way of a question: the record has its answer.
      ctx.handOver(this.#net, { type: "packet", packet: requestPacket(flow, this.#payloadOf(step.question.name), { process: this.#net, tag: { flow: flowId, question } }) });
      return { type: "resolving" };
    }
    const { result } = step;
    const pod = this.#ports.pod(address) ?? address;
    const at = this.#lastFound?.pod === pod ? this.#lastFound.at : `pod ${pod}`;
    if (result.type === "failed") {
      const reason = result.reason === "tryAgain" ? `${result.why}: the name ${url.host} was not resolved` : `there is no name ${url.host} in the cluster's DNS`;
      return { type: "failed", reason, hops: [{ at, atUs: ctx.now, rule: reason, verdict: "reject", destination: url.host }] };
    }
    const last = this.#lastFound;
    const { ip, rule, destination } = last !== null && last.result === result && last.url === url && last.pod === pod ? last : this.#foundBy(result, url, pod, at);
    return { type: "opened", net: this.#net, destination: ip, port: url.port, hops: [{ at, atUs: ctx.now, rule, verdict: "forward", destination }], towards: ip };
  }

  #foundBy(result: FoundInWords["result"], url: HttpUrl, pod: string, at: string): FoundInWords {
    const ip = result.addresses[0] ?? "";
    const rule = ip === url.host ? "connects" : `DNS: ${result.canonicalName.replace(/\.$/, "")} is ${ip}`;
    return (this.#lastFound = { result, url, pod, at, ip, rule, destination: `${ip}:${url.port}` });
  }

  #payloadOf(name: string): Payload {
    if (this.#lastQuestion?.name !== name) this.#lastQuestion = { type: "dns", name, record: "A" };
    return this.#lastQuestion;
  }

  observe(): Json {
    return this.#runner.observe();
  }

  snapshot(): Json {
    return { runner: this.#runner.snapshot(), orders: [...this.#orders], resolving: [...this.#resolving], questions: this.#questions, armed: this.#armed } as unknown as Json;
  }

  restore(data: Json): void {
    const saved = data as unknown as { runner: Json; orders: [string, TrafficSource][]; resolving: [string, Resolving][]; questions: number; armed: boolean };
    this.#runner.restore(saved.runner);
    this.#orders.clear();
    this.#resolving.clear();
    for (const [id, source] of saved.orders) this.#orders.set(id, source);
    for (const [id, resolving] of saved.resolving) this.#resolving.set(id, resolving);
    this.#questions = saved.questions;
    this.#armed = saved.armed;
  }
}

