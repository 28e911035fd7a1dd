import type { JsonObject } from "../../base/json.ts";
import { isA, part, type Invariant } from "./define.ts";

function statuses(pod: JsonObject | null, list: string): readonly JsonObject[] {
  return (part(pod, "status")[list] ?? []) as readonly JsonObject[];
}

function running(pod: JsonObject | null): ReadonlySet<string> {
  return new Set(statuses(pod, "containerStatuses").filter((status) => part(status, "state")["running"] !== undefined).map((status) => String(status["containerID"])));
}

export const initContainersFirst: Invariant = {
  id: "S20",
  says: "a pod's containers start once its init containers have ended well, and its sidecars have started",
  check: (change) => {
    if (!isA(change, "pods") || change.type === "DELETED") return null;
    const before = running(change.prev);
    const begun = [...running(change.value)].filter((id) => !before.has(id));
    if (begun.length === 0) return null;
    const specs = (part(change.value, "spec")["initContainers"] ?? []) as readonly JsonObject[];
    for (const spec of specs) {
      const status = statuses(change.value, "initContainerStatuses").find((each) => each["name"] === spec["name"]);
      const isDone = spec["restartPolicy"] === "Always" ? status?.["started"] === true : part(part(status ?? null, "state"), "terminated")["exitCode"] === 0;
      if (!isDone) return `a container runs although init container ${String(spec["name"])} is not done`;
    }
    return null;
  },
};
