import type { ObjectKey } from "../../apimachinery/gvk.ts";
import { matches, nothing, selectorFromLabelSelector } from "../../apimachinery/labels.ts";
import { controllerOf } from "../../apimachinery/objectMeta.ts";
import { parseRfc3339 } from "../../base/rfc3339.ts";
import type { Change, ControllerContext, ControllerDefinition, ReconcileContext, ReconcileResult } from "../../client/controller.ts";
import { indexesOf } from "../../client/controller.ts";
import { controllerRevisionKind } from "../../kinds/apps/controllerrevision/kind.ts";
import { statefulSetKind } from "../../kinds/apps/statefulset/kind.ts";
import type { StatefulSet } from "../../kinds/apps/statefulset/types.ts";
import { persistentVolumeClaimKind } from "../../kinds/core/persistentvolumeclaim/kind.ts";
import { podKind } from "../../kinds/core/pod/kind.ts";
import { isPodAvailable, podCondition } from "../../kinds/core/pod/podStatus.ts";
import type { Pod } from "../../kinds/core/pod/types.ts";
import { second } from "../../sim/time.ts";
import { ownRevisions } from "../history/revisions.ts";
import { claim, controllerIndex, controllerIndexOf, orphansOf } from "../ownership.ts";
import { userOfClaim } from "./claims.ts";
import { claimTemplateNames, ordinalOf, replicasOf } from "./identity.ts";
import { claimsRefused, writeRefused } from "./refusals.ts";
import { rollout, type Rollout } from "./rollout.ts";
import { presentRevisions, truncate } from "./setRevisions.ts";
import { isRunningAndReady, statusOf, writeStatus } from "./setStatus.ts";

// Follows pkg/controller/statefulset/stateful_set.go and stateful_set_control.go. As the gate StaleControllerConsistencyStatefulSet has it,
// nothing is decided while the pods that were made or deleted last are not seen yet.

export function createStatefulSetController(): ControllerDefinition<StatefulSet> {
  return {
    name: "statefulset",
    account: "statefulset-controller",
    for: statefulSetKind,
    owns: [podKind],
    watches: [
      { kind: podKind, map: orphanMatches },
      { kind: persistentVolumeClaimKind, map: claimGone },
    ],
    reads: [controllerRevisionKind],
    indexes: [indexesOf(podKind, { [controllerIndex]: controllerIndexOf }), indexesOf(controllerRevisionKind, { [controllerIndex]: controllerIndexOf })],
    reconcile: reconcileStatefulSet,
    refused: (...refusal) => writeRefused(...refusal),
    refusedTogether: (...refusal) => claimsRefused(...refusal),
  };
}

/** A pod without a controller concerns every set that would take it. */
function orphanMatches(change: Change, ctx: ControllerContext): readonly ObjectKey[] {
  const { metadata } = change.object;
  if (change.change === "deleted" || controllerOf(metadata) !== null) return [];
  if (change.old !== null && controllerOf(change.old.metadata) === null && change.old.metadata.labels === metadata.labels) return [];
  return setsOf(metadata.namespace ?? "", ctx, (set) => matches(selectorFromLabelSelector(set.spec.selector), metadata.labels));
}

/** Differs: upstream does not watch claims, and a pod whose stale claim is collected waits for something else to happen. */
function claimGone(change: Change, ctx: ControllerContext): readonly ObjectKey[] {
  if (change.change !== "deleted") return [];
  const { name, namespace = "" } = change.object.metadata;
  return setsOf(namespace, ctx, (set) => userOfClaim(set, claimTemplateNames(set), name) !== null);
}

function setsOf(namespace: string, ctx: ControllerContext, isMeant: (set: StatefulSet) => boolean): readonly ObjectKey[] {
  return ctx.lister(statefulSetKind).list(namespace).filter(isMeant).map(({ metadata }) => ({ namespace, name: metadata.name }));
}

function reconcileStatefulSet(key: ObjectKey, ctx: ReconcileContext): ReconcileResult {
  const set = ctx.lister(statefulSetKind).get(key);
  if (set === null || !ctx.expectations.satisfied) return {};
  const history = ownRevisions(set, statefulSetKind, selectorFromLabelSelector(set.spec.selector), ctx);
  const pods = claimedPods(set, ctx);
  const revisions = presentRevisions(set, history, ctx);
  const work = set.metadata.deletionTimestamp === undefined ? rollout(set, pods, revisions, ctx) : null;
  if (work !== null) writeWork(work, ctx);
  const status = writeStatus(set, statusOf(set, pods, revisions, ctx.unixUs, work?.updating), ctx);
  truncate(set, history, pods, revisions, ctx);
  if (work !== null && work.error !== null) return { error: work.error };
  return status.availableReplicas === replicasOf(set) ? {} : requeueForAvailability(set, pods, ctx.unixUs);
}

/** Its pods, after adoption and release: only those whose names say that they are of the set. */
function claimedPods(set: StatefulSet, ctx: ReconcileContext): readonly Pod[] {
  const lister = ctx.lister(podKind);
  const own = lister.byIndex(controllerIndex, set.metadata.uid);
  const orphans = lister.byIndex(controllerIndex, orphansOf(set.metadata.namespace ?? ""));
  const isMember = (pod: Pod): boolean => ordinalOf(set, pod) >= 0;
  const claimed = claim(set, statefulSetKind, podKind, selectorFromLabelSelector(set.spec.selector), [...own.filter(isMember), ...orphans.filter(isMember)]);
  const strangers = claim(set, statefulSetKind, podKind, nothing, own.filter((pod) => !isMember(pod)));
  for (const op of [...claimed.ops, ...strangers.ops]) ctx.write(op);
  for (const pod of claimed.adopted) ctx.because(`adopted pod ${pod.metadata.name}: its name and labels match and nobody controls it`);
  for (const pod of [...claimed.released, ...strangers.released]) ctx.because(`released pod ${pod.metadata.name}: it matches no more`);
  return claimed.mine;
}

/** Until what is made, or else what is deleted, has been seen, the set is left alone. */
function writeWork({ groups }: Rollout, ctx: ReconcileContext): void {
  const ops = groups.flat();
  const creations = ops.filter(({ expects }) => expects === "creation").length;
  const deletions = ops.flatMap(({ expects }) => (typeof expects === "object" ? [expects.deletion] : []));
  if (creations > 0) ctx.expectations.expectCreations(creations);
  else if (deletions.length > 0) ctx.expectations.expectDeletions(deletions);
  for (const group of groups) {
    const [only] = group;
    if (group.length === 1 && only !== undefined) ctx.write(only);
    else ctx.together(group);
  }
}

/** A pod that is ready becomes available by mere time. */
function requeueForAvailability(set: StatefulSet, pods: readonly Pod[], nowUs: number): ReconcileResult {
  const minReadySeconds = set.spec.minReadySeconds ?? 0;
  if (minReadySeconds === 0) return {};
  let requeueAfterUs = Number.POSITIVE_INFINITY;
  for (const pod of pods) {
    if (!isRunningAndReady(pod) || isPodAvailable(pod, minReadySeconds, nowUs)) continue;
    const sinceUs = parseRfc3339(podCondition(pod, "Ready")?.lastTransitionTime ?? "") ?? nowUs;
    requeueAfterUs = Math.min(requeueAfterUs, sinceUs + minReadySeconds * second - nowUs);
  }
  return Number.isFinite(requeueAfterUs) ? { requeueAfterUs } : {};
}
