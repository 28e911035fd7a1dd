// Follows pkg/apis/discovery/v1/defaults.go, pkg/registry/discovery/endpointslice/strategy.go and pkg/printers/internalversion/printers.go.
import { deepEqual } from "../../../base/deepEqual.ts";
import type { KindDefinition } from "../../define.ts";
import { configGraph, ownerEdges, plural } from "../../graph/edges.ts";
import { ageColumn, nameColumn } from "../../printing/cells.ts";
import { shortList } from "../../printing/lists.ts";
import { changeItems, fillAbsent, fill } from "../../sharing.ts";
import { strategy, withGeneration } from "../../strategy.ts";
import { storedVerbs } from "../../verbs.ts";
import type { Endpoint, EndpointPort, EndpointSlice } from "./types.ts";
import { endpointSliceWarnings, validateEndpointSlice, validateEndpointSliceUpdate } from "./validate.ts";

export const endpointSliceKind: KindDefinition<EndpointSlice> = {
  gvk: { group: "discovery.k8s.io", version: "v1", kind: "EndpointSlice" },
  versions: ["v1"],
  plural: "endpointslices",
  singular: "endpointslice",
  shortNames: [],
  categories: [],
  scope: "Namespaced",
  verbs: storedVerbs,
  subresources: [],
  schema: "io.k8s.api.discovery.v1.EndpointSlice",
  defaults(slice) {
    const withLists = fillAbsent(slice, { endpoints: [], ports: [] });
    const withPorts = changeItems(withLists, "ports", (port: EndpointPort) => fill(fillAbsent(port, { name: "" }), { protocol: "TCP" }));
    return changeItems(withPorts, "endpoints", (endpoint: Endpoint) => fillAbsent(endpoint, { conditions: {} }));
  },
  strategy: strategy<EndpointSlice>({
    prepareForCreate: (slice) => withGeneration(slice, 1),
    prepareForUpdate(slice, old) {
      const same =
        slice.addressType === old.addressType && deepEqual(slice.endpoints, old.endpoints) && deepEqual(slice.ports, old.ports) && deepEqual(slice.metadata.labels ?? {}, old.metadata.labels ?? {});
      return withGeneration(slice, (old.metadata.generation ?? 0) + (same ? 0 : 1));
    },
    validate: validateEndpointSlice,
    validateUpdate: validateEndpointSliceUpdate,
    warnings: endpointSliceWarnings,
    allowCreateOnUpdate: true,
  }),
  statusStrategy: null,
  selectableFields: {},
  columns: [
    nameColumn(),
    { name: "AddressType", type: "string", description: "EndpointSlice.addressType", priority: 0, cell: (slice) => slice.addressType },
    { name: "Ports", type: "string", description: "EndpointSlice.ports", priority: 0, cell: (slice) => shortList((slice.ports ?? []).map(portText), "<unset>") },
    { name: "Endpoints", type: "string", description: "EndpointSlice.endpoints", priority: 0, cell: (slice) => shortList((slice.endpoints ?? []).flatMap((endpoint) => endpoint.addresses ?? []), "<unset>") },
    ageColumn(),
  ],
  scale: null,
  graph: {
    ...configGraph<EndpointSlice>({
      icon: "endpointslice",
      tier: "none",
      sentence(slice) {
        const all = slice.endpoints ?? [];
        return `Lists ${plural(all.length, "endpoint")} of ${slice.metadata.labels?.["kubernetes.io/service-name"] ?? "a service"}, ${all.filter((endpoint) => endpoint.conditions?.ready !== false).length} of them ready.`;
      },
      facts: (slice) => ({
        service: slice.metadata.labels?.["kubernetes.io/service-name"] ?? "",
        ready: (slice.endpoints ?? []).filter((endpoint) => endpoint.conditions?.ready !== false).length,
        total: (slice.endpoints ?? []).length,
      }),
    }),
    edges: ownerEdges,
  },
  template: "",
};

function portText(port: EndpointPort): string {
  if (port.port !== undefined) return String(port.port);
  return port.name === undefined ? "*" : port.name;
}
