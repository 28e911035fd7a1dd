import { deepEqual } from "../../base/deepEqual.ts";
import type { Deployment, DeploymentCondition, DeploymentStatus } from "../../kinds/apps/deployment/types.ts";
import type { ReplicaSet } from "../../kinds/apps/replicaset/types.ts";
import { conditionOf, hasProgressDeadline, hasTimedOut, isComplete, isProgressing, newCondition, withCondition, withoutCondition } from "./conditions.ts";
import { maxUnavailable } from "./fenceposts.ts";
import { actualReplicas, availableReplicas, readyReplicas, replicasOf, specReplicas, terminatingReplicas } from "./replicaSets.ts";

// Follows pkg/controller/deployment/sync.go (calculateStatus) and progress.go (syncRolloutStatus).

/** The status that the ReplicaSets give, with the condition Available. */
export function deploymentStatus(deployment: Deployment, all: readonly ReplicaSet[], fresh: ReplicaSet | null, timestamp: string): DeploymentStatus {
  const available = availableReplicas(all);
  const terminating = terminatingReplicas(all);
  const enough = available >= replicasOf(deployment) - maxUnavailable(deployment);
  const condition = enough
    ? newCondition("Available", "True", "MinimumReplicasAvailable", "Deployment has minimum availability.", timestamp)
    : newCondition("Available", "False", "MinimumReplicasUnavailable", "Deployment does not have minimum availability.", timestamp);
  const { collisionCount } = deployment.status ?? {};
  const status: { -readonly [K in keyof DeploymentStatus]: DeploymentStatus[K] } = {};
  const count = (name: "replicas" | "updatedReplicas" | "readyReplicas" | "availableReplicas" | "unavailableReplicas", value: number): void => {
    if (value !== 0) status[name] = value;
  };
  if (deployment.metadata.generation !== undefined) status.observedGeneration = deployment.metadata.generation;
  count("replicas", actualReplicas(all));
  count("updatedReplicas", fresh === null ? 0 : actualReplicas([fresh]));
  count("readyReplicas", readyReplicas(all));
  count("availableReplicas", available);
  count("unavailableReplicas", Math.max(0, specReplicas(all) - available));
  if (terminating !== null) status.terminatingReplicas = terminating;
  if (collisionCount !== undefined) status.collisionCount = collisionCount;
  status.conditions = withCondition(deployment.status?.conditions ?? [], condition);
  return status;
}

/** The same with what a rollout says of its progress. */
export function rolloutStatus(deployment: Deployment, all: readonly ReplicaSet[], fresh: ReplicaSet | null, nowUs: number, timestamp: string): DeploymentStatus {
  const status = deploymentStatus(deployment, all, fresh, timestamp);
  let conditions = status.conditions ?? [];
  if (!hasProgressDeadline(deployment)) conditions = withoutCondition(conditions, "Progressing");
  const current = conditionOf(deployment.status, "Progressing");
  const settled = (status.replicas ?? 0) === (status.updatedReplicas ?? 0) && current?.reason === "NewReplicaSetAvailable";
  if (hasProgressDeadline(deployment) && !settled) conditions = progress(deployment, { ...status, conditions }, fresh, current, nowUs, timestamp);
  const failure = replicaFailure(all, fresh);
  conditions = failure === null ? withoutCondition(conditions, "ReplicaFailure") : withCondition(conditions, failure);
  return { ...status, conditions };
}

function progress(
  deployment: Deployment,
  status: DeploymentStatus,
  fresh: ReplicaSet | null,
  current: DeploymentCondition | null,
  nowUs: number,
  timestamp: string,
): readonly DeploymentCondition[] {
  const conditions = status.conditions ?? [];
  const subject = fresh === null ? `Deployment "${deployment.metadata.name}"` : `ReplicaSet "${fresh.metadata.name}"`;
  if (isComplete(deployment, status)) {
    return withCondition(conditions, newCondition("Progressing", "True", "NewReplicaSetAvailable", `${subject} has successfully progressed.`, timestamp));
  }
  if (isProgressing(deployment, status)) {
    const condition = newCondition("Progressing", "True", "ReplicaSetUpdated", `${subject} is progressing.`, timestamp);
    if (current === null) return withCondition(conditions, condition);
    // Progress renews lastUpdateTime also where status and reason stay: the deadline is reckoned from it.
    const kept = current.status === "True" && current.lastTransitionTime !== undefined ? { ...condition, lastTransitionTime: current.lastTransitionTime } : condition;
    return [...withoutCondition(conditions, "Progressing"), kept];
  }
  if (hasTimedOut(deployment, status, nowUs)) {
    return withCondition(conditions, newCondition("Progressing", "False", "ProgressDeadlineExceeded", `${subject} has timed out progressing.`, timestamp));
  }
  return conditions;
}

/** Why pods cannot be made: the new ReplicaSet's reason, else any other's. */
function replicaFailure(all: readonly ReplicaSet[], fresh: ReplicaSet | null): DeploymentCondition | null {
  for (const rs of fresh === null ? all : [fresh, ...all]) {
    const failure = rs.status?.conditions?.find((condition) => condition.type === "ReplicaFailure");
    if (failure === undefined) continue;
    const { lastTransitionTime } = failure;
    return { ...failure, ...(lastTransitionTime === undefined ? {} : { lastUpdateTime: lastTransitionTime }) };
  }
  return null;
}

export function sameDeploymentStatus(a: DeploymentStatus | undefined, b: DeploymentStatus): boolean {
  return a !== undefined && deepEqual(normal(a), normal(b));
}

/** Zero and absent are one for counts; null stands nowhere. */
function normal(status: DeploymentStatus): DeploymentStatus {
  const { conditions, terminatingReplicas: terminating, ...counts } = status;
  const kept = Object.fromEntries(Object.entries(counts).filter(([, value]) => value !== 0));
  return { ...kept, ...(terminating === undefined ? {} : { terminatingReplicas: terminating }), conditions: conditions ?? [] };
}
