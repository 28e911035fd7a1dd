import type { ReconcileContext } from "../../client/controller.ts";
import { updateStatusOp } from "../../client/writes.ts";
import { statefulSetKind } from "../../kinds/apps/statefulset/kind.ts";
import type { StatefulSet, StatefulSetStatus } from "../../kinds/apps/statefulset/types.ts";
import { isPodAvailable, isPodReady, isTerminating } from "../../kinds/core/pod/podStatus.ts";
import type { Pod } from "../../kinds/core/pod/types.ts";
import { replicasOf, revisionLabelOf } from "./identity.ts";

// Follows pkg/controller/statefulset/stateful_set_control.go (updateStatus, updateStatefulSetStatus) and stateful_set_utils.go.

/** The names of the revision that is left behind and of the one that is gone to, and how often names collided. */
export interface RevisionNames {
  readonly current: string;
  readonly update: string;
  readonly collisionCount: number;
}

export function isRunningAndReady(pod: Pod): boolean {
  return pod.status?.phase === "Running" && isPodReady(pod);
}

/** The status that the pods give. `given`: pods of the current revision that this pass takes away. */
export function statusOf(set: StatefulSet, pods: readonly Pod[], names: RevisionNames, nowUs: number, given = 0): StatefulSetStatus {
  const minReadySeconds = set.spec.minReadySeconds ?? 0;
  let [ready, available, current, updated] = [0, 0, -given, 0];
  for (const pod of pods) {
    if (isRunningAndReady(pod)) {
      ready += 1;
      if (isPodAvailable(pod, minReadySeconds, nowUs)) available += 1;
    }
    if (isTerminating(pod)) continue;
    if (revisionLabelOf(pod) === names.current) current += 1;
    if (revisionLabelOf(pod) === names.update) updated += 1;
  }
  const isComplete = set.spec.updateStrategy?.type === "RollingUpdate" && [updated, ready, pods.length].every((count) => count === replicasOf(set));
  return {
    ...(set.metadata.generation === undefined ? {} : { observedGeneration: set.metadata.generation }),
    replicas: pods.length,
    readyReplicas: ready,
    availableReplicas: available,
    currentReplicas: isComplete ? updated : current,
    updatedReplicas: updated,
    currentRevision: isComplete ? names.update : names.current,
    updateRevision: names.update,
    collisionCount: names.collisionCount,
  };
}

/** Whether the status tells nothing new. */
function isSameStatus(a: StatefulSetStatus | undefined, b: StatefulSetStatus): boolean {
  return (
    a !== undefined &&
    (b.observedGeneration ?? 0) <= (a.observedGeneration ?? 0) &&
    a.replicas === b.replicas &&
    (a.readyReplicas ?? 0) === b.readyReplicas &&
    (a.availableReplicas ?? 0) === b.availableReplicas &&
    (a.currentReplicas ?? 0) === b.currentReplicas &&
    (a.updatedReplicas ?? 0) === b.updatedReplicas &&
    a.currentRevision === b.currentRevision &&
    a.updateRevision === b.updateRevision
  );
}

/** As the server stores it: counts of zero are left out, but for replicas and availableReplicas. */
function withoutZeroes({ readyReplicas, currentReplicas, updatedReplicas, ...rest }: StatefulSetStatus): StatefulSetStatus {
  const counts = { readyReplicas, currentReplicas, updatedReplicas };
  return { ...rest, ...Object.fromEntries(Object.entries(counts).filter(([, count]) => count !== 0)) };
}

/** Writes the status where it tells something new, and gives back what it is now. */
export function writeStatus(set: StatefulSet, status: StatefulSetStatus, ctx: ReconcileContext): StatefulSetStatus {
  if (isSameStatus(set.status, status)) return status;
  ctx.because(`wrote the status: ${status.replicas} pods, ${status.readyReplicas ?? 0} ready, ${status.updatedReplicas ?? 0} of revision ${status.updateRevision ?? ""}`);
  ctx.write(updateStatusOp(statefulSetKind, { ...set, status: withoutZeroes(status) } as StatefulSet));
  return status;
}
