import type { KindDefinition } from "../../define.ts";
import { configGraph } from "../../graph/edges.ts";
import { ageColumn, nameColumn } from "../../printing/cells.ts";
import { strategy } from "../../strategy.ts";
import { storedVerbs } from "../../verbs.ts";
import type { Ingress } from "./types.ts";

export const ingressKind: KindDefinition<Ingress> = {
  gvk: { group: "networking.k8s.io", version: "v1", kind: "Ingress" },
  versions: ["v1"],
  plural: "ingresses",
  singular: "ingress",
  shortNames: ["ing"],
  categories: [],
  scope: "Namespaced",
  verbs: storedVerbs,
  subresources: ["status"],
  schema: "io.k8s.api.networking.v1.Ingress",
  defaults: (obj) => obj,
  strategy: strategy<Ingress>({}),
  statusStrategy: strategy<Ingress>({}),
  selectableFields: {},
  columns: [nameColumn(), ageColumn()],
  scale: null,
  graph: configGraph({ icon: "ingress", tier: "config", sentence: () => "A Ingress.", facts: () => ({}) }),
  template: "",
};
