// Follows pkg/registry/autoscaling/horizontalpodautoscaler/strategy.go and pkg/printers/internalversion/printers.go.
import type { Column, KindDefinition } from "../../define.ts";
import { configGraph, plural } from "../../graph/edges.ts";
import { ageColumn, nameColumn } from "../../printing/cells.ts";
import { strategy, withFieldOf } from "../../strategy.ts";
import { storedVerbs } from "../../verbs.ts";
import { hpaV1 } from "./conversion.ts";
import { hpaWithDefaults, noStatus } from "./defaults.ts";
import type { HorizontalPodAutoscaler, MetricSource, MetricSpec, SourceName } from "./types.ts";
import { validateHpa, validateHpaStatusUpdate, validateHpaUpdate } from "./validate.ts";

const columns: readonly Column<HorizontalPodAutoscaler>[] = [
  nameColumn(),
  { name: "Reference", type: "string", description: "HorizontalPodAutoscalerSpec.scaleTargetRef", priority: 0, cell: ({ spec }) => `${spec.scaleTargetRef?.kind ?? ""}/${spec.scaleTargetRef?.name ?? ""}` },
  { name: "Targets", type: "string", description: "HorizontalPodAutoscalerSpec.metrics", priority: 0, cell: metricsText },
  { name: "MinPods", type: "string", description: "HorizontalPodAutoscalerSpec.minReplicas", priority: 0, cell: ({ spec }) => String(spec.minReplicas ?? "<unset>") },
  { name: "MaxPods", type: "string", description: "HorizontalPodAutoscalerSpec.maxReplicas", priority: 0, cell: ({ spec }) => spec.maxReplicas ?? 0 },
  { name: "Replicas", type: "string", description: "HorizontalPodAutoscalerStatus.currentReplicas", priority: 0, cell: ({ status }) => status?.currentReplicas ?? 0 },
  ageColumn(),
];

const mostMetrics = 2;

/** "cpu: 12%/80%", at most two of them. */
function metricsText({ spec, status }: HorizontalPodAutoscaler): string {
  const metrics = spec.metrics ?? [];
  if (metrics.length === 0) return "<none>";
  const texts = metrics.map((metric, at) => metricText(metric, status?.currentMetrics?.[at] ?? {}));
  const shown = texts.slice(0, mostMetrics).join(", ");
  return texts.length > mostMetrics ? `${shown} + ${texts.length - mostMetrics} more...` : shown;
}

type Statuses = { readonly [source in SourceName]?: MetricSource & { readonly current?: MetricSource["target"] } };

function metricText(metric: MetricSpec, statuses: Statuses): string {
  const name = `${(metric.type ?? "").charAt(0).toLowerCase()}${(metric.type ?? "").slice(1)}` as SourceName;
  const source = Object.hasOwn(metric, name) ? metric[name] : undefined;
  if (source === undefined) return "<unknown type>";
  const { target = {} } = source;
  const current = statuses[name]?.current ?? {};
  if (name === "resource" || name === "containerResource") {
    if (target.averageValue !== undefined) return `${source.name ?? ""}: ${current.averageValue ?? "<unknown>"}/${target.averageValue}`;
    const now = current.averageUtilization === undefined ? "<unknown>" : `${current.averageUtilization}%`;
    return `${source.name ?? ""}: ${now}/${target.averageUtilization === undefined ? "<auto>" : `${target.averageUtilization}%`}`;
  }
  if (name === "pods") return `${current.averageValue ?? "<unknown>"}/${target.averageValue ?? "<nil>"}`;
  return target.averageValue !== undefined ? `${current.averageValue ?? "<unknown>"}/${target.averageValue} (avg)` : `${current.value ?? "<unknown>"}/${target.value ?? "<nil>"}`;
}

export const horizontalPodAutoscalerKind: KindDefinition<HorizontalPodAutoscaler> = {
  gvk: { group: "autoscaling", version: "v2", kind: "HorizontalPodAutoscaler" },
  versions: ["v2", "v1"],
  otherVersions: { v1: hpaV1 },
  plural: "horizontalpodautoscalers",
  singular: "horizontalpodautoscaler",
  shortNames: ["hpa"],
  categories: ["all"],
  scope: "Namespaced",
  verbs: storedVerbs,
  subresources: ["status"],
  schema: "io.k8s.api.autoscaling.v2.HorizontalPodAutoscaler",
  defaults: hpaWithDefaults,
  strategy: strategy<HorizontalPodAutoscaler>({
    prepareForCreate: (hpa) => ({ ...hpa, status: noStatus }),
    prepareForUpdate: (hpa, old) => withFieldOf(hpa, old, "status"),
    // Named when they are called: the page's worker fetches them after the boot.
    validate: (hpa) => validateHpa(hpa),
    validateUpdate: (hpa, old) => validateHpaUpdate(hpa, old),
  }),
  statusStrategy: strategy<HorizontalPodAutoscaler>({ prepareForUpdate: (hpa, old) => withFieldOf(hpa, old, "spec"), validateUpdate: (hpa, old) => validateHpaStatusUpdate(hpa, old) }),
  selectableFields: {},
  columns,
  scale: null,
  graph: configGraph({
    icon: "horizontalpodautoscaler",
    tier: "config",
    sentence: (hpa) => `Keeps ${hpa.spec.scaleTargetRef?.kind ?? "its target"} ${hpa.spec.scaleTargetRef?.name ?? ""} between ${hpa.spec.minReplicas ?? 1} and ${plural(hpa.spec.maxReplicas ?? 0, "pod")}: ${metricsText(hpa)}.`,
    facts: (hpa) => ({ min: hpa.spec.minReplicas ?? 1, max: hpa.spec.maxReplicas ?? 0, current: hpa.status?.currentReplicas ?? 0, desired: hpa.status?.desiredReplicas ?? 0, targets: metricsText(hpa) }),
  }),
  template: `apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata:
  name: web
spec:
  scaleTargetRef:
    apiVersion: apps/v1
    kind: Deployment
    name: web
  minReplicas: 2
  maxReplicas: 6
  metrics:
    - type: Resource
      resource:
        name: cpu
        target:
          type: Utilization
          averageUtilization: 60
`,
};
