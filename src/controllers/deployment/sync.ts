import { selectorFromLabelSelector } from "../../apimachinery/labels.ts";
import type { ReconcileContext, ReconcileResult } from "../../client/controller.ts";
import { deleteOp } from "../../client/writes.ts";
import { deploymentKind } from "../../kinds/apps/deployment/kind.ts";
import type { Deployment, DeploymentStatus } from "../../kinds/apps/deployment/types.ts";
import { replicaSetKind } from "../../kinds/apps/replicaset/kind.ts";
import type { ReplicaSet } from "../../kinds/apps/replicaset/types.ts";
import { podKind } from "../../kinds/core/pod/kind.ts";
import { isPodTerminal } from "../../kinds/core/pod/podStatus.ts";
import { claim, controllerIndex, orphansOf } from "../ownership.ts";
import { revisionAnnotation, revisionOf } from "./annotations.ts";
import { conditionOf, hasProgressDeadline, isComplete, newCondition, stuckCheckAfterUs, withCondition } from "./conditions.ts";
import { deploymentStatus, rolloutStatus, sameDeploymentStatus } from "./deploymentStatus.ts";
import { activeSets, actualReplicas, byCreation, newReplicaSet, replicasOf } from "./replicaSets.ts";
import { isRollback, rollBack } from "./rollback.ts";
import type { Resize } from "./rolling.ts";
import { rollingMoves } from "./rolling.ts";
import { isScalingEvent, scalePlan } from "./scaling.ts";
import { createReplicaSetOp, newReplicaSetFor, refreshOp, resizeOps, statusOp } from "./writes.ts";

// Follows pkg/controller/deployment/deployment_controller.go (syncDeployment), sync.go and recreate.go. Differs: where upstream goes on with
// what a write returned, the pass ends, and the change that comes back through the informer begins the next.

const unlimitedHistory = 2147483647;

/** The Deployment with its ReplicaSets told apart. */
interface Sets {
  readonly all: readonly ReplicaSet[];
  readonly fresh: ReplicaSet | null;
  readonly old: readonly ReplicaSet[];
}

export function syncDeployment(deployment: Deployment, ctx: ReconcileContext): ReconcileResult {
  const sets = setsOf(deployment, ctx);
  if (deployment.metadata.deletionTimestamp !== undefined) return writePlainStatus(deployment, sets, ctx);
  if (writePauseCondition(deployment, ctx)) return {};
  if (deployment.spec.paused !== true && isRollback(deployment)) return goBack(deployment, sets, ctx);
  if (deployment.spec.paused === true || isScalingEvent(deployment, sets.all)) return scale(deployment, sets, ctx);
  return deployment.spec.strategy?.type === "Recreate" ? recreate(deployment, sets, ctx) : roll(deployment, sets, ctx);
}

function setsOf(deployment: Deployment, ctx: ReconcileContext): Sets {
  const lister = ctx.lister(replicaSetKind);
  const candidates = [...lister.byIndex(controllerIndex, deployment.metadata.uid), ...lister.byIndex(controllerIndex, orphansOf(deployment.metadata.namespace ?? ""))];
  const claimed = claim(deployment, deploymentKind, replicaSetKind, selectorFromLabelSelector(deployment.spec.selector), candidates);
  for (const op of claimed.ops) ctx.write(op);
  for (const rs of claimed.adopted) ctx.because(`adopted ReplicaSet ${rs.metadata.name}: its labels match and nobody controls it`);
  for (const rs of claimed.released) ctx.because(`released ReplicaSet ${rs.metadata.name}: its labels match no more`);
  const all = claimed.mine;
  const fresh = newReplicaSet(deployment, all);
  return { all, fresh, old: all.filter((rs) => rs !== fresh) };
}

/** Says in the status that the Deployment was paused or resumed: a paused one does not run into its deadline. */
function writePauseCondition(deployment: Deployment, ctx: ReconcileContext): boolean {
  const condition = conditionOf(deployment.status, "Progressing");
  if (!hasProgressDeadline(deployment) || condition?.reason === "ProgressDeadlineExceeded") return false;
  const paused = deployment.spec.paused === true;
  if (paused === (condition?.reason === "DeploymentPaused")) return false;
  const fresh = paused
    ? newCondition("Progressing", "Unknown", "DeploymentPaused", "Deployment is paused", ctx.timestamp)
    : newCondition("Progressing", "Unknown", "DeploymentResumed", "Deployment is resumed", ctx.timestamp);
  ctx.because(paused ? "noted that it is paused" : "noted that it is resumed");
  ctx.write(statusOp(deployment, { ...deployment.status, conditions: withCondition(deployment.status?.conditions ?? [], fresh) }));
  return true;
}

function goBack(deployment: Deployment, sets: Sets, ctx: ReconcileContext): ReconcileResult {
  if (present(deployment, sets, true, ctx) !== null) rollBack(deployment, sets.all, ctx);
  return {};
}

function roll(deployment: Deployment, sets: Sets, ctx: ReconcileContext): ReconcileResult {
  const fresh = present(deployment, sets, true, ctx);
  if (fresh === null) return {};
  const moves = rollingMoves(deployment, fresh, sets.old);
  if (moves.length > 0) resize(deployment, moves, false, ctx);
  else cleanUp(deployment, sets.old, ctx);
  return writeRolloutStatus(deployment, sets, ctx);
}

function recreate(deployment: Deployment, sets: Sets, ctx: ReconcileContext): ReconcileResult {
  if (sets.fresh !== null && present(deployment, sets, false, ctx) === null) return {};
  const shrink = activeSets(sets.old).map((rs): Resize => ({ rs, to: 0, why: "Recreate removes the old pods first" }));
  if (shrink.length > 0) {
    resize(deployment, shrink, false, ctx);
    return writeRolloutStatus(deployment, sets, ctx);
  }
  if (oldPodsRun(sets, ctx)) return writeRolloutStatus(deployment, sets, ctx);
  const fresh = present(deployment, sets, true, ctx);
  if (fresh === null) return {};
  if (replicasOf(fresh) !== replicasOf(deployment)) resize(deployment, [{ rs: fresh, to: replicasOf(deployment), why: "no old pod is left" }], false, ctx);
  else cleanUp(deployment, sets.old, ctx);
  return writeRolloutStatus(deployment, sets, ctx);
}

function oldPodsRun(sets: Sets, ctx: ReconcileContext): boolean {
  if (actualReplicas(sets.old) > 0) return true;
  return sets.old.some((rs) => ctx.lister(podKind).byIndex(controllerIndex, rs.metadata.uid).some((pod) => !isPodTerminal(pod)));
}

function scale(deployment: Deployment, sets: Sets, ctx: ReconcileContext): ReconcileResult {
  if (sets.fresh !== null && present(deployment, sets, false, ctx) === null) return {};
  const plan = scalePlan(deployment, sets.fresh, sets.old);
  resize(deployment, plan.resizes, plan.annotateAll, ctx);
  if (deployment.spec.paused === true) cleanUp(deployment, sets.old, ctx);
  return writePlainStatus(deployment, sets, ctx);
}

/**
 * The ReplicaSet of the present template, its annotations and the Deployment's revision being right. Where one of these must be written
 * first, or the ReplicaSet must be made, that is planned and the answer is null.
 */
function present(deployment: Deployment, sets: Sets, create: boolean, ctx: ReconcileContext): ReplicaSet | null {
  const revision = Math.max(0, ...sets.old.map(revisionOf)) + 1;
  const { fresh } = sets;
  if (fresh === null) {
    if (create) make(deployment, sets.old, revision, ctx);
    return null;
  }
  const refresh = refreshOp(deployment, fresh, revision);
  if (refresh !== null) {
    ctx.because(`brought ReplicaSet ${fresh.metadata.name} up to date: revision ${Math.max(revision, revisionOf(fresh))}`);
    ctx.write(refresh);
    return null;
  }
  const known = fresh.metadata.annotations?.[revisionAnnotation];
  const status = withFoundCondition(deployment, fresh, ctx.timestamp);
  if (status === null && deployment.metadata.annotations?.[revisionAnnotation] === known) return fresh;
  ctx.because(`noted revision ${known ?? ""}, the one of ReplicaSet ${fresh.metadata.name}`);
  ctx.write(statusOp(deployment, status ?? deployment.status ?? {}, known));
  return null;
}

function withFoundCondition(deployment: Deployment, fresh: ReplicaSet, timestamp: string): DeploymentStatus | null {
  if (!hasProgressDeadline(deployment) || conditionOf(deployment.status, "Progressing") !== null) return null;
  const condition = newCondition("Progressing", "True", "FoundNewReplicaSet", `Found new replica set "${fresh.metadata.name}"`, timestamp);
  return { ...deployment.status, conditions: withCondition(deployment.status?.conditions ?? [], condition) };
}

function make(deployment: Deployment, old: readonly ReplicaSet[], revision: number, ctx: ReconcileContext): void {
  const rs = newReplicaSetFor(deployment, old, revision);
  const name = rs.metadata.name ?? "";
  ctx.because(`made ReplicaSet ${name} for ${rs.replicas} of ${replicasOf(deployment)} pods: the pod template is new (revision ${revision})`);
  ctx.write(createReplicaSetOp(deployment, rs));
  const conditions = deployment.status?.conditions ?? [];
  const condition = newCondition("Progressing", "True", "NewReplicaSetCreated", `Created new replica set "${name}"`, ctx.timestamp);
  const status = hasProgressDeadline(deployment) ? { ...deployment.status, conditions: withCondition(conditions, condition) } : (deployment.status ?? {});
  ctx.write(statusOp(deployment, status, String(revision)));
}

function resize(deployment: Deployment, resizes: readonly Resize[], annotateAll: boolean, ctx: ReconcileContext): void {
  for (const op of resizeOps(deployment, resizes, annotateAll)) ctx.write(op);
  for (const { rs, to, why } of resizes) {
    const from = replicasOf(rs);
    if (from !== to) ctx.because(`scaled ReplicaSet ${rs.metadata.name} from ${from} to ${to}: ${why}`);
  }
}

/** Old ReplicaSets beyond the history limit go, the oldest revision first, once the rollout is complete. */
function cleanUp(deployment: Deployment, old: readonly ReplicaSet[], ctx: ReconcileContext): void {
  const limit = deployment.spec.revisionHistoryLimit;
  if (limit === undefined || limit === unlimitedHistory) return;
  if (deployment.spec.paused !== true && !isComplete(deployment, deployment.status)) return;
  const alive = old.filter((rs) => rs.metadata.deletionTimestamp === undefined);
  const surplus = [...alive].sort((a, b) => revisionOf(a) - revisionOf(b) || byCreation(a, b)).slice(0, Math.max(0, alive.length - limit));
  for (const rs of surplus) {
    const inUse = (rs.status?.replicas ?? 0) !== 0 || replicasOf(rs) !== 0 || (rs.metadata.generation ?? 0) > (rs.status?.observedGeneration ?? 0);
    if (inUse) continue;
    ctx.because(`deleted ReplicaSet ${rs.metadata.name}: the history keeps ${limit}`);
    ctx.write({ ...deleteOp(replicaSetKind, { namespace: rs.metadata.namespace ?? "", name: rs.metadata.name }), tolerates: [404] });
  }
}

function writePlainStatus(deployment: Deployment, sets: Sets, ctx: ReconcileContext): ReconcileResult {
  writeStatus(deployment, deploymentStatus(deployment, sets.all, sets.fresh, ctx.timestamp), ctx);
  return {};
}

function writeRolloutStatus(deployment: Deployment, sets: Sets, ctx: ReconcileContext): ReconcileResult {
  const status = rolloutStatus(deployment, sets.all, sets.fresh, ctx.unixUs, ctx.timestamp);
  if (writeStatus(deployment, status, ctx)) return {};
  const requeueAfterUs = stuckCheckAfterUs(deployment, status, ctx.unixUs);
  return requeueAfterUs === null ? {} : { requeueAfterUs };
}

function writeStatus(deployment: Deployment, status: DeploymentStatus, ctx: ReconcileContext): boolean {
  if (sameDeploymentStatus(deployment.status, status)) return false;
  ctx.because(`wrote the status: ${status.updatedReplicas ?? 0} of ${replicasOf(deployment)} updated, ${status.availableReplicas ?? 0} available`);
  ctx.write(statusOp(deployment, status));
  return true;
}
