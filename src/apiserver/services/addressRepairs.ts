import type { ApiRequest } from "../../apimachinery/apiRequest.ts";
import type { KubeObject } from "../../apimachinery/objectMeta.ts";
import { formatRfc3339, parseRfc3339 } from "../../base/rfc3339.ts";
import type { IPAddress } from "../../kinds/networking/ipaddress/kind.ts";
import type { Service } from "../../kinds/core/service/types.ts";
import type { ServerView } from "../serverView.ts";
import { allocatorName, createAddress, deleteAddress, ipAddressesId, isManaged, managedByLabel, ownRequest } from "./addressObjects.ts";
import { clusterIpsOf, type AllocatedSpec } from "./allocations.ts";
import { holds, serviceRanges } from "./serviceRanges.ts";

// Follows pkg/registry/core/service/ipallocator/controller/repairip.go.

export interface Repairs {
  readonly requests: readonly ApiRequest[];
  /** Something is too young to be judged: to be looked at again. */
  readonly unsure: boolean;
}

/** A Service may still be on its way to its address for so long. */
const graceUs = 60_000_000;
const component = "ipallocator-repair-controller";

/** What brings Services and their IPAddresses together again: each address has its object, and each object of ours its Service. */
export function addressRepairs(server: ServerView, nowUs: number): Repairs {
  const services = server.resources.get("services");
  const addresses = server.resources.get(ipAddressesId);
  if (services === null || addresses === null) return { requests: [], unsure: false };
  const requests: ApiRequest[] = [];
  const again = (ip: string, { metadata }: Service): void => {
    if (server.cache.get(addresses, ip) !== null) requests.push(deleteAddress(ip));
    requests.push(createAddress(ip, metadata.namespace ?? "", metadata.name));
  };
  const tell = (about: KubeObject, reason: string, action: string, note: string): void => void requests.push(eventOf(about, reason, action, note, nowUs));
  const ranges = serviceRanges(server, true);
  const named = (namespace: string, name: string): Service | null => server.cache.get(services, `${namespace}/${name}`) as Service | null;
  for (const [, object] of server.cache.range(services, "")) {
    const service = object as Service;
    const { namespace = "", name } = service.metadata;
    for (const ip of addressesOf(service)) {
      if (!ranges.some((range) => holds(range, ip))) {
        tell(service, "ClusterIPOutOfRange", "ClusterIPAllocation", `Cluster IP [IPv4]: ${ip} is not within any configured Service CIDR; please recreate service`);
        continue;
      }
      const address = server.cache.get(addresses, ip) as IPAddress | null;
      const parent = address?.spec.parentRef ?? {};
      if (address === null) {
        tell(service, "ClusterIPNotAllocated", "ClusterIPAllocation", `Cluster IP [IPv4]: ${ip} is not allocated; repairing`);
        again(ip, service);
      } else if (!isOfServices(address) || ((parent.namespace !== namespace || parent.name !== name) && named(parent.namespace ?? "", parent.name ?? "") === null)) {
        tell(service, "ClusterIPNotAllocated", "ClusterIPAllocation", `the ClusterIP [IPv4]: ${ip} for Service ${namespace}/${name} has a wrong reference; repairing`);
        again(ip, service);
      } else if (parent.namespace !== namespace || parent.name !== name) {
        const other = named(parent.namespace ?? "", parent.name ?? "");
        if (other !== null && addressesOf(other).includes(ip)) tell(service, "ClusterIPAlreadyAllocated", "ClusterIPAllocation", `Cluster IP [IPv4]:${ip} was assigned to multiple services; please recreate service`);
      } else if (!isLabelled(address)) again(ip, service);
    }
  }
  let unsure = false;
  for (const [ip, object] of server.cache.range(addresses, "")) {
    const address = object as IPAddress;
    if (!isManaged(address) || address.metadata.deletionTimestamp !== undefined) continue;
    const { namespace = "", name = "" } = address.spec.parentRef ?? {};
    const service = named(namespace, name);
    const isYoung = nowUs - (parseRfc3339(address.metadata.creationTimestamp ?? "") ?? 0) <= graceUs;
    if (!isOfServices(address)) {
      tell(address, "IPAddressNotAllocated", "IPAddressAllocation", `IPAddress ${ip} appears to have been modified, not referencing a Service ${goReference(address)}: cleaning up`);
      requests.push(deleteAddress(ip));
    } else if (service !== null && addressesOf(service).includes(ip)) continue;
    else if (isYoung || server.allocations.isIpFlying(ip)) unsure = true;
    else {
      const note = service === null ? `IPAddress: ${ip} for Service ${namespace}/${name} appears to have leaked: cleaning up` : `IPAddress: ${ip} for Service ${namespace}/${name} has a wrong reference; cleaning up`;
      tell(address, service === null ? "IPAddressNotAllocated" : "IPAddressWrongReference", "IPAddressAllocation", note);
      requests.push(deleteAddress(ip));
    }
  }
  return { requests, unsure };
}

function addressesOf({ spec }: Service): readonly string[] {
  return clusterIpsOf(spec as AllocatedSpec).filter((ip) => !ip.includes(":"));
}

function isOfServices({ spec }: IPAddress): boolean {
  return (spec.parentRef?.group ?? "") === "" && spec.parentRef?.resource === "services";
}

function isLabelled({ metadata }: IPAddress): boolean {
  return metadata.labels?.[managedByLabel] === allocatorName && metadata.labels?.["ipaddress.kubernetes.io/ip-family"] === "IPv4";
}

/** A pointer to a structure, as Go's %v prints it. */
function goReference({ spec }: IPAddress): string {
  const { group = "", resource = "", namespace = "", name = "" } = spec.parentRef ?? {};
  return `&ParentReference{Group:${group},Resource:${resource},Namespace:${namespace},Name:${name},}`;
}

function eventOf(about: KubeObject, reason: string, action: string, note: string, nowUs: number): ApiRequest {
  const { namespace = "", name, uid, resourceVersion } = about.metadata;
  const home = namespace === "" ? "default" : namespace;
  return ownRequest("create", `/apis/events.k8s.io/v1/namespaces/${home}/events`, {
    apiVersion: "events.k8s.io/v1", kind: "Event", metadata: { name: `${name}.${nowUs.toString(16)}`, namespace: home }, eventTime: formatRfc3339(nowUs, true), type: "Warning", reason, action, note,
    reportingController: component, reportingInstance: `${component}-cp-1`,
    regarding: { kind: about.kind, apiVersion: about.apiVersion, name, uid, resourceVersion: resourceVersion ?? "", ...(namespace === "" ? {} : { namespace }) },
  });
}
