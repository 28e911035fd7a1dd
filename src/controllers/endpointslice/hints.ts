// Follows staging/src/k8s.io/endpointslice/trafficdist/trafficdist.go.
import { deepEqual } from "../../base/deepEqual.ts";
import type { Service } from "../../kinds/core/service/types.ts";
import type { Endpoint, EndpointHints } from "../../kinds/discovery/endpointslice/types.ts";

const closeBy: readonly string[] = ["PreferClose", "PreferSameZone", "PreferSameNode"];

/** For whom an endpoint is meant first, where its Service says how traffic is to be distributed; only ready ones are meant for anybody. */
export function withHints(endpoint: Endpoint, { spec }: Service): Endpoint {
  const { zone, nodeName } = endpoint;
  if (endpoint.conditions?.ready !== true || !closeBy.includes(spec.trafficDistribution ?? "")) return endpoint;
  const forZones = zone === undefined ? null : [{ name: zone }];
  const forNodes = nodeName === undefined || spec.trafficDistribution !== "PreferSameNode" ? null : [{ name: nodeName }];
  if (forZones === null && forNodes === null) return endpoint;
  return { ...endpoint, hints: { ...(forNodes === null ? {} : { forNodes }), ...(forZones === null ? {} : { forZones }) } };
}

/** Whether two endpoints are meant for the same. */
export function sameHints(a: EndpointHints | undefined, b: EndpointHints | undefined): boolean {
  return deepEqual(a ?? {}, b ?? {});
}
