import type { KubeObject } from "../../../apimachinery/objectMeta.ts";
import type { KindDefinition } from "../../define.ts";
import { readOnlyTraits, usageColumns, type Usage } from "../usageColumns.ts";

export interface NodeMetrics extends KubeObject {
  readonly timestamp: string;
  /** "15.002s" */
  readonly window: string;
  readonly usage: Usage;
}

/** Served where metrics-server is installed. */
export const nodeMetricsKind: KindDefinition<NodeMetrics> = {
  ...readOnlyTraits<NodeMetrics>(),
  gvk: { group: "metrics.k8s.io", version: "v1beta1", kind: "NodeMetrics" },
  plural: "nodes",
  singular: "",
  scope: "Cluster",
  schema: "io.k8s.metrics.v1beta1.NodeMetrics",
  columns: usageColumns<NodeMetrics>(({ usage }) => usage),
};
