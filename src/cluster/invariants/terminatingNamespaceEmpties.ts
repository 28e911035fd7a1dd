import { parseRfc3339 } from "../../base/rfc3339.ts";
import { part, type Invariant } from "./define.ts";

/** What was admitted while the namespace lived may be written after its end has begun. */
const slackUs = 10_000_000;

export const terminatingNamespaceEmpties: Invariant = {
  id: "S14",
  says: "nothing is created in a namespace that is being deleted",
  check: (change, live) => {
    const namespace = change.key.split("/")[1] ?? "";
    if (change.type !== "ADDED" || namespace === "") return null;
    const { deletionTimestamp } = part(live.get(`namespaces//${namespace}`), "metadata");
    if (typeof deletionTimestamp !== "string") return null;
    const createdUs = parseRfc3339(String(part(change.value, "metadata")["creationTimestamp"] ?? ""));
    return createdUs !== null && createdUs > (parseRfc3339(deletionTimestamp) ?? 0) + slackUs ? `namespace ${namespace} is being deleted since ${deletionTimestamp}` : null;
  },
};
