// Follows pkg/apis/batch/v1/defaults.go and pkg/registry/batch/job/strategy.go: what a Job gets that nobody wrote.
import type { PodTemplateSpec } from "../../core/pod/types.ts";
import { sortedKeys } from "../../graph/edges.ts";
import { podTemplateWithDefaults } from "../../podtemplate/defaults.ts";
import { changeField, changeItems, fill, fillAbsent, sameFields } from "../../sharing.ts";
import type { Job, JobSpec, OnPodCondition, PodFailurePolicyRule } from "./types.ts";

/** The labels of a Job's pods: who owns them, with and without upstream's prefix. */
export const jobNameLabels = ["job-name", "batch.kubernetes.io/job-name"] as const;
export const controllerUidLabels = ["controller-uid", "batch.kubernetes.io/controller-uid"] as const;
export const controllerUidLabel = "batch.kubernetes.io/controller-uid";

const maxInt32 = 2_147_483_647;

export function jobWithDefaults(job: Job): Job {
  const given = job.spec as JobSpec | undefined;
  let spec = jobSpecTemplate(given);
  const alone = spec.completions === undefined && spec.parallelism === undefined;
  spec = fillAbsent(spec, {
    ...(alone ? { completions: 1 } : {}), parallelism: 1, backoffLimit: spec.backoffLimitPerIndex === undefined ? 6 : maxInt32, completionMode: "NonIndexed", suspend: false, manualSelector: false,
    podReplacementPolicy: spec.podFailurePolicy === undefined ? "TerminatingOrFailed" : "Failed",
  });
  spec = changeField(spec, "podFailurePolicy", (policy) => changeItems(policy, "rules", (rule: PodFailurePolicyRule) => changeItems(rule, "onPodConditions", (pattern: OnPodCondition) => fill(pattern, { status: "True" }))));
  const same = given !== undefined && sameFields(spec, given);
  const labels = spec.template.metadata?.labels;
  // The very labels of the template, so that those which the strategy adds there come here as well.
  const metadata = labels !== undefined && Object.keys(job.metadata?.labels ?? {}).length === 0 && Object.keys(labels).length > 0 ? { ...job.metadata, labels } : job.metadata;
  return same && job.status !== undefined && metadata === job.metadata ? job : { ...job, metadata, spec: same ? given : spec, status: job.status ?? {} };
}

/** The spec with its template's defaults: all that the Job of a CronJob gets. */
export function jobSpecTemplate(given: JobSpec | undefined): JobSpec {
  const template = podTemplateWithDefaults(given?.template);
  return given !== undefined && template === given.template ? given : { ...given, template };
}

/** The Job with the selector and the labels that nobody but its own pods has. */
export function withGeneratedSelector(job: Job): Job {
  const { uid, name } = job.metadata;
  const template = withLabels(job.spec.template, { [jobNameLabels[0]]: name, [jobNameLabels[1]]: name, [controllerUidLabels[0]]: uid, [controllerUidLabels[1]]: uid });
  const matchLabels = inOrder({ [controllerUidLabel]: uid, ...job.spec.selector?.matchLabels });
  return { ...job, spec: { ...job.spec, template, selector: { ...job.spec.selector, matchLabels } } };
}

/** As Go prints a map. */
export function inOrder(labels: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  return Object.fromEntries(sortedKeys(labels).map((name) => [name, labels[name] ?? ""]));
}

/** What the template says itself wins; whether it is right, validation tells. */
function withLabels(template: PodTemplateSpec, labels: Readonly<Record<string, string>>): PodTemplateSpec {
  return { ...template, metadata: { ...template.metadata, labels: inOrder({ ...labels, ...template.metadata?.labels }) } };
}

/**
 * Upstream fills in absent labels from the template whenever it reads a Job, from a request or from etcd. A new Job's generated labels are
 * in both maps where the template had labels, for the maps are one; where it had none, they come with the first reading and nobody judges them
 * there. Such labels are the template's own object here, which validation goes by.
 */
export function withTemplateLabels(job: Job, before: Job): Job {
  const labels = job.spec.template.metadata?.labels;
  const own = before.metadata.labels;
  if (labels === undefined) return job;
  if (own !== undefined && own === before.spec.template.metadata?.labels) return { ...job, metadata: { ...job.metadata, labels: { ...labels } } };
  return Object.keys(own ?? {}).length > 0 ? job : { ...job, metadata: { ...job.metadata, labels } };
}
