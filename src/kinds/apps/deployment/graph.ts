import type { GraphTraits, Health } from "../../define.ts";
import { ownerEdges, plural } from "../../graph/edges.ts";
import type { Deployment, DeploymentCondition } from "./types.ts";

export const deploymentGraph: GraphTraits<Deployment> = {
  icon: "deployment",
  tier: "workload",
  health: deploymentHealth,
  node: () => null,
  sentence: deploymentSentence,
  summary(deployment) {
    const status = deployment.status ?? {};
    const rolling = deployment.spec.strategy?.rollingUpdate;
    return {
      tier: "workload",
      desired: deployment.spec.replicas ?? 0,
      current: status.replicas ?? 0,
      updated: status.updatedReplicas ?? 0,
      ready: status.readyReplicas ?? 0,
      available: status.availableReplicas ?? 0,
      revision: deployment.metadata.annotations?.["deployment.kubernetes.io/revision"] ?? "",
      ...(rolling === undefined ? {} : { rails: { surge: String(rolling.maxSurge ?? ""), unavailable: String(rolling.maxUnavailable ?? "") } }),
    };
  },
  edges: ownerEdges,
};

function condition(deployment: Deployment, type: string): DeploymentCondition | undefined {
  return deployment.status?.conditions?.find((each) => each.type === type);
}

function isSeen(deployment: Deployment): boolean {
  return (deployment.status?.observedGeneration ?? 0) >= (deployment.metadata.generation ?? 0);
}

function deploymentHealth(deployment: Deployment): Health {
  if (deployment.metadata.deletionTimestamp !== undefined) return "terminating";
  if (!isSeen(deployment)) return "progressing";
  const status = deployment.status ?? {};
  const desired = deployment.spec.replicas ?? 0;
  const complete = (status.updatedReplicas ?? 0) === desired && (status.replicas ?? 0) === desired && (status.availableReplicas ?? 0) === desired;
  if (complete) return "ok";
  if (condition(deployment, "Progressing")?.reason === "ProgressDeadlineExceeded" || condition(deployment, "ReplicaFailure")?.status === "True") return "failed";
  // Pods that were available and no longer are: a warning. Those of a rollout that has not ended yet are on their way.
  const hadCome = condition(deployment, "Progressing")?.reason === "NewReplicaSetAvailable";
  return condition(deployment, "Available")?.status === "False" && hadCome ? "warning" : "progressing";
}

function deploymentSentence(deployment: Deployment): string {
  if (deployment.metadata.deletionTimestamp !== undefined) return "Being deleted together with its ReplicaSets and pods.";
  if (!isSeen(deployment)) return "Changed a moment ago; the deployment controller has not looked at it yet.";
  const status = deployment.status ?? {};
  const desired = deployment.spec.replicas ?? 0;
  const updated = status.updatedReplicas ?? 0;
  const current = status.replicas ?? 0;
  const available = status.availableReplicas ?? 0;
  const failure = condition(deployment, "ReplicaFailure");
  if (failure?.status === "True") return `Pods cannot be created: ${failure.message ?? failure.reason ?? "unknown reason"}`;
  if (condition(deployment, "Progressing")?.reason === "ProgressDeadlineExceeded") return `The rollout is stuck: only ${available} of ${plural(desired, "pod")} became available within ${plural(deployment.spec.progressDeadlineSeconds ?? 600, "second")}.`;
  if (desired === 0 && current === 0) return "Scaled to zero: it keeps its description, but no pods.";
  if (deployment.spec.paused === true && updated < desired) return `Paused: ${updated} of ${plural(desired, "pod")} follow the newest template, nothing more is rolled out until it is resumed.`;
  if (updated < desired) return `Rolling out: ${updated} of ${plural(desired, "pod")} follow the newest template, ${available} available.`;
  if (current > updated) return `Rolling out: ${plural(current - updated, "pod")} of the old template still to be stopped.`;
  if (available < updated) return `${available} of ${plural(updated, "pod")} available; the others are not ready yet.`;
  return `All ${plural(desired, "pod")} are up to date and available.`;
}
