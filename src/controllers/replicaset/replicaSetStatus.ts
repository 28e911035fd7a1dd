import { copyToExtend } from "../../base/extended.ts";
import { deepEqual } from "../../base/deepEqual.ts";
import type { ReplicaSet, ReplicaSetCondition, ReplicaSetStatus } from "../../kinds/apps/replicaset/types.ts";
import { isPodAvailable, isPodReady } from "../../kinds/core/pod/podStatus.ts";
import type { Pod } from "../../kinds/core/pod/types.ts";

// Follows pkg/controller/replicaset/replica_set_utils.go.

export interface ManageFailure {
  readonly reason: "FailedCreate" | "FailedDelete";
  readonly message: string;
}

/** The status that the pods give. `terminating`: undefined where it is not told. `failure`: why pods could not be made or removed, where they could not. */
export function replicaSetStatus(rs: ReplicaSet, active: readonly Pod[], terminating: number | undefined, failure: ManageFailure | null, nowUs: number, timestamp: string): ReplicaSetStatus {
  const templateLabels = rs.spec.template?.metadata?.labels ?? {};
  const minReadySeconds = rs.spec.minReadySeconds ?? 0;
  let fullyLabeled = 0;
  let ready = 0;
  let available = 0;
  const labelNames = Object.keys(templateLabels);
  for (const pod of active) {
    const { labels } = pod.metadata;
    if (labelNames.every((name) => labels?.[name] === templateLabels[name])) fullyLabeled += 1;
    if (!isPodReady(pod)) continue;
    ready += 1;
    if (minReadySeconds === 0 || isPodAvailable(pod, minReadySeconds, nowUs)) available += 1;
  }
  const conditions = failureConditions(rs.status?.conditions ?? [], failure, timestamp);
  return {
    replicas: active.length,
    fullyLabeledReplicas: fullyLabeled,
    readyReplicas: ready,
    availableReplicas: available,
    ...(terminating === undefined ? {} : { terminatingReplicas: terminating }),
    observedGeneration: rs.metadata.generation ?? 0,
    ...(conditions.length === 0 ? {} : { conditions }),
  };
}

function failureConditions(before: readonly ReplicaSetCondition[], failure: ManageFailure | null, timestamp: string): readonly ReplicaSetCondition[] {
  const present = before.some((condition) => condition.type === "ReplicaFailure");
  if (failure !== null && !present) return [...before, { type: "ReplicaFailure", status: "True", reason: failure.reason, message: failure.message, lastTransitionTime: timestamp }];
  return failure === null && present ? before.filter((condition) => condition.type !== "ReplicaFailure") : before;
}

/** Fields that are zero may be absent in what the server gives back. */
export function sameReplicaSetStatus(a: ReplicaSetStatus | undefined, b: ReplicaSetStatus): boolean {
  if (a === undefined) return false;
  return (
    a.replicas === b.replicas &&
    (a.fullyLabeledReplicas ?? 0) === (b.fullyLabeledReplicas ?? 0) &&
    (a.readyReplicas ?? 0) === (b.readyReplicas ?? 0) &&
    (a.availableReplicas ?? 0) === (b.availableReplicas ?? 0) &&
    a.terminatingReplicas === b.terminatingReplicas &&
    (a.observedGeneration ?? 0) === (b.observedGeneration ?? 0) &&
    deepEqual(a.conditions ?? [], b.conditions ?? [])
  );
}

/** As the server stores it: counts of zero are left out, but for replicas and terminatingReplicas. */
export function withoutZeroes(status: ReplicaSetStatus): ReplicaSetStatus {
  const { fullyLabeledReplicas, readyReplicas, availableReplicas, ...rest } = status;
  const out: { -readonly [K in keyof ReplicaSetStatus]: ReplicaSetStatus[K] } = copyToExtend(rest);
  if (fullyLabeledReplicas !== undefined && fullyLabeledReplicas !== 0) out.fullyLabeledReplicas = fullyLabeledReplicas;
  if (readyReplicas !== undefined && readyReplicas !== 0) out.readyReplicas = readyReplicas;
  if (availableReplicas !== undefined && availableReplicas !== 0) out.availableReplicas = availableReplicas;
  return out;
}
