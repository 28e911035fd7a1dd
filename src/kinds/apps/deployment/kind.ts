import type { KindDefinition } from "../../define.ts";
import { configGraph } from "../../graph/edges.ts";
import { ageColumn, nameColumn } from "../../printing/cells.ts";
import { strategy } from "../../strategy.ts";
import { storedVerbs } from "../../verbs.ts";
import type { Deployment } from "./types.ts";

export const deploymentKind: KindDefinition<Deployment> = {
  gvk: { group: "apps", version: "v1", kind: "Deployment" },
  versions: ["v1"],
  plural: "deployments",
  singular: "deployment",
  shortNames: ["deploy"],
  categories: ["all"],
  scope: "Namespaced",
  verbs: storedVerbs,
  subresources: ["scale", "status"],
  schema: "io.k8s.api.apps.v1.Deployment",
  defaults: (obj) => obj,
  strategy: strategy<Deployment>({}),
  statusStrategy: strategy<Deployment>({}),
  selectableFields: {},
  columns: [nameColumn(), ageColumn()],
  scale: null,
  graph: configGraph({ icon: "deployment", tier: "config", sentence: () => "A Deployment.", facts: () => ({}) }),
  template: "",
};
