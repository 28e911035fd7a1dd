import { describe, expect, it } from "vitest";
import { serviceKind } from "./kind.ts";
import type { Service, ServiceSpec } from "./types.ts";

function service(spec: ServiceSpec): Service {
  return serviceKind.defaults({ apiVersion: "v1", kind: "Service", metadata: { name: "s", namespace: "n", uid: "u", resourceVersion: "1", creationTimestamp: "2026-01-01T00:00:00Z" }, spec });
}
const allocated: ServiceSpec = { clusterIP: "10.96.0.7", clusterIPs: ["10.96.0.7"], ports: [{ port: 80, name: "a" }, { port: 81, name: "b" }] };
const stored = serviceKind.strategy.prepareForCreate(service(allocated));
const update = (spec: ServiceSpec, old = stored): Service => serviceKind.strategy.prepareForUpdate(service(spec), old);
const refusals = (spec: ServiceSpec, old = stored): readonly string[] => serviceKind.strategy.validateUpdate(update(spec, old), old).map((error) => `${error.path}: ${error.detail}`);

describe("a Service's update", () => {
  it("keeps the addresses that were left out", () => {
    expect(update({ ports: [{ port: 80, name: "a" }] }).spec).toMatchObject({ clusterIP: "10.96.0.7", clusterIPs: ["10.96.0.7"], ipFamilies: ["IPv4"], ipFamilyPolicy: "SingleStack" });
  });
  it("may not change them", () => {
    expect(refusals({ ...allocated, clusterIP: "10.96.0.8", clusterIPs: ["10.96.0.8"] })).toEqual(["spec.clusterIPs[0]: may not change once set"]);
  });
  it("keeps node ports by the ports' names", () => {
    const old: Service = { ...stored, spec: { ...stored.spec, type: "NodePort", externalTrafficPolicy: "Cluster", ports: [{ port: 80, name: "a", nodePort: 30_001, protocol: "TCP", targetPort: 80 }, { port: 81, name: "b", nodePort: 30_002, protocol: "TCP", targetPort: 81 }] } };
    const next = update({ type: "NodePort", ports: [{ port: 81, name: "b" }, { port: 8080, name: "a" }, { port: 82, name: "c" }] }, old);
    expect(next.spec.ports?.map((port) => port.nodePort)).toEqual([30_002, 30_001, undefined]);
    expect(update({ type: "ClusterIP", ports: old.spec.ports ?? [] }, old).spec.ports?.map((port) => port.nodePort)).toEqual([undefined, undefined]);
  });
  it("drops what an ExternalName has no use for", () => {
    const next = update({ ...allocated, type: "ExternalName", externalName: "x.example.com", internalTrafficPolicy: "Cluster", ipFamilies: ["IPv4"], ipFamilyPolicy: "SingleStack" });
    for (const field of ["clusterIP", "clusterIPs", "ipFamilies", "ipFamilyPolicy", "internalTrafficPolicy"]) expect(next.spec).not.toHaveProperty(field);
    expect(serviceKind.strategy.validateUpdate(next, stored)).toEqual([]);
  });
});

describe("a headless Service", () => {
  it("without selector is of both families: nothing is allocated for it", () => {
    const created = serviceKind.strategy.prepareForCreate(service({ clusterIP: "None" }));
    expect(created.spec).toMatchObject({ clusterIPs: ["None"], ipFamilies: ["IPv4", "IPv6"], ipFamilyPolicy: "RequireDualStack" });
    expect(serviceKind.strategy.validate(created)).toEqual([]);
  });
  it("with selector is of the cluster's", () => {
    expect(serviceKind.strategy.prepareForCreate(service({ clusterIP: "None", selector: { a: "b" } })).spec).toMatchObject({ ipFamilies: ["IPv4"], ipFamilyPolicy: "SingleStack" });
  });
});
