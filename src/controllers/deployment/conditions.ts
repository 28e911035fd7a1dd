import { parseRfc3339 } from "../../base/rfc3339.ts";
import type { Deployment, DeploymentCondition, DeploymentStatus } from "../../kinds/apps/deployment/types.ts";
import { second } from "../../sim/time.ts";
import { replicasOf } from "./replicaSets.ts";

// Follows pkg/controller/deployment/util/deployment_util.go and progress.go.

const noDeadline = 2147483647;
type Conditions = readonly DeploymentCondition[];

export function conditionOf(status: { readonly conditions?: Conditions } | undefined, type: string): DeploymentCondition | null {
  return status?.conditions?.find((condition) => condition.type === type) ?? null;
}

export function newCondition(type: string, status: string, reason: string, message: string, timestamp: string): DeploymentCondition {
  return { type, status, lastUpdateTime: timestamp, lastTransitionTime: timestamp, reason, message };
}

/** A condition of the same status and reason stays as it is; one of the same status keeps its time of transition. */
export function withCondition(conditions: Conditions, condition: DeploymentCondition): Conditions {
  const before = conditions.find((other) => other.type === condition.type);
  if (before !== undefined && before.status === condition.status && before.reason === condition.reason) return conditions;
  const kept =
    before !== undefined && before.status === condition.status && before.lastTransitionTime !== undefined
      ? { ...condition, lastTransitionTime: before.lastTransitionTime }
      : condition;
  return [...withoutCondition(conditions, condition.type), kept];
}

export function withoutCondition(conditions: Conditions, type: string): Conditions {
  return conditions.filter((condition) => condition.type !== type);
}

export function hasProgressDeadline(deployment: Deployment): boolean {
  const seconds = deployment.spec.progressDeadlineSeconds;
  return seconds !== undefined && seconds !== noDeadline;
}

/** All pods are of the new template and available, and none of the old is left. */
export function isComplete(deployment: Deployment, status: DeploymentStatus | undefined): boolean {
  const replicas = replicasOf(deployment);
  return (
    status !== undefined &&
    (status.updatedReplicas ?? 0) === replicas &&
    (status.replicas ?? 0) === replicas &&
    (status.availableReplicas ?? 0) === replicas &&
    (status.observedGeneration ?? 0) >= (deployment.metadata.generation ?? 0)
  );
}

/** Something got further since the stored status. */
export function isProgressing(deployment: Deployment, status: DeploymentStatus): boolean {
  const old = deployment.status ?? {};
  const oldOld = (old.replicas ?? 0) - (old.updatedReplicas ?? 0);
  const newOld = (status.replicas ?? 0) - (status.updatedReplicas ?? 0);
  return (
    (status.updatedReplicas ?? 0) > (old.updatedReplicas ?? 0) ||
    newOld < oldOld ||
    (status.readyReplicas ?? 0) > (old.readyReplicas ?? 0) ||
    (status.availableReplicas ?? 0) > (old.availableReplicas ?? 0)
  );
}

/** Nothing got further for longer than the deadline. */
export function hasTimedOut(deployment: Deployment, status: DeploymentStatus, nowUs: number): boolean {
  const condition = conditionOf(status, "Progressing");
  if (!hasProgressDeadline(deployment) || condition === null || condition.reason === "NewReplicaSetAvailable") return false;
  if (condition.reason === "ProgressDeadlineExceeded") return true;
  return deadlineUs(deployment, condition) < nowUs;
}

/** How long until the deadline must be looked at again; null where it does not matter. */
export function stuckCheckAfterUs(deployment: Deployment, status: DeploymentStatus, nowUs: number): number | null {
  const condition = conditionOf(deployment.status, "Progressing");
  if (!hasProgressDeadline(deployment) || condition === null) return null;
  if (isComplete(deployment, status) || condition.reason === "ProgressDeadlineExceeded") return null;
  return Math.max(0, deadlineUs(deployment, condition) - nowUs) + second;
}

function deadlineUs(deployment: Deployment, condition: DeploymentCondition): number {
  const sinceUs = condition.lastUpdateTime === undefined ? null : parseRfc3339(condition.lastUpdateTime);
  return (sinceUs ?? 0) + (deployment.spec.progressDeadlineSeconds ?? 0) * second;
}
