import type { KindDefinition } from "../../define.ts";
import { configGraph } from "../../graph/edges.ts";
import { ageColumn, nameColumn } from "../../printing/cells.ts";
import { strategy } from "../../strategy.ts";
import { storedVerbs } from "../../verbs.ts";
import type { ReplicaSet } from "./types.ts";

export const replicaSetKind: KindDefinition<ReplicaSet> = {
  gvk: { group: "apps", version: "v1", kind: "ReplicaSet" },
  versions: ["v1"],
  plural: "replicasets",
  singular: "replicaset",
  shortNames: ["rs"],
  categories: ["all"],
  scope: "Namespaced",
  verbs: storedVerbs,
  subresources: ["scale", "status"],
  schema: "io.k8s.api.apps.v1.ReplicaSet",
  defaults: (obj) => obj,
  strategy: strategy<ReplicaSet>({}),
  statusStrategy: strategy<ReplicaSet>({}),
  selectableFields: {},
  columns: [nameColumn(), ageColumn()],
  scale: null,
  graph: configGraph({ icon: "replicaset", tier: "config", sentence: () => "A ReplicaSet.", facts: () => ({}) }),
  template: "",
};
