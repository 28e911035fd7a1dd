import type { KubeObject } from "../../apimachinery/objectMeta.ts";
import type { ServerView } from "../serverView.ts";
import { parseIpv4, parseIpv4Cidr, type Ipv4Range } from "./ipv4.ts";

export const serviceCidrsId = "servicecidrs.networking.k8s.io";
export const defaultServiceCidr = "kubernetes";

/** One range that Services may take addresses from. */
export interface ServiceRange {
  readonly cidr: string;
  readonly range: Ipv4Range;
}

interface CidrObject extends KubeObject {
  readonly spec: { readonly cidrs?: readonly string[] };
  readonly status?: { readonly conditions?: readonly { readonly type: string; readonly status: string }[] };
}

/**
 * The IPv4 ranges of the ServiceCIDRs, each once. One that goes, or whose Ready condition is not True, gives no addresses, but those
 * taken from it stay in range. Follows pkg/registry/core/service/ipallocator/cidrallocator.go. Services are made seldom, so that nothing
 * is kept of it.
 */
export function serviceRanges(server: ServerView, withUnready = false): readonly ServiceRange[] {
  const resource = server.resources.get(serviceCidrsId);
  if (resource === null) return [];
  const ranges = new Map<string, ServiceRange>();
  for (const [, object] of server.cache.range(resource, "")) {
    const { spec, status, metadata } = object as CidrObject;
    const ready = status?.conditions?.find(({ type }) => type === "Ready");
    const gives = metadata.deletionTimestamp === undefined && (ready === undefined || ready.status === "True");
    if (!gives && !withUnready) continue;
    for (const cidr of spec.cidrs ?? []) if (!cidr.includes(":") && !ranges.has(cidr)) ranges.set(cidr, { cidr, range: parseIpv4Cidr(cidr) });
  }
  return [...ranges.values()];
}

/** Whether it is a usable address of the range: not the network's, not the last. */
export function holds({ range }: ServiceRange, ip: string): boolean {
  const address = parseIpv4(ip);
  return address !== null && address > range.first && address < range.last;
}
