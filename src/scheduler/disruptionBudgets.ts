import { matches, selectorFromLabelSelector } from "../apimachinery/labels.ts";
import type { LabelSelector } from "../apimachinery/objectMeta.ts";
import type { PodInfo } from "./podInfo.ts";

/** What preemption reads of a PodDisruptionBudget. */
export interface DisruptionBudget {
  readonly metadata: { readonly name: string; readonly namespace?: string };
  readonly spec: { readonly selector?: LabelSelector };
  readonly status?: { readonly disruptionsAllowed?: number; readonly disruptedPods?: Readonly<Record<string, string>> };
}

/**
 * Parts pods, taken in order, into those whose loss would break a budget and the others.
 * Follows plugins/defaultpreemption/default_preemption.go, filterPodsWithPDBViolation.
 */
export function partByBudgets(pods: readonly PodInfo[], budgets: readonly DisruptionBudget[]): { readonly violating: readonly PodInfo[]; readonly others: readonly PodInfo[] } {
  const allowed = budgets.map((budget) => budget.status?.disruptionsAllowed ?? 0);
  const violating: PodInfo[] = [];
  const others: PodInfo[] = [];
  for (const info of pods) {
    const { metadata } = info.pod;
    let breaks = false;
    budgets.forEach((budget, at) => {
      if (budget.metadata.namespace !== metadata.namespace || Object.keys(metadata.labels ?? {}).length === 0) return;
      const selector = selectorFromLabelSelector(budget.spec.selector);
      if (selector.requirements.length === 0 || !matches(selector, metadata.labels)) return;
      // The API server has counted it already.
      if (Object.hasOwn(budget.status?.disruptedPods ?? {}, metadata.name)) return;
      const left = (allowed[at] ?? 0) - 1;
      allowed[at] = left;
      if (left < 0) breaks = true;
    });
    (breaks ? violating : others).push(info);
  }
  return { violating, others };
}
