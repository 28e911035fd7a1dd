// Follows pkg/apis/core/validation/validation.go (ValidateService) and pkg/registry/core/service/storage/alloc.go.
import type { Json } from "../../../base/json.ts";
import { deepEqual } from "../../../base/deepEqual.ts";
import { duplicate, forbidden, index, invalid, key as keyPath, notSupported, required } from "../../../apimachinery/fieldError.ts";
import { isDns1123Label, isDns1123Subdomain, isQualifiedName, isValidPortNum, validateLabels } from "../../../apimachinery/names.ts";
import type { FieldError } from "../../../apimachinery/status.ts";
import { validateObjectMeta, validateObjectMetaUpdate } from "../../metadata/validate.ts";
import { addressFaults, addressWarnings, cidrFaults, cidrWarnings, isIPv6Text, specialAddressFaults } from "../../networkAddress.ts";
import { validatePortNumOrName } from "../../podtemplate/validatePorts.ts";
import { isExternallyAccessible, isHeadless, needsHealthCheckNodePort } from "./fields.ts";
import type { Service, ServicePort, ServiceSpec } from "./types.ts";

const types = ["ClusterIP", "ExternalName", "LoadBalancer", "NodePort"];
const affinities = ["ClientIP", "None"];
const policies = ["Cluster", "Local"];
const families = ["IPv4", "IPv6"];
const familyPolicies = ["PreferDualStack", "RequireDualStack", "SingleStack"];
const protocols = ["SCTP", "TCP", "UDP"];
const distributions = ["PreferClose", "PreferSameZone", "PreferSameNode"];
const sourceRangesAnnotation = "service.beta.kubernetes.io/load-balancer-source-ranges";
const maxAffinitySeconds = 86_400;
const kubeletPort = 10_250;

export function validateService(service: Service): readonly FieldError[] {
  const refusedFamilies = validateFamilies(service.spec);
  if (refusedFamilies.length > 0) return refusedFamilies;
  return validateAll(service);
}

/** What the allocator refuses before anything else is looked at: families that the cluster does not have. */
function validateFamilies(spec: ServiceSpec): readonly FieldError[] {
  if (spec.type === "ExternalName" || (isHeadless(spec) && Object.keys(spec.selector ?? {}).length === 0)) return [];
  const errors: FieldError[] = [];
  if (spec.ipFamilyPolicy === "RequireDualStack") errors.push(invalid("spec.ipFamilyPolicy", spec.ipFamilyPolicy, "this cluster is not configured for dual-stack services"));
  for (const [at, family] of (spec.ipFamilies ?? []).entries()) if (family !== "IPv4") errors.push(invalid(index("spec.ipFamilies", at), family, "not configured on this cluster"));
  return errors;
}

function validateAll(service: Service): readonly FieldError[] {
  const spec = service.spec;
  const errors: FieldError[] = [...validateObjectMeta(service.metadata, true, isDns1123Label, "metadata")];
  const ports = spec.ports ?? [];
  const type = spec.type ?? "";
  if (ports.length === 0 && !isHeadless(spec) && type !== "ExternalName") errors.push(required("spec.ports"));
  if (type === "LoadBalancer") {
    for (const [at, port] of ports.entries()) if (port.port === kubeletPort) errors.push(invalid(index("spec.ports", at), port.port, `may not expose port ${kubeletPort} externally since it is used by kubelet`));
  }
  if ((type === "LoadBalancer" || type === "NodePort") && isHeadless(spec)) errors.push(invalid("spec.clusterIPs[0]", spec.clusterIPs?.[0] ?? "None", `may not be set to 'None' for ${type} services`));
  if (type === "ExternalName") errors.push(...validateExternalName(spec));
  const names = new Set<string>();
  for (const [at, port] of ports.entries()) errors.push(...validatePort(port, ports.length > 1, names, index("spec.ports", at)));
  errors.push(...validateLabels(spec.selector, "spec.selector"), ...validateAffinity(spec), ...validateClusterIPs(spec));
  for (const [at, ip] of (spec.externalIPs ?? []).entries()) {
    const path = index("spec.externalIPs", at);
    const faults = addressFaults(ip);
    for (const message of faults.length > 0 ? faults : specialAddressFaults(ip)) errors.push(invalid(path, ip, message));
  }
  if (type === "") errors.push(required("spec.type"));
  else if (!types.includes(type)) errors.push(notSupported("spec.type", type, types));
  return [...errors, ...validatePortUse(spec), ...validateLoadBalancer(service), ...validatePolicies(spec)];
}

function validateExternalName(spec: ServiceSpec): readonly FieldError[] {
  const errors: FieldError[] = [];
  const never = "may not be set for ExternalName services";
  if ((spec.clusterIPs ?? []).length > 0) errors.push(forbidden("spec.clusterIPs", never));
  if ((spec.ipFamilies ?? []).length > 0) errors.push(forbidden("spec.ipFamilies", never));
  if (spec.ipFamilyPolicy !== undefined) errors.push(forbidden("spec.ipFamilyPolicy", never));
  const cname = (spec.externalName ?? "").replace(/\.$/, "");
  if (cname === "") errors.push(required("spec.externalName"));
  else for (const message of isDns1123Subdomain(cname)) errors.push(invalid("spec.externalName", cname, message));
  return errors;
}

function validatePort(port: ServicePort, needsName: boolean, names: Set<string>, path: string): readonly FieldError[] {
  const errors: FieldError[] = [];
  const name = port.name ?? "";
  if (needsName && name === "") errors.push(required(`${path}.name`));
  else if (name !== "") {
    for (const message of isDns1123Label(name)) errors.push(invalid(`${path}.name`, name, message));
    if (names.has(name)) errors.push(duplicate(`${path}.name`, name));
    names.add(name);
  }
  const number = port.port ?? 0;
  for (const message of isValidPortNum(number)) errors.push(invalid(`${path}.port`, number, message));
  const protocol = port.protocol ?? "";
  if (protocol === "") errors.push(required(`${path}.protocol`));
  else if (!protocols.includes(protocol)) errors.push(notSupported(`${path}.protocol`, protocol, protocols));
  errors.push(...validatePortNumOrName(port.targetPort ?? 0, `${path}.targetPort`));
  if (port.appProtocol !== undefined) for (const message of isQualifiedName(port.appProtocol)) errors.push(invalid(`${path}.appProtocol`, port.appProtocol, message));
  return errors;
}

function validateAffinity(spec: ServiceSpec): readonly FieldError[] {
  const affinity = spec.sessionAffinity ?? "";
  const config = spec.sessionAffinityConfig;
  const errors: FieldError[] = [];
  if (affinity === "") errors.push(required("spec.sessionAffinity"));
  else if (!affinities.includes(affinity)) errors.push(notSupported("spec.sessionAffinity", affinity, affinities));
  if (affinity === "ClientIP") {
    const path = "spec.sessionAffinityConfig";
    const seconds = config?.clientIP?.timeoutSeconds;
    if (config === undefined) errors.push(required(path, "when session affinity type is ClientIP"));
    else if (config.clientIP === undefined) errors.push(required(`${path}.clientIP`, "when session affinity type is ClientIP"));
    else if (seconds === undefined) errors.push(required(`${path}.clientIP.timeoutSeconds`, "when session affinity type is ClientIP"));
    else if (seconds <= 0 || seconds > maxAffinitySeconds) errors.push(invalid(`${path}.clientIP.timeoutSeconds`, seconds, `must be greater than 0 and less than ${maxAffinitySeconds}`));
  } else if (affinity === "None" && config !== undefined) {
    errors.push(forbidden("spec.sessionAffinityConfig", "must not be set when session affinity is None"));
  }
  return errors;
}

function validateClusterIPs(spec: ServiceSpec): readonly FieldError[] {
  if (spec.type === "ExternalName") return [];
  const errors: FieldError[] = [];
  const ips = spec.clusterIPs ?? [];
  const ip = spec.clusterIP ?? "";
  if (ip !== "" && ips.length === 0) errors.push(required("spec.clusterIPs"));
  else if (ip !== "" && ips[0] !== ip) errors.push(invalid("spec.clusterIPs", ips, "first value must match `clusterIP`"));
  else if (ip === "" && ips.length > 0) errors.push(invalid("spec.clusterIPs", ips, "must be empty when `clusterIP` is not specified"));
  const seen = new Set<string>();
  for (const [at, family] of (spec.ipFamilies ?? []).entries()) {
    if (!families.includes(family)) errors.push(notSupported(index("spec.ipFamilies", at), family, families));
    if (seen.has(family)) errors.push(duplicate(index("spec.ipFamilies", at), family));
    seen.add(family);
  }
  if (spec.ipFamilyPolicy !== undefined && !familyPolicies.includes(spec.ipFamilyPolicy)) errors.push(notSupported("spec.ipFamilyPolicy", spec.ipFamilyPolicy, familyPolicies));
  for (const [at, each] of ips.entries()) {
    if (at === 0 && each === "None") {
      if (ips.length > 1) errors.push(invalid("spec.clusterIPs", ips, "'None' must be the first and only value"));
    } else if (addressFaults(each).length > 0) {
      for (const message of addressFaults(each)) errors.push(invalid(index("spec.clusterIPs", at), each, message));
    } else if (spec.ipFamilies?.[at] !== undefined && (spec.ipFamilies[at] === "IPv6") !== isIPv6Text(each)) {
      errors.push(invalid(index("spec.clusterIPs", at), each, `expected an ${spec.ipFamilies[at]} value as indicated by \`ipFamilies[${at}]\``));
    }
  }
  if (ips.length > 2) errors.push(invalid("spec.clusterIPs", ips, "may only hold up to 2 values"));
  return errors;
}

/** Node ports on the wrong type, and ports that are used twice. */
function validatePortUse(spec: ServiceSpec): readonly FieldError[] {
  const ports = spec.ports ?? [];
  const errors: FieldError[] = [];
  if (spec.type === "ClusterIP") {
    for (const [at, port] of ports.entries()) if ((port.nodePort ?? 0) !== 0) errors.push(forbidden(`${index("spec.ports", at)}.nodePort`, "may not be used when `type` is 'ClusterIP'"));
  }
  const nodePorts = new Set<string>();
  for (const [at, port] of ports.entries()) {
    if ((port.nodePort ?? 0) === 0) continue;
    const used = `${port.protocol}/${port.nodePort}`;
    if (nodePorts.has(used)) errors.push(duplicate(`${index("spec.ports", at)}.nodePort`, port.nodePort ?? 0));
    nodePorts.add(used);
  }
  const seen = new Set<string>();
  for (const [at, port] of ports.entries()) {
    const used = `${port.protocol}/${port.port}`;
    // Upstream compares by a port that has only these two fields, and prints it.
    if (seen.has(used)) errors.push(duplicate(index("spec.ports", at), { Name: "", Protocol: port.protocol ?? "", AppProtocol: null, Port: port.port, TargetPort: 0, NodePort: 0 }));
    seen.add(used);
  }
  return errors;
}

function validateLoadBalancer(service: Service): readonly FieldError[] {
  const spec = service.spec;
  const isBalancer = spec.type === "LoadBalancer";
  const errors: FieldError[] = [];
  const only = "may only be used when `type` is 'LoadBalancer'";
  const ranges = spec.loadBalancerSourceRanges ?? [];
  if (ranges.length > 0) {
    if (!isBalancer) errors.push(forbidden("spec.LoadBalancerSourceRanges", only));
    for (const [at, range] of ranges.entries()) for (const message of cidrFaults(range.trim())) errors.push(invalid(index("spec.LoadBalancerSourceRanges", at), range.trim(), message));
  } else if (service.metadata.annotations?.[sourceRangesAnnotation] !== undefined) {
    const path = keyPath("metadata.annotations", sourceRangesAnnotation);
    if (!isBalancer) errors.push(forbidden(path, only));
    const text = (service.metadata.annotations[sourceRangesAnnotation] ?? "").trim();
    if (text !== "") for (const range of text.split(",")) for (const message of cidrFaults(range.trim())) errors.push(invalid(path, range.trim(), message));
  }
  if (!isBalancer && spec.allocateLoadBalancerNodePorts !== undefined) errors.push(forbidden("spec.allocateLoadBalancerNodePorts", only));
  if (isBalancer && spec.allocateLoadBalancerNodePorts === undefined) errors.push(required("spec.allocateLoadBalancerNodePorts"));
  const balancerClass = spec.loadBalancerClass;
  if (balancerClass !== undefined) {
    if (!isBalancer) errors.push(forbidden("spec.loadBalancerClass", "may only be used when `type` is 'LoadBalancer'"));
    else for (const message of isQualifiedName(balancerClass)) errors.push(invalid("spec.loadBalancerClass", balancerClass, message));
  }
  return errors;
}

function validatePolicies(spec: ServiceSpec): readonly FieldError[] {
  const errors: FieldError[] = [];
  const external = spec.externalTrafficPolicy ?? "";
  if (!isExternallyAccessible(spec)) {
    if (external !== "") errors.push(invalid("spec.externalTrafficPolicy", external, "may only be set for externally-accessible services"));
  } else if (external === "") errors.push(required("spec.externalTrafficPolicy"));
  else if (!policies.includes(external)) errors.push(notSupported("spec.externalTrafficPolicy", external, policies));
  const healthPort = spec.healthCheckNodePort ?? 0;
  if (!needsHealthCheckNodePort(spec)) {
    if (healthPort !== 0) errors.push(invalid("spec.healthCheckNodePort", healthPort, "may only be set when `type` is 'LoadBalancer' and `externalTrafficPolicy` is 'Local'"));
  } else if (healthPort !== 0) {
    for (const message of isValidPortNum(healthPort)) errors.push(invalid("spec.healthCheckNodePort", healthPort, message));
  }
  const internal = spec.internalTrafficPolicy;
  if (internal === undefined && (spec.type === "NodePort" || spec.type === "LoadBalancer" || spec.type === "ClusterIP")) errors.push(required("spec.internalTrafficPolicy"));
  if (internal !== undefined && !policies.includes(internal)) errors.push(notSupported("spec.internalTrafficPolicy", internal, policies));
  if (spec.trafficDistribution !== undefined && !distributions.includes(spec.trafficDistribution)) errors.push(notSupported("spec.trafficDistribution", spec.trafficDistribution, distributions));
  return errors;
}

export function validateServiceUpdate(service: Service, old: Service): readonly FieldError[] {
  const refusedFamilies = validateFamilies(service.spec);
  if (refusedFamilies.length > 0) return refusedFamilies;
  return [
    ...validateObjectMetaUpdate(service.metadata, old.metadata, "metadata"),
    ...validateAddressesKept(service.spec, old.spec),
    ...validateBalancerClassKept(service.spec, old.spec),
    ...validateAll(service),
  ];
}

function validateBalancerClassKept(spec: ServiceSpec, old: ServiceSpec): readonly FieldError[] {
  if (spec.type !== "LoadBalancer" || old.type !== "LoadBalancer" || spec.loadBalancerClass === old.loadBalancerClass) return [];
  return [invalid("spec.loadBalancerClass", spec.loadBalancerClass ?? null, "may not change once set")];
}

/** Once given, addresses and the first family stay, as long as the service needs any. */
function validateAddressesKept(spec: ServiceSpec, old: ServiceSpec): readonly FieldError[] {
  if (spec.type === "ExternalName" || old.type === "ExternalName") return [];
  const ips = spec.clusterIPs ?? [];
  const before = old.clusterIPs ?? [];
  if (before.length === 0 || deepEqual(ips, before)) return validateFirstFamilyKept(spec, old);
  if (ips.length === 0) return [invalid("spec.clusterIPs[0]", ips as Json, "primary clusterIP can not be unset")];
  const errors: FieldError[] = [];
  for (const [at, ip] of before.entries()) if (ips[at] !== undefined && ips[at] !== ip) errors.push(invalid(index("spec.clusterIPs", at), ips, "may not change once set"));
  return [...errors, ...validateFirstFamilyKept(spec, old)];
}

function validateFirstFamilyKept(spec: ServiceSpec, old: ServiceSpec): readonly FieldError[] {
  const first = spec.ipFamilies?.[0];
  const before = old.ipFamilies?.[0];
  return before === undefined || first === undefined || first === before ? [] : [invalid("spec.ipFamilies[0]", spec.clusterIPs ?? null, "may not change once set")];
}

export function validateServiceStatusUpdate(service: Service, old: Service): readonly FieldError[] {
  const errors: FieldError[] = [...validateObjectMetaUpdate(service.metadata, old.metadata, "metadata")];
  for (const [at, ingress] of (service.status?.loadBalancer?.ingress ?? []).entries()) {
    const path = index("status.loadBalancer.ingress", at);
    if ((ingress.ip ?? "") !== "") for (const message of addressFaults(ingress.ip ?? "")) errors.push(invalid(`${path}.ip`, ingress.ip ?? "", message));
    if ((ingress.ip ?? "") !== "" && ingress.ipMode === undefined) errors.push(required(`${path}.ipMode`, "must be specified when `ip` is set"));
    if ((ingress.ip ?? "") === "" && ingress.ipMode !== undefined) errors.push(forbidden(`${path}.ipMode`, "may not be specified when `ip` is not set"));
    if ((ingress.hostname ?? "") !== "") for (const message of isDns1123Subdomain(ingress.hostname ?? "")) errors.push(invalid(`${path}.hostname`, ingress.hostname ?? "", message));
  }
  return errors;
}

/** Follows pkg/api/service/warnings.go. */
export function serviceWarnings(service: Service): readonly string[] {
  const spec = service.spec;
  const externalIPs = spec.externalIPs ?? [];
  const warnings: string[] = [];
  if (service.metadata.annotations?.[oldHintsAnnotation] !== undefined) warnings.push(`annotation ${oldHintsAnnotation} is deprecated, please use service.kubernetes.io/topology-mode instead`);
  if (!isHeadless(spec)) for (const [at, ip] of (spec.clusterIPs ?? []).entries()) warnings.push(...addressWarnings(index("spec.clusterIPs", at), ip));
  if (externalIPs.length > 0) warnings.push("spec.externalIPs is deprecated");
  if (isHeadless(spec)) {
    if ((spec.loadBalancerIP ?? "") !== "") warnings.push("spec.loadBalancerIP is ignored for headless services");
    if (externalIPs.length > 0) warnings.push("spec.externalIPs is ignored for headless services");
    if (spec.sessionAffinity === "ClientIP") warnings.push("spec.SessionAffinity is ignored for headless services");
  }
  for (const [at, ip] of externalIPs.entries()) warnings.push(...addressWarnings(index("spec.externalIPs", at), ip));
  if ((spec.loadBalancerIP ?? "") !== "") warnings.push(...addressWarnings("spec.loadBalancerIP", spec.loadBalancerIP ?? ""));
  for (const [at, range] of (spec.loadBalancerSourceRanges ?? []).entries()) warnings.push(...cidrWarnings(index("spec.loadBalancerSourceRanges", at), range));
  if (spec.type === "ExternalName" && externalIPs.length > 0) warnings.push('spec.externalIPs is ignored when spec.type is "ExternalName"');
  if (spec.type !== "ExternalName" && (spec.externalName ?? "") !== "") warnings.push('spec.externalName is ignored when spec.type is not "ExternalName"');
  if (spec.trafficDistribution === "PreferClose") warnings.push('spec.trafficDistribution: "PreferClose" is deprecated; use "PreferSameZone"');
  return warnings;
}

const oldHintsAnnotation = "service.kubernetes.io/topology-aware-hints";
