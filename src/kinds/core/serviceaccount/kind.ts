import type { KindDefinition } from "../../define.ts";
import { configGraph } from "../../graph/edges.ts";
import { ageColumn, nameColumn } from "../../printing/cells.ts";
import { strategy } from "../../strategy.ts";
import { storedVerbs } from "../../verbs.ts";
import type { ServiceAccount } from "./types.ts";

export const serviceAccountKind: KindDefinition<ServiceAccount> = {
  gvk: { group: "", version: "v1", kind: "ServiceAccount" },
  versions: ["v1"],
  plural: "serviceaccounts",
  singular: "serviceaccount",
  shortNames: ["sa"],
  categories: [],
  scope: "Namespaced",
  verbs: storedVerbs,
  subresources: ["token"],
  schema: "io.k8s.api.core.v1.ServiceAccount",
  defaults: (obj) => obj,
  strategy: strategy<ServiceAccount>({}),
  statusStrategy: null,
  selectableFields: {},
  columns: [nameColumn(), ageColumn()],
  scale: null,
  graph: configGraph({ icon: "serviceaccount", tier: "config", sentence: () => "A ServiceAccount.", facts: () => ({}) }),
  template: "",
};
