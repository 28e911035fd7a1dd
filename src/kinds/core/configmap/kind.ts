import type { KindDefinition } from "../../define.ts";
import { configGraph } from "../../graph/edges.ts";
import { ageColumn, nameColumn } from "../../printing/cells.ts";
import { strategy } from "../../strategy.ts";
import { storedVerbs } from "../../verbs.ts";
import type { ConfigMap } from "./types.ts";

export const configMapKind: KindDefinition<ConfigMap> = {
  gvk: { group: "", version: "v1", kind: "ConfigMap" },
  versions: ["v1"],
  plural: "configmaps",
  singular: "configmap",
  shortNames: ["cm"],
  categories: [],
  scope: "Namespaced",
  verbs: storedVerbs,
  subresources: [],
  schema: "io.k8s.api.core.v1.ConfigMap",
  defaults: (obj) => obj,
  strategy: strategy<ConfigMap>({}),
  statusStrategy: null,
  selectableFields: {},
  columns: [nameColumn(), ageColumn()],
  scale: null,
  graph: configGraph({ icon: "configmap", tier: "config", sentence: () => "A ConfigMap.", facts: () => ({}) }),
  template: "",
};
