// Follows pkg/controller/job/pod_failure_policy.go and success_policy.go.
import type { Job, OnExitCodes, PodFailurePolicy } from "../../kinds/batch/job/types.ts";
import type { ContainerStatus, Pod } from "../../kinds/core/pod/types.ts";
import type { Intervals } from "./intervals.ts";
import { overlap, parseIntervals, total } from "./intervals.ts";

export interface FailureVerdict {
  /** Why the whole Job fails; null where it does not. */
  readonly failJob: string | null;
  /** Whether the failure counts towards the limits. */
  readonly counts: boolean;
  readonly failIndex: boolean;
}

const counted: FailureVerdict = { failJob: null, counts: true, failIndex: false };

/** What the first rule that matches makes of a failed pod. */
export function judgeFailure(policy: PodFailurePolicy | undefined, pod: Pod): FailureVerdict {
  for (const [index, { action = "", onExitCodes, onPodConditions }] of (policy?.rules ?? []).entries()) {
    const name = `${pod.metadata.namespace ?? ""}/${pod.metadata.name}`;
    let why: string;
    if (onExitCodes !== undefined) {
      const status = exitMatching(pod.status?.containerStatuses, onExitCodes) ?? exitMatching(pod.status?.initContainerStatuses, onExitCodes);
      if (status === undefined) continue;
      why = `Container ${status.name} for pod ${name} failed with exit code ${status.state?.terminated?.exitCode ?? 0} matching ${action} rule at index ${index}`;
    } else {
      const condition = pod.status?.conditions?.find(({ type, status }) => onPodConditions?.some((pattern) => pattern.type === type && pattern.status === status));
      if (condition === undefined) continue;
      why = `Pod ${name} has condition ${condition.type} matching ${action} rule at index ${index}`;
    }
    if (action === "Ignore") return { ...counted, counts: false };
    if (action === "FailIndex") return { ...counted, failIndex: true };
    if (action === "FailJob") return { ...counted, failJob: why };
    if (action === "Count") return counted;
  }
  return counted;
}

function exitMatching(statuses: readonly ContainerStatus[] | undefined, { containerName, operator, values = [] }: OnExitCodes): ContainerStatus | undefined {
  return statuses?.find(({ name, state }) => {
    const exitCode = state?.terminated?.exitCode ?? 0;
    if (exitCode === 0 || (containerName !== undefined && containerName !== name)) return false;
    if (operator === "In") return values.includes(exitCode);
    return operator === "NotIn" && !values.includes(exitCode);
  });
}

/** Why the indexes that succeeded are enough; null where they are not. */
export function successMet({ spec }: Job, succeeded: Intervals): string | null {
  if (succeeded.length === 0) return null;
  const at = (spec.successPolicy?.rules ?? []).findIndex(({ succeededIndexes, succeededCount }) => {
    if (succeededIndexes === undefined) return succeededCount !== undefined && total(succeeded) >= succeededCount;
    const required = parseIntervals(succeededIndexes, spec.completions ?? 0);
    const met = overlap(required, succeeded);
    return required.length > 0 && (met === total(required) || (succeededCount !== undefined && met >= succeededCount));
  });
  return at < 0 ? null : `Matched rules at index ${at}`;
}
