import { afterEach, describe, expect, it, vi } from "vitest";
import type { JsonObject } from "../../base/json.ts";
import type { FlowRecord } from "../../network/packet.ts";
import { PolicyTables } from "../../network/policyTables.ts";
import { FaultCluster } from "../testing/faultCluster.ts";
import { part } from "./define.ts";
import { filteredWrongly } from "./policiesHold.ts";

const policies = "/apis/networking.k8s.io/v1/namespaces/default/networkpolicies";

function deployment(name: string, labels: JsonObject, replicas: number): JsonObject {
  const container = { name: "c", image: "nginx:1.27", ports: [{ name: "http", containerPort: 80 }] };
  return { apiVersion: "apps/v1", kind: "Deployment", metadata: { name }, spec: { replicas, selector: { matchLabels: { app: name } }, template: { metadata: { labels: { app: name, ...labels } }, spec: { containers: [container] } } } };
}

/** Three machines, two Services, and clients inside and outside; afterwards policies, and all requests that began after they were known. */
function run(specs: readonly JsonObject[]): { readonly live: Map<string, JsonObject>; readonly flows: readonly FlowRecord[] } {
  const cluster = new FaultCluster({ nodes: 3 }).boot();
  for (const each of [deployment("web", {}, 3), deployment("db", { tier: "back" }, 3), deployment("client", { tier: "front" }, 2)]) cluster.create("/apis/apps/v1/namespaces/default/deployments", each);
  cluster.create("/api/v1/namespaces/default/services", { apiVersion: "v1", kind: "Service", metadata: { name: "web" }, spec: { type: "NodePort", clusterIP: "10.96.5.5", selector: { app: "web" }, ports: [{ port: 80, nodePort: 30080 }] } });
  cluster.create("/api/v1/namespaces/default/services", { apiVersion: "v1", kind: "Service", metadata: { name: "db" }, spec: { clusterIP: "10.96.5.6", selector: { app: "db" }, ports: [{ port: 80 }] } });
  cluster.seconds(40);
  const pods = cluster.pods();
  const named = (app: string): string => pods.find((pod) => pod.metadata.name.startsWith(`${app}-`))?.metadata.name ?? "";
  for (const [app, url] of [["client", "http://10.96.5.5/"], ["client", "http://10.96.5.6/"], ["web", "http://10.96.5.6/"], ["db", "http://10.96.5.5/"]] as const) {
    cluster.command({ type: "setTraffic", source: { id: `${app} ${url}`, url, from: { namespace: "default", name: named(app) }, method: "GET", perSecond: 3, clients: 1, keepAlive: false } });
  }
  cluster.command({ type: "setTraffic", source: { id: "out", url: "http://172.18.0.2:30080/", from: "internet", method: "GET", perSecond: 5, clients: 2, keepAlive: false } });
  specs.forEach((spec, at) => cluster.create(policies, { apiVersion: "networking.k8s.io/v1", kind: "NetworkPolicy", metadata: { name: `p${at}` }, spec }));
  cluster.seconds(2);
  const from = cluster.world.now;
  cluster.seconds(15);
  const live = new Map<string, JsonObject>();
  for (const [prefix, path] of [["pods/default/", "/api/v1/namespaces/default/pods"], ["nodes//", "/api/v1/nodes"], ["namespaces//", "/api/v1/namespaces"], ["networkpolicies.networking.k8s.io/default/", policies]] as const) {
    for (const object of cluster.list(path)) live.set(`${prefix}${String((object["metadata"] as JsonObject)["name"])}`, object);
  }
  return { live, flows: flowsOf(cluster).filter((flow) => flow.startedAtUs >= from) };
}

function flowsOf(cluster: FaultCluster): readonly FlowRecord[] {
  return cluster.trace.flatMap(({ body }) => {
    const { type, flow } = body as unknown as { readonly type?: string; readonly flow: FlowRecord };
    return type === "flow" ? [flow] : [];
  });
}

const mixed: readonly JsonObject[] = [
  { podSelector: { matchLabels: { tier: "back" } }, ingress: [{ from: [{ podSelector: { matchLabels: { tier: "front" } } }], ports: [{ port: "http" }] }] },
  { podSelector: { matchLabels: { app: "web" } }, ingress: [{ from: [{ podSelector: { matchExpressions: [{ key: "tier", operator: "Exists" }] } }, { ipBlock: { cidr: "0.0.0.0/0", except: ["172.18.0.0/16"] } }] }] },
  { podSelector: { matchLabels: { app: "db" } }, policyTypes: ["Egress"], egress: [{ to: [{ namespaceSelector: {} }], ports: [{ port: 5000, endPort: 6000 }] }] },
];

afterEach(() => void vi.restoreAllMocks());

describe("S33", () => {
  it("holds in a cluster with policies, and both ends happen", { timeout: 60_000 }, () => {
    const { live, flows } = run(mixed);
    expect(flows.length).toBeGreaterThan(150);
    const ended = (source: string, wanted: (flow: FlowRecord) => boolean): number => flows.filter((flow) => flow.source.startsWith(source) && wanted(flow)).length;
    expect(ended("client", (flow) => flow.status === 200)).toBeGreaterThan(60);
    expect(ended("db", (flow) => flow.failure?.includes("egress of pod") === true)).toBeGreaterThan(20);
    expect(ended("web", (flow) => flow.failure?.includes("ingress of pod") === true)).toBeGreaterThan(20);
    // Behind the node port's masquerading, pods of other nodes see the node and not the client.
    expect(ended("out", (flow) => flow.status === 200)).toBeGreaterThan(5);
    expect(ended("out", (flow) => flow.status === 0)).toBeGreaterThan(5);
    expect(filteredWrongly(live, flows)).toEqual([]);
  });

  it.each([
    ["lets everything through", () => vi.spyOn(PolicyTables.prototype, "verdict").mockReturnValue(null)],
    ["forgets one direction", () => {
      const real = PolicyTables.prototype.verdict;
      vi.spyOn(PolicyTables.prototype, "verdict").mockImplementation(function (this: PolicyTables, direction, pod, flow) {
        return direction === "egress" ? null : real.call(this, direction, pod, flow);
      });
    }],
    ["denies what is selected twice", () => {
      const real = PolicyTables.prototype.verdict;
      vi.spyOn(PolicyTables.prototype, "verdict").mockImplementation(function (this: PolicyTables, direction, pod, flow) {
        const verdict = real.call(this, direction, pod, flow);
        return pod.includes("/web-") && verdict?.allowed === true ? { allowed: false, rule: "dropped by NetworkPolicy default/p1" } : verdict;
      });
    }],
  ] as readonly (readonly [string, () => unknown])[])("catches a filter that %s", { timeout: 60_000 }, (_what, plant) => {
    plant();
    const { live, flows } = run(mixed);
    expect(filteredWrongly(live, flows).length).toBeGreaterThan(5);
  });
});


describe("the cluster's CNI plugin", () => {
  const denyAll = { apiVersion: "networking.k8s.io/v1", kind: "NetworkPolicy", metadata: { name: "deny-all" }, spec: { podSelector: {}, policyTypes: ["Ingress", "Egress"] } };

  function requested(cni: "calico" | "flannel"): { readonly warnings: readonly string[]; readonly ends: readonly string[] } {
    const cluster = new FaultCluster({ nodes: 2, spec: { cni } }).boot();
    cluster.create("/apis/apps/v1/namespaces/default/deployments", deployment("web", {}, 2));
    cluster.seconds(30);
    const { warnings } = cluster.write("create", policies, denyAll);
    cluster.seconds(1);
    const [from, to] = cluster.pods();
    cluster.command({ type: "setTraffic", source: { id: "t", url: `http://${String(part(to, "status")["podIP"])}/`, from: { namespace: "default", name: from?.metadata.name ?? "" }, method: "GET", perSecond: 1, clients: 1, keepAlive: false } });
    cluster.seconds(8);
    return { warnings, ends: [...new Set(flowsOf(cluster).map((flow) => flow.failure?.slice(0, 43) ?? String(flow.status)))] };
  }

  it("enforces policies where it is calico, and a writer is warned of nothing", () => {
    expect(requested("calico")).toEqual({ warnings: [], ends: ["dropped by NetworkPolicy default/deny-all, "] });
  });

  it("filters nothing where it is flannel, and a writer is warned of it", () => {
    expect(requested("flannel")).toEqual({ warnings: ["spec: nothing is filtered: the cluster's CNI plugin (flannel) does not enforce NetworkPolicy"], ends: ["200"] });
  });
});
