import { describe, expect, test } from "vitest";
import type { Json } from "../../base/json.ts";
import { ApiWorld } from "../testing/apiWorld.ts";

const path = "/api/v1/namespaces/default/services";
const service = (name: string, spec: Record<string, Json> = {}) => ({ apiVersion: "v1", kind: "Service", metadata: { name }, spec: { ports: [{ port: 80 }], ...spec } });
interface Spec {
  readonly clusterIP: string;
  readonly ports: readonly { readonly nodePort?: number }[];
}
const specOf = (body: Json): Spec => (body as unknown as { readonly spec: Spec }).spec;
const messageOf = (body: Json): string => (body as unknown as { readonly message: string }).message;

describe("service addresses", () => {
  test("are given from the range, each once, and come back when the service is gone", () => {
    const api = new ApiWorld();
    const given = Array.from({ length: 20 }, (_, at) => specOf(api.call("POST", path, service(`s${at}`)).body).clusterIP);
    expect(new Set(given).size).toBe(20);
    expect(given.every((ip) => ip.startsWith("10.96."))).toBe(true);
    const [first = ""] = given;
    const taken = api.call("POST", path, service("again", { clusterIP: first }));
    expect([taken.code, messageOf(taken.body)]).toEqual([422, `Service "again" is invalid: spec.clusterIPs: Invalid value: ["${first}"]: failed to allocate IP ${first}: provided IP is already allocated`]);
    api.call("DELETE", `${path}/s0`);
    expect(api.call("POST", path, service("again", { clusterIP: first })).code).toBe(201);
  });

  test("out of the range are refused; headless services and external names have none", () => {
    const api = new ApiWorld();
    expect(api.call("POST", path, service("far", { clusterIP: "10.200.0.1" })).code).toBe(422);
    expect(specOf(api.call("POST", path, service("headless", { clusterIP: "None" })).body).clusterIP).toBe("None");
    expect(specOf(api.call("POST", path, service("elsewhere", { type: "ExternalName", externalName: "example.com" })).body).clusterIP).toBeUndefined();
    expect(specOf(api.call("GET", "/api/v1/namespaces/default/services/kubernetes").body).clusterIP).toBe("10.96.0.1");
  });

  test("are not spent by a dry run, nor by requests that come at once", () => {
    const api = new ApiWorld();
    const dry = api.call("POST", `${path}?dryRun=All`, service("dry", { clusterIP: "10.96.7.7" }));
    expect(dry.code).toBe(201);
    const requests = ["a", "b"].map((name) => api.request("POST", path, service(name, { clusterIP: "10.96.7.7" })));
    for (const request of requests) api.world.send("cp-1/apiserver", { type: "request", request } as never);
    api.world.runFor(1_000_000);
    const codes = api.world.replies.slice(-2).map((reply) => (reply.body as unknown as { readonly response: { readonly code: number } }).response.code);
    expect([...codes].sort()).toEqual([201, 422]);
  });
});

describe("the IPAddress of a service", () => {
  const addresses = "/apis/networking.k8s.io/v1/ipaddresses";
  const cidr = (name: string, range: string): Json => ({ apiVersion: "networking.k8s.io/v1", kind: "ServiceCIDR", metadata: { name }, spec: { cidrs: [range] } });
  const parents = (api: ApiWorld): readonly string[] => {
    const { items } = api.call("GET", addresses).body as unknown as { readonly items: readonly { readonly metadata: { readonly name: string }; readonly spec: { readonly parentRef: { readonly namespace: string; readonly name: string } } }[] };
    return items.map(({ metadata, spec }) => `${metadata.name} ${spec.parentRef.namespace}/${spec.parentRef.name}`);
  };
  const kubernetes = "10.96.0.1 default/kubernetes";

  test("is made with it and goes with it", () => {
    const api = new ApiWorld();
    expect(parents(api)).toEqual([kubernetes]);
    api.call("POST", path, service("web", { clusterIP: "10.96.7.7" }));
    expect(api.call("GET", `${addresses}/10.96.7.7`).body).toMatchObject({
      metadata: { labels: { "ipaddress.kubernetes.io/ip-family": "IPv4", "ipaddress.kubernetes.io/managed-by": "ipallocator.k8s.io" }, managedFields: [{ manager: "kube-apiserver", operation: "Update", apiVersion: "networking.k8s.io/v1" }] },
      spec: { parentRef: { resource: "services", namespace: "default", name: "web" } },
    });
    api.call("PATCH", `${path}/web`, { spec: { type: "ExternalName", externalName: "example.com" } }, { contentType: "application/merge-patch+json" });
    expect(parents(api)).toEqual([kubernetes]);
    api.call("PATCH", `${path}/web`, { spec: { type: "ClusterIP", externalName: null, clusterIP: "10.96.7.8" } }, { contentType: "application/merge-patch+json" });
    expect(parents(api)).toEqual([kubernetes, "10.96.7.8 default/web"]);
    api.call("DELETE", path);
    api.world.runFor(11_000_000);
    expect(parents(api)).toEqual([kubernetes]);
  });

  test("goes again where the Service is refused after all", () => {
    const api = new ApiWorld();
    api.call("POST", path, service("web"));
    const before = parents(api);
    expect(api.call("POST", path, service("web")).code).toBe(409);
    const requests = ["b", "b"].map((name) => api.request("POST", path, service(name)));
    for (const request of requests) api.world.send("cp-1/apiserver", { type: "request", request } as never);
    api.world.runFor(1_000_000);
    expect(api.world.replies.slice(-2).map(({ body }) => (body as unknown as { readonly response: { readonly code: number } }).response.code).toSorted()).toEqual([201, 409]);
    expect(before.length).toBe(2);
    expect(parents(api).map((each) => each.slice(each.indexOf(" ") + 1)).toSorted()).toEqual(["default/b", "default/kubernetes", "default/web"]);
  });

  test("names the Service of a generated name", () => {
    const api = new ApiWorld();
    const { metadata, spec } = api.call("POST", path, { ...service(""), metadata: { generateName: "web-" } }).body as unknown as { readonly metadata: { readonly name: string }; readonly spec: Spec };
    expect(parents(api)).toContain(`${spec.clusterIP} default/${metadata.name}`);
  });

  test("that somebody else made keeps the address from Services", () => {
    const api = new ApiWorld();
    api.call("POST", addresses, { apiVersion: "networking.k8s.io/v1", kind: "IPAddress", metadata: { name: "10.96.5.5" }, spec: { parentRef: { group: "example.com", resource: "gateways", name: "g" } } });
    expect(messageOf(api.call("POST", path, service("web", { clusterIP: "10.96.5.5" })).body)).toContain("failed to allocate IP 10.96.5.5: provided IP is already allocated");
  });

  test("comes from any ServiceCIDR, each of which may be full", () => {
    const api = new ApiWorld();
    expect(messageOf(api.call("POST", path, service("far", { clusterIP: "10.200.0.1" })).body)).toContain("the provided network does not match the current range");
    api.call("POST", "/apis/networking.k8s.io/v1/servicecidrs", cidr("more", "10.200.0.0/29"));
    const given = Array.from({ length: 30 }, (_, at) => specOf(api.call("POST", path, service(`s${at}`)).body).clusterIP);
    expect(new Set(given).size).toBe(30);
    expect(given.filter((ip) => ip.startsWith("10.200.0.")).length).toBe(6);
    expect(given.some((ip) => ip.startsWith("10.96."))).toBe(true);
  });

  test("is made again, and one without a Service is cleared away, with an event", () => {
    const api = new ApiWorld();
    api.call("POST", path, service("web", { clusterIP: "10.96.7.7" }));
    api.call("DELETE", `${addresses}/10.96.7.7`);
    const labels = { "ipaddress.kubernetes.io/ip-family": "IPv4", "ipaddress.kubernetes.io/managed-by": "ipallocator.k8s.io" };
    api.call("POST", addresses, { apiVersion: "networking.k8s.io/v1", kind: "IPAddress", metadata: { name: "10.96.5.5", labels }, spec: { parentRef: { resource: "services", namespace: "default", name: "gone" } } });
    api.world.runFor(55_000_000);
    expect(parents(api)).toEqual([kubernetes, "10.96.5.5 default/gone"]);
    api.world.runFor(200_000_000);
    expect(parents(api)).toEqual([kubernetes, "10.96.7.7 default/web"]);
    const events = (api.call("GET", "/apis/events.k8s.io/v1/namespaces/default/events").body as unknown as { readonly items: readonly { readonly reason: string; readonly note: string; readonly reportingController: string }[] }).items;
    expect(events.map(({ reason, note }) => `${reason}: ${note}`).toSorted()).toEqual([
      "ClusterIPNotAllocated: Cluster IP [IPv4]: 10.96.7.7 is not allocated; repairing", "IPAddressNotAllocated: IPAddress: 10.96.5.5 for Service default/gone appears to have leaked: cleaning up",
    ]);
    expect(events.every(({ reportingController }) => reportingController === "ipallocator-repair-controller")).toBe(true);
  });

  test("is not spent on a dry run, which shows what stands for a choice", () => {
    const api = new ApiWorld();
    const dry = (name: string, spec: Record<string, Json>): Spec => specOf(api.call("POST", `${path}?dryRun=All`, service(name, spec)).body);
    expect(dry("a", {}).clusterIP).toBe("10.96.0.0");
    expect(dry("b", { clusterIP: "10.96.0.1" }).clusterIP).toBe("10.96.0.1");
    expect(dry("c", { type: "NodePort" }).ports[0]?.nodePort).toBe(32769);
    expect(messageOf(api.call("POST", `${path}?dryRun=All`, service("d", { clusterIP: "10.1.1.1" })).body)).toContain("the provided IP (10.1.1.1) is not in the valid range. The range of valid IPs is 10.96.0.0/16");
    expect(parents(api)).toEqual([kubernetes]);
  });
});

describe("node ports", () => {
  test("are in their range, each once, kept on update and given back on a change of type", () => {
    const api = new ApiWorld();
    const made = api.call("POST", path, service("web", { type: "NodePort" })).body;
    const port = specOf(made).ports[0]?.nodePort ?? 0;
    expect(port >= 30000 && port <= 32767).toBe(true);
    const taken = api.call("POST", path, service("other", { type: "NodePort", ports: [{ port: 80, nodePort: port }] }));
    expect(messageOf(taken.body)).toBe(`Service "other" is invalid: spec.ports[0].nodePort: Invalid value: ${port}: provided port is already allocated`);
    const low = api.call("POST", path, service("low", { type: "NodePort", ports: [{ port: 80, nodePort: 80 }] }));
    expect(messageOf(low.body)).toBe('Service "low" is invalid: spec.ports[0].nodePort: Invalid value: 80: provided port is not in the valid range. The range of valid ports is 30000-32767');
    const patch = (body: Json) => api.call("PATCH", `${path}/web`, body, { contentType: "application/merge-patch+json" });
    expect(specOf(patch({ metadata: { labels: { a: "b" } } }).body).ports[0]?.nodePort).toBe(port);
    expect(specOf(patch({ spec: { type: "ClusterIP" } }).body).ports[0]?.nodePort).toBeUndefined();
    expect(api.call("POST", path, service("other", { type: "NodePort", ports: [{ port: 80, nodePort: port }] })).code).toBe(201);
  });
});
