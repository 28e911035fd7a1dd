import { scaledValue } from "../../apimachinery/intOrString.ts";
import type { Deployment } from "../../kinds/apps/deployment/types.ts";
import type { ReplicaSet } from "../../kinds/apps/replicaset/types.ts";
import { replicasOf, specReplicas } from "./replicaSets.ts";

// Follows pkg/controller/deployment/util/deployment_util.go (ResolveFenceposts, MaxSurge, MaxUnavailable, NewRSNewReplicas).

export function isRollingUpdate(deployment: Deployment): boolean {
  return deployment.spec.strategy?.type !== "Recreate";
}

/** How many pods may be there beyond the wanted number, and how many of it may be missing. Never both 0: nothing could move. */
export function fenceposts(deployment: Deployment): { readonly surge: number; readonly unavailable: number } {
  const replicas = replicasOf(deployment);
  const rolling = deployment.spec.strategy?.rollingUpdate;
  const surge = scaledValue(rolling?.maxSurge ?? 0, replicas, true) ?? 0;
  const unavailable = scaledValue(rolling?.maxUnavailable ?? 0, replicas, false) ?? 0;
  return surge === 0 && unavailable === 0 ? { surge, unavailable: 1 } : { surge, unavailable };
}

export function maxSurge(deployment: Deployment): number {
  return isRollingUpdate(deployment) ? fenceposts(deployment).surge : 0;
}

export function maxUnavailable(deployment: Deployment): number {
  const replicas = replicasOf(deployment);
  if (!isRollingUpdate(deployment) || replicas === 0) return 0;
  return Math.min(replicas, fenceposts(deployment).unavailable);
}

/** The size that the new ReplicaSet may have now. `all` holds it. */
export function newReplicaSetSize(deployment: Deployment, all: readonly ReplicaSet[], newReplicas: number): number {
  const replicas = replicasOf(deployment);
  if (!isRollingUpdate(deployment)) return replicas;
  const surge = scaledValue(deployment.spec.strategy?.rollingUpdate?.maxSurge ?? 0, replicas, true) ?? 0;
  const room = replicas + surge - specReplicas(all);
  return room <= 0 ? newReplicas : newReplicas + Math.min(room, replicas - newReplicas);
}
