import { part, type Invariant } from "./define.ts";

export const uidsUnique: Invariant = {
  id: "S2",
  says: "no two objects ever have one uid, and an object keeps its own",
  check: ({ key, type, value, prev }, _live, { notes }) => {
    const uid = part(value, "metadata")["uid"];
    if (type === "MODIFIED" && part(prev, "metadata")["uid"] !== uid) return `uid changed to ${String(uid)}`;
    if (type !== "ADDED") return null;
    const other = notes.get(String(uid));
    notes.set(String(uid), key);
    return other === undefined ? null : `${other} has or had the same uid`;
  },
};
