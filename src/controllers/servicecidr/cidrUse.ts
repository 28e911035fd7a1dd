import type { IPAddress } from "../../kinds/networking/ipaddress/kind.ts";
import type { ServiceCIDR } from "../../kinds/networking/servicecidr/kind.ts";
import { allocatorName, contains, containsAddress, managedByLabel, prefixesOf } from "./prefixes.ts";

/**
 * Whether a Service has an address that no other ServiceCIDR contains. Follows canDeleteCIDR of
 * pkg/controller/servicecidrs/servicecidrs_controller.go.
 */
export function isUsed(cidr: ServiceCIDR, all: readonly ServiceCIDR[], addresses: readonly IPAddress[]): boolean {
  const others = all.filter((other) => other.metadata.name !== cidr.metadata.name);
  if (prefixesOf(cidr).every((prefix) => others.some((other) => prefixesOf(other).some((outer) => contains(outer, prefix))))) return false;
  return addresses.some(({ metadata }) => metadata.labels?.[managedByLabel] === allocatorName && containsAddress(cidr, metadata.name) && !others.some((other) => containsAddress(other, metadata.name)));
}
