// Follows pkg/controller/podautoscaler/horizontal.go (setCondition, setStatus, updateStatusIfNeeded).
import { deepEqual } from "../../base/deepEqual.ts";
import type { Json } from "../../base/json.ts";
import type { HorizontalPodAutoscaler, HpaStatus, MetricStatus } from "../../kinds/autoscaling/horizontalpodautoscaler/types.ts";

type Condition = NonNullable<HpaStatus["conditions"]>[number];

/** The status of one pass, as it grows. */
export class StatusDraft {
  readonly #hpa: HorizontalPodAutoscaler;
  readonly #timestamp: string;
  #status: HpaStatus;

  constructor(hpa: HorizontalPodAutoscaler, timestamp: string) {
    this.#hpa = hpa;
    this.#timestamp = timestamp;
    this.#status = hpa.status ?? {};
  }

  condition(type: "AbleToScale" | "ScalingActive" | "ScalingLimited", isTrue: boolean, reason: string, message: string): void {
    const conditions = this.#status.conditions ?? [];
    const before = conditions.find((each) => each.type === type);
    const status = isTrue ? "True" : "False";
    const lastTransitionTime = before?.status === status && before.lastTransitionTime !== undefined ? before.lastTransitionTime : this.#timestamp;
    const after: Condition = { type, status, lastTransitionTime, reason, message };
    this.#status = { ...this.#status, conditions: before === undefined ? [...conditions, after] : conditions.map((each) => (each === before ? after : each)) };
  }

  /** `desired` undefined: as it was. All else of the status but its conditions begins anew. */
  counts(current: number, desired: number | undefined, metrics: readonly MetricStatus[] | null, isRescaled: boolean): void {
    const { conditions, desiredReplicas = 0, lastScaleTime } = this.#status;
    const scaledAt = isRescaled ? this.#timestamp : lastScaleTime;
    this.#status = {
      ...(scaledAt === undefined ? {} : { lastScaleTime: scaledAt }),
      ...(current === 0 ? {} : { currentReplicas: current }),
      desiredReplicas: desired ?? desiredReplicas,
      currentMetrics: metrics,
      ...(conditions === undefined ? {} : { conditions }),
    };
  }

  /** The object with the new status; null where nothing changed. */
  changed(): HorizontalPodAutoscaler | null {
    return deepEqual((this.#hpa.status ?? {}) as Json, this.#status as Json) ? null : { ...this.#hpa, status: this.#status };
  }
}
