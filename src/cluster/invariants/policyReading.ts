// The specification of NetworkPolicy read once more, object by object and without any index: what the node's filter is held to.
import type { JsonObject } from "../../base/json.ts";
import { all, part, type LiveObjects } from "./define.ts";

/** A new connection between two ends. `null` is not a pod that policies know: the outside, a node, a pod of the host's network. */
export interface ReadFlow {
  readonly protocol: string;
  /** Of the server, translated. */
  readonly port: number;
  readonly from: { readonly pod: JsonObject | null; readonly ip: string };
  readonly to: { readonly pod: JsonObject | null; readonly ip: string };
  /** Addresses of the machines by name. */
  readonly nodes: ReadonlyMap<string, string>;
}

type Peers = readonly JsonObject[];

function list(value: unknown): readonly JsonObject[] {
  return Array.isArray(value) ? (value as readonly JsonObject[]) : [];
}

/** Whether all policies together let it through, each direction for itself. */
export function permitted(live: LiveObjects, flow: ReadFlow, direction: "ingress" | "egress"): boolean {
  const [own, other] = direction === "ingress" ? [flow.to, flow.from] : [flow.from, flow.to];
  if (own.pod === null || other.ip === own.ip) return true;
  const node = String(part(own.pod, "spec")["nodeName"]);
  if (flow.nodes.get(node) === other.ip) return true;
  let isolated = false;
  for (const [, policy] of all(live, "networkpolicies.networking.k8s.io")) {
    const spec = part(policy, "spec");
    const namespace = String(part(policy, "metadata")["namespace"]);
    if (part(own.pod, "metadata")["namespace"] !== namespace || !selects(part(spec, "podSelector"), own.pod)) continue;
    const types = spec["policyTypes"] as readonly string[];
    if (!types.includes(direction === "ingress" ? "Ingress" : "Egress")) continue;
    isolated = true;
    for (const rule of list(spec[direction])) {
      const peers = list(rule[direction === "ingress" ? "from" : "to"]);
      const ports = list(rule["ports"]);
      if (portsAllow(ports, flow) && peersAllow(live, peers, namespace, other)) return true;
    }
  }
  return !isolated;
}

function portsAllow(ports: Peers, flow: ReadFlow): boolean {
  if (ports.length === 0) return true;
  return ports.some(({ protocol, port, endPort }) => {
    if ((protocol ?? "TCP") !== flow.protocol) return false;
    if (port === undefined) return true;
    if (typeof port === "number") return flow.port >= port && flow.port <= ((endPort as number | undefined) ?? port);
    if (flow.to.pod === null) return false;
    const named = list(part(flow.to.pod, "spec")["containers"]).flatMap((container) => list(container["ports"])).find((each) => each["name"] === port && (each["protocol"] ?? "TCP") === flow.protocol);
    return named?.["containerPort"] === flow.port;
  });
}

function peersAllow(live: LiveObjects, peers: Peers, namespace: string, other: ReadFlow["from"]): boolean {
  if (peers.length === 0) return true;
  return peers.some((peer) => {
    const block = peer["ipBlock"];
    if (block !== undefined) {
      const { cidr, except } = block as JsonObject;
      return inRange(String(cidr), other.ip) && !((except ?? []) as readonly string[]).some((range) => inRange(range, other.ip));
    }
    if (other.pod === null) return false;
    const its = String(part(other.pod, "metadata")["namespace"]);
    if (peer["namespaceSelector"] === undefined) {
      if (its !== namespace) return false;
    } else {
      const found = live.get(`namespaces//${its}`);
      if (found === undefined || !selects(part(peer, "namespaceSelector"), found)) return false;
    }
    return peer["podSelector"] === undefined || selects(part(peer, "podSelector"), other.pod);
  });
}

function selects(selector: JsonObject, object: JsonObject): boolean {
  const labels = part(part(object, "metadata"), "labels");
  for (const [key, value] of Object.entries(part(selector, "matchLabels"))) if (!Object.hasOwn(labels, key) || labels[key] !== value) return false;
  for (const { key, operator, values } of list(selector["matchExpressions"])) {
    const has = Object.hasOwn(labels, String(key));
    const among = has && ((values ?? []) as readonly unknown[]).includes(labels[String(key)]);
    if (operator === "In" ? !among : operator === "NotIn" ? among : operator === "Exists" ? !has : has) return false;
  }
  return true;
}

function inRange(cidr: string, ip: string): boolean {
  const bits = (text: string): string => text.split(".").map((part) => Number(part).toString(2).padStart(8, "0")).join("");
  const [address = "", length = "32"] = cidr.split("/");
  return bits(address).slice(0, Number(length)) === bits(ip).slice(0, Number(length));
}
