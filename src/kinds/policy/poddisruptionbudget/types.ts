import type { KubeObject, LabelSelector } from "../../../apimachinery/objectMeta.ts";
import type { Condition } from "../../metadata/conditions.ts";

export interface PodDisruptionBudget extends KubeObject<PodDisruptionBudgetSpec, PodDisruptionBudgetStatus> {
  readonly spec: PodDisruptionBudgetSpec;
  readonly status?: PodDisruptionBudgetStatus;
}

export interface PodDisruptionBudgetSpec {
  readonly maxUnavailable?: number | string;
  readonly minAvailable?: number | string;
  readonly selector?: LabelSelector;
  readonly unhealthyPodEvictionPolicy?: string;
}

export interface PodDisruptionBudgetStatus {
  readonly conditions?: readonly Condition[];
  readonly currentHealthy?: number;
  readonly desiredHealthy?: number;
  /** Pod names, and when their eviction was granted. */
  readonly disruptedPods?: Readonly<Record<string, string>>;
  readonly disruptionsAllowed?: number;
  readonly expectedPods?: number;
  readonly observedGeneration?: number;
}
