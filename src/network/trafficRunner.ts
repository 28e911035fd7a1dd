import { ChurnMap } from "../base/churnMap.ts";
import type { Json } from "../base/json.ts";
import type { ProcessContext, ProcessId } from "../sim/process.ts";
import { flowFailure, podThatAnswered } from "./flowFailure.ts";
import { parseHttpUrl } from "./httpUrl.ts";
import type { HttpUrl } from "./httpUrl.ts";
import { parseIpv4 } from "./ipv4.ts";
import { keptOpen, newFlow, requestPacket } from "./packet.ts";
import type { FlowRecord, Hop, HttpResponse, Packet, Payload, Way } from "./packet.ts";
import { dueUs, jitterLimitUs, trafficLimits } from "./traffic.ts";
import type { TrafficSource } from "./traffic.ts";
import type { Client, Draft, KeptConnection, OneOffRequest, Opened, Opening, Outstanding, RunningSource, TrafficHost } from "./trafficState.ts";

/** TCP repeats its first packet after 1 s and 3 s; afterwards a client asks now and then whether its request is still there. */
const firstProbeUs = 1_000_000;
const connectProbeUs = 2_000_000;
const waitingProbeUs = 5_000_000;
const connectTimeoutUs = 5_000_000;
const answerTimeoutUs = 30_000_000;
const firstPort = 32_768;
const lastPort = 60_999;
const mostOutstanding = 20_000;
const mostCookies = 20;
const sweepTimer = "traffic";

/**
 * HTTP clients as a machine: sources with exact rates, connections that are kept or not, time-outs (5 s to connect, 30 s for the
 * answer). Each request that ends is traced once as {type: "flow", flow}.
 */
export class TrafficRunner {
  readonly #process: ProcessId;
  readonly #replyTo: Packet["replyTo"];
  readonly #sources = new Map<string, RunningSource>();
  /** In the order they were sent. */
  readonly #outstanding = new ChurnMap<string, Outstanding>();
  #requests = 0;
  #nextPort = firstPort;
  readonly #payloads = new HttpPayloads();
  #sweepAtUs = 0;

  constructor(process: ProcessId) {
    this.#process = process;
    this.#replyTo = { process, tag: null };
  }

  /**
   * Starts a source, or changes it: its rate begins anew, and its clients keep their connections where they still go to the same
   * address. `address` gives the k-th client's address.
   */
  set(source: TrafficSource, address: (client: number) => string, ctx: ProcessContext): void {
    const past = this.#sources.get(source.id);
    const stays = past !== undefined && sameConnections(past.source, source);
    if (!stays) this.#closeConnections(source.id, ctx);
    const count = Math.max(1, Math.min(trafficLimits.clients, Math.floor(source.clients)));
    const jitter = jitterLimitUs(source);
    const random = ctx.random.fork("traffic");
    const clients: Client[] = [];
    for (let k = 0; k < count; k++) {
      const fresh: Client = { address: address(k), jitterUs: jitter > 0 ? random.int(0, jitter) : 0, connection: null };
      const old = stays ? past.clients[k] : undefined;
      clients.push(old === undefined || old.address !== fresh.address ? fresh : { ...old, jitterUs: fresh.jitterUs });
    }
    const running: RunningSource = { source, timer: `traffic/${source.id}`, startedAtUs: ctx.now, started: 0, before: past === undefined ? 0 : past.before + past.started, answered: past?.answered ?? 0, failed: past?.failed ?? 0, clients };
    this.#sources.set(source.id, running);
    ctx.cancelTimer(`traffic/${source.id}`);
    this.#arm(running, ctx);
  }

  clear(id: string, ctx: ProcessContext): void {
    this.#closeConnections(id, ctx);
    if (this.#sources.delete(id)) ctx.cancelTimer(`traffic/${id}`);
  }

  get sources(): readonly TrafficSource[] {
    return [...this.#sources.values()].map((running) => running.source);
  }

  has(id: string): boolean {
    return this.#sources.has(id);
  }

  /** False for timers of others. */
  timer(key: string, ctx: ProcessContext, host: TrafficHost): boolean {
    if (key === sweepTimer) this.#sweep(ctx, host);
    else if (!key.startsWith("traffic/")) return false;
    else this.#tick(key.slice("traffic/".length), ctx, host);
    return true;
  }

  once(request: OneOffRequest, ctx: ProcessContext, host: TrafficHost): void {
    this.#begin({ source: request.source, client: -1, address: request.address, method: request.method, url: request.url, headers: request.headers, body: request.body, keepAlive: false, tag: request.tag }, ctx, host);
  }

  /** The end of a lookup that `open` began. */
  opened(flowId: string, opening: Opening, ctx: ProcessContext, host: TrafficHost): void {
    const waiting = this.#outstanding.get(flowId);
    if (waiting === undefined || waiting.stage !== "resolving") return;
    this.#go(waiting, opening, ctx, host);
  }

  /** An answer came back, or a connection that was open broke. */
  deliver(packet: Packet, way: Way, ctx: ProcessContext, host: TrafficHost): void {
    const { flow, payload } = packet;
    const hops = way ?? none;
    const waiting = this.#outstanding.get(flow.id);
    if (waiting === undefined) {
      if (payload.type === "reset") this.#dropConnection(flow.source, flow.sourcePort);
      return;
    }
    switch (payload.type) {
      case "accepted":
        waiting.stage = "accepted";
        waiting.hops = hops;
        waiting.reason = "";
        // The request or its answer was lost on the way: TCP sends again.
        if (!payload.waiting && waiting.packet !== null) ctx.handOver(waiting.net, { type: "packet", packet: waiting.packet }, waiting.begun);
        return;
      case "httpResponse":
        if (waiting.packet?.payload.type === "http" && waiting.packet.payload.request.tls !== undefined && payload.response.certificate === undefined) this.#end(waiting, null, hops, "the TLS handshake failed: the server answered in plain HTTP (wrong version number)", ctx, host);
        else this.#end(waiting, payload.response, hops, null, ctx, host);
        return;
      case "refused":
      case "reset":
        if (isRepeatable(waiting)) this.#again(waiting, ctx, host);
        else this.#end(waiting, null, hops, payload.reason, ctx, host);
        return;
      default:
        this.#end(waiting, null, hops, "the server does not speak HTTP", ctx, host);
    }
  }

  /** The packet was dropped on its way. The client goes on waiting; its record will say why. */
  lost(packet: Packet, way: Way, reason: string): void {
    const waiting = this.#outstanding.get(packet.flow.id);
    if (waiting === undefined) return;
    waiting.reason = reason;
    waiting.hops = way ?? none;
  }

  #tick(id: string, ctx: ProcessContext, host: TrafficHost): void {
    const running = this.#sources.get(id);
    if (running === undefined) return;
    const index = running.started % running.clients.length;
    const client = running.clients[index];
    running.started++;
    this.#arm(running, ctx);
    if (client === undefined) return;
    const { source } = running;
    this.#begin({ source: id, client: index, address: client.address, method: source.method, url: source.url, headers: client.cookies === undefined ? clientHeaders : { ...clientHeaders, cookie: client.cookies }, body: "", keepAlive: source.keepAlive, tag: null }, ctx, host);
  }

  /** The n-th request is due when the source's shape says, moved by its client's own jitter. */
  #arm(running: RunningSource, ctx: ProcessContext): void {
    const due = dueUs(running.source, running.started);
    if (due === null) return;
    const client = running.clients[running.started % running.clients.length];
    ctx.setTimer(running.timer, Math.max(1, running.startedAtUs + due + (client?.jitterUs ?? 0) - ctx.now));
  }

  #begin(request: Draft, ctx: ProcessContext, host: TrafficHost): void {
    const id = `${this.#process}:${++this.#requests}`;
    const waiting: Outstanding = {
      request, id, sourcePort: 0, startedAtUs: ctx.now, stage: "resolving", packet: null, probeAtUs: ctx.now + firstProbeUs, net: "", towards: "", begun: none, hops: none, earlier: null, reason: "",
    };
    const url = parseHttpUrl(request.url);
    if (url === null) {
      this.#end(waiting, null, [], `"${request.url}" is no http address`, ctx, host);
      return;
    }
    if (this.#outstanding.size >= mostOutstanding) {
      this.#end(waiting, null, [], `${mostOutstanding} requests are waiting already`, ctx, host);
      return;
    }
    this.#outstanding.set(id, waiting);
    this.#armSweep(ctx.now + firstProbeUs, ctx);
    const kept = this.#sources.get(request.source)?.clients[request.client]?.connection ?? null;
    if (request.keepAlive && kept !== null && !kept.busy) this.#send(waiting, kept.sourcePort, true, { ...kept, hops: [{ at: kept.hops[0]?.at ?? "client", atUs: ctx.now, rule: keptOpen, verdict: "forward", destination: `${kept.destination}:${kept.port}` }] }, url, ctx);
    else this.#go(waiting, host.open(url, id, request.address, ctx), ctx, host);
  }

  /**
   * The connection that had been kept open was closed meanwhile: once more over a new one, as browsers and Go's client do with requests
   * that may come twice (net/http/transport.go, shouldRetryRequest).
   */
  #again(waiting: Outstanding, ctx: ProcessContext, host: TrafficHost): void {
    const url = parseHttpUrl(waiting.request.url);
    if (url === null) return;
    this.#keep(waiting.request.source, waiting.request.client, null);
    const closed: Hop = { at: waiting.hops[0]?.at ?? "client", atUs: ctx.now, rule: "the kept connection was closed: sent again over a new one", verdict: "forward", destination: "" };
    waiting.stage = "resolving";
    waiting.packet = null;
    waiting.earlier = [closed];
    this.#go(waiting, host.open(url, waiting.id, waiting.request.address, ctx), ctx, host);
  }

  #go(waiting: Outstanding, opening: Opening, ctx: ProcessContext, host: TrafficHost): void {
    switch (opening.type) {
      case "resolving":
        return;
      case "failed":
        this.#end(waiting, null, opening.hops, opening.reason, ctx, host);
        return;
      case "silent":
        waiting.stage = "probing";
        waiting.reason = opening.reason;
        waiting.hops = opening.hops;
        return;
      case "opened": {
        const url = parseHttpUrl(waiting.request.url);
        if (url === null) return;
        const sourcePort = this.#nextPort;
        this.#nextPort = sourcePort >= lastPort ? firstPort : sourcePort + 1;
        this.#send(waiting, sourcePort, false, waiting.earlier === null ? opening : { ...opening, hops: [...waiting.earlier, ...opening.hops] }, url, ctx);
      }
    }
  }

  #send(waiting: Outstanding, sourcePort: number, reused: boolean, to: Opened, url: HttpUrl, ctx: ProcessContext): void {
    const flow = newFlow(waiting.id, "TCP", waiting.request.address, sourcePort, to.destination, to.port);
    const packet = requestPacket(flow, this.#payloads.of(waiting.request, url), this.#replyTo, waiting.request.keepAlive, reused);
    waiting.sourcePort = sourcePort;
    waiting.stage = "sent";
    waiting.packet = packet;
    waiting.net = to.net;
    waiting.towards = to.towards;
    waiting.begun = to.hops;
    waiting.hops = to.hops;
    if (waiting.request.keepAlive) this.#keep(waiting.request.source, waiting.request.client, { net: to.net, destination: to.destination, port: to.port, hops: to.hops, towards: to.towards, sourcePort, busy: true });
    ctx.handOver(to.net, { type: "packet", packet }, to.hops);
  }

  #sweep(ctx: ProcessContext, host: TrafficHost): void {
    this.#sweepAtUs = 0;
    let nextUs = Number.MAX_SAFE_INTEGER;
    for (const waiting of this.#outstanding.values()) {
      const ageUs = ctx.now - waiting.startedAtUs;
      const endsUs = waiting.startedAtUs + (waiting.stage === "sent" || waiting.stage === "probing" ? connectTimeoutUs : answerTimeoutUs);
      if (ageUs < firstProbeUs) {
        nextUs = Math.min(nextUs, waiting.probeAtUs);
        break;
      }
      if (ctx.now >= endsUs) {
        const connected = endsUs - waiting.startedAtUs > connectTimeoutUs;
        const silence = connected ? `${lastDestination(waiting.hops) ?? waiting.towards} accepted the connection and sent no answer within 30 s` : `no connection within 5 s: ${waiting.towards} did not answer, it is down or cut off`;
        this.#end(waiting, null, waiting.hops, waiting.reason || silence, ctx, host);
        continue;
      }
      nextUs = Math.min(nextUs, endsUs, this.#probe(waiting, ctx));
    }
    if (nextUs !== Number.MAX_SAFE_INTEGER) this.#armSweep(nextUs, ctx);
  }

  /** Asks, where it is time, whether the connection was accepted; returns when to ask again. */
  #probe(waiting: Outstanding, ctx: ProcessContext): number {
    if (waiting.packet === null) return Number.MAX_SAFE_INTEGER;
    if (ctx.now < waiting.probeAtUs) return waiting.probeAtUs;
    const connected = waiting.stage === "accepted";
    const probeAtUs = ctx.now + (connected ? waitingProbeUs : connectProbeUs);
    waiting.stage = connected ? "accepted" : "probing";
    waiting.probeAtUs = probeAtUs;
    ctx.handOver(waiting.net, { type: "packet", packet: { ...waiting.packet, payload: { type: "probe" } } }, waiting.begun);
    return probeAtUs;
  }

  #armSweep(atUs: number, ctx: ProcessContext): void {
    if (this.#sweepAtUs !== 0 && this.#sweepAtUs <= atUs) return;
    this.#sweepAtUs = Math.max(atUs, ctx.now + 20_000);
    ctx.setTimer(sweepTimer, this.#sweepAtUs - ctx.now);
  }

  #end(waiting: Outstanding, response: HttpResponse | null, hops: readonly Hop[], broken: string | null, ctx: ProcessContext, host: TrafficHost): void {
    this.#outstanding.delete(waiting.id);
    const failure = broken ?? flowFailure(response, hops);
    const flow: FlowRecord = {
      id: waiting.id, source: waiting.request.source, method: waiting.request.method, url: waiting.request.url, startedAtUs: waiting.startedAtUs, endedAtUs: ctx.now,
      status: response?.status ?? 0, pod: podThatAnswered(hops), hops, failure,
    };
    ctx.trace({ type: "flow", flow } as unknown as Json);
    const running = this.#sources.get(waiting.request.source);
    if (running !== undefined && waiting.request.client >= 0) {
      if (response === null) running.failed++;
      else running.answered++;
      this.#keepCookie(waiting, response);
      if (waiting.request.keepAlive) this.#free(waiting, response !== null);
    }
    if (waiting.request.client < 0) host.answered(waiting.request.tag, response, flow, ctx);
  }

  #keep(source: string, index: number, connection: KeptConnection | null): void {
    const clients = this.#sources.get(source)?.clients;
    const client = clients?.[index];
    if (clients !== undefined && client !== undefined) clients[index] = { ...client, connection };
  }

  /** As a browser does; its date and its path are not looked at, because a source asks for one address only. */
  #keepCookie({ request }: Outstanding, response: HttpResponse | null): void {
    const asked = response?.headers["set-cookie"];
    if (asked === undefined) return;
    const given = /^([^=;\s]{1,256})=([^;]{0,1024})/.exec(asked);
    const clients = this.#sources.get(request.source)?.clients;
    const client = clients?.[request.client];
    if (given === null || clients === undefined || client === undefined) return;
    const others = (client.cookies ?? "").split("; ").filter((part) => part !== "" && !part.startsWith(`${given[1] ?? ""}=`)).slice(-mostCookies);
    clients[request.client] = { ...client, cookies: [...others, given[0]].join("; ") };
  }

  #free(waiting: Outstanding, usable: boolean): void {
    const connection = this.#sources.get(waiting.request.source)?.clients[waiting.request.client]?.connection ?? null;
    if (connection === null || connection.sourcePort !== waiting.sourcePort) return;
    this.#keep(waiting.request.source, waiting.request.client, usable ? { ...connection, busy: false } : null);
  }

  /** Connections that a source kept open end with it: nodes and servers need not remember them. */
  #closeConnections(id: string, ctx: ProcessContext): void {
    for (const { address, connection } of this.#sources.get(id)?.clients ?? []) {
      if (connection === null) continue;
      const flow = newFlow("", "TCP", address, connection.sourcePort, connection.destination, connection.port);
      ctx.handOver(connection.net, { type: "packet", packet: requestPacket(flow, { type: "close" }, this.#replyTo, true) });
    }
  }

  #dropConnection(address: string, sourcePort: number): void {
    for (const [id, running] of this.#sources) {
      const index = running.clients.findIndex((client) => client.address === address && client.connection?.sourcePort === sourcePort);
      if (index >= 0) this.#keep(id, index, null);
    }
  }

  /** Requests = answers + failures + in flight, source by source. */
  observe(): Json {
    return [...this.#sources.values()].map(({ source, before, started, answered, failed }) => ({ id: source.id, started: before + started, answered, failed, inFlight: [...this.#outstanding.values()].filter((waiting) => waiting.request.source === source.id && waiting.request.client >= 0).length }));
  }

  snapshot(): Json {
    return { sources: [...this.#sources].map(([id, running]) => [id, { ...running, clients: [...running.clients] }]), outstanding: [...this.#outstanding].map(([id, waiting]) => [id, { ...waiting }]), requests: this.#requests, nextPort: this.#nextPort, sweepAtUs: this.#sweepAtUs } as unknown as Json;
  }

  restore(data: Json): void {
    const saved = data as unknown as { sources: [string, RunningSource][]; outstanding: [string, Outstanding][]; requests: number; nextPort: number; sweepAtUs: number };
    this.#sources.clear();
    this.#outstanding.clear();
    for (const [id, running] of saved.sources) this.#sources.set(id, { ...running, clients: [...running.clients] });
    for (const [id, waiting] of saved.outstanding) this.#outstanding.set(id, { ...waiting });
    this.#requests = saved.requests;
    this.#nextPort = saved.nextPort;
    this.#sweepAtUs = saved.sweepAtUs;
  }
}

const none: readonly Hop[] = [];

/** The requests of a source are the same but for their clients' cookies: made once, and known again by whoever compares or hashes them. */
class HttpPayloads {
  #url: HttpUrl | null = null;
  #request: Draft | null = null;
  #payload: Payload = { type: "probe" };

  of(request: Draft, url: HttpUrl): Payload {
    const last = this.#request;
    if (last !== null && this.#url === url && last.headers === request.headers && last.method === request.method && last.body === request.body) return this.#payload;
    this.#url = url;
    this.#request = request;
    const tls = url.scheme === "https" ? { tls: { serverName: parseIpv4(url.host) === null ? url.host : "" } } : {};
    this.#payload = { type: "http", request: { method: request.method, host: url.authority, path: url.path, headers: request.headers, body: request.body, ...tls } };
    return this.#payload;
  }
}

const clientHeaders: Readonly<Record<string, string>> = { "user-agent": "orrery-traffic/1.0", accept: "*/*" };

/** Sent over a kept connection, and of a method that may come twice. */
function isRepeatable({ request, packet }: Outstanding): boolean {
  return packet?.reused === true && ["GET", "HEAD", "OPTIONS", "TRACE"].includes(request.method);
}

/** "10.244.1.7:80": where the connection had come to. */
function lastDestination(hops: readonly Hop[]): string | null {
  return hops.findLast((hop) => hop.verdict === "dnat" || hop.verdict === "forward")?.destination ?? null;
}

/** Whether connections of the one serve the other. */
function sameConnections(a: TrafficSource, b: TrafficSource): boolean {
  return a.url === b.url && a.keepAlive === b.keepAlive && a.clients === b.clients;
}
