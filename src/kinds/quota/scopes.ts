// Follows pkg/apis/core/v1/helper/helpers.go (ScopedResourceSelectorRequirementsAsSelector).
import type { ResourceQuota, ScopeRequirement } from "../core/resourcequota/types.ts";

/** Whether a selector of a scope with values takes an object that has one of these (or none). */
export function valuesMatch({ operator, values = [] }: ScopeRequirement, has: readonly string[]): boolean {
  switch (operator) {
    case "Exists":
      return has.length > 0;
    case "DoesNotExist":
      return has.length === 0;
    case "In":
      return has.some((value) => values.includes(value));
    case "NotIn":
      return has.length === 0 || has.some((value) => !values.includes(value));
    default:
      return false;
  }
}

/** All that a quota demands of what it counts. */
export function scopesOf(quota: ResourceQuota): readonly ScopeRequirement[] {
  return [...(quota.spec.scopes ?? []).map((scopeName) => ({ scopeName, operator: "Exists" })), ...(quota.spec.scopeSelector?.matchExpressions ?? [])];
}
