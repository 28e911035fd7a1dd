import type { JsonObject } from "../../base/json.ts";
import { isA, part, type Invariant, type LiveObjects, type Past } from "./define.ts";

const setKey = (namespace: string, name: string): string => `statefulsets.apps/${namespace}/${name}`;

/** The set that controls the pod, where it lives. */
function setOf(pod: JsonObject, live: LiveObjects): JsonObject | null {
  const { namespace, ownerReferences } = part(pod, "metadata");
  const owner = ((ownerReferences ?? []) as readonly JsonObject[]).find((each) => each["controller"] === true && each["kind"] === "StatefulSet");
  const set = owner === undefined ? undefined : live.get(setKey(String(namespace), String(owner["name"])));
  return set !== undefined && part(set, "metadata")["uid"] === owner?.["uid"] ? set : null;
}

function ordinalOf(pod: JsonObject): number {
  const name = String(part(pod, "metadata")["name"]);
  return Number(name.slice(name.lastIndexOf("-") + 1));
}

function isReady(pod: JsonObject): boolean {
  const conditions = (part(pod, "status")["conditions"] ?? []) as readonly JsonObject[];
  return conditions.some((each) => each["type"] === "Ready" && each["status"] === "True");
}

/** What came before is in notes, as the controller may have seen it: whether a number was ever ready, which revision was ever the present one. */
function note(set: JsonObject | null, value: JsonObject, isPod: boolean, past: Past): void {
  const uid = String(part(set ?? value, "metadata")["uid"]);
  if (isPod && set !== null && isReady(value)) past.notes.set(`${uid} ready ${ordinalOf(value)}`, "");
  if (!isPod) past.notes.set(`${uid} current ${String(part(value, "status")["currentRevision"] ?? "")}`, "");
}

function outOfOrder(set: JsonObject, ordinal: number, past: Past): string | null {
  const spec = part(set, "spec");
  if (spec["podManagementPolicy"] !== "OrderedReady") return null;
  const uid = String(part(set, "metadata")["uid"]);
  for (let before = Number(part(spec, "ordinals")["start"] ?? 0); before < ordinal; before++) {
    if (!past.notes.has(`${uid} ready ${before}`)) return `it was made before number ${before} was ever ready`;
  }
  return null;
}

function beyondPartition(set: JsonObject, pod: JsonObject, ordinal: number, past: Past): string | null {
  const { uid, generation } = part(set, "metadata");
  const spec = part(set, "spec");
  const partition = Number(part(part(spec, "updateStrategy"), "rollingUpdate")["partition"] ?? 0);
  // A change of the set that the controller has not seen may have moved the partition.
  if (part(set, "status")["observedGeneration"] !== generation || ordinal - Number(part(spec, "ordinals")["start"] ?? 0) >= partition) return null;
  const revision = String(part(part(pod, "metadata"), "labels")["controller-revision-hash"]);
  return past.notes.has(`${String(uid)} current ${revision}`) ? null : `it lies below the partition and is of revision ${revision}, which was never the present one`;
}

function otherClaims(set: JsonObject, pod: JsonObject): string | null {
  const name = String(part(pod, "metadata")["name"]);
  const volumes = (part(pod, "spec")["volumes"] ?? []) as readonly JsonObject[];
  for (const template of (part(set, "spec")["volumeClaimTemplates"] ?? []) as readonly JsonObject[]) {
    const volume = String(part(template, "metadata")["name"]);
    const claim = part(volumes.find((each) => each["name"] === volume), "persistentVolumeClaim")["claimName"];
    if (claim !== `${volume}-${name}`) return `its volume ${volume} is of claim ${String(claim)}`;
  }
  return null;
}

export const statefulSetInOrder: Invariant = {
  id: "S26",
  says: "a StatefulSet makes its pods in order, of the revision that the partition says, each with the claims of its name",
  check: (change, live, past) => {
    const isPod = isA(change, "pods");
    if ((!isPod && !isA(change, "statefulsets.apps")) || change.type === "DELETED") return null;
    const set = isPod ? setOf(change.value, live) : null;
    if (!isPod || set === null || change.type !== "ADDED") {
      note(set, change.value, isPod, past);
      return null;
    }
    const ordinal = ordinalOf(change.value);
    return outOfOrder(set, ordinal, past) ?? beyondPartition(set, change.value, ordinal, past) ?? otherClaims(set, change.value);
  },
};
