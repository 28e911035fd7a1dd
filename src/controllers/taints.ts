import type { Taint } from "../kinds/core/node/types.ts";
import type { Toleration } from "../kinds/core/pod/types.ts";

// Follows component-helpers/scheduling/corev1/helpers.go and pkg/util/taints/taints.go.

export const sameTaint = (a: Taint, b: Taint): boolean => a.key === b.key && a.effect === b.effect;

/** The taints with those of `keys` and the effect replaced by `wanted`; the same list where nothing changes. */
export function withTaints(taints: readonly Taint[], wanted: readonly Taint[], managed: (taint: Taint) => boolean): readonly Taint[] {
  const kept = taints.filter((taint) => !managed(taint) || wanted.some((other) => sameTaint(other, taint)));
  const added = wanted.filter((taint) => !kept.some((other) => sameTaint(other, taint)));
  return kept.length === taints.length && added.length === 0 ? taints : [...kept, ...added];
}

export function tolerates(toleration: Toleration, taint: Taint): boolean {
  const { effect = "", key = "", operator = "Equal", value = "" } = toleration;
  if (effect !== "" && effect !== taint.effect) return false;
  if (key !== "" && key !== taint.key) return false;
  return operator === "Exists" || (operator === "Equal" || operator === "" ? value === (taint.value ?? "") : false);
}

/** How long a pod may stay on a node with these NoExecute taints: seconds, null for ever, "now" where one is not tolerated. */
export function toleratedSeconds(taints: readonly Taint[], tolerations: readonly Toleration[]): number | null | "now" {
  let least: number | null = null;
  for (const taint of taints) {
    const toleration = tolerations.find((each) => tolerates(each, taint));
    if (toleration === undefined) return "now";
    if (toleration.tolerationSeconds === undefined) continue;
    const seconds = Math.max(0, toleration.tolerationSeconds);
    if (least === null || seconds < least) least = seconds;
  }
  return least;
}

export function noExecute(taints: readonly Taint[] | undefined): readonly Taint[] {
  return taints?.filter((taint) => taint.effect === "NoExecute") ?? [];
}
