import type { JsonObject } from "../../base/json.ts";
import { parseRfc3339 } from "../../base/rfc3339.ts";
import { isA, part, type Invariant } from "./define.ts";

const defaultWindowSeconds = 300;

interface Growth {
  readonly spec: string;
  readonly to: number;
  readonly atUs: number;
}

const scaledAt = (hpa: JsonObject | null): string => String(part(hpa, "status")["lastScaleTime"] ?? "");

/** A status tells of the spec that its writer read: were it another one by then, the write would have been refused. */
export const autoscalerWithinLimits: Invariant = {
  id: "S30",
  says: "an autoscaler scales within its limits, and takes back no growth before its window has passed",
  check: (change, _live, { notes }) => {
    if (!isA(change, "horizontalpodautoscalers.autoscaling")) return null;
    const hpa = change.value;
    if (change.type === "DELETED") notes.delete(change.key);
    if (change.type !== "MODIFIED" || scaledAt(hpa) === "" || scaledAt(hpa) === scaledAt(change.prev)) return null;
    const [spec, status] = [part(hpa, "spec"), part(hpa, "status")];
    const [min, max, to, from] = [Number(spec["minReplicas"] ?? 1), Number(spec["maxReplicas"] ?? 0), Number(status["desiredReplicas"] ?? 0), Number(status["currentReplicas"] ?? 0)];
    if (to < min || to > max) return `it scaled to ${to}, which is not in [${min}, ${max}]`;
    const atUs = parseRfc3339(scaledAt(hpa)) ?? 0;
    const grown = JSON.parse(notes.get(change.key) ?? "null") as Growth | null;
    if (to > from) notes.set(change.key, JSON.stringify({ spec: JSON.stringify(spec), to, atUs } satisfies Growth));
    if (to >= from || from > max || grown === null || grown.spec !== JSON.stringify(spec) || to >= grown.to) return null;
    const window = Number(part(part(spec, "behavior"), "scaleDown")["stabilizationWindowSeconds"] ?? defaultWindowSeconds);
    const passed = (atUs - grown.atUs) / 1_000_000;
    // Times are whole seconds.
    return passed < window - 1 ? `it grew to ${grown.to} and fell to ${to} ${passed} s later, within its window of ${window} s` : null;
  },
};
