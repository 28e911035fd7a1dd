import type { KindDefinition } from "../../define.ts";
import { configGraph } from "../../graph/edges.ts";
import { ageColumn, nameColumn } from "../../printing/cells.ts";
import { strategy } from "../../strategy.ts";
import { storedVerbs } from "../../verbs.ts";
import type { Pod } from "./types.ts";

export const podKind: KindDefinition<Pod> = {
  gvk: { group: "", version: "v1", kind: "Pod" },
  versions: ["v1"],
  plural: "pods",
  singular: "pod",
  shortNames: ["po"],
  categories: ["all"],
  scope: "Namespaced",
  verbs: storedVerbs,
  subresources: ["attach", "binding", "ephemeralcontainers", "eviction", "exec", "log", "portforward", "proxy", "resize", "status"],
  schema: "io.k8s.api.core.v1.Pod",
  defaults: (obj) => obj,
  strategy: strategy<Pod>({}),
  statusStrategy: strategy<Pod>({}),
  selectableFields: {},
  columns: [nameColumn(), ageColumn()],
  scale: null,
  graph: configGraph({ icon: "pod", tier: "config", sentence: () => "A Pod.", facts: () => ({}) }),
  template: "",
};
