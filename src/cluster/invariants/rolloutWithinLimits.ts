import type { JsonObject } from "../../base/json.ts";
import { all, isA, part, type Invariant, type LiveObjects } from "./define.ts";

const mostAnnotation = "deployment.kubernetes.io/max-replicas";

function ownerUid(object: JsonObject): string {
  const owners = (part(object, "metadata")["ownerReferences"] ?? []) as readonly JsonObject[];
  return String(owners.find((owner) => owner["controller"] === true && owner["kind"] === "Deployment")?.["uid"] ?? "");
}

function replicas(set: JsonObject | null): number {
  return Number(part(set, "spec")["replicas"] ?? 0);
}

function setsOf(uid: string, live: LiveObjects): readonly JsonObject[] {
  return [...all(live, "replicasets.apps")].map(([, set]) => set).filter((set) => ownerUid(set) === uid);
}

/** What the controller knew when it wrote is in the annotation: a user may have changed the Deployment in between. */
export const rolloutWithinLimits: Invariant = {
  id: "S25",
  says: "a Deployment's ReplicaSets grow to no more than its replicas and maxSurge together, and no two have one template",
  check: (change, live) => {
    if (!isA(change, "replicasets.apps") || change.type === "DELETED") return null;
    const uid = ownerUid(change.value);
    if (uid === "") return null;
    const sets = setsOf(uid, live);
    const hash = (set: JsonObject): unknown => part(part(set, "metadata"), "labels")["pod-template-hash"];
    if (sets.filter((set) => hash(set) === hash(change.value)).length > 1) return `two ReplicaSets have the template ${String(hash(change.value))}`;
    if (replicas(change.value) <= replicas(change.prev)) return null;
    const most = Number(part(part(change.value, "metadata"), "annotations")[mostAnnotation] ?? Number.POSITIVE_INFINITY);
    const sum = sets.reduce((total, set) => total + replicas(set), 0);
    return sum > most ? `${sum} pods are wanted, ${most} are allowed` : null;
  },
};
