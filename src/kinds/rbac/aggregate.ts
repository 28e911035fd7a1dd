// Follows pkg/controller/clusterroleaggregation/clusterroleaggregation_controller.go.
import { matches, selectorFromLabelSelector } from "../../apimachinery/labels.ts";
import { compareText } from "../../base/compareText.ts";
import { deepEqual } from "../../base/deepEqual.ts";
import type { ClusterRole, PolicyRule } from "./types.ts";

/** The rules that a role gathers from the others: selector by selector, role by role in the order of names, each rule once. */
export function aggregatedRules(role: Pick<ClusterRole, "aggregationRule"> & { readonly metadata?: { readonly name: string } }, all: readonly ClusterRole[]): readonly PolicyRule[] {
  const gathered: PolicyRule[] = [];
  for (const labelSelector of role.aggregationRule?.clusterRoleSelectors ?? []) {
    const selector = selectorFromLabelSelector(labelSelector);
    const chosen = all.filter((each) => each.metadata.name !== role.metadata?.name && matches(selector, each.metadata.labels ?? {}));
    chosen.sort((a, b) => compareText(a.metadata.name, b.metadata.name));
    for (const { rules } of chosen) for (const rule of rules ?? []) if (!gathered.some((known) => deepEqual(known, rule))) gathered.push(rule);
  }
  return gathered;
}
