import { describe, expect, it, test } from "vitest";
import type { Endpoint, EndpointSlice } from "../../kinds/discovery/endpointslice/types.ts";
import type { KubeObject } from "../../apimachinery/objectMeta.ts";
import { ControlPlane } from "../testing/controlPlane.ts";
import { hinted, isOverloaded, type ZoneCounts } from "./topologyHints.ts";

type EventOf = KubeObject<unknown, unknown> & { readonly reason: string; readonly message: string; readonly type: string };

const services = "/api/v1/namespaces/default/services";
const pods = "/api/v1/namespaces/default/pods";
const merge = "application/merge-patch+json";
const endpoint = (zone: string | null, hint: string | null = null, ready = true): Endpoint => ({ addresses: ["10.0.0.1"], conditions: { ready }, ...(zone === null ? {} : { zone }), ...(hint === null ? {} : { hints: { forZones: [{ name: hint }] } }) });
const zonesOf = (endpoints: readonly Endpoint[] | undefined): string => (endpoints ?? []).map(({ hints }) => hints?.forZones?.[0]?.name ?? "-").join("");
const slice = (name: string, endpoints: readonly Endpoint[]): EndpointSlice => ({ metadata: { name }, endpoints }) as unknown as EndpointSlice;

/** What comes of new endpoints in zones as "aabc", where the zones have these parts of the CPU. */
function shared(zones: string, shares: ZoneCounts | null, existing: readonly EndpointSlice[] = []): string {
  const plan = { create: [{ ports: [], endpoints: [...zones].map((zone) => endpoint(zone === "?" ? null : zone)) }], update: [], reuse: [], remove: [] };
  const { plan: next, why } = hinted(plan, existing, shares);
  return [why, ...next.create.map(({ endpoints }) => zonesOf(endpoints)), ...next.update.map(({ slice: { metadata }, endpoints }) => `${metadata.name}: ${zonesOf(endpoints)}`)].filter((text) => text !== "").join(", ");
}

describe("endpoints are shared out by the zones' CPU", () => {
  const even = new Map([["a", 0.5], ["b", 0.5]]);
  const thirds = new Map([["a", 1 / 3], ["b", 1 / 3], ["c", 1 / 3]]);
  it.each([
    ["each zone has its own", "abab", even, "abab"],
    ["one zone gives to the other", "aaab", even, "baab"],
    ["one zone has none", "aaaa", even, "bbaa"],
    ["by their parts", "aabb", new Map([["a", 0.75], ["b", 0.25]]), "aaab"],
    ["less than one endpoint moves nobody", "aaaabbb", even, "aaaabbb"],
    ["three zones", "aaaabc", thirds, "bcaabc"],
    ["too few", "ab", thirds, "Insufficient number of endpoints (2 endpoints, 3 zones), --"],
    ["more would be needed than there are", "abc", new Map([["a", 0.5], ["b", 0.45], ["c", 0.05]]), "Unable to allocate minimum required endpoints to each zone without exceeding overload threshold (3 endpoints, 3 zones), ---"],
    ["no zone is known", "a?", even, "One or more endpoints do not have a zone specified, --"],
    ["nodes do not say enough", "ab", null, "Insufficient Node information: allocatable CPU or zone not specified on one or more nodes, --"],
  ] as const)("%s: %s", (_what, zones, shares, expected) => expect(shared(zones, shares)).toBe(expected));

  it("slices that nothing is wrong with stay; those with too many of a zone, or with none, are meant anew", () => {
    expect(shared("b", even, [slice("good", [endpoint("a", "a"), endpoint("a", "b", false)])])).toBe("b");
    expect(shared("bb", even, [slice("many", [endpoint("a", "a"), endpoint("a", "a"), endpoint("a", "a"), endpoint("a", "a")])])).toBe("bb, many: baaa");
    expect(shared("b", even, [slice("none", [endpoint("a")])])).toBe("b, none: a");
    expect(shared("b", thirds, [slice("had", [endpoint("a", "a")]), slice("not", [endpoint("a", null, false)])])).toBe("Insufficient number of endpoints (2 endpoints, 3 zones), -, had: -");
  });

  it("a zone with less than five sixths of its part has too few", () => {
    expect(isOverloaded(new Map([["a", 6], ["b", 4]]), even)).toBe(true);
    expect(isOverloaded(new Map([["a", 5], ["b", 5]]), even)).toBe(false);
    expect(isOverloaded(new Map([["a", 5]]), even)).toBe(true);
    expect(isOverloaded(new Map([["a", 5], ["b", 5]]), null)).toBe(true);
    expect(isOverloaded(new Map(), null)).toBe(false);
  });
});

test("the annotation gives hints and takes them, tells both, and follows nodes that are no longer ready", () => {
  const cluster = new ControlPlane({ controllers: ["*", "-nodelifecycle"] });
  const nodes = [["n1", "a"], ["n2", "b"]] as const;
  for (const [name, zone] of nodes) {
    cluster.addNode(name, zone);
    cluster.must("PATCH", `/api/v1/nodes/${name}/status`, { status: { capacity: { cpu: "4" }, allocatable: { cpu: "4" } } }, merge);
  }
  cluster.must("POST", services, { apiVersion: "v1", kind: "Service", metadata: { name: "web" }, spec: { selector: { app: "web" }, ports: [{ port: 80 }], trafficDistribution: "PreferSameNode" } });
  const run = (name: string, node: string): void => {
    cluster.must("POST", pods, { apiVersion: "v1", kind: "Pod", metadata: { name, labels: { app: "web" } }, spec: { nodeName: node, containers: [{ name: "c", image: "i" }] } });
    const podIP = `10.0.0.${name.slice(1)}`;
    cluster.must("PATCH", `${pods}/${name}/status`, { status: { phase: "Running", podIP, podIPs: [{ ip: podIP }], conditions: [{ type: "Ready", status: "True", lastTransitionTime: cluster.timestamp() }] } }, "application/strategic-merge-patch+json");
  };
  const hints = (): string => cluster.list<EndpointSlice>("/apis/discovery.k8s.io/v1/namespaces/default/endpointslices").filter(({ metadata }) => metadata.generateName === "web-").flatMap(({ endpoints }) => endpoints ?? []).map(({ hints: meant }) => `${meant?.forZones?.[0]?.name ?? "-"}${meant?.forNodes === undefined ? "" : "/node"}`).sort().join(" ");
  const told = (): readonly string[] => cluster.list<EventOf>("/api/v1/namespaces/default/events").filter(({ reason }) => reason.startsWith("Topology")).map(({ type, reason, message }) => `${type} ${reason}: ${message}`);
  const annotate = (mode: string | null): void => {
    cluster.must("PATCH", `${services}/web`, { metadata: { annotations: { "service.kubernetes.io/topology-mode": mode } } }, merge);
    cluster.settle();
  };
  run("p1", "n1");
  cluster.settle();
  expect(hints()).toBe("a/node");
  annotate("Auto");
  const few = "Warning TopologyAwareHintsDisabled: Insufficient number of endpoints (1 endpoints, 2 zones), addressType: IPv4";
  expect([hints(), told()]).toEqual(["-", [few]]);
  for (const name of ["p2", "p3", "p4"]) run(name, "n1");
  cluster.settle();
  const enabled = "Normal TopologyAwareHintsEnabled: Topology Aware Hints has been enabled, addressType: IPv4";
  expect(hints()).toBe("a a b b");
  expect(told()).toContain(enabled);
  const ready = (status: string): void => {
    cluster.must("PATCH", "/api/v1/nodes/n2/status", { status: { conditions: [{ type: "Ready", status, reason: "r", message: "m", lastHeartbeatTime: cluster.timestamp(), lastTransitionTime: cluster.timestamp() }] } }, "application/strategic-merge-patch+json");
    cluster.settle();
  };
  ready("False");
  expect(hints()).toBe("- - - -");
  expect(told()).toContain("Warning TopologyAwareHintsDisabled: Insufficient Node information: allocatable CPU or zone not specified on one or more nodes, addressType: IPv4");
  ready("True");
  for (const name of ["p5", "p6"]) run(name, "n2");
  cluster.settle();
  expect(hints()).toBe("a a a b b b");
  annotate(null);
  expect(hints()).toBe("a/node a/node a/node a/node b/node b/node");
  expect(told()).toContain("Warning TopologyAwareHintsDisabled: Topology Aware Hints has been disabled, addressType: IPv4");
  expect(told().filter((text) => text.startsWith("Normal"))).toEqual([enabled]);
});
