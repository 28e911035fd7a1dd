import { ChurnMap } from "../../base/churnMap.ts";
import type { Json } from "../../base/json.ts";
import type { Flow, Packet, Way } from "../../network/packet.ts";

/** A connection as this node translated it: later packets of the same connection follow it, whatever the rules say by then. */
export interface Translation {
  readonly ip: string;
  readonly port: number;
  readonly fromIp: string;
  readonly service: string;
  readonly atUs: number;
}

/** A request that a local listener has and has not answered, or a connection that it keeps open. */
interface Held {
  readonly listener: string;
  readonly packet: Packet;
  readonly way: Way;
  readonly atUs: number;
}

/** What the kernel of a node remembers of connections: conntrack entries of what it translated, sockets of what it serves. */
export class Connections {
  readonly #translations = new ChurnMap<string, Translation>();
  readonly #inFlight = new ChurnMap<string, Held>();
  readonly #open = new Map<string, Held>();

  /** Open connections of this node's pods that were let out. */
  readonly #established = new Set<string>();

  isEstablished(key: string): boolean {
    return this.#established.has(key);
  }

  establish(key: string): void {
    this.#established.add(key);
    if (this.#established.size > translationLimit) for (const oldest of this.#established) {
      this.#established.delete(oldest);
      return;
    }
  }

  end(key: string): void {
    this.#established.delete(key);
  }

  /** A listener of this node has this request, or keeps its connection open: nobody asks again whether it may. */
  holds(flow: Flow): boolean {
    return this.#inFlight.has(flow.id) || this.#open.has(flow.connection);
  }

  translation(key: string): Translation | null {
    return this.#translations.get(key) ?? null;
  }

  translate(key: string, translation: Translation): void {
    this.#translations.set(key, translation);
    if (this.#translations.size > translationLimit) this.#expire(translation.atUs);
  }

  forget(key: string): void {
    this.#translations.delete(key);
  }

  accept(listener: string, packet: Packet, way: Way, atUs: number): void {
    const held: Held = { listener, packet, way, atUs };
    // Clients give up long before: a server that hangs must not fill the node's memory.
    for (const [id, oldest] of this.#inFlight) {
      if (atUs - oldest.atUs < idleUs) break;
      this.#inFlight.delete(id);
    }
    this.#inFlight.set(packet.flow.id, held);
    if (!packet.keepAlive) return;
    this.#open.set(packet.flow.connection, held);
    if (this.#open.size > translationLimit) for (const oldest of this.#open.keys()) {
      this.#open.delete(oldest);
      return;
    }
  }

  has(flowId: string): boolean {
    return this.#inFlight.has(flowId);
  }

  /** False where the request was not in flight: its answer must not be sent. */
  answered(flowId: string): boolean {
    return this.#inFlight.delete(flowId);
  }

  clientClosed(key: string): void {
    this.#open.delete(key);
  }

  /** Takes out what a listener that goes away still held: requests first, then connections that were open without a request. */
  close(listener: string): readonly { readonly packet: Packet; readonly way: Way }[] {
    const packets: Held[] = [];
    const asked = new Set<string>();
    for (const [id, held] of this.#inFlight) {
      if (held.listener !== listener) continue;
      this.#inFlight.delete(id);
      asked.add(held.packet.flow.connection);
      packets.push(held);
    }
    for (const [key, held] of this.#open) {
      if (held.listener !== listener) continue;
      this.#open.delete(key);
      if (!asked.has(key)) packets.push(held);
    }
    return packets;
  }

  /** conntrack -L, in the order the connections were made. */
  list(): readonly { readonly connection: string; readonly translation: Translation }[] {
    return [...this.#translations].map(([connection, translation]) => ({ connection, translation }));
  }

  /** How much is remembered: all of it goes back to nothing where no traffic is. */
  get sizes(): { readonly translations: number; readonly inFlight: number; readonly open: number } {
    return { translations: this.#translations.size, inFlight: this.#inFlight.size, open: this.#open.size };
  }

  snapshot(): Json {
    return { translations: [...this.#translations], inFlight: [...this.#inFlight], open: [...this.#open], established: [...this.#established] } as unknown as Json;
  }

  restore(data: Json): void {
    const saved = data as unknown as { translations: [string, Translation][]; inFlight: [string, Held][]; open: [string, Held][]; established: string[] };
    this.#translations.clear();
    this.#inFlight.clear();
    this.#open.clear();
    for (const [key, translation] of saved.translations) this.#translations.set(key, translation);
    for (const [key, held] of saved.inFlight) this.#inFlight.set(key, held);
    for (const [key, held] of saved.open) this.#open.set(key, held);
    this.#established.clear();
    for (const key of saved.established) this.#established.add(key);
  }

  /** Oldest first out: nf_conntrack_max, small because connections that ended leave at once. */
  #expire(nowUs: number): void {
    for (const [key, translation] of this.#translations) {
      if (this.#translations.size <= translationLimit && nowUs - translation.atUs < idleUs) break;
      this.#translations.delete(key);
    }
  }
}

const translationLimit = 65_536;
/** nf_conntrack_tcp_timeout_established is 5 days; entries without an answer die much earlier. */
const idleUs = 120_000_000;
