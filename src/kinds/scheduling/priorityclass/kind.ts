import type { KindDefinition } from "../../define.ts";
import { configGraph } from "../../graph/edges.ts";
import { ageColumn, nameColumn } from "../../printing/cells.ts";
import { strategy } from "../../strategy.ts";
import { storedVerbs } from "../../verbs.ts";
import type { PriorityClass } from "./types.ts";

export const priorityClassKind: KindDefinition<PriorityClass> = {
  gvk: { group: "scheduling.k8s.io", version: "v1", kind: "PriorityClass" },
  versions: ["v1"],
  plural: "priorityclasses",
  singular: "priorityclass",
  shortNames: ["pc"],
  categories: [],
  scope: "Cluster",
  verbs: storedVerbs,
  subresources: [],
  schema: "io.k8s.api.scheduling.v1.PriorityClass",
  defaults: (obj) => obj,
  strategy: strategy<PriorityClass>({}),
  statusStrategy: null,
  selectableFields: {},
  columns: [nameColumn(), ageColumn()],
  scale: null,
  graph: configGraph({ icon: "priorityclass", tier: "config", sentence: () => "A PriorityClass.", facts: () => ({}) }),
  template: "",
};
