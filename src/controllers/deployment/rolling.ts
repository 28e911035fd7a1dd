import type { Deployment } from "../../kinds/apps/deployment/types.ts";
import type { ReplicaSet } from "../../kinds/apps/replicaset/types.ts";
import { maxUnavailable, newReplicaSetSize } from "./fenceposts.ts";
import { activeSets, byCreation, replicasOf, specReplicas } from "./replicaSets.ts";

// Follows pkg/controller/deployment/rolling.go.

/** One change of size, with the reason a person reads. */
export interface Resize {
  readonly rs: ReplicaSet;
  readonly to: number;
  readonly why: string;
}

/** The next moves of a rolling update: first the new ReplicaSet grows as far as the surge allows, then the old ones shrink. */
export function rollingMoves(deployment: Deployment, fresh: ReplicaSet, old: readonly ReplicaSet[]): readonly Resize[] {
  const growth = resizeNew(deployment, fresh, old);
  return growth.length > 0 ? growth : shrinkOld(deployment, fresh, activeSets(old));
}

function resizeNew(deployment: Deployment, fresh: ReplicaSet, old: readonly ReplicaSet[]): readonly Resize[] {
  const wanted = replicasOf(deployment);
  const present = replicasOf(fresh);
  if (present === wanted) return [];
  if (present > wanted) return [{ rs: fresh, to: wanted, why: `${wanted} wanted` }];
  const to = newReplicaSetSize(deployment, [...old, fresh], present);
  return to === present ? [] : [{ rs: fresh, to, why: `${to - present} more allowed by maxSurge` }];
}

function shrinkOld(deployment: Deployment, fresh: ReplicaSet, old: readonly ReplicaSet[]): readonly Resize[] {
  if (specReplicas(old) === 0) return [];
  const leastAvailable = replicasOf(deployment) - maxUnavailable(deployment);
  const freshUnavailable = replicasOf(fresh) - (fresh.status?.availableReplicas ?? 0);
  const mostRemoved = specReplicas([...old, fresh]) - leastAvailable - freshUnavailable;
  if (mostRemoved <= 0) return [];
  const cleaned = removeUnhealthy(old, mostRemoved);
  const sizes = new Map(cleaned.map((move) => [move.rs.metadata.uid, move.to]));
  return [...cleaned, ...removeAvailable(old, sizes, remainingAvailable([...old, fresh]) - leastAvailable)];
}

/**
 * Differs: upstream takes the status as it is. A ReplicaSet that was just made smaller still counts the pods that are about to go, and
 * trusting it could take away more than maxUnavailable allows while its controller is behind.
 */
function remainingAvailable(sets: readonly ReplicaSet[]): number {
  return sets.reduce((sum, rs) => sum + Math.min(replicasOf(rs), rs.status?.availableReplicas ?? 0), 0);
}

/** Pods of old ReplicaSets that are not available cost nothing: they go first. */
function removeUnhealthy(old: readonly ReplicaSet[], most: number): readonly Resize[] {
  const moves: Resize[] = [];
  let removed = 0;
  for (const rs of [...old].sort(byCreation)) {
    if (removed >= most) break;
    const unhealthy = replicasOf(rs) - (rs.status?.availableReplicas ?? 0);
    if (replicasOf(rs) === 0 || unhealthy <= 0) continue;
    const count = Math.min(most - removed, unhealthy);
    moves.push({ rs, to: replicasOf(rs) - count, why: `${count} of its pods are not available` });
    removed += count;
  }
  return moves;
}

function removeAvailable(old: readonly ReplicaSet[], sizes: ReadonlyMap<string, number>, most: number): readonly Resize[] {
  const moves: Resize[] = [];
  let removed = 0;
  for (const rs of [...old].sort(byCreation)) {
    if (removed >= most) break;
    const size = sizes.get(rs.metadata.uid) ?? replicasOf(rs);
    if (size === 0) continue;
    const count = Math.min(size, most - removed);
    moves.push({ rs, to: size - count, why: `${count} fewer allowed by maxUnavailable` });
    removed += count;
  }
  return moves;
}
