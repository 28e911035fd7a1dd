import { describe, expect, test } from "vitest";
import type { ServiceCIDR } from "../../kinds/networking/servicecidr/kind.ts";
import { ControlPlane } from "../testing/controlPlane.ts";
import { containsAddress } from "./prefixes.ts";

const group = "/apis/networking.k8s.io/v1";
const cidrs = `${group}/servicecidrs`;
const services = "/api/v1/namespaces/default/services";
const cidr = (name: string, range: string) => ({ apiVersion: "networking.k8s.io/v1", kind: "ServiceCIDR", metadata: { name }, spec: { cidrs: [range] } });
const service = (name: string, clusterIP: string) => ({ apiVersion: "v1", kind: "Service", metadata: { name }, spec: { clusterIP, ports: [{ port: 80 }] } });
const get = (cluster: ControlPlane, name: string): ServiceCIDR | null => {
  const { code, body } = cluster.call("GET", `${cidrs}/${name}`);
  return code === 200 ? (body as unknown as ServiceCIDR) : null;
};
const ready = (cluster: ControlPlane, name: string): string => {
  const condition = get(cluster, name)?.status?.conditions?.find(({ type }) => type === "Ready");
  return condition === undefined ? "none" : `${condition.status} ${condition.reason} ${condition.message}`;
};
const isReady = "True  Kubernetes Service CIDR is ready";
const plane = (): ControlPlane => new ControlPlane({ controllers: ["serviceaccount", "service-cidr"] });

describe("a ServiceCIDR", () => {
  test("is there from the start, is Ready and has a finalizer", () => {
    const cluster = plane();
    expect(get(cluster, "kubernetes")?.spec).toEqual({ cidrs: ["10.96.0.0/16"] });
    expect(get(cluster, "kubernetes")?.metadata.finalizers).toEqual(["networking.k8s.io/service-cidr-finalizer"]);
    expect(ready(cluster, "kubernetes")).toBe(isReady);
    expect(get(cluster, "kubernetes")?.metadata.managedFields?.map(({ manager, operation, subresource = "" }) => `${manager} ${operation} ${subresource}`)).toEqual([
      "kubernetes-service-cidr-controller Apply status", "service-cidr-controller Apply status", "kube-apiserver Update ", "kube-controller-manager Update ",
    ]);
  });

  test("that is deleted goes ten seconds later, where no Service needs it", () => {
    const cluster = plane();
    cluster.must("POST", cidrs, cidr("more", "10.200.0.0/24"));
    cluster.runFor(1);
    expect(ready(cluster, "more")).toBe(isReady);
    cluster.must("DELETE", `${cidrs}/more`);
    cluster.runFor(9);
    expect(get(cluster, "more")?.metadata.deletionTimestamp).toBeDefined();
    cluster.runFor(3);
    expect(get(cluster, "more")).toBe(null);
  });

  test("stays for the address of a Service, gives no more, and goes with the Service", () => {
    const cluster = plane();
    cluster.must("POST", cidrs, cidr("more", "10.200.0.0/24"));
    cluster.runFor(1);
    cluster.must("POST", services, service("a", "10.200.0.7"));
    cluster.must("DELETE", `${cidrs}/more`);
    cluster.runFor(30);
    expect(ready(cluster, "more")).toBe("False Terminating There are still IPAddresses referencing the ServiceCIDR, please remove them or create a new ServiceCIDR");
    expect(cluster.call("POST", services, service("b", "10.200.0.8")).code).toBe(422);
    cluster.must("DELETE", `${services}/a`);
    cluster.runFor(2);
    expect(get(cluster, "more")).toBe(null);
  });

  test("goes where a larger one contains it, which then stays", () => {
    const cluster = plane();
    for (const [name, range] of [["small", "10.200.0.0/24"], ["large", "10.200.0.0/16"]] as const) cluster.must("POST", cidrs, cidr(name, range));
    cluster.runFor(1);
    cluster.must("POST", services, service("a", "10.200.0.7"));
    for (const name of ["small", "large"]) {
      cluster.must("DELETE", `${cidrs}/${name}`);
      cluster.runFor(12);
    }
    expect([get(cluster, "large") === null, get(cluster, "small") === null]).toEqual([false, true]);
  });
});

test("a range has neither its first nor, of IPv4, its last address", () => {
  const of = (range: string, ip: string): boolean => containsAddress(cidr("c", range) as unknown as ServiceCIDR, ip);
  expect(["10.96.0.0", "10.96.0.1", "10.96.255.254", "10.96.255.255", "10.97.0.1", "fd00::1"].map((ip) => of("10.96.0.0/16", ip))).toEqual([false, true, true, false, false, false]);
  expect(["10.96.0.16", "10.96.0.17", "10.96.0.30", "10.96.0.31", "10.96.0.32"].map((ip) => of("10.96.0.16/28", ip))).toEqual([false, true, true, false, false]);
  expect(["fd00::", "fd00::1", "fd00::ffff:ffff:ffff:ffff", "fd01::1"].map((ip) => of("fd00::/64", ip))).toEqual([false, true, true, false]);
});
