import { ChurnMap } from "../../base/churnMap.ts";
import type { Json } from "../../base/json.ts";
import { newFlow, requestPacket, type Hop, type Packet, type Payload, type Way } from "../../network/packet.ts";
import type { ResolvConf } from "../../network/resolvConf.ts";
import { continueLookup, startLookup, type Lookup, type LookupResult, type LookupStep } from "../../network/resolver.ts";
import type { ProcessContext, ProcessId } from "../../sim/process.ts";

const firstPort = 32_768;
const ports = 28_232;

/** What a program waits for: an answer from elsewhere, or the address of a name, or first the one and then the other. */
interface Call {
  readonly container: string;
  readonly ip: string;
  readonly tag: Json;
  /** The request to this container that the call is part of, if it is. */
  readonly within: string | null;
  readonly lookup: Lookup | null;
  readonly request: { readonly port: number; readonly protocol: "TCP" | "UDP"; readonly payload: Payload; readonly timeoutUs: number } | null;
  readonly host: string;
}

export interface CallEnd {
  readonly container: string;
  readonly tag: Json;
  readonly within: string | null;
  readonly payload: Payload | null;
  readonly failure: string | null;
  readonly hops: readonly Hop[];
}

export interface CallAsked {
  readonly container: string;
  readonly ip: string;
  readonly dns: ResolvConf;
  /** Names of /etc/hosts. */
  readonly hosts: Readonly<Record<string, string>>;
  readonly host: string;
  readonly tag: Json;
  readonly within: string | null;
  readonly request: Call["request"];
}

/** The requests that this node's programs have under way, with their name lookups and time-outs. */
export class Calls {
  readonly #process: ProcessId;
  readonly #net: ProcessId;
  readonly #open = new ChurnMap<string, Call>();
  readonly #parked = new Map<string, CallEnd>();
  #next = 1;

  constructor(process: ProcessId, net: ProcessId) {
    this.#process = process;
    this.#net = net;
  }

  /** Sends it on its way; what ends at once (an unknown name) comes back as an end. */
  begin(ctx: ProcessContext, asked: CallAsked): CallEnd | null {
    const id = String(this.#next++);
    const known = asked.hosts[asked.host];
    const call: Call = { container: asked.container, ip: asked.ip, tag: asked.tag, within: asked.within, lookup: null, request: asked.request, host: asked.host };
    return this.#advance(ctx, id, call, startLookup(asked.dns, known ?? asked.host));
  }

  /** An answer from the network; null where nobody waits for it any more or more is to come. */
  answered(ctx: ProcessContext, packet: Packet, way: Way): CallEnd | null {
    const [, id] = packet.replyTo.tag as unknown as readonly [string, string];
    const call = this.#open.get(id);
    if (call === undefined) return null;
    if (call.lookup !== null) return this.#advance(ctx, id, call, continueLookup(call.lookup, packet.payload));
    this.#open.delete(id);
    ctx.cancelTimer(`call/${id}`);
    return { container: call.container, tag: call.tag, within: call.within, payload: packet.payload, failure: failureOf(packet.payload, call.host), hops: way ?? [] };
  }

  /** Keeps an end until its program may be told: the mark for the timer that wakes it. */
  park(end: CallEnd): string {
    const id = String(this.#next++);
    this.#parked.set(id, end);
    return id;
  }

  timedOut(ctx: ProcessContext, id: string): CallEnd | null {
    const parked = this.#parked.get(id);
    if (parked !== undefined) {
      this.#parked.delete(id);
      return parked;
    }
    const call = this.#open.get(id);
    if (call === undefined) return null;
    if (call.lookup !== null) return this.#advance(ctx, id, call, continueLookup(call.lookup, null));
    this.#open.delete(id);
    return { container: call.container, tag: call.tag, within: call.within, payload: null, failure: `no answer from ${call.host}: timed out`, hops: [] };
  }

  /** Its container has ended: nobody waits any more. */
  drop(ctx: ProcessContext, container: string): void {
    for (const [id, call] of this.#open) {
      if (call.container !== container) continue;
      this.#open.delete(id);
      ctx.cancelTimer(`call/${id}`);
    }
  }

  snapshot(): Json {
    return { open: [...this.#open], parked: [...this.#parked], next: this.#next } as unknown as Json;
  }

  restore(data: Json): void {
    const saved = data as unknown as { open: readonly (readonly [string, Call])[]; parked: readonly (readonly [string, CallEnd])[]; next: number };
    this.#open.clear();
    this.#parked.clear();
    for (const [id, end] of saved.parked) this.#parked.set(id, end);
    for (const [id, call] of saved.open) this.#open.set(id, call);
    this.#next = saved.next;
  }

  #advance(ctx: ProcessContext, id: string, call: Call, step: LookupStep): CallEnd | null {
    if (step.type === "ask") {
      this.#open.set(id, { ...call, lookup: step.lookup });
      this.#send(ctx, id, call.ip, step.question.server, step.question.port, "UDP", { type: "dns", name: step.question.name, record: "A" }, step.question.timeoutUs, undefined);
      return null;
    }
    const address = step.result.type === "addresses" ? step.result.addresses[0] : undefined;
    if (call.request !== null && address !== undefined) {
      this.#open.set(id, { ...call, lookup: null });
      this.#send(ctx, id, call.ip, address, call.request.port, call.request.protocol, call.request.payload, call.request.timeoutUs, call.within === null ? undefined : []);
      return null;
    }
    this.#open.delete(id);
    ctx.cancelTimer(`call/${id}`);
    const end = { container: call.container, tag: call.tag, within: call.within, hops: [] };
    return call.request === null ? { ...end, ...resolved(call.host, step.result) } : { ...end, payload: null, failure: lookupFailure(call.host, step.result) };
  }

  #send(ctx: ProcessContext, id: string, source: string, destination: string, port: number, protocol: "TCP" | "UDP", payload: Payload, timeoutUs: number, way: Way): void {
    const sourcePort = firstPort + (this.#next++ % ports);
    const flow = newFlow(`${this.#process}:${this.#next}`, protocol, source, sourcePort, destination, port);
    ctx.handOver(this.#net, { type: "packet", packet: requestPacket(flow, payload, { process: this.#process, tag: ["call", id] }) }, way);
    ctx.setTimer(`call/${id}`, timeoutUs);
  }
}

function resolved(host: string, result: LookupResult): { readonly payload: Payload | null; readonly failure: string | null } {
  if (result.type === "addresses") {
    const answers = result.addresses.map((data) => ({ name: result.canonicalName, record: "A", data, ttlSeconds: result.ttlSeconds }));
    return { payload: { type: "dnsAnswer", code: "NOERROR", answers }, failure: null };
  }
  if (result.reason === "tryAgain") return { payload: null, failure: lookupFailure(host, result) };
  return { payload: { type: "dnsAnswer", code: result.reason === "notFound" ? "NXDOMAIN" : "NOERROR", answers: [] }, failure: lookupFailure(host, result) };
}

function lookupFailure(host: string, result: LookupResult): string {
  if (result.type === "addresses") return "";
  return result.reason === "tryAgain" ? `lookup ${host}: ${result.why}` : `lookup ${host}: no such host`;
}

function failureOf(payload: Payload, host: string): string | null {
  if (payload.type === "refused") return `connection to ${host} refused: ${payload.reason}`;
  return payload.type === "reset" ? `connection to ${host} was reset: ${payload.reason}` : null;
}
