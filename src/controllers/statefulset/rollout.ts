import type { ReconcileContext } from "../../client/controller.ts";
import type { WriteOp } from "../../client/writes.ts";
import type { StatefulSet } from "../../kinds/apps/statefulset/types.ts";
import { isPodAvailable, isTerminating } from "../../kinds/core/pod/podStatus.ts";
import type { Pod, PodTemplateSpec } from "../../kinds/core/pod/types.ts";
import { isInRange, newStatefulPod, ordinalOf, replicasOf, revisionLabelOf, startOrdinal } from "./identity.ts";
import { deletePodOp, makePod, ownerUpdates, removePod, tendPod, type PodWork } from "./podWork.ts";
import { isRunningAndReady, type RevisionNames } from "./setStatus.ts";

// Follows pkg/controller/statefulset/stateful_set_control.go (updateStatefulSet).

/** Requests sent at once at most. */
const largestBatch = 500;

/** Both revisions with their templates. */
export interface Revisions extends RevisionNames {
  readonly currentTemplate: PodTemplateSpec;
  readonly updateTemplate: PodTemplateSpec;
}

/** What a pass does with the pods: groups of requests, each sent at once and awaited. */
export interface Rollout {
  readonly groups: readonly (readonly WriteOp[])[];
  readonly error: string | null;
  /** Pods that this pass deletes so that they come back updated. */
  readonly updating: number;
}

/** Collects the work of a pass. */
class Pass {
  readonly groups: (readonly WriteOp[])[] = [];
  error: string | null = null;
  updating = 0;
  readonly #ctx: ReconcileContext;

  constructor(ctx: ReconcileContext) {
    this.#ctx = ctx;
  }

  /** One after the other until one stops; or all, in batches of 1, 2, 4, ... Tells whether the pass is over. */
  forAll<T>(items: readonly T[], inOrder: boolean, work: (item: T) => PodWork): boolean {
    let size = 1;
    for (let from = 0; from < items.length; from += size, size = inOrder ? 1 : Math.min(size * 2, largestBatch)) {
      const batch = items.slice(from, from + size).map(work);
      this.#add(batch);
      if (this.error !== null || (inOrder && batch[0]?.stops === true)) return true;
    }
    return false;
  }

  #add(batch: readonly PodWork[]): void {
    for (let phase = 0; phase < 3; phase++) {
      const ops = batch.flatMap((each) => each.phases[phase] ?? []);
      if (ops.length > 0) this.groups.push(ops);
    }
    for (const { why, error } of batch) {
      if (why !== undefined) this.#ctx.because(why);
      this.error ??= error ?? null;
    }
  }
}

/** What the set's pods need next. Pods are of the set and have an ordinal each. */
export function rollout(set: StatefulSet, pods: readonly Pod[], revisions: Revisions, ctx: ReconcileContext): Rollout {
  const pass = new Pass(ctx);
  const replicas: (Pod | null)[] = Array.from({ length: replicasOf(set) }, () => null);
  const condemned: Pod[] = [];
  for (const pod of pods) {
    const ordinal = ordinalOf(set, pod);
    if (isInRange(set, ordinal)) replicas[ordinal - startOrdinal(set)] = pod;
    else condemned.push(pod);
  }
  condemned.sort((a, b) => ordinalOf(set, b) - ordinalOf(set, a));
  const inOrder = set.spec.podManagementPolicy !== "Parallel";
  const tend = (at: number): PodWork => {
    const pod = replicas[at] ?? null;
    return pod === null ? makeReplica(set, startOrdinal(set) + at, revisions, ctx) : tendPod(set, pod, inOrder, ctx);
  };
  if (pass.forAll([...replicas.keys()], inOrder, tend)) return pass;
  pass.forAll(condemned, true, (pod) => ({ phases: [ownerUpdates(set, ordinalOf(set, pod), pod.metadata, ctx)], stops: false }));
  const isUnavailable = (pod: Pod | null): boolean => pod === null || isTerminating(pod) || !isRunningAndReady(pod) || !isPodAvailable(pod, set.spec.minReadySeconds ?? 0, ctx.unixUs);
  const firstUnavailable = [...replicas, ...[...condemned].reverse()].find(isUnavailable) ?? null;
  if (pass.forAll(condemned, inOrder, (pod) => removePod(set, pod, firstUnavailable, inOrder, ctx))) return pass;
  if (set.spec.updateStrategy?.type !== "OnDelete") updateNext(set, replicas, revisions, isUnavailable, pass, ctx);
  return pass;
}

function makeReplica(set: StatefulSet, ordinal: number, revisions: Revisions, ctx: ReconcileContext): PodWork {
  const isOld = isOfCurrentRevision(set, ordinal);
  const { current, currentTemplate, update, updateTemplate } = revisions;
  return makePod(set, isOld ? newStatefulPod(set, currentTemplate, current, ordinal) : newStatefulPod(set, updateTemplate, update, ordinal), ordinal, ctx);
}

/** Below the partition, and while no partition is given below those that are updated, a pod comes back as it was. */
function isOfCurrentRevision(set: StatefulSet, ordinal: number): boolean {
  const { type, rollingUpdate } = set.spec.updateStrategy ?? {};
  const at = ordinal - startOrdinal(set);
  return rollingUpdate === undefined ? type === "RollingUpdate" && at < (set.status?.currentReplicas ?? 0) : at < (rollingUpdate.partition ?? 0);
}

/** The last pod of an old revision goes, once those after it are updated and available. */
function updateNext(set: StatefulSet, replicas: readonly (Pod | null)[], revisions: Revisions, isUnavailable: (pod: Pod | null) => boolean, pass: Pass, ctx: ReconcileContext): void {
  const partition = set.spec.updateStrategy?.rollingUpdate?.partition ?? 0;
  for (let at = replicas.length - 1; at >= partition; at--) {
    const pod = replicas[at] ?? null;
    if (pod !== null && revisionLabelOf(pod) !== revisions.update && !isTerminating(pod)) {
      ctx.because(`deleted pod ${pod.metadata.name}: it is to come back as revision ${revisions.update}`);
      pass.groups.push([deletePodOp(set, pod)]);
      pass.updating += 1;
      return;
    }
    if (isUnavailable(pod)) return;
  }
}
