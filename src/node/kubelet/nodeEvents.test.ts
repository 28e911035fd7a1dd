import { describe, expect, it } from "vitest";
import type { JsonObject } from "../../base/json.ts";
import { NodeCluster } from "../testing/nodeCluster.ts";

/** "Normal NodeReady x1", in the order in which they were first said. */
function said(cluster: NodeCluster): readonly string[] {
  return cluster.list("/api/v1/namespaces/default/events")
    .filter((event) => (event["involvedObject"] as JsonObject)["kind"] === "Node" && (event["source"] as JsonObject)["component"] === "kubelet")
    .sort((a, b) => (String((a["metadata"] as JsonObject)["resourceVersion"]).length - String((b["metadata"] as JsonObject)["resourceVersion"]).length) || (String((a["metadata"] as JsonObject)["resourceVersion"]) < String((b["metadata"] as JsonObject)["resourceVersion"]) ? -1 : 1))
    .map((event) => `${String(event["type"])} ${String(event["reason"])} x${String(event["count"])}`);
}

const bootId = (cluster: NodeCluster): string => (cluster.get("/api/v1/nodes/node-1") as unknown as { status: { nodeInfo: { bootID: string } } }).status.nodeInfo.bootID;
const beginning = ["Normal Starting x1", "Normal NodeAllocatableEnforced x1", "Normal NodeHasSufficientMemory x1", "Normal NodeHasNoDiskPressure x1", "Normal NodeHasSufficientPID x1", "Normal NodeReady x1"];

describe("what a kubelet says of its node", () => {
  it("at its first start: each condition once", () => {
    const cluster = new NodeCluster().boot();
    cluster.world.runFor(600_000_000);
    expect(said(cluster)).toEqual(beginning);
  });

  it("after its own crash nothing new: the machine is the same boot", () => {
    const cluster = new NodeCluster().boot();
    cluster.world.runFor(10_000_000);
    const before = bootId(cluster);
    cluster.world.control({ type: "process", process: "node-1/kubelet", state: "stopped" });
    cluster.world.runFor(2_000_000);
    cluster.world.control({ type: "process", process: "node-1/kubelet", state: "running" });
    cluster.world.runFor(20_000_000);
    expect([bootId(cluster), said(cluster).some((text) => text.includes("Rebooted"))]).toEqual([before, false]);
  });

  it("after a power cut: the new boot, and its conditions again where the node was given up", () => {
    const cluster = new NodeCluster().boot();
    cluster.pod("web", { containers: [{ name: "web", image: "nginx:1.29" }] });
    cluster.until("runs", () => cluster.status("web")["phase"] === "Running", 60);
    const before = bootId(cluster);
    cluster.world.control({ type: "power", group: "node-1", on: false });
    cluster.world.runFor(120_000_000);
    cluster.world.control({ type: "power", group: "node-1", on: true });
    cluster.world.runFor(60_000_000);
    expect(bootId(cluster)).not.toBe(before);
    expect(said(cluster).filter((text) => text.includes("Rebooted"))).toEqual(["Warning Rebooted x1"]);
    expect(said(cluster).filter((text) => text.includes("NodeReady"))).toHaveLength(2);
    const [event] = cluster.list("/api/v1/namespaces/default/events").filter((each) => each["reason"] === "Rebooted");
    expect(event?.["message"]).toBe(`Node node-1 has been rebooted, boot id: ${bootId(cluster)}`);
    const status = (cluster.status("web")["containerStatuses"] as readonly JsonObject[])[0];
    expect(status).toMatchObject({ restartCount: 1, lastState: { terminated: { exitCode: 255, reason: "Unknown" } } });
  });
});
