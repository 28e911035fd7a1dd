import { ApiWorld } from "../../../apiserver/testing/apiWorld.ts";
import type { Json, JsonObject } from "../../../base/json.ts";
import type { FlowRecord } from "../../../network/packet.ts";
import type { TrafficSource } from "../../../network/traffic.ts";
import type { ProcessFactory } from "../../../sim/process.ts";
import { createPolicyAgent } from "../../policy/policyAgent.ts";
import { createProxy } from "../../proxy/proxyProcess.ts";
import { createInternet } from "../internetProcess.ts";
import { addPacketBody } from "../messages.ts";
import { createNet } from "../netProcess.ts";
import { programHost } from "./programHost.ts";
import type { HostOrder } from "./programHost.ts";

const second = 1_000_000;
const apiServers = { "172.18.0.100:6443": "cp-1/apiserver" };

export interface TestEndpoint {
  readonly ip: string;
  readonly node: string;
  readonly pod: string;
  readonly ready?: boolean;
  readonly serving?: boolean;
  readonly terminating?: boolean;
}

/** An API server, nodes with their proxies and nets, the internet around them, and pods that are run by hand. */
export class NetworkWorld {
  readonly api: ApiWorld;
  readonly #slices = new Set<string>();
  #requests = 0;

  /** `enforces`: the nodes have the agent of a CNI plugin that enforces policies. */
  constructor(nodes: number, enforces: boolean = false) {
    const factories: ProcessFactory[] = [];
    for (let i = 1; i <= nodes; i++) {
      const node = `node-${i}`;
      factories.push(
        { id: `${node}/net`, create: () => createNet(`${node}/net`, { node, nodeIp: `172.18.0.${i + 1}`, clusterCidr: "10.244.0.0/16", apiServers, internet: "world/internet", enforcesPolicies: enforces }), addBody: addPacketBody },
        { id: `${node}/proxy`, create: () => createProxy(`${node}/proxy`, { server: "cp-1/apiserver", node, clusterCidr: "10.244.0.0/16" }) },
        programHost(`${node}/runtime`),
      );
      if (enforces) factories.push({ id: `${node}/cni`, create: () => createPolicyAgent(`${node}/cni`, { server: "cp-1/apiserver", node }) });
    }
    factories.push({ id: "world/internet", create: () => createInternet("world/internet", { server: "cp-1/apiserver" }) });
    this.api = new ApiWorld(factories);
    for (let i = 1; i <= nodes; i++) {
      this.#created(this.api.call("POST", "/api/v1/nodes", { apiVersion: "v1", kind: "Node", metadata: { name: `node-${i}`, labels: { "topology.kubernetes.io/zone": ["a", "b", "c"][(i - 1) % 3] ?? "a" } }, spec: { podCIDR: `10.244.${i}.0/24`, podCIDRs: [`10.244.${i}.0/24`] } }));
      this.#created(this.api.call("PATCH", `/api/v1/nodes/node-${i}/status`, { status: { addresses: [{ type: "InternalIP", address: `172.18.0.${i + 1}` }] } }, { contentType: "application/merge-patch+json" }));
    }
  }

  runFor(us: number): void {
    this.api.world.runFor(us);
  }

  service(name: string, spec: JsonObject, loadBalancerIp: string | null = null, namespace: string = "default"): void {
    this.#created(this.api.call("POST", `/api/v1/namespaces/${namespace}/services`, { apiVersion: "v1", kind: "Service", metadata: { name }, spec }));
    if (loadBalancerIp !== null) this.#created(this.api.call("PATCH", `/api/v1/namespaces/${namespace}/services/${name}/status`, { status: { loadBalancer: { ingress: [{ ip: loadBalancerIp }] } } }, { contentType: "application/merge-patch+json" }));
  }

  /** One slice holds all endpoints of a service. */
  endpoints(service: string, ports: readonly { readonly name?: string; readonly port: number; readonly protocol?: string }[], endpoints: readonly TestEndpoint[], namespace: string = "default"): void {
    const slice = {
      apiVersion: "discovery.k8s.io/v1", kind: "EndpointSlice", metadata: { name: `${service}-1`, labels: { "kubernetes.io/service-name": service } }, addressType: "IPv4",
      ports: ports.map((port) => ({ name: port.name ?? "", port: port.port, protocol: port.protocol ?? "TCP" })),
      endpoints: endpoints.map((endpoint) => ({
        addresses: [endpoint.ip], nodeName: endpoint.node, targetRef: { kind: "Pod", namespace, name: endpoint.pod },
        conditions: { ready: endpoint.ready ?? true, serving: endpoint.serving ?? endpoint.ready ?? true, terminating: endpoint.terminating ?? false },
      })),
    } as unknown as JsonObject;
    const path = `/apis/discovery.k8s.io/v1/namespaces/${namespace}/endpointslices`;
    const key = `${namespace}/${service}`;
    if (this.#slices.has(key)) this.#created(this.api.call("PUT", `${path}/${service}-1`, slice));
    else this.#created(this.api.call("POST", path, slice));
    this.#slices.add(key);
  }

  /** The object only: what runs is ordered from the node's program host. With `ip` it says that it has that address. */
  pod(name: string, node: string, namespace: string = "default", { labels = {}, ip = "" }: { readonly labels?: JsonObject; readonly ip?: string } = {}): void {
    if (this.api.call("GET", `/api/v1/namespaces/${namespace}/serviceaccounts/default`).code === 404) this.#created(this.api.call("POST", `/api/v1/namespaces/${namespace}/serviceaccounts`, { apiVersion: "v1", kind: "ServiceAccount", metadata: { name: "default" } }));
    this.#created(this.api.call("POST", `/api/v1/namespaces/${namespace}/pods`, { apiVersion: "v1", kind: "Pod", metadata: { name, labels }, spec: { nodeName: node, containers: [{ name: "c", image: "nginx", ports: [{ name: "http", containerPort: 80 }] }] } }));
    if (ip !== "") this.#created(this.api.call("PATCH", `/api/v1/namespaces/${namespace}/pods/${name}/status`, { status: { phase: "Running", podIP: ip, podIPs: [{ ip }] } }, { contentType: "application/merge-patch+json" }));
  }

  policy(name: string, spec: JsonObject, namespace: string = "default"): void {
    this.#created(this.api.call("POST", `/apis/networking.k8s.io/v1/namespaces/${namespace}/networkpolicies`, { apiVersion: "networking.k8s.io/v1", kind: "NetworkPolicy", metadata: { name }, spec }));
    this.runFor(second / 2);
  }

  order(node: string, order: HostOrder): void {
    this.api.world.send(`${node}/runtime`, order as unknown as Json);
  }

  traffic(source: Partial<TrafficSource> & { readonly url: string }): void {
    this.api.world.send("world/internet", { type: "setTraffic", source: { id: "t", from: "internet", method: "GET", perSecond: 10, clients: 3, keepAlive: false, ...source } } as unknown as Json);
  }

  /** One request; runs the world until it is answered. */
  request(url: string, from: "internet" | { readonly namespace: string; readonly name: string } = "internet", more: { readonly method?: string; readonly headers?: Readonly<Record<string, string>>; readonly body?: string } = {}): { readonly status: number; readonly headers: Readonly<Record<string, string>>; readonly body: string; readonly flow: FlowRecord | null; readonly failure: string | null } {
    const id = `r${++this.#requests}`;
    this.api.world.send("world/internet", { type: "request", id, url, from, ...more });
    for (let waited = 0; waited < 4_000; waited++) {
      this.runFor(10_000);
      const reply = this.api.world.replies.find((entry) => (entry.body as { readonly id?: string }).id === id);
      if (reply === undefined) continue;
      const body = reply.body as unknown as { response: { status: number; headers: Record<string, string>; body: string } | null; flow: FlowRecord | null; failure: string | null };
      return { status: body.response?.status ?? 0, headers: body.response?.headers ?? {}, body: body.response?.body ?? "", flow: body.flow, failure: body.failure };
    }
    throw new Error(`no end of ${url}`);
  }

  flows(): readonly FlowRecord[] {
    return this.api.world.trace.flatMap((entry) => {
      const body = entry.body as unknown as { readonly type?: string; readonly flow: FlowRecord };
      return body.type === "flow" ? [body.flow] : [];
    });
  }

  #created(response: { readonly code: number; readonly body: Json }): void {
    if (response.code >= 300) throw new Error(`${response.code} ${JSON.stringify(response.body)}`);
    this.runFor(second / 100);
  }
}
