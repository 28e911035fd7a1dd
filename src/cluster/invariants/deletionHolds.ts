import { part, type Invariant } from "./define.ts";

export const deletionHolds: Invariant = {
  id: "S11",
  says: "a deletionTimestamp is never taken back, and what has finalizers does not go without one",
  check: ({ type, value, prev }) => {
    const { deletionTimestamp, finalizers } = part(value, "metadata");
    if (type === "MODIFIED" && part(prev, "metadata")["deletionTimestamp"] !== undefined && deletionTimestamp === undefined) return "its deletion was taken back";
    const held = Array.isArray(finalizers) ? finalizers.length : 0;
    return type === "DELETED" && held > 0 && deletionTimestamp === undefined ? `it went at once, with ${held} finalizers` : null;
  },
};
