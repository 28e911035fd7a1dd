import { describe, expect, test } from "vitest";
import type { ApiRequest, ApiResponse } from "../../apimachinery/apiRequest.ts";
import type { Json } from "../../base/json.ts";
import { ApiWorld } from "../testing/apiWorld.ts";

const base = "/api/v1/namespaces/default";
const merge = { contentType: "application/merge-patch+json" };

function world(): ApiWorld {
  const api = new ApiWorld();
  api.call("POST", `${base}/serviceaccounts`, { apiVersion: "v1", kind: "ServiceAccount", metadata: { name: "default" } });
  return api;
}

/** A quota as its controller has counted it. */
function limit(api: ApiWorld, name: string, hard: Json, used: Json, spec: Record<string, Json> = {}): void {
  expect(api.call("POST", `${base}/resourcequotas`, { apiVersion: "v1", kind: "ResourceQuota", metadata: { name }, spec: { hard, ...spec } }).code).toBe(201);
  expect(api.call("PATCH", `${base}/resourcequotas/${name}/status`, { status: { hard, used } }, merge).code).toBe(200);
}
const used = (api: ApiWorld, name: string): unknown => (api.call("GET", `${base}/resourcequotas/${name}`).body as { readonly status: { readonly used: unknown } }).status.used;
const pod = (name: string, resources: Json = {}, spec: Record<string, Json> = {}): Json => ({ apiVersion: "v1", kind: "Pod", metadata: { name }, spec: { containers: [{ name: "c", image: "nginx", resources }], ...spec } });
const configMap = (name: string): Json => ({ apiVersion: "v1", kind: "ConfigMap", metadata: { name } });
const create = (api: ApiWorld, body: Json, query = ""): ApiResponse => api.call("POST", `${base}/${(body as { readonly kind: string }).kind.toLowerCase()}s${query}`, body);
const message = ({ body }: ApiResponse): unknown => (body as { readonly message?: string }).message;

describe("what a quota counts", () => {
  test("is added before the object is there, by the server", () => {
    const api = world();
    limit(api, "q", { pods: "2", "requests.memory": "1Gi" }, { pods: "0", "requests.memory": "0" });
    expect(create(api, pod("a", { requests: { memory: "256Mi" } })).code).toBe(201);
    expect(used(api, "q")).toEqual({ pods: "1", "requests.memory": "256Mi" });
    const { metadata } = api.call("GET", `${base}/resourcequotas/q`).body as unknown as { readonly metadata: { readonly resourceVersion: string; readonly managedFields: readonly { readonly manager: string; readonly subresource?: string }[] } };
    expect(metadata.managedFields.map((entry) => [entry.manager, entry.subresource])).toContainEqual(["kube-apiserver", "status"]);
    const made = api.call("GET", `${base}/pods/a`).body as unknown as { readonly metadata: { readonly resourceVersion: string } };
    expect(Number(made.metadata.resourceVersion)).toBeGreaterThan(Number(metadata.resourceVersion));
  });

  test("is refused as a whole where one quota has no room, and then counted nowhere", () => {
    const api = world();
    limit(api, "a", { pods: "5" }, { pods: "0" });
    limit(api, "b", { "requests.cpu": "1", "limits.cpu": "2" }, { "requests.cpu": "500m", "limits.cpu": "0" });
    expect(message(create(api, pod("p", { requests: { cpu: "600m" }, limits: { cpu: "1" } })))).toBe('pods "p" is forbidden: exceeded quota: b, requested: requests.cpu=600m, used: requests.cpu=500m, limited: requests.cpu=1');
    expect(message(create(api, pod("p")))).toBe('pods "p" is forbidden: failed quota: b: must specify limits.cpu for: c; requests.cpu for: c');
    expect([used(api, "a"), used(api, "b")]).toEqual([{ pods: "0" }, { "limits.cpu": "0", "requests.cpu": "500m" }]);
    expect(create(api, pod("p", { requests: { cpu: "500m" }, limits: { cpu: "1" } })).code).toBe(201);
    expect([used(api, "a"), used(api, "b")]).toEqual([{ pods: "1" }, { "limits.cpu": "1", "requests.cpu": "1" }]);
  });

  test("is unknown until the controller has counted", () => {
    const api = world();
    limit(api, "q", { pods: "2" }, {});
    expect(message(create(api, pod("p")))).toBe('pods "p" is forbidden: status unknown for quota: q, resources: pods');
    expect(create(api, configMap("c")).code).toBe(201);
  });

  test("is judged in a dry run, and counted in none", () => {
    const api = world();
    limit(api, "q", { configmaps: "1" }, { configmaps: "0" });
    expect(create(api, configMap("a"), "?dryRun=All").code).toBe(201);
    expect(used(api, "q")).toEqual({ configmaps: "0" });
    expect(create(api, configMap("a")).code).toBe(201);
    expect(create(api, configMap("b"), "?dryRun=All").code).toBe(403);
  });

  test("of a service follows its type, and of a resized pod its size", () => {
    const api = world();
    limit(api, "q", { "services.nodeports": "1", services: "3", "requests.cpu": "1" }, { "services.nodeports": "0", services: "0", "requests.cpu": "0" });
    const service = (name: string): Json => ({ apiVersion: "v1", kind: "Service", metadata: { name }, spec: { ports: [{ port: 80 }] } });
    for (const name of ["a", "b"]) expect(create(api, service(name)).code).toBe(201);
    const exposed = (name: string): ApiResponse => api.call("PATCH", `${base}/services/${name}`, { spec: { type: "NodePort" } }, merge);
    expect(exposed("a").code).toBe(200);
    expect(message(exposed("b"))).toBe('services "b" is forbidden: exceeded quota: q, requested: services.nodeports=1, used: services.nodeports=1, limited: services.nodeports=1');
    expect(create(api, pod("p", { requests: { cpu: "400m" } })).code).toBe(201);
    const resized = (cpu: string): ApiResponse => api.call("PATCH", `${base}/pods/p/resize`, { spec: { containers: [{ name: "c", resources: { requests: { cpu } } }] } }, { contentType: "application/strategic-merge-patch+json" });
    expect(message(resized("1100m"))).toBe('pods "p" is forbidden: exceeded quota: q, requested: requests.cpu=700m, used: requests.cpu=400m, limited: requests.cpu=1');
    expect(resized("900m").code).toBe(200);
    expect(used(api, "q")).toEqual({ "requests.cpu": "900m", services: "2", "services.nodeports": "1" });
  });

  test("has scopes: only what is in all of them counts", () => {
    const api = world();
    limit(api, "q", { pods: "0" }, { pods: "0" }, { scopes: ["BestEffort", "Terminating"] });
    expect(create(api, pod("a", {}, { activeDeadlineSeconds: 9 })).code).toBe(403);
    expect(create(api, pod("a")).code).toBe(201);
    expect(create(api, pod("b", { requests: { cpu: "1" } }, { activeDeadlineSeconds: 9 })).code).toBe(201);
  });
});

describe("many at once", () => {
  function sendAll(api: ApiWorld, count: number): readonly ApiRequest[] {
    return Array.from({ length: count }, (_none, at) => {
      const request = api.request("POST", `${base}/configmaps`, configMap(`c${at}`));
      api.world.send("cp-1/apiserver", { type: "request", request } as unknown as Json);
      return request;
    });
  }
  const codes = (api: ApiWorld, requests: readonly ApiRequest[]): readonly number[] =>
    requests.map(({ id }) => (api.world.replies.map(({ body }) => body as unknown as { readonly id: string; readonly response: ApiResponse }).find((reply) => reply.id === id)?.response.code ?? 0));

  test("never exceed it, and use all of it", () => {
    const api = world();
    limit(api, "a", { configmaps: "12" }, { configmaps: "0" });
    limit(api, "b", { "count/configmaps": "10" }, { "count/configmaps": "0" });
    const requests = sendAll(api, 30);
    api.world.runFor(1_000_000);
    const answers = codes(api, requests);
    expect([answers.filter((code) => code === 201).length, answers.filter((code) => code === 403).length]).toEqual([10, 20]);
    expect([used(api, "a"), used(api, "b")]).toEqual([{ configmaps: "10" }, { "count/configmaps": "10" }]);
  });

  /** Fifteen requests while somebody labels the quota all the time; restored in the middle, or not. */
  function contended(restored: boolean): { readonly codes: readonly number[]; readonly used: unknown; readonly digest: string } {
    const api = world();
    limit(api, "a", { configmaps: "10" }, { configmaps: "0" });
    const label = (step: number): string => api.world.send("cp-1/apiserver", { type: "request", request: api.request("PATCH", `${base}/resourcequotas/a`, { metadata: { labels: { step: String(step) } } }, merge) } as unknown as Json);
    // Its write is under way when the first of the requests is planned.
    label(100);
    const requests = sendAll(api, 15);
    for (let step = 0; step < 60; step++) {
      label(step);
      api.world.runFor(110);
      if (restored && step % 7 === 3) api.world.restore(api.world.keyframe());
    }
    api.world.runFor(1_000_000);
    return { codes: codes(api, requests), used: used(api, "a"), digest: api.world.digest() };
  }

  test("go on where somebody else writes the quota in between, the same where the server is restored", () => {
    const through = contended(false);
    expect(through.codes.filter((code) => code === 201)).toHaveLength(10);
    expect(through.codes.filter((code) => code === 403)).toHaveLength(5);
    expect(through.used).toEqual({ configmaps: "10" });
    expect(contended(true)).toEqual(through);
  });
});
