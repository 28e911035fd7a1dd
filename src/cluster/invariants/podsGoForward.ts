import type { JsonObject } from "../../base/json.ts";
import { isA, part, type Invariant } from "./define.ts";

const order = ["Pending", "Running", "Succeeded", "Failed"];

function restarts(pod: JsonObject | null): ReadonlyMap<string, number> {
  const statuses = (part(pod, "status")["containerStatuses"] ?? []) as readonly JsonObject[];
  return new Map(statuses.map((status) => [String(status["name"]), Number(status["restartCount"])]));
}

export const podsGoForward: Invariant = {
  id: "S19",
  says: "a pod's phase never goes back, an ended pod stays ended unless it is a static one, and no restartCount falls",
  check: (change) => {
    if (!isA(change, "pods") || change.type !== "MODIFIED") return null;
    const [before, now] = [change.prev, change.value].map((pod) => String(part(pod, "status")["phase"] ?? "Pending")) as [string, string];
    const ended = before === "Succeeded" || before === "Failed";
    // A static pod that has ended runs again with its kubelet, and its mirror tells so.
    const isMirror = (part(change.value, "metadata")["annotations"] as JsonObject | undefined)?.["kubernetes.io/config.mirror"] !== undefined;
    if (isMirror && ended) return null;
    if (ended ? now !== before : order.indexOf(now) < order.indexOf(before)) return `phase went from ${before} to ${now}`;
    const after = restarts(change.value);
    for (const [name, count] of restarts(change.prev)) if ((after.get(name) ?? count) < count) return `restartCount of ${name} fell from ${count} to ${after.get(name) ?? 0}`;
    return null;
  },
};
