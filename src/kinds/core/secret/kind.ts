import type { KindDefinition } from "../../define.ts";
import { configGraph } from "../../graph/edges.ts";
import { ageColumn, nameColumn } from "../../printing/cells.ts";
import { strategy } from "../../strategy.ts";
import { storedVerbs } from "../../verbs.ts";
import type { Secret } from "./types.ts";

export const secretKind: KindDefinition<Secret> = {
  gvk: { group: "", version: "v1", kind: "Secret" },
  versions: ["v1"],
  plural: "secrets",
  singular: "secret",
  shortNames: [],
  categories: [],
  scope: "Namespaced",
  verbs: storedVerbs,
  subresources: [],
  schema: "io.k8s.api.core.v1.Secret",
  defaults: (obj) => obj,
  strategy: strategy<Secret>({}),
  statusStrategy: null,
  selectableFields: {},
  columns: [nameColumn(), ageColumn()],
  scale: null,
  graph: configGraph({ icon: "secret", tier: "config", sentence: () => "A Secret.", facts: () => ({}) }),
  template: "",
};
