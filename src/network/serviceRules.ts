// Follows pkg/proxy/{serviceport,endpoint,topology}.go.
import { compareText } from "../base/compareText.ts";
import type { Service, ServicePort } from "../kinds/core/service/types.ts";
import type { Endpoint, EndpointSlice } from "../kinds/discovery/endpointslice/types.ts";
import { endpointChain, externalChain, firewallChain, localChain, serviceChain } from "./chainNames.ts";

export type Protocol = "TCP" | "UDP";

/** One endpoint as a node's rules name it. */
export interface RuleEndpoint {
  readonly ip: string;
  readonly port: number;
  readonly chain: string;
  /** "namespace/name"; "" where the endpoint is no pod. */
  readonly pod: string;
  readonly node: string;
  readonly local: boolean;
}

/** All that one node knows about one port of a service: what its packet rules are made of. */
export interface ServiceRules {
  /** "default/web:http", "default/web" for a port without a name. */
  readonly name: string;
  readonly protocol: Protocol;
  readonly clusterIp: string;
  readonly port: number;
  /** 0: none. */
  readonly nodePort: number;
  readonly externalIps: readonly string[];
  readonly loadBalancerIps: readonly string[];
  readonly sourceRanges: readonly string[];
  readonly externalLocal: boolean;
  readonly internalLocal: boolean;
  /** 0: no session affinity. */
  readonly affinitySeconds: number;
  readonly healthCheckNodePort: number;
  readonly chains: { readonly svc: string; readonly svl: string; readonly ext: string; readonly fw: string };
  /** Reachable from anywhere in the cluster by this node's choice. */
  readonly cluster: readonly RuleEndpoint[];
  /** On this node; only filled where a policy is Local. */
  readonly local: readonly RuleEndpoint[];
  /** An endpoint could be used somewhere, if not from here: decides between "refused" and silence. */
  readonly anyEndpoint: boolean;
  /** Endpoints known in any state, for the sentence that explains a refusal. */
  readonly known: number;
}

/** The node whose rules they are. */
export interface RulesNode {
  readonly name: string;
  readonly zone: string;
}

interface Candidate {
  /** "10.244.1.7:80" */
  readonly address: string;
  readonly ip: string;
  readonly port: number;
  readonly pod: string;
  readonly node: string;
  readonly ready: boolean;
  readonly serving: boolean;
  readonly terminating: boolean;
  readonly zoneHints: readonly string[];
  readonly nodeHints: readonly string[];
}

/** "default/web:http/TCP": the key of one service port. */
export function rulesKey(rules: { readonly name: string; readonly protocol: Protocol }): string {
  return `${rules.name}/${rules.protocol}`;
}

/** The rules of every port of a service on a node; none for headless and ExternalName services. */
export function buildServiceRules(service: Service, slices: readonly EndpointSlice[], node: RulesNode): readonly ServiceRules[] {
  const spec = service.spec;
  if (spec.type === "ExternalName" || spec.clusterIP === undefined || spec.clusterIP === "" || spec.clusterIP === "None") return [];
  if (service.metadata.labels?.["service.kubernetes.io/service-proxy-name"] !== undefined) return [];
  const rules: ServiceRules[] = [];
  for (const port of spec.ports ?? []) {
    const protocol = port.protocol ?? "TCP";
    if (protocol !== "TCP" && protocol !== "UDP") continue;
    rules.push(portRules(service, port, protocol, slices, node));
  }
  return rules;
}

function portRules(service: Service, port: ServicePort, protocol: Protocol, slices: readonly EndpointSlice[], node: RulesNode): ServiceRules {
  const { spec, metadata } = service;
  const name = servicePortName(metadata.namespace ?? "", metadata.name, port.name ?? "");
  const external = spec.type === "NodePort" || spec.type === "LoadBalancer" || (spec.externalIPs?.length ?? 0) > 0;
  const externalLocal = external && spec.externalTrafficPolicy === "Local";
  const internalLocal = spec.internalTrafficPolicy === "Local";
  const candidates = candidatesOf(slices, port.name ?? "", protocol);
  const toRule = (candidate: Candidate): RuleEndpoint => ruleEndpoint(candidate, name, protocol, node);
  // A Local service that is reached from outside still sends pods of the node to all of its endpoints.
  const usesCluster = !internalLocal || external;
  return {
    name, protocol, clusterIp: spec.clusterIP ?? "", port: port.port, nodePort: port.nodePort ?? 0,
    externalIps: spec.externalIPs ?? [],
    loadBalancerIps: (service.status?.loadBalancer?.ingress ?? []).flatMap((ingress) => (ingress.ip !== undefined && ingress.ipMode !== "Proxy" ? [ingress.ip] : [])),
    sourceRanges: spec.loadBalancerSourceRanges ?? [],
    externalLocal, internalLocal,
    affinitySeconds: spec.sessionAffinity === "ClientIP" ? (spec.sessionAffinityConfig?.clientIP?.timeoutSeconds ?? 10_800) : 0,
    healthCheckNodePort: externalLocal ? (spec.healthCheckNodePort ?? 0) : 0,
    chains: { svc: serviceChain(name, protocol), svl: localChain(name, protocol), ext: externalChain(name, protocol), fw: firewallChain(name, protocol) },
    cluster: usesCluster ? clusterEndpoints(candidates, node).map(toRule) : [],
    local: externalLocal || internalLocal ? readyOrLastServing(candidates.filter((candidate) => candidate.node === node.name)).map(toRule) : [],
    anyEndpoint: readyOrLastServing(candidates).length > 0,
    known: candidates.length,
  };
}

export function servicePortName(namespace: string, name: string, port: string): string {
  return port === "" ? `${namespace}/${name}` : `${namespace}/${name}:${port}`;
}

/** By address. An endpoint that moves between slices is in both for a moment: the ready one tells the truth. */
function candidatesOf(slices: readonly EndpointSlice[], portName: string, protocol: Protocol): readonly Candidate[] {
  const parts = slices.map((slice) => candidatesOfSlice(slice, portName, protocol)).filter((part) => part.length > 0);
  if (parts.length <= 1) return parts[0] ?? [];
  const byAddress = new Map<string, Candidate>();
  for (const part of parts) {
    for (const candidate of part) {
      const known = byAddress.get(candidate.address);
      if (known === undefined || (!known.ready && candidate.ready)) byAddress.set(candidate.address, candidate);
    }
  }
  return [...byAddress.values()].sort(byText);
}

function byText(a: Candidate, b: Candidate): number {
  return compareText(a.address, b.address);
}

/** Slices are immutable and most of a large service's do not change: what was read from one is remembered with it, for every node. */
const readSlices = new WeakMap<EndpointSlice, Map<string, readonly Candidate[]>>();

function candidatesOfSlice(slice: EndpointSlice, portName: string, protocol: Protocol): readonly Candidate[] {
  let read = readSlices.get(slice);
  if (read === undefined) readSlices.set(slice, (read = new Map()));
  const key = `${protocol}/${portName}`;
  const known = read.get(key);
  if (known !== undefined) return known;
  const candidates = readSlice(slice, portName, protocol);
  read.set(key, candidates);
  return candidates;
}

function readSlice(slice: EndpointSlice, portName: string, protocol: Protocol): readonly Candidate[] {
  if (slice.addressType !== "IPv4") return [];
  const port = slice.ports?.find((candidate) => (candidate.name ?? "") === portName && (candidate.protocol ?? "TCP") === protocol)?.port;
  if (port === undefined) return [];
  const byAddress = new Map<string, Candidate>();
  for (const endpoint of slice.endpoints ?? []) {
    const ip = endpoint.addresses[0];
    if (ip !== undefined) byAddress.set(ip, candidateOf(endpoint, ip, port));
  }
  return [...byAddress.values()].sort(byText);
}

function candidateOf(endpoint: Endpoint, ip: string, port: number): Candidate {
  const conditions = endpoint.conditions;
  const ready = conditions?.ready ?? true;
  const target = endpoint.targetRef;
  return {
    address: `${ip}:${port}`, ip, port, ready,
    serving: conditions?.serving ?? ready,
    terminating: conditions?.terminating ?? false,
    pod: target?.kind === "Pod" ? `${target.namespace ?? ""}/${target.name ?? ""}` : "",
    node: endpoint.nodeName ?? "",
    zoneHints: (endpoint.hints?.forZones ?? []).map((zone) => zone.name),
    nodeHints: (endpoint.hints?.forNodes ?? []).map((hinted) => hinted.name),
  };
}

/** A rule's endpoint, remembered with what it was read from: unchanged ones keep their identity from update to update. */
const madeRules = new WeakMap<Candidate, { readonly name: string; readonly here: RuleEndpoint; readonly elsewhere: RuleEndpoint }>();

function ruleEndpoint(candidate: Candidate, name: string, protocol: Protocol, node: RulesNode): RuleEndpoint {
  let made = madeRules.get(candidate);
  if (made === undefined || made.name !== name) {
    const elsewhere: RuleEndpoint = { ip: candidate.ip, port: candidate.port, pod: candidate.pod, node: candidate.node, local: false, chain: endpointChain(name, protocol, candidate.address) };
    made = { name, elsewhere, here: { ...elsewhere, local: true } };
    madeRules.set(candidate, made);
  }
  return candidate.node === node.name ? made.here : made.elsewhere;
}

function clusterEndpoints(candidates: readonly Candidate[], node: RulesNode): readonly Candidate[] {
  const ready = candidates.filter((candidate) => candidate.ready);
  if (ready.length === 0) return readyOrLastServing(candidates);
  if (ready.every((candidate) => candidate.nodeHints.length > 0)) {
    const here = ready.filter((candidate) => candidate.nodeHints.includes(node.name));
    if (here.length > 0) return here;
  }
  if (node.zone !== "" && ready.every((candidate) => candidate.zoneHints.length > 0)) {
    const here = ready.filter((candidate) => candidate.zoneHints.includes(node.zone));
    if (here.length > 0) return here;
  }
  return ready;
}

/** KEP-1669: where nothing is ready, endpoints that still serve while they terminate are better than none. */
function readyOrLastServing(candidates: readonly Candidate[]): readonly Candidate[] {
  const ready = candidates.filter((candidate) => candidate.ready);
  return ready.length > 0 ? ready : candidates.filter((candidate) => candidate.serving && candidate.terminating);
}
