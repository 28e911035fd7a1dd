import type { KindDefinition } from "../../define.ts";
import { configGraph } from "../../graph/edges.ts";
import { ageColumn, nameColumn } from "../../printing/cells.ts";
import { strategy } from "../../strategy.ts";
import { storedVerbs } from "../../verbs.ts";
import type { Namespace } from "./types.ts";

export const namespaceKind: KindDefinition<Namespace> = {
  gvk: { group: "", version: "v1", kind: "Namespace" },
  versions: ["v1"],
  plural: "namespaces",
  singular: "namespace",
  shortNames: ["ns"],
  categories: [],
  scope: "Cluster",
  verbs: storedVerbs.filter((verb) => verb !== "deletecollection"),
  subresources: ["finalize", "status"],
  schema: "io.k8s.api.core.v1.Namespace",
  defaults: (obj) => obj,
  strategy: strategy<Namespace>({}),
  statusStrategy: strategy<Namespace>({}),
  selectableFields: {},
  columns: [nameColumn(), ageColumn()],
  scale: null,
  graph: configGraph({ icon: "namespace", tier: "config", sentence: () => "A Namespace.", facts: () => ({}) }),
  template: "",
};
