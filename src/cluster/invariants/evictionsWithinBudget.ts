import { matches, SelectorError, selectorFromLabelSelector } from "../../apimachinery/labels.ts";
import type { LabelSelector } from "../../apimachinery/objectMeta.ts";
import type { JsonObject } from "../../base/json.ts";
import { all, isA, part, type Invariant, type LiveObjects, type ObservedRevision } from "./define.ts";

const resource = "poddisruptionbudgets.policy";

function condition(pod: JsonObject | null, type: string): JsonObject | null {
  const conditions = (part(pod, "status")["conditions"] ?? []) as readonly JsonObject[];
  return conditions.find((each) => each["type"] === type && each["status"] === "True") ?? null;
}

/** Evictions are granted in a budget's status: no more of them than it allowed, and only where it is up to date. */
function spent({ value, prev }: ObservedRevision): string | null {
  const [before, after] = [part(prev, "status"), part(value, "status")];
  const allowed = Number(after["disruptionsAllowed"] ?? 0);
  if (allowed < 0) return `${allowed} disruptions allowed`;
  const known = part(before, "disruptedPods");
  const granted = Object.keys(part(after, "disruptedPods")).filter((name) => !Object.hasOwn(known, name));
  if (prev === null || granted.length === 0) return null;
  const had = Number(before["disruptionsAllowed"] ?? 0);
  return granted.length > had ? `${granted.join(", ")} may go, where ${had} were allowed` : null;
}

function selects(budget: JsonObject, pod: JsonObject): boolean {
  try {
    return matches(selectorFromLabelSelector(part(budget, "spec")["selector"] as LabelSelector | undefined), part(part(pod, "metadata"), "labels") as Readonly<Record<string, string>>);
  } catch (error) {
    if (error instanceof SelectorError) return false;
    throw error;
  }
}

/** A pod that serves and is evicted stands in the budget that selects it. */
function unasked({ key, value, prev }: ObservedRevision, live: LiveObjects): string | null {
  const [target, ready] = [condition(value, "DisruptionTarget"), condition(value, "Ready")];
  if (target?.["reason"] !== "EvictionByEvictionAPI" || condition(prev, "DisruptionTarget") !== null) return null;
  // One that has got ready in that very second may have been let go as one that serves nobody.
  if (ready === null || String(ready["lastTransitionTime"]) >= String(target["lastTransitionTime"]) || part(value, "status")["phase"] !== "Running") return null;
  const [, namespace = "", name = ""] = key.split("/");
  for (const [id, budget] of all(live, `${resource}/${namespace}`)) {
    const status = part(budget, "status");
    // A budget that came, or began to select it, after the grant has not been counted yet.
    if (!selects(budget, value) || status["observedGeneration"] !== part(budget, "metadata")["generation"]) continue;
    if (!Object.hasOwn(part(status, "disruptedPods"), name)) return `evicted without the leave of ${id}`;
  }
  return null;
}

export const evictionsWithinBudget: Invariant = {
  id: "S31",
  says: "evictions stay within the budget",
  check: (change, live) => {
    if (change.type === "DELETED") return null;
    if (isA(change, resource)) return spent(change);
    return isA(change, "pods") ? unasked(change, live) : null;
  },
};
