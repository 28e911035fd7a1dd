import type { Json } from "../../base/json.ts";

interface Owner {
  readonly name: string;
  /** The process that gets the packets. */
  readonly process: string;
}

interface Listener {
  readonly key: string;
  /** null: nobody. */
  readonly owner: Owner | null;
}

interface Gone {
  readonly who: string;
  readonly atUs: number;
}

interface HostPort {
  readonly listener: string;
  readonly ip: string;
  readonly port: number;
}

const rememberedLimit = 512;
const mostFound = 1_000;

/** Addresses and open ports of one node's pods and host processes, and who had them a moment ago. */
export class LocalPorts {
  /** ip -> "namespace/name". Pods of the host network share the node's address and are not here. */
  readonly #pods = new Map<string, string>();
  readonly #owners = new Map<string, Owner>();
  /** "TCP/8080": a port of the node that the CNI plugin maps to a pod's. */
  /** By address and port, since somebody last began or ceased to listen. */
  readonly #found = new Map<string, Map<number, Listener>>();
  readonly #hostPorts = new Map<string, HostPort>();
  readonly #goneAddresses = new Map<string, Gone>();
  readonly #gonePorts = new Map<string, Gone>();

  static key(protocol: "TCP" | "UDP", ip: string, port: number): string {
    return `${protocol}/${ip}:${port}`;
  }

  attach(ip: string, pod: string, hostNetwork: boolean): void {
    if (!hostNetwork) this.#pods.set(ip, pod);
  }

  /** Closes what the pod listened on. */
  detach(ip: string, pod: string, nowUs: number): readonly { readonly listener: string; readonly owner: string }[] {
    if (this.#pods.get(ip) !== pod) return [];
    this.#pods.delete(ip);
    this.#found.clear();
    remember(this.#goneAddresses, ip, { who: pod, atUs: nowUs });
    const closed: { listener: string; owner: string }[] = [];
    for (const [listener, owner] of this.#owners) {
      if (!listener.includes(`/${ip}:`)) continue;
      this.#owners.delete(listener);
      remember(this.#gonePorts, listener, { who: owner.name, atUs: nowUs });
      closed.push({ listener, owner: `pod ${pod}` });
    }
    return closed;
  }

  listen(ip: string, port: number, protocol: "TCP" | "UDP", owner: string, process: string, hostPort: number = 0): void {
    const key = LocalPorts.key(protocol, ip, port);
    this.#found.clear();
    if (hostPort !== 0) this.#hostPorts.set(`${protocol}/${hostPort}`, { listener: key, ip, port });
    this.#owners.set(key, { name: owner, process });
    this.#gonePorts.delete(key);
  }

  unlisten(ip: string, port: number, protocol: "TCP" | "UDP", owner: string, nowUs: number): readonly { readonly listener: string; readonly owner: string }[] {
    const key = LocalPorts.key(protocol, ip, port);
    if (this.#owners.get(key)?.name !== owner) return [];
    this.#owners.delete(key);
    this.#found.clear();
    remember(this.#gonePorts, key, { who: owner, atUs: nowUs });
    return [{ listener: key, owner }];
  }

  pod(ip: string): string | null {
    return this.#pods.get(ip) ?? null;
  }

  /** The address of a pod of this node, by "namespace/name". */
  addressOf(pod: string): string | null {
    for (const [ip, name] of this.#pods) if (name === pod) return ip;
    return null;
  }

  /** Who listens there, or would: each packet that arrives asks. */
  listener(protocol: "TCP" | "UDP", ip: string, port: number): Listener {
    let ports = this.#found.get(ip);
    if (ports === undefined) this.#found.set(ip, (ports = new Map()));
    const numbered = protocol === "TCP" ? port : -port;
    let found = ports.get(numbered);
    if (found === undefined) {
      const key = LocalPorts.key(protocol, ip, port);
      found = { key, owner: this.#owners.get(key) ?? null };
      if (ports.size < mostFound) ports.set(numbered, found);
    }
    return found;
  }

  /** The pod's address and port behind a port of the node; only while somebody listens there. */
  hostPort(protocol: "TCP" | "UDP", port: number): { readonly ip: string; readonly port: number } | null {
    const mapped = this.#hostPorts.get(`${protocol}/${port}`);
    return mapped !== undefined && this.#owners.has(mapped.listener) ? mapped : null;
  }

  describe(ip: string): string {
    const pod = this.#pods.get(ip);
    return pod === undefined ? "to a process of this node" : `to pod ${pod}`;
  }

  /** Why nobody answers at a port of this node: the sentence of a failed request. `lag`: why it was sent here all the same. */
  whyRefused(listener: string, ip: string, port: number, node: string, nowUs: number, lag: string): string {
    const pod = this.#pods.get(ip);
    const gone = this.#gonePorts.get(listener);
    if (gone !== undefined) return `sent to ${pod === undefined ? gone.who : `pod ${pod}`}, which stopped listening on port ${port} ${seconds(nowUs - gone.atUs)} ago${lag}`;
    if (pod === undefined) return `nothing listens on port ${port} of ${node}`;
    return `nothing listens on port ${port} of pod ${pod}`;
  }

  whoHad(ip: string, node: string, nowUs: number, lag: string): string {
    const gone = this.#goneAddresses.get(ip);
    if (gone === undefined) return `no pod of ${node} has the address ${ip}`;
    return `pod ${gone.who} had the address ${ip} until ${seconds(nowUs - gone.atUs)} ago${lag}`;
  }

  list(): readonly string[] {
    return [...this.#owners].map(([listener, owner]) => `${listener} ${owner.name}`);
  }

  snapshot(): Json {
    return { pods: [...this.#pods], owners: [...this.#owners], hostPorts: [...this.#hostPorts], goneAddresses: [...this.#goneAddresses], gonePorts: [...this.#gonePorts] } as unknown as Json;
  }

  restore(data: Json): void {
    const saved = data as unknown as { pods: [string, string][]; owners: [string, Owner][]; hostPorts: [string, HostPort][]; goneAddresses: [string, Gone][]; gonePorts: [string, Gone][] };
    this.#found.clear();
    refill(this.#pods, saved.pods);
    refill(this.#owners, saved.owners);
    refill(this.#hostPorts, saved.hostPorts);
    refill(this.#goneAddresses, saved.goneAddresses);
    refill(this.#gonePorts, saved.gonePorts);
  }
}

function seconds(us: number): string {
  return us < 100_000 ? `${Math.round(us / 1000)} ms` : `${(us / 1_000_000).toFixed(1)} s`;
}

/** Newest last; the oldest leave first. */
function remember(map: Map<string, Gone>, key: string, gone: Gone): void {
  map.delete(key);
  map.set(key, gone);
  if (map.size <= rememberedLimit) return;
  for (const oldest of map.keys()) {
    map.delete(oldest);
    return;
  }
}

function refill<V>(map: Map<string, V>, entries: readonly (readonly [string, V])[]): void {
  map.clear();
  for (const [key, value] of entries) map.set(key, value);
}
