import type { Deployment } from "../../kinds/apps/deployment/types.ts";
import type { ReplicaSet } from "../../kinds/apps/replicaset/types.ts";
import { desiredReplicas, integerOf, maxReplicasAnnotation } from "./annotations.ts";
import { isRollingUpdate, maxSurge } from "./fenceposts.ts";
import { activeSets, byCreation, bySizeNewer, bySizeOlder, replicasOf, specReplicas } from "./replicaSets.ts";
import type { Resize } from "./rolling.ts";

// Follows pkg/controller/deployment/sync.go (scale, isScalingEvent) and util/deployment_util.go (GetReplicaSetProportion).

export interface ScalePlan {
  readonly resizes: readonly Resize[];
  /** Whether each change of size is an event; a proportional scaling also writes annotations where the size stays. */
  readonly annotateAll: boolean;
}

/** Whether the wanted number changed since the sizes of the ReplicaSets were reckoned. */
export function isScalingEvent(deployment: Deployment, sets: readonly ReplicaSet[]): boolean {
  return activeSets(sets).some((rs) => {
    const desired = desiredReplicas(rs);
    return desired !== null && desired !== replicasOf(deployment);
  });
}

/** The sizes after the wanted number changed, or while the rollout is paused. */
export function scalePlan(deployment: Deployment, fresh: ReplicaSet | null, old: readonly ReplicaSet[]): ScalePlan {
  const wanted = replicasOf(deployment);
  const only = activeOrLatest(fresh, old);
  if (only !== null) {
    return { resizes: replicasOf(only) === wanted ? [] : [{ rs: only, to: wanted, why: `${wanted} wanted` }], annotateAll: false };
  }
  if (fresh !== null && isSaturated(deployment, fresh)) {
    return { resizes: activeSets([...old].sort(byCreation)).map((rs) => ({ rs, to: 0, why: "the new ReplicaSet is complete" })), annotateAll: false };
  }
  return isRollingUpdate(deployment) ? proportional(deployment, activeSets(fresh === null ? old : [...old, fresh])) : { resizes: [], annotateAll: false };
}

/** The one to scale: the only one with pods, or the latest where none has; null where several have. */
function activeOrLatest(fresh: ReplicaSet | null, old: readonly ReplicaSet[]): ReplicaSet | null {
  const active = activeSets(fresh === null ? old : [...old, fresh]);
  if (active.length === 1) return active[0] ?? null;
  if (active.length > 1) return null;
  return fresh ?? [...old].sort((a, b) => byCreation(b, a))[0] ?? null;
}

function isSaturated(deployment: Deployment, rs: ReplicaSet): boolean {
  const wanted = replicasOf(deployment);
  return replicasOf(rs) === wanted && desiredReplicas(rs) === wanted && (rs.status?.availableReplicas ?? 0) === wanted;
}

/** In the middle of a rollout each ReplicaSet gets its share of the change, the largest what is left over. */
function proportional(deployment: Deployment, sets: readonly ReplicaSet[]): ScalePlan {
  const wanted = replicasOf(deployment);
  const allowed = wanted > 0 ? wanted + maxSurge(deployment) : 0;
  const toAdd = allowed - specReplicas(sets);
  const ordered = [...sets].sort(toAdd > 0 ? bySizeNewer : bySizeOlder);
  let added = 0;
  const sizes = ordered.map((rs) => {
    const share = toAdd === 0 ? 0 : proportion(deployment, rs, toAdd, added);
    added += share;
    return replicasOf(rs) + share;
  });
  if (sizes.length > 0 && toAdd !== 0) sizes[0] = Math.max(0, (sizes[0] ?? 0) + toAdd - added);
  return { resizes: ordered.map((rs, index) => ({ rs, to: sizes[index] ?? 0, why: `its share of ${allowed} pods` })), annotateAll: true };
}

function proportion(deployment: Deployment, rs: ReplicaSet, toAdd: number, added: number): number {
  if (replicasOf(rs) === 0 || toAdd === added) return 0;
  const fraction = shareOf(deployment, rs);
  const left = toAdd - added;
  return toAdd > 0 ? Math.min(fraction, left) : Math.max(fraction, left);
}

function shareOf(deployment: Deployment, rs: ReplicaSet): number {
  if (replicasOf(deployment) === 0) return -replicasOf(rs);
  const most = replicasOf(deployment) + maxSurge(deployment);
  const mostBefore = integerOf(rs.metadata.annotations?.[maxReplicasAnnotation]) ?? 0;
  const base = mostBefore === 0 ? (deployment.status?.replicas ?? 0) : mostBefore;
  if (base === 0) return 0;
  return Math.floor((replicasOf(rs) * most) / base + 0.5) - replicasOf(rs);
}
