import type { EndpointAddress, Endpoints, EndpointSubset } from "../../kinds/core/endpoints/types.ts";
import type { Endpoint } from "../../kinds/discovery/endpointslice/types.ts";
import type { Family } from "../endpointslice/endpoint.ts";
import { portsKey } from "../endpointslice/endpoint.ts";
import type { WantedEndpoints } from "../endpointslice/packSlices.ts";

// Follows pkg/controller/endpointslicemirroring/utils.go and reconciler_helpers.go.

/** Addresses of a subset that are mirrored at most (--mirroring-max-endpoints-per-subset): those that are ready first. */
export const maximumAddresses = 1000;

export interface Mirrored {
  readonly endpoints: Endpoints;
  /** How many addresses were too many. */
  readonly skipped: number;
}

/** The Endpoints with no more addresses in a subset than are mirrored. */
export function withinMaximum(endpoints: Endpoints): Mirrored {
  let skipped = 0;
  const subsets = (endpoints.subsets ?? []).map((subset) => {
    const { addresses = [], notReadyAddresses = [] } = subset;
    const surplus = addresses.length + notReadyAddresses.length - maximumAddresses;
    if (surplus <= 0) return subset;
    skipped += surplus;
    const ready = addresses.slice(0, maximumAddresses);
    return { ...subset, addresses: ready, notReadyAddresses: notReadyAddresses.slice(0, maximumAddresses - ready.length) };
  });
  return { endpoints: skipped === 0 ? endpoints : { ...endpoints, subsets }, skipped };
}

/** What the slices of one address family mirror, by ports. */
export function mirroredEndpoints(endpoints: Endpoints, family: Family): ReadonlyMap<string, WantedEndpoints> {
  const groups = new Map<string, WantedEndpoints & { readonly endpoints: Endpoint[] }>();
  for (const subset of endpoints.subsets ?? []) {
    const mirrored = mirroredSubset(subset, family);
    if (mirrored.endpoints.length === 0) continue;
    const key = portsKey(mirrored.ports);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, { ports: mirrored.ports, endpoints: [...mirrored.endpoints] });
    else group.endpoints.push(...mirrored.endpoints);
  }
  return groups;
}

function mirroredSubset(subset: EndpointSubset, family: Family): WantedEndpoints {
  const ofFamily = ({ ip }: EndpointAddress): boolean => ip.includes(":") === (family === "IPv6");
  return {
    ports: (subset.ports ?? []).map(({ name, port, protocol, appProtocol }) => ({ name: name ?? "", port, protocol: protocol ?? "TCP", ...(appProtocol === undefined ? {} : { appProtocol }) })),
    endpoints: [
      ...(subset.addresses ?? []).filter(ofFamily).map((address) => mirroredAddress(address, true)),
      ...(subset.notReadyAddresses ?? []).filter(ofFamily).map((address) => mirroredAddress(address, false)),
    ],
  };
}

function mirroredAddress({ ip, hostname, nodeName, targetRef }: EndpointAddress, ready: boolean): Endpoint {
  return {
    addresses: [ip],
    conditions: { ready },
    ...(hostname === undefined ? {} : { hostname }),
    ...(nodeName === undefined ? {} : { nodeName }),
    ...(targetRef === undefined ? {} : { targetRef }),
  };
}
