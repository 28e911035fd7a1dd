import { describe, expect, test } from "vitest";
import type { Json } from "../../base/json.ts";
import { ApiWorld } from "../testing/apiWorld.ts";

const base = "/api/v1/namespaces/default";

function world(...limits: readonly Json[]): ApiWorld {
  const api = new ApiWorld();
  api.call("POST", `${base}/serviceaccounts`, { apiVersion: "v1", kind: "ServiceAccount", metadata: { name: "default" } });
  expect(api.call("POST", `${base}/limitranges`, { apiVersion: "v1", kind: "LimitRange", metadata: { name: "l" }, spec: { limits } }).code).toBe(201);
  return api;
}
const container = (resources: Json, name = "c"): Json => ({ name, image: "nginx", resources });
const create = (api: ApiWorld, spec: Record<string, Json>, name = "p") => api.call("POST", `${base}/pods`, { apiVersion: "v1", kind: "Pod", metadata: { name }, spec });
const refusal = (api: ApiWorld, spec: Record<string, Json>): unknown => (create(api, spec).body as { readonly message?: string }).message;
const forbidden = (text: string): string => `pods "p" is forbidden: ${text}`;

describe("a pod in a namespace with limits", () => {
  test("gets what it leaves out, first containers too, and says so", () => {
    const api = world({ type: "Container", default: { cpu: "500m" }, defaultRequest: { cpu: "100m", memory: "64Mi" } });
    const { body } = create(api, { containers: [container({ limits: { cpu: "1" } }), container({}, "d")], initContainers: [container({ requests: { cpu: "50m", memory: "1Mi" } }, "i")] });
    expect(body).toMatchObject({
      metadata: { annotations: { "kubernetes.io/limit-ranger": "LimitRanger plugin set: memory request for container c; cpu, memory request for container d; cpu limit for container d; cpu limit for init container i" } },
      spec: { containers: [{ resources: { limits: { cpu: "1" }, requests: { cpu: "1", memory: "64Mi" } } }, { resources: { limits: { cpu: "500m" }, requests: { cpu: "100m", memory: "64Mi" } } }] },
    });
  });

  test("is held to each bound, and told of all that it breaks", () => {
    const api = world({ type: "Container", min: { cpu: "100m" }, max: { memory: "1Gi" }, default: { memory: "1Gi" }, defaultRequest: { memory: "1Mi", cpu: "1" } }, { type: "Pod", max: { memory: "1536Mi" } });
    expect(refusal(api, { containers: [container({ requests: { cpu: "50m" }, limits: { memory: "2Gi" } })] })).toBe(
      forbidden("[minimum cpu usage per Container is 100m, but request is 50m, maximum memory usage per Container is 1Gi, but limit is 2Gi, maximum memory usage per Pod is 1536Mi, but limit is 2Gi]"),
    );
    expect(refusal(api, { containers: [container({}), container({}, "d")] })).toBe(forbidden("maximum memory usage per Pod is 1536Mi, but limit is 2Gi"));
    expect(create(api, { containers: [container({})] }).code).toBe(201);
  });

  test("may ask for its limit only so far above its request", () => {
    const api = world({ type: "Pod", maxLimitRequestRatio: { memory: "2" } });
    expect(refusal(api, { containers: [container({ requests: { memory: "3Mi" }, limits: { memory: "7Mi" } })] })).toBe(forbidden("memory max limit to request ratio per Pod is 2, but provided ratio is 2.333333"));
    expect(refusal(api, { containers: [container({ requests: { memory: "3Mi" } })] })).toBe(forbidden("memory max limit to request ratio per Pod is 2, but no limit is specified or limit is 0"));
    expect(create(api, { containers: [container({ requests: { memory: "3Mi" }, limits: { memory: "6Mi" } })] }).code).toBe(201);
  });

  test("is held to them when it is resized, and left alone when it is changed", () => {
    const api = world({ type: "Container", max: { cpu: "1" } });
    expect(create(api, { containers: [container({ requests: { cpu: "500m" }, limits: { cpu: "1" } })] }).code).toBe(201);
    const resize = api.call("PATCH", `${base}/pods/p/resize`, { spec: { containers: [{ name: "c", resources: { limits: { cpu: "2" } } }] } }, { contentType: "application/strategic-merge-patch+json" });
    expect((resize.body as { readonly message?: string }).message).toBe(forbidden("maximum cpu usage per Container is 1, but limit is 2"));
    expect(api.call("PATCH", `${base}/pods/p`, { metadata: { labels: { a: "b" } } }, { contentType: "application/merge-patch+json" }).code).toBe(200);
  });
});
