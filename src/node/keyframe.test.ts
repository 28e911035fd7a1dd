import { describe, expect, it } from "vitest";
import type { JsonObject } from "../base/json.ts";
import { defaultNode } from "../cluster/clusterSpec.ts";
import { NodeCluster } from "./testing/nodeCluster.ts";

const second = 1_000_000;

/** A little of everything that a node keeps: pulls, back-offs, probes, scripts, volumes, tokens, deletions. */
function busyCluster(): NodeCluster {
  const cluster = new NodeCluster({ nodes: 1, seed: 7 }).boot();
  const probe = { httpGet: { path: "/", port: 80 }, periodSeconds: 3 };
  cluster.pod("web", { containers: [{ name: "web", image: "nginx:1.14.2", ports: [{ containerPort: 80 }], readinessProbe: probe, livenessProbe: probe }] });
  cluster.pod("bad", { containers: [{ name: "web", image: "nginx:1.161" }] });
  cluster.pod("crash", { containers: [{ name: "c", image: "busybox:1.36", command: ["sh", "-c", "i=0; while [ $i -lt 4 ]; do echo $i; i=$((i+1)); sleep 1; done; exit 1"] }] });
  cluster.pod("exec", { containers: [{ name: "c", image: "busybox:1.36", command: ["sh", "-c", "trap 'exit 0' TERM; while true; do sleep 2 & wait; date; done"], livenessProbe: { exec: { command: ["sh", "-c", "sleep 1; true"] }, timeoutSeconds: 2, periodSeconds: 4 } }] });
  cluster.pod("waits", { volumes: [{ name: "c", configMap: { name: "later" } }], containers: [{ name: "c", image: "redis:7", volumeMounts: [{ name: "c", mountPath: "/c" }] }] });
  return cluster;
}

function goOn(cluster: NodeCluster): string {
  const { world } = cluster;
  world.runFor(7 * second);
  cluster.create("/api/v1/namespaces/default/configmaps", { apiVersion: "v1", kind: "ConfigMap", metadata: { name: "later" }, data: { a: "b" } });
  world.runFor(5 * second);
  cluster.write("delete", "/api/v1/namespaces/default/pods/exec");
  world.runFor(25 * second);
  return JSON.stringify([world.digest(), cluster.logs("crash"), cluster.list("/api/v1/pods").map((pod) => [(pod["metadata"] as JsonObject)["name"] ?? null, pod["status"] ?? null])]);
}

describe("a node kept in the middle of its work", () => {
  const reference = goOn(busyCluster());

  it("has the same future every time", () => {
    expect(goOn(busyCluster())).toBe(reference);
  });

  for (const afterUs of [150_000, 700_123, 1_999_999, 3_400_007]) {
    it(`has the same future when restored ${afterUs} us in`, () => {
      const cluster = busyCluster();
      const before = cluster.world.now;
      cluster.world.runFor(afterUs);
      const keyframe = cluster.world.keyframe();
      const other = new NodeCluster({ nodes: 1, seed: 7 });
      other.world.restore(keyframe);
      other.continueRequests(cluster);
      other.world.runUntil(before + 7 * second);
      const expected = busyCluster();
      expected.world.runFor(7 * second);
      expect(other.world.digest()).toBe(expected.world.digest());
      expect(other.logs("crash")).toEqual(expected.logs("crash"));
      other.world.runFor(20 * second);
      expected.world.runFor(20 * second);
      expect(other.world.digest()).toBe(expected.world.digest());
    });
  }
});

it("a machine that shuts down goes on where it was, with its static pods", () => {
  const staticPods = { "own.yaml": { apiVersion: "v1", kind: "Pod", metadata: { name: "own" }, spec: { containers: [{ name: "c", image: "busybox:1.36", command: ["sh", "-c", "trap '' TERM; while true; do sleep 1; done"] }] } } };
  const spec = { nodes: [{ ...defaultNode(1), staticPods, kubelet: { shutdownGracePeriod: "6s", shutdownGracePeriodCriticalPods: "2s" } }] };
  const run = (cutUs: number | null): string => {
    let cluster = new NodeCluster({ seed: 7, spec }).boot();
    cluster.until("its static pod runs", () => cluster.status("own-node-1")["phase"] === "Running");
    cluster.world.send("node-1/kubelet", { type: "shutdown" });
    cluster.world.send("node-1/kubelet", { type: "manifest", file: "other.yaml", manifest: { ...staticPods["own.yaml"], metadata: { name: "other" } } });
    const end = cluster.world.now + 8 * second;
    if (cutUs !== null) {
      cluster.world.runFor(cutUs);
      const keyframe = cluster.world.keyframe();
      cluster = new NodeCluster({ seed: 7, spec });
      cluster.world.restore(keyframe);
    }
    cluster.world.runUntil(end);
    return cluster.world.digest();
  };
  const whole = run(null);
  expect(run(1_500_000)).toBe(whole);
});

it("a node that ends pods, makes room and waits goes on where it was", () => {
  const box = (script: string, more: JsonObject = {}): JsonObject => ({ name: "c", image: "busybox:1.36", command: ["sh", "-c", script], ...more });
  const asking = (cpu: number): JsonObject => ({ resources: { requests: { cpu: `${cpu}m` } } });
  const run = (cutUs: number | null): string => {
    let cluster = new NodeCluster({ nodes: 1, seed: 7 }).boot();
    const cpu = cluster.spec.nodes[0]?.cpuMilli ?? 0;
    cluster.pod("greedy", { imagePullSecrets: [{ name: "none" }], volumes: [{ name: "v", emptyDir: { sizeLimit: "1Mi" } }], containers: [box("dd if=/dev/zero of=/v/x bs=1M count=2; sleep 100", { volumeMounts: [{ name: "v", mountPath: "/v" }] })] });
    cluster.pod("shared", { shareProcessNamespace: true, volumes: [{ name: "h", hostPath: { path: "/none", type: "Directory" } }], containers: [box("sleep 100")] });
    cluster.pod("large", { terminationGracePeriodSeconds: 5, containers: [box("trap '' TERM; while true; do sleep 1; done", asking(cpu - 100))] });
    cluster.until("it runs", () => cluster.status("large")["phase"] === "Running" && cluster.status("greedy")["phase"] === "Running");
    cluster.create("/api/v1/namespaces/kube-system/pods", { apiVersion: "v1", kind: "Pod", metadata: { name: "critical" }, spec: { nodeName: "node-1", priorityClassName: "system-node-critical", containers: [box("sleep 100", asking(200))] } });
    const end = cluster.world.now + 80 * second;
    if (cutUs !== null) {
      cluster.world.runFor(cutUs);
      const keyframe = cluster.world.keyframe();
      cluster = new NodeCluster({ nodes: 1, seed: 7 });
      cluster.world.restore(keyframe);
    }
    cluster.world.runUntil(end);
    return JSON.stringify([cluster.world.digest(), cluster.status("greedy")["reason"], cluster.status("large")["reason"]]);
  };
  const whole = run(null);
  expect(whole).toContain('"Evicted","Preempting"');
  expect(run(2_500_000)).toBe(whole);
});
