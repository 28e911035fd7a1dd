import * as v from "valibot";
import type { Json } from "../base/json.ts";
import { kubeletProblem, severalInstances, staticPodsProblem } from "../cluster/clusterSpec.ts";
import { schedulerConfiguration } from "./schedulerGuard.ts";

const instances = v.strictObject(Object.fromEntries(severalInstances.map((component) => [component, v.optional(v.picklist([1, 2]))])));

/** What a ClusterSpec may leave out. */
export const optionalParts = {
  etcdKeys: v.optional(v.pipe(v.number(), v.integer(), v.minValue(1_000), v.maxValue(100_000))),
  leaderElect: v.optional(v.boolean()),
  instances: v.optional(instances),
  scheduler: v.optional(schedulerConfiguration),
};

/** JSON that somebody else judges: what is wrong with it, or null. */
function judgedBy(problem: (value: Json | undefined) => string | null) {
  return v.optional(v.pipe(v.unknown(), v.check((value) => problem(value as Json) === null, ({ input }) => problem(input as Json) ?? "")));
}

/** What the description of a machine may leave out. */
export const optionalNodeParts = { kubelet: judgedBy(kubeletProblem), staticPods: judgedBy(staticPodsProblem) };

const optional = v.object({ ...optionalParts, nodes: v.optional(v.array(v.object(optionalNodeParts))) });

/** The first thing that is wrong in the parts that a spec may leave out, with its path; null where there is nothing. */
export function wrongInOptionalParts(spec: unknown): string | null {
  const result = v.safeParse(optional, spec);
  if (result.success) return null;
  const [issue] = result.issues;
  return `${v.getDotPath(issue) ?? "the whole"}: ${issue.message}`;
}
