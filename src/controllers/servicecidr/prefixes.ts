// Follows pkg/api/servicecidr/servicecidr.go.
import { isSameAddress, masked, parseAddress } from "../../kinds/address.ts";
import { parseCidr, type Cidr } from "../../kinds/networkAddress.ts";
import type { ServiceCIDR } from "../../kinds/networking/servicecidr/kind.ts";

export const managedByLabel = "ipaddress.kubernetes.io/managed-by";
export const allocatorName = "ipallocator.k8s.io";

export function prefixesOf({ spec }: ServiceCIDR): readonly Cidr[] {
  return (spec.cidrs ?? []).flatMap((text) => parseCidr(text) ?? []);
}

/** Whether all of `inner` lies in `outer`, which may be the same. */
export function contains(outer: Cidr, inner: Cidr): boolean {
  if (outer.address.family !== inner.address.family || outer.prefixBits > inner.prefixBits) return false;
  return isSameAddress(masked(inner.address, outer.prefixBits), masked(outer.address, outer.prefixBits));
}

export function overlap(a: ServiceCIDR, b: ServiceCIDR): boolean {
  return prefixesOf(a).some((one) => prefixesOf(b).some((other) => contains(one, other) || contains(other, one)));
}

/** Whether a Service may have the address of this range: neither the network's own nor, of IPv4, the last. */
export function containsAddress(cidr: ServiceCIDR, text: string): boolean {
  const address = parseAddress(text);
  if (address === null) return false;
  return prefixesOf(cidr).some((prefix) => {
    if (!contains(prefix, { address, prefixBits: 8 * address.bytes.length }) || isSameAddress(masked(address, prefix.prefixBits), address)) return false;
    return address.family === "ipv6" || !isLast(address.bytes, prefix.prefixBits);
  });
}

/** Whether all bits after the prefix are set. */
function isLast(bytes: readonly number[], prefixBits: number): boolean {
  return bytes.every((byte, at) => (byte | (0xff00 >> Math.min(8, Math.max(0, prefixBits - 8 * at)))) % 256 === 0xff);
}
