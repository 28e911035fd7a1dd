import type { NamespaceCondition } from "../../kinds/core/namespace/types.ts";

// Follows pkg/controller/namespace/deletion/status_condition_utils.go.

/** What a pass over a namespace's content found. */
export interface ContentReport {
  /** "configmaps." or "deployments.apps" -> how many are left. */
  readonly remaining: ReadonlyMap<string, number>;
  /** Finalizer -> on how many objects. */
  readonly finalizers: ReadonlyMap<string, number>;
  /** Why content could not be deleted. */
  readonly failures: readonly string[];
}

export function deletionConditions(report: ContentReport, before: readonly NamespaceCondition[], timestamp: string): readonly NamespaceCondition[] {
  const fresh = [
    condition("NamespaceDeletionDiscoveryFailure", false, "ResourcesDiscovered", "All resources successfully discovered"),
    condition("NamespaceDeletionGroupVersionParsingFailure", false, "ParsedGroupVersions", "All legacy kube types successfully parsed"),
    report.failures.length === 0
      ? condition("NamespaceDeletionContentFailure", false, "ContentDeleted", "All content successfully deleted, may be waiting on finalization")
      : condition("NamespaceDeletionContentFailure", true, "ContentDeletionFailed", `Failed to delete all resource types, ${report.failures.length} remaining: ${[...report.failures].sort().join(", ")}`),
    report.remaining.size === 0
      ? condition("NamespaceContentRemaining", false, "ContentRemoved", "All content successfully removed")
      : condition("NamespaceContentRemaining", true, "SomeResourcesRemain", `Some resources are remaining: ${listed(report.remaining, (name, count) => `${name} has ${count} resource instances`)}`),
    report.finalizers.size === 0
      ? condition("NamespaceFinalizersRemaining", false, "ContentHasNoFinalizers", "All content-preserving finalizers finished")
      : condition("NamespaceFinalizersRemaining", true, "SomeFinalizersRemain", `Some content in the namespace has finalizers remaining: ${listed(report.finalizers, (name, count) => `${name} in ${count} resource instances`)}`),
  ];
  return merge(before, fresh, timestamp);
}

function condition(type: string, holds: boolean, reason: string, message: string): NamespaceCondition {
  return { type, status: holds ? "True" : "False", reason, message };
}

function listed(counts: ReadonlyMap<string, number>, text: (name: string, count: number) => string): string {
  return [...counts.keys()].sort().map((name) => text(name, counts.get(name) ?? 0)).join(", ");
}

/** A condition that says the same stays as it is; one that says it with the same status keeps its time. */
function merge(before: readonly NamespaceCondition[], fresh: readonly NamespaceCondition[], timestamp: string): readonly NamespaceCondition[] {
  const others = before.filter((old) => fresh.every((other) => other.type !== old.type));
  let same = others.length + fresh.length === before.length;
  const merged = fresh.map((next): NamespaceCondition => {
    const old = before.find((other) => other.type === next.type);
    if (old !== undefined && old.status === next.status && old.reason === next.reason && old.message === next.message) return old;
    same = false;
    return { ...next, lastTransitionTime: old !== undefined && old.status === next.status ? (old.lastTransitionTime ?? timestamp) : timestamp };
  });
  return same ? before : [...others, ...merged];
}
