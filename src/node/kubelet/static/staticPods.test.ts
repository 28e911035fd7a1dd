import { expect, it } from "vitest";
import type { JsonObject } from "../../../base/json.ts";
import { defaultNode } from "../../../cluster/clusterSpec.ts";
import { NodeCluster } from "../../testing/nodeCluster.ts";

const manifest = (name: string, spec: JsonObject = {}): JsonObject => ({ apiVersion: "v1", kind: "Pod", metadata: { name, labels: { app: name } }, spec: { containers: [{ name: "c", image: "nginx:1.27" }], ...spec } });
const cluster = (staticPods: JsonObject): NodeCluster => new NodeCluster({ spec: { nodes: [{ ...defaultNode(1), staticPods }] } }).boot();
const running = (world: NodeCluster, name: string): boolean => world.status(name)["phase"] === "Running";
const metadataOf = (world: NodeCluster, name: string): JsonObject => (world.getPod(name)?.["metadata"] ?? {}) as JsonObject;
const write = (world: NodeCluster, file: string, written: JsonObject | null): void => void world.world.send("node-1/kubelet", { type: "manifest", file, manifest: written });

it("has a mirror, which only tells of the pod: who deletes it does not end the pod, nor does a kubelet that starts again", () => {
  const world = cluster({ "web.yaml": manifest("web") });
  world.until("the pod runs", () => running(world, "web-node-1"));
  const first = metadataOf(world, "web-node-1");
  const hash = (first["annotations"] as JsonObject)["kubernetes.io/config.hash"];
  expect(first).toMatchObject({
    annotations: { "kubernetes.io/config.mirror": hash, "kubernetes.io/config.source": "file", "kubernetes.io/config.seen": expect.any(String) },
    ownerReferences: [{ apiVersion: "v1", kind: "Node", name: "node-1", controller: true }], labels: { app: "web" },
  });
  expect(world.getPod("web-node-1")?.["spec"]).toMatchObject({ nodeName: "node-1", tolerations: [{ operator: "Exists", effect: "NoExecute" }], priority: 0 });
  const before = (world.status("web-node-1")["containerStatuses"] as readonly JsonObject[])[0];
  world.write("delete", "/api/v1/namespaces/default/pods/web-node-1");
  world.until("another mirror is there", () => running(world, "web-node-1") && metadataOf(world, "web-node-1")["uid"] !== first["uid"], 5);
  expect((world.status("web-node-1")["containerStatuses"] as readonly JsonObject[])[0]).toEqual(before);
  world.world.control({ type: "crash", process: "node-1/kubelet" });
  world.world.runFor(20_000_000);
  expect((world.status("web-node-1")["containerStatuses"] as readonly JsonObject[])[0]).toEqual(before);
});

it("follows its file: another manifest ends the old pod first, none ends it, and its mirror goes with it", () => {
  const world = cluster({ "web.yaml": manifest("web") });
  world.until("the pod runs", () => running(world, "web-node-1"));
  const first = metadataOf(world, "web-node-1")["uid"];
  write(world, "web.yaml", manifest("web", { containers: [{ name: "c", image: "nginx:1.28" }], priorityClassName: "system-node-critical" }));
  world.until("the new one runs", () => running(world, "web-node-1") && metadataOf(world, "web-node-1")["uid"] !== first);
  expect(world.getPod("web-node-1")?.["spec"]).toMatchObject({ priority: 2_000_001_000, containers: [{ image: "nginx:1.28" }] });
  expect((world.status("web-node-1")["containerStatuses"] as readonly JsonObject[])[0]).toMatchObject({ restartCount: 0, ready: true });
  write(world, "other.yaml", manifest("web"));
  world.world.runFor(20_000_000);
  expect(world.getPod("web-node-1")?.["spec"]).toMatchObject({ containers: [{ image: "nginx:1.28" }] });
  write(world, "web.yaml", null);
  world.until("that of the other file runs", () => running(world, "web-node-1") && JSON.stringify(world.getPod("web-node-1")?.["spec"]).includes("nginx:1.27"));
  write(world, "other.yaml", null);
  world.until("the mirror is gone", () => world.getPod("web-node-1") === null);
  expect(world.list("/api/v1/pods")).toEqual([]);
});

it("runs without an API server, also after a power cut, and its restarts are not forgotten", () => {
  const world = cluster({ "web.yaml": manifest("web") });
  world.until("the pod runs", () => running(world, "web-node-1"));
  const starts = (): number => world.world.trace.filter(({ body }) => JSON.stringify(body).includes("container c of web-node-1 again")).length;
  world.world.control({ type: "process", process: "cp-1/apiserver", state: "stopped" });
  world.world.control({ type: "power", group: "node-1", on: false });
  world.world.runFor(5_000_000);
  world.world.control({ type: "power", group: "node-1", on: true });
  world.world.runFor(20_000_000);
  expect(starts()).toBe(1);
  world.world.control({ type: "process", process: "cp-1/apiserver", state: "running" });
  world.world.runFor(1_000_000);
  world.until("the mirror tells of it", () => (world.status("web-node-1")["containerStatuses"] as readonly JsonObject[])[0]?.["restartCount"] === 1);
});

it("may not need the API, and such a file is passed over", () => {
  const volume = (source: JsonObject): JsonObject => ({ volumes: [{ name: "v", ...source }] });
  const env = (from: JsonObject): JsonObject => ({ containers: [{ name: "c", image: "nginx:1.27", env: [{ name: "E", valueFrom: from }] }] });
  const world = cluster({
    "a.yaml": manifest("a", { serviceAccountName: "default" }),
    "b.yaml": manifest("b", env({ secretKeyRef: { name: "s", key: "k" } })),
    "c.yaml": manifest("c", volume({ configMap: { name: "m" } })),
    "d.yaml": manifest("d", volume({ persistentVolumeClaim: { claimName: "p" } })),
    "e.yaml": manifest("e", volume({ projected: { sources: [{ serviceAccountToken: { path: "t" } }] } })),
    "f.yaml": manifest("f", { containers: [] }),
    "g.yaml": { apiVersion: "apps/v1", kind: "Deployment", metadata: { name: "g" } },
  });
  world.world.runFor(5_000_000);
  expect(world.world.observe("node-1/kubelet", { type: "manifests" })).toEqual([
    { file: "a.yaml", pod: null, error: "static pods may not reference serviceaccounts" },
    { file: "b.yaml", pod: null, error: "static pods may not reference secrets" },
    { file: "c.yaml", pod: null, error: "static pods may not reference configmaps" },
    { file: "d.yaml", pod: null, error: "static pods may not reference persistentvolumeclaims" },
    { file: "e.yaml", pod: null, error: expect.stringContaining("serviceAccountToken") },
    { file: "f.yaml", pod: null, error: expect.stringContaining("spec.containers: Required value") },
    { file: "g.yaml", pod: null, error: "couldn't parse as pod: it is no Pod of v1" },
  ]);
  expect(world.list("/api/v1/pods")).toEqual([]);
});

it("waits with its mirror for the namespace, and mirrors that nothing stands behind are removed", () => {
  const world = cluster({ "web.yaml": { ...manifest("web"), metadata: { name: "web", namespace: "later" } } });
  world.world.runFor(5_000_000);
  expect(world.list("/api/v1/pods")).toEqual([]);
  world.create("/api/v1/namespaces", { apiVersion: "v1", kind: "Namespace", metadata: { name: "later" } });
  world.until("the mirror is there", () => world.get("/api/v1/namespaces/later/pods/web-node-1") !== null, 100);
  world.pod("ghost", { nodeName: "node-1", containers: [{ name: "c", image: "nginx:1.27" }] }, { annotations: { "kubernetes.io/config.mirror": "x" } });
  world.until("it is removed", () => world.getPod("ghost") === null, 5);
});
