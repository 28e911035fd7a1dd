import { describe, expect, it } from "vitest";
import { NetworkWorld } from "./testing/networkWorld.ts";

const second = 1_000_000;

function webWorld(): NetworkWorld {
  const world = new NetworkWorld(3);
  world.service("web", { type: "NodePort", clusterIP: "10.96.5.5", selector: { app: "web" }, ports: [{ port: 80, targetPort: 80, nodePort: 30080 }] });
  world.endpoints("web", [{ port: 80 }], [{ ip: "10.244.1.2", node: "node-1", pod: "web-a" }, { ip: "10.244.2.2", node: "node-2", pod: "web-b" }]);
  world.order("node-1", { type: "run", pod: "default/web-a", ip: "10.244.1.2", program: "echo", ports: [80] });
  world.order("node-2", { type: "run", pod: "default/web-b", ip: "10.244.2.2", program: "echo", ports: [80] });
  world.order("node-3", { type: "run", pod: "default/client", ip: "10.244.3.9", program: "silent", ports: [81] });
  world.runFor(3 * second);
  return world;
}

describe("a node port", () => {
  it("leads from every node to the endpoints, masqueraded", () => {
    const world = webWorld();
    const answer = world.request("http://172.18.0.4:30080/hello");
    expect(answer).toMatchObject({ status: 200, failure: null });
    expect(answer.body).toMatch(/^default\/web-[ab] \/hello from 172\.18\.0\.4$/);
    expect(answer.flow?.hops.map((hop) => hop.rule.replace(/KUBE-(SVC|EXT|SEP)-[A-Z0-9]{16}/g, "KUBE-$1").replace(/web-[ab]/, "web-x").replace(/10\.244\.[12]\.0\/24 via node-[12] \(172\.18\.0\.[23]\)/, "CIDR via node"))).toEqual([
      "straight to node-3",
      'KUBE-NODEPORTS "default/web" -> KUBE-EXT -> KUBE-SVC -> KUBE-SEP (1 of 2), masqueraded',
      "route CIDR via node",
      "to pod default/web-x",
      "echo",
      "conntrack: answered as 172.18.0.4:30080",
    ]);
  });

  it("is refused with the reason when no endpoint is ready", () => {
    const world = webWorld();
    world.endpoints("web", [{ port: 80 }], [{ ip: "10.244.1.2", node: "node-1", pod: "web-a", ready: false }]);
    world.runFor(2 * second);
    expect(world.request("http://172.18.0.3:30080/")).toMatchObject({ status: 0, failure: "no endpoint of service default/web was ready on node-2 at that moment (1 known)" });
  });

  it("tells of a pod that is gone while the rules still name it", () => {
    const world = webWorld();
    world.endpoints("web", [{ port: 80 }], [{ ip: "10.244.1.2", node: "node-1", pod: "web-a" }]);
    world.runFor(2 * second);
    world.order("node-1", { type: "unlisten", pod: "default/web-a" });
    world.runFor(second / 2);
    expect(world.request("http://172.18.0.3:30080/").failure).toBe("sent to pod default/web-a, which stopped listening on port 80 0.5 s ago; the rules of node-2 did not know yet");
  });

  it("times out after 5 s when the node is down", () => {
    const world = webWorld();
    world.api.world.control({ type: "power", group: "node-3", on: false });
    const answer = world.request("http://172.18.0.4:30080/");
    expect(answer.failure).toBe("no connection within 5 s: node-3 did not answer, it is down or cut off");
    expect((answer.flow?.endedAtUs ?? 0) - (answer.flow?.startedAtUs ?? 0)).toBe(5 * second);
  });

  it("waits 30 s for a server that accepts and says nothing", () => {
    const world = webWorld();
    world.endpoints("web", [{ port: 80 }], [{ ip: "10.244.3.9", node: "node-3", pod: "client" }]);
    world.order("node-3", { type: "run", pod: "default/client", ip: "10.244.3.9", program: "silent", ports: [80] });
    world.runFor(2 * second);
    const answer = world.request("http://172.18.0.2:30080/");
    expect((answer.flow?.endedAtUs ?? 0) - (answer.flow?.startedAtUs ?? 0)).toBe(30 * second);
    expect(answer.failure).toContain("sent no answer within 30 s");
  });
});

describe("a cluster IP", () => {
  it("is reached from a pod by name, through DNS in a pod, with the pod's own address", () => {
    const world = webWorld();
    world.service("kube-dns", { clusterIP: "10.96.0.10", ports: [{ name: "dns", port: 53, protocol: "UDP" }] }, null, "kube-system");
    world.endpoints("kube-dns", [{ name: "dns", port: 53, protocol: "UDP" }], [{ ip: "10.244.2.3", node: "node-2", pod: "coredns" }], "kube-system");
    world.order("node-2", { type: "run", pod: "kube-system/coredns", ip: "10.244.2.3", program: "coredns", ports: [] });
    world.runFor(3 * second);
    const answer = world.request("http://web/x", { namespace: "default", name: "client" });
    expect(answer.body).toMatch(/^default\/web-[ab] \/x from 10\.244\.3\.9$/);
    expect(answer.flow?.hops[0]?.rule).toBe("DNS: web.default.svc.cluster.local is 10.96.5.5");
    expect(world.request("http://nowhere/", { namespace: "default", name: "client" }).failure).toBe("there is no name nowhere in the cluster's DNS");
  });

  it("has no way in from the internet", () => {
    expect(webWorld().request("http://10.96.5.5/").failure).toBe("10.96.5.5 is an address inside the cluster: from outside there is no way to it");
  });
});

describe("traffic", () => {
  it("has exact rates, and requests = answers + failures + in flight", () => {
    const world = webWorld();
    world.traffic({ url: "http://172.18.0.4:30080/", perSecond: 40, clients: 4 });
    world.runFor(10 * second + second / 2);
    const [counts] = world.api.world.observe("world/internet", { type: "traffic" }) as unknown as { started: number; answered: number; failed: number; inFlight: number }[];
    expect(counts).toBeDefined();
    expect(counts?.started).toBeGreaterThanOrEqual(418);
    expect(counts?.started).toBeLessThanOrEqual(421);
    expect((counts?.answered ?? 0) + (counts?.failed ?? 0) + (counts?.inFlight ?? 0)).toBe(counts?.started);
    expect(world.flows()).toHaveLength((counts?.answered ?? 0) + (counts?.failed ?? 0));
    expect(counts?.failed).toBe(0);
  });

  it("keeps a kept connection on its endpoint until the server closes it", () => {
    const world = webWorld();
    world.traffic({ url: "http://172.18.0.4:30080/", perSecond: 10, clients: 1, keepAlive: true });
    world.runFor(3 * second);
    const pods = new Set(world.flows().map((flow) => flow.pod));
    expect(pods.size).toBe(1);
    const [pod] = [...pods];
    const other = pod === "default/web-a" ? { ip: "10.244.2.2", node: "node-2", pod: "web-b" } : { ip: "10.244.1.2", node: "node-1", pod: "web-a" };
    world.endpoints("web", [{ port: 80 }], [other]);
    world.runFor(3 * second);
    expect(new Set(world.flows().map((flow) => flow.pod))).toEqual(pods);
    world.order(pod === "default/web-a" ? "node-1" : "node-2", { type: "stop", pod: pod ?? "" });
    world.runFor(2 * second);
    expect(world.flows().at(-1)).toMatchObject({ pod: `default/${other.pod}`, failure: null });
    expect(world.flows().filter((flow) => flow.failure !== null)).toEqual([]);
  });

  it("started in a pod runs on the node of that pod", () => {
    const world = webWorld();
    world.traffic({ id: "p", url: "http://10.96.5.5/", from: { namespace: "default", name: "client" }, perSecond: 5 });
    world.runFor(3 * second);
    expect(world.flows().length).toBeGreaterThan(10);
    expect(world.flows().every((flow) => flow.status === 200 && flow.source === "p")).toBe(true);
  });
});
