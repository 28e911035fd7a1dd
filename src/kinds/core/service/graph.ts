import type { GraphEdge, GraphTraits, Health } from "../../define.ts";
import { ownerEdges, plural } from "../../graph/edges.ts";
import { isHeadless } from "./fields.ts";
import type { Service } from "./types.ts";

export const serviceGraph: GraphTraits<Service> = {
  icon: "service",
  tier: "edge",
  health(service): Health {
    if (service.metadata.deletionTimestamp !== undefined) return "terminating";
    return service.spec.type === "LoadBalancer" && externalAddresses(service).length === 0 ? "progressing" : "ok";
  },
  node: () => null,
  sentence: serviceSentence,
  summary: (service) => ({
    tier: "edge",
    type: service.spec.type ?? "ClusterIP",
    addresses: [...(service.spec.clusterIPs ?? []).filter((ip) => ip !== "None"), ...externalAddresses(service)],
    ports: (service.spec.ports ?? []).map((port) => `${port.port}${(port.nodePort ?? 0) > 0 ? `:${port.nodePort}` : ""}/${port.protocol ?? "TCP"}`),
    rules: [],
    readyEndpoints: 0,
    totalEndpoints: 0,
  }),
  edges(service, index) {
    const edges: GraphEdge[] = [...ownerEdges(service, index)];
    const selector = service.spec.selector ?? {};
    if (Object.keys(selector).length > 0) {
      for (const pod of index.bySelector("pods", service.metadata.namespace ?? "", selector)) edges.push({ from: service.metadata.uid, to: pod.metadata.uid, relation: "selects" });
    }
    return edges;
  },
};

function externalAddresses(service: Service): readonly string[] {
  return [...(service.status?.loadBalancer?.ingress ?? []).map((ingress) => ingress.ip ?? ingress.hostname ?? ""), ...(service.spec.externalIPs ?? [])].filter((address) => address !== "");
}

function serviceSentence(service: Service): string {
  if (service.metadata.deletionTimestamp !== undefined) return "Being deleted.";
  const spec = service.spec;
  const ports = (spec.ports ?? []).map((port) => port.port).join(", ");
  if (spec.type === "ExternalName") return `A name for ${spec.externalName ?? ""}: DNS answers with that name, no traffic passes here.`;
  if (isHeadless(spec)) return "Headless: it has no address of its own, DNS answers with the addresses of its ready pods.";
  const inside = `Spreads requests to ${spec.clusterIPs?.[0] ?? "its address"}, port ${ports}, over its ready pods.`;
  if (Object.keys(spec.selector ?? {}).length === 0) return `${inside} It selects no pods: somebody else keeps its endpoints.`;
  if (spec.type === "NodePort") return `${inside} From outside: port ${(spec.ports ?? []).map((port) => port.nodePort ?? 0).join(", ")} of any node.`;
  if (spec.type !== "LoadBalancer") return inside;
  const outside = externalAddresses(service);
  return outside.length === 0 ? `${inside} It waits for an address outside the cluster.` : `${inside} From outside: ${plural(outside.length, "address", "addresses")} (${outside.join(", ")}).`;
}
