// Follows pkg/controller/job/job_controller.go (syncOrphanPod, cleanupPodFinalizers): no pod waits for a Job that will never count it.
import type { ObjectKey } from "../../apimachinery/gvk.ts";
import { matches, selectorFromLabelSelector } from "../../apimachinery/labels.ts";
import { controllerOf } from "../../apimachinery/objectMeta.ts";
import type { Change, ControllerContext, ControllerView, ReconcileContext } from "../../client/controller.ts";
import { jobKind } from "../../kinds/batch/job/kind.ts";
import type { Job } from "../../kinds/batch/job/types.ts";
import { isFinished } from "../../kinds/batch/job/validateStatus.ts";
import { podKind } from "../../kinds/core/pod/kind.ts";
import type { Pod } from "../../kinds/core/pod/types.ts";
import { second } from "../../sim/time.ts";
import { controllerIndex } from "../ownership.ts";
import type { JobMemory } from "./jobMemory.ts";
import { isTracked, releaseOp } from "./jobPods.ts";

/** Changes of pods and of statuses wait so long for others. */
export const batchUs = second;

/** In the queue a pod to let go stands under a name that no Job can have. */
const mark = "pod:";
const orphanKey = ({ metadata }: Pod): ObjectKey => ({ namespace: metadata.namespace ?? "", name: `${mark}${metadata.name}` });

export const isManagedElsewhere = ({ spec }: Job): boolean => spec.managedBy !== undefined && spec.managedBy !== "kubernetes.io/job-controller";

function ownerJob(pod: Pod, ctx: ControllerView): Job | null {
  const owner = controllerOf(pod.metadata);
  if (owner?.kind !== "Job") return null;
  const job = ctx.lister(jobKind).get({ namespace: pod.metadata.namespace ?? "", name: owner.name });
  return job?.metadata.uid === owner.uid ? job : null;
}

/** The key of a pod to let go, where the change says that it may be one; a pod without controller also wakes the Jobs that would take it. */
export function podChanged(memory: JobMemory, { change, object, old }: Change, ctx: ControllerContext): readonly ObjectKey[] {
  const pod = object as Pod;
  const owner = controllerOf(pod.metadata);
  if (owner !== null && owner.kind !== "Job") return [];
  const namespace = pod.metadata.namespace ?? "";
  const tracked = change !== "deleted" && isTracked(pod);
  if (owner !== null) {
    if (!tracked) memory.removalSeen(`${namespace}/${owner.name}`, pod.metadata.uid);
    if (!tracked || pod.metadata.deletionTimestamp === undefined) return [];
    const job = ownerJob(pod, ctx);
    return job === null || isFinished(job.status) ? [orphanKey(pod)] : [];
  }
  const told = old !== null && controllerOf(old.metadata) === null && old.metadata.labels === pod.metadata.labels;
  if (change !== "deleted" && !told) wakeTakers(pod, ctx);
  return tracked ? [orphanKey(pod)] : [];
}

function wakeTakers(pod: Pod, ctx: ControllerContext): void {
  const namespace = pod.metadata.namespace ?? "";
  for (const { metadata, spec } of ctx.lister(jobKind).list(namespace)) {
    if (spec.selector !== undefined && matches(selectorFromLabelSelector(spec.selector), pod.metadata.labels)) ctx.enqueueAfter({ namespace, name: metadata.name }, batchUs);
  }
}

/** A Job that is gone or has ended counts no more pods. */
export function jobChanged({ change, object }: Change, ctx: ControllerContext): readonly ObjectKey[] {
  const job = object as Job;
  if (change !== "deleted" && !(change === "updated" && isFinished(job.status))) return [];
  return ctx.lister(podKind).byIndex(controllerIndex, job.metadata.uid).filter(isTracked).map(orphanKey);
}

/** Whether the key is that of a pod; its finalizer is removed where still nobody counts it. */
export function releasedOrphan(key: ObjectKey, ctx: ReconcileContext): boolean {
  if (!key.name.startsWith(mark)) return false;
  const name = key.name.slice(mark.length);
  const pod = ctx.lister(podKind).get({ namespace: key.namespace, name });
  if (pod === null || !isTracked(pod)) return true;
  const owner = controllerOf(pod.metadata);
  const job = ownerJob(pod, ctx);
  const foreign = owner !== null && (owner.kind !== "Job" || owner.apiVersion !== "batch/v1");
  if (!foreign && (job === null || (isFinished(job.status) && !isManagedElsewhere(job)))) ctx.write(releaseOp(key.namespace, name));
  return true;
}
