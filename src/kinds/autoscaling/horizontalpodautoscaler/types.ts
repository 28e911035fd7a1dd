import type { KubeObject, LabelSelector } from "../../../apimachinery/objectMeta.ts";

/** autoscaling/v2, which is stored. */
export interface HorizontalPodAutoscaler extends KubeObject<HpaSpec, HpaStatus> {
  readonly spec: HpaSpec;
  readonly status?: HpaStatus;
}

export interface HpaSpec {
  readonly behavior?: HpaBehavior;
  readonly maxReplicas?: number;
  readonly metrics?: readonly MetricSpec[];
  readonly minReplicas?: number;
  readonly scaleTargetRef?: ObjectRef;
}

export interface ObjectRef {
  readonly apiVersion?: string;
  readonly kind?: string;
  readonly name?: string;
}

export interface HpaBehavior {
  readonly scaleDown?: ScalingRules;
  readonly scaleUp?: ScalingRules;
}

export interface ScalingRules {
  readonly policies?: readonly ScalingPolicy[];
  readonly selectPolicy?: string;
  readonly stabilizationWindowSeconds?: number;
  readonly tolerance?: string;
}

export interface ScalingPolicy {
  readonly periodSeconds?: number;
  readonly type?: string;
  readonly value?: number;
}

export interface MetricSpec {
  readonly type?: string;
  readonly containerResource?: MetricSource;
  readonly external?: MetricSource;
  readonly object?: MetricSource;
  readonly pods?: MetricSource;
  readonly resource?: MetricSource;
}

/** The fields of all sources: each has some of them. */
export interface MetricSource {
  readonly container?: string;
  readonly describedObject?: ObjectRef;
  readonly metric?: MetricIdentifier;
  readonly name?: string;
  readonly target?: MetricTarget;
}

export interface MetricIdentifier {
  readonly name?: string;
  readonly selector?: LabelSelector;
}

export interface MetricTarget {
  readonly averageUtilization?: number;
  readonly averageValue?: string;
  readonly type?: string;
  readonly value?: string;
}

export type MetricStatus = { readonly type?: string } & { readonly [source in SourceName]?: MetricSource & { readonly current?: MetricTarget } };

export type SourceName = "object" | "external" | "pods" | "resource" | "containerResource";

export interface HpaStatus {
  readonly conditions?: readonly { readonly type: string; readonly status: string; readonly lastTransitionTime?: string; readonly reason?: string; readonly message?: string }[];
  readonly currentMetrics?: readonly MetricStatus[] | null;
  readonly currentReplicas?: number;
  readonly desiredReplicas?: number;
  readonly lastScaleTime?: string;
  readonly observedGeneration?: number;
}

/** autoscaling/v1: one metric in the open, all else in annotations. */
export interface HpaV1 extends KubeObject {
  readonly spec?: { readonly maxReplicas?: number; readonly minReplicas?: number; readonly scaleTargetRef?: ObjectRef; readonly targetCPUUtilizationPercentage?: number };
  readonly status?: { readonly currentCPUUtilizationPercentage?: number; readonly currentReplicas?: number; readonly desiredReplicas?: number; readonly lastScaleTime?: string; readonly observedGeneration?: number };
}
