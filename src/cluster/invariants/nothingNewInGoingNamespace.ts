import { part, type Invariant } from "./define.ts";

/** By whole seconds: what was under way when the namespace began to go may still arrive, as upstream. */
export const nothingNewInGoingNamespace: Invariant = {
  id: "S14",
  says: "nothing is created in a namespace that goes",
  check({ type, value }, live) {
    const { namespace, creationTimestamp } = part(value, "metadata");
    if (type !== "ADDED" || typeof namespace !== "string") return null;
    const goesSince = part(live.get(`namespaces//${namespace}`), "metadata")["deletionTimestamp"];
    return typeof goesSince === "string" && String(creationTimestamp) > goesSince ? `created at ${String(creationTimestamp)}, the namespace goes since ${goesSince}` : null;
  },
};
