import { describe, expect, it } from "vitest";
import type { JsonObject } from "../base/json.ts";
import { NodeCluster } from "../node/testing/nodeCluster.ts";

const api = "/apis/metrics.k8s.io/v1beta1";

describe("metrics.k8s.io", () => {
  it("is not there without metrics-server, unavailable until it has scraped twice, and then tells what was used", () => {
    const without = new NodeCluster().boot();
    expect(without.answer(`${api}/nodes`).code).toBe(404);

    const cluster = new NodeCluster({ nodes: 2, spec: { addons: ["metrics-server"] } }).boot();
    const early = cluster.answer(`${api}/nodes`);
    expect([early.code, early.body]).toEqual([503, "service unavailable\n"]);
    cluster.pod("web", { containers: [{ name: "web", image: "nginx:1.29" }, { name: "side", image: "busybox:1.36", command: ["sleep", "3600"] }] }, { labels: { app: "web" } });
    cluster.until("metrics of nodes", () => cluster.list(`${api}/nodes`).length === 2, 120);
    cluster.until("metrics of the pod", () => cluster.list(`${api}/namespaces/default/pods`).length === 1, 60);
    const [node] = cluster.list(`${api}/nodes`);
    expect(node).toMatchObject({ metadata: { name: "node-1" }, usage: { cpu: expect.stringMatching(/^[0-9]+n$/) as string, memory: expect.stringMatching(/^[0-9]+Ki$/) as string } });
    expect(String(node?.["window"])).toMatch(/^1[45](\.[0-9]+)?s$/);
    cluster.world.runFor(60_000_000);
    const pod = cluster.get(`${api}/namespaces/default/pods/web`) as JsonObject & { containers: readonly { name: string; usage: JsonObject }[] };
    expect(pod.metadata).toMatchObject({ labels: { app: "web" }, namespace: "default" });
    expect(pod.containers).toEqual([{ name: "web", usage: { cpu: "0", memory: "6144Ki" } }, { name: "side", usage: { cpu: "0", memory: "512Ki" } }]);
    const missing = cluster.answer(`${api}/namespaces/default/pods/none`);
    expect([missing.code, (missing.body as JsonObject)["message"]]).toEqual([404, 'podmetrics.metrics.k8s.io "default/none" not found']);
    expect(cluster.write("create", `${api}/nodes`, {}).code).toBe(405);
  });
});
