import { describe, expect, it } from "vitest";
import type { JsonObject } from "../base/json.ts";
import type { WorldKeyframe } from "../sim/testing/world.ts";
import { part } from "./invariants/define.ts";
import { FaultCluster } from "./testing/faultCluster.ts";
import { InvariantWatcher } from "./testing/invariantWatcher.ts";

const leases = "/apis/coordination.k8s.io/v1/namespaces/kube-system/leases";

function lease(cluster: FaultCluster, name: string): JsonObject {
  return part(cluster.get(`${leases}/${name}`), "spec");
}

function electionEvents(cluster: FaultCluster, name: string): readonly string[] {
  return cluster.list("/api/v1/namespaces/kube-system/events")
    .filter((event) => event["reason"] === "LeaderElection" && part(event, "involvedObject")["name"] === name)
    .map((event) => `${String(part(event, "source")["component"])}: ${String(event["message"]).replace(/_[0-9a-f-]{36}/, "_<uuid>")}`);
}

const two = { instances: { "kube-controller-manager": 2, "kube-scheduler": 2 } } as const;

describe("leader election", { timeout: 60_000 }, () => {
  it("the first candidate leads at once: its lease, its event", () => {
    const cluster = new FaultCluster({ spec: { addons: ["cloud"] } });
    cluster.boot();
    cluster.seconds(10);
    for (const name of ["kube-controller-manager", "kube-scheduler", "cloud-controller-manager"]) {
      expect(lease(cluster, name)).toMatchObject({ holderIdentity: expect.stringMatching(/^cp-1_[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/), leaseDurationSeconds: 15, leaseTransitions: 0 });
    }
    const { acquireTime, renewTime } = lease(cluster, "kube-scheduler");
    expect(Date.parse(String(renewTime)) - Date.parse(String(acquireTime))).toBeGreaterThan(6_000);
    expect(electionEvents(cluster, "kube-controller-manager")).toEqual(["kube-controller-manager: cp-1_<uuid> became leader"]);
    expect(electionEvents(cluster, "kube-scheduler")).toEqual(["default-scheduler: cp-1_<uuid> became leader"]);
    expect(electionEvents(cluster, "cloud-controller-manager")).toEqual(["cloud-controller-manager: cp-1_<uuid> became leader"]);
  });

  it.each(["kube-controller-manager", "kube-scheduler"])("two instances of %s: one leads, and when it is stopped the other takes over", (component) => {
    const cluster = new FaultCluster({ nodes: 2, spec: two });
    const watcher = new InvariantWatcher();
    cluster.boot();
    cluster.deployWeb(2);
    const [first, second] = [`cp-1/${component}`, `cp-1/${component}-2`];
    const leads = (process: string): boolean => (cluster.observe(process, { type: "election" }) as JsonObject | null)?.["leading"] === true;
    const holder = String(lease(cluster, component)["holderIdentity"]);
    const [leader = "", other = ""] = leads(first) ? [first, second] : [second, first];
    expect([leads(leader), leads(other)]).toEqual([true, false]);

    cluster.command({ type: "setComponent", process: leader, part: null, state: "stopped" });
    cluster.write("patch", "/apis/apps/v1/namespaces/default/deployments/web", { spec: { replicas: 5 } }, "application/merge-patch+json");
    cluster.seconds(10);
    expect(cluster.readyPods()).toHaveLength(2);
    const waited = 10 + cluster.after("the other leads", () => leads(other), 20);
    // The lease runs out 15 s after the other saw it renewed last; it looks every 2 to 4.4 s.
    expect(waited).toBeGreaterThanOrEqual(13);
    expect(waited).toBeLessThanOrEqual(24);
    expect(lease(cluster, component)).toMatchObject({ leaseTransitions: 1 });
    expect(lease(cluster, component)["holderIdentity"]).not.toBe(holder);
    cluster.after("it works", () => cluster.readyPods().length === 5, 30);

    cluster.command({ type: "setComponent", process: leader, part: null, state: "running" });
    cluster.seconds(60);
    expect([leads(leader), leads(other)]).toEqual([false, true]);
    expect(lease(cluster, component)).toMatchObject({ leaseTransitions: 1 });
    expect(cluster.pods()).toHaveLength(5);
    watcher.look(cluster);
    expect(watcher.broken).toEqual([]);
  });

  it("one that crashes is another candidate: it waits until its own old lease has run out", () => {
    const cluster = new FaultCluster({ nodes: 1 });
    cluster.boot();
    cluster.fault("process-crash", "cp-1/kube-scheduler");
    cluster.pod("late", { containers: [{ name: "c", image: "nginx:1.27" }] });
    cluster.seconds(12);
    expect(cluster.podOn).toThrow();
    const waited = 12 + cluster.after("it is scheduled", () => cluster.pods()[0]?.spec.nodeName !== undefined, 20);
    expect(waited).toBeGreaterThanOrEqual(15);
    expect(waited).toBeLessThanOrEqual(24);
    expect(electionEvents(cluster, "kube-scheduler")).toHaveLength(2);
  });

  it("a leader that cannot renew for ten seconds ends, and is started again as a candidate", () => {
    const cluster = new FaultCluster({ nodes: 1 });
    cluster.boot();
    const before = String(lease(cluster, "kube-controller-manager")["holderIdentity"]);
    cluster.command({ type: "setComponent", process: "cp-1/apiserver", part: null, state: "stopped" });
    cluster.seconds(14);
    const crash = (process: string): JsonObject | undefined => cluster.trace.find((entry) => entry.process === process && (entry.body as JsonObject)["type"] === "crash")?.body as JsonObject | undefined;
    expect(crash("cp-1/kube-controller-manager")?.["reason"]).toBe("leaderelection lost");
    expect(crash("cp-1/kube-scheduler")?.["reason"]).toBe("leaderelection lost");
    cluster.command({ type: "setComponent", process: "cp-1/apiserver", part: null, state: "running" });
    cluster.seconds(1);
    cluster.after("somebody leads again", () => {
      const { holderIdentity, leaseTransitions } = lease(cluster, "kube-controller-manager");
      return holderIdentity !== before && leaseTransitions === 1;
    }, 40);
  });

  it("with --leader-elect=false there is no lease and nobody waits", () => {
    const cluster = new FaultCluster({ nodes: 1, spec: { leaderElect: false } });
    cluster.boot();
    expect(cluster.list(leases)).toEqual([]);
  });

  it("a keyframe taken while one leads and one waits goes on to the same end", () => {
    const cluster = new FaultCluster({ nodes: 1, spec: two });
    cluster.boot();
    const twin = new FaultCluster({ nodes: 1, spec: two });
    twin.world.restore(JSON.parse(JSON.stringify(cluster.world.keyframe())) as WorldKeyframe);
    for (const each of [cluster, twin]) {
      each.world.control({ type: "crash", process: "cp-1/kube-controller-manager" });
      each.seconds(40);
    }
    expect(lease(twin, "kube-controller-manager")).toEqual(lease(cluster, "kube-controller-manager"));
    expect(twin.world.digest()).toBe(cluster.world.digest());
  });
});
