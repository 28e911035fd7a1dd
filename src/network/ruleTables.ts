import type { Json } from "../base/json.ts";
import { rulesKey } from "./serviceRules.ts";
import type { Protocol, RuleEndpoint, ServiceRules } from "./serviceRules.ts";

/** What kube-proxy sends to its node's data plane: only the services that changed. `reset` forgets all others. */
export interface RulesUpdate {
  readonly type: "rules";
  readonly reset: boolean;
  readonly set: readonly ServiceRules[];
  /** rulesKey of what is gone. */
  readonly remove: readonly string[];
}

export type MatchedBy = "clusterIp" | "externalIp" | "loadBalancer" | "nodePort";

export interface Match {
  readonly rules: ServiceRules;
  readonly by: MatchedBy;
}

interface Affinity {
  readonly chain: string;
  readonly atUs: number;
}

/** A node's packet rules, indexed by what they match. Session affinity (xt_recent) lives here too, as it does in the kernel. */
export class RuleTables {
  readonly #rules = new Map<string, ServiceRules>();
  readonly #byAddress = new Map<string, Match>();
  /** What was looked up since the rules last changed: each packet asks, and a key made of three parts costs more than two look-ups. */
  readonly #found = new Map<string, Map<number, Match | null>>();
  readonly #byNodePort = new Map<string, Match>();
  readonly #affinity = new Map<string, Affinity>();

  apply(update: RulesUpdate): void {
    this.#found.clear();
    if (update.reset) {
      this.#rules.clear();
      this.#byAddress.clear();
      this.#byNodePort.clear();
    }
    for (const key of update.remove) this.#unindex(key);
    for (const rules of update.set) this.#unindex(rulesKey(rules));
    for (const rules of update.set) this.#index(rules);
  }

  get size(): number {
    return this.#rules.size;
  }

  byAddress(protocol: Protocol, ip: string, port: number): Match | null {
    let ports = this.#found.get(ip);
    if (ports === undefined) {
      if (this.#found.size >= mostFound) this.#found.clear();
      this.#found.set(ip, (ports = new Map()));
    }
    const numbered = protocol === "TCP" ? port : -port;
    let match = ports.get(numbered);
    if (match === undefined) {
      if (ports.size >= mostFound) ports.clear();
      ports.set(numbered, (match = this.#byAddress.get(`${protocol}/${ip}:${port}`) ?? null));
    }
    return match;
  }

  byNodePort(protocol: Protocol, port: number): Match | null {
    return this.#byNodePort.get(`${protocol}/${port}`) ?? null;
  }

  /** The endpoint this client was sent to before, if the affinity still holds and the endpoint is still among `endpoints`. */
  stickyEndpoint(rules: ServiceRules, client: string, nowUs: number, endpoints: readonly RuleEndpoint[]): RuleEndpoint | null {
    const held = this.#affinity.get(`${rulesKey(rules)}|${client}`);
    if (held === undefined || nowUs - held.atUs > rules.affinitySeconds * 1_000_000) return null;
    return endpoints.find((endpoint) => endpoint.chain === held.chain) ?? null;
  }

  /** Called for each new connection: the time of the last one counts. */
  remember(rules: ServiceRules, client: string, endpoint: RuleEndpoint, nowUs: number): void {
    this.#affinity.set(`${rulesKey(rules)}|${client}`, { chain: endpoint.chain, atUs: nowUs });
    if (this.#affinity.size > affinityLimit) for (const key of this.#affinity.keys()) {
      this.#affinity.delete(key);
      break;
    }
  }

  snapshot(): Json {
    return { rules: [...this.#rules.values()], affinity: [...this.#affinity] } as unknown as Json;
  }

  restore(data: Json): void {
    const saved = data as unknown as { rules: readonly ServiceRules[]; affinity: readonly [string, Affinity][] };
    this.apply({ type: "rules", reset: true, set: saved.rules, remove: [] });
    this.#affinity.clear();
    for (const [key, affinity] of saved.affinity) this.#affinity.set(key, affinity);
  }

  #index(rules: ServiceRules): void {
    this.#rules.set(rulesKey(rules), rules);
    const { protocol } = rules;
    for (const ip of rules.externalIps) this.#byAddress.set(`${protocol}/${ip}:${rules.port}`, { rules, by: "externalIp" });
    for (const ip of rules.loadBalancerIps) this.#byAddress.set(`${protocol}/${ip}:${rules.port}`, { rules, by: "loadBalancer" });
    this.#byAddress.set(`${protocol}/${rules.clusterIp}:${rules.port}`, { rules, by: "clusterIp" });
    if (rules.nodePort !== 0) this.#byNodePort.set(`${protocol}/${rules.nodePort}`, { rules, by: "nodePort" });
  }

  #unindex(key: string): void {
    const rules = this.#rules.get(key);
    if (rules === undefined) return;
    this.#rules.delete(key);
    const { protocol } = rules;
    for (const ip of [...rules.externalIps, ...rules.loadBalancerIps, rules.clusterIp]) {
      const address: string = `${protocol}/${ip}:${rules.port}`;
      if (this.#byAddress.get(address)?.rules === rules) this.#byAddress.delete(address);
    }
    const port = `${protocol}/${rules.nodePort}`;
    if (this.#byNodePort.get(port)?.rules === rules) this.#byNodePort.delete(port);
  }
}

const affinityLimit = 10_000;
const mostFound = 1_000;
