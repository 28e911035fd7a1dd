import { scaledValue } from "../../apimachinery/intOrString.ts";
import { deepEqual } from "../../base/deepEqual.ts";
import { parseRfc3339 } from "../../base/rfc3339.ts";
import { isPodReady, isTerminating } from "../../kinds/core/pod/podStatus.ts";
import type { Pod } from "../../kinds/core/pod/types.ts";
import type { Condition } from "../../kinds/metadata/conditions.ts";
import type { PodDisruptionBudget, PodDisruptionBudgetStatus } from "../../kinds/policy/poddisruptionbudget/types.ts";
import { minute } from "../../sim/time.ts";

// Follows pkg/controller/disruption/disruption.go and component-helpers/apps/poddisruptionbudget/helpers.go.

/** How long an evicted pod may take to be deleted before it counts as one that stays. */
const deletionTimeoutUs = 2 * minute;

/** Whether the pods' controllers are to be asked how many pods they want: a plain minAvailable does not depend on it. */
export function needsScale({ spec }: PodDisruptionBudget): boolean {
  return spec.maxUnavailable !== undefined || typeof spec.minAvailable === "string";
}

/** What must stay healthy of so many expected pods. */
export function desiredHealthy({ spec }: PodDisruptionBudget, expected: number): number {
  const { maxUnavailable, minAvailable } = spec;
  if (maxUnavailable !== undefined) return Math.max(0, expected - (scaledValue(maxUnavailable, expected, true) ?? 0));
  return minAvailable === undefined ? 0 : (scaledValue(minAvailable, expected, true) ?? 0);
}

/** Pods whose eviction was granted and that are not being deleted yet. */
export interface Disrupted {
  readonly pods: Readonly<Record<string, string>>;
  /** Microseconds until the first of them has had its time; null where there is none. */
  readonly recheckAfterUs: number | null;
  /** Those that were to go and did not. */
  readonly stayed: readonly Pod[];
}

export function disruptedPods(budget: PodDisruptionBudget, pods: readonly Pod[], nowUs: number): Disrupted {
  const granted = budget.status?.disruptedPods;
  const kept: Record<string, string> = {};
  const stayed: Pod[] = [];
  let recheckAfterUs: number | null = null;
  if (granted === undefined) return { pods: kept, recheckAfterUs, stayed };
  for (const pod of pods) {
    const { name } = pod.metadata;
    const at = Object.hasOwn(granted, name) ? granted[name] : undefined;
    if (at === undefined || isTerminating(pod)) continue;
    const leftUs = (parseRfc3339(at) ?? 0) + deletionTimeoutUs - nowUs;
    if (leftUs < 0) stayed.push(pod);
    else {
      kept[name] = at;
      recheckAfterUs = Math.min(recheckAfterUs ?? leftUs, leftUs);
    }
  }
  return { pods: kept, recheckAfterUs, stayed };
}

function countHealthy(pods: readonly Pod[], disrupted: Disrupted, nowUs: number): number {
  const leaves = (name: string): boolean => Object.hasOwn(disrupted.pods, name) && (parseRfc3339(disrupted.pods[name] ?? "") ?? 0) + deletionTimeoutUs > nowUs;
  return pods.filter((pod) => !isTerminating(pod) && !leaves(pod.metadata.name) && isPodReady(pod)).length;
}

/** The status that the pods give. */
export function budgetStatus(budget: PodDisruptionBudget, pods: readonly Pod[], expected: number, disrupted: Disrupted, nowUs: number, timestamp: string): PodDisruptionBudgetStatus {
  const desired = desiredHealthy(budget, expected);
  const healthy = countHealthy(pods, disrupted, nowUs);
  const allowed = expected <= 0 ? 0 : Math.max(0, healthy - desired);
  const observedGeneration = budget.metadata.generation ?? 0;
  const enough = allowed > 0;
  return {
    ...(Object.keys(disrupted.pods).length === 0 ? {} : { disruptedPods: disrupted.pods }),
    conditions: withAllowed(budget.status?.conditions ?? [], { status: enough ? "True" : "False", reason: enough ? "SufficientPods" : "InsufficientPods", message: "", observedGeneration }, timestamp),
    currentHealthy: healthy,
    desiredHealthy: desired,
    disruptionsAllowed: allowed,
    expectedPods: expected,
    observedGeneration,
  };
}

/** Nothing may go where it is not known how many must stay. */
export function failedStatus(budget: PodDisruptionBudget, message: string, timestamp: string): PodDisruptionBudgetStatus {
  const { conditions = [], observedGeneration } = budget.status ?? {};
  const condition = { status: "False", reason: "SyncFailed", message, ...(observedGeneration === undefined ? {} : { observedGeneration }) };
  return { ...budget.status, disruptionsAllowed: 0, conditions: withAllowed(conditions, condition, timestamp) };
}

/** Follows apimachinery/pkg/api/meta/conditions.go (SetStatusCondition). */
function withAllowed(conditions: readonly Condition[], fresh: Omit<Condition, "type" | "lastTransitionTime">, timestamp: string): readonly Condition[] {
  const before = conditions.find(({ type }) => type === "DisruptionAllowed");
  const lastTransitionTime = before !== undefined && before.status === fresh.status ? (before.lastTransitionTime ?? timestamp) : timestamp;
  const condition: Condition = { type: "DisruptionAllowed", ...fresh, lastTransitionTime };
  return before === undefined ? [...conditions, condition] : conditions.map((each) => (each === before ? condition : each));
}

/** Whether the budget's status says this already; a message alone makes no difference, as upstream. */
export function saysTheSame(status: PodDisruptionBudgetStatus | undefined, fresh: PodDisruptionBudgetStatus): boolean {
  if (status === undefined) return false;
  const plain = ({ conditions = [], disruptedPods: granted = {}, ...numbers }: PodDisruptionBudgetStatus) => {
    const allowed = conditions.find(({ type }) => type === "DisruptionAllowed");
    return { ...numbers, granted, allowed: [allowed?.status, allowed?.reason] };
  };
  return deepEqual(plain(status), plain(fresh));
}
