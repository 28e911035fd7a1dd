import type { JsonObject } from "../../base/json.ts";
import { all, isA, part, type Invariant, type LiveObjects } from "./define.ts";

const claimPrefix = "persistentvolumeclaims";
const attachmentPrefix = "volumeattachments.storage.k8s.io";
const volumeOf = (object: JsonObject): string => String(part(object, "spec")["volumeName"] ?? "");
const isBound = (claim: JsonObject | null): boolean => part(claim, "status")["phase"] === "Bound";

/** What a policy of Retain forbids cannot be seen here: people may delete such volumes. */
export const volumesBoundOnce: Invariant = {
  id: "S35",
  says: "a volume is bound to one claim, which it names, and one for ReadWriteOnce is attached to one node",
  check: (change, live) => {
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
