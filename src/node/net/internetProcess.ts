import type { Json } from "../../base/json.ts";
import type { ClientNote, ClientSet, Informer } from "../../client/clientSet.ts";
import { createClientSet } from "../../client/clientSetImpl.ts";
import { objectPath } from "../../client/paths.ts";
import { nodeKind } from "../../kinds/core/node/kind.ts";
import type { Node } from "../../kinds/core/node/types.ts";
import { podKind } from "../../kinds/core/pod/kind.ts";
import type { Pod } from "../../kinds/core/pod/types.ts";
import { serviceKind } from "../../kinds/core/service/kind.ts";
import type { Service } from "../../kinds/core/service/types.ts";
import { ingressKind } from "../../kinds/networking/ingress/kind.ts";
import type { Ingress } from "../../kinds/networking/ingress/types.ts";
import type { HttpUrl } from "../../network/httpUrl.ts";
import { cidrContains, parseCidr, parseIpv4 } from "../../network/ipv4.ts";
import { answeredWay, answerPacket } from "../../network/packet.ts";
import type { FlowRecord, FromNet, HttpResponse, Packet, Payload, Way } from "../../network/packet.ts";
import { nodeResolvConf } from "../../network/resolvConf.ts";
import type { TrafficSource } from "../../network/traffic.ts";
import { TrafficRunner } from "../../network/trafficRunner.ts";
import type { Opening, TrafficHost } from "../../network/trafficState.ts";
import type { Process, ProcessContext, ProcessEvent, ProcessId } from "../../sim/process.ts";
import { LoadBalancers, addressOf, clientAddress, healthEveryUs, isLoadBalancer, loadBalancerAddresses } from "./loadBalancers.ts";
import type { HealthAnswer, OneOff, TrafficOrder } from "./messages.ts";

export interface InternetOptions {
  readonly server: ProcessId;
  /** The Service whose load balancer every host name resolves to. */
  readonly ingressService?: { readonly namespace: string; readonly name: string };
  readonly clusterCidr?: string;
  readonly eventCostUs?: number;
}

/** All that is outside of the cluster: clients, the provider's load balancers, its DNS. `id` is "world/internet". */
export function createInternet(id: ProcessId, options: InternetOptions): Process {
  return new Internet(id, options);
}

type Message = TrafficOrder | OneOff | FromNet | HealthAnswer | { readonly type: "hello" } | { readonly type: "packet"; readonly packet: Packet };

class Internet implements Process, TrafficHost {
  readonly id: ProcessId;
  readonly #options: InternetOptions;
  readonly #clients: ClientSet;
  readonly #services: Informer<Service>;
  readonly #nodes: Informer<Node>;
  readonly #ingresses: Informer<Ingress>;
  readonly #runner: TrafficRunner;
  readonly #balancers = new LoadBalancers();
  /** Sources that start in pods: the nets run them. */
  readonly #podSources = new Map<string, TrafficSource>();
  /** Nets that were heard of. */
  #nets: string[] = [];
  #checking = false;

  constructor(id: ProcessId, options: InternetOptions) {
    this.id = id;
    this.#options = options;
    this.#runner = new TrafficRunner(id);
    this.#clients = createClientSet({ server: options.server, identity: { type: "user", name: "system:cloud-provider", groups: ["system:masters", "system:authenticated"] }, userAgent: "cloud-provider/v1.0", qps: 20, burst: 40 });
    this.#services = this.#clients.informer("services", { kind: serviceKind, indexers: { address: (service) => (isLoadBalancer(service) ? loadBalancerAddresses(service) : []) } });
    this.#nodes = this.#clients.informer("nodes", { kind: nodeKind, indexers: { address: (node) => [addressOf(node)] } });
    this.#ingresses = this.#clients.informer("ingresses", { kind: ingressKind, indexers: { host: (ingress) => (ingress.spec.rules ?? []).flatMap((rule) => (rule.host === undefined ? [] : [rule.host])) } });
  }

  cost(): number {
    return this.#options.eventCostUs ?? 2;
  }

  handle(event: ProcessEvent, ctx: ProcessContext): void {
    if (event.type === "start") this.#clients.start(ctx);
    else if (event.type === "timer" && event.key === "health") this.#check(ctx);
    else if (event.type === "timer" && this.#runner.timer(event.key, ctx, this)) return;
    else if (event.type === "datagram") {
      this.#message(event.body as Message, event.notes as Way, event.from, ctx);
      return;
    }
    for (const note of this.#clients.handle(event, ctx)) this.#note(note, ctx);
  }

  #message(message: Message, way: Way, from: ProcessId, ctx: ProcessContext): void {
    switch (message.type) {
      case "deliver":
        this.#runner.deliver(message.packet, way, ctx, this);
        return;
      case "lost":
        this.#runner.lost(message.packet, way, message.reason);
        return;
      case "healthAnswer":
        this.#balancers.answered(message);
        return;
      case "setTraffic":
        this.#setTraffic(message.source, ctx);
        return;
      case "clearTraffic":
        this.#runner.clear(message.id, ctx);
        this.#clearInPods(message.id, ctx);
        return;
      case "hello":
        if (!this.#nets.includes(from)) this.#nets = [...this.#nets, from].sort();
        for (const source of this.#podSources.values()) ctx.sendDatagram(from, { type: "setTraffic", source } satisfies TrafficOrder);
        return;
      case "request":
        this.#once(message, ctx);
        return;
      case "packet":
        this.#outbound(message.packet, way, ctx);
        return;
      default:
        return;
    }
  }

  /** One that had begun elsewhere begins here instead. */
  #setTraffic(source: TrafficSource, ctx: ProcessContext): void {
    if (source.from === "internet") {
      this.#clearInPods(source.id, ctx);
      this.#runner.set(source, clientAddress, ctx);
      return;
    }
    this.#runner.clear(source.id, ctx);
    this.#podSources.set(source.id, source);
    for (const net of this.#nets) ctx.sendDatagram(net, { type: "setTraffic", source } satisfies TrafficOrder);
  }

  #clearInPods(id: string, ctx: ProcessContext): void {
    if (this.#podSources.delete(id)) for (const net of this.#nets) ctx.sendDatagram(net, { type: "clearTraffic", id } satisfies TrafficOrder);
  }

  /** One request, for a test or for a person who presses a button; the answer goes to the outside. */
  #once(order: OneOff, ctx: ProcessContext): void {
    if (order.from === undefined || order.from === "internet") {
      this.#runner.once({ source: order.source ?? "internet", method: order.method ?? "GET", url: order.url, headers: order.headers ?? {}, body: order.body ?? "", address: clientAddress(200), tag: order.id }, ctx, this);
      return;
    }
    this.#clients.request(ctx, { verb: "get", path: objectPath(podKind, order.from) }, { once: order as unknown as Json });
  }

  #note(note: ClientNote, ctx: ProcessContext): void {
    if (note.type === "answer") {
      const order = (note.tag as unknown as { readonly once?: OneOff }).once;
      if (order === undefined) return;
      const pod = note.response !== null && note.response.code === 200 ? (note.response.body as unknown as Pod) : null;
      const node = pod?.spec.nodeName;
      if (node === undefined) ctx.sendDatagram("", { type: "response", id: order.id, response: null, flow: null, failure: "that pod runs on no node" });
      else ctx.sendDatagram(`${node}/net`, order);
    } else if ((note.type === "change" || note.type === "synced") && !this.#checking && this.#clients.synced && this.#hasBalancers()) {
      this.#checking = true;
      ctx.setTimer("health", 1);
    }
  }

  #hasBalancers(): boolean {
    return this.#services.lister.list(null).some(isLoadBalancer);
  }

  #check(ctx: ProcessContext): void {
    this.#checking = this.#balancers.check(this.#services.lister, this.#nodes.lister, ctx);
    if (this.#checking) ctx.setTimer("health", healthEveryUs);
  }

  /** TrafficHost: where a connection from the internet goes. */
  open(url: HttpUrl, _flowId: string, sourceAddress: string, ctx: ProcessContext): Opening {
    const literal = parseIpv4(url.host);
    const ip = literal === null ? this.#resolve(url.host) : url.host;
    if (ip === null) return { type: "failed", reason: `could not resolve host ${url.host}: the ingress controller has no load balancer address yet`, hops: [] };
    const balanced = this.#balancers.open({ ip, port: url.port, resolvedFrom: url.host, source: sourceAddress }, this.#services.lister, this.#nodes.lister, ctx);
    if (balanced !== null) return balanced;
    const node = this.#nodes.lister.byIndex("address", ip)[0];
    if (node !== undefined) return { type: "opened", net: `${node.metadata.name}/net`, destination: ip, port: url.port, hops: [{ at: "internet", atUs: ctx.now, rule: `straight to ${node.metadata.name}`, verdict: "forward", destination: `${ip}:${url.port}` }], towards: node.metadata.name };
    const cluster = parseCidr(this.#options.clusterCidr ?? "10.244.0.0/16");
    const inside = ip.startsWith("10.") || (cluster !== null && literal !== null && cidrContains(cluster, literal));
    const reason = inside ? `${ip} is an address inside the cluster: from outside there is no way to it` : `nobody has the address ${ip}`;
    return { type: "silent", reason, hops: [{ at: "internet", atUs: ctx.now, rule: reason, verdict: "drop", destination: `${ip}:${url.port}` }] };
  }

  answered(tag: Json, response: HttpResponse | null, flow: FlowRecord, ctx: ProcessContext): void {
    ctx.sendDatagram("", { type: "response", id: tag, response, flow, failure: flow.failure });
  }

  /** What pods learn from public DNS: hosts that an Ingress names have the controller's address, other names do not exist. */
  #publicDns(question: string, record: string): Payload {
    const name = question.toLowerCase().replace(/\.$/, "");
    const named = this.#ingresses.lister.byIndex("host", name).length > 0 || this.#ingresses.lister.byIndex("host", `*${name.slice(Math.max(0, name.indexOf(".")))}`).length > 0;
    const address = named ? this.#resolve(name) : null;
    if (address === null) return { type: "dnsAnswer", code: "NXDOMAIN", answers: [] };
    return { type: "dnsAnswer", code: "NOERROR", answers: record === "A" ? [{ name: question, record: "A", data: address, ttlSeconds: 300 }] : [] };
  }

  /** Public DNS for clients out there: every name leads to the ingress controller. */
  #resolve(host: string): string | null {
    if (host === "localhost") return null;
    const { namespace, name } = this.#options.ingressService ?? { namespace: "ingress-nginx", name: "ingress-nginx-controller" };
    const service = this.#services.lister.get({ namespace, name });
    return service === null ? null : (loadBalancerAddresses(service)[0] ?? null);
  }

  /** A pod calls out: load balancer addresses lead back in (nodes short-circuit those), nobody else is simulated. */
  #outbound(packet: Packet, way: Way, ctx: ProcessContext): void {
    if (packet.direction === "answer") return;
    const { payload } = packet;
    const isQuestion = payload.type === "dns" && nodeResolvConf.nameservers.includes(packet.toIp);
    const reason = `${packet.toIp} is outside of the cluster, and no server out there is simulated`;
    const answer = answerPacket(packet, isQuestion ? this.#publicDns(payload.name, payload.record) : { type: "refused", reason });
    const back = answer.via[answer.via.length - 1];
    if (back !== undefined) ctx.sendDatagram(back, { type: "packet", packet: { ...answer, via: answer.via.slice(0, -1) } }, answeredWay(way, packet, "internet", ctx.now, isQuestion ? "public DNS" : reason));
  }

  /** {type: "traffic"} -> counts of each source; {type: "health"} -> targets of the load balancers. */
  observe(question: Json): Json {
    const asked = question as { readonly type?: string } | null;
    if (asked?.type === "traffic") return this.#runner.observe();
    if (asked?.type === "health") return this.#balancers.observe();
    if (asked?.type === "sources") return [...this.#runner.sources, ...this.#podSources.values()] as unknown as Json;
    return null;
  }

  snapshot(): Json {
    return { clients: this.#clients.snapshot(), runner: this.#runner.snapshot(), balancers: this.#balancers.snapshot(), podSources: [...this.#podSources], nets: this.#nets, checking: this.#checking } as unknown as Json;
  }

  restore(data: Json): void {
    const saved = data as unknown as { clients: Json; runner: Json; balancers: Json; podSources: [string, TrafficSource][]; nets: string[]; checking: boolean };
    this.#clients.restore(saved.clients);
    this.#runner.restore(saved.runner);
    this.#balancers.restore(saved.balancers);
    this.#podSources.clear();
    for (const [id, source] of saved.podSources) this.#podSources.set(id, source);
    this.#nets = [...saved.nets];
    this.#checking = saved.checking;
  }
}
