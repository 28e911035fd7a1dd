import type { JsonObject } from "../../base/json.ts";
import { part, type Invariant, type LiveObjects, type ObservedRevision } from "./define.ts";

type Finalizer = "foregroundDeletion" | "orphan";

const has = (object: JsonObject | null, finalizer: Finalizer): boolean => ((part(object, "metadata")["finalizers"] ?? []) as readonly string[]).includes(finalizer);

/** The finalizer went with this revision. */
function wentBy({ type, value, prev }: ObservedRevision, finalizer: Finalizer): boolean {
  return has(prev, finalizer) && (type === "DELETED" || !has(value, finalizer));
}

const namespaceOf = (key: string): string => key.split("/")[1] ?? "";

/** Those that were there when the owner's deletion began: later ones may come too late to be seen. */
function dependentOf(owner: ObservedRevision, live: LiveObjects, counts: (reference: JsonObject) => boolean): string | null {
  const { uid, deletionTimestamp } = part(owner.prev, "metadata");
  const namespace = namespaceOf(owner.key);
  for (const [key, object] of live) {
    const { ownerReferences = [], creationTimestamp } = part(object, "metadata");
    if ((namespace !== "" && namespaceOf(key) !== namespace) || String(creationTimestamp) >= String(deletionTimestamp)) continue;
    if ((ownerReferences as readonly JsonObject[]).some((reference) => reference["uid"] === uid && counts(reference))) return key;
  }
  return null;
}

/** What only the one who deletes knows (whether a collected object's owner lived) no revision tells. */
export const dependentsFirst: Invariant = {
  id: "S13",
  says: "an owner deleted in the foreground outlives the dependents that block it, one that orphans leaves none",
  check: (change, live) => {
    if (wentBy(change, "foregroundDeletion")) {
      const blocking = dependentOf(change, live, (reference) => reference["blockOwnerDeletion"] === true);
      if (blocking !== null) return `it was let go before ${blocking}`;
    }
    if (!wentBy(change, "orphan")) return null;
    const dependent = dependentOf(change, live, () => true);
    return dependent === null ? null : `it was let go while ${dependent} names it as owner`;
  },
};
