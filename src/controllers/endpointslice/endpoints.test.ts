import { describe, expect, test } from "vitest";
import type { Endpoints } from "../../kinds/core/endpoints/types.ts";
import type { EndpointSlice } from "../../kinds/discovery/endpointslice/types.ts";
import { ControlPlane } from "../testing/controlPlane.ts";

const pods = "/api/v1/namespaces/default/pods";
const services = "/api/v1/namespaces/default/services";
const slices = "/apis/discovery.k8s.io/v1/namespaces/default/endpointslices";
const strategic = "application/strategic-merge-patch+json";

/** A Service "web" on port 80, and pods that a test runs itself. */
class Rig {
  readonly cluster = new ControlPlane({ controllers: ["*", "-nodelifecycle"] });

  constructor(spec: object = {}) {
    for (const [name, zone] of [["n1", "a"], ["n2", "b"]] as const) this.cluster.addNode(name, zone);
    this.cluster.must("POST", services, { apiVersion: "v1", kind: "Service", metadata: { name: "web", labels: { team: "blue" } }, spec: { selector: { app: "web" }, ports: [{ port: 80 }], ...spec } });
    this.cluster.settle();
  }

  run(name: string, ip: string, options: { readonly node?: string; readonly ready?: boolean; readonly spec?: object; readonly port?: number } = {}): void {
    const { node = "n1", ready = true, spec = {}, port } = options;
    const ports = port === undefined ? {} : { ports: [{ name: "http", containerPort: port }] };
    this.cluster.must("POST", pods, { apiVersion: "v1", kind: "Pod", metadata: { name, labels: { app: "web" } }, spec: { nodeName: node, containers: [{ name: "c", image: "i", ...ports }], ...spec } });
    this.status(name, { phase: "Running", podIP: ip, podIPs: [{ ip }] }, ready);
  }

  status(name: string, status: object, ready: boolean): void {
    this.cluster.must("PATCH", `${pods}/${name}/status`, { status: { ...status, conditions: [{ type: "Ready", status: ready ? "True" : "False", lastTransitionTime: this.cluster.timestamp() }] } }, strategic);
    this.cluster.settle();
  }

  get slices(): readonly EndpointSlice[] {
    return this.cluster.list<EndpointSlice>(slices).filter((slice) => slice.metadata.labels?.["kubernetes.io/service-name"] === "web");
  }

  /** "address node/zone ready serving terminating" of each endpoint. */
  get endpoints(): readonly string[] {
    return this.slices
      .flatMap((slice) => slice.endpoints ?? [])
      .map(({ addresses, nodeName, zone, conditions }) => [addresses.join(), `${nodeName ?? ""}/${zone ?? ""}`, ...Object.entries(conditions ?? {}).flatMap(([name, holds]) => (holds ? [name] : []))].join(" "))
      .sort();
  }

  get old(): Endpoints {
    return this.cluster.must("GET", "/api/v1/namespaces/default/endpoints/web") as Endpoints;
  }
}

test("a Service without pods has one empty slice, that belongs to it", () => {
  const rig = new Rig();
  expect(rig.slices).toMatchObject([{ metadata: { generateName: "web-", labels: { team: "blue", "kubernetes.io/service-name": "web", "endpointslice.kubernetes.io/managed-by": "endpointslice-controller.k8s.io" }, ownerReferences: [{ kind: "Service", name: "web", controller: true }] }, addressType: "IPv4" }]);
  expect(rig.endpoints).toEqual([]);
  expect(rig.old.subsets).toBeUndefined();
});

test("endpoints follow readiness, with node and zone", () => {
  const rig = new Rig();
  rig.run("a", "10.0.0.1");
  rig.run("b", "10.0.0.2", { node: "n2", ready: false });
  expect(rig.endpoints).toEqual(["10.0.0.1 n1/a ready serving", "10.0.0.2 n2/b"]);
  expect(rig.old.subsets).toMatchObject([{ addresses: [{ ip: "10.0.0.1", nodeName: "n1", targetRef: { kind: "Pod", name: "a" } }], notReadyAddresses: [{ ip: "10.0.0.2" }], ports: [{ port: 80, protocol: "TCP" }] }]);
  rig.status("b", {}, true);
  expect(rig.endpoints).toEqual(["10.0.0.1 n1/a ready serving", "10.0.0.2 n2/b ready serving"]);
});

test("a pod on its way out still serves but is not ready; Endpoints drop it", () => {
  const rig = new Rig();
  rig.run("a", "10.0.0.1");
  rig.cluster.must("DELETE", `${pods}/a`);
  rig.cluster.settle();
  expect(rig.endpoints).toEqual(["10.0.0.1 n1/a serving terminating"]);
  expect(rig.old.subsets).toBeUndefined();
});

test("a pod that ended, or that has no address, is no endpoint", () => {
  const rig = new Rig();
  rig.run("a", "10.0.0.1");
  rig.status("a", { phase: "Succeeded" }, false);
  rig.cluster.must("POST", pods, { apiVersion: "v1", kind: "Pod", metadata: { name: "b", labels: { app: "web" } }, spec: { nodeName: "n1", containers: [{ name: "c", image: "i" }] } });
  rig.cluster.settle();
  expect(rig.endpoints).toEqual([]);
});

test("labels decide: a pod that matches no more leaves, and another selector takes others", () => {
  const rig = new Rig();
  rig.run("a", "10.0.0.1");
  rig.cluster.must("PATCH", `${pods}/a`, { metadata: { labels: { app: "other" } } }, strategic);
  rig.cluster.settle();
  expect(rig.endpoints).toEqual([]);
  rig.cluster.must("PATCH", `${services}/web`, { spec: { selector: { app: "other" } } }, strategic);
  rig.cluster.settle();
  expect(rig.endpoints).toEqual(["10.0.0.1 n1/a ready serving"]);
});

describe("ports", () => {
  test("a named port with two numbers makes two slices", () => {
    const rig = new Rig({ ports: [{ name: "http", port: 80, targetPort: "http" }] });
    rig.run("a", "10.0.0.1", { port: 8080 });
    rig.run("b", "10.0.0.2", { port: 9090 });
    expect(rig.slices.flatMap((slice) => slice.ports?.map((port) => port.port)).sort()).toEqual([8080, 9090]);
    expect(rig.old.subsets?.map((subset) => subset.ports?.[0]?.port)).toEqual([8080, 9090]);
  });

  test("a headless Service has its label, and hostnames of its subdomain", () => {
    const rig = new Rig({ clusterIP: "None" });
    rig.run("a", "10.0.0.1", { spec: { hostname: "host-a", subdomain: "web" } });
    expect(rig.slices).toMatchObject([{ metadata: { labels: { "service.kubernetes.io/headless": "" } }, endpoints: [{ hostname: "host-a" }] }]);
    expect(rig.old).toMatchObject({ metadata: { labels: { "service.kubernetes.io/headless": "" } }, subsets: [{ addresses: [{ hostname: "host-a" }] }] });
  });

  test("publishNotReadyAddresses publishes them as ready", () => {
    const rig = new Rig({ publishNotReadyAddresses: true });
    rig.run("a", "10.0.0.1", { ready: false });
    expect(rig.endpoints).toEqual(["10.0.0.1 n1/a ready"]);
    expect(rig.old.subsets).toMatchObject([{ addresses: [{ ip: "10.0.0.1" }] }]);
  });
});

test("trafficDistribution: hints for the zone and the node of each ready endpoint, which go with the field", () => {
  const rig = new Rig({ trafficDistribution: "PreferSameZone" });
  rig.run("a", "10.0.0.1");
  rig.run("b", "10.0.0.2", { node: "n2", ready: false });
  const hints = (): unknown[] => rig.slices.flatMap((slice) => slice.endpoints ?? []).sort((x, y) => ((x.addresses[0] ?? "") < (y.addresses[0] ?? "") ? -1 : 1)).map((endpoint) => endpoint.hints ?? null);
  expect(hints()).toEqual([{ forZones: [{ name: "a" }] }, null]);
  rig.status("b", {}, true);
  expect(hints()).toEqual([{ forZones: [{ name: "a" }] }, { forZones: [{ name: "b" }] }]);
  rig.cluster.must("PATCH", `${services}/web`, { spec: { trafficDistribution: "PreferSameNode" } }, strategic);
  rig.cluster.settle();
  expect(hints()).toEqual([{ forNodes: [{ name: "n1" }], forZones: [{ name: "a" }] }, { forNodes: [{ name: "n2" }], forZones: [{ name: "b" }] }]);
  rig.cluster.must("PATCH", `${services}/web`, { spec: { trafficDistribution: null } }, strategic);
  rig.cluster.settle();
  expect(hints()).toEqual([null, null]);
});

test("what somebody else deletes or changes is put right", () => {
  const rig = new Rig();
  rig.run("a", "10.0.0.1");
  rig.cluster.must("DELETE", `${slices}/${rig.slices[0]?.metadata.name ?? ""}`);
  rig.cluster.must("PATCH", "/api/v1/namespaces/default/endpoints/web", { subsets: null }, "application/merge-patch+json");
  rig.cluster.settle();
  expect(rig.endpoints).toEqual(["10.0.0.1 n1/a ready serving"]);
  expect(rig.old.subsets).toHaveLength(1);
});

test("with the Service its slices and Endpoints go", () => {
  const rig = new Rig();
  rig.run("a", "10.0.0.1");
  rig.cluster.must("DELETE", `${services}/web`);
  rig.cluster.settle();
  expect(rig.slices).toEqual([]);
  expect(rig.cluster.call("GET", "/api/v1/namespaces/default/endpoints/web").code).toBe(404);
});

test("two hundred pods that get ready at once are few writes, and all are there in the end", () => {
  const rig = new Rig();
  for (let index = 0; index < 200; index++) {
    const ip = `10.0.1.${index}`;
    const name = `p${String(index).padStart(3, "0")}`;
    rig.cluster.must("POST", pods, { apiVersion: "v1", kind: "Pod", metadata: { name, labels: { app: "web" } }, spec: { nodeName: "n1", containers: [{ name: "c", image: "i" }] } });
    rig.cluster.must("PATCH", `${pods}/${name}/status`, { status: { phase: "Running", podIP: ip, podIPs: [{ ip }], conditions: [{ type: "Ready", status: "True", lastTransitionTime: rig.cluster.timestamp() }] } }, strategic);
  }
  rig.cluster.settle(30);
  expect(rig.endpoints).toHaveLength(200);
  expect(rig.slices.length).toBeLessThanOrEqual(4);
  expect(rig.old.subsets?.[0]?.addresses).toHaveLength(200);
});
