import type { KindDefinition } from "../../define.ts";
import { configGraph } from "../../graph/edges.ts";
import { ageColumn, nameColumn } from "../../printing/cells.ts";
import { strategy } from "../../strategy.ts";
import { storedVerbs } from "../../verbs.ts";
import type { IngressClass } from "./types.ts";

export const ingressClassKind: KindDefinition<IngressClass> = {
  gvk: { group: "networking.k8s.io", version: "v1", kind: "IngressClass" },
  versions: ["v1"],
  plural: "ingressclasses",
  singular: "ingressclass",
  shortNames: [],
  categories: [],
  scope: "Cluster",
  verbs: storedVerbs,
  subresources: [],
  schema: "io.k8s.api.networking.v1.IngressClass",
  defaults: (obj) => obj,
  strategy: strategy<IngressClass>({}),
  statusStrategy: null,
  selectableFields: {},
  columns: [nameColumn(), ageColumn()],
  scale: null,
  graph: configGraph({ icon: "ingressclass", tier: "config", sentence: () => "A IngressClass.", facts: () => ({}) }),
  template: "",
};
