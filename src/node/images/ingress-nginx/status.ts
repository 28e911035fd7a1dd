// Follows kubernetes/ingress-nginx internal/ingress/status/status.go (statusAddressFromService).
import type { Service } from "../../../kinds/core/service/types.ts";

export interface Address {
  readonly ip?: string;
  readonly hostname?: string;
}

/** What Ingresses are told to be reached at: of the published Service, or as --publish-status-address says; null: nobody knows. */
export function publishedAddresses(service: Service | null, given: readonly string[]): readonly Address[] | null {
  if (given.length > 0) return sorted(given.map((text) => (/^[0-9.]+$/.test(text) ? { ip: text } : { hostname: text })));
  if (service === null) return null;
  const { spec, status } = service;
  const external = (spec.externalIPs ?? []).map((ip) => ({ ip }));
  switch (spec.type ?? "ClusterIP") {
    case "ExternalName": return [{ hostname: spec.externalName ?? "" }];
    case "NodePort": return external.length === 0 ? [{ ip: spec.clusterIP ?? "" }] : sorted(external);
    case "LoadBalancer": {
      const balanced: readonly Address[] = (status?.loadBalancer?.ingress ?? []).map((entry) => ((entry.ip ?? "") === "" ? { hostname: entry.hostname ?? "" } : { ip: entry.ip ?? "" }));
      return sorted([...balanced, ...external.filter(({ ip }) => !balanced.some((entry) => entry.ip === ip))]);
    }
    default: return [{ ip: spec.clusterIP ?? "" }];
  }
}

function sorted(addresses: readonly Address[]): readonly Address[] {
  const text = ({ ip = "", hostname = "" }: Address): string => `${hostname} ${ip}`;
  return [...addresses].sort((a, b) => (text(a) < text(b) ? -1 : text(a) > text(b) ? 1 : 0));
}
