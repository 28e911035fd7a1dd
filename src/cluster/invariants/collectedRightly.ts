import type { JsonObject } from "../../base/json.ts";
import { part, type Invariant, type LiveObjects, type ObservedRevision } from "./define.ts";

interface Owner extends JsonObject {
  readonly uid: string;
  readonly name: string;
}

const waits = ["foregroundDeletion", "orphan"];
const collector = "garbagecollector controller";

function ownersOf(object: JsonObject): readonly Owner[] {
  return (part(object, "metadata")["ownerReferences"] ?? []) as readonly Owner[];
}

/** The finalizer by which the garbage collector holds it, while it does. */
function heldBy(object: JsonObject | null): string | null {
  const { deletionTimestamp, finalizers } = part(object, "metadata");
  return deletionTimestamp === undefined ? null : (waits.find((finalizer) => ((finalizers ?? []) as readonly string[]).includes(finalizer)) ?? null);
}

/** Nobody asks for what was made while the owner already went: upstream's collector may not have seen it. */
function leftBehind({ value }: ObservedRevision, how: string, live: LiveObjects): string | null {
  const { uid, deletionTimestamp } = part(value, "metadata");
  for (const [key, object] of live) {
    const reference = ownersOf(object).find((owner) => owner.uid === uid);
    if (reference === undefined || String(part(object, "metadata")["creationTimestamp"]) >= String(deletionTimestamp)) continue;
    if (how === "orphan") return `${key} still names it as its owner`;
    if (reference["blockOwnerDeletion"] === true) return `${key} was to go first`;
  }
  return null;
}

/** An owner that stays: neither gone nor waiting for those that it takes along. */
function stayingOwner(object: JsonObject, live: LiveObjects): string | null {
  const uids = new Set(ownersOf(object).map(({ uid }) => uid));
  if (uids.size === 0) return null;
  for (const [key, other] of live) if (uids.has(String(part(other, "metadata")["uid"])) && heldBy(other) !== "foregroundDeletion") return key;
  return null;
}

export const collectedRightly: Invariant = {
  id: "S13",
  says: "a foreground deletion ends after its dependents, an orphaning one leaves none that names it, and nothing is collected while an owner stays",
  check(change, live, { notes }) {
    const uid = String(part(change.value, "metadata")["uid"]);
    if (change.type === "DELETED") {
      const how = notes.get(uid);
      notes.delete(uid);
      const left = how === undefined ? null : leftBehind(change, how, live);
      if (left !== null) return left;
    } else {
      const how = heldBy(change.value);
      if (how !== null) notes.set(uid, how);
    }
    const goes = change.type === "DELETED" || (change.type === "MODIFIED" && part(change.prev, "metadata")["deletionTimestamp"] === undefined && part(change.value, "metadata")["deletionTimestamp"] !== undefined);
    const owner = goes && change.by === collector ? stayingOwner(change.value, live) : null;
    return owner === null ? null : `collected, but ${owner} stays`;
  },
};
