import type { Json, JsonObject } from "../../base/json.ts";
import { all, isA, part, type Invariant, type LiveObjects, type ObservedRevision } from "./define.ts";

const claimPrefix = "persistentvolumeclaims";
const attachmentPrefix = "volumeattachments.storage.k8s.io";
const volumeOf = (object: JsonObject): string => String(part(object, "spec")["volumeName"] ?? "");
const isBound = (claim: JsonObject | null): boolean => part(claim, "status")["phase"] === "Bound";

const volumePrefix = "persistentvolumes";
const provisionedBy = "pv.kubernetes.io/provisioned-by";
/** Who may delete volumes by their policy. What people delete is their own affair, also with a policy of Retain. */
const reclaimers: readonly (string | undefined)[] = ["persistentvolume-binder controller", "local-path-provisioner controller", "csi-provisioner controller"];
const uidOfClaim = (volume: JsonObject): Json => part(part(volume, "spec"), "claimRef")["uid"] ?? null;

export const volumesBoundOnce: Invariant = {
  id: "S35",
  says: "a volume is bound to one claim, which it names, one for ReadWriteOnce is attached to one node, a claim gets one volume made, and no controller deletes one that is bound or to be retained",
  check: (change, live) => {
    if (isA(change, volumePrefix)) return deletedWrongly(change, live) ?? (change.type === "ADDED" ? madeTwice(change.key, change.value, live) : null);
    if (change.type === "DELETED") return null;
    if (isA(change, claimPrefix) && isBound(change.value)) return boundWrongly(change.key, change.value, change.prev, live);
    return isA(change, attachmentPrefix) && change.type === "ADDED" ? attachedTwice(change.key, change.value, live) : null;
  },
};

function boundWrongly(key: string, claim: JsonObject, before: JsonObject | null, live: LiveObjects): string | null {
  const name = volumeOf(claim);
  for (const [other, object] of all(live, claimPrefix)) if (other !== key && isBound(object) && volumeOf(object) === name) return `${name} is bound to ${other} too`;
  const volume = live.get(`persistentvolumes//${name}`);
  // Later the volume may go, or be taken by hand: then the claim is lost, but not at once.
  if (isBound(before) || volume === undefined) return null;
  const named = part(part(volume, "spec"), "claimRef")["uid"];
  return named === part(claim, "metadata")["uid"] ? null : `${name} names the claim ${String(named)}`;
}

function madeTwice(key: string, volume: JsonObject, live: LiveObjects): string | null {
  const uid = uidOfClaim(volume);
  const by = (object: JsonObject): Json => part(part(object, "metadata"), "annotations")[provisionedBy] ?? null;
  if (uid === null || by(volume) === null) return null;
  for (const [other, object] of all(live, volumePrefix)) if (other !== key && by(object) === by(volume) && uidOfClaim(object) === uid) return `${other} was made for the same claim`;
  return null;
}

/** Taken away by a controller: asked to go, or gone at once. */
function deletedWrongly({ type, value, prev, by }: ObservedRevision, live: LiveObjects): string | null {
  const isAsked = type === "MODIFIED" && part(value, "metadata")["deletionTimestamp"] !== undefined && part(prev, "metadata")["deletionTimestamp"] === undefined;
  if (!reclaimers.includes(by) || (!isAsked && (type !== "DELETED" || part(prev ?? value, "metadata")["deletionTimestamp"] !== undefined))) return null;
  const spec = part(prev ?? value, "spec");
  if (spec["persistentVolumeReclaimPolicy"] === "Retain") return `${String(by)} deleted it, and it is to be retained`;
  const { namespace, name, uid } = part(spec, "claimRef");
  const claim = live.get(`${claimPrefix}/${String(namespace)}/${String(name)}`);
  return claim !== undefined && part(claim, "metadata")["uid"] === uid && isBound(claim) && volumeOf(claim) === part(value, "metadata")["name"] ? `${String(by)} deleted it, and ${String(name)} is bound to it` : null;
}

function attachedTwice(key: string, attachment: JsonObject, live: LiveObjects): string | null {
  const { nodeName, source } = part(attachment, "spec");
  const name = (source as JsonObject | undefined)?.["persistentVolumeName"];
  const modes = (part(live.get(`persistentvolumes//${String(name)}`), "spec")["accessModes"] ?? []) as readonly string[];
  if (modes.length === 0 || modes.some((mode) => !mode.startsWith("ReadWriteOnce"))) return null;
  for (const [other, object] of all(live, attachmentPrefix)) {
    const spec = part(object, "spec");
    if (other !== key && part(spec, "source")["persistentVolumeName"] === name && spec["nodeName"] !== nodeName) return `${String(name)} is attached to ${String(spec["nodeName"])} too`;
  }
  return null;
}
