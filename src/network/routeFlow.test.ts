import { describe, expect, it } from "vitest";
import type { Service, ServiceSpec } from "../kinds/core/service/types.ts";
import type { EndpointSlice } from "../kinds/discovery/endpointslice/types.ts";
import type { Random } from "../sim/random.ts";
import { iptablesText } from "./iptablesText.ts";
import { parseCidr } from "./ipv4.ts";
import { newFlow } from "./packet.ts";
import type { Flow } from "./packet.ts";
import { routeFlow } from "./routeFlow.ts";
import type { Route } from "./routeFlow.ts";
import { RuleTables } from "./ruleTables.ts";
import { buildServiceRules } from "./serviceRules.ts";
import type { ServiceRules } from "./serviceRules.ts";

interface Given {
  readonly ip: string;
  readonly node: string;
  /** r: ready, n: not ready, t: serving while terminating, d: terminating and not serving. */
  readonly state?: "r" | "n" | "t" | "d";
  readonly zones?: readonly string[];
}

function service(spec: Partial<ServiceSpec>, loadBalancer: string | null = null): Service {
  return {
    apiVersion: "v1", kind: "Service", metadata: { name: "web", namespace: "default", uid: "u", resourceVersion: "1", creationTimestamp: "2026-01-01T00:00:00Z" },
    spec: { clusterIP: "10.96.1.1", type: "ClusterIP", ports: [{ name: "http", port: 80, protocol: "TCP", targetPort: 8080 }], ...spec },
    ...(loadBalancer === null ? {} : { status: { loadBalancer: { ingress: [{ ip: loadBalancer }] } } }),
  };
}

function slice(endpoints: readonly Given[]): EndpointSlice {
  return {
    apiVersion: "discovery.k8s.io/v1", kind: "EndpointSlice", addressType: "IPv4", metadata: { name: "web-1", namespace: "default", uid: "s", resourceVersion: "1", creationTimestamp: "2026-01-01T00:00:00Z" },
    ports: [{ name: "http", port: 8080, protocol: "TCP" }],
    endpoints: endpoints.map(({ ip, node, state = "r", zones }) => ({
      addresses: [ip], nodeName: node, targetRef: { kind: "Pod", namespace: "default", name: `pod-${ip}` },
      conditions: { ready: state === "r", serving: state === "r" || state === "t", terminating: state === "t" || state === "d" },
      ...(zones === undefined ? {} : { hints: { forZones: zones.map((name) => ({ name })) } }),
    })),
  };
}

/** Takes the k-th of what there is to choose. */
function always(k: number): Random {
  return { int: (min, max) => Math.min(max, min + k), chance: () => false, pick: (items) => items[Math.min(k, items.length - 1)] as never, fork: () => always(k) };
}

const cidr = parseCidr("10.244.0.0/16");
if (cidr === null) throw new Error("no CIDR");
const view = { node: "node-1", nodeIp: "172.18.0.2", clusterCidr: cidr, nowUs: 0, explains: true };
const pod = "10.244.1.9";
const client = "198.51.100.7";

function tablesOf(rules: readonly ServiceRules[]): RuleTables {
  const tables = new RuleTables();
  tables.apply({ type: "rules", reset: true, set: rules, remove: [] });
  return tables;
}

function flow(source: string, destination: string, port: number): Flow {
  return newFlow("f", "TCP", source, 40_000, destination, port);
}

function route(given: Service, endpoints: readonly Given[], from: string, to: string, port: number, k: number = 0): Route {
  return routeFlow(tablesOf(buildServiceRules(given, [slice(endpoints)], { name: "node-1", zone: "a" })), flow(from, to, port), view, always(k));
}

const here: Given = { ip: "10.244.1.2", node: "node-1" };
const there: Given = { ip: "10.244.2.2", node: "node-2" };
const nodePort = { type: "NodePort", ports: [{ name: "http", port: 80, protocol: "TCP", targetPort: 8080, nodePort: 30_080 }] } as const;
const balancer = { ...nodePort, type: "LoadBalancer" } as const;

describe("which endpoint a connection gets", () => {
  const rows: readonly [string, Partial<ServiceSpec>, readonly Given[], string, string, number, string][] = [
    ["a cluster IP leads to a ready endpoint", {}, [here, there], pod, "10.96.1.1", 80, "dnat 10.244.1.2:8080"],
    ["another port of it is nobody's", {}, [here], pod, "10.96.1.1", 81, "pass 10.96.1.1:81"],
    ["no endpoint: refused", {}, [], pod, "10.96.1.1", 80, "reject"],
    ["none ready: refused", {}, [{ ...here, state: "n" }], pod, "10.96.1.1", 80, "reject"],
    ["ready ones before terminating ones", {}, [{ ...here, state: "t" }, there], pod, "10.96.1.1", 80, "dnat 10.244.2.2:8080"],
    ["terminating ones that serve, where none is ready", {}, [{ ...here, state: "t" }, { ...there, state: "n" }], pod, "10.96.1.1", 80, "dnat 10.244.1.2:8080"],
    ["never one that does not serve", {}, [{ ...here, state: "d" }], pod, "10.96.1.1", 80, "reject"],
    ["internalTrafficPolicy Local keeps to the node", { internalTrafficPolicy: "Local" }, [there, here], pod, "10.96.1.1", 80, "dnat 10.244.1.2:8080"],
    ["internalTrafficPolicy Local without a local endpoint: silence", { internalTrafficPolicy: "Local" }, [there], pod, "10.96.1.1", 80, "drop"],
    ["a cluster IP from outside of the pods' range is masqueraded", {}, [here], "172.18.0.3", "10.96.1.1", 80, "dnat 10.244.1.2:8080 masqueraded"],
    ["hairpin: a pod that reaches itself is masqueraded", {}, [{ ip: pod, node: "node-1" }], pod, "10.96.1.1", 80, `dnat ${pod}:8080 masqueraded`],
    ["a node port on this node", nodePort, [there], client, "172.18.0.2", 30_080, "dnat 10.244.2.2:8080 masqueraded"],
    ["a node port of another node is not this node's matter", nodePort, [there], client, "172.18.0.3", 30_080, "pass 172.18.0.3:30080"],
    ["externalTrafficPolicy Local keeps the client's address", { ...nodePort, externalTrafficPolicy: "Local" }, [there, here], client, "172.18.0.2", 30_080, "dnat 10.244.1.2:8080"],
    ["externalTrafficPolicy Local without a local endpoint: silence", { ...nodePort, externalTrafficPolicy: "Local" }, [there], client, "172.18.0.2", 30_080, "drop"],
    ["externalTrafficPolicy Local from a pod: all endpoints", { ...nodePort, externalTrafficPolicy: "Local" }, [there], pod, "172.18.0.2", 30_080, "dnat 10.244.2.2:8080"],
    ["externalTrafficPolicy Local falls back on local terminating ones", { ...nodePort, externalTrafficPolicy: "Local" }, [there, { ...here, state: "t" }], client, "172.18.0.2", 30_080, "dnat 10.244.1.2:8080"],
    ["a load balancer's address is short-circuited on the node", balancer, [there], pod, "203.0.113.9", 80, "dnat 10.244.2.2:8080 masqueraded"],
    ["an address outside loadBalancerSourceRanges: silence", { ...balancer, loadBalancerSourceRanges: ["192.0.2.0/24"] }, [there], client, "203.0.113.9", 80, "drop"],
    ["an external IP", { externalIPs: ["192.0.2.4"] }, [there], client, "192.0.2.4", 80, "dnat 10.244.2.2:8080 masqueraded"],
    ["zone hints: the node's own zone, where every endpoint has one", {}, [{ ...there, zones: ["b"] }, { ip: "10.244.3.2", node: "node-3", zones: ["a"] }], pod, "10.96.1.1", 80, "dnat 10.244.3.2:8080"],
    ["zone hints that leave this zone without endpoints are ignored", {}, [{ ...there, zones: ["b"] }], pod, "10.96.1.1", 80, "dnat 10.244.2.2:8080"],
    ["headless: no rule at all", { clusterIP: "None" }, [here], pod, "10.244.1.2", 8080, "pass 10.244.1.2:8080"],
    ["ExternalName: no rule at all", { type: "ExternalName", externalName: "db.example.com" }, [], pod, "10.96.1.1", 80, "pass 10.96.1.1:80"],
  ];
  it.each(rows)("%s", (_name, spec, endpoints, from, to, port, expected) => {
    const result = route(service(spec, "203.0.113.9"), endpoints, from, to, port);
    const text = result.verdict === "reject" || result.verdict === "drop" ? result.verdict : `${result.verdict} ${result.ip}:${result.port}${result.masquerade ? " masqueraded" : ""}`;
    expect(text).toBe(expected);
    expect(result.reason === "").toBe(result.verdict === "pass" || result.verdict === "dnat");
    expect(result.hops.length).toBe(result.verdict === "pass" ? 0 : 1);
  });

  it("each endpoint is as likely as any other", () => {
    const picks = [0, 1, 2].map((k) => route(service({}), [here, there, { ip: "10.244.3.2", node: "node-3" }], pod, "10.96.1.1", 80, k).ip);
    expect(picks).toEqual(["10.244.1.2", "10.244.2.2", "10.244.3.2"]);
  });
});

describe("session affinity ClientIP", () => {
  const sticky = buildServiceRules(service({ sessionAffinity: "ClientIP", sessionAffinityConfig: { clientIP: { timeoutSeconds: 10 } } }), [slice([here, there])], { name: "node-1", zone: "a" });

  it("sends a client where it was before, until the time is up or the endpoint is gone", () => {
    const tables = tablesOf(sticky);
    const at = (nowUs: number, k: number): string => routeFlow(tables, flow(pod, "10.96.1.1", 80), { ...view, nowUs }, always(k)).ip;
    expect(at(0, 1)).toBe("10.244.2.2");
    expect(at(9_000_000, 0)).toBe("10.244.2.2");
    expect(at(18_000_000, 0)).toBe("10.244.2.2");
    expect(at(29_000_000, 0)).toBe("10.244.1.2");
    tables.apply({ type: "rules", reset: false, set: buildServiceRules(service({ sessionAffinity: "ClientIP" }), [slice([there])], { name: "node-1", zone: "a" }), remove: [] });
    expect(at(30_000_000, 0)).toBe("10.244.2.2");
  });

  it("survives a snapshot", () => {
    const tables = tablesOf(sticky);
    routeFlow(tables, flow(pod, "10.96.1.1", 80), view, always(1));
    const restored = new RuleTables();
    restored.restore(JSON.parse(JSON.stringify(tables.snapshot())));
    expect(routeFlow(restored, flow(pod, "10.96.1.1", 80), view, always(0)).ip).toBe("10.244.2.2");
  });
});

it("a service that goes leaves no rule behind", () => {
  const tables = tablesOf(buildServiceRules(service(balancer, "203.0.113.9"), [slice([here])], { name: "node-1", zone: "a" }));
  tables.apply({ type: "rules", reset: false, set: [], remove: ["default/web:http/TCP"] });
  for (const [ip, port] of [["10.96.1.1", 80], ["203.0.113.9", 80], ["172.18.0.2", 30_080]] as const) expect(routeFlow(tables, flow(client, ip, port), view, always(0)).verdict).toBe("pass");
  expect(tables.size).toBe(0);
});

it("rules read as on a real node", () => {
  const rules = buildServiceRules(service(nodePort), [slice([here, there, { ip: "10.244.3.2", node: "node-3" }])], { name: "node-1", zone: "a" });
  const [{ chains } = { chains: { svc: "", ext: "" } }] = rules;
  const text = iptablesText(rules, "10.244.0.0/16");
  const [first = "", second = "", third = ""] = rules[0]?.cluster.map((endpoint) => endpoint.chain) ?? [];
  for (const line of [
    `-A KUBE-SERVICES -d 10.96.1.1/32 -p tcp -m comment --comment "default/web:http cluster IP" -m tcp --dport 80 -j ${chains.svc}`,
    `-A KUBE-NODEPORTS -p tcp -m comment --comment "default/web:http" -m tcp --dport 30080 -j ${chains.ext}`,
    `-A ${chains.ext} -m comment --comment "masquerade traffic for default/web:http external destinations" -j KUBE-MARK-MASQ`,
    `-A ${chains.ext} -j ${chains.svc}`,
    `-A ${chains.svc} -m comment --comment "default/web:http -> 10.244.1.2:8080" -m statistic --mode random --probability 0.33333333333 -j ${first}`,
    `-A ${chains.svc} -m comment --comment "default/web:http -> 10.244.2.2:8080" -m statistic --mode random --probability 0.50000000000 -j ${second}`,
    `-A ${chains.svc} -m comment --comment "default/web:http -> 10.244.3.2:8080" -j ${third}`,
    `-A ${first} -p tcp -m comment --comment "default/web:http" -m tcp -j DNAT --to-destination 10.244.1.2:8080`,
  ]) expect(text).toContain(line);
  expect(iptablesText(buildServiceRules(service({}), [], { name: "node-1", zone: "a" }), "10.244.0.0/16")).toContain('-A KUBE-SERVICES -d 10.96.1.1/32 -p tcp -m comment --comment "default/web:http has no endpoints" -m tcp --dport 80 -j REJECT --reject-with icmp-port-unreachable');
});
