// Follows pkg/controller/job/indexed_job_utils.go and the pods' side of job_controller.go.
import { parseRfc3339 } from "../../base/rfc3339.ts";
import type { NewObject, WriteOp } from "../../client/writes.ts";
import { patchOp } from "../../client/writes.ts";
import { jobKind } from "../../kinds/batch/job/kind.ts";
import type { Job } from "../../kinds/batch/job/types.ts";
import { podKind } from "../../kinds/core/pod/kind.ts";
import { isPodReady, podCondition } from "../../kinds/core/pod/podStatus.ts";
import type { Container, Pod } from "../../kinds/core/pod/types.ts";
import { controllerReference } from "../ownership.ts";
import { podFromTemplate } from "../podFromTemplate.ts";
import { judgeFailure } from "./policies.ts";

export const trackingFinalizer = "batch.kubernetes.io/job-tracking";
const indexName = "batch.kubernetes.io/job-completion-index";
const failureCount = "batch.kubernetes.io/job-index-failure-count";
const ignoredCount = "batch.kubernetes.io/job-index-ignored-failure-count";
const longestPrefix = 58;
const maxInt32 = 2_147_483_647;

export const isIndexed = (job: Job): boolean => job.spec.completionMode === "Indexed";
export const isSuspended = (job: Job): boolean => job.spec.suspend === true;
/** Whether a pod is replaced only once it has ended, and not already when it is asked to go. */
export const replacesEndedOnly = ({ spec }: Job): boolean => spec.podReplacementPolicy === "Failed" || spec.podFailurePolicy !== undefined;
export const isTracked = (pod: Pod): boolean => pod.metadata.finalizers?.includes(trackingFinalizer) === true;

export function isFailed(pod: Pod, job: Job): boolean {
  if (pod.status?.phase === "Failed") return true;
  return !replacesEndedOnly(job) && pod.metadata.deletionTimestamp !== undefined && pod.status?.phase !== "Succeeded";
}

/** -1 where the pod has none. */
export function indexOf(pod: Pod): number {
  const text = pod.metadata.annotations?.[indexName] ?? "";
  return /^\+?[0-9]+$/.test(text) ? Number(text) : -1;
}

function countOf(pod: Pod, name: string): number {
  const count = Number(pod.metadata.annotations?.[name] ?? "0");
  return Number.isInteger(count) && count >= 0 && count <= maxInt32 ? count : 0;
}

export const failuresOf = (pod: Pod): number => countOf(pod, failureCount);
export const allFailuresOf = (pod: Pod): number => countOf(pod, failureCount) + countOf(pod, ignoredCount);

/** The pod that a Job makes, for an index where it has indexes. `replaced`: the failed pod of that index. */
export function newPod(job: Job, index: number | null, replaced: Pod | undefined): NewObject {
  const { name, namespace = "" } = job.metadata;
  const pod = podFromTemplate(job.spec.template, namespace, name, controllerReference(job, jobKind));
  const finalizers = pod.metadata.finalizers ?? [];
  const metadata = { ...pod.metadata, finalizers: finalizers.includes(trackingFinalizer) ? finalizers : [...finalizers, trackingFinalizer] };
  if (index === null) return { ...pod, metadata };
  const { spec } = job.spec.template;
  const suffix = `-${index}-`;
  return {
    ...pod,
    metadata: {
      ...metadata,
      generateName: `${name.slice(0, longestPrefix - suffix.length)}${suffix}`,
      labels: { ...metadata.labels, [indexName]: String(index) },
      annotations: { ...metadata.annotations, [indexName]: String(index), ...failureAnnotations(job, replaced) },
    },
    spec: { ...spec, hostname: `${name}-${index}`, containers: withIndexEnv(spec.containers), ...(spec.initContainers === undefined ? {} : { initContainers: withIndexEnv(spec.initContainers) }) },
  };
}

function failureAnnotations(job: Job, replaced: Pod | undefined): Readonly<Record<string, string>> {
  if (job.spec.backoffLimitPerIndex === undefined) return {};
  if (replaced === undefined) return { [failureCount]: "0" };
  const { counts } = judgeFailure(job.spec.podFailurePolicy, replaced);
  const ignored = countOf(replaced, ignoredCount) + (counts ? 0 : 1);
  return { [failureCount]: String(failuresOf(replaced) + (counts ? 1 : 0)), ...(ignored === 0 ? {} : { [ignoredCount]: String(ignored) }) };
}

function withIndexEnv(containers: readonly Container[]): readonly Container[] {
  const variable = { name: "JOB_COMPLETION_INDEX", valueFrom: { fieldRef: { fieldPath: `metadata.labels['${indexName}']` } } };
  return containers.map((container) => (container.env?.some(({ name }) => name === variable.name) === true ? container : { ...container, env: [...(container.env ?? []), variable] }));
}

/** The pod may go now: it is counted, or nobody counts it. */
export function releaseOp(namespace: string, name: string): WriteOp {
  return { ...patchOp(podKind, { namespace, name }, { metadata: { "$deleteFromPrimitiveList/finalizers": [trackingFinalizer] } }), tolerates: [404] };
}

const phases = ["Pending", "Unknown", "Running"];
const timeOf = (text: string | undefined): number => (text === undefined ? 0 : (parseRfc3339(text) ?? 0));

/** Those that would be missed least come first: as pkg/controller/controller_utils.go ActivePods sorts. */
export function leastMissedFirst(a: Pod, b: Pod): number {
  const since = (pod: Pod): number => timeOf(podCondition(pod, "Ready")?.lastTransitionTime);
  const restarts = (pod: Pod): number => Math.max(0, ...(pod.status?.containerStatuses ?? []).map(({ restartCount }) => restartCount));
  return (
    Number((a.spec.nodeName ?? "") !== "") - Number((b.spec.nodeName ?? "") !== "") ||
    phases.indexOf(a.status?.phase ?? "Pending") - phases.indexOf(b.status?.phase ?? "Pending") ||
    Number(isPodReady(a)) - Number(isPodReady(b)) ||
    (isPodReady(a) ? since(b) - since(a) : 0) ||
    restarts(b) - restarts(a) ||
    timeOf(b.metadata.creationTimestamp) - timeOf(a.metadata.creationTimestamp)
  );
}
