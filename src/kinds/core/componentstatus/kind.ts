// Follows pkg/registry/core/componentstatus/rest.go and pkg/printers/internalversion/printers.go.
import type { KubeObject } from "../../../apimachinery/objectMeta.ts";
import type { KindDefinition } from "../../define.ts";
import { configGraph } from "../../graph/edges.ts";
import { nameColumn } from "../../printing/cells.ts";
import { strategy } from "../../strategy.ts";

export interface ComponentStatus extends KubeObject {
  readonly conditions?: readonly { readonly type: string; readonly status: string; readonly message?: string; readonly error?: string }[];
}

function healthOf(component: ComponentStatus): NonNullable<ComponentStatus["conditions"]>[number] | undefined {
  return component.conditions?.find(({ type }) => type === "Healthy");
}

function statusText(component: ComponentStatus): string {
  const health = healthOf(component);
  return health === undefined ? "Unknown" : health.status === "True" ? "Healthy" : "Unhealthy";
}

/** Never stored: the API server looks, and says how its neighbours are. It is not in the list of kinds that controllers watch. */
export const componentStatusKind: KindDefinition<ComponentStatus> = {
  gvk: { group: "", version: "v1", kind: "ComponentStatus" },
  versions: ["v1"],
  plural: "componentstatuses",
  singular: "componentstatus",
  shortNames: ["cs"],
  categories: [],
  scope: "Cluster",
  verbs: ["get", "list"],
  subresources: [],
  schema: "io.k8s.api.core.v1.ComponentStatus",
  defaults: (component) => component,
  strategy: strategy<ComponentStatus>({}),
  statusStrategy: null,
  selectableFields: {},
  deprecation: "v1 ComponentStatus is deprecated in v1.19+",
  columns: [
    nameColumn(),
    { name: "Status", type: "string", description: "ComponentStatus Status", priority: 0, cell: statusText },
    { name: "Message", type: "string", description: "ComponentStatus Message", priority: 0, cell: (component) => healthOf(component)?.message ?? "" },
    { name: "Error", type: "string", description: "ComponentStatus Error", priority: 0, cell: (component) => healthOf(component)?.error ?? "" },
  ],
  scale: null,
  graph: configGraph({ icon: "node", tier: "none", sentence: (component) => (healthOf(component)?.status === "True" ? "This part of the control plane answers." : "This part of the control plane does not answer."), facts: () => ({}) }),
  template: "",
};
