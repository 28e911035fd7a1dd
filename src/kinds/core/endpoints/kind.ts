import type { KindDefinition } from "../../define.ts";
import { configGraph } from "../../graph/edges.ts";
import { ageColumn, nameColumn } from "../../printing/cells.ts";
import { strategy } from "../../strategy.ts";
import { storedVerbs } from "../../verbs.ts";
import type { Endpoints } from "./types.ts";

export const endpointsKind: KindDefinition<Endpoints> = {
  gvk: { group: "", version: "v1", kind: "Endpoints" },
  versions: ["v1"],
  plural: "endpoints",
  singular: "endpoints",
  shortNames: ["ep"],
  categories: [],
  scope: "Namespaced",
  verbs: storedVerbs,
  subresources: [],
  schema: "io.k8s.api.core.v1.Endpoints",
  defaults: (obj) => obj,
  strategy: strategy<Endpoints>({}),
  statusStrategy: null,
  selectableFields: {},
  columns: [nameColumn(), ageColumn()],
  scale: null,
  graph: configGraph({ icon: "endpoints", tier: "config", sentence: () => "A Endpoints.", facts: () => ({}) }),
  template: "",
};
