// Follows pkg/registry/batch/job/strategy.go, pkg/registry/batch/job/storage/storage.go and pkg/printers/internalversion/printers.go.
import { deepEqual } from "../../../base/deepEqual.ts";
import { parseRfc3339 } from "../../../base/rfc3339.ts";
import type { Column, KindDefinition } from "../../define.ts";
import { ageColumn, nameColumn } from "../../printing/cells.ts";
import { humanDuration } from "../../printing/humanDuration.ts";
import { strategy, withFieldOf, withGeneration } from "../../strategy.ts";
import { unsimulatedIn, unsimulatedTemplateFields } from "../../unsimulated.ts";
import { storedVerbs } from "../../verbs.ts";
import { templateColumns } from "../../workloadTraits.ts";
import { jobWithDefaults, withGeneratedSelector, withTemplateLabels } from "./defaults.ts";
import { jobGraph } from "./graph.ts";
import type { Job } from "./types.ts";
import { jobWarnings, validateJob, validateJobUpdate } from "./validate.ts";
import { isConditionTrue, validateJobStatusUpdate } from "./validateStatus.ts";

const jobStrategy = strategy<Job>({
  prepareForCreate(job) {
    const selected = job.spec.manualSelector === true ? job : withGeneratedSelector(job);
    return withGeneration({ ...withTemplateLabels(selected, job), status: {} }, 1);
  },
  prepareForUpdate: (job, old) => withGeneration(withFieldOf(job, old, "status"), (old.metadata.generation ?? 0) + (deepEqual(job.spec, old.spec) ? 0 : 1)),
  validate: (job) => validateJob(job),
  validateUpdate: (job, old) => validateJobUpdate(job, old),
  warnings: (job, old) => jobWarnings(job, old),
});

/** The one word that kubectl shows. */
export function jobStatusText(job: Job): string {
  const is = (type: string): boolean => isConditionTrue(job.status, type);
  if (is("Complete")) return "Complete";
  if (is("Failed")) return "Failed";
  if (job.metadata.deletionTimestamp !== undefined) return "Terminating";
  return ["Suspended", "FailureTarget", "SuccessCriteriaMet"].find(is) ?? "Running";
}

function completionsText({ spec, status }: Job): string {
  const succeeded = status?.succeeded ?? 0;
  if (spec.completions !== undefined) return `${succeeded}/${spec.completions}`;
  const parallelism = spec.parallelism ?? 0;
  return parallelism > 1 ? `${succeeded}/1 of ${parallelism}` : `${succeeded}/1`;
}

function durationText({ status }: Job, nowUs: number): string {
  const start = status?.startTime === undefined ? null : parseRfc3339(status.startTime);
  if (start === null) return "";
  const end = status?.completionTime === undefined ? nowUs : (parseRfc3339(status.completionTime) ?? nowUs);
  return humanDuration(end - start);
}

type Selected = Job & { readonly spec: { readonly selector: NonNullable<Job["spec"]["selector"]> } };

const columns: readonly Column<Job>[] = [
  nameColumn(),
  { name: "Status", type: "string", description: "Job Status", priority: 0, cell: jobStatusText },
  { name: "Completions", type: "string", description: "JobStatus.succeeded", priority: 0, cell: completionsText },
  { name: "Duration", type: "string", description: "Job Duration", priority: 0, cell: durationText },
  ageColumn(),
  ...(templateColumns<Selected>("JobSpec.selector") as unknown as readonly Column<Job>[]),
];

export const jobKind: KindDefinition<Job> = {
  gvk: { group: "batch", version: "v1", kind: "Job" },
  versions: ["v1"],
  plural: "jobs",
  singular: "job",
  shortNames: [],
  categories: ["all"],
  scope: "Namespaced",
  verbs: storedVerbs,
  subresources: ["status"],
  schema: "io.k8s.api.batch.v1.Job",
  defaults: jobWithDefaults,
  strategy: jobStrategy,
  statusStrategy: strategy<Job>({ prepareForUpdate: (job, old) => withFieldOf(job, old, "spec"), validateUpdate: validateJobStatusUpdate }),
  orphansByDefault: "child pods are preserved by default when jobs are deleted; set propagationPolicy=Background to remove them or set propagationPolicy=Orphan to suppress this warning",
  selectableFields: { "status.successful": (job) => String(job.status?.succeeded ?? 0) },
  columns,
  unsimulated: unsimulatedTemplateFields,
  unsimulatedWarnings: unsimulatedIn(unsimulatedTemplateFields),
  scale: null,
  graph: jobGraph,
  template: `apiVersion: batch/v1
kind: Job
metadata:
  name: report
spec:
  completions: 3
  parallelism: 1
  template:
    spec:
      restartPolicy: Never
      containers:
        - name: report
          image: busybox:1.36
          command: ["sh", "-c", "echo done"]
`,
};
