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
