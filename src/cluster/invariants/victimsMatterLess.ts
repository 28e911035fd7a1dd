import type { JsonObject } from "../../base/json.ts";
import { all, isA, part, type Invariant } from "./define.ts";

const gone = "S18 gone";

function priority(pod: JsonObject): number {
  return Number(part(pod, "spec")["priority"] ?? 0);
}

function isPreempted(pod: JsonObject | null): boolean {
  const conditions = (part(pod, "status")["conditions"] ?? []) as readonly JsonObject[];
  return conditions.some((condition) => condition["type"] === "DisruptionTarget" && condition["status"] === "True" && condition["reason"] === "PreemptionByScheduler");
}

function isPending(pod: JsonObject): boolean {
  return (part(pod, "spec")["nodeName"] ?? "") === "";
}

/** Whoever it was for may have been deleted since: such pods are remembered by the highest priority. */
export const victimsMatterLess: Invariant = {
  id: "S18",
  says: "a pod is preempted only for one of higher priority that waits",
  check: (change, live, { notes }) => {
    if (!isA(change, "pods")) return null;
    if (change.type === "DELETED" && isPending(change.value)) notes.set(gone, String(Math.max(priority(change.value), Number(notes.get(gone) ?? Number.NEGATIVE_INFINITY))));
    if (!isPreempted(change.value) || isPreempted(change.prev)) return null;
    const own = priority(change.value);
    if (Number(notes.get(gone) ?? Number.NEGATIVE_INFINITY) > own) return null;
    for (const [, pod] of all(live, "pods")) if (isPending(pod) && priority(pod) > own) return null;
    return `${change.key} of priority ${own} was preempted, and none of higher priority waits`;
  },
};
