import { durationSeconds } from "./durations.ts";
import type { NodeSpec } from "./nodeSpec.ts";

export interface ImagePolicy {
  readonly highPercent: number;
  readonly lowPercent: number;
  readonly minAgeUs: number;
  /** 0: images grow as old as they like. */
  readonly maxAgeUs: number;
}

/** Which images a machine's kubelet removes. Follows pkg/kubelet/apis/config/v1beta1/defaults.go. */
export function imagePolicy({ kubelet }: NodeSpec): ImagePolicy {
  const us = (duration: string | undefined, fallback: number): number => Math.round((duration === undefined ? fallback : (durationSeconds(duration) ?? fallback)) * 1_000_000);
  return {
    highPercent: kubelet?.imageGCHighThresholdPercent ?? 85, lowPercent: kubelet?.imageGCLowThresholdPercent ?? 80,
    minAgeUs: us(kubelet?.imageMinimumGCAge, 120), maxAgeUs: us(kubelet?.imageMaximumGCAge, 0),
  };
}
