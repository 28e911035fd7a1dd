/** What a pod that waits on scheduling gates may still change: its node selection, and only by narrowing it. */
import { deepEqual } from "../../../base/deepEqual.ts";
import { index, invalid } from "../../../apimachinery/fieldError.ts";
import type { FieldError } from "../../../apimachinery/status.ts";
import type { Json } from "../../../base/json.ts";
import { withFieldOf } from "../../strategy.ts";
import type { NodeSelectorTerm, PodSpec } from "./types.ts";

const termsPath = "spec.affinity.nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution.nodeSelectorTerms";

export function validateNodeSelectorNarrowed(spec: PodSpec, old: PodSpec): readonly FieldError[] {
  const kept = Object.entries(old.nodeSelector ?? {}).every(([name, value]) => spec.nodeSelector?.[name] === value);
  return kept ? [] : [invalid("spec.nodeSelector", { ...spec.nodeSelector }, "only additions to spec.nodeSelector are allowed (no mutations or deletions)")];
}

export function validateNodeAffinityNarrowed(spec: PodSpec, old: PodSpec): readonly FieldError[] {
  const before = requiredTerms(old);
  const now = requiredTerms(spec);
  if (before.length > 0 && before.length !== now.length) return [invalid(termsPath, now as unknown as Json, "no additions/deletions to non-empty NodeSelectorTerms list are allowed")];
  return before.flatMap((term, at) => {
    const each = now[at];
    return each === undefined || hasOnlyAdditions(each, term) ? [] : [invalid(index(termsPath, at), each as unknown as Json, "only additions are allowed (no mutations or deletions)")];
  });
}

function requiredTerms(spec: PodSpec): readonly NodeSelectorTerm[] {
  return spec.affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution?.nodeSelectorTerms ?? [];
}

/** An empty term matches nothing, so filling it would widen the choice. */
function hasOnlyAdditions(term: NodeSelectorTerm, old: NodeSelectorTerm): boolean {
  const before = [old.matchExpressions ?? [], old.matchFields ?? []] as const;
  const now = [term.matchExpressions ?? [], term.matchFields ?? []] as const;
  if (before[0].length + before[1].length === 0) return now[0].length + now[1].length === 0;
  return deepEqual(now[0].slice(0, before[0].length), before[0]) && deepEqual(now[1].slice(0, before[1].length), before[1]);
}

/** The new spec with the old one's node selection, for comparing all the rest. */
export function withNodeSelectionOf(spec: PodSpec, old: PodSpec): PodSpec {
  const selected = withFieldOf(spec, old, "nodeSelector");
  if (deepEqual(spec.affinity?.nodeAffinity, old.affinity?.nodeAffinity)) return selected;
  const affinity = withFieldOf(spec.affinity ?? {}, old.affinity ?? {}, "nodeAffinity");
  return Object.keys(affinity).length === 0 && old.affinity === undefined ? withFieldOf(selected, old, "affinity") : { ...selected, affinity };
}
