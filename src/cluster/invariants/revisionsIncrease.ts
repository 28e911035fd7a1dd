import { part, type Invariant } from "./define.ts";

export const revisionsIncrease: Invariant = {
  id: "S1",
  says: "an object's resourceVersion is its revision, and only grows",
  check: ({ value, prev, revision, type }) => {
    const now = Number(part(value, "metadata")["resourceVersion"]);
    const before = Number(part(prev, "metadata")["resourceVersion"] ?? 0);
    if (type !== "DELETED" && now !== revision) return `resourceVersion ${now} at revision ${revision}`;
    return prev !== null && before >= revision ? `revision ${revision} after ${before}` : null;
  },
};
