import type { Json } from "../../base/json.ts";
import type { Lister } from "../../client/clientSet.ts";
import type { Node } from "../../kinds/core/node/types.ts";
import type { Service } from "../../kinds/core/service/types.ts";
import { cidrContains, formatIpv4, parseCidr, parseIpv4 } from "../../network/ipv4.ts";
import type { Hop } from "../../network/packet.ts";
import type { Opening } from "../../network/trafficState.ts";
import { proxyHealthPort } from "../proxy/proxyProcess.ts";
import type { ProcessContext } from "../../sim/process.ts";
import type { HealthAnswer, HealthCheck } from "./messages.ts";

/** How a cloud's load balancer checks its targets: every 5 s, out after two failures, in after one success. */
export const healthEveryUs = 5_000_000;
const outAfter = 2;

interface Target {
  readonly healthy: boolean;
  readonly failures: number;
  /** A check was sent and not answered. */
  readonly asked: boolean;
}

/** Who wants to connect where; `resolvedFrom`: the name that led to the address. */
interface Connecting {
  readonly ip: string;
  readonly port: number;
  readonly resolvedFrom: string;
  readonly source: string;
}

/** The provider's load balancers: they know Services' addresses, the nodes, and what health checks answer. */
export class LoadBalancers {
  readonly #targets = new Map<string, Target>();

  /** Sends a round of checks, counting the unanswered ones of the last. False where there is nothing to check. */
  check(services: Lister<Service>, nodes: Lister<Node>, ctx: ProcessContext): boolean {
    const ports = new Set(services.list(null).filter(isLoadBalancer).map(healthPort));
    const wanted = new Set<string>();
    for (const node of nodes.list(null)) {
      if (!isBalanced(node)) continue;
      for (const port of ports) {
        const key = targetKey(node.metadata.name, port);
        wanted.add(key);
        const target = this.#targets.get(key) ?? { healthy: false, failures: 0, asked: false };
        const failures = target.asked ? target.failures + 1 : target.failures;
        this.#targets.set(key, { healthy: target.healthy && failures < outAfter, failures, asked: true });
        ctx.sendDatagram(`${node.metadata.name}/proxy`, { type: "healthCheck", port, tag: key } satisfies HealthCheck);
      }
    }
    for (const key of this.#targets.keys()) if (!wanted.has(key)) this.#targets.delete(key);
    return ports.size > 0;
  }

  answered(answer: HealthAnswer): void {
    const target = this.#targets.get(answer.tag);
    if (target === undefined) return;
    if (answer.status === 200) this.#targets.set(answer.tag, { healthy: true, failures: 0, asked: false });
    else this.#targets.set(answer.tag, { healthy: target.healthy && target.failures + 1 < outAfter, failures: target.failures + 1, asked: false });
  }

  /** A connection to address:port: the node it is handed to. null: no load balancer has this address. */
  open({ ip, port, resolvedFrom, source }: Connecting, services: Lister<Service>, nodes: Lister<Node>, ctx: ProcessContext): Opening | null {
    const service = services.byIndex("address", ip)[0];
    if (service === undefined) return null;
    const name = `${service.metadata.namespace ?? ""}/${service.metadata.name}`;
    const at = `load balancer ${ip}`;
    const resolved = resolvedFrom === ip ? "" : `${resolvedFrom} is ${ip}; `;
    const servicePort = service.spec.ports?.find((candidate) => candidate.port === port && (candidate.protocol ?? "TCP") === "TCP");
    if (servicePort === undefined) {
      const rule = `${resolved}service ${name} has no port ${port}`;
      return { type: "failed", reason: rule, hops: [{ at, atUs: ctx.now, rule, verdict: "reject", destination: `${ip}:${port}` }] };
    }
    if (!isOpenTo(service, source)) {
      const rule = `${resolved}service ${name} is not open to ${source} (loadBalancerSourceRanges)`;
      return { type: "silent", reason: rule, hops: [{ at, atUs: ctx.now, rule, verdict: "drop", destination: `${ip}:${port}` }] };
    }
    const candidates = nodes.list(null).filter(isBalanced);
    const healthy = candidates.filter((node) => this.#targets.get(targetKey(node.metadata.name, healthPort(service)))?.healthy === true);
    // As clouds do: where no target is healthy, every one is tried.
    const among = healthy.length > 0 ? healthy : candidates;
    if (among.length === 0) return { type: "silent", reason: `the load balancer of service ${name} has no node to send to`, hops: [{ at, atUs: ctx.now, rule: `${resolved}no nodes`, verdict: "drop", destination: `${ip}:${port}` }] };
    const node = ctx.random.fork("load-balancer").pick(among);
    const nodeIp = addressOf(node);
    const nodePort = servicePort.nodePort ?? 0;
    const destination = nodePort === 0 ? { ip, port } : { ip: nodeIp, port: nodePort };
    const hop: Hop = {
      at, atUs: ctx.now, verdict: "dnat", destination: `${destination.ip}:${destination.port}`,
      rule: `${resolved}service ${name}: ${node.metadata.name}, ${healthy.length > 0 ? `1 of ${healthy.length} healthy ${healthy.length === 1 ? "node" : "nodes"}` : "although no node is healthy"}`,
    };
    return { type: "opened", net: `${node.metadata.name}/net`, destination: destination.ip, port: destination.port, hops: [hop], towards: node.metadata.name };
  }

  observe(): Json {
    return [...this.#targets].map(([target, { healthy, failures }]) => ({ target, healthy, failures }));
  }

  snapshot(): Json {
    return [...this.#targets] as unknown as Json;
  }

  restore(data: Json): void {
    this.#targets.clear();
    for (const [key, target] of data as unknown as [string, Target][]) this.#targets.set(key, target);
  }
}

export function isLoadBalancer(service: Service): boolean {
  return service.spec.type === "LoadBalancer" && (service.status?.loadBalancer?.ingress?.length ?? 0) > 0;
}

export function loadBalancerAddresses(service: Service): readonly string[] {
  return (service.status?.loadBalancer?.ingress ?? []).flatMap((ingress) => (ingress.ip === undefined ? [] : [ingress.ip]));
}

export function addressOf(node: Node): string {
  return node.status?.addresses?.find((address) => address.type === "InternalIP")?.address ?? "";
}

/** 198.51.100.0/24 (documentation addresses): the k-th client on the internet. */
export function clientAddress(k: number): string {
  return formatIpv4(3_325_256_704 + 10 + (k % 240));
}

function isBalanced(node: Node): boolean {
  return addressOf(node) !== "" && node.metadata.labels?.["node.kubernetes.io/exclude-from-external-load-balancers"] === undefined;
}

const sourceRangesAnnotation = "service.beta.kubernetes.io/load-balancer-source-ranges";

/** The provider's firewall. Follows cloud-provider/service/helpers (GetLoadBalancerSourceRanges): the field, else the annotation, else all. */
function isOpenTo({ spec, metadata }: Service, source: string): boolean {
  const named = spec.loadBalancerSourceRanges ?? [];
  const ranges = named.length > 0 ? named : (metadata.annotations?.[sourceRangesAnnotation] ?? "").split(",").filter((range) => range.trim() !== "");
  if (ranges.length === 0) return true;
  const address = parseIpv4(source);
  return address !== null && ranges.some((range) => {
    const cidr = parseCidr(range.trim());
    return cidr !== null && cidrContains(cidr, address);
  });
}

function healthPort(service: Service): number {
  return service.spec.externalTrafficPolicy === "Local" && service.spec.healthCheckNodePort !== undefined && service.spec.healthCheckNodePort !== 0 ? service.spec.healthCheckNodePort : proxyHealthPort;
}

function targetKey(node: string, port: number): string {
  return `${node}|${port}`;
}
