import { describe, expect, test } from "vitest";
import type { Json } from "../../base/json.ts";
import { ApiWorld, type CallOptions } from "../testing/apiWorld.ts";

const base = "/api/v1/namespaces/default";
const node = (name: string): CallOptions => ({ user: `system:node:${name}`, groups: ["system:nodes"] });

/** The pod p refers to the secret s, the ConfigMap c and the account default; it is bound to node-1. */
function withPod(mirror = false): ApiWorld {
  const annotations: Json = mirror ? { "kubernetes.io/config.mirror": "x" } : {};
  const api = new ApiWorld();
  api.call("POST", `${base}/serviceaccounts`, { apiVersion: "v1", kind: "ServiceAccount", metadata: { name: "default" } });
  for (const [plural, kind, name] of [["secrets", "Secret", "s"], ["secrets", "Secret", "other"], ["configmaps", "ConfigMap", "c"]]) api.call("POST", `${base}/${plural}`, { apiVersion: "v1", kind: kind as string, metadata: { name: name as string } });
  const spec = {
    automountServiceAccountToken: false, nodeName: "node-1",
    containers: [{ name: "a", image: "nginx", env: [{ name: "S", valueFrom: { secretKeyRef: { name: "s", key: "k" } } }] }],
    volumes: [{ name: "v", projected: { sources: [{ configMap: { name: "c" } }, ...(mirror ? [] : [{ serviceAccountToken: { path: "token" } }])] } }],
  };
  expect(api.call("POST", `${base}/pods`, { apiVersion: "v1", kind: "Pod", metadata: { name: "p", annotations }, spec }).code).toBe(201);
  return api;
}
const outcome = (api: ApiWorld, method: string, url: string, options: CallOptions, body: Json = null): string => {
  const { code, body: answer } = api.call(method, url, body, options);
  return code === 403 ? ((answer as { readonly message: string }).message.split(/at the cluster scope: |in the namespace "[^"]*": /)[1] ?? "403") : String(code);
};

describe("a node", () => {
  test("reads what its pods refer to, as long as they are there", () => {
    const api = withPod();
    const read = (url: string, name = "node-1"): string => outcome(api, "GET", `${base}/${url}`, node(name));
    expect([read("secrets/s"), read("configmaps/c"), read("configmaps?fieldSelector=metadata.name%3Dc"), read("pods/p")]).toEqual(["200", "200", "200", "200"]);
    const unrelated = (name: string): string => `no relationship found between node '${name}' and this object`;
    expect([read("secrets/other"), read("secrets/s", "node-2"), read("pods/p", "node-2")]).toEqual([unrelated("node-1"), unrelated("node-2"), unrelated("node-2")]);
    expect([read("secrets"), read("pods")]).toEqual(["No Object name found", "can only list/watch pods with spec.nodeName field selector"]);
    expect(read("pods?fieldSelector=spec.nodeName%3Dnode-1")).toBe("200");
    expect(read("pods?fieldSelector=spec.nodeName%3Dnode-2")).toBe("can only list/watch pods with spec.nodeName field selector");
    api.call("DELETE", `${base}/pods/p`, { gracePeriodSeconds: 0 });
    expect(read("secrets/s")).toBe(unrelated("node-1"));
  });

  test("knows them still after the server has crashed", () => {
    const api = withPod();
    api.world.control({ type: "crash", process: "cp-1/apiserver" });
    api.world.runFor(30_000_000);
    expect(outcome(api, "GET", `${base}/secrets/s`, node("node-1"))).toBe("200");
  });

  test("gains nothing by a mirror pod", () => {
    const api = withPod(true);
    expect(outcome(api, "GET", `${base}/secrets/s`, node("node-1"))).toBe("no relationship found between node 'node-1' and this object");
  });

  test("makes tokens for the accounts of its pods", () => {
    const api = withPod();
    const { uid } = (api.call("GET", `${base}/pods/p`).body as { readonly metadata: { readonly uid: string } }).metadata;
    const spec = { boundObjectRef: { apiVersion: "v1", kind: "Pod", name: "p", uid } };
    const token = (name: string, account = "default"): string => outcome(api, "POST", `${base}/serviceaccounts/${account}/token`, node(name), { apiVersion: "authentication.k8s.io/v1", kind: "TokenRequest", spec });
    expect([token("node-1"), token("node-2")]).toEqual(["201", "no relationship found between node 'node-2' and this object"]);
    expect(outcome(api, "DELETE", `${base}/serviceaccounts/default`, node("node-1"))).toBe("can only create tokens for individual service accounts");
  });

  test("keeps its own lease and reads its own Node", () => {
    const api = withPod();
    const leases = "/apis/coordination.k8s.io/v1/namespaces";
    expect(outcome(api, "GET", `${leases}/kube-node-lease/leases/node-1`, node("node-1"))).toBe("404");
    expect(outcome(api, "GET", `${leases}/kube-node-lease/leases/node-2`, node("node-1"))).toBe("can only access node lease with the same name as the requesting node");
    expect(outcome(api, "GET", `${leases}/default/leases/node-1`, node("node-1"))).toBe('can only access leases in the "kube-node-lease" system namespace');
    expect(outcome(api, "GET", "/api/v1/nodes/node-1", node("node-1"))).toBe("404");
    expect(outcome(api, "GET", "/api/v1/nodes", node("node-1"))).toBe("node 'node-1' cannot read all nodes, only its own Node object");
    expect(outcome(api, "GET", "/api/v1/nodes/node-2", node("node-1"))).toBe("node 'node-1' cannot read 'node-2', only its own Node object");
    expect(outcome(api, "GET", "/api/v1/services", node("node-1"))).toBe("200");
    expect(outcome(api, "GET", "/apis/apps/v1/deployments", node("node-1"))).toBe("403");
  });
});
