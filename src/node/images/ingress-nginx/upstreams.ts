// Follows kubernetes/ingress-nginx internal/ingress/controller/endpointslices.go and rootfs/etc/nginx/lua/balancer/round_robin.lua.
import type { Service } from "../../../kinds/core/service/types.ts";
import type { EndpointSlice } from "../../../kinds/discovery/endpointslice/types.ts";
import type { Backend } from "./model.ts";

export interface Upstream {
  /** "10.244.1.7:80", in the order of the slices; a name where the Service is an ExternalName. */
  readonly addresses: readonly { readonly ip: string; readonly port: number }[];
  /** The next to be asked. */
  readonly next: number;
}

/** Addresses of the pods behind a backend: straight to them, past the Service's cluster IP unless `serviceUpstream`. */
export function upstreamAddresses(backend: Backend, service: Service | null, slices: readonly EndpointSlice[], serviceUpstream: boolean): Upstream["addresses"] {
  if (service === null) return [];
  const port = service.spec.ports?.find((candidate) => (typeof backend.port === "number" ? candidate.port === backend.port : candidate.name === backend.port));
  if (service.spec.type === "ExternalName") {
    const number = typeof port?.targetPort === "number" ? port.targetPort : typeof backend.port === "number" ? backend.port : 0;
    const name = service.spec.externalName ?? "";
    return number === 0 || name === "" ? [] : [{ ip: name, port: number }];
  }
  if (port === undefined || (port.protocol ?? "TCP") !== "TCP") return [];
  const { clusterIP = "" } = service.spec;
  if (serviceUpstream && clusterIP !== "" && clusterIP !== "None") return [{ ip: clusterIP, port: port.port }];
  const seen = new Set<string>();
  const addresses: { ip: string; port: number }[] = [];
  for (const slice of slices) {
    const target = slice.ports?.find((candidate) => (candidate.name ?? "") === (port.name ?? "") && (candidate.protocol ?? "TCP") === "TCP")?.port;
    if (target === undefined || slice.addressType !== "IPv4") continue;
    for (const endpoint of slice.endpoints ?? []) {
      const ip = endpoint.addresses[0];
      if (ip === undefined || endpoint.conditions?.ready === false || seen.has(`${ip}:${target}`)) continue;
      seen.add(`${ip}:${target}`);
      addresses.push({ ip, port: target });
    }
  }
  return addresses;
}

/** The upstream after a sync: the turn goes on where it was, if the upstream was known; else it begins at a random peer. */
export function resynced(before: Upstream | undefined, addresses: Upstream["addresses"], start: (count: number) => number): Upstream {
  if (addresses.length === 0) return { addresses, next: 0 };
  return { addresses, next: before === undefined || before.addresses.length === 0 ? start(addresses.length) : before.next % addresses.length };
}
