// Follows pkg/apis/autoscaling/v2/defaults.go.
import { changeField, fillAbsent } from "../../sharing.ts";
import type { HorizontalPodAutoscaler, HpaSpec, HpaStatus, MetricSpec, ScalingRules } from "./types.ts";

const defaultUtilization = 80;

/** Without a word about metrics: four fifths of the CPU that the pods ask for. */
export const defaultMetrics: readonly MetricSpec[] = [cpuMetric(defaultUtilization)];

export function cpuMetric(averageUtilization: number): MetricSpec {
  return { type: "Resource", resource: { name: "cpu", target: { type: "Utilization", averageUtilization } } };
}

/** The list of metrics is written as null where it is empty: upstream holds it without omitempty. */
export const noStatus: HpaStatus = { desiredReplicas: 0, currentMetrics: null };

const scaleUp: ScalingRules = { stabilizationWindowSeconds: 0, selectPolicy: "Max", policies: [{ type: "Pods", value: 4, periodSeconds: 15 }, { type: "Percent", value: 100, periodSeconds: 15 }] };
const scaleDown: ScalingRules = { selectPolicy: "Max", policies: [{ type: "Percent", value: 100, periodSeconds: 15 }] };

export function hpaWithDefaults(hpa: HorizontalPodAutoscaler): HorizontalPodAutoscaler {
  const given = hpa.spec as HpaSpec | undefined;
  let spec: HpaSpec = fillAbsent(given ?? {}, { minReplicas: 1 });
  if ((spec.metrics ?? []).length === 0) spec = { ...spec, metrics: defaultMetrics };
  spec = changeField(spec, "behavior", (behavior) => {
    const [up, down] = [fillAbsent(behavior.scaleUp ?? {}, scaleUp), fillAbsent(behavior.scaleDown ?? {}, scaleDown)];
    return up === behavior.scaleUp && down === behavior.scaleDown ? behavior : { ...behavior, scaleUp: up, scaleDown: down };
  });
  const status = fillAbsent(hpa.status ?? noStatus, noStatus);
  return spec === given && status === hpa.status ? hpa : { ...hpa, spec, status };
}
