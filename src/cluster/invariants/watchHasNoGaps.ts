import { deepEqual } from "../../base/deepEqual.ts";
import type { Invariant } from "./define.ts";

export const watchHasNoGaps: Invariant = {
  id: "S5",
  says: "a watch tells every revision once and in order: what an object was before is what it was when it was told last",
  check: ({ prev, revision }, _live, past) => {
    if (revision <= past.revision) return `revision ${revision} after ${past.revision}`;
    if (prev === past.object || deepEqual(prev, past.object)) return null;
    return past.object === null ? "it had a past that was never told" : "it changed in between, and nobody was told";
  },
};
