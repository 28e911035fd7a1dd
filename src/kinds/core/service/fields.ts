// Follows pkg/registry/core/service/storage/{alloc,rest}.go and strategy.go: which fields go with which type of service.
import { deepEqual } from "../../../base/deepEqual.ts";
import { changeItems } from "../../sharing.ts";
import { without } from "../../strategy.ts";
import type { Service, ServicePort, ServiceSpec } from "./types.ts";

export function needsClusterIP(spec: ServiceSpec): boolean {
  return spec.type === "ClusterIP" || spec.type === "NodePort" || spec.type === "LoadBalancer";
}
export function needsNodePort(spec: ServiceSpec): boolean {
  return spec.type === "NodePort" || (spec.type === "LoadBalancer" && spec.allocateLoadBalancerNodePorts !== false);
}
export function needsHealthCheckNodePort(spec: ServiceSpec): boolean {
  return spec.type === "LoadBalancer" && spec.externalTrafficPolicy === "Local";
}
export function isHeadless(spec: ServiceSpec): boolean {
  return spec.clusterIPs?.[0] === "None" || spec.clusterIP === "None";
}
/** Reachable from outside the cluster: node ports, load balancers, external addresses. */
export function isExternallyAccessible(spec: ServiceSpec): boolean {
  return spec.type === "LoadBalancer" || spec.type === "NodePort" || (spec.type === "ClusterIP" && (spec.externalIPs ?? []).length > 0);
}

/** clusterIP is the first of clusterIPs: whoever changes one and leaves the other changes both. */
export function withSyncedClusterIPs(spec: ServiceSpec, old: ServiceSpec | null): ServiceSpec {
  const ip = spec.clusterIP ?? "";
  const ips = spec.clusterIPs ?? [];
  if (old === null) return ip !== "" && ips.length === 0 ? { ...spec, clusterIPs: [ip] } : spec;
  if (ip === (old.clusterIP ?? "") || !deepEqual(ips, old.clusterIPs ?? [])) return ip === "" || ips.length > 0 ? spec : { ...spec, clusterIPs: [ip] };
  return ip === "" ? without(spec, "clusterIPs") : { ...spec, clusterIPs: [ip] };
}

/** An update that leaves out what was allocated keeps it. */
export function withAllocatedValuesOf(spec: ServiceSpec, old: ServiceSpec): ServiceSpec {
  let out = spec;
  if (needsClusterIP(old) && needsClusterIP(out)) {
    if ((out.clusterIP ?? "") === "" && old.clusterIP !== undefined) out = { ...out, clusterIP: old.clusterIP };
    if ((out.clusterIPs ?? []).length === 0 && out.clusterIP === old.clusterIP && old.clusterIPs !== undefined) out = { ...out, clusterIPs: old.clusterIPs };
  }
  if (needsNodePort(old) && needsNodePort(out)) out = withNodePortsOf(out, old);
  if (needsHealthCheckNodePort(old) && needsHealthCheckNodePort(out) && (out.healthCheckNodePort ?? 0) === 0 && old.healthCheckNodePort !== undefined) out = { ...out, healthCheckNodePort: old.healthCheckNodePort };
  return out;
}

function withNodePortsOf(spec: ServiceSpec, old: ServiceSpec): ServiceSpec {
  const usedNow = new Set((spec.ports ?? []).map((port) => port.nodePort ?? 0).filter((port) => port !== 0));
  const byName = new Map((old.ports ?? []).map((port) => [port.name ?? "", port.nodePort ?? 0]));
  return changeItems(spec, "ports", (port: ServicePort) => {
    const before = byName.get(port.name ?? "") ?? 0;
    if ((port.nodePort ?? 0) !== 0 || before === 0 || usedNow.has(before)) return port;
    usedNow.add(before);
    return { ...port, nodePort: before };
  });
}

/** A change of type drops what the new type has no use for, unless the client set it in the same breath. */
export function withoutTypeDependentFields(spec: ServiceSpec, old: ServiceSpec): ServiceSpec {
  let out = spec;
  const drop = (key: keyof ServiceSpec): void => {
    if (deepEqual(out[key], old[key])) out = without(out, key);
  };
  if (needsClusterIP(old) && !needsClusterIP(spec)) {
    if (deepEqual(spec.clusterIPs, old.clusterIPs)) out = without(without(out, "clusterIP"), "clusterIPs");
    drop("ipFamilies");
    drop("ipFamilyPolicy");
  }
  if ((old.type === "NodePort" || old.type === "LoadBalancer") && spec.type !== "NodePort" && spec.type !== "LoadBalancer" && sameNodePorts(spec, old)) {
    out = changeItems(out, "ports", (port: ServicePort) => without(port, "nodePort"));
  }
  if (needsHealthCheckNodePort(old) && !needsHealthCheckNodePort(spec)) drop("healthCheckNodePort");
  if (old.type === "ExternalName" && spec.type !== "ExternalName") drop("externalName");
  if (isExternallyAccessible(old) && !isExternallyAccessible(spec)) drop("externalTrafficPolicy");
  if (old.type === "LoadBalancer" && spec.type !== "LoadBalancer") {
    drop("allocateLoadBalancerNodePorts");
    drop("loadBalancerClass");
  }
  if (needsClusterIP(old) && !needsClusterIP(spec)) drop("internalTrafficPolicy");
  return out;
}

function sameNodePorts(a: ServiceSpec, b: ServiceSpec): boolean {
  const portsOf = (spec: ServiceSpec): readonly number[] => (spec.ports ?? []).map((port) => port.nodePort ?? 0).filter((port) => port !== 0).sort((left, right) => left - right);
  return deepEqual(portsOf(a), portsOf(b));
}

/**
 * The IP families of a service on a cluster with one family, IPv4. Families that such a cluster does not have are left
 * for validation to refuse.
 */
export function withIPFamilies(service: Service, old: Service | null): Service {
  let spec = service.spec;
  if (!needsClusterIP(spec)) return service;
  if (old !== null && needsClusterIP(old.spec)) {
    if (spec.ipFamilyPolicy === undefined && old.spec.ipFamilyPolicy !== undefined) spec = { ...spec, ipFamilyPolicy: old.spec.ipFamilyPolicy };
    if ((spec.ipFamilies ?? []).length === 0 && old.spec.ipFamilies !== undefined) spec = { ...spec, ipFamilies: old.spec.ipFamilies };
  }
  const families = spec.ipFamilies ?? [];
  if (isHeadless(spec) && Object.keys(spec.selector ?? {}).length === 0) {
    // Nobody allocates anything for it: its endpoints may be of any family.
    const ipFamilyPolicy = spec.ipFamilyPolicy ?? "RequireDualStack";
    const first = families[0] ?? "IPv4";
    const second = families[1] ?? (ipFamilyPolicy === "SingleStack" ? null : first === "IPv4" ? "IPv6" : "IPv4");
    spec = { ...spec, ipFamilyPolicy, ipFamilies: second === null ? [first] : [first, second] };
  } else {
    if (families.length === 0) spec = { ...spec, ipFamilies: ["IPv4"] };
    if (spec.ipFamilyPolicy === undefined) spec = { ...spec, ipFamilyPolicy: families.length === 2 ? "RequireDualStack" : "SingleStack" };
  }
  return spec === service.spec ? service : { ...service, spec };
}
