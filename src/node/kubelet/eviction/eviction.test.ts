import { describe, expect, it } from "vitest";
import type { Json, JsonObject } from "../../../base/json.ts";
import { condition, NodeCluster } from "../../testing/nodeCluster.ts";

const node = (cluster: NodeCluster): JsonObject => cluster.get("/api/v1/nodes/node-1") ?? {};

function fault(cluster: NodeCluster, type: "fault" | "clearFault", name: string, freeMegabytes: number): void {
  cluster.world.send("node-1/runtime", { type, id: "f", fault: name, target: "node-1", params: { freeMegabytes } } as unknown as Json);
}

function container(memory: string | null): JsonObject {
  return { name: "c", image: "nginx:1.29", ...(memory === null ? {} : { resources: { requests: { memory } } }) };
}

describe("a node that runs out of memory", () => {
  it("evicts who uses more than it asked for, by priority and by how much, says why, and is under pressure for five minutes", () => {
    const cluster = new NodeCluster().boot();
    cluster.pod("modest", { containers: [container("64Mi")] });
    cluster.pod("hungry", { containers: [container("64Mi")] }, { annotations: { "sim.orrery.dev/c.memory-growth": "2Gi" } });
    cluster.pod("plain", { containers: [container(null)] });
    cluster.until("all run", () => ["modest", "hungry", "plain"].every((name) => cluster.status(name)["phase"] === "Running"));
    cluster.until("evicted", () => cluster.status("hungry")["phase"] === "Failed", 300);
    const status = cluster.status("hungry");
    expect(status["reason"]).toBe("Evicted");
    expect(status["message"]).toMatch(/^The node was low on resource: memory\. Threshold quantity: 100Mi, available: [0-9]+Ki\. Container c was using [0-9]+Ki, request is 64Mi, has larger consumption of memory\. $/);
    expect(condition(cluster.getPod("hungry") ?? {}, "DisruptionTarget")).toMatchObject({ status: "True", reason: "TerminationByKubelet" });
    expect(cluster.events("hungry").at(-2)).toMatch(/^Warning Evicted: The node was low on resource: memory/);
    expect(cluster.events("hungry").at(-1)).toBe("Normal Killing: Stopping container c");
    expect([cluster.status("modest")["phase"], cluster.status("plain")["phase"]]).toEqual(["Running", "Running"]);
    cluster.until("pressure is told", () => condition(node(cluster), "MemoryPressure")?.["status"] === "True", 20);
    cluster.until("taint", () => JSON.stringify(node(cluster)["spec"]).includes("node.kubernetes.io/memory-pressure"), 20);
    // Only pods that ask for something are let in.
    cluster.pod("best-effort", { nodeName: "node-1", containers: [container(null)] });
    cluster.pod("burstable", { nodeName: "node-1", containers: [container("8Mi")] });
    cluster.until("refused", () => cluster.status("best-effort")["phase"] === "Failed", 20);
    expect(cluster.status("best-effort")).toMatchObject({ reason: "Evicted", message: "Pod was rejected: The node had condition: [MemoryPressure]. " });
    cluster.until("let in", () => cluster.status("burstable")["phase"] === "Running", 30);
    const tookSeconds = cluster.until("over", () => condition(node(cluster), "MemoryPressure")?.["status"] === "False", 400);
    expect(tookSeconds).toBeGreaterThan(230);
    expect(tookSeconds).toBeLessThan(330);
  });

  it("goes by priority among those that use too much", () => {
    const cluster = new NodeCluster().boot();
    cluster.create("/apis/scheduling.k8s.io/v1/priorityclasses", { apiVersion: "scheduling.k8s.io/v1", kind: "PriorityClass", metadata: { name: "high" }, value: 1000 });
    cluster.pod("important", { priorityClassName: "high", containers: [{ ...container(null), image: "mysql:8" }] });
    cluster.pod("other", { containers: [container(null)] });
    cluster.until("both run", () => ["important", "other"].every((name) => cluster.status(name)["phase"] === "Running"));
    fault(cluster, "fault", "memory-hog", 94);
    cluster.until("evicted", () => cluster.status("other")["phase"] === "Failed", 60);
    cluster.world.runFor(30_000_000);
    expect(cluster.status("important")["phase"]).toBe("Running");
  });

  it("costs nothing while there is enough: ten idle pods make no event more than one", () => {
    const eventsOfTenMinutes = (pods: number): number => {
      const cluster = new NodeCluster().boot();
      for (let n = 0; n < pods; n++) cluster.pod(`idle-${n}`, { automountServiceAccountToken: false, containers: [container(null)] });
      cluster.world.runFor(300_000_000 - (cluster.world.now % 300_000_000));
      const before = cluster.world.eventCount;
      cluster.world.runFor(600_000_000);
      return cluster.world.eventCount - before;
    };
    expect(eventsOfTenMinutes(10)).toBe(eventsOfTenMinutes(1));
  });
});

describe("a node whose disk is full", () => {
  it("removes unused images first, and ends pods only where that was not enough", () => {
    const cluster = new NodeCluster().boot();
    cluster.pod("once", { restartPolicy: "Never", containers: [{ name: "c", image: "mongo:7", command: ["true"] }] });
    cluster.until("pulled", () => cluster.status("once")["phase"] !== "Pending", 60);
    cluster.write("delete", "/api/v1/namespaces/default/pods/once", null, "", { gracePeriodSeconds: "0" });
    cluster.pod("web", { containers: [container(null)] });
    cluster.until("web runs", () => cluster.status("web")["phase"] === "Running", 60);
    const images = (): string => JSON.stringify((node(cluster)["status"] as JsonObject)["images"] ?? []);
    // What the kubelet has known for less than two minutes stays, and it looks every five.
    cluster.world.runFor(480_000_000);
    expect(images()).toContain("mongo");
    fault(cluster, "fault", "disk-full", 15 * 1024 - 100);
    cluster.until("image gone", () => !images().includes("mongo"), 60);
    cluster.world.runFor(60_000_000);
    expect(cluster.status("web")["phase"]).toBe("Running");
    expect(condition(node(cluster), "DiskPressure")?.["status"]).toBe("True");
    fault(cluster, "fault", "disk-full", 1000);
    cluster.until("evicted", () => cluster.status("web")["reason"] === "Evicted", 60);
    expect(cluster.status("web")["message"]).toMatch(/^The node was low on resource: ephemeral-storage\. Threshold quantity: 15Gi, available: [0-9]+[KM]i\. $/);
    // Of what follows, as ImageGCFailed, nobody hears: the Node has had all its events for now.
    cluster.world.runFor(300_000_000);
    expect(cluster.events("node-1").at(-1)).toMatch(/^Warning FreeDiskSpaceFailed: Insufficient free disk space on the node's image filesystem \(100% of 100\.0 GiB used\)\. Failed to free sufficient space by deleting unused images \(freed 0 bytes\)\. Investigate disk usage, as /);
  });
});
