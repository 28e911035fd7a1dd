import type { KubeObject } from "../../apimachinery/objectMeta.ts";
import type { Random } from "../../sim/random.ts";
import { parseIpv4Cidr, formatIpv4, type Ipv4Range } from "./ipv4.ts";

/** What of a Service the allocators read. */
export interface AllocatedSpec {
  readonly type?: string;
  readonly clusterIP?: string;
  readonly clusterIPs?: readonly string[];
  readonly ports?: readonly { readonly nodePort?: number; readonly protocol?: string; readonly port?: number }[];
  readonly healthCheckNodePort?: number;
}

/**
 * Which service addresses and node ports are taken: those of the IPAddresses and Services in the cache, and those of writes that wait for
 * etcd. Derived, so it is never kept: the owner feeds it every one again. Follows pkg/registry/core/service/{ipallocator,portallocator}.
 */
export class ServiceAllocations {
  /** The server's own setting: the range of the ServiceCIDR that it makes. */
  readonly range: Ipv4Range;
  readonly cidr: string;
  readonly nodePorts: readonly [number, number];
  private readonly ips = new Map<string, number>();
  private readonly flying = new Map<string, number>();
  private readonly ports = new Map<number, number>();

  constructor(cidr: string, nodePorts: readonly [number, number]) {
    this.cidr = cidr;
    this.nodePorts = nodePorts;
    this.range = parseIpv4Cidr(cidr);
  }

  clear(): void {
    this.ips.clear();
    this.flying.clear();
    this.ports.clear();
  }

  /** Counts the ports that one Service holds (or gives back, with step -1). */
  count(service: KubeObject, step: 1 | -1): void {
    for (const port of nodePortsOf((service.spec ?? {}) as AllocatedSpec)) add(this.ports, port, step);
  }

  /** Counts an IPAddress by its name. */
  countAddress(ip: string, step: 1 | -1): void {
    add(this.ips, ip, step);
  }

  /** What a write holds back until etcd has answered. */
  hold(ips: readonly string[], ports: readonly number[], step: 1 | -1): void {
    for (const ip of ips) add(this.flying, ip, step);
    for (const port of ports) add(this.ports, port, step);
  }

  isIpFree(ip: string): boolean {
    return !this.ips.has(ip) && !this.flying.has(ip);
  }

  /** Whether a write that takes it waits for etcd. */
  isIpFlying(ip: string): boolean {
    return this.flying.has(ip);
  }

  isPortFree(port: number): boolean {
    return !this.ports.has(port);
  }

  /** Random in the upper band, which static choices leave alone; then in the lower. Null when the range is full. */
  nextIp(range: Ipv4Range, random: Random): string | null {
    const first = range.first + 1;
    const last = range.last - 1;
    const size = last - first + 1;
    const band = size < 32 ? 0 : Math.min(Math.max(16, Math.floor(size / 16)), 256);
    const address = pickFree(random, first + band, last, (at) => this.isIpFree(formatIpv4(at))) ?? pickFree(random, first, first + band - 1, (at) => this.isIpFree(formatIpv4(at)));
    return address === null ? null : formatIpv4(address);
  }

  nextPort(random: Random, except: readonly number[]): number | null {
    const [first, last] = this.nodePorts;
    const size = last - first + 1;
    const band = size < 32 ? 0 : Math.min(Math.max(16, Math.floor(size / 32)), 128);
    const isFree = (port: number): boolean => this.isPortFree(port) && !except.includes(port);
    return pickFree(random, first + band, last, isFree) ?? pickFree(random, first, first + band - 1, isFree);
  }
}

export function clusterIpsOf(spec: AllocatedSpec): readonly string[] {
  const ips = spec.clusterIPs ?? (spec.clusterIP === undefined ? [] : [spec.clusterIP]);
  return ips.filter((ip) => ip !== "" && ip !== "None");
}

/** Each number once: a TCP and a UDP port may share one. */
export function nodePortsOf(spec: AllocatedSpec): readonly number[] {
  const ports = new Set<number>();
  for (const port of spec.ports ?? []) if (port.nodePort !== undefined && port.nodePort !== 0) ports.add(port.nodePort);
  if (spec.healthCheckNodePort !== undefined && spec.healthCheckNodePort !== 0) ports.add(spec.healthCheckNodePort);
  return [...ports];
}

function add<K>(counts: Map<K, number>, key: K, step: number): void {
  const count = (counts.get(key) ?? 0) + step;
  if (count <= 0) counts.delete(key);
  else counts.set(key, count);
}

/** A random start, then on to the next free one. */
function pickFree(random: Random, first: number, last: number, isFree: (at: number) => boolean): number | null {
  if (last < first) return null;
  const size = last - first + 1;
  const start = random.int(0, size - 1);
  for (let step = 0; step < size; step++) {
    const at = first + ((start + step) % size);
    if (isFree(at)) return at;
  }
  return null;
}
