// Follows pkg/proxy/iptables/proxier.go: the nat and filter chains that syncProxyRules writes.
import type { Random } from "../sim/random.ts";
import { cidrContains, parseCidr, parseIpv4 } from "./ipv4.ts";
import type { Cidr } from "./ipv4.ts";
import type { Hop, Matched } from "./packet.ts";
import type { Match, RuleTables } from "./ruleTables.ts";
import type { RuleEndpoint, ServiceRules } from "./serviceRules.ts";

/** Where the rules stand: the node, its own addresses, and where in time. */
export interface RouteView {
  readonly node: string;
  readonly nodeIp: string;
  readonly clusterCidr: Cidr;
  readonly nowUs: number;
  /** Whether the hops are wanted. */
  readonly explains: boolean;
}

export interface Route {
  /** "pass": no rule is concerned, the packet goes where it is addressed. "drop": silence. "reject": refused at once. */
  readonly verdict: "pass" | "dnat" | "reject" | "drop";
  readonly ip: string;
  readonly port: number;
  /** The receiver sees this node's address instead of the client's. */
  readonly masquerade: boolean;
  /** "default/web:http"; "" where no rule is concerned. */
  readonly service: string;
  readonly endpoint: RuleEndpoint | null;
  readonly hops: readonly Hop[];
  /** Why it goes no further, in a sentence; "" if it does. */
  readonly reason: string;
}

const noHops: readonly Hop[] = [];

/**
 * What a node's rules do with a new connection. Changes nothing but the memory of session affinity; draws one random number where
 * there is a choice, as `-m statistic --mode random` does. Established connections never come here: conntrack has them.
 */
export function routeFlow(tables: RuleTables, flow: Matched, view: RouteView, random: Random): Route {
  let match = tables.byAddress(flow.protocol, flow.destination, flow.port);
  if (match === null && flow.destination === view.nodeIp) match = tables.byNodePort(flow.protocol, flow.port);
  if (match === null) return { verdict: "pass", ip: flow.destination, port: flow.port, masquerade: false, service: "", endpoint: null, hops: noHops, reason: "" };
  return routeService(tables, match, flow, view, random);
}

function routeService(tables: RuleTables, match: Match, flow: Matched, view: RouteView, random: Random): Route {
  const { rules, by } = match;
  if (!rules.anyEndpoint) return refused(match, flow, view, "reject", "has no endpoints");
  const fromCluster = isClusterAddress(flow.source, view);
  let endpoints = rules.cluster;
  let isLocal = rules.internalLocal;
  let masquerade: boolean;
  if (by === "clusterIp") {
    if (rules.internalLocal) endpoints = rules.local;
    if (endpoints.length === 0) return refused(match, flow, view, "drop", "has no local endpoints");
    masquerade = !fromCluster;
  } else {
    if (by === "loadBalancer" && !allowedSource(rules, flow.source)) return refused(match, flow, view, "drop", `is not open to ${flow.source} (loadBalancerSourceRanges)`);
    // Traffic of the node's own pods, or of the node itself, is "short-circuited" to all endpoints.
    isLocal = rules.externalLocal && !fromCluster && flow.source !== view.nodeIp;
    if (isLocal) endpoints = rules.local;
    if (endpoints.length === 0) return refused(match, flow, view, "drop", "has no local endpoints");
    masquerade = !rules.externalLocal || flow.source === view.nodeIp;
  }
  const endpoint = chooseEndpoint(tables, rules, endpoints, flow, view, random);
  const hairpin = flow.source === endpoint.ip;
  let hops = noHops;
  if (view.explains) {
    const choice = endpoints.length > 1 ? ` (1 of ${endpoints.length})` : "";
    const rule = `${pathTo(rules, by, isLocal)} -> ${endpoint.chain}${choice}${hairpin ? ", hairpin: masqueraded" : masquerade ? ", masqueraded" : ""}`;
    hops = [{ at: view.node, atUs: view.nowUs, verdict: "dnat", destination: `${endpoint.ip}:${endpoint.port}`, rule }];
  }
  return { verdict: "dnat", ip: endpoint.ip, port: endpoint.port, masquerade: masquerade || hairpin, service: rules.name, endpoint, hops, reason: "" };
}

/** The chains from the first to the one that chooses. */
function pathTo(rules: ServiceRules, by: Match["by"], isLocal: boolean): string {
  const last = isLocal ? rules.chains.svl : rules.chains.svc;
  if (by === "clusterIp") return `KUBE-SERVICES "${rules.name} cluster IP" -> ${last}`;
  const entry = by === "nodePort" ? `KUBE-NODEPORTS "${rules.name}"` : `KUBE-SERVICES "${rules.name} ${by === "loadBalancer" ? "loadbalancer IP" : "external IP"}"`;
  return `${entry} -> ${rules.chains.ext} -> ${last}`;
}

function chooseEndpoint(tables: RuleTables, rules: ServiceRules, endpoints: readonly RuleEndpoint[], flow: Matched, view: RouteView, random: Random): RuleEndpoint {
  if (rules.affinitySeconds > 0) {
    const sticky = tables.stickyEndpoint(rules, flow.source, view.nowUs, endpoints);
    const chosen = sticky ?? random.pick(endpoints);
    tables.remember(rules, flow.source, chosen, view.nowUs);
    return chosen;
  }
  const only = endpoints.length === 1 ? endpoints[0] : undefined;
  return only ?? random.pick(endpoints);
}

function refused(match: Match, flow: Matched, view: RouteView, verdict: "reject" | "drop", what: string): Route {
  const { rules } = match;
  const chain = match.by === "clusterIp" ? "KUBE-SERVICES" : "KUBE-EXTERNAL-SERVICES";
  const target = verdict === "reject" ? "REJECT" : "DROP";
  const hop: Hop = { at: view.node, atUs: view.nowUs, verdict, destination: `${flow.destination}:${flow.port}`, rule: `${chain} "${rules.name} ${what}" -> ${target}` };
  return { verdict, ip: flow.destination, port: flow.port, masquerade: false, service: rules.name, endpoint: null, hops: [hop], reason: sentence(rules, view, verdict, what) };
}

function sentence(rules: ServiceRules, view: RouteView, verdict: "reject" | "drop", what: string): string {
  const service = rules.name.split(":")[0] ?? rules.name;
  if (what === "has no local endpoints") return `service ${service} takes only endpoints of the same node, and ${view.node} had none ready at that moment`;
  if (verdict === "drop") return `service ${service} ${what}`;
  if (rules.known === 0) return `service ${service} had no endpoint at all on ${view.node} at that moment`;
  return `no endpoint of service ${service} was ready on ${view.node} at that moment (${rules.known} known)`;
}

function isClusterAddress(ip: string, view: RouteView): boolean {
  const address = parseIpv4(ip);
  return address !== null && cidrContains(view.clusterCidr, address);
}

function allowedSource(rules: ServiceRules, source: string): boolean {
  if (rules.sourceRanges.length === 0) return true;
  const address = parseIpv4(source);
  return address !== null && rules.sourceRanges.some((range) => {
    const cidr = parseCidr(range);
    return cidr !== null && cidrContains(cidr, address);
  });
}
