import { canonicalJson } from "../../base/canonicalJson.ts";
import type { Json } from "../../base/json.ts";
import { isPodReady } from "../../kinds/core/pod/podStatus.ts";
import type { Pod } from "../../kinds/core/pod/types.ts";
import type { Node } from "../../kinds/core/node/types.ts";
import type { Service } from "../../kinds/core/service/types.ts";
import type { Endpoint, EndpointPort } from "../../kinds/discovery/endpointslice/types.ts";
import { sameHints, withHints } from "./hints.ts";
import { endpointHostname, podAddresses, targetPort } from "../servicePods.ts";

// Follows endpointslice/utils.go (podToEndpoint, getEndpointPorts).

export const zoneLabel = "topology.kubernetes.io/zone";

/** Whether the annotation asks for hints by the zones' CPU, whatever trafficDistribution says. */
export function hintsByTopology({ metadata: { annotations } }: Service): boolean {
  const mode = annotations?.["service.kubernetes.io/topology-aware-hints"] ?? annotations?.["service.kubernetes.io/topology-mode"];
  return mode === "Auto" || mode === "auto";
}

export function isNodeReady({ status }: Node): boolean {
  return status?.conditions?.find(({ type }) => type === "Ready")?.status === "True";
}

/** A pod as an endpoint, with the ports it serves; made anew only when the pod, its node or the Service is another object. */
export interface PodEndpoint {
  readonly service: Service;
  readonly family: Family;
  readonly endpoint: Endpoint;
  readonly ports: readonly EndpointPort[];
  readonly portsText: string;
}

export type Family = "IPv4" | "IPv6";

const podEndpoints = new WeakMap<Pod, PodEndpoint>();

export function podEndpoint(pod: Pod, node: Node | null, service: Service, family: Family): PodEndpoint {
  const known = podEndpoints.get(pod);
  const zone = node?.metadata.labels?.[zoneLabel];
  if (known !== undefined && known.service === service && known.family === family && known.endpoint.zone === zone) return known;
  const ports = portsOf(pod, service);
  const endpoint = endpointOf(pod, node, service, family);
  const fresh = { service, family, endpoint: service.spec.trafficDistribution === undefined || hintsByTopology(service) ? endpoint : withHints(endpoint, service), ports, portsText: portsKey(ports) };
  podEndpoints.set(pod, fresh);
  return fresh;
}

/** `family`: which of the pod's addresses. */
function endpointOf(pod: Pod, node: Node | null, service: Service, family: Family): Endpoint {
  const serving = isPodReady(pod);
  const terminating = pod.metadata.deletionTimestamp !== undefined;
  const ready = service.spec.publishNotReadyAddresses === true || (serving && !terminating);
  const hostname = endpointHostname(pod, service);
  const zone = node?.metadata.labels?.[zoneLabel];
  const { nodeName } = pod.spec;
  const { namespace, name, uid } = pod.metadata;
  return {
    addresses: podAddresses(pod).filter((address) => address.includes(":") === (family === "IPv6")),
    conditions: { ready, serving, terminating },
    ...(hostname === undefined ? {} : { hostname }),
    ...(nodeName === undefined || nodeName === "" ? {} : { nodeName }),
    targetRef: { kind: "Pod", ...(namespace === undefined ? {} : { namespace }), name, uid },
    ...(zone === undefined ? {} : { zone }),
  };
}

/** The Service's ports as this pod serves them; a port that it does not name is left out. */
function portsOf(pod: Pod, service: Service): readonly EndpointPort[] {
  const ports: EndpointPort[] = [];
  for (const port of service.spec.ports ?? []) {
    const number = targetPort(pod, port);
    if (number === null) continue;
    ports.push({ name: port.name ?? "", port: number, protocol: port.protocol ?? "TCP", ...(port.appProtocol === undefined ? {} : { appProtocol: port.appProtocol }) });
  }
  return ports;
}

/** Endpoints stand in one slice only with those of the same ports. */
export function portsKey(ports: readonly EndpointPort[]): string {
  return ports.length === 1 && ports[0] !== undefined ? portKey(ports[0]) : ports.map(portKey).sort().join("|");
}

function portKey(port: EndpointPort): string {
  const { name, port: number, protocol, appProtocol } = port;
  return canonicalJson([name ?? "", number ?? 0, protocol ?? "TCP", appProtocol ?? null] as Json);
}

export function sameEndpoint(a: Endpoint, b: Endpoint): boolean {
  return (
    a.addresses.length === b.addresses.length &&
    a.addresses.every((address, index) => address === b.addresses[index]) &&
    a.conditions?.ready === b.conditions?.ready &&
    a.conditions?.serving === b.conditions?.serving &&
    a.conditions?.terminating === b.conditions?.terminating &&
    a.hostname === b.hostname &&
    a.nodeName === b.nodeName &&
    a.zone === b.zone &&
    a.targetRef?.uid === b.targetRef?.uid &&
    (a.hints === b.hints || sameHints(a.hints, b.hints))
  );
}

/** Which endpoint it is, whatever its state: the pod, or its addresses where it has none. */
export function identityOf(endpoint: Endpoint): string {
  return endpoint.targetRef?.uid ?? endpoint.addresses.join(",");
}
