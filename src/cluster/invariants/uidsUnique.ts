import { part, type Invariant } from "./define.ts";

export const uidsUnique: Invariant = {
  id: "S2",
  says: "no two objects have one uid, and an object keeps its own",
  check: ({ key, type, value, prev }, live) => {
    const uid = part(value, "metadata")["uid"];
    if (type === "MODIFIED" && part(prev, "metadata")["uid"] !== uid) return `uid changed to ${String(uid)}`;
    if (type !== "ADDED") return null;
    for (const [other, object] of live) if (other !== key && part(object, "metadata")["uid"] === uid) return `${other} has the same uid`;
    return null;
  },
};
