import { describe, expect, it } from "vitest";
import type { Json } from "../base/json.ts";
import { NodeCluster } from "../node/testing/nodeCluster.ts";

const second = 1_000_000;
const options = { nodes: 1, seed: 3, spec: { addons: ["metrics-server"] } };
const strategic = "application/strategic-merge-patch+json";

/** Everything that counts and limits: requests that wait for CPU, memory that grows, a node short of it, a resize, an ephemeral container. */
function busyCluster(): NodeCluster {
  const cluster = new NodeCluster(options).boot();
  const limits = { cpu: "100m", memory: "64Mi" };
  cluster.pod("web", { containers: [{ name: "web", image: "nginx:1.29", ports: [{ containerPort: 80 }], resources: { limits } }] }, { annotations: { "sim.orrery.dev/web.cpu-per-request": "30m" } });
  cluster.pod("leak", { containers: [{ name: "c", image: "nginx:1.29", resources: { limits: { memory: "20Mi" } } }] }, { annotations: { "sim.orrery.dev/c.memory-growth": "60Mi" } });
  cluster.pod("grows", { containers: [{ name: "c", image: "nginx:1.29", lifecycle: { postStart: { sleep: { seconds: 2 } } } }] }, { annotations: { "sim.orrery.dev/c.memory-growth": "8Gi" } });
  cluster.until("web runs", () => cluster.status("web")["phase"] === "Running", 60);
  const ip = String(cluster.status("web")["podIP"]);
  for (let n = 0; n < 3; n++) cluster.pod(`asks-${n}`, { containers: [{ name: "c", image: "busybox:1.36", command: ["sh", "-c", `while true; do wget -q -O /dev/null http://${ip}; done`] }] });
  cluster.world.runFor(8 * second);
  cluster.write("patch", "/api/v1/namespaces/default/pods/web/ephemeralcontainers", { spec: { ephemeralContainers: [{ name: "look", image: "busybox:1.36", command: ["sleep", "20"] }] } }, strategic);
  cluster.write("patch", "/api/v1/namespaces/default/pods/web/resize", { spec: { containers: [{ name: "web", resources: { limits: { cpu: "300m", memory: "64Mi" }, requests: { cpu: "300m", memory: "64Mi" } } }] } }, strategic);
  return cluster;
}

const seen = (cluster: NodeCluster): Json => cluster.list("/apis/metrics.k8s.io/v1beta1/pods") as unknown as Json;

describe("a cluster under load, kept in the middle of it", { timeout: 60_000 }, () => {
  const whole = busyCluster();
  const from = whole.world.now;
  whole.world.runFor(70 * second);
  const reference = { digest: whole.world.digest(), metrics: seen(whole) };

  it("measures, limits and evicts", () => {
    expect(JSON.stringify(reference.metrics)).toContain('"name":"web"');
    expect(JSON.stringify(whole.status("leak"))).toContain("OOMKilled");
    expect(whole.status("grows")["reason"]).toBe("Evicted");
  });

  it.each([1_003, 11_000_111, 40_000_777])("goes on alike after %i us", (afterUs) => {
    const cluster = busyCluster();
    cluster.world.runFor(afterUs);
    const other = new NodeCluster(options);
    other.world.restore(cluster.world.keyframe());
    other.world.runUntil(from + 70 * second);
    expect({ digest: other.world.digest(), metrics: seen(other) }).toEqual(reference);
  });
});
