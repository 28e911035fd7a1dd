import type { Json } from "../../base/json.ts";
import { cidrContains, parseCidr, parseIpv4 } from "../../network/ipv4.ts";
import type { Cidr } from "../../network/ipv4.ts";
import { answeredWay, answerPacket, movedPacket } from "../../network/packet.ts";
import type { FromNet, Hop, Matched, Packet, ToNet, Way } from "../../network/packet.ts";
import { PolicyTables } from "../../network/policyTables.ts";
import type { PolicyDirection, PolicyUpdate } from "../../network/policyRules.ts";
import { nodeResolvConf } from "../../network/resolvConf.ts";
import { routeFlow } from "../../network/routeFlow.ts";
import type { Route, RouteView } from "../../network/routeFlow.ts";
import { RuleTables } from "../../network/ruleTables.ts";
import type { Process, ProcessContext, ProcessEvent, ProcessId } from "../../sim/process.ts";
import { Connections } from "./connections.ts";
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
  /** One for all packets. */
  readonly #routeView: { -readonly [key in keyof RouteView]: RouteView[key] };
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
    this.#routeView = { node: options.node, nodeIp: options.nodeIp, clusterCidr: cidr, nowUs: 0, explains: false };
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
    const way = event.notes as Way;
    switch (message.type) {
      case "packet":
        if (message.packet.direction === "answer") this.#answer(message.packet, way, event.from, ctx);
        else {
          if (event.from === this.#runtime && message.packet.flow.protocol === "TCP" && message.packet.payload.type !== "probe" && message.packet.payload.type !== "close" && this.#repeats.sent(message.packet, way, ctx.now)) ctx.setTimer("repeat", this.#repeats.delayUs);
          this.#request(message.packet, way, ctx);
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
        this.#traffic.deliver(message.packet, way, ctx);
        return;
      case "lost":
        this.#traffic.lost(message.packet, way, message.reason);
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

  #request(packet: Packet, way: Way, ctx: ProcessContext): void {
    if (packet.toIp.startsWith("127.")) {
      const { flow, toPort, fromIp, chosenBy, via } = packet;
      this.#deliver(movedPacket(packet, flow.source, toPort, fromIp, chosenBy, via), way, ctx, flow.source);
      return;
    }
    const key = packet.flow.connection;
    const known = this.#connections.translation(key);
    if (packet.payload.type === "close") {
      this.#connections.forget(key);
      this.#connections.end(key);
      this.#forward(known === null ? packet : movedPacket(packet, known.ip, known.port, packet.fromIp, packet.chosenBy, packet.via), way, ctx, packet.fromIp);
      return;
    }
    const from = packet.fromIp;
    if (known !== null && (packet.keepAlive || ctx.now - known.atUs < unansweredUs)) {
      const on = explains(way, ctx) ? [...way, this.#hop(ctx, "dnat", `${known.ip}:${known.port}`, `conntrack: the open connection keeps its endpoint (${known.service})${known.fromIp === from ? "" : ", masqueraded"}`)] : way;
      this.#forward(movedPacket(packet, known.ip, known.port, known.fromIp, this.#options.node, packet.via), on, ctx, from);
      return;
    }
    const { flow } = packet;
    const asSeen: Matched = packet.toIp === flow.destination && packet.fromIp === flow.source ? flow : { protocol: flow.protocol, source: packet.fromIp, destination: packet.toIp, port: packet.toPort };
    const route = routeFlow(this.#tables, asSeen, this.#view(ctx, explains(way, ctx)), ctx.random.fork("rules"));
    // Its connection was closed while it was on its way: it opens no new one, whatever the rules would choose.
    if (route.verdict === "dnat" && packet.reused) return this.#refuse(packet, way, closedMeanwhile, ctx);
    const on = explains(way, ctx) && route.hops.length > 0 ? [...way, ...route.hops] : way;
    switch (route.verdict) {
      case "pass":
        return this.#pass(packet, on, key, ctx);
      case "dnat": {
        const fromIp = route.masquerade ? this.#options.nodeIp : from;
        const translated = movedPacket(packet, route.ip, route.port, fromIp, this.#options.node, packet.via);
        const judged = this.#egress(translated, on, key, from, ctx);
        if (judged === null) return;
        this.#connections.translate(key, { ip: route.ip, port: route.port, fromIp, service: route.service, atUs: ctx.now });
        this.#forward(translated, judged, ctx, from);
        return;
      }
      case "reject":
        this.#refuse(packet, on, route.reason, ctx);
        return;
      case "drop":
        this.#lose(packet, on, route.reason, ctx);
        return;
    }
  }

  #hop(ctx: ProcessContext, verdict: Hop["verdict"], destination: string, rule: string): Hop {
    return { at: this.#options.node, atUs: ctx.now, verdict, destination, rule };
  }

  /** No rule is concerned. */
  #pass(packet: Packet, way: Way, key: string, ctx: ProcessContext): void {
    const from = packet.fromIp;
    const mapped = this.#hostPort(packet);
    let on = way;
    let going = packet;
    if (mapped !== null) {
      this.#connections.translate(key, { ip: mapped.ip, port: mapped.port, fromIp: from, service: `hostPort ${packet.toPort}`, atUs: ctx.now });
      if (explains(way, ctx)) on = [...way, this.#hop(ctx, "dnat", `${mapped.ip}:${mapped.port}`, `CNI-HOSTPORT-DNAT: hostPort ${packet.toPort} -> ${mapped.ip}:${mapped.port}`)];
      going = movedPacket(packet, mapped.ip, mapped.port, from, this.#options.node, packet.via);
    }
    const judged = this.#egress(going, on, key, from, ctx);
    if (judged !== null) this.#forward(going, judged, ctx, from);
  }

  /** The CNI plugin's portmap: a pod's hostPort, after kube-proxy's rules had their say. */
  #hostPort(packet: Packet): { readonly ip: string; readonly port: number } | null {
    if (packet.toIp !== this.#options.nodeIp) return null;
    const mapped = this.#ports.hostPort(packet.flow.protocol, packet.toPort);
    return mapped === null || mapped.ip === packet.toIp ? null : mapped;
  }

  #setPolicies(update: PolicyUpdate): void {
    if (!update.active) {
      this.#policies = null;
      return;
    }
    this.#policies ??= new PolicyTables();
    this.#policies.apply(update);
  }

  /** The way of what leaves a pod of this node, after translation: `from` is the address that it came with. null: it was dropped. */
  #egress(packet: Packet, way: Way, key: string, from: string, ctx: ProcessContext): Way | null {
    const pod = packet.via.length === 0 ? this.#ports.pod(from) : null;
    if (pod === null || this.#connections.isEstablished(key)) return way;
    const judged = this.#filtered("egress", pod, packet, way, packet.toIp, ctx);
    if (judged !== null && packet.keepAlive) this.#connections.establish(key);
    return judged;
  }

  /**
   * A pod's own traffic to itself and all between it and its node pass every policy. `peer`: the other end as this pod's interface sees
   * it, which is before this node masquerades. null: it was dropped.
   */
  #filtered(direction: PolicyDirection, pod: string, packet: Packet, way: Way, peer: string, ctx: ProcessContext): Way | null {
    if (this.#policies === null || peer === this.#options.nodeIp || this.#ports.pod(peer) === pod) return way;
    const verdict = this.#policies.verdict(direction, pod, { protocol: packet.flow.protocol, peer, port: packet.toPort, server: packet.toIp });
    if (verdict === null) return way;
    const on = explains(way, ctx) ? [...way, this.#hop(ctx, verdict.allowed ? "forward" : "drop", `${packet.toIp}:${packet.toPort}`, verdict.rule)] : way;
    if (verdict.allowed) return on;
    this.#lose(packet, on, verdict.rule, ctx);
    return null;
  }

  /** To a pod or process of this node, to another node's net, or out. `from`: its sender's address as it came to this node. */
  #forward(packet: Packet, way: Way, ctx: ProcessContext, from: string): void {
    const { toIp } = packet;
    if (toIp === this.#options.nodeIp || this.#ports.pod(toIp) !== null) {
      this.#deliver(packet, way, ctx, from);
      return;
    }
    const next = this.#routes.to(toIp);
    if (next !== null && next.node !== this.#options.node) {
      const on = explains(way, ctx) ? [...way, this.#hop(ctx, "forward", `${toIp}:${packet.toPort}`, next.ip === toIp ? `to node ${next.node}` : `route ${next.podCidr} via ${next.node} (${next.ip})`)] : way;
      const sent = movedPacket(packet, toIp, packet.toPort, packet.fromIp, packet.chosenBy, [...packet.via, this.id]);
      ctx.sendDatagram(next.net, { type: "packet", packet: sent }, on);
      // Who asks whether a connection was accepted has waited long: it hears how far it came, should nothing else be heard.
      if (packet.payload.type === "probe") this.#tellRecorder(sent, on, `no connection within 5 s: ${this.#options.node} sent it on to ${toIp} on ${next.node}, which is down or cut off`, ctx);
      return;
    }
    const address = parseIpv4(toIp);
    if (address !== null && cidrContains(this.#clusterCidr, address)) {
      this.#refuse(packet, way, `no route to host: ${this.#ports.whoHad(toIp, this.#options.node, ctx.now, lagOf(packet))}`, ctx);
      return;
    }
    if (this.#options.apiServers[`${toIp}:${packet.toPort}`] !== undefined) {
      this.#refuse(packet, way, "the API server answers API clients only: a plain request to it is not simulated", ctx);
      return;
    }
    if (nodeResolvConf.nameservers.includes(toIp)) {
      this.#sendOut(packet, way, "the machine's own resolver", ctx);
      return;
    }
    if (toIp.startsWith("10.") || toIp.startsWith("172.") || toIp.startsWith("192.168.")) {
      this.#lose(packet, way, `${this.#options.node} has no rule and no route for ${toIp}:${packet.toPort}`, ctx);
      return;
    }
    this.#sendOut(movedPacket(packet, toIp, packet.toPort, this.#options.nodeIp, packet.chosenBy, packet.via), way, "default route, out of the cluster, masqueraded", ctx);
  }

  #sendOut(packet: Packet, way: Way, rule: string, ctx: ProcessContext): void {
    const on = explains(way, ctx) ? [...way, this.#hop(ctx, "forward", `${packet.toIp}:${packet.toPort}`, rule)] : way;
    ctx.sendDatagram(this.#options.internet, { type: "packet", packet: movedPacket(packet, packet.toIp, packet.toPort, packet.fromIp, packet.chosenBy, [...packet.via, this.id]) }, on);
  }

  #deliver(packet: Packet, way: Way, ctx: ProcessContext, from: string): void {
    const come = this.#policies === null || packet.payload.type === "close" ? way : this.#ingress(packet, way, from, ctx);
    if (come === null) return;
    const { flow, toIp, toPort } = packet;
    if (packet.payload.type === "close") {
      this.#connections.clientClosed(flow.connection);
      return;
    }
    const { key: listener, owner } = this.#ports.listener(flow.protocol, toIp, toPort);
    if (owner === null) {
      const unprogrammed = toIp === this.#options.nodeIp && this.#tables.size === 0;
      const why = unprogrammed ? `${this.#options.node} has just started, its packet rules are not programmed yet` : this.#ports.whyRefused(listener, toIp, toPort, this.#options.node, ctx.now, lagOf(packet));
      this.#refuse(packet, come, why, ctx);
      return;
    }
    if (packet.payload.type === "probe") {
      this.#sendBack({ ...packet, direction: "answer", payload: { type: "accepted", waiting: this.#connections.has(flow.id) } }, come, ctx, false);
      return;
    }
    if (packet.reused && !this.#connections.holds(flow)) return this.#refuse(packet, come, closedMeanwhile, ctx);
    const on = explains(come, ctx) ? [...come, this.#hop(ctx, "deliver", `${toIp}:${toPort}`, this.#ports.describe(toIp))] : come;
    this.#connections.accept(listener, packet, on, ctx.now);
    ctx.handOver(owner.process, { type: "deliver", packet, owner: owner.name } satisfies FromNet, on);
  }

  /** What comes to a pod of this node. */
  #ingress(packet: Packet, way: Way, from: string, ctx: ProcessContext): Way | null {
    const pod = this.#ports.pod(packet.toIp);
    if (pod === null || this.#connections.holds(packet.flow)) return way;
    return this.#filtered("ingress", pod, packet, way, from, ctx);
  }

  #answer(packet: Packet, way: Way, from: ProcessId, ctx: ProcessContext): void {
    // Answers of this node's own listeners end a request; those that only pass by were ended where they came from.
    if (from.startsWith(this.#group) && from !== this.id && !this.#connections.answered(packet.flow.id)) return;
    this.#sendBack(packet, way, ctx, !packet.keepAlive);
  }

  /** The way back: undoes this node's translation and hands the answer to the process before. */
  #sendBack(packet: Packet, way: Way, ctx: ProcessContext, ends: boolean): void {
    const { flow, payload, via } = packet;
    const key = flow.connection;
    const known = this.#connections.translation(key);
    const broken = payload.type === "refused" || payload.type === "reset";
    let { toIp } = packet;
    let on = way;
    if (known !== null) {
      if (ends || broken) this.#connections.forget(key);
      if (payload.type !== "accepted") {
        if (explains(way, ctx)) on = [...way, this.#hop(ctx, "forward", `${flow.source}:${flow.sourcePort}`, `conntrack: answered as ${flow.destination}:${flow.port}`)];
        toIp = flow.source;
      }
    }
    if (ends || broken) this.#connections.end(key);
    const before = via[via.length - 1];
    if (before === undefined) this.#home(toIp === packet.toIp ? packet : movedPacket(packet, toIp, packet.toPort, packet.fromIp, packet.chosenBy, via), on, ctx);
    else ctx.sendDatagram(before, { type: "packet", packet: movedPacket(packet, toIp, packet.toPort, packet.fromIp, packet.chosenBy, via.slice(0, -1)) }, on);
  }

  /** To the process that asked. */
  #home(answer: Packet, way: Way, ctx: ProcessContext): void {
    if (answer.replyTo.process === this.#runtime) {
      const repeated = answer.payload.type === "accepted" ? this.#repeats.get(answer.flow.id) : null;
      if (answer.payload.type === "accepted" && repeated !== null) {
        if (!answer.payload.waiting) this.#request(repeated.packet, repeated.way, ctx);
        return;
      }
      this.#repeats.answered(answer.flow.id);
    }
    // Clients of this node's own traffic are a part of this process.
    if (answer.replyTo.process === this.id) this.#traffic.deliver(answer, way, ctx);
    else ctx.handOver(answer.replyTo.process, { type: "deliver", packet: answer, owner: null } satisfies FromNet, way);
  }

  #askAgain(ctx: ProcessContext): void {
    const { ask, againInUs } = this.#repeats.due(ctx.now);
    if (againInUs !== null) ctx.setTimer("repeat", againInUs);
    for (const { packet, way } of ask) this.#request({ ...packet, payload: { type: "probe" } }, way, ctx);
  }

  #refuse(packet: Packet, way: Way, reason: string, ctx: ProcessContext): void {
    if (packet.payload.type === "close") return;
    this.#sendBack(answerPacket(packet, { type: "refused", reason }), answeredWay(way, packet, this.#options.node, ctx.now, `connection refused: ${reason}`, [], "reject"), ctx, true);
  }

  /** Silence for the client; whoever keeps the record of the request is told, so that its failure can be explained. */
  #lose(packet: Packet, way: Way, reason: string, ctx: ProcessContext): void {
    if (packet.payload.type === "close") return;
    this.#tellRecorder(packet, way, reason, ctx);
    ctx.trace({ type: "packetDropped", flow: packet.flow.id, node: this.#options.node, reason });
  }

  #tellRecorder(packet: Packet, way: Way, reason: string, ctx: ProcessContext): void {
    const { process } = packet.replyTo;
    if (process === this.#options.internet || process.endsWith("/net")) ctx.sendDatagram(process, { type: "lost", packet, reason } satisfies FromNet, way);
  }

  #closeAll(closed: readonly { readonly listener: string; readonly owner: string }[], ctx: ProcessContext): void {
    for (const { listener, owner } of closed) {
      for (const { packet, way } of this.#connections.close(listener)) {
        const reason = `connection reset: ${owner} ended`;
        this.#sendBack(answerPacket(packet, { type: "reset", reason }), answeredWay(way, packet, this.#options.node, ctx.now, reason), ctx, true);
      }
    }
  }

  #openApi(message: Extract<ToNet, { type: "openApi" }>, ctx: ProcessContext): void {
    const flow: Matched = { protocol: "TCP", source: message.ip, destination: message.host, port: message.port };
    const route = routeFlow(this.#tables, flow, this.#view(ctx, true), ctx.random.fork("rules"));
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

  #view(ctx: ProcessContext, wanted: boolean): RouteView {
    const view = this.#routeView;
    view.nowUs = ctx.now;
    view.explains = wanted;
    return view;
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

const closedMeanwhile = "connection reset: it had been kept open, and the pod at its other end has ended";

/** Whether somebody looks at what is done to a packet on its way. */
function explains(way: Way, ctx: ProcessContext): way is readonly Hop[] {
  return way !== undefined && ctx.notesWanted;
}

/** Why a packet still went to a pod that is gone. */
function lagOf(packet: Packet): string {
  if (packet.reused) return "; the connection to it had been kept open, and rules do not move those";
  return packet.chosenBy === "" ? "" : `; the rules of ${packet.chosenBy} did not know yet`;
}

function apiFailure(route: Route, host: string, port: number): string {
  if (route.verdict === "reject") return `dial tcp ${host}:${port}: connect: connection refused`;
  return `dial tcp ${host}:${port}: i/o timeout`;
}
