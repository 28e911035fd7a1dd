import type { Json } from "../../base/json.ts";
import { cidrContains, parseCidr, parseIpv4 } from "../../network/ipv4.ts";
import type { Cidr } from "../../network/ipv4.ts";
import { answerPacket, keptOpen } from "../../network/packet.ts";
import type { Flow, FromNet, Hop, Packet, ToNet } from "../../network/packet.ts";
import { PolicyTables } from "../../network/policyTables.ts";
import type { PolicyDirection, PolicyUpdate } from "../../network/policyRules.ts";
import { nodeResolvConf } from "../../network/resolvConf.ts";
import { routeFlow } from "../../network/routeFlow.ts";
import type { Route, RouteView } from "../../network/routeFlow.ts";
import { RuleTables } from "../../network/ruleTables.ts";
import type { Process, ProcessContext, ProcessEvent, ProcessId } from "../../sim/process.ts";
import { Connections, connectionKey } from "./connections.ts";
import { LocalPorts } from "./localPorts.ts";
import type { NetMessage, NodeRoute } from "./messages.ts";
import { NodeRoutes } from "./nodeRoutes.ts";
import { PodTraffic } from "./podTraffic.ts";
import { Repeats } from "./repeats.ts";

/**
 * The data plane of one node: pods' addresses, packet rules as kube-proxy programmed them, conntrack, routes to other nodes.
 */
export interface NetOptions {
  readonly node: string;
  readonly nodeIp: string;
  /** All pods' addresses: "10.244.0.0/16". */
  readonly clusterCidr: string;
  /** "172.18.0.100:6443" -> "cp-1/apiserver". */
  readonly apiServers: Readonly<Record<string, ProcessId>>;
  readonly internet: ProcessId;
  /** 10.96.0.10 by default. */
  readonly clusterDns?: string;
  readonly clusterDomain?: string;
  /** The node has an agent that enforces NetworkPolicy: "node-1/cni". */
  readonly enforcesPolicies?: boolean;
}

/** `id` is "node-1/net". */
export function createNet(id: ProcessId, options: NetOptions): Process {
  return new Net(id, options);
}

const packetCostUs = 4;
const rulesCostUs = 10;
/** nf_conntrack_tcp_timeout_syn_sent: how long a translation without an answer stands in the way of the next with the same ports. */
const unansweredUs = 120_000_000;

class Net implements Process {
  readonly id: ProcessId;
  readonly #options: NetOptions;
  readonly #group: string;
  readonly #runtime: ProcessId;
  readonly #clusterCidr: Cidr;
  readonly #tables = new RuleTables();
  readonly #connections = new Connections();
  readonly #ports = new LocalPorts();
  readonly #traffic: PodTraffic;
  readonly #repeats = new Repeats();
  readonly #routes = new NodeRoutes();
  /** null while the cluster has no policy: nothing is asked then. */
  #policies: PolicyTables | null = null;

  constructor(id: ProcessId, options: NetOptions) {
    this.id = id;
    this.#options = options;
    this.#group = `${id.slice(0, id.indexOf("/"))}/`;
    this.#runtime = `${this.#group}runtime`;
    this.#traffic = new PodTraffic(id, { clusterDns: options.clusterDns ?? "10.96.0.10", clusterDomain: options.clusterDomain ?? "cluster.local" }, this.#ports);
    const cidr = parseCidr(options.clusterCidr);
    if (cidr === null) throw new Error(`clusterCidr ${options.clusterCidr} is no CIDR`);
    this.#clusterCidr = cidr;
  }

  cost(event: ProcessEvent): number {
    return event.type === "datagram" && (event.body as NetMessage).type !== "packet" ? rulesCostUs : packetCostUs;
  }

  handle(event: ProcessEvent, ctx: ProcessContext): void {
    if (event.type === "start") {
      ctx.sendDatagram(`${this.#group}proxy`, { type: "hello" });
      ctx.sendDatagram(this.#options.internet, { type: "hello" });
      if (this.#options.enforcesPolicies === true && event.incarnation > 1) ctx.sendDatagram(`${this.#group}cni`, { type: "hello" });
      if (event.incarnation > 1) for (const listener of ["runtime", "kubelet"]) ctx.sendDatagram(`${this.#group}${listener}`, { type: "restarted" } satisfies FromNet);
      return;
    }
    if (event.type === "timer" && event.key === "repeat") this.#askAgain(ctx);
    else if (event.type === "timer") this.#traffic.timer(event.key, ctx);
    if (event.type !== "datagram") return;
    const message = event.body as NetMessage;
    switch (message.type) {
      case "packet":
        if (message.packet.direction === "answer") this.#answer(message.packet, event.from, ctx);
        else {
          if (event.from === this.#runtime && message.packet.flow.protocol === "TCP" && message.packet.payload.type !== "probe" && message.packet.payload.type !== "close" && this.#repeats.sent(message.packet, ctx.now)) ctx.setTimer("repeat", this.#repeats.delayUs);
          this.#request(message.packet, ctx);
        }
        return;
      case "rules":
        this.#tables.apply(message);
        return;
      case "routes":
        this.#routes.set(message.routes);
        return;
      case "policies":
        this.#setPolicies(message);
        return;
      case "attach":
        this.#ports.attach(message.ip, message.pod, message.hostNetwork);
        this.#traffic.podsChanged(ctx);
        return;
      case "detach":
        this.#closeAll(this.#ports.detach(message.ip, message.pod, ctx.now), ctx);
        this.#traffic.podsChanged(ctx);
        return;
      case "listen":
        this.#ports.listen(message.ip, message.port, message.protocol, message.owner, event.from, message.hostPort);
        return;
      case "unlisten":
        this.#closeAll(this.#ports.unlisten(message.ip, message.port, message.protocol, message.owner, ctx.now), ctx);
        return;
      case "openApi":
        this.#openApi(message, ctx);
        return;
      case "deliver":
        this.#traffic.deliver(message.packet, ctx);
        return;
      case "lost":
        this.#traffic.lost(message.packet, message.reason);
        return;
      case "setTraffic":
        this.#traffic.order(message.source, ctx);
        return;
      case "clearTraffic":
        this.#traffic.clear(message.id, ctx);
        return;
      case "request":
        this.#traffic.once(message, ctx);
        return;
      default:
        return;
    }
  }

  #request(packet: Packet, ctx: ProcessContext): void {
    if (packet.toIp.startsWith("127.")) {
      this.#deliver({ ...packet, toIp: packet.flow.source }, ctx, packet.flow.source);
      return;
    }
    const key = connectionKey(packet.flow);
    const known = this.#connections.translation(key);
    if (packet.payload.type === "close") {
      this.#connections.forget(key);
      this.#connections.end(key);
      this.#forward(known === null ? packet : { ...packet, toIp: known.ip, toPort: known.port }, ctx, packet.fromIp);
      return;
    }
    const from = packet.fromIp;
    if (known !== null && (packet.keepAlive || ctx.now - known.atUs < unansweredUs)) {
      const hop: Hop = { at: this.#options.node, atUs: ctx.now, verdict: "dnat", destination: `${known.ip}:${known.port}`, rule: `conntrack: the open connection keeps its endpoint (${known.service})${known.fromIp === from ? "" : ", masqueraded"}` };
      this.#forward({ ...packet, toIp: known.ip, toPort: known.port, fromIp: known.fromIp, hops: [...packet.hops, hop] }, ctx, from);
      return;
    }
    const { flow } = packet;
    const asSeen: Flow = packet.toIp === flow.destination && packet.fromIp === flow.source ? flow : { ...flow, destination: packet.toIp, port: packet.toPort, source: packet.fromIp };
    const route = routeFlow(this.#tables, asSeen, this.#view(ctx), ctx.random.fork("rules"));
    // Its connection was closed while it was on its way: it opens no new one, whatever the rules would choose.
    if (route.verdict === "dnat" && wasOpen(packet)) return this.#refuse(packet, closedMeanwhile, ctx);
    switch (route.verdict) {
      case "pass": {
        const passed = this.#egress(this.#hostPort(packet, key, ctx), from, ctx);
        if (passed !== null) this.#forward(passed, ctx, from);
        return;
      }
      case "dnat": {
        const fromIp = route.masquerade ? this.#options.nodeIp : packet.fromIp;
        const passed = this.#egress({ ...packet, toIp: route.ip, toPort: route.port, fromIp, hops: [...packet.hops, ...route.hops] }, from, ctx);
        if (passed === null) return;
        this.#connections.translate(key, { ip: route.ip, port: route.port, fromIp, service: route.service, atUs: ctx.now });
        this.#forward(passed, ctx, from);
        return;
      }
      case "reject":
        this.#refuse({ ...packet, hops: [...packet.hops, ...route.hops] }, route.reason, ctx);
        return;
      case "drop":
        this.#lose({ ...packet, hops: [...packet.hops, ...route.hops] }, route.reason, ctx);
        return;
    }
  }

  /** The CNI plugin's portmap: a pod's hostPort, after kube-proxy's rules had their say. */
  #hostPort(packet: Packet, key: string, ctx: ProcessContext): Packet {
    if (packet.toIp !== this.#options.nodeIp) return packet;
    const mapped = this.#ports.hostPort(packet.flow.protocol, packet.toPort);
    if (mapped === null || mapped.ip === packet.toIp) return packet;
    this.#connections.translate(key, { ip: mapped.ip, port: mapped.port, fromIp: packet.fromIp, service: `hostPort ${packet.toPort}`, atUs: ctx.now });
    const hop: Hop = { at: this.#options.node, atUs: ctx.now, verdict: "dnat", destination: `${mapped.ip}:${mapped.port}`, rule: `CNI-HOSTPORT-DNAT: hostPort ${packet.toPort} -> ${mapped.ip}:${mapped.port}` };
    return { ...packet, toIp: mapped.ip, toPort: mapped.port, hops: [...packet.hops, hop] };
  }

  #setPolicies(update: PolicyUpdate): void {
    if (!update.active) {
      this.#policies = null;
      return;
    }
    this.#policies ??= new PolicyTables();
    this.#policies.apply(update);
  }

  /** What leaves a pod of this node, after translation: `from` is the address that it came with. null: it was dropped. */
  #egress(packet: Packet, from: string, ctx: ProcessContext): Packet | null {
    const pod = packet.via.length === 0 ? this.#ports.pod(from) : null;
    if (pod === null) return packet;
    const key = connectionKey(packet.flow);
    if (this.#connections.isEstablished(key)) return packet;
    const passed = this.#filtered("egress", pod, packet, packet.toIp, ctx);
    if (passed !== null && packet.keepAlive) this.#connections.establish(key);
    return passed;
  }

  /**
   * A pod's own traffic to itself and all between it and its node pass every policy. `peer`: the other end as this pod's interface sees
   * it, which is before this node masquerades.
   */
  #filtered(direction: PolicyDirection, pod: string, packet: Packet, peer: string, ctx: ProcessContext): Packet | null {
    if (this.#policies === null || peer === this.#options.nodeIp || this.#ports.pod(peer) === pod) return packet;
    const verdict = this.#policies.verdict(direction, pod, { protocol: packet.flow.protocol, peer, port: packet.toPort, server: packet.toIp });
    if (verdict === null) return packet;
    const hop: Hop = { at: this.#options.node, atUs: ctx.now, rule: verdict.rule, verdict: verdict.allowed ? "forward" : "drop", destination: `${packet.toIp}:${packet.toPort}` };
    const judged: Packet = { ...packet, hops: [...packet.hops, hop] };
    if (verdict.allowed) return judged;
    this.#lose(judged, verdict.rule, ctx);
    return null;
  }

  /** To a pod or process of this node, to another node's net, or out. `from`: its sender's address as it came to this node. */
  #forward(packet: Packet, ctx: ProcessContext, from: string): void {
    const { toIp } = packet;
    if (toIp === this.#options.nodeIp || this.#ports.pod(toIp) !== null) {
      this.#deliver(packet, ctx, from);
      return;
    }
    const next = this.#routes.to(toIp);
    if (next !== null && next.node !== this.#options.node) {
      const rule = next.ip === toIp ? `to node ${next.node}` : `route ${next.podCidr} via ${next.node} (${next.ip})`;
      const hop: Hop = { at: this.#options.node, atUs: ctx.now, rule, verdict: "forward", destination: `${toIp}:${packet.toPort}` };
      const sent: Packet = { ...packet, via: [...packet.via, this.id], hops: [...packet.hops, hop] };
      ctx.sendDatagram(`${next.node}/net`, { type: "packet", packet: sent });
      // Who asks whether a connection was accepted has waited long: it hears how far it came, should nothing else be heard.
      if (packet.payload.type === "probe") this.#tellRecorder(sent, `no connection within 5 s: ${this.#options.node} sent it on to ${toIp} on ${next.node}, which is down or cut off`, ctx);
      return;
    }
    const address = parseIpv4(toIp);
    if (address !== null && cidrContains(this.#clusterCidr, address)) {
      this.#refuse(packet, `no route to host: ${this.#ports.whoHad(toIp, this.#options.node, ctx.now, lagOf(packet))}`, ctx);
      return;
    }
    if (this.#options.apiServers[`${toIp}:${packet.toPort}`] !== undefined) {
      this.#refuse(packet, "the API server answers API clients only: a plain request to it is not simulated", ctx);
      return;
    }
    if (nodeResolvConf.nameservers.includes(toIp)) {
      const hop: Hop = { at: this.#options.node, atUs: ctx.now, rule: "the machine's own resolver", verdict: "forward", destination: `${toIp}:${packet.toPort}` };
      ctx.sendDatagram(this.#options.internet, { type: "packet", packet: { ...packet, via: [...packet.via, this.id], hops: [...packet.hops, hop] } });
      return;
    }
    if (toIp.startsWith("10.") || toIp.startsWith("172.") || toIp.startsWith("192.168.")) {
      this.#lose(packet, `${this.#options.node} has no rule and no route for ${toIp}:${packet.toPort}`, ctx);
      return;
    }
    const hop: Hop = { at: this.#options.node, atUs: ctx.now, rule: "default route, out of the cluster, masqueraded", verdict: "forward", destination: `${toIp}:${packet.toPort}` };
    ctx.sendDatagram(this.#options.internet, { type: "packet", packet: { ...packet, fromIp: this.#options.nodeIp, via: [...packet.via, this.id], hops: [...packet.hops, hop] } });
  }

  #deliver(arrived: Packet, ctx: ProcessContext, from: string): void {
    const packet = this.#policies === null || arrived.payload.type === "close" ? arrived : this.#ingress(arrived, from, ctx);
    if (packet === null) return;
    const { flow, toIp, toPort } = packet;
    const listener = LocalPorts.key(flow.protocol, toIp, toPort);
    if (packet.payload.type === "close") {
      this.#connections.clientClosed(connectionKey(flow));
      return;
    }
    const owner = this.#ports.owner(listener);
    if (owner === null) {
      const unprogrammed = toIp === this.#options.nodeIp && this.#tables.size === 0;
      const why = unprogrammed ? `${this.#options.node} has just started, its packet rules are not programmed yet` : this.#ports.whyRefused(listener, toIp, toPort, this.#options.node, ctx.now, lagOf(packet));
      this.#refuse(packet, why, ctx);
      return;
    }
    if (packet.payload.type === "probe") {
      this.#sendBack({ ...packet, direction: "answer", payload: { type: "accepted", waiting: this.#connections.has(flow.id) } }, ctx, false);
      return;
    }
    if (wasOpen(packet) && !this.#connections.holds(flow)) return this.#refuse(packet, closedMeanwhile, ctx);
    const hop: Hop = { at: this.#options.node, atUs: ctx.now, rule: this.#ports.describe(toIp), verdict: "deliver", destination: `${toIp}:${toPort}` };
    const delivered: Packet = { ...packet, hops: [...packet.hops, hop] };
    this.#connections.accept(listener, delivered, ctx.now);
    ctx.sendDatagram(owner.process, { type: "deliver", packet: delivered, owner: owner.name } satisfies FromNet);
  }

  /** What comes to a pod of this node. */
  #ingress(packet: Packet, from: string, ctx: ProcessContext): Packet | null {
    const pod = this.#ports.pod(packet.toIp);
    if (pod === null || this.#connections.holds(packet.flow)) return packet;
    return this.#filtered("ingress", pod, packet, from, ctx);
  }

  #answer(packet: Packet, from: ProcessId, ctx: ProcessContext): void {
    // Answers of this node's own listeners end a request; those that only pass by were ended where they came from.
    if (from.startsWith(this.#group) && from !== this.id && !this.#connections.answered(packet.flow.id)) return;
    this.#sendBack(packet, ctx, !packet.keepAlive);
  }

  /** The way back: undoes this node's translation and hands the answer to the process before. */
  #sendBack(packet: Packet, ctx: ProcessContext, ends: boolean): void {
    const key = connectionKey(packet.flow);
    const known = this.#connections.translation(key);
    let back = packet;
    if (known !== null) {
      const broken = packet.payload.type === "refused" || packet.payload.type === "reset";
      if (ends || broken) this.#connections.forget(key);
      if (packet.payload.type !== "accepted") {
        const { flow } = packet;
        const hop: Hop = { at: this.#options.node, atUs: ctx.now, verdict: "forward", destination: `${flow.source}:${flow.sourcePort}`, rule: `conntrack: answered as ${flow.destination}:${flow.port}` };
        back = { ...packet, toIp: flow.source, hops: [...packet.hops, hop] };
      }
    }
    if (ends || packet.payload.type === "refused" || packet.payload.type === "reset") this.#connections.end(key);
    const before = back.via.length > 0 ? back.via[back.via.length - 1] : undefined;
    if (before === undefined) this.#home(back, ctx);
    else ctx.sendDatagram(before, { type: "packet", packet: { ...back, via: back.via.slice(0, -1) } });
  }

  /** To the process that asked. */
  #home(answer: Packet, ctx: ProcessContext): void {
    if (answer.replyTo.process === this.#runtime) {
      const repeated = answer.payload.type === "accepted" ? this.#repeats.get(answer.flow.id) : null;
      if (answer.payload.type === "accepted" && repeated !== null) {
        if (!answer.payload.waiting) this.#request(repeated, ctx);
        return;
      }
      this.#repeats.answered(answer.flow.id);
    }
    // Clients of this node's own traffic are a part of this process.
    if (answer.replyTo.process === this.id) this.#traffic.deliver(answer, ctx);
    else ctx.sendDatagram(answer.replyTo.process, { type: "deliver", packet: answer, owner: null } satisfies FromNet);
  }

  #askAgain(ctx: ProcessContext): void {
    const { ask, againInUs } = this.#repeats.due(ctx.now);
    if (againInUs !== null) ctx.setTimer("repeat", againInUs);
    for (const packet of ask) this.#request({ ...packet, payload: { type: "probe" } }, ctx);
  }

  #refuse(packet: Packet, reason: string, ctx: ProcessContext): void {
    if (packet.payload.type === "close") return;
    const answer = answerPacket(packet, { type: "refused", reason }, this.#options.node, ctx.now, `connection refused: ${reason}`);
    this.#sendBack({ ...answer, hops: answer.hops.map((hop, i) => (i === answer.hops.length - 1 ? { ...hop, verdict: "reject" as const } : hop)) }, ctx, true);
  }

  /** Silence for the client; whoever keeps the record of the request is told, so that its failure can be explained. */
  #lose(packet: Packet, reason: string, ctx: ProcessContext): void {
    if (packet.payload.type === "close") return;
    this.#tellRecorder(packet, reason, ctx);
    ctx.trace({ type: "packetDropped", flow: packet.flow.id, node: this.#options.node, reason });
  }

  #tellRecorder(packet: Packet, reason: string, ctx: ProcessContext): void {
    const { process } = packet.replyTo;
    if (process === this.#options.internet || process.endsWith("/net")) ctx.sendDatagram(process, { type: "lost", packet, reason } satisfies FromNet);
  }

  #closeAll(closed: readonly { readonly listener: string; readonly owner: string }[], ctx: ProcessContext): void {
    for (const { listener, owner } of closed) {
      for (const packet of this.#connections.close(listener)) {
        const reason = `connection reset: ${owner} ended`;
        this.#sendBack(answerPacket(packet, { type: "reset", reason }, this.#options.node, ctx.now, reason), ctx, true);
      }
    }
  }

  #openApi(message: Extract<ToNet, { type: "openApi" }>, ctx: ProcessContext): void {
    const flow: Flow = { id: "", protocol: "TCP", source: message.ip, sourcePort: 0, destination: message.host, port: message.port };
    const route = routeFlow(this.#tables, flow, this.#view(ctx), ctx.random.fork("rules"));
    const answer = (server: ProcessId | null, failure: string | null): void =>
      ctx.sendDatagram(message.process, { type: "apiRoute", tag: message.tag, server, failure, hops: route.hops } satisfies FromNet);
    const pod = this.#ports.pod(message.ip);
    const verdict = pod === null ? null : (this.#policies?.verdict("egress", pod, { protocol: "TCP", peer: route.ip, port: route.port, server: route.ip }) ?? null);
    if (verdict?.allowed === false) {
      ctx.trace({ type: "packetDropped", flow: "", node: this.#options.node, reason: verdict.rule });
      answer(null, `dial tcp ${message.host}:${message.port}: i/o timeout`);
      return;
    }
    const server = route.verdict === "pass" || route.verdict === "dnat" ? this.#options.apiServers[`${route.ip}:${route.port}`] : undefined;
    if (server !== undefined) answer(server, null);
    else answer(null, apiFailure(route, message.host, message.port));
  }

  #view(ctx: ProcessContext): RouteView {
    return { node: this.#options.node, nodeIp: this.#options.nodeIp, clusterCidr: this.#clusterCidr, nowUs: ctx.now };
  }

  observe(question: Json): Json {
    const asked = question as { readonly type?: string } | null;
    if (asked?.type === "conntrack") return this.#connections.list().map(({ connection, translation }) => `${connection} -> ${translation.ip}:${translation.port} (${translation.service})`);
    if (asked?.type === "connections") return this.#connections.sizes;
    if (asked?.type === "policies") return this.#policies?.list() ?? null;
    if (asked?.type === "ports") return this.#ports.list();
    if (asked?.type === "traffic") return this.#traffic.observe();
    return null;
  }

  snapshot(): Json {
    return { tables: this.#tables.snapshot(), connections: this.#connections.snapshot(), ports: this.#ports.snapshot(), traffic: this.#traffic.snapshot(), repeats: this.#repeats.snapshot(), routes: this.#routes.all, policies: this.#policies?.snapshot() ?? null } as unknown as Json;
  }

  restore(data: Json): void {
    const saved = data as unknown as { tables: Json; connections: Json; ports: Json; traffic: Json; repeats: Json; routes: readonly NodeRoute[]; policies: Json };
    this.#tables.restore(saved.tables);
    this.#connections.restore(saved.connections);
    this.#ports.restore(saved.ports);
    this.#traffic.restore(saved.traffic);
    this.#repeats.restore(saved.repeats);
    this.#routes.set(saved.routes);
    this.#policies = saved.policies === null ? null : new PolicyTables();
    if (saved.policies !== null) this.#policies?.restore(saved.policies);
  }
}

/** The node whose rules chose this destination, if any did. */
const closedMeanwhile = "connection reset: it had been kept open, and the pod at its other end has ended";

/** Sent over a connection that its client takes for open. */
function wasOpen(packet: Packet): boolean {
  return packet.hops[0]?.rule === keptOpen;
}

/** Why a packet still went to a pod that is gone. */
function lagOf(packet: Packet): string {
  if (wasOpen(packet)) return "; the connection to it had been kept open, and rules do not move those";
  const chosenBy = packet.hops.findLast((hop) => hop.verdict === "dnat")?.at;
  return chosenBy === undefined ? "" : `; the rules of ${chosenBy} did not know yet`;
}

function apiFailure(route: Route, host: string, port: number): string {
  if (route.verdict === "reject") return `dial tcp ${host}:${port}: connect: connection refused`;
  return `dial tcp ${host}:${port}: i/o timeout`;
}
