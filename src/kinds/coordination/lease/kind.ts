import type { KindDefinition } from "../../define.ts";
import { configGraph } from "../../graph/edges.ts";
import { ageColumn, nameColumn } from "../../printing/cells.ts";
import { strategy } from "../../strategy.ts";
import { storedVerbs } from "../../verbs.ts";
import type { Lease } from "./types.ts";

export const leaseKind: KindDefinition<Lease> = {
  gvk: { group: "coordination.k8s.io", version: "v1", kind: "Lease" },
  versions: ["v1"],
  plural: "leases",
  singular: "lease",
  shortNames: [],
  categories: [],
  scope: "Namespaced",
  verbs: storedVerbs,
  subresources: [],
  schema: "io.k8s.api.coordination.v1.Lease",
  defaults: (obj) => obj,
  strategy: strategy<Lease>({}),
  statusStrategy: null,
  selectableFields: {},
  columns: [nameColumn(), ageColumn()],
  scale: null,
  graph: configGraph({ icon: "lease", tier: "config", sentence: () => "A Lease.", facts: () => ({}) }),
  template: "",
};
