import { describe, expect, it } from "vitest";
import type { Json, JsonObject } from "../base/json.ts";
import { defaultClusterSpec, defaultNode } from "./clusterSpec.ts";
import type { ClusterCommand } from "./commands.ts";
import { CommandInterpreter } from "./interpreter.ts";
import { part } from "./invariants/define.ts";
import { machineProblem } from "./machines.ts";
import { FaultCluster } from "./testing/faultCluster.ts";

const add = (index: number): ClusterCommand => ({ type: "addNode", node: defaultNode(index) });
const remove = (node: string): ClusterCommand => ({ type: "removeNode", node });

function cluster(nodes: number, addons: readonly string[] = []): FaultCluster {
  return new FaultCluster({ nodes, spec: { addons } }).boot();
}

function names(of: FaultCluster): readonly string[] {
  return of.list("/api/v1/nodes").map((node) => String(part(node, "metadata")["name"]));
}

function eventsAbout(of: FaultCluster, node: string): readonly string[] {
  return of.list("/api/v1/namespaces/default/events").filter((event) => part(event, "involvedObject")["name"] === node).map((event) => `${String(event["reason"])}: ${String(event["message"])}`);
}

describe("a machine that joins a running cluster", { timeout: 60_000 }, () => {
  it("registers, gets a pod range of its own, becomes Ready and takes pods that had no room", () => {
    const running = cluster(1);
    running.deployWeb(1);
    running.write("patch", "/apis/apps/v1/namespaces/default/deployments/web", { spec: { replicas: 3, template: { spec: { containers: [{ name: "web", resources: { requests: { cpu: "1500m" } } }] } } } }, "application/strategic-merge-patch+json");
    running.seconds(40);
    expect(running.readyPods().filter((pod) => pod.spec.nodeName === undefined)).toEqual([]);
    expect(running.pods().some((pod) => pod.spec.nodeName === undefined)).toBe(true);
    running.command(add(2));
    running.after("node-2 is Ready", () => names(running).includes("node-2") && running.nodeReady("node-2") === "True", 30);
    running.after("its pods run", () => running.readyPods().length === 3 && running.pods().length === 3, 60);
    expect(running.podOn("node-2")).toBeDefined();
    const [first, second] = running.list("/api/v1/nodes");
    expect([part(first, "spec")["podCIDR"], part(second, "spec")["podCIDR"]]).toEqual(["10.244.0.0/24", "10.244.1.0/24"]);
    expect(part(second, "status")["addresses"]).toContainEqual({ type: "InternalIP", address: "172.18.0.3" });
    expect(running.readyEndpoints("web")).toHaveLength(3);
  });

  it("has the faults of zones and images that are in force", () => {
    const running = new FaultCluster({ spec: { nodes: [defaultNode(1), defaultNode(2)] } }).boot();
    running.fault("zone-down", "b", {}, "zone");
    running.fault("image-missing", "nginx:1.27", {}, "image");
    running.command({ type: "addNode", node: { ...defaultNode(4), zone: "b" } });
    running.command(add(3));
    running.after("node-3 is Ready", () => names(running).includes("node-3") && running.nodeReady("node-3") === "True", 30);
    expect(running.world.stopped()).toContain("node-4/kubelet");
    expect(names(running)).not.toContain("node-4");
    running.pod("here", { nodeName: "node-3", containers: [{ name: "c", image: "nginx:1.27" }] });
    running.after("its image is not found", () => JSON.stringify(running.status("here")).includes("ImagePull"), 30);
    running.heal("zone");
    running.after("node-4 boots when its zone has power", () => names(running).includes("node-4") && running.nodeReady("node-4") === "True", 30);
  });
});

describe("a machine that is taken away", { timeout: 60_000 }, () => {
  it("stays as a NotReady Node where there is no cloud, until somebody deletes it", () => {
    const running = cluster(3);
    running.deployWeb(3);
    const lost = running.podOn("node-3").metadata.name;
    running.command(remove("node-3"));
    running.after("node-3 is Unknown", () => running.nodeReady("node-3") === "Unknown", 60);
    running.seconds(600);
    expect(names(running)).toEqual(["node-1", "node-2", "node-3"]);
    expect(running.pods().find((pod) => pod.metadata.name === lost)?.metadata.deletionTimestamp).toBeDefined();
    running.write("delete", "/api/v1/nodes/node-3");
    running.after("its pod is collected", () => running.pods().every((pod) => pod.metadata.name !== lost), 120);
    expect(names(running)).toEqual(["node-1", "node-2"]);
    expect(running.readyPods()).toHaveLength(3);
  });

  it("is deleted by the cloud's controller where there is one, and not before it is NotReady", () => {
    const running = cluster(2, ["cloud"]);
    running.deployWeb(2);
    running.create("/api/v1/nodes", { apiVersion: "v1", kind: "Node", metadata: { name: "by-hand" } });
    running.command(remove("node-2"));
    running.seconds(30);
    expect(names(running)).toContain("node-2");
    running.after("the Node object is gone", () => !names(running).includes("node-2"), 40);
    expect(eventsAbout(running, "node-2")).toContain("DeletingNode: Deleting node node-2 because it does not exist in the cloud provider");
    running.after("its pods run elsewhere", () => running.pods().length === 2 && running.readyPods().length === 2, 120);
    expect(names(running)).toContain("by-hand");
  });

  it("survives a crash of the cloud controller manager, and a node that only lost power is kept", () => {
    const running = cluster(3, ["cloud"]);
    running.command(remove("node-2"));
    running.fault("node-off", "node-3");
    running.fault("process-crash", "cp-1/cloud-controller-manager", {}, "crash");
    running.seconds(120);
    expect(names(running)).toEqual(["node-1", "node-3"]);
  });

  it("may come back under its name as a new machine with empty disks", () => {
    const running = cluster(2, ["cloud"]);
    running.deployWeb(2);
    running.fault("partition", "node-2");
    running.command(remove("node-2"));
    expect(running.interpreter.faults).toEqual([]);
    running.seconds(20);
    running.command(add(2));
    running.after("node-2 is Ready at its new address", () => JSON.stringify(part(running.get("/api/v1/nodes/node-2"), "status")["addresses"]).includes("172.18.0.4"), 30);
    running.after("its pod runs again", () => running.readyPods().length === 2, 90);
    running.seconds(400);
    expect(running.nodeReady("node-2")).toBe("True");
    expect(running.readyPods()).toHaveLength(2);
    expect(names(running)).toEqual(["node-1", "node-2"]);
  });
});

describe("what cannot be done", () => {
  const spec = { ...defaultClusterSpec, nodes: [defaultNode(1)] };
  const bad: readonly (readonly [string, JsonObject, string])[] = [
    ["a name that is taken", { name: "node-1" }, 'a machine "node-1" is there already'],
    ["a path", { name: "a/b" }, 'node.name: must be lower case letters, digits and "-", at most 63'],
    ["the control plane's name", { name: "cp-1" }, 'node.name: "cp-1" is a name of the simulation\'s own'],
    ["no CPU", { cpuMilli: 0 }, "node.cpuMilli: must be a whole number from 1 to 1000000"],
    ["another runtime", { runtime: "rkt" }, "node.runtime: must be one of containerd, cri-o, docker"],
    ["labels of numbers", { labels: { a: 1 } }, "node.labels: must be at most 64 texts"],
  ];
  it.each(bad)("%s is refused by name", (_, change, says) => {
    expect(machineProblem({ ...defaultNode(2), ...change } as never, spec)).toBe(says);
  });

  it("a machine that is not there cannot be removed, and a command of a damaged recording does nothing", () => {
    const interpreter = new CommandInterpreter(spec);
    expect(interpreter.refusal(remove("node-7"))).toBe('target "node-7": no such node; nodes are node-1');
    expect(interpreter.apply(remove("node-7"))).toEqual({ messages: [], controls: [] });
    expect(interpreter.refusal({ type: "addNode", node: null } as never)).toBe("node: must be the description of a machine");
    expect(interpreter.refusal(add(2))).toBeNull();
    interpreter.apply(add(2));
    expect(interpreter.refusal(add(2))).toBe('a machine "node-2" is there already');
    expect(interpreter.nodes.map((node) => node.name)).toEqual(["node-1", "node-2"]);
  });
});

it("manifests are written where somebody reads them, and only such as a kubelet bears", () => {
  const interpreter = new CommandInterpreter({ ...defaultClusterSpec, nodes: [defaultNode(1)] });
  const write = (node: string, file: string, manifest: Json): string | null => interpreter.refusal({ type: "setManifest", node, file, manifest });
  expect([write("node-1", "a.yaml", {}), write("node-1", "a.yaml", null)]).toEqual([null, null]);
  expect(write("node-2", "a.yaml", {})).toContain("no such node");
  expect(write("node-1", "__proto__", {})).toContain("file: must be a name");
  expect(write("node-1", "a.yaml", "text")).toBe("a.yaml: must be the manifest of a Pod");
  interpreter.apply({ type: "setFault", fault: { id: "off", type: "node-shutdown", target: "node-1", params: {} } });
  expect(write("node-1", "a.yaml", {})).toContain("node-1 has no power, or its kubelet is stopped");
  interpreter.apply({ type: "clearFault", id: "off" });
  interpreter.apply({ type: "setComponent", process: "node-1/kubelet", part: null, state: "stopped" });
  expect(write("node-1", "a.yaml", {})).toContain("its kubelet is stopped");
  expect(machineProblem({ ...defaultNode(9), kubelet: { shutdownGracePeriod: "x" } }, defaultClusterSpec)).toContain("node.kubelet.shutdownGracePeriod");
});
