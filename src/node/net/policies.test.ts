import { describe, expect, it } from "vitest";
import type { Json } from "../../base/json.ts";
import { newFlow, requestPacket } from "../../network/packet.ts";
import type { FlowRecord, Packet } from "../../network/packet.ts";
import { NetworkWorld } from "./testing/networkWorld.ts";

const second = 1_000_000;
const client = { namespace: "default", name: "client" };
const other = { namespace: "default", name: "other" };

/** web-a and web-b behind a Service on two nodes, `client` (role=client) and `other` on the first. */
function guarded(): NetworkWorld {
  const world = new NetworkWorld(3, true);
  world.api.call("POST", "/api/v1/namespaces", { apiVersion: "v1", kind: "Namespace", metadata: { name: "default", labels: { kept: "yes" } } });
  world.service("web", { type: "NodePort", clusterIP: "10.96.5.5", selector: { app: "web" }, ports: [{ port: 80, targetPort: 80, nodePort: 30080 }] });
  for (const [name, node, ip, labels, port] of [["web-a", "node-1", "10.244.1.2", { app: "web" }, 80], ["web-b", "node-2", "10.244.2.2", { app: "web" }, 80], ["client", "node-1", "10.244.1.9", { role: "client" }, 81], ["other", "node-1", "10.244.1.8", {}, 81]] as const) {
    world.pod(name, node, "default", { labels, ip });
    world.order(node, { type: "run", pod: `default/${name}`, ip, program: "echo", ports: [port] });
  }
  world.endpoints("web", [{ port: 80 }], [{ ip: "10.244.2.2", node: "node-2", pod: "web-b" }]);
  world.runFor(3 * second);
  return world;
}

function watches(world: NetworkWorld): readonly Json[] {
  return ["node-1", "node-2", "node-3"].map((node) => world.api.world.observe(`${node}/cni`, { type: "watches" }));
}

function rulesOf(flow: FlowRecord | null): readonly string[] {
  return (flow?.hops ?? []).map((hop) => `${hop.verdict}: ${hop.rule}`).filter((rule) => rule.includes("Policy") || rule.includes("Policies"));
}

const denyAll = { podSelector: {}, policyTypes: ["Ingress"] };
const allowClient = { podSelector: { matchLabels: { app: "web" } }, ingress: [{ from: [{ podSelector: { matchLabels: { role: "client" } } }], ports: [{ port: "http" }] }] };

describe("without a policy", () => {
  it("nothing but policies is watched and nothing is asked of a packet; with the last one that is so again", () => {
    const world = guarded();
    const idle = [["networkpolicies"], ["networkpolicies"], ["networkpolicies"]];
    expect(watches(world)).toEqual(idle);
    expect(world.api.world.observe("node-1/net", { type: "policies" })).toBeNull();
    world.policy("deny-all", denyAll);
    expect(watches(world)[0]).toEqual(["networkpolicies", "namespaces", "pods"]);
    expect(world.api.world.observe("node-1/net", { type: "policies" })).toMatchObject({ pods: expect.arrayContaining([expect.objectContaining({ pod: "default/web-a", egress: null })]) as Json });
    expect(world.request("http://10.96.5.5/", client).status).toBe(0);
    world.api.call("DELETE", "/apis/networking.k8s.io/v1/namespaces/default/networkpolicies/deny-all");
    world.runFor(second / 2);
    expect(watches(world)).toEqual(idle);
    expect(world.api.world.observe("node-1/net", { type: "policies" })).toBeNull();
    expect(world.request("http://10.96.5.5/", client).status).toBe(200);
  });
});

describe("a policy", () => {
  it("is named with its rule, whether it lets through or drops", () => {
    const world = guarded();
    world.policy("deny-all", denyAll);
    const dropped = world.request("http://10.96.5.5/", client);
    expect(dropped).toMatchObject({ status: 0, failure: "dropped by NetworkPolicy default/deny-all, ingress of pod default/web-b: no rule allows anything" });
    expect((dropped.flow?.endedAtUs ?? 0) - (dropped.flow?.startedAtUs ?? 0)).toBe(5 * second);
    expect(dropped.flow?.hops.at(-1)).toMatchObject({ at: "node-2", verdict: "drop", destination: "10.244.2.2:80" });
    world.policy("allow-client", allowClient);
    const passed = world.request("http://10.96.5.5/", client);
    expect([passed.status, rulesOf(passed.flow)]).toEqual([200, ["forward: allowed by NetworkPolicy default/allow-client, ingress rule 1"]]);
    expect(world.request("http://10.96.5.5/", other).failure).toBe("dropped by NetworkPolicies default/allow-client, default/deny-all, ingress of pod default/web-b: the only rule does not allow from 10.244.1.8 to TCP 80");
  });

  it("follows labels that change, and pods that come", () => {
    const world = guarded();
    world.policy("allow-client", allowClient);
    world.api.call("PATCH", "/api/v1/namespaces/default/pods/other", { metadata: { labels: { role: "client" } } }, { contentType: "application/merge-patch+json" });
    world.runFor(second / 2);
    expect(world.request("http://10.96.5.5/", other).status).toBe(200);
    world.pod("late", "node-3", "default", { labels: { role: "client" }, ip: "10.244.3.4" });
    world.order("node-3", { type: "run", pod: "default/late", ip: "10.244.3.4", program: "echo", ports: [80] });
    world.runFor(second / 2);
    expect(world.request("http://10.96.5.5/", { namespace: "default", name: "late" }).status).toBe(200);
  });

  it("says in the causes which node filters by it", () => {
    const world = guarded();
    world.policy("deny-all", denyAll);
    const said = world.api.world.trace.flatMap(({ body }) => {
      const { component, text } = body as { readonly component?: string; readonly text?: string };
      return component?.startsWith("calico-node") === true ? [text] : [];
    });
    expect(said.sort()).toEqual(["node-1 filters ingress of 3 pods by default/deny-all", "node-2 filters ingress of 1 pod by default/deny-all"]);
  });

  it("of egress is judged after translation, and stops names and the API too", () => {
    const world = guarded();
    world.policy("no-way-out", { podSelector: { matchLabels: { role: "client" } }, policyTypes: ["Egress"], egress: [{ to: [{ ipBlock: { cidr: "10.244.2.0/24" } }] }] });
    const passed = world.request("http://10.96.5.5/", client);
    expect([passed.status, rulesOf(passed.flow)]).toEqual([200, ["forward: allowed by NetworkPolicy default/no-way-out, egress rule 1"]]);
    expect(world.request("http://10.244.1.2/", client).failure).toBe("dropped by NetworkPolicy default/no-way-out, egress of pod default/client: the only rule does not allow to 10.244.1.2, TCP 80");
    expect(world.request("http://web/", client).failure).toBe("no answer from 10.96.0.10 in 2 tries of 5 s: the name web was not resolved");
    world.api.world.send("node-1/net", { type: "openApi", ip: "10.244.1.9", host: "10.96.0.1", port: 443, process: "", tag: "t" });
    world.runFor(second / 10);
    expect(world.api.world.replies.at(-1)?.body).toMatchObject({ type: "apiRoute", server: null, failure: "dial tcp 10.96.0.1:443: i/o timeout" });
  });

  it("leaves a connection that is open alone, and forbids the next", () => {
    const world = guarded();
    for (const [id, url] of [["kept", "http://10.96.5.5/"], ["straight", "http://10.244.2.2/"]] as const) world.traffic({ id, url, from: client, perSecond: 5, clients: 1, keepAlive: true });
    world.traffic({ id: "new", url: "http://10.96.5.5/", from: client, perSecond: 5, clients: 1 });
    world.runFor(2 * second);
    world.policy("deny-all", { podSelector: {}, policyTypes: ["Ingress", "Egress"] });
    const before = world.flows().length;
    world.runFor(8 * second);
    const after = world.flows().slice(before).filter((flow) => flow.startedAtUs > 0);
    expect(after.filter((flow) => flow.source !== "new" && flow.status !== 200)).toEqual([]);
    expect(after.filter((flow) => flow.source === "straight").length).toBeGreaterThan(30);
    expect(after.filter((flow) => flow.source === "new").at(-1)).toMatchObject({ status: 0, failure: "dropped by NetworkPolicy default/deny-all, egress of pod default/client: no rule allows anything" });
  });

  it("sees whom the node sees: a client at its own node's port, another node's address behind masquerading", () => {
    const world = guarded();
    world.policy("from-clients", { podSelector: { matchLabels: { app: "web" } }, ingress: [{ from: [{ ipBlock: { cidr: "198.51.100.0/24" } }] }] });
    expect(world.request("http://172.18.0.3:30080/").status).toBe(200);
    expect(world.request("http://172.18.0.2:30080/").failure).toContain("the only rule does not allow from 172.18.0.2 to TCP 80");
  });

  it("never stops the pod's own node: probes pass, from another node they do not", () => {
    const world = guarded();
    world.policy("deny-all", denyAll);
    const probe = (node: string, source: string, to: string): string | undefined => {
      const packet = requestPacket(newFlow(`${node}${to}`, "TCP", source, 40_000, to, 80), { type: "probe" }, { process: "", tag: null });
      world.api.world.send(`${node}/net`, { type: "packet", packet } as unknown as Json);
      world.runFor(second / 10);
      return world.api.world.replies.map((reply) => reply.body as unknown as { readonly packet?: Packet }).find((body) => body.packet?.flow.id === `${node}${to}`)?.packet?.payload.type;
    };
    expect(probe("node-1", "172.18.0.2", "10.244.1.2")).toBe("accepted");
    expect(probe("node-1", "172.18.0.2", "10.244.2.2")).toBeUndefined();
    expect(world.request("http://10.244.1.9:81/", client).status).toBe(200);
  });

  it("a pod that the agent has not judged yet is cut off", () => {
    const world = guarded();
    world.policy("elsewhere", { podSelector: { matchLabels: { app: "nobody" } } });
    world.order("node-2", { type: "run", pod: "default/early", ip: "10.244.2.77", program: "echo", ports: [80] });
    world.runFor(second / 10);
    expect(world.request("http://10.244.2.77/", client).failure).toBe("dropped: the CNI agent has not judged pod default/early yet, and until then nothing of it passes");
    world.pod("early", "node-2", "default", { ip: "10.244.2.77" });
    world.runFor(second / 2);
    expect(world.request("http://10.244.2.77/", client).status).toBe(200);
  });

  it("stays in force while the agent is down, and is there again after the network crashed", () => {
    const world = guarded();
    world.policy("deny-all", denyAll);
    world.api.world.control({ type: "process", process: "node-2/cni", state: "stopped" });
    world.runFor(second);
    expect(world.request("http://10.96.5.5/", client).status).toBe(0);
    world.api.world.control({ type: "process", process: "node-2/cni", state: "running" });
    world.api.world.control({ type: "crash", process: "node-2/net" });
    world.runFor(3 * second);
    world.order("node-2", { type: "run", pod: "default/web-b", ip: "10.244.2.2", program: "echo", ports: [80] });
    world.runFor(second / 10);
    expect(world.request("http://10.96.5.5/", client).failure).toContain("NetworkPolicy default/deny-all");
    world.api.call("DELETE", "/apis/networking.k8s.io/v1/namespaces/default/networkpolicies/deny-all");
    world.api.world.control({ type: "crash", process: "node-2/cni" });
    world.runFor(3 * second);
    expect(world.request("http://10.96.5.5/", client).status).toBe(200);
  });

  it.each([10_000, 31_000, 500_000, 2_000_000])("goes on alike after a restore %i us after it was made", (at) => {
    const world = guarded();
    world.traffic({ url: "http://10.96.5.5/", from: client, perSecond: 20, keepAlive: true, clients: 3 });
    world.traffic({ id: "o", url: "http://10.96.5.5/", from: other, perSecond: 20 });
    world.api.world.send("cp-1/apiserver", { type: "request", request: world.api.request("POST", "/apis/networking.k8s.io/v1/namespaces/default/networkpolicies", { apiVersion: "networking.k8s.io/v1", kind: "NetworkPolicy", metadata: { name: "allow-client" }, spec: allowClient }) } as unknown as Json);
    world.runFor(at);
    const { world: simulation } = world.api;
    const keyframe = simulation.keyframe();
    const relabel = world.api.request("PATCH", "/api/v1/namespaces/default/pods/client", { metadata: { labels: { role: "nobody" } } }, { contentType: "application/merge-patch+json" });
    const end = (): string => {
      world.api.world.send("cp-1/apiserver", { type: "request", request: relabel } as unknown as Json);
      world.runFor(7 * second);
      return simulation.digest();
    };
    const digest = end();
    expect(world.flows().some((flow) => flow.failure?.includes("NetworkPolicy") === true)).toBe(true);
    simulation.restore(keyframe);
    expect(end()).toBe(digest);
  });
});
