import { describe, expect, it } from "vitest";
import type { Json, JsonObject } from "../../base/json.ts";
import { defaultNode } from "../clusterSpec.ts";
import { part } from "../invariants/define.ts";
import { FaultCluster } from "../testing/faultCluster.ts";
import { faultDefinitions } from "./index.ts";

const outOfService = ["node.kubernetes.io/unreachable:NoExecute", "node.kubernetes.io/unreachable:NoSchedule"];

function webOn(nodes: number, replicas = nodes): FaultCluster {
  const cluster = new FaultCluster({ nodes });
  cluster.boot();
  cluster.deployWeb(replicas);
  return cluster;
}

function statusOf(cluster: FaultCluster, name: string): string {
  return JSON.stringify(cluster.pods().find((pod) => pod.metadata.name === name)?.status.containerStatuses?.[0]?.state ?? null);
}

describe("faults of machines", { timeout: 60_000 }, () => {
  it("node-off: NotReady after about 50 s, evicted after 300 more, Terminating until it returns, replaced elsewhere", () => {
    const cluster = webOn(3);
    const lost = cluster.podOn("node-2").metadata.name;
    cluster.fault("node-off", "node-2");
    const untilUnknown = cluster.after("node-2 is Unknown", () => cluster.nodeReady("node-2") === "Unknown");
    expect(untilUnknown).toBeGreaterThanOrEqual(40);
    expect(untilUnknown).toBeLessThanOrEqual(56);
    cluster.seconds(6);
    expect(cluster.taints("node-2")).toEqual(outOfService);
    expect(cluster.readyPods()).toHaveLength(2);
    expect(cluster.readyEndpoints("web")).toHaveLength(2);
    const untilEvicted = cluster.after("its pod is evicted", () => cluster.pods().find((pod) => pod.metadata.name === lost)?.metadata.deletionTimestamp !== undefined, 400);
    expect(untilEvicted).toBeGreaterThan(285);
    expect(untilEvicted).toBeLessThan(306);
    cluster.after("a replacement is ready", () => cluster.readyPods().length === 3);
    expect(cluster.readyPods().map((pod) => pod.spec.nodeName)).not.toContain("node-2");
    cluster.seconds(600);
    expect(cluster.pods().map((pod) => pod.metadata.name)).toContain(lost);
    cluster.heal();
    cluster.after("node-2 is back", () => cluster.nodeReady("node-2") === "True" && cluster.taints("node-2").length === 0, 30);
    cluster.after("the old pod is gone", () => cluster.pods().length === 3 && cluster.readyPods().length === 3, 60);
  });

  it("node-off for less than the toleration: the pod stays where it is and runs again", () => {
    const cluster = webOn(2);
    const name = cluster.podOn("node-2").metadata.name;
    cluster.fault("node-off", "node-2");
    cluster.seconds(120);
    expect(cluster.readyPods()).toHaveLength(1);
    cluster.heal();
    cluster.after("both run again", () => cluster.readyPods().length === 2, 60);
    expect(cluster.podOn("node-2").metadata.name).toBe(name);
    expect(cluster.restarts(name)).toBe(1);
  });

  it("node-reboot: down for so many seconds, then back by itself", () => {
    const cluster = webOn(2);
    const name = cluster.podOn("node-1").metadata.name;
    cluster.fault("node-reboot", "node-1", { seconds: 20 });
    cluster.seconds(5);
    expect(cluster.world.stopped()).toContain("node-1/kubelet");
    cluster.seconds(16);
    expect(cluster.world.stopped()).toEqual([]);
    cluster.after("it serves again", () => cluster.restarts(name) === 1 && cluster.readyPods().length === 2 && cluster.readyEndpoints("web").length === 2);
  });

  const graceful = (): FaultCluster => {
    const staticPods = { "own.yaml": { apiVersion: "v1", kind: "Pod", metadata: { name: "own" }, spec: { containers: [{ name: "c", image: "nginx:1.27" }] } } };
    const cluster = new FaultCluster({ spec: { nodes: [{ ...defaultNode(1), kubelet: { shutdownGracePeriod: "30s", shutdownGracePeriodCriticalPods: "10s" }, staticPods }] } });
    cluster.boot();
    cluster.after("its static pod runs", () => cluster.status("own-node-1")["phase"] === "Running");
    return cluster;
  };

  it("node-shutdown: the kubelet ends its pods and takes no others, then the power goes; static pods are back with it", () => {
    const cluster = graceful();
    cluster.fault("node-shutdown", "node-1");
    cluster.seconds(2);
    expect(cluster.status("own-node-1")).toMatchObject({ phase: "Failed", reason: "Terminated", message: "Pod was terminated in response to imminent node shutdown." });
    cluster.pod("late", { nodeName: "node-1", containers: [{ name: "c", image: "nginx:1.27" }] });
    cluster.seconds(1);
    expect(cluster.status("late")).toMatchObject({ phase: "Failed", reason: "NodeShutdown", message: "Pod was rejected: Pod was rejected as the node is shutting down." });
    expect(cluster.nodeReady("node-1")).toBe("False");
    cluster.seconds(26);
    expect(cluster.world.stopped()).toEqual([]);
    cluster.seconds(2);
    expect(cluster.world.stopped()).toContain("node-1/kubelet");
    cluster.heal();
    cluster.after("it runs again", () => cluster.nodeReady("node-1") === "True" && cluster.status("own-node-1")["phase"] === "Running" && cluster.restarts("own-node-1") === 1);
    expect(cluster.status("own-node-1")["reason"]).toBeUndefined();
  });

  it("node-shutdown without a grace period is a power cut; one that is switched on too soon ends first, and boots", () => {
    const sudden = webOn(1);
    sudden.fault("node-shutdown", "node-1");
    sudden.seconds(1);
    expect(sudden.world.stopped()).toContain("node-1/kubelet");
    const cluster = graceful();
    cluster.fault("node-shutdown", "node-1");
    cluster.seconds(10);
    cluster.heal();
    cluster.seconds(21);
    expect(cluster.world.stopped()).toContain("node-1/kubelet");
    cluster.seconds(10);
    expect(cluster.world.stopped()).toEqual([]);
    cluster.fault("node-reboot", "node-1", { seconds: 5 });
    cluster.seconds(29);
    expect([cluster.world.stopped(), cluster.status("own-node-1")["reason"]]).toEqual([[], "Terminated"]);
    cluster.seconds(2);
    expect(cluster.world.stopped()).toContain("node-1/kubelet");
    cluster.after("it runs again", () => cluster.status("own-node-1")["phase"] === "Running" && cluster.restarts("own-node-1") === 2);
  });

  it("kubelet-stopped: the node is lost to the cluster while its containers run on", () => {
    const cluster = webOn(2);
    const name = cluster.podOn("node-2").metadata.name;
    cluster.fault("kubelet-stopped", "node-2");
    cluster.after("node-2 is Unknown", () => cluster.nodeReady("node-2") === "Unknown");
    expect(cluster.world.stopped()).toEqual(["node-2/kubelet"]);
    cluster.heal();
    cluster.after("node-2 is back", () => cluster.nodeReady("node-2") === "True" && cluster.readyPods().length === 2, 60);
    expect(cluster.restarts(name)).toBe(0);
  });

  it("zone-down: every node of the zone, and only those", () => {
    const cluster = webOn(4);
    cluster.fault("zone-down", "a");
    cluster.after("its nodes are Unknown", () => cluster.nodeReady("node-1") === "Unknown" && cluster.nodeReady("node-4") === "Unknown");
    expect([cluster.nodeReady("node-2"), cluster.nodeReady("node-3")]).toEqual(["True", "True"]);
    cluster.heal();
    cluster.after("all are back", () => cluster.nodeReady("node-1") === "True" && cluster.nodeReady("node-4") === "True" && cluster.readyPods().length === 4, 60);
  });

  it("clock-skew: what the node writes is of another time, and the cluster bears it", () => {
    const cluster = webOn(2);
    const renewed = (): number => Date.parse(String(part(cluster.get("/apis/coordination.k8s.io/v1/namespaces/kube-node-lease/leases/node-1"), "spec")["renewTime"]));
    const now = (): number => (cluster.world.epochUs + cluster.world.now) / 1_000;
    cluster.fault("clock-skew", "node-1", { skewMs: -600_000 });
    cluster.seconds(60);
    expect(now() - renewed()).toBeGreaterThan(590_000);
    expect(cluster.nodeReady("node-1")).toBe("True");
    cluster.heal();
    cluster.seconds(30);
    expect(Math.abs(now() - renewed())).toBeLessThan(20_000);
    expect(cluster.readyPods()).toHaveLength(2);
  });
});

describe("faults of containers and images", { timeout: 60_000 }, () => {
  it("container-kill: it ends with 137 and is restarted", () => {
    const cluster = webOn(1);
    const { name } = cluster.podOn("node-1").metadata;
    cluster.fault("container-kill", `default/${name}`);
    cluster.after("it runs again", () => cluster.restarts(name) === 1 && cluster.readyPods().length === 1, 30);
    expect(JSON.stringify(cluster.pods()[0]?.status.containerStatuses?.[0])).toContain('"exitCode":137');
    cluster.heal();
    cluster.seconds(60);
    expect(cluster.restarts(name)).toBe(1);
  });

  it("container-kill of one container by name leaves the others", () => {
    const cluster = new FaultCluster().boot();
    cluster.pod("two", { containers: [{ name: "a", image: "nginx:1.27" }, { name: "b", image: "redis:7" }] });
    cluster.after("both run", () => cluster.readyPods().length === 1);
    cluster.fault("container-kill", "default/two/b");
    cluster.after("b was restarted", () => JSON.stringify(cluster.pods()[0]?.status.containerStatuses?.map((each) => each.restartCount)) === "[0,1]", 30);
  });

  it("container-hang: its probes time out, liveness restarts it, and once healed it stays", () => {
    const cluster = webOn(1);
    const { name } = cluster.podOn("node-1").metadata;
    cluster.fault("container-hang", `default/${name}`);
    cluster.after("it is not ready", () => cluster.readyPods().length === 0, 30);
    expect(cluster.readyEndpoints("web")).toEqual([]);
    cluster.after("liveness restarts it", () => cluster.restarts(name) >= 1, 60);
    cluster.heal();
    cluster.after("it serves again", () => cluster.readyEndpoints("web").length === 1, 330);
    const before = cluster.restarts(name);
    cluster.seconds(60);
    expect(cluster.restarts(name)).toBe(before);
  });

  it("probe-fail: leaves the endpoints, returns when healed", () => {
    const cluster = webOn(2);
    const { name } = cluster.podOn("node-1").metadata;
    cluster.fault("probe-fail", `default/${name}`);
    cluster.after("it is not ready", () => cluster.readyEndpoints("web").length === 1, 20);
    cluster.heal();
    cluster.after("it is back", () => cluster.readyEndpoints("web").length === 2, 330);
  });

  it("image-missing: what is not there yet cannot be pulled, what runs runs on; healed, the back-off ends", () => {
    const cluster = new FaultCluster().boot();
    cluster.fault("image-missing", "nginx:1.27");
    cluster.pod("late", { containers: [{ name: "web", image: "nginx:1.27" }] });
    cluster.after("the pull fails", () => /ErrImagePull|ImagePullBackOff/.test(statusOf(cluster, "late")), 60);
    cluster.seconds(30);
    expect(cluster.readyPods()).toEqual([]);
    cluster.heal();
    cluster.after("it is pulled", () => cluster.readyPods().length === 1, 330);
  });

  it("pull-slow: the same pull takes so many times as long", () => {
    const took = (factor: number | null): number => {
      const cluster = new FaultCluster().boot();
      if (factor !== null) cluster.fault("pull-slow", "nginx:1.27", { factor });
      cluster.pod("slow", { containers: [{ name: "web", image: "nginx:1.27" }] });
      return cluster.after("it is pulled", () => cluster.readyPods().length === 1, 2_000);
    };
    const usual = took(null);
    expect(took(20)).toBeGreaterThan(5 * usual);
  });
});

describe("faults that fill a machine", { timeout: 60_000 }, () => {
  it("memory-hog: a pod is evicted for memory, its replacement goes elsewhere; given back, the pressure is over after five minutes", () => {
    const cluster = webOn(2);
    const lost = cluster.podOn("node-1").metadata.name;
    cluster.fault("memory-hog", "node-1", { freeMegabytes: 96 });
    cluster.after("its pod is evicted", () => JSON.stringify(cluster.pods().find((pod) => pod.metadata.name === lost)?.status).includes('"reason":"Evicted"'), 30);
    cluster.after("the node is tainted", () => cluster.taints("node-1").includes("node.kubernetes.io/memory-pressure:NoSchedule"), 30);
    cluster.after("it is replaced", () => cluster.readyPods().length === 2 && cluster.readyPods().every((pod) => pod.spec.nodeName === "node-2"), 60);
    cluster.heal();
    cluster.after("the taint is gone", () => cluster.taints("node-1").length === 0, 330);
  });

  it("disk-full: DiskPressure, and pods go until there is room", () => {
    const cluster = webOn(2);
    cluster.fault("disk-full", "node-1");
    cluster.after("the node is tainted", () => cluster.taints("node-1").includes("node.kubernetes.io/disk-pressure:NoSchedule"), 60);
    cluster.after("it is replaced", () => cluster.readyPods().length === 2 && cluster.readyPods().every((pod) => pod.spec.nodeName === "node-2"), 90);
    cluster.heal();
    cluster.after("the taint is gone", () => cluster.taints("node-1").length === 0, 330);
  });
});

describe("faults of links and processes", { timeout: 60_000 }, () => {
  it("link-latency: a node far away still works", () => {
    const cluster = webOn(2);
    cluster.fault("link-latency", "node-1", { ms: 400 });
    cluster.seconds(120);
    expect([cluster.nodeReady("node-1"), cluster.readyPods().length]).toEqual(["True", 2]);
    cluster.heal();
    cluster.seconds(30);
    expect(cluster.readyPods()).toHaveLength(2);
  });

  it("link-loss: a bad link slows a node down but does not lose it", () => {
    const cluster = webOn(2);
    cluster.fault("link-loss", "node-1,cp-1", { perMille: 300 });
    cluster.seconds(120);
    expect(cluster.nodeReady("node-1")).toBe("True");
    cluster.heal();
    cluster.seconds(60);
    expect(cluster.readyPods()).toHaveLength(2);
  });

  it("partition: the node is Unknown though it runs; it returns with its pods unharmed", () => {
    const cluster = webOn(2);
    const { name } = cluster.podOn("node-2").metadata;
    cluster.fault("partition", "node-2");
    cluster.after("node-2 is Unknown", () => cluster.nodeReady("node-2") === "Unknown");
    expect(cluster.world.stopped()).toEqual([]);
    cluster.heal();
    cluster.after("node-2 is back", () => cluster.nodeReady("node-2") === "True" && cluster.readyPods().length === 2, 120);
    expect(cluster.restarts(name)).toBe(0);
  });

  it("a partition of more than the toleration: evicted and replaced, and gone once the link is back", () => {
    const cluster = webOn(3);
    cluster.fault("partition", "node-3,cp-1");
    cluster.after("the replacement is ready", () => cluster.pods().length === 4 && cluster.readyPods().length === 3, 500);
    cluster.heal();
    cluster.after("the old one is gone", () => cluster.pods().length === 3 && cluster.readyPods().length === 3, 180);
  });

  it("dns-down: no name is resolved anywhere while coredns looks healthy, what has an address goes on, and healed, all is well", () => {
    const cluster = new FaultCluster({ spec: { nodes: [defaultNode(1), defaultNode(2)], addons: ["coredns"] } });
    cluster.boot();
    cluster.deployWeb(2);
    const from = ({ metadata: { name } }: { readonly metadata: { readonly name: string } }) => ({ gvk: { group: "", version: "v1", kind: "Pod" }, namespace: "default", name });
    const answers = (url: string, seconds = 1): readonly Json[] => [1, 2].map((at) => {
      const before = cluster.world.replies.length;
      const pod = cluster.podOn(`node-${at}`);
      cluster.world.send("world/internet", { type: "request", id: `${at}`, url, from: from(pod) });
      cluster.seconds(seconds);
      const said = cluster.world.replies.slice(before).map(({ body }) => body as { readonly response: { readonly status: number } | null; readonly failure: string | null });
      return said.map(({ response, failure }) => response?.status ?? failure);
    }).flat();
    const coredns = (): string => JSON.stringify(cluster.list("/api/v1/namespaces/kube-system/pods").map((pod) => (part(pod, "status")["containerStatuses"] as readonly JsonObject[]).map(({ ready, restartCount }) => [ready, restartCount])));
    cluster.after("the names are there", () => answers("http://web/").every((status) => status === 200));
    const healthy = coredns();
    expect(healthy).toBe("[[[true,0]],[[true,0]]]");
    cluster.fault("dns-down", "kube-system/kube-dns");
    const silence = "no answer from 10.96.0.10 in 2 tries of 5 s: the name web was not resolved";
    expect(answers("http://web/", 12)).toEqual([silence, silence]);
    expect(answers(`http://${cluster.readyEndpoints("web")[0] ?? ""}/`)).toEqual([200, 200]);
    cluster.seconds(60);
    expect(coredns()).toBe(healthy);
    cluster.heal();
    expect(answers("http://web/")).toEqual([200, 200]);
  });

  const processes = ["cp-1/etcd", "cp-1/apiserver", "cp-1/kube-controller-manager", "cp-1/kube-scheduler", "node-1/kubelet", "node-1/runtime", "node-1/proxy", "node-1/net"];
  it.each(processes)("process-crash of %s: it is restarted and the cluster works on", (process) => {
    const cluster = webOn(2);
    cluster.fault("process-crash", process);
    cluster.seconds(1);
    cluster.after("it runs", () => cluster.world.stopped().length === 0, 60);
    cluster.seconds(5);
    cluster.write("patch", "/apis/apps/v1/namespaces/default/deployments/web", { spec: { replicas: 3 } }, "application/merge-patch+json");
    cluster.after("it scales", () => cluster.readyPods().length === 3 && cluster.readyEndpoints("web").length === 3, 180);
  });

  it("process-slow: a scheduler a thousand times slower still binds, later; healed, at once", () => {
    const cluster = webOn(2);
    const scale = (replicas: number): number => {
      cluster.write("patch", "/apis/apps/v1/namespaces/default/deployments/web", { spec: { replicas } }, "application/merge-patch+json");
      return cluster.after("it scales", () => cluster.readyPods().length === replicas, 300);
    };
    const usual = scale(6);
    cluster.fault("process-slow", "cp-1/kube-scheduler", { factor: 10_000 });
    expect(scale(10)).toBeGreaterThan(usual + 5);
    cluster.heal();
    cluster.seconds(60);
    expect(scale(14)).toBeLessThanOrEqual(usual + 2);
  });
});

describe("faults together", { timeout: 60_000 }, () => {
  it("a machine comes back when the last of its faults is cleared", () => {
    const cluster = new FaultCluster({ nodes: 2 }).boot();
    cluster.fault("node-off", "node-1", {}, "one");
    cluster.fault("zone-down", "a", {}, "zone");
    cluster.seconds(1);
    cluster.heal("one");
    cluster.seconds(1);
    expect(cluster.world.stopped()).toContain("node-1/kubelet");
    cluster.heal("zone");
    cluster.seconds(1);
    expect(cluster.world.stopped()).toEqual([]);
  });

  it("a link keeps the one fault when the other is cleared", () => {
    const cluster = new FaultCluster({ nodes: 2 }).boot();
    cluster.fault("partition", "node-1", {}, "cut");
    cluster.fault("link-latency", "node-1", { ms: 10 }, "far");
    cluster.seconds(1);
    cluster.heal("far");
    cluster.after("node-1 is Unknown", () => cluster.nodeReady("node-1") === "Unknown");
    cluster.heal("cut");
    cluster.after("node-1 is back", () => cluster.nodeReady("node-1") === "True", 120);
  });

  it("refuses what it does not know by name, and every definition is tried here", () => {
    const { interpreter } = new FaultCluster({ nodes: 2 });
    const refusal = (type: string, target: unknown, params: unknown = {}): string | null => interpreter.refusal({ type: "setFault", fault: { id: "f", type, target, params } as never });
    expect(refusal("constructor", "node-1")).toContain('unknown fault "constructor"; known are node-off');
    expect(refusal("dns-down", "node-1")).toBe('target "node-1": the cluster\'s DNS is kube-system/kube-dns');
    expect(refusal("node-off", "node-9")).toContain("no such node; nodes are node-1, node-2");
    expect(refusal("clock-skew", "node-1", { skewMs: "1" })).toContain("params.skewMs: must be a number from");
    expect(refusal("link-loss", "node-1,node-2,node-3")).toContain("name one machine (node-1) or two");
    expect(refusal("partition", "node-1,node-1")).toContain("name one machine (node-1) or two");
    expect(faultDefinitions).toHaveLength(19);
  });
});
