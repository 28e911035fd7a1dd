import type { GraphFact } from "../../hosts/protocol.ts";
import type { GraphEdge } from "../../kinds/define.ts";

/** Namespaces whose objects belong to the machine room: their pods are drawn small, their services not at all. */
const machineRoom = new Set(["kube-system", "kube-public", "kube-node-lease", "ingress-nginx", "local-path-storage"]);

export function isMachineRoom(namespace: string): boolean {
  return machineRoom.has(namespace);
}

/** Pods that a workload still owes: desired, not there yet. */
export interface OwedPods {
  readonly uid: string;
  readonly name: string;
  readonly count: number;
}

export interface Wire {
  readonly id: string;
  /** Ids of boxes: a uid, or "internet". */
  readonly from: string;
  readonly to: string;
  /** Whether requests can go this way now: a ready pod behind a service, a service behind an ingress. */
  readonly open: boolean;
}

export interface TrafficModel {
  /** Ingresses and their like: what has rules for hosts and paths. */
  readonly routers: readonly GraphFact[];
  readonly services: readonly GraphFact[];
  readonly nodes: readonly GraphFact[];
  /** Node name -> its pods, the person's own first. */
  readonly podsByNode: ReadonlyMap<string, readonly GraphFact[]>;
  /** Pods without a node. */
  readonly waiting: readonly GraphFact[];
  readonly owed: readonly OwedPods[];
  readonly workloads: readonly GraphFact[];
  readonly wires: readonly Wire[];
  readonly podCount: number;
  /** Of each service: the pods its selector finds, and how many of them are ready to answer. */
  readonly endpoints: ReadonlyMap<string, Endpoints>;
}

export interface Endpoints {
  readonly ready: number;
  readonly total: number;
}

export const internetId = "internet";

function byName(a: GraphFact, b: GraphFact): number {
  const left = `${a.ref.namespace}/${a.ref.name}`;
  const right = `${b.ref.namespace}/${b.ref.name}`;
  return left < right ? -1 : left > right ? 1 : 0;
}

/** Numbers in names count as numbers: node-2 before node-10. */
function byNumberedName(a: GraphFact, b: GraphFact): number {
  return a.ref.name.localeCompare(b.ref.name, "en", { numeric: true });
}

function hasRules(fact: GraphFact): boolean {
  return fact.summary.tier === "edge" && (fact.summary.rules.length > 0 || fact.plural === "ingresses");
}

/** The Kubernetes API's own Service: always there, never part of what the person built. */
function isApiService(fact: GraphFact): boolean {
  return fact.ref.namespace === "default" && fact.ref.name === "kubernetes";
}

function outgoingOf(edges: Iterable<GraphEdge>): Map<string, GraphEdge[]> {
  const outgoing = new Map<string, GraphEdge[]>();
  for (const edge of edges) {
    const list = outgoing.get(edge.from);
    if (list === undefined) outgoing.set(edge.from, [edge]);
    else list.push(edge);
  }
  return outgoing;
}

/** Live pods below a workload, through however many owners (Deployment -> ReplicaSet -> pod). */
function livePodsBelow(uid: string, facts: ReadonlyMap<string, GraphFact>, outgoing: ReadonlyMap<string, readonly GraphEdge[]>, depth = 0): number {
  if (depth > 4) return 0;
  let live = 0;
  for (const edge of outgoing.get(uid) ?? []) {
    if (edge.relation !== "owns") continue;
    const child = facts.get(edge.to);
    if (child === undefined) continue;
    if (child.summary.tier === "pod") live += child.deleting || child.summary.phase === "Failed" ? 0 : 1;
    else live += livePodsBelow(child.uid, facts, outgoing, depth + 1);
  }
  return live;
}

function owedPods(workloads: readonly GraphFact[], facts: ReadonlyMap<string, GraphFact>, outgoing: ReadonlyMap<string, readonly GraphEdge[]>): OwedPods[] {
  const owed: OwedPods[] = [];
  for (const workload of workloads) {
    if (workload.summary.tier !== "workload" || workload.deleting) continue;
    const count = workload.summary.desired - livePodsBelow(workload.uid, facts, outgoing);
    if (count > 0) owed.push({ uid: workload.uid, name: workload.ref.name, count });
  }
  return owed;
}

function serviceWires(service: GraphFact, facts: ReadonlyMap<string, GraphFact>, outgoing: ReadonlyMap<string, readonly GraphEdge[]>): Wire[] {
  const wires = new Map<string, Wire>();
  for (const edge of outgoing.get(service.uid) ?? []) {
    const pod = facts.get(edge.to);
    if (pod?.summary.tier !== "pod" || wires.has(pod.uid)) continue;
    wires.set(pod.uid, { id: `${service.uid}>${pod.uid}`, from: service.uid, to: pod.uid, open: pod.summary.ready && !pod.deleting });
  }
  return [...wires.values()];
}

function routerWires(router: GraphFact, services: readonly GraphFact[], outgoing: ReadonlyMap<string, readonly GraphEdge[]>, endpoints: ReadonlyMap<string, Endpoints>): Wire[] {
  const targets = new Set((outgoing.get(router.uid) ?? []).map((edge) => edge.to));
  const named = new Set(router.summary.tier === "edge" ? router.summary.rules.map((rule) => rule.backend.split(":")[0] ?? "") : []);
  return services
    .filter((service) => targets.has(service.uid) || (service.ref.namespace === router.ref.namespace && named.has(service.ref.name)))
    .map((service) => ({
      id: `${router.uid}>${service.uid}`,
      from: router.uid,
      to: service.uid,
      open: (endpoints.get(service.uid)?.ready ?? 0) > 0,
    }));
}

/** Whether a service can be reached from the internet without an ingress. */
function isPublic(service: GraphFact): boolean {
  return service.summary.tier === "edge" && (service.summary.type === "LoadBalancer" || service.summary.type === "NodePort");
}

/** What the Traffic lens draws, from the facts and edges as they stand. Pure; run when `change` rises. */
export function trafficModel(facts: ReadonlyMap<string, GraphFact>, edges: ReadonlyMap<string, GraphEdge>): TrafficModel {
  const outgoing = outgoingOf(edges.values());
  const routers: GraphFact[] = [];
  const services: GraphFact[] = [];
  const nodes: GraphFact[] = [];
  const workloads: GraphFact[] = [];
  const waiting: GraphFact[] = [];
  const podsByNode = new Map<string, GraphFact[]>();
  let podCount = 0;
  const owned = new Set<string>();
  for (const edge of edges.values()) if (edge.relation === "owns") owned.add(edge.to);
  for (const fact of facts.values()) {
    const tier = fact.summary.tier;
    if (tier === "node") nodes.push(fact);
    else if (tier === "pod") {
      podCount++;
      if (fact.node === null) waiting.push(fact);
      else {
        const neighbours = podsByNode.get(fact.node);
        if (neighbours === undefined) podsByNode.set(fact.node, [fact]);
        else neighbours.push(fact);
      }
    } else if (isMachineRoom(fact.ref.namespace)) continue;
    else if (tier === "edge" && hasRules(fact)) routers.push(fact);
    else if (tier === "edge" && !isApiService(fact) && fact.plural === "services") services.push(fact);
    else if (tier === "workload" && !owned.has(fact.uid)) workloads.push(fact);
  }
  routers.sort(byName);
  services.sort(byName);
  workloads.sort(byName);
  nodes.sort(byNumberedName);
  waiting.sort(byName);
  const wires: Wire[] = [];
  const endpoints = new Map<string, Endpoints>();
  for (const service of services) {
    const own = serviceWires(service, facts, outgoing);
    const alive = own.filter(({ to }) => facts.get(to)?.deleting !== true);
    endpoints.set(service.uid, { ready: alive.filter(({ open }) => open).length, total: alive.length });
    wires.push(...own);
  }
  for (const router of routers) wires.push({ id: `${internetId}>${router.uid}`, from: internetId, to: router.uid, open: true }, ...routerWires(router, services, outgoing, endpoints));
  for (const service of services) if (isPublic(service)) wires.push({ id: `${internetId}>${service.uid}`, from: internetId, to: service.uid, open: true });
  return { routers, services, nodes, podsByNode, waiting, owed: owedPods(workloads, facts, outgoing), workloads, wires, podCount, endpoints };
}

/**
 * Whether a request from outside would be answered: a service of the person's has a ready pod, and so has a way in that the machine
 * room keeps (the ingress controller's Service), where there is one. The moment the traffic waits for.
 */
export function somebodyAnswers(facts: ReadonlyMap<string, GraphFact>, edges: ReadonlyMap<string, GraphEdge>): boolean {
  let isAnswered = false;
  const closedWaysIn = new Set<string>();
  for (const fact of facts.values()) if (isMachineRoom(fact.ref.namespace) && isPublic(fact)) closedWaysIn.add(fact.uid);
  for (const { relation, from, to } of edges.values()) {
    if (relation !== "selects" && relation !== "routesTo") continue;
    const service = facts.get(from);
    const pod = facts.get(to);
    if (service?.summary.tier !== "edge" || pod?.summary.tier !== "pod" || !pod.summary.ready || pod.deleting) continue;
    closedWaysIn.delete(from);
    isAnswered ||= !isMachineRoom(service.ref.namespace);
  }
  return isAnswered && closedWaysIn.size === 0;
}
