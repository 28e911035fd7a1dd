import { describe, expect, test } from "vitest";
import type { Json } from "../../../base/json.ts";
import { ApiWorld } from "../../testing/apiWorld.ts";

/** A master too, so that it is admission that refuses and not authorization. */
const node1 = { user: "system:node:node-1", groups: ["system:nodes", "system:masters", "system:authenticated"] };
const merge = { ...node1, contentType: "application/merge-patch+json" };
const pods = "/api/v1/namespaces/default/pods";

function nodeObject(name: string, labels: Readonly<Record<string, string>> = {}): Json {
  return { apiVersion: "v1", kind: "Node", metadata: { name, labels } };
}

function cluster(): ApiWorld {
  const api = new ApiWorld();
  api.call("POST", "/api/v1/namespaces/default/serviceaccounts", { apiVersion: "v1", kind: "ServiceAccount", metadata: { name: "default" } });
  for (const name of ["node-1", "node-2"]) {
    api.call("POST", "/api/v1/nodes", nodeObject(name));
    api.call("POST", pods, { apiVersion: "v1", kind: "Pod", metadata: { name: `on-${name}` }, spec: { nodeName: name, containers: [{ name: "c", image: "nginx" }] } });
  }
  return api;
}
function message(answer: { readonly code: number; readonly body: Json }): string {
  return answer.code < 300 ? "allowed" : String((answer.body as { readonly message?: string }).message);
}

test("a node writes its own Node, and of its labels those it may", () => {
  const api = cluster();
  const patch = (name: string, body: Json, rest = ""): string => message(api.call("PATCH", `/api/v1/nodes/${name}${rest}`, body, merge));
  expect(patch("node-1", { status: { phase: "" }, metadata: { labels: { "example.com/a": "b", "kubernetes.io/os": "linux", "x.node.kubernetes.io/y": "z" } } })).toBe("allowed");
  expect(patch("node-2", { metadata: { labels: { a: "b" } } }, "/status")).toBe('nodes "node-2" is forbidden: node "node-1" is not allowed to modify node "node-2"');
  expect(patch("node-1", { metadata: { labels: { "node-restriction.kubernetes.io/a": "b", "foo.k8s.io/x": "y" } } })).toBe('nodes "node-1" is forbidden: is not allowed to modify labels: foo.k8s.io/x, node-restriction.kubernetes.io/a');
  expect(patch("node-1", { spec: { taints: null } })).toBe('nodes "node-1" is forbidden: node "node-1" is not allowed to modify taints');
  expect(patch("node-1", { metadata: { ownerReferences: [{ apiVersion: "v1", kind: "Node", name: "node-1", uid: "u" }] } })).toBe('nodes "node-1" is forbidden: node "node-1" is not allowed to modify ownerReferences');
  expect(message(api.call("DELETE", "/api/v1/nodes/node-2", null, node1))).toBe('nodes "node-2" is forbidden: node "node-1" is not allowed to modify node "node-2"');
  const third = { user: "system:node:node-3", groups: node1.groups };
  expect(message(api.call("POST", "/api/v1/nodes", nodeObject("node-3", { "node-role.kubernetes.io/worker": "" }), third))).toBe('nodes "node-3" is forbidden: node "node-3" is not allowed to set the following labels: node-role.kubernetes.io/worker');
  expect(message(api.call("POST", "/api/v1/nodes", nodeObject("node-3", { "topology.kubernetes.io/zone": "a" }), third))).toBe("allowed");
  expect(message(api.call("POST", "/api/v1/nodes", nodeObject("node-4"), { user: "system:node:", groups: node1.groups }))).toBe('nodes "node-4" is forbidden: could not determine node from user "system:node:"');
});

describe("pods", () => {
  test("their status and their end, of its own only", () => {
    const api = cluster();
    const status = (name: string, body: Json): string => message(api.call("PATCH", `${pods}/${name}/status`, body, merge));
    expect(status("on-node-1", { status: { phase: "Running" } })).toBe("allowed");
    expect(status("on-node-1", { metadata: { labels: { a: "b" } } })).toBe('pods "on-node-1" is forbidden: node "node-1" cannot update labels through pod status');
    expect(status("on-node-2", { status: { phase: "Failed" } })).toBe('pods "on-node-2" is forbidden: node "node-1" can only update pod status for pods with spec.nodeName set to itself');
    expect(message(api.call("PATCH", `${pods}/on-node-1`, { metadata: { labels: { a: "b" } } }, merge))).toBe('pods "on-node-1" is forbidden: unexpected operation "UPDATE", node "node-1" can only create and delete mirror pods');
    const eviction = { apiVersion: "policy/v1", kind: "Eviction", metadata: { name: "on-node-2" } };
    expect(message(api.call("POST", `${pods}/on-node-2/eviction`, eviction, node1))).toBe('pods "on-node-2" is forbidden: node node-1 can only evict pods with spec.nodeName set to itself');
    expect(message(api.call("DELETE", `${pods}/on-node-2`, null, node1))).toBe('pods "on-node-2" is forbidden: node "node-1" can only delete pods with spec.nodeName set to itself');
    expect(message(api.call("DELETE", `${pods}/on-node-1`, { gracePeriodSeconds: 0 }, node1))).toBe("allowed");
  });

  test("creates mirrors of its own static pods", () => {
    const api = cluster();
    const { uid } = (api.call("GET", "/api/v1/nodes/node-1").body as { readonly metadata: { readonly uid: string } }).metadata;
    const owner = { apiVersion: "v1", kind: "Node", name: "node-1", uid, controller: true };
    const create = (metadata: object, spec: object = {}): string =>
      message(api.call("POST", `${pods}?dryRun=All`, { apiVersion: "v1", kind: "Pod", metadata: { name: "m", ...metadata }, spec: { nodeName: "node-1", containers: [{ name: "c", image: "nginx" }], ...spec } } as Json, node1)).replace('pods "m" is forbidden: ', "");
    const mirror = { annotations: { "kubernetes.io/config.mirror": "x" }, ownerReferences: [owner] };
    const table: readonly (readonly [object, object, string])[] = [
      [mirror, {}, "allowed"],
      [{}, {}, 'pod does not have "kubernetes.io/config.mirror" annotation, node "node-1" can only create mirror pods'],
      [mirror, { nodeName: "node-2" }, 'node "node-1" can only create pods with spec.nodeName set to itself'],
      [{ ...mirror, ownerReferences: [] }, {}, 'node "node-1" can only create pods with an owner reference set to itself'],
      [{ ...mirror, ownerReferences: [{ ...owner, controller: false }] }, {}, 'node "node-1" can only create pods with a controller owner reference set to itself'],
      [{ ...mirror, ownerReferences: [{ ...owner, blockOwnerDeletion: true }] }, {}, 'node "node-1" must not set blockOwnerDeletion on an owner reference'],
      [{ ...mirror, ownerReferences: [{ ...owner, uid: "u" }] }, {}, `node node-1 UID mismatch: expected u got ${uid}`],
      [mirror, { volumes: [{ name: "v", configMap: { name: "x" } }] }, 'node "node-1" can not create pods that reference configmaps'],
      [mirror, { imagePullSecrets: [{ name: "x" }] }, 'node "node-1" can not create pods that reference secrets'],
      [mirror, { volumes: [{ name: "v", persistentVolumeClaim: { claimName: "x" } }] }, 'node "node-1" can not create pods that reference persistentvolumeclaims'],
    ];
    expect(table.map(([metadata, spec]) => create(metadata, spec))).toEqual(table.map(([, , text]) => text));
  });
});

test("tokens of its own pods, for the audiences that they ask for", () => {
  const api = cluster();
  const uidOf = (name: string): string => (api.call("GET", `${pods}/${name}`).body as { readonly metadata: { readonly uid: string } }).metadata.uid;
  const ask = (reference: Json, audiences: readonly string[] = []): string =>
    message(api.call("POST", "/api/v1/namespaces/default/serviceaccounts/default/token", { apiVersion: "authentication.k8s.io/v1", kind: "TokenRequest", spec: { audiences, boundObjectRef: reference } }, node1)).replace('serviceaccounts "default" is forbidden: ', "");
  const own = { apiVersion: "v1", kind: "Pod", name: "on-node-1", uid: uidOf("on-node-1") };
  expect(ask(own)).toBe("allowed");
  expect(ask(own, ["vault"])).toBe('audience "vault" not found in pod spec volume, system:node:node-1 is not authorized to request tokens for this audience');
  expect(ask(own, ["a", "b"])).toBe("node may only request 0 or 1 audiences");
  expect(ask(null)).toBe("node requested token not bound to a pod");
  expect(ask({ ...own, uid: "" })).toBe("node requested token with a pod binding without a uid");
  expect(ask({ ...own, name: "on-node-2", uid: uidOf("on-node-2") })).toBe("node requested token bound to a pod scheduled on a different node");
  expect(ask({ ...own, name: "nobody" })).toBe('pods "nobody" not found');
});

test("leases: its own, in their namespace", () => {
  const api = cluster();
  const lease = (name: string): Json => ({ apiVersion: "coordination.k8s.io/v1", kind: "Lease", metadata: { name } });
  const post = (namespace: string, name: string): string => message(api.call("POST", `/apis/coordination.k8s.io/v1/namespaces/${namespace}/leases`, lease(name), node1));
  expect(post("kube-node-lease", "node-1")).toBe("allowed");
  expect(post("kube-node-lease", "node-2")).toBe('leases.coordination.k8s.io "node-2" is forbidden: can only access node lease with the same name as the requesting node');
  expect(post("default", "node-1")).toBe('leases.coordination.k8s.io "node-1" is forbidden: can only access leases in the "kube-node-lease" system namespace');
});
