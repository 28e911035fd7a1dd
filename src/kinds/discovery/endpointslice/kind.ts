import type { KindDefinition } from "../../define.ts";
import { configGraph } from "../../graph/edges.ts";
import { ageColumn, nameColumn } from "../../printing/cells.ts";
import { strategy } from "../../strategy.ts";
import { storedVerbs } from "../../verbs.ts";
import type { EndpointSlice } from "./types.ts";

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
  defaults: (obj) => obj,
  strategy: strategy<EndpointSlice>({}),
  statusStrategy: null,
  selectableFields: {},
  columns: [nameColumn(), ageColumn()],
  scale: null,
  graph: configGraph({ icon: "endpointslice", tier: "config", sentence: () => "A EndpointSlice.", facts: () => ({}) }),
  template: "",
};
