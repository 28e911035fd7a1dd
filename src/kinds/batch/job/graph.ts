import type { GraphTraits, Health } from "../../define.ts";
import { ownerEdges, plural } from "../../graph/edges.ts";
import type { Job } from "./types.ts";
import { isConditionTrue } from "./validateStatus.ts";

export const jobGraph: GraphTraits<Job> = {
  icon: "job",
  tier: "workload",
  health: jobHealth,
  node: () => null,
  sentence: jobSentence,
  summary: ({ spec, status = {} }) => ({
    tier: "workload", desired: spec.completions ?? 1, current: (status.active ?? 0) + (status.succeeded ?? 0), updated: (status.active ?? 0) + (status.succeeded ?? 0),
    ready: (status.ready ?? 0) + (status.succeeded ?? 0), available: status.succeeded ?? 0, revision: "",
  }),
  edges: ownerEdges,
};

function jobHealth(job: Job): Health {
  if (job.metadata.deletionTimestamp !== undefined) return "terminating";
  if (isConditionTrue(job.status, "Failed")) return "failed";
  if (isConditionTrue(job.status, "Complete") || job.spec.suspend === true) return "ok";
  return (job.status?.failed ?? 0) > 0 ? "warning" : "progressing";
}

function jobSentence(job: Job): string {
  const { spec, status = {} } = job;
  const wanted = plural(spec.completions ?? 1, "completion");
  if (job.metadata.deletionTimestamp !== undefined) return "Being deleted.";
  if (isConditionTrue(status, "Failed")) return `Failed: ${status.conditions?.find((condition) => condition.type === "Failed")?.message ?? "its pods did not succeed"}`.replace(/\.?$/, ".");
  if (isConditionTrue(status, "Complete")) return `Complete: ${status.succeeded ?? 0} of ${wanted}.`;
  if (spec.suspend === true) return "Suspended: it makes no pods until it is resumed.";
  const failed = (status.failed ?? 0) > 0 ? `, ${plural(status.failed ?? 0, "pod")} failed` : "";
  return `Running: ${status.succeeded ?? 0} of ${wanted}, ${plural(status.active ?? 0, "pod")} at work${failed}.`;
}
