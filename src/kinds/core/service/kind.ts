import type { KindDefinition } from "../../define.ts";
import { configGraph } from "../../graph/edges.ts";
import { ageColumn, nameColumn } from "../../printing/cells.ts";
import { strategy } from "../../strategy.ts";
import { storedVerbs } from "../../verbs.ts";
import type { Service } from "./types.ts";

export const serviceKind: KindDefinition<Service> = {
  gvk: { group: "", version: "v1", kind: "Service" },
  versions: ["v1"],
  plural: "services",
  singular: "service",
  shortNames: ["svc"],
  categories: ["all"],
  scope: "Namespaced",
  verbs: storedVerbs,
  subresources: ["proxy", "status"],
  schema: "io.k8s.api.core.v1.Service",
  defaults: (obj) => obj,
  strategy: strategy<Service>({}),
  statusStrategy: strategy<Service>({}),
  selectableFields: {},
  columns: [nameColumn(), ageColumn()],
  scale: null,
  graph: configGraph({ icon: "service", tier: "config", sentence: () => "A Service.", facts: () => ({}) }),
  template: "",
};
