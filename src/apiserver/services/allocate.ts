import { invalid, index } from "../../apimachinery/fieldError.ts";
import type { KubeObject } from "../../apimachinery/objectMeta.ts";
import type { FieldError } from "../../apimachinery/status.ts";
import { internalServerError, invalidStatus } from "../../apimachinery/statusErrors.ts";
import { isHeadless, needsClusterIP, needsHealthCheckNodePort, needsNodePort } from "../../kinds/core/service/fields.ts";
import type { Service, ServicePort, ServiceSpec } from "../../kinds/core/service/types.ts";
import { refuse, targetOf, workOf, type RequestContext } from "../requestContext.ts";
import { clusterIpsOf, nodePortsOf, type AllocatedSpec } from "./allocations.ts";
import { takenAddress } from "./addressObjects.ts";
import { formatIpv4 } from "./ipv4.ts";
import { holds, serviceRanges, type ServiceRange } from "./serviceRanges.ts";

/**
 * Gives a valid Service its address and node ports, and takes the ones it names. An address is taken by its IPAddress, which is written
 * before the Service; ports are held back until etcd has answered, and then the Service in the cache holds them.
 * Follows pkg/registry/core/service/storage/alloc.go.
 */
export function allocateForService(rc: RequestContext): void {
  const target = targetOf(rc);
  const work = workOf(rc);
  if (target.resource.id !== "services" || target.subresource !== "" || work.operation === "DELETE" || work.object === null) return;
  const service = work.object as unknown as Service;
  const old = work.old === null ? null : (work.old as unknown as Service).spec;
  const withIp = allocateIp(rc, service.spec, old, service.metadata.name);
  const withPorts = allocatePorts(rc, withIp, old, service.metadata.name);
  const spec = allocateHealthCheck(rc, withPorts, old, service.metadata.name);
  if (spec !== service.spec) work.object = { ...service, spec } as unknown as KubeObject;
}

function refuseService(name: string, errors: readonly FieldError[]): never {
  refuse(invalidStatus({ group: "", kind: "Service" }, name, errors));
}

function allocateIp(rc: RequestContext, spec: ServiceSpec, old: ServiceSpec | null, name: string): ServiceSpec {
  if (!needsClusterIP(spec) || isHeadless(spec)) return spec;
  const work = workOf(rc);
  const held = old === null ? [] : clusterIpsOf(old as AllocatedSpec);
  const named = clusterIpsOf(spec as AllocatedSpec);
  const made = takenAddress(rc.progress)?.ip;
  if (named.length > 0) {
    for (const ip of named) {
      if (held.includes(ip) || ip === made) continue;
      const why = work.dryRun ? dryFault(rc, ip) : takeFault(rc, ip);
      if (why !== null) refuseService(name, [invalid("spec.clusterIPs", named, `failed to allocate IP ${ip}: ${why}`)]);
      if (!work.dryRun) work.takes = ip;
    }
    return spec;
  }
  const ip = made ?? (work.dryRun ? dryIp(rc) : nextIp(rc));
  if (ip === null) refuse(internalServerError("failed to allocate a serviceIP: range is full"));
  if (made === undefined && !work.dryRun) work.takes = ip;
  return { ...spec, clusterIP: ip, clusterIPs: [ip] };
}

function takeFault(rc: RequestContext, ip: string): string | null {
  if (!serviceRanges(rc.server).some((range) => holds(range, ip))) return "the provided network does not match the current range";
  return rc.server.allocations.isIpFree(ip) ? null : "provided IP is already allocated";
}

/** Of several ranges, any: upstream walks a map. */
function nextIp(rc: RequestContext): string | null {
  const ranges = serviceRanges(rc.server);
  const first = ranges.length > 1 ? rc.random.fork("serviceCIDR").int(0, ranges.length - 1) : 0;
  for (let at = 0; at < ranges.length; at++) {
    const ip = rc.server.allocations.nextIp((ranges[(first + at) % ranges.length] as ServiceRange).range, rc.random.fork("clusterIP"));
    if (ip !== null) return ip;
  }
  return null;
}

/** A dry run looks for nothing free: it shows the address of the network, and takes any in range. */
function dryIp(rc: RequestContext): string | null {
  const [range] = serviceRanges(rc.server, true);
  return range === undefined ? null : formatIpv4(range.range.first);
}

function dryFault(rc: RequestContext, ip: string): string | null {
  const [range] = serviceRanges(rc.server, true);
  return range === undefined || holds(range, ip) ? null : `the provided IP (${ip}) is not in the valid range. The range of valid IPs is ${range.cidr}`;
}

function allocatePorts(rc: RequestContext, spec: ServiceSpec, old: ServiceSpec | null, name: string): ServiceSpec {
  if (!needsNodePort(spec)) return spec;
  const held = old === null ? [] : nodePortsOf(old as AllocatedSpec);
  /** A TCP and a UDP port of one service may share a node port. */
  const own = new Map<number, Set<string>>();
  let changed = false;
  const ports = (spec.ports ?? []).map((port, at): ServicePort => {
    const protocol = port.protocol ?? "TCP";
    const wanted = port.nodePort ?? 0;
    if (wanted !== 0) {
      if (!held.includes(wanted) && !own.has(wanted)) takePort(rc, wanted, index("spec.ports", at), name);
      own.set(wanted, (own.get(wanted) ?? new Set()).add(protocol));
      return port;
    }
    const shared = sharedPort(spec, port, own, protocol);
    const nodePort = shared ?? freePort(rc);
    if (nodePort === null) refuse(internalServerError("failed to allocate a nodePort: range is full"));
    if (shared === null) reserve(rc, nodePort);
    own.set(nodePort, (own.get(nodePort) ?? new Set()).add(protocol));
    changed = true;
    return { ...port, nodePort };
  });
  return changed ? { ...spec, ports } : spec;
}

/** The port that the same service uses for the same number with another protocol. */
function sharedPort(spec: ServiceSpec, port: ServicePort, own: ReadonlyMap<number, ReadonlySet<string>>, protocol: string): number | null {
  const twin = (spec.ports ?? []).find((other) => other !== port && other.port === port.port && (other.nodePort ?? 0) !== 0 && (other.protocol ?? "TCP") !== protocol);
  const nodePort = twin?.nodePort ?? 0;
  return nodePort !== 0 && own.get(nodePort)?.has(protocol) !== true && own.has(nodePort) ? nodePort : null;
}

function takePort(rc: RequestContext, port: number, path: string, name: string): void {
  const { allocations } = rc.server;
  const [first, last] = allocations.nodePorts;
  const fail = (why: string): never => refuseService(name, [invalid(`${path}.nodePort`, port, why)]);
  if (port < first || port > last) fail(`provided port is not in the valid range. The range of valid ports is ${first}-${last}`);
  if (!allocations.isPortFree(port)) fail("provided port is already allocated");
  reserve(rc, port);
}

/** One that neither the cluster nor this request has taken; on a dry run one that stands for it, out of the range. */
function freePort(rc: RequestContext): number | null {
  const { dryRun, reserved } = workOf(rc);
  if (dryRun) return Math.max(...(reserved.ports.length === 0 ? [lastNodePort] : reserved.ports)) + 1;
  return rc.server.allocations.nextPort(rc.random.fork("nodePort"), workOf(rc).reserved.ports);
}

/** Follows portallocator/operation.go. */
const lastNodePort = 32768;

/** Noted at once, so that the next port of the same service gets another one. */
function reserve(rc: RequestContext, port: number): void {
  workOf(rc).reserved.ports.push(port);
}

function allocateHealthCheck(rc: RequestContext, spec: ServiceSpec, old: ServiceSpec | null, name: string): ServiceSpec {
  if (!needsHealthCheckNodePort(spec)) return spec;
  const wanted = spec.healthCheckNodePort ?? 0;
  if (wanted !== 0) {
    if (old?.healthCheckNodePort !== wanted) takePort(rc, wanted, "spec", name);
    return spec;
  }
  const port = freePort(rc);
  if (port === null) refuse(internalServerError("failed to allocate a healthCheck nodePort: range is full"));
  reserve(rc, port);
  return { ...spec, healthCheckNodePort: port };
}
