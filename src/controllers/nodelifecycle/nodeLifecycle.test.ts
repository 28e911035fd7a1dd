import { describe, expect, test } from "vitest";
import type { Node } from "../../kinds/core/node/types.ts";
import type { Pod } from "../../kinds/core/pod/types.ts";
import { ControlPlane } from "../testing/controlPlane.ts";

const pods = "/api/v1/namespaces/default/pods";

class Nodes {
  readonly cluster = new ControlPlane();

  constructor(zones: readonly string[] = ["a", "b", "c"]) {
    for (const [index, zone] of zones.entries()) this.cluster.addNode(`n${index + 1}`, zone);
    this.cluster.settle(5);
  }

  pod(name: string, node: string, spec: object = {}): void {
    this.cluster.must("POST", pods, { apiVersion: "v1", kind: "Pod", metadata: { name }, spec: { nodeName: node, containers: [{ name: "c", image: "i" }], ...spec } });
    this.cluster.makeReady("default", name);
  }

  node(name: string): Node {
    return this.cluster.must("GET", `/api/v1/nodes/${name}`) as Node;
  }

  taints(name: string): readonly string[] {
    return (this.node(name).spec.taints ?? []).map((taint) => `${taint.key.replace("node.kubernetes.io/", "")}:${taint.effect}`);
  }

  ready(name: string): string {
    const condition = this.node(name).status?.conditions?.find((each) => each.type === "Ready");
    return `${condition?.status ?? ""} ${condition?.reason ?? ""}`;
  }

  podState(name: string): string {
    const pod = this.cluster.call("GET", `${pods}/${name}`).body as unknown as Pod;
    if (pod.kind !== "Pod") return "gone";
    const condition = pod.status?.conditions?.find((each) => each.type === "Ready");
    return `${condition?.status === "True" ? "ready" : "not ready"}${pod.metadata.deletionTimestamp === undefined ? "" : ", terminating"}`;
  }
}

describe("a node that falls silent", () => {
  test("is unknown after 50 s, its pods are not ready, and after 300 s more they are evicted but stay terminating", () => {
    const nodes = new Nodes();
    nodes.pod("web", "n1");
    nodes.cluster.live(20, ["n1", "n2", "n3"]);
    expect(nodes.ready("n1")).toBe("True KubeletReady");
    nodes.cluster.live(30, ["n2", "n3"]);
    expect([nodes.ready("n1"), nodes.podState("web")]).toEqual(["True KubeletReady", "ready"]);
    nodes.cluster.live(20, ["n2", "n3"]);
    expect([nodes.ready("n1"), nodes.podState("web")]).toEqual(["Unknown NodeStatusUnknown", "not ready"]);
    expect([...nodes.taints("n1")].sort()).toEqual(["unreachable:NoExecute", "unreachable:NoSchedule"]);
    expect(nodes.cluster.events("n1")).toContain("NodeNotReady: Node n1 status is now: NodeNotReady");
    nodes.cluster.live(280, ["n2", "n3"]);
    expect(nodes.podState("web")).toBe("not ready");
    nodes.cluster.live(30, ["n2", "n3"]);
    expect(nodes.podState("web")).toBe("not ready, terminating");
    expect(nodes.cluster.events("web")).toContain("TaintManagerEviction: Marking for deletion Pod default/web");
    nodes.cluster.live(600, ["n2", "n3"]);
    expect(nodes.podState("web")).toBe("not ready, terminating");
  });

  test("loses its taints when it comes back, and the eviction is called off", () => {
    const nodes = new Nodes();
    nodes.pod("web", "n1");
    nodes.cluster.live(90, ["n2", "n3"]);
    expect(nodes.taints("n1")).not.toEqual([]);
    const conditions = [{ type: "Ready", status: "True", reason: "KubeletReady", message: "m", lastHeartbeatTime: nodes.cluster.timestamp(), lastTransitionTime: nodes.cluster.timestamp() }];
    nodes.cluster.must("PATCH", "/api/v1/nodes/n1/status", { status: { conditions } }, "application/strategic-merge-patch+json");
    nodes.cluster.live(400, ["n1", "n2", "n3"]);
    expect([nodes.taints("n1"), nodes.podState("web").includes("terminating")]).toEqual([[], false]);
    expect(nodes.cluster.events("web")).toContain("TaintManagerEviction: Cancelling deletion of Pod default/web");
  });

  test("is not alone: when all zones are down nobody is evicted", () => {
    const nodes = new Nodes(["a", "b"]);
    nodes.pod("web", "n1");
    nodes.cluster.live(500, []);
    expect(nodes.ready("n1")).toBe("Unknown NodeStatusUnknown");
    expect(nodes.taints("n1")).toEqual(["unreachable:NoSchedule"]);
    expect(nodes.podState("web")).toBe("not ready");
  });

  test("shares its zone: the second taint of a zone comes ten seconds later", () => {
    const nodes = new Nodes(["a", "a", "a"]);
    const taintedAt = new Map<string, number>();
    for (let second = 0; second < 100; second++) {
      nodes.cluster.must("PATCH", "/apis/coordination.k8s.io/v1/namespaces/kube-node-lease/leases/n3", { spec: { renewTime: `${nodes.cluster.timestamp().replace("Z", ".000000Z")}` } }, "application/merge-patch+json");
      nodes.cluster.runFor(1);
      for (const name of ["n1", "n2"]) if (!taintedAt.has(name) && nodes.taints(name).includes("unreachable:NoExecute")) taintedAt.set(name, second);
    }
    const [first = 0, second = 0] = [...taintedAt.values()].sort((a, b) => a - b);
    expect(taintedAt.size).toBe(2);
    expect(second - first).toBeGreaterThanOrEqual(9);
    expect(second - first).toBeLessThanOrEqual(12);
  });
});

test("a cordoned node is tainted, and a NoExecute taint of somebody else's evicts by tolerationSeconds", () => {
  const nodes = new Nodes();
  nodes.pod("a", "n1");
  nodes.pod("b", "n1", { tolerations: [{ key: "x", operator: "Exists", effect: "NoExecute", tolerationSeconds: 20 }] });
  nodes.pod("c", "n1", { tolerations: [{ key: "x", operator: "Exists" }] });
  nodes.cluster.must("PATCH", "/api/v1/nodes/n1", { spec: { unschedulable: true, taints: [{ key: "x", value: "v", effect: "NoExecute" }] } }, "application/merge-patch+json");
  nodes.cluster.live(10, ["n1", "n2", "n3"]);
  expect([...nodes.taints("n1")].sort()).toEqual(["unschedulable:NoSchedule", "x:NoExecute"]);
  expect(["a", "b", "c"].map((name) => nodes.podState(name).includes("terminating"))).toEqual([true, false, false]);
  nodes.cluster.live(20, ["n1", "n2", "n3"]);
  expect(["a", "b", "c"].map((name) => nodes.podState(name).includes("terminating"))).toEqual([true, true, false]);
});

test("a node whose kubelet says that it is not ready is tainted anew at once when it falls silent; pods that come to it are not ready", () => {
  const nodes = new Nodes();
  nodes.pod("here", "n1");
  const status = (name: string, ready: string) => nodes.cluster.must("PATCH", `/api/v1/nodes/${name}/status`, { status: { conditions: [{ type: "Ready", status: ready, reason: "R", message: "m", lastHeartbeatTime: nodes.cluster.timestamp() }] } }, "application/strategic-merge-patch+json");
  status("n1", "False");
  nodes.cluster.live(10, ["n1", "n2", "n3"]);
  expect([...nodes.taints("n1")].sort()).toEqual(["not-ready:NoExecute", "not-ready:NoSchedule"]);
  // It is the kubelet that speaks for pods while it lives.
  expect(nodes.podState("here")).toBe("ready");
  const condition = { type: "Ready", status: "True", lastTransitionTime: nodes.cluster.timestamp() };
  nodes.cluster.must("POST", pods, { apiVersion: "v1", kind: "Pod", metadata: { name: "late" }, spec: { schedulerName: "manual", containers: [{ name: "c", image: "i" }] } });
  nodes.cluster.must("PATCH", `${pods}/late/status`, { status: { conditions: [condition] } }, "application/strategic-merge-patch+json");
  nodes.cluster.must("POST", `${pods}/late/binding`, { apiVersion: "v1", kind: "Binding", metadata: { name: "late" }, target: { kind: "Node", name: "n1" } });
  nodes.cluster.live(10, ["n1", "n2", "n3"]);
  expect(nodes.podState("late")).toBe("not ready");
  expect(nodes.cluster.events("late")).toContain("NodeNotReady: Node is not ready");
  nodes.cluster.live(60, ["n2", "n3"]);
  expect([...nodes.taints("n1")].sort()).toEqual(["unreachable:NoExecute", "unreachable:NoSchedule"]);
});

test("the beta names of labels follow the stable ones", () => {
  const nodes = new Nodes();
  nodes.cluster.must("PATCH", "/api/v1/nodes/n1", { metadata: { labels: { "kubernetes.io/os": "linux", "kubernetes.io/arch": "arm64", "beta.kubernetes.io/arch": "amd64" } } }, "application/merge-patch+json");
  nodes.cluster.settle(3);
  expect(nodes.node("n1").metadata.labels).toMatchObject({ "beta.kubernetes.io/os": "linux", "beta.kubernetes.io/arch": "arm64" });
});

test("what a pod tolerates later does not move its eviction, what it does not tolerate evicts at once", () => {
  const nodes = new Nodes();
  const tolerates = (key: string, tolerationSeconds: number) => ({ key, operator: "Exists", effect: "NoExecute", tolerationSeconds });
  for (const name of ["a", "b"]) nodes.pod(name, "n1", { tolerations: name === "a" ? [tolerates("x", 60), tolerates("y", 5)] : [tolerates("x", 60)] });
  const taint = (...keys: readonly string[]) => nodes.cluster.must("PATCH", "/api/v1/nodes/n1", { spec: { taints: keys.map((key) => ({ key, effect: "NoExecute" })) } }, "application/merge-patch+json");
  taint("x");
  nodes.cluster.live(10, ["n1", "n2", "n3"]);
  taint("x", "y");
  nodes.cluster.live(20, ["n1", "n2", "n3"]);
  expect(["a", "b"].map((name) => nodes.podState(name).includes("terminating"))).toEqual([false, true]);
  expect(nodes.cluster.events("b")).toEqual(["TaintManagerEviction: Cancelling deletion of Pod default/b", "TaintManagerEviction: Marking for deletion Pod default/b"]);
  nodes.cluster.live(40, ["n1", "n2", "n3"]);
  expect(nodes.podState("a")).toContain("terminating");
  expect(nodes.cluster.events("a")).toEqual(["TaintManagerEviction: Marking for deletion Pod default/a"]);
  nodes.pod("c", "n1", { tolerations: [tolerates("x", 5), tolerates("y", 5)], terminationGracePeriodSeconds: 0 });
  nodes.cluster.live(10, ["n1", "n2", "n3"]);
  expect(nodes.cluster.events("c")).toEqual(["TaintManagerEviction: Marking for deletion Pod default/c", "TaintManagerEviction: Cancelling deletion of Pod default/c"]);
});

test("a node that is removed takes its pods along after the quarantine", () => {
  const nodes = new Nodes();
  nodes.pod("web", "n1");
  nodes.cluster.must("DELETE", "/api/v1/nodes/n1");
  nodes.cluster.live(30, ["n2", "n3"]);
  expect(nodes.podState("web")).not.toBe("gone");
  nodes.cluster.live(20, ["n2", "n3"]);
  expect(nodes.podState("web")).toBe("gone");
});

test("a node declared out of service gives up its terminating pods, once it is not ready", () => {
  const nodes = new Nodes();
  for (const name of ["going", "staying"]) nodes.pod(name, "n1");
  nodes.cluster.must("PATCH", "/api/v1/nodes/n1", { spec: { taints: [{ key: "node.kubernetes.io/out-of-service", value: "nodeshutdown", effect: "NoSchedule" }] } }, "application/merge-patch+json");
  nodes.cluster.must("DELETE", `${pods}/going`);
  nodes.cluster.live(20, ["n1", "n2", "n3"]);
  expect(nodes.podState("going")).toBe("ready, terminating");
  nodes.cluster.live(70, ["n2", "n3"]);
  expect(["going", "staying"].map((name) => nodes.podState(name))).toEqual(["gone", "not ready"]);
  nodes.cluster.must("DELETE", `${pods}/staying`);
  nodes.cluster.live(10, ["n2", "n3"]);
  expect(nodes.podState("staying")).toBe("gone");
});

test("each node gets its own range of pod addresses, and gives it back", () => {
  const nodes = new Nodes();
  expect(["n1", "n2", "n3"].map((name) => nodes.node(name).spec.podCIDR)).toEqual(["10.244.0.0/24", "10.244.1.0/24", "10.244.2.0/24"]);
  expect(nodes.node("n1").spec.podCIDRs).toEqual(["10.244.0.0/24"]);
  nodes.cluster.must("DELETE", "/api/v1/nodes/n2");
  nodes.cluster.addNode("n4");
  nodes.cluster.settle(5);
  expect(nodes.node("n4").spec.podCIDR).toBe("10.244.3.0/24");
});

test("a node beyond the ranges is told so, and gets the one that another gives back", () => {
  const cluster = new ControlPlane({ podCidr: "10.9.0.0/23" });
  for (const name of ["n1", "n2", "n3"]) cluster.addNode(name);
  cluster.runFor(5);
  const ranges = () => ["n1", "n2", "n3"].map((name) => (cluster.call("GET", `/api/v1/nodes/${name}`).body as unknown as Node).spec?.podCIDR);
  expect(ranges()).toEqual(["10.9.0.0/24", "10.9.1.0/24", undefined]);
  expect(cluster.events("n3").join()).toMatch(/CIDRNotAvailable: Node n3 status is now: CIDRNotAvailable/);
  cluster.must("DELETE", "/api/v1/nodes/n1");
  cluster.runFor(30);
  expect(ranges()).toEqual([undefined, "10.9.1.0/24", "10.9.0.0/24"]);
});
