import { isA, part, type Invariant } from "./define.ts";

export const boundOnce: Invariant = {
  id: "S15",
  says: "a pod's nodeName is set once and never changes",
  check: (change) => {
    if (!isA(change, "pods") || change.prev === null) return null;
    const before = part(change.prev, "spec")["nodeName"] ?? "";
    const now = part(change.value, "spec")["nodeName"] ?? "";
    return before !== "" && before !== now ? `moved from ${String(before)} to ${String(now)}` : null;
  },
};
