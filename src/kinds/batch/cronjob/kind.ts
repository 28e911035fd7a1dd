// Follows pkg/apis/batch/v1/defaults.go, pkg/registry/batch/cronjob/strategy.go and pkg/printers/internalversion/printers.go.
import { deepEqual } from "../../../base/deepEqual.ts";
import type { Column, KindDefinition } from "../../define.ts";
import { ownerEdges, plural } from "../../graph/edges.ts";
import { ageColumn, ageSince, nameColumn } from "../../printing/cells.ts";
import { fill, fillAbsent, sameFields } from "../../sharing.ts";
import { strategy, withFieldOf, withGeneration } from "../../strategy.ts";
import { unsimulatedIn, unsimulatedTemplateFields } from "../../unsimulated.ts";
import { storedVerbs } from "../../verbs.ts";
import { labelSelectorText } from "../../workloadTraits.ts";
import { jobSpecTemplate } from "../job/defaults.ts";
import type { CronJob, CronJobSpec, JobTemplateSpec } from "./types.ts";
import { cronJobWarnings, validateCronJob, validateCronJobUpdate } from "./validate.ts";

const unsimulated = unsimulatedTemplateFields.map((path) => `spec.jobTemplate.${path}`);

const containersOf = (cronJob: CronJob): CronJob["spec"]["jobTemplate"]["spec"]["template"]["spec"]["containers"] => cronJob.spec.jobTemplate.spec.template.spec.containers;

const columns: readonly Column<CronJob>[] = [
  nameColumn(),
  { name: "Schedule", type: "string", description: "CronJobSpec.schedule", priority: 0, cell: ({ spec }) => spec.schedule ?? "" },
  { name: "Timezone", type: "string", description: "CronJobSpec.timeZone", priority: 0, cell: ({ spec }) => spec.timeZone ?? "<none>" },
  { name: "Suspend", type: "boolean", description: "CronJobSpec.suspend", priority: 0, cell: ({ spec }) => (spec.suspend === undefined ? "<unset>" : spec.suspend ? "True" : "False") },
  { name: "Active", type: "integer", description: "CronJobStatus.active", priority: 0, cell: ({ status }) => status?.active?.length ?? 0 },
  { name: "Last Schedule", type: "string", description: "CronJobStatus.lastScheduleTime", priority: 0, cell: ({ status }, nowUs) => (status?.lastScheduleTime === undefined ? "<none>" : ageSince(status.lastScheduleTime, nowUs)) },
  ageColumn(),
  { name: "Containers", type: "string", description: "Template Containers", priority: 1, cell: (cronJob) => containersOf(cronJob).map((container) => container.name).join(",") },
  { name: "Images", type: "string", description: "Template Images", priority: 1, cell: (cronJob) => containersOf(cronJob).map((container) => container.image ?? "").join(",") },
  { name: "Selector", type: "string", description: "JobSpec.selector", priority: 1, cell: ({ spec }) => (spec.jobTemplate.spec.selector === undefined ? "<none>" : labelSelectorText(spec.jobTemplate.spec.selector)) },
];

export const cronJobKind: KindDefinition<CronJob> = {
  gvk: { group: "batch", version: "v1", kind: "CronJob" },
  versions: ["v1"],
  plural: "cronjobs",
  singular: "cronjob",
  shortNames: ["cj"],
  categories: ["all"],
  scope: "Namespaced",
  verbs: storedVerbs,
  subresources: ["status"],
  schema: "io.k8s.api.batch.v1.CronJob",
  defaults: withDefaults,
  strategy: strategy<CronJob>({
    prepareForCreate: (cronJob) => withGeneration({ ...cronJob, status: {} }, 1),
    prepareForUpdate: (cronJob, old) => withGeneration(withFieldOf(cronJob, old, "status"), (old.metadata.generation ?? 0) + (deepEqual(cronJob.spec, old.spec) ? 0 : 1)),
    validate: (cronJob) => validateCronJob(cronJob),
    validateUpdate: (cronJob, old) => validateCronJobUpdate(cronJob, old),
    warnings: (cronJob, old) => cronJobWarnings(cronJob, old),
  }),
  statusStrategy: strategy<CronJob>({ prepareForUpdate: (cronJob, old) => withFieldOf(cronJob, old, "spec") }),
  selectableFields: {},
  columns,
  unsimulated,
  unsimulatedWarnings: unsimulatedIn(unsimulated),
  scale: null,
  graph: {
    icon: "cronjob",
    tier: "workload",
    health: ({ metadata }) => (metadata.deletionTimestamp === undefined ? "ok" : "terminating"),
    node: () => null,
    sentence: cronJobSentence,
    summary({ status }) {
      const active = status?.active?.length ?? 0;
      return { tier: "workload", desired: active, current: active, updated: active, ready: active, available: active, revision: "" };
    },
    edges: ownerEdges,
  },
  template: `apiVersion: batch/v1
kind: CronJob
metadata:
  name: cleanup
spec:
  schedule: "*/5 * * * *"
  jobTemplate:
    spec:
      template:
        spec:
          restartPolicy: OnFailure
          containers:
            - name: cleanup
              image: busybox:1.36
              command: ["sh", "-c", "date; echo cleaned"]
`,
};

function withDefaults(cronJob: CronJob): CronJob {
  const given = cronJob.spec as CronJobSpec | undefined;
  const filled = fillAbsent(fill({ ...given, jobTemplate: jobTemplateWithDefaults(given?.jobTemplate) } as CronJobSpec, { concurrencyPolicy: "Allow" }), { suspend: false, successfulJobsHistoryLimit: 3, failedJobsHistoryLimit: 1 });
  const spec = given !== undefined && sameFields(filled, given) ? given : filled;
  return spec === given && cronJob.status !== undefined ? cronJob : { ...cronJob, spec, status: cronJob.status ?? {} };
}

function jobTemplateWithDefaults(template: JobTemplateSpec | undefined): JobTemplateSpec {
  const spec = jobSpecTemplate(template?.spec);
  return template !== undefined && template.spec === spec && template.metadata !== undefined ? template : { metadata: {}, ...template, spec };
}

function cronJobSentence(cronJob: CronJob): string {
  const { spec, status, metadata } = cronJob;
  if (metadata.deletionTimestamp !== undefined) return "Being deleted.";
  const when = `on the schedule ${spec.schedule ?? ""}${spec.timeZone === undefined ? "" : ` in ${spec.timeZone}`}`;
  if (spec.suspend === true) return `Suspended: it would make Jobs ${when}.`;
  const last = status?.lastScheduleTime === undefined ? "none made yet" : `the last one was due at ${status.lastScheduleTime}`;
  return `Makes Jobs ${when}: ${plural(status?.active?.length ?? 0, "Job")} at work, ${last}.`;
}
