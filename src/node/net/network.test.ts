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

describe("a load balancer with source ranges", () => {
  const balanced = (ranges: readonly string[], name: string, ip: string, world: NetworkWorld): void => world.service(name, { type: "LoadBalancer", clusterIP: `10.96.6.${ip.slice(-1)}`, selector: { app: "web" }, loadBalancerSourceRanges: ranges, ports: [{ port: 80, targetPort: 80, nodePort: 30080 + Number(ip.slice(-1)) }] }, ip);

  it("lets only those in", () => {
    const world = webWorld();
    balanced(["192.0.2.0/24", "198.51.100.0/24"], "open", "203.0.113.7", world);
    balanced(["192.0.2.0/24"], "shut", "203.0.113.8", world);
    for (const name of ["open", "shut"]) world.endpoints(name, [{ port: 80 }], [{ ip: "10.244.1.2", node: "node-1", pod: "web-a" }]);
    world.runFor(8 * second);
    expect(world.request("http://203.0.113.7/")).toMatchObject({ status: 200 });
    expect(world.request("http://203.0.113.8/").failure).toMatch(/service default\/shut is not open to 198\.51\.100\.\d+ \(loadBalancerSourceRanges\)/);
  });
});

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

  it("gets through when the node returns while the client still tries", () => {
    const world = webWorld();
    world.api.world.control({ type: "link", a: "node-3", b: "*", extraDelayUs: 0, lossPerMille: 0, cut: true });
    world.traffic({ url: "http://172.18.0.4:30080/", perSecond: 1, clients: 1 });
    world.runFor(2 * second);
    world.api.world.control({ type: "link", a: "node-3", b: "*", extraDelayUs: 0, lossPerMille: 0, cut: false });
    world.runFor(5 * second);
    const first = world.flows().find((flow) => flow.id.endsWith(":1"));
    expect(first).toMatchObject({ status: 200, failure: null });
    expect((first?.endedAtUs ?? 0) - (first?.startedAtUs ?? 0)).toBeGreaterThan(2 * second);
  });

  it("names the node behind the rules that is down", () => {
    const world = webWorld();
    world.endpoints("web", [{ port: 80 }], [{ ip: "10.244.2.2", node: "node-2", pod: "web-b" }]);
    world.runFor(2 * second);
    world.api.world.control({ type: "power", group: "node-2", on: false });
    expect(world.request("http://172.18.0.4:30080/").failure).toBe("no connection within 5 s: node-3 sent it on to 10.244.2.2 on node-2, which is down or cut off");
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

it("a host port leads to the pod on that node alone, with the client's own address", () => {
  const world = webWorld();
  world.order("node-3", { type: "run", pod: "default/daemon", ip: "10.244.3.7", program: "echo", ports: [80], hostPort: 8080 });
  world.runFor(second);
  expect(world.request("http://172.18.0.4:8080/").body).toMatch(/^default\/daemon \/ from 198\.51\.100\./);
  expect(world.request("http://172.18.0.3:8080/").failure).toBe("nothing listens on port 8080 of node-2");
  world.order("node-3", { type: "stop", pod: "default/daemon" });
  world.runFor(second);
  expect(world.request("http://172.18.0.4:8080/").failure).toBe("nothing listens on port 8080 of node-3");
});

describe("a cluster IP", () => {
  it("is reached from a pod by name, through DNS in a pod, with the pod's own address", () => {
    const world = webWorld();
    world.service("kube-dns", { clusterIP: "10.96.0.10", ports: [{ name: "dns", port: 53, protocol: "UDP" }] }, null, "kube-system");
    world.endpoints("kube-dns", [{ name: "dns", port: 53, protocol: "UDP" }], [{ ip: "10.244.2.3", node: "node-2", pod: "coredns" }], "kube-system");
    world.order("node-2", { type: "run", pod: "kube-system/coredns", ip: "10.244.2.3", program: "coredns", ports: [] });
    world.pod("client", "node-3");
    world.runFor(3 * second);
    const answer = world.request("http://web/x", { namespace: "default", name: "client" });
    expect(answer.body).toMatch(/^default\/web-[ab] \/x from 10\.244\.3\.9$/);
    expect(answer.flow?.hops[0]?.rule).toBe("DNS: web.default.svc.cluster.local is 10.96.5.5");
    expect(world.request("http://nowhere.example.com/", { namespace: "default", name: "client" }).failure).toBe("there is no name nowhere.example.com in the cluster's DNS");
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

  it("leaves nothing behind in the nodes when it ends", () => {
    const world = webWorld();
    const sizes = (): readonly unknown[] => ["node-1", "node-2", "node-3"].map((node) => world.api.world.observe(`${node}/net`, { type: "connections" }));
    const nothing = { translations: 0, inFlight: 0, open: 0 };
    world.traffic({ url: "http://172.18.0.4:30080/", perSecond: 40, clients: 4, keepAlive: true });
    world.traffic({ id: "short", url: "http://172.18.0.4:30080/", perSecond: 40, clients: 4 });
    world.runFor(3 * second);
    expect(sizes()).not.toEqual([nothing, nothing, nothing]);
    for (const id of ["t", "short"]) world.api.world.send("world/internet", { type: "clearTraffic", id });
    world.runFor(second);
    expect(sizes()).toEqual([nothing, nothing, nothing]);
  });

  it("to a server that hangs does not pile up in its node", () => {
    const world = webWorld();
    world.endpoints("web", [{ port: 80 }], [{ ip: "10.244.3.9", node: "node-3", pod: "client" }]);
    world.order("node-3", { type: "run", pod: "default/client", ip: "10.244.3.9", program: "silent", ports: [80] });
    world.traffic({ url: "http://172.18.0.2:30080/", perSecond: 10 });
    world.runFor(200 * second);
    const { inFlight, translations } = world.api.world.observe("node-3/net", { type: "connections" }) as { inFlight: number; translations: number };
    expect(inFlight).toBeLessThanOrEqual(1_201);
    expect(inFlight).toBeGreaterThan(1_000);
    expect(translations).toBe(0);
    const [counts] = world.api.world.observe("world/internet", { type: "traffic" }) as unknown as { inFlight: number }[];
    expect(counts?.inFlight).toBeLessThanOrEqual(301);
  });

  it("started in a pod runs on the node of that pod", () => {
    const world = webWorld();
    world.traffic({ id: "p", url: "http://10.96.5.5/", from: { namespace: "default", name: "client" }, perSecond: 5 });
    world.runFor(3 * second);
    expect(world.flows().length).toBeGreaterThan(10);
    expect(world.flows().every((flow) => flow.status === 200 && flow.source === "p")).toBe(true);
  });
});

function ingressWorld(): NetworkWorld {
  const world = webWorld();
  const { api } = world;
  api.call("POST", "/api/v1/namespaces", { apiVersion: "v1", kind: "Namespace", metadata: { name: "ingress-nginx" } });
  world.service("ingress-nginx-controller", { type: "LoadBalancer", externalTrafficPolicy: "Local", ports: [{ name: "http", port: 80, targetPort: 80 }] }, "203.0.113.1", "ingress-nginx");
  world.endpoints("ingress-nginx-controller", [{ name: "http", port: 80 }], [{ ip: "10.244.1.5", node: "node-1", pod: "ingress-nginx-controller-x" }], "ingress-nginx");
  api.call("POST", "/apis/networking.k8s.io/v1/ingressclasses", { apiVersion: "networking.k8s.io/v1", kind: "IngressClass", metadata: { name: "nginx" }, spec: { controller: "k8s.io/ingress-nginx" } });
  world.order("node-1", { type: "run", pod: "ingress-nginx/ingress-nginx-controller-x", ip: "10.244.1.5", program: "ingress", ports: [] });
  const ingress = { apiVersion: "networking.k8s.io/v1", kind: "Ingress", metadata: { name: "web" }, spec: { ingressClassName: "nginx", rules: [{ host: "shop.example.com", http: { paths: [{ path: "/", pathType: "Prefix", backend: { service: { name: "web", port: { number: 80 } } } }] } }] } };
  const made = api.call("POST", "/apis/networking.k8s.io/v1/namespaces/default/ingresses", ingress);
  expect(made.code).toBe(201);
  world.runFor(20 * second);
  return world;
}

describe("an ingress", () => {
  it("takes a request from the internet through load balancer, node port and controller to a pod, in one trace", () => {
    const world = ingressWorld();
    const answer = world.request("http://shop.example.com/cart?n=1");
    expect(answer).toMatchObject({ status: 200, failure: null });
    expect(answer.body).toMatch(/^default\/web-[ab] \/cart\?n=1 from 10\.244\.1\.5$/);
    expect(answer.flow?.pod).toMatch(/^default\/web-[ab]$/);
    expect(answer.flow?.hops.map((hop) => hop.at)).toEqual(expect.arrayContaining(["load balancer 203.0.113.1", "node-1", "pod ingress-nginx/ingress-nginx-controller-x"]));
    expect(answer.flow?.hops[0]?.rule).toBe("shop.example.com is 203.0.113.1; service ingress-nginx/ingress-nginx-controller: node-1, 1 of 1 healthy node");
    expect(answer.flow?.hops.at(-2)?.rule).toMatch(/^ingress default\/web, path \/: proxied to default-web-80, 10\.244\.[12]\.2:80$/);
  });

  it("says why: unknown host, no endpoints", () => {
    const world = ingressWorld();
    expect(world.request("http://other.example.com/")).toMatchObject({ status: 404, failure: "answered 404 by pod ingress-nginx/ingress-nginx-controller-x: no Ingress matches for other.example.com/: 404 from the default backend" });
    world.endpoints("web", [{ port: 80 }], []);
    world.runFor(4 * second);
    expect(world.request("http://shop.example.com/")).toMatchObject({ status: 503, failure: "answered 503 by pod ingress-nginx/ingress-nginx-controller-x: ingress default/web, host shop.example.com, path /: the controller knew no ready endpoint of service default/web" });
  });

  it("asks the next pod when one has gone that it still knows", () => {
    const world = ingressWorld();
    world.traffic({ url: "http://shop.example.com/", perSecond: 20 });
    world.runFor(second);
    world.order("node-1", { type: "stop", pod: "default/web-a" });
    world.runFor(2 * second);
    expect(world.flows().filter((flow) => flow.failure !== null)).toEqual([]);
    expect(world.flows().some((flow) => flow.hops.some((hop) => hop.verdict === "reject"))).toBe(true);
  });

  it("is reached from a pod by its public name, past the load balancer", () => {
    const world = ingressWorld();
    world.service("kube-dns", { clusterIP: "10.96.0.10", ports: [{ name: "dns", port: 53, protocol: "UDP" }] }, null, "kube-system");
    world.endpoints("kube-dns", [{ name: "dns", port: 53, protocol: "UDP" }], [{ ip: "10.244.2.3", node: "node-2", pod: "coredns" }], "kube-system");
    world.order("node-2", { type: "run", pod: "kube-system/coredns", ip: "10.244.2.3", program: "coredns", ports: [] });
    world.pod("client", "node-3");
    world.runFor(3 * second);
    const answer = world.request("http://shop.example.com/in", { namespace: "default", name: "client" });
    expect(answer).toMatchObject({ status: 200, failure: null });
    expect(answer.flow?.hops[0]?.rule).toBe("DNS: shop.example.com is 203.0.113.1");
    expect(answer.flow?.hops[1]?.rule).toMatch(/^KUBE-SERVICES "ingress-nginx\/ingress-nginx-controller:http loadbalancer IP" -> KUBE-EXT-/);
  });

  it("suffers loss between nodes as delay", () => {
    const world = ingressWorld();
    world.api.world.control({ type: "link", a: "node-1", b: "node-2", extraDelayUs: 0, lossPerMille: 200, cut: false });
    world.traffic({ url: "http://shop.example.com/", perSecond: 20 });
    world.runFor(20 * second);
    world.api.world.control({ type: "link", a: "node-1", b: "node-2", extraDelayUs: 0, lossPerMille: 0, cut: false });
    world.runFor(10 * second);
    const flows = world.flows();
    expect(flows.filter((flow) => flow.failure !== null)).toEqual([]);
    expect(flows.filter((flow) => flow.endedAtUs - flow.startedAtUs > second).length).toBeGreaterThan(20);
  });

  it("has its address written into its status", () => {
    const world = ingressWorld();
    world.runFor(60 * second);
    expect(world.api.call("GET", "/apis/networking.k8s.io/v1/namespaces/default/ingresses/web").body).toMatchObject({ status: { loadBalancer: { ingress: [{ ip: "203.0.113.1" }] } } });
  });

  it.each([3, 17_001, 250_250, 1_000_000, 1_234_567, 2_900_100, 4_400_000])("goes on alike after a restore at %i us, whatever is under way", (at) => {
    const world = ingressWorld();
    world.traffic({ url: "http://shop.example.com/", perSecond: 50, keepAlive: true, clients: 5 });
    world.traffic({ id: "pod", url: "http://web/", from: { namespace: "default", name: "client" }, perSecond: 5, ramp: { toPerSecond: 40, seconds: 6 } });
    world.traffic({ id: "dead", url: "http://172.18.0.4:30080/", perSecond: 5, burst: 5 });
    world.api.world.control({ type: "link", a: "node-2", b: "*", extraDelayUs: 0, lossPerMille: 100, cut: false });
    world.runFor(at);
    const { world: simulation } = world.api;
    const keyframe = simulation.keyframe();
    const end = (): string => {
      world.order("node-1", { type: "stop", pod: "default/web-a" });
      world.runFor(6 * second);
      return simulation.digest();
    };
    const digest = end();
    const traced = world.flows().length;
    expect(traced).toBeGreaterThan(100);
    simulation.restore(keyframe);
    expect(end()).toBe(digest);
  });
});

describe("a machine that loses its power", () => {
  it("has its rules back soon after it returns", () => {
    const world = webWorld();
    world.api.world.control({ type: "power", group: "node-3", on: false });
    world.runFor(2 * second);
    world.api.world.control({ type: "power", group: "node-3", on: true });
    world.runFor(5 * second);
    expect(world.request("http://172.18.0.4:30080/")).toMatchObject({ status: 200 });
  });

  it("a crashed data plane asks kube-proxy for everything again", () => {
    const world = webWorld();
    world.api.world.control({ type: "crash", process: "node-3/net" });
    world.runFor(5 * second);
    expect(world.request("http://172.18.0.4:30080/")).toMatchObject({ status: 200 });
  });

  it("load balancers are checked again after the internet itself starts anew", () => {
    const world = ingressWorld();
    world.api.world.control({ type: "crash", process: "world/internet" });
    world.runFor(10 * second);
    expect(world.request("http://shop.example.com/").flow?.hops[0]?.rule).toContain("1 of 1 healthy node");
  });

  it("old rules stay in force while kube-proxy is stopped", () => {
    const world = webWorld();
    world.api.world.control({ type: "process", process: "node-3/proxy", state: "stopped" });
    world.endpoints("web", [{ port: 80 }], []);
    world.runFor(5 * second);
    expect(world.request("http://172.18.0.4:30080/")).toMatchObject({ status: 200 });
    expect(world.request("http://172.18.0.2:30080/").failure).toBe("service default/web had no endpoint at all on node-1 at that moment");
  });
});
