// Follows pkg/apis/batch/validation/validation.go and pkg/registry/batch/job/strategy.go: Jobs, new and changed.
import { deepEqual } from "../../../base/deepEqual.ts";
import type { Json } from "../../../base/json.ts";
import { invalid, key as keyPath, required } from "../../../apimachinery/fieldError.ts";
import { matches, selectorFromLabelSelector } from "../../../apimachinery/labels.ts";
import { isDns1123Label, isDns1123Subdomain } from "../../../apimachinery/names.ts";
import type { FieldError } from "../../../apimachinery/status.ts";
import type { Container, PodTemplateSpec } from "../../core/pod/types.ts";
import { isUsableSelector, validateLabelSelector } from "../../metadata/labelSelector.ts";
import { fieldImmutableMessage, validateImmutable, validateObjectMeta, validateObjectMetaUpdate } from "../../metadata/validate.ts";
import { templateWarnings } from "../../podtemplate/warnings.ts";
import { withFieldOf } from "../../strategy.ts";
import { controllerUidLabels, inOrder, jobNameLabels } from "./defaults.ts";
import type { Job, JobSpec } from "./types.ts";
import { isConditionTrue } from "./validateStatus.ts";
import { shownFailurePolicy, shownSuccessPolicy, shownTemplate, validateJobSpec } from "./validateSpec.ts";

export function validateJob(job: Job, prefixedLabels = true): readonly FieldError[] {
  const errors: FieldError[] = [...validateMetadata(job), ...validateGeneratedSelector(job, prefixedLabels), ...validateSpecAndSelector(job.spec, "spec")];
  const { completionMode, completions = 0 } = job.spec;
  const hostname = `${job.metadata.name}-${completions - 1}`;
  if (completionMode === "Indexed" && completions > 0 && isDns1123Label(hostname).length > 0) errors.push(invalid("metadata.name", job.metadata.name, `will not able to create pod with invalid DNS label: ${hostname}`));
  return errors;
}

/** Labels that are the template's own are judged there. */
function validateMetadata(job: Job): readonly FieldError[] {
  const { labels, ...others } = job.metadata;
  return validateObjectMeta(labels !== undefined && labels === job.spec.template.metadata?.labels ? others : job.metadata, true, isDns1123Subdomain, "metadata");
}

function validateSpecAndSelector(spec: JobSpec, path: string): readonly FieldError[] {
  const errors: FieldError[] = [...validateJobSpec(spec, path)];
  if (spec.selector === undefined) errors.push(required(`${path}.selector`));
  else errors.push(...validateLabelSelector(spec.selector, `${path}.selector`));
  const labels = spec.template.metadata?.labels;
  if (isUsableSelector(spec.selector) && !matches(selectorFromLabelSelector(spec.selector), labels)) errors.push(invalid(`${path}.template.metadata.labels`, labels === undefined ? null : inOrder(labels), "`selector` does not match template `labels`"));
  return errors;
}

/** A selector that was not asked to be the user's own must be what the server makes of it. */
function validateGeneratedSelector(job: Job, prefixedLabels: boolean): readonly FieldError[] {
  const { spec, metadata } = job;
  if (spec.manualSelector === true || spec.selector === undefined) return [];
  const labels = spec.template.metadata?.labels;
  const expected: Record<string, string> = {};
  const errors: FieldError[] = [];
  for (const at of prefixedLabels ? [0, 1] as const : [0] as const) {
    for (const [name, value] of [[controllerUidLabels[at], metadata.uid], [jobNameLabels[at], metadata.name]] as const) {
      expected[name] = value;
      const path = keyPath("spec.template.metadata.labels", name);
      if (labels?.[name] === undefined) errors.push(required(path, `must be '${value}'`));
      else if (labels[name] !== value) errors.push(invalid(path, inOrder(labels ?? {}), `must be '${value}'`));
    }
  }
  if (isUsableSelector(spec.selector) && !matches(selectorFromLabelSelector(spec.selector), expected)) errors.push(invalid("spec.selector", spec.selector as Json, "`selector` not auto-generated"));
  return errors;
}

export function validateJobUpdate(job: Job, old: Job): readonly FieldError[] {
  const labels = old.spec.template.metadata?.labels;
  const prefixed = labels?.[jobNameLabels[1]] !== undefined && labels[controllerUidLabels[1]] !== undefined;
  const { spec } = job;
  const before = old.spec;
  // Upstream judges the spec once as that of a Job and once as that of an update: causes come double.
  return [
    ...validateJob(job, prefixed),
    ...validateObjectMetaUpdate(job.metadata, old.metadata, "metadata"),
    ...validateSpecAndSelector(spec, "spec"),
    ...validateCompletions(spec, before),
    ...validateImmutable((spec.selector ?? null) as Json, (before.selector ?? null) as Json, "spec.selector"),
    ...validateTemplateUpdate(spec.template, old),
    ...validateImmutable(spec.completionMode ?? null, before.completionMode ?? null, "spec.completionMode"),
    ...unchanged(spec.podFailurePolicy, before.podFailurePolicy, () => shownFailurePolicy(spec), "spec.podFailurePolicy"),
    ...validateImmutable(spec.backoffLimitPerIndex ?? null, before.backoffLimitPerIndex ?? null, "spec.backoffLimitPerIndex"),
    ...validateImmutable(spec.managedBy ?? null, before.managedBy ?? null, "spec.managedBy"),
    ...unchanged(spec.successPolicy, before.successPolicy, () => shownSuccessPolicy(spec), "spec.successPolicy"),
  ];
}

/** What is printed in its internal form. */
function unchanged(value: object | undefined, old: object | undefined, shown: () => Json, path: string): readonly FieldError[] {
  return deepEqual(value ?? null, old ?? null) ? [] : [invalid(path, value === undefined ? null : shown(), fieldImmutableMessage)];
}

/** Indexed Jobs grow and shrink, together with their parallelism. */
function validateCompletions(spec: JobSpec, old: JobSpec): readonly FieldError[] {
  if (spec.completionMode !== "Indexed") return validateImmutable(spec.completions ?? null, old.completions ?? null, "spec.completions");
  if (spec.completions === undefined || spec.completions === old.completions || spec.completions === spec.parallelism) return [];
  return [invalid("spec.completions", spec.completions, "can only be modified in tandem with spec.parallelism")];
}

/** A suspended Job without pods may still be told where its pods go and what they need. */
function validateTemplateUpdate(template: PodTemplateSpec, old: Job): readonly FieldError[] {
  const { status = {} } = old;
  const idle = old.spec.suspend === true && (status.active ?? 0) === 0 && (status.startTime === undefined || isConditionTrue(status, "Suspended"));
  const before = idle ? withFreedFields(old.spec.template, template) : old.spec.template;
  return deepEqual(template, before) ? [] : [invalid("spec.template", shownTemplate(template), fieldImmutableMessage)];
}

/** The old template with what may change as it is in the new one. */
function withFreedFields(old: PodTemplateSpec, template: PodTemplateSpec): PodTemplateSpec {
  let spec = old.spec;
  for (const name of ["nodeSelector", "tolerations", "schedulingGates"] as const) spec = withFieldOf(spec, template.spec, name);
  spec = withAffinity(spec, template.spec.affinity);
  spec = { ...spec, containers: withResources(spec.containers, template.spec.containers) };
  if (spec.initContainers !== undefined) spec = { ...spec, initContainers: withResources(spec.initContainers, template.spec.initContainers ?? []) };
  const metadata = withFieldOf(withFieldOf(old.metadata ?? {}, template.metadata ?? {}, "annotations"), template.metadata ?? {}, "labels");
  return { ...old, metadata, spec };
}

/** Only the node affinity is free. */
function withAffinity(spec: PodTemplateSpec["spec"], affinity: PodTemplateSpec["spec"]["affinity"]): PodTemplateSpec["spec"] {
  if (affinity === undefined && spec.affinity === undefined) return spec;
  const merged = withFieldOf(spec.affinity ?? {}, affinity ?? {}, "nodeAffinity");
  if (affinity !== undefined || Object.keys(merged).length > 0) return { ...spec, affinity: merged };
  const { affinity: _affinity, ...rest } = spec;
  return rest;
}

function withResources(old: readonly Container[], containers: readonly Container[]): readonly Container[] {
  return old.length !== containers.length ? old : old.map((container, at) => withFieldOf(container, containers[at] ?? container, "resources"));
}

const manyIndexesText = "In Indexed Jobs with a number of completions higher than 10^5 and a parallelism higher than 10^4, Kubernetes might not be able to track completedIndexes when a big number of indexes fail";

/** Follows pkg/api/job/warnings.go. */
export function jobSpecWarnings(spec: JobSpec, old: JobSpec | null, path: string): readonly string[] {
  const many = spec.completionMode === "Indexed" && (spec.completions ?? 0) > 100_000 && (spec.parallelism ?? 0) > 10_000;
  return [...(many ? [`${path}: ${manyIndexesText}`] : []), ...templateWarnings(spec.template, old?.template ?? null, `${path}.template`)];
}

/** A name that its pods cannot have as theirs. */
export function nameWarnings(name: string | undefined): readonly string[] {
  const faults = isDns1123Label(name ?? "");
  return faults.length === 0 ? [] : [`metadata.name: this is used in Pod names and hostnames, which can result in surprising behavior; a DNS label is recommended: [${faults.join(" ")}]`];
}

export function jobWarnings(job: Job, old: Job | null): readonly string[] {
  if (old === null) return [...nameWarnings(job.metadata.name), ...jobSpecWarnings(job.spec, null, "spec")];
  return job.metadata.generation === old.metadata.generation ? [] : jobSpecWarnings(job.spec, old.spec, "spec");
}
