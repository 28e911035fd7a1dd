import type { FlowRecord } from "../../network/packet.ts";
import type { GraphFact } from "../../hosts/protocol.ts";
import { internetId, isMachineRoom, type TrafficModel } from "../selectors/trafficModel.ts";

export interface FlowRoute {
  /** Boxes the request passed, in order: uids, or "internet". */
  readonly stops: readonly string[];
  readonly failed: boolean;
}

interface UrlParts {
  readonly host: string;
  readonly path: string;
}

/** Host and path of an http URL, without the host's port. */
export function urlParts(url: string): UrlParts {
  const match = /^[a-z]+:\/\/([^/?#]*)([^?#]*)/i.exec(url);
  const authority = match?.[1] ?? "";
  return { host: authority.replace(/:\d+$/, "").toLowerCase(), path: match?.[2] === undefined || match[2] === "" ? "/" : match[2] };
}

function hostMatches(rule: string, host: string): boolean {
  if (rule === "" || rule === "*") return true;
  if (rule.startsWith("*.")) return host.slice(host.indexOf(".")) === rule.slice(1);
  return rule === host;
}

function pathMatches(rule: string, path: string): boolean {
  const prefix = rule.endsWith("/") ? rule.slice(0, -1) : rule;
  return path === prefix || path.startsWith(`${prefix}/`);
}

/** The service a router sends this URL to, by the longest path of a matching host. */
function routed(router: GraphFact, { host, path }: UrlParts): string | null {
  if (router.summary.tier !== "edge") return null;
  let best: { path: string; backend: string } | null = null;
  for (const rule of router.summary.rules) {
    if (hostMatches(rule.host, host) && pathMatches(rule.path, path) && (best === null || rule.path.length > best.path.length)) best = rule;
  }
  return best === null ? null : (best.backend.split(":")[0] ?? "");
}

function serviceByHost(services: readonly GraphFact[], host: string): GraphFact | undefined {
  return services.find(({ ref, summary }) => {
    if (summary.tier !== "edge") return false;
    return summary.addresses.includes(host) || host === ref.name || host.startsWith(`${ref.name}.${ref.namespace}`);
  });
}

/** The way a request took through the boxes of the picture. Pure. */
export function flowRoute(model: TrafficModel, podUids: ReadonlyMap<string, string>, flow: FlowRecord): FlowRoute {
  const stops: string[] = [podUids.get(flow.source) ?? podUids.get((flow.hops[0]?.at ?? "").replace(/^pod /, "")) ?? internetId];
  const parts = urlParts(flow.url);
  let service = serviceByHost(model.services, parts.host);
  if (service === undefined) {
    for (const router of model.routers) {
      const backend = routed(router, parts);
      if (backend === null) continue;
      stops.push(router.uid);
      // Lost on the way to the ingress controller: no Ingress has read it, so it went to no Service.
      if (flow.failure !== null && flow.pod === "" && !flow.hops.some(({ rule }) => rule.startsWith("ingress "))) return { stops, failed: true };
      service = model.services.find(({ ref }) => ref.name === backend && ref.namespace === router.ref.namespace);
      break;
    }
  }
  // Answered by the ingress controller itself (404, 503): it never got as far as the service.
  if (isMachineRoom(flow.pod.slice(0, flow.pod.indexOf("/")))) return { stops, failed: flow.failure !== null };
  if (service !== undefined) stops.push(service.uid);
  const pod = podUids.get(flow.pod);
  if (pod !== undefined) stops.push(pod);
  return { stops, failed: flow.failure !== null };
}

/** "namespace/name" -> uid of every pod of the picture. */
export function podUidsByName(model: TrafficModel): Map<string, string> {
  const uids = new Map<string, string>();
  for (const pods of model.podsByNode.values()) for (const pod of pods) uids.set(`${pod.ref.namespace}/${pod.ref.name}`, pod.uid);
  for (const pod of model.waiting) uids.set(`${pod.ref.namespace}/${pod.ref.name}`, pod.uid);
  return uids;
}
