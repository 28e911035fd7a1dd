import { describe, expect, it } from "vitest";
import type { ServiceRules } from "../../network/serviceRules.ts";
import { NetworkWorld } from "../net/testing/networkWorld.ts";

const second = 1_000_000;
const a = { ip: "10.244.1.2", node: "node-1", pod: "a" };
const b = { ip: "10.244.2.2", node: "node-2", pod: "b" };

function programmed(world: NetworkWorld, node: string): readonly { readonly at: number; readonly text: string; readonly object: string }[] {
  return world.api.world.trace.flatMap((entry) => {
    const body = entry.body as { readonly component?: string; readonly text?: string; readonly object?: string };
    return body.component === `kube-proxy ${node}` ? [{ at: entry.at, text: body.text ?? "", object: body.object ?? "" }] : [];
  });
}

function servicesOf(world: NetworkWorld, node: string): readonly ServiceRules[] {
  return world.api.world.observe(`${node}/proxy`, { type: "services" }) as unknown as readonly ServiceRules[];
}

describe("kube-proxy", () => {
  it("programs only what changed, at most once a second, and says so", () => {
    const world = new NetworkWorld(2);
    world.service("web", { clusterIP: "10.96.5.5", ports: [{ port: 80 }] });
    world.service("api", { clusterIP: "10.96.5.6", ports: [{ port: 80 }] });
    world.runFor(3 * second);
    world.endpoints("web", [{ port: 80 }], [a]);
    world.endpoints("web", [{ port: 80 }], [a, b]);
    world.runFor(3 * second);
    world.endpoints("web", [{ port: 80 }], []);
    world.runFor(3 * second);
    const ours = programmed(world, "node-1").filter((link) => link.object.startsWith("services/default/") && link.object !== "services/default/kubernetes");
    expect(ours.map((link) => link.text)).toEqual(expect.arrayContaining(["node-1 refuses connections to default/web: it has no ready endpoint yet", "node-1 refuses connections to default/web: no endpoint is ready any more"]));
    expect(ours.filter((link) => link.object === "services/default/api")).toHaveLength(1);
    const times = [...new Set(programmed(world, "node-1").map((link) => link.at))];
    for (let i = 1; i < times.length; i++) expect((times[i] ?? 0) - (times[i - 1] ?? 0)).toBeGreaterThanOrEqual(second);
    expect(ours.at(-2)?.text).toMatch(/^node-1 sends default\/web to [12] endpoints?/);
  });

  it("each node has its own rules: local endpoints, and the chains of a real one", () => {
    const world = new NetworkWorld(2);
    world.service("web", { type: "NodePort", externalTrafficPolicy: "Local", clusterIP: "10.96.5.5", ports: [{ port: 80, nodePort: 30_080 }] });
    world.endpoints("web", [{ port: 80 }], [a, b]);
    world.runFor(3 * second);
    const local = (node: string): readonly string[] => servicesOf(world, node).filter((rules) => rules.name === "default/web").flatMap((rules) => rules.local.map((endpoint) => endpoint.ip));
    expect([local("node-1"), local("node-2")]).toEqual([["10.244.1.2"], ["10.244.2.2"]]);
    const rules = world.api.world.observe("node-1/proxy", { type: "rules" }) as readonly string[];
    expect(rules).toContain('-A KUBE-SERVICES -d 10.96.0.1/32 -p tcp -m comment --comment "default/kubernetes:https cluster IP" -m tcp --dport 443 -j KUBE-SVC-NPX46M4PTMTKRN6Y');
    expect(rules.filter((line) => line.startsWith("-A KUBE-NODEPORTS"))).toHaveLength(1);
  });

  it("answers load balancers: its own health, and whether a Local service has endpoints here", () => {
    const world = new NetworkWorld(2);
    world.service("web", { type: "LoadBalancer", externalTrafficPolicy: "Local", ports: [{ port: 80 }] }, "203.0.113.7");
    world.endpoints("web", [{ port: 80 }], [a]);
    world.runFor(12 * second);
    const health = world.api.world.observe("world/internet", { type: "health" }) as unknown as readonly { readonly target: string; readonly healthy: boolean }[];
    expect(health.map((target) => [target.target.split("|")[0], target.healthy])).toEqual([["node-1", true], ["node-2", false]]);
    world.api.world.control({ type: "process", process: "node-1/proxy", state: "stopped" });
    world.runFor(21 * second);
    const later = world.api.world.observe("world/internet", { type: "health" }) as unknown as readonly { readonly healthy: boolean }[];
    expect(later.map((target) => target.healthy)).toEqual([false, false]);
  });

  it("forgets a service that is deleted", () => {
    const world = new NetworkWorld(1);
    world.service("web", { clusterIP: "10.96.5.5", ports: [{ port: 80 }] });
    world.endpoints("web", [{ port: 80 }], [a]);
    world.runFor(3 * second);
    expect(servicesOf(world, "node-1").some((rules) => rules.name === "default/web")).toBe(true);
    expect(world.api.call("DELETE", "/api/v1/namespaces/default/services/web").code).toBe(200);
    world.runFor(3 * second);
    expect(servicesOf(world, "node-1").some((rules) => rules.name === "default/web")).toBe(false);
    expect(programmed(world, "node-1").at(-1)?.text).toBe("took the rules of default/web away from node-1");
  });
});
