// Follows staging/src/k8s.io/api/networking/v1/types.go: policies add up, and a pod that one selects takes nothing else.
import type { Json } from "../base/json.ts";
import { cidrContains, parseCidr, parseIpv4 } from "./ipv4.ts";
import type { Cidr } from "./ipv4.ts";
import type { PodPolicies, PolicyDirection, PolicyPeer, PolicyPort, PolicyRule, PolicySide, PolicyUpdate, PolicyVerdict } from "./policyRules.ts";

/** The other end of a connection as the pod's own interface sees it. */
export interface PolicyFlow {
  readonly protocol: string;
  readonly peer: string;
  /** Of the server, translated. */
  readonly port: number;
  /** The server's address: the pod's own where the direction is ingress. */
  readonly server: string;
}

/** A node's filter: made with the first policy of the cluster, and gone with the last. */
export class PolicyTables {
  readonly #pods = new Map<string, PodPolicies>();
  readonly #sets = new Map<string, Set<string>>();

  apply(update: PolicyUpdate): void {
    if (update.reset) {
      this.#pods.clear();
      this.#sets.clear();
    }
    for (const { id, add, remove } of update.sets) {
      let members = this.#sets.get(id);
      if (members === undefined) this.#sets.set(id, (members = new Set()));
      for (const address of remove) members.delete(address);
      for (const address of add) members.add(address);
    }
    for (const pod of update.removePods) this.#pods.delete(pod);
    for (const pod of update.pods) this.#pods.set(pod.pod, pod);
    for (const id of update.removeSets) this.#sets.delete(id);
  }

  /** What is decided about a new connection from or to a pod of this node; null: no policy isolates it in this direction. */
  verdict(direction: PolicyDirection, pod: string, flow: PolicyFlow): PolicyVerdict | null {
    const known = this.#pods.get(pod);
    if (known === undefined) return { allowed: false, rule: `dropped: the CNI agent has not judged pod ${pod} yet, and until then nothing of it passes` };
    const side = known[direction];
    if (side === null) return null;
    const rule = side.rules.find((candidate) => this.#matches(candidate, flow));
    if (rule !== undefined) return { allowed: true, rule: `allowed by NetworkPolicy ${rule.policy}, ${direction} rule ${rule.number}` };
    return { allowed: false, rule: dropText(direction, pod, side, flow) };
  }

  /** What is programmed, as a person may read it. */
  list(): Json {
    return { pods: [...this.#pods.values()], sets: [...this.#sets].map(([id, members]) => ({ id, members: [...members].sort() })) } as unknown as Json;
  }

  snapshot(): Json {
    return { pods: [...this.#pods.values()], sets: [...this.#sets].map(([id, members]) => [id, [...members]]) } as unknown as Json;
  }

  restore(data: Json): void {
    const saved = data as unknown as { readonly pods: readonly PodPolicies[]; readonly sets: readonly (readonly [string, readonly string[]])[] };
    this.#pods.clear();
    this.#sets.clear();
    for (const pod of saved.pods) this.#pods.set(pod.pod, pod);
    for (const [id, members] of saved.sets) this.#sets.set(id, new Set(members));
  }

  #matches(rule: PolicyRule, flow: PolicyFlow): boolean {
    return (rule.ports === null || rule.ports.some((port) => this.#portMatches(port, flow))) && (rule.peers === null || rule.peers.some((peer) => this.#peerMatches(peer, flow.peer)));
  }

  #portMatches(port: PolicyPort, flow: PolicyFlow): boolean {
    if (port.protocol !== flow.protocol) return false;
    if ("set" in port) return this.#sets.get(port.set)?.has(`${flow.protocol}/${flow.server}:${flow.port}`) === true;
    return flow.port >= port.from && flow.port <= port.to;
  }

  #peerMatches(peer: PolicyPeer, address: string): boolean {
    if ("set" in peer) return this.#sets.get(peer.set)?.has(address) === true;
    const value = parseIpv4(address);
    if (value === null || !contains(peer.cidr, value)) return false;
    return !peer.except.some((except) => contains(except, value));
  }
}

const parsed = new Map<string, Cidr | null>();

/** Ranges are few and come again with every packet: read once. */
function contains(text: string, address: number): boolean {
  let cidr = parsed.get(text);
  if (cidr === undefined) {
    if (parsed.size > 10_000) parsed.clear();
    parsed.set(text, (cidr = parseCidr(text)));
  }
  return cidr !== null && cidrContains(cidr, address);
}

function dropText(direction: PolicyDirection, pod: string, side: PolicySide, flow: PolicyFlow): string {
  const names = `${side.policies.length === 1 ? "NetworkPolicy" : "NetworkPolicies"} ${side.policies.join(", ")}`;
  const what = direction === "ingress" ? `from ${flow.peer} to ${flow.protocol} ${flow.port}` : `to ${flow.peer}, ${flow.protocol} ${flow.port}`;
  return `dropped by ${names}, ${direction} of pod ${pod}: ${side.rules.length === 0 ? "no rule allows anything" : `${side.rules.length === 1 ? "the only rule does not allow" : `none of ${side.rules.length} rules allows`} ${what}`}`;
}
