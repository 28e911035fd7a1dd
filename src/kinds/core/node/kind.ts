import type { KindDefinition } from "../../define.ts";
import { configGraph } from "../../graph/edges.ts";
import { ageColumn, nameColumn } from "../../printing/cells.ts";
import { strategy } from "../../strategy.ts";
import { storedVerbs } from "../../verbs.ts";
import type { Node } from "./types.ts";

export const nodeKind: KindDefinition<Node> = {
  gvk: { group: "", version: "v1", kind: "Node" },
  versions: ["v1"],
  plural: "nodes",
  singular: "node",
  shortNames: ["no"],
  categories: [],
  scope: "Cluster",
  verbs: storedVerbs,
  subresources: ["proxy", "status"],
  schema: "io.k8s.api.core.v1.Node",
  defaults: (obj) => obj,
  strategy: strategy<Node>({}),
  statusStrategy: strategy<Node>({}),
  selectableFields: {},
  columns: [nameColumn(), ageColumn()],
  scale: null,
  graph: configGraph({ icon: "node", tier: "config", sentence: () => "A Node.", facts: () => ({}) }),
  template: "",
};
