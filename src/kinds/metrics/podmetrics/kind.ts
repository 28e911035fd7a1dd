import type { KubeObject } from "../../../apimachinery/objectMeta.ts";
import { formatBytes, formatNanocores } from "../amounts.ts";
import { quantityBytes } from "../../../apimachinery/quantity.ts";
import type { KindDefinition } from "../../define.ts";
import { readOnlyTraits, usageColumns, type Usage } from "../usageColumns.ts";

export interface PodMetrics extends KubeObject {
  readonly timestamp: string;
  readonly window: string;
  readonly containers: readonly { readonly name: string; readonly usage: Usage }[];
}

function together({ containers }: PodMetrics): Usage {
  const sum = (of: (usage: Usage) => number): number => containers.reduce((all, { usage }) => all + of(usage), 0);
  return { cpu: formatNanocores(sum((usage) => Number.parseInt(usage["cpu"] ?? "0", 10))), memory: formatBytes(sum((usage) => quantityBytes(usage["memory"] ?? "0"))) };
}

/** Served where metrics-server is installed. */
export const podMetricsKind: KindDefinition<PodMetrics> = {
  ...readOnlyTraits<PodMetrics>(),
  gvk: { group: "metrics.k8s.io", version: "v1beta1", kind: "PodMetrics" },
  plural: "pods",
  singular: "",
  scope: "Namespaced",
  schema: "io.k8s.metrics.v1beta1.PodMetrics",
  columns: usageColumns<PodMetrics>(together),
};
