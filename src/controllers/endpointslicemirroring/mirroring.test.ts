import { expect, test } from "vitest";
import type { EndpointSlice } from "../../kinds/discovery/endpointslice/types.ts";
import { ControlPlane } from "../testing/controlPlane.ts";

const services = "/api/v1/namespaces/default/services";
const endpoints = "/api/v1/namespaces/default/endpoints";
const merge = "application/merge-patch+json";
const manual = (subsets: readonly object[], metadata: object = {}) => ({ apiVersion: "v1", kind: "Endpoints", metadata: { name: "ext", ...metadata }, subsets });

function rig(service: object = {}): ControlPlane {
  const cluster = new ControlPlane();
  cluster.must("POST", services, { apiVersion: "v1", kind: "Service", metadata: { name: "ext" }, spec: { ports: [{ port: 80 }], ...service } });
  return cluster;
}

/** "family addresses ready ports" of each slice of the Service. */
const mirrored = (cluster: ControlPlane): readonly string[] =>
  cluster
    .list<EndpointSlice>("/apis/discovery.k8s.io/v1/namespaces/default/endpointslices")
    .filter((slice) => slice.metadata.labels?.["kubernetes.io/service-name"] === "ext")
    .map((slice) => `${slice.addressType} ${(slice.endpoints ?? []).map((each) => `${each.addresses.join()}${each.conditions?.ready === true ? "" : " (not ready)"}`).join(" ")} ${(slice.ports ?? []).map((port) => port.port).join()} by ${slice.metadata.labels?.["endpointslice.kubernetes.io/managed-by"] ?? ""}`)
    .sort();

const by = "by endpointslicemirroring-controller.k8s.io";

test("Endpoints made by hand have slices, that follow them and go with them", () => {
  const cluster = rig();
  cluster.must("POST", endpoints, manual([{ addresses: [{ ip: "192.0.2.1" }], notReadyAddresses: [{ ip: "192.0.2.2" }], ports: [{ port: 8080 }] }]));
  cluster.settle();
  expect(mirrored(cluster)).toEqual([`IPv4 192.0.2.1 192.0.2.2 (not ready) 8080 ${by}`]);
  cluster.must("PATCH", `${endpoints}/ext`, { subsets: [{ addresses: [{ ip: "192.0.2.1" }, { ip: "192.0.2.3" }], ports: [{ port: 8080 }] }] }, merge);
  cluster.settle();
  expect(mirrored(cluster)).toEqual([`IPv4 192.0.2.1 192.0.2.3 8080 ${by}`]);
  cluster.must("PATCH", `${endpoints}/ext`, { subsets: null }, merge);
  cluster.settle();
  expect(mirrored(cluster)).toEqual([]);
});

test("each address family and each set of ports has its own", () => {
  const cluster = rig();
  cluster.must("POST", endpoints, manual([{ addresses: [{ ip: "192.0.2.1" }, { ip: "2001:db8::1" }], ports: [{ port: 80 }] }, { addresses: [{ ip: "192.0.2.9" }], ports: [{ port: 81 }] }]));
  cluster.settle();
  expect(mirrored(cluster)).toEqual([`IPv4 192.0.2.1 80 ${by}`, `IPv4 192.0.2.9 81 ${by}`, `IPv6 2001:db8::1 80 ${by}`]);
});

test("Endpoints that ask for it are left alone; once the Service has a selector, its slices are another's", () => {
  const cluster = rig();
  cluster.must("POST", endpoints, manual([{ addresses: [{ ip: "192.0.2.1" }], ports: [{ port: 80 }] }], { labels: { "endpointslice.kubernetes.io/skip-mirror": "true" } }));
  cluster.settle();
  expect(mirrored(cluster)).toEqual([]);
  cluster.must("PATCH", `${endpoints}/ext`, { metadata: { labels: { "endpointslice.kubernetes.io/skip-mirror": null } } }, merge);
  cluster.settle();
  expect(mirrored(cluster)).toHaveLength(1);
  cluster.must("PATCH", `${services}/ext`, { spec: { selector: { app: "web" } } }, merge);
  cluster.settle();
  expect(mirrored(cluster).filter((text) => text.includes("mirroring"))).toEqual([]);
});

test("of a subset a thousand addresses are mirrored, those that are ready first, and an event tells of the rest", () => {
  const cluster = rig();
  const addresses = (count: number, part: number) => Array.from({ length: count }, (_, index) => ({ ip: `10.${part}.${Math.floor(index / 200)}.${(index % 200) + 1}` }));
  cluster.must("POST", endpoints, manual([{ addresses: addresses(900, 1), notReadyAddresses: addresses(150, 2), ports: [{ port: 80 }] }]));
  cluster.settle();
  const [slice = ""] = mirrored(cluster);
  expect([slice.match(/ 10\./g)?.length, slice.match(/\(not ready\)/g)?.length]).toEqual([1000, 100]);
  expect(cluster.events("ext").map((text) => text.replace(/ \(\d+\)$/, ""))).toEqual(["TooManyAddressesToMirror: A max of 1000 addresses can be mirrored to EndpointSlices per Endpoints subset. 50 addresses were skipped"]);
});
