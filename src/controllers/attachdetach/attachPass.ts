import type { ObjectKey } from "../../apimachinery/gvk.ts";
import { parseRfc3339 } from "../../base/rfc3339.ts";
import { deepEqual } from "../../base/deepEqual.ts";
import type { ReconcileContext, ReconcileResult } from "../../client/controller.ts";
import { referenceTo } from "../../client/eventRecorder.ts";
import { createOp, deleteOp, patchOp } from "../../client/writes.ts";
import { nodeKind } from "../../kinds/core/node/kind.ts";
import type { Node } from "../../kinds/core/node/types.ts";
import { persistentVolumeKind } from "../../kinds/core/persistentvolume/kind.ts";
import type { PersistentVolume } from "../../kinds/core/persistentvolume/types.ts";
import type { Pod } from "../../kinds/core/pod/types.ts";
import { volumeAttachmentKind } from "../../kinds/storage/volumeattachment/kind.ts";
import type { VolumeAttachment } from "../../kinds/storage/volumeattachment/types.ts";
import { second } from "../../sim/time.ts";
import { attachedName, attachmentName, attachmentNodeIndex, attachmentVolumeIndex, isNodeReady, isShared, needsAttachment, usersOf } from "./attachments.ts";

/** How long an unmounted node may keep a volume that it says it uses. */
const forceAfterUs = 360 * second;
const attachTimeoutUs = 120 * second;
const managedAnnotation = "volumes.kubernetes.io/controller-managed-attach-detach";

/** What is due for a volume on a node. `leaving`: those that are to leave their node, and since when. */
export function attachOrDetach(key: ObjectKey, leaving: Map<string, number>, ctx: ReconcileContext): ReconcileResult {
  const volume = ctx.lister(persistentVolumeKind).get({ namespace: "", name: key.name });
  if (volume === null) return {};
  const attachment = ctx.lister(volumeAttachmentKind).get({ namespace: "", name: attachmentName(volume, key.namespace) });
  const users = usersOf(volume, ctx);
  const here = users.filter((pod) => pod.spec.nodeName === key.namespace);
  if (here.length === 0 && attachment !== null) return attachment.metadata.deletionTimestamp === undefined ? detach(key, volume, attachment, leaving, ctx) : {};
  leaving.delete(`${key.namespace}/${key.name}`);
  return here.length === 0 ? {} : attach(key, volume, attachment, here, users, ctx);
}

function detach(key: ObjectKey, volume: PersistentVolume, attachment: VolumeAttachment, leaving: Map<string, number>, ctx: ReconcileContext): ReconcileResult {
  const id = `${key.namespace}/${key.name}`;
  const sinceUs = leaving.get(id) ?? ctx.now;
  leaving.set(id, sinceUs);
  const node = ctx.lister(nodeKind).get({ namespace: "", name: key.namespace });
  const isInUse = node === null || node.status?.volumesInUse?.includes(attachedName(volume)) === true;
  const isOutOfService = node?.spec.taints?.some((taint) => taint.key === "node.kubernetes.io/out-of-service") === true;
  const leftUs = sinceUs + forceAfterUs - ctx.now;
  if (isInUse && !isOutOfService && leftUs > 0) return { requeueAfterUs: leftUs };
  // A node that answers is believed, however long it takes.
  if (isInUse && !isOutOfService && isNodeReady(node)) return {};
  ctx.because(isInUse ? `took volume ${key.name} from node ${key.namespace}, which does not answer` : `detached volume ${key.name} from node ${key.namespace}: no pod there uses it`);
  if (node !== null) reportAttached(node, key.name, null, ctx);
  ctx.write({ ...deleteOp(volumeAttachmentKind, { namespace: "", name: attachment.metadata.name }), tolerates: [404] });
  return {};
}

function attach(key: ObjectKey, volume: PersistentVolume, attachment: VolumeAttachment | null, here: readonly Pod[], users: readonly Pod[], ctx: ReconcileContext): ReconcileResult {
  const node = ctx.lister(nodeKind).get({ namespace: "", name: key.namespace });
  if (node === null || node.metadata.annotations?.[managedAnnotation] === undefined || !needsAttachment(volume, ctx)) return {};
  if (attachment?.metadata.deletionTimestamp !== undefined) {
    tell(here, "Warning", "FailedAttachVolume", `AttachVolume.Attach failed for volume ${JSON.stringify(key.name)} : volume attachment is being deleted`, ctx);
    return {};
  }
  if (attachment !== null) return awaitAttached(key, volume, attachment, node, here, ctx);
  const elsewhere = isShared(volume) ? undefined : ctx.lister(volumeAttachmentKind).byIndex(attachmentVolumeIndex, key.name).find(({ spec }) => spec.nodeName !== key.namespace);
  if (elsewhere !== undefined) {
    tellMultiAttach(volume, here, users.filter((pod) => pod.spec.nodeName === elsewhere.spec.nodeName), ctx);
    return {};
  }
  ctx.because(`asked ${volume.spec.csi?.driver ?? ""} to attach volume ${key.name} to node ${key.namespace}`);
  ctx.write({
    ...createOp(volumeAttachmentKind, { apiVersion: "storage.k8s.io/v1", kind: "VolumeAttachment", metadata: { name: attachmentName(volume, key.namespace) }, spec: { attacher: volume.spec.csi?.driver ?? "", nodeName: key.namespace, source: { persistentVolumeName: key.name } } }),
    tolerates: [409],
  });
  return { requeueAfterUs: attachTimeoutUs };
}

function awaitAttached(key: ObjectKey, volume: PersistentVolume, attachment: VolumeAttachment, node: Node, here: readonly Pod[], ctx: ReconcileContext): ReconcileResult {
  if (attachment.status?.attached === true) {
    if (reportAttached(node, null, volume, ctx)) tell(here, "Normal", "SuccessfulAttachVolume", `AttachVolume.Attach succeeded for volume ${JSON.stringify(key.name)} `, ctx);
    return {};
  }
  const failed = (why: string): void => tell(here, "Warning", "FailedAttachVolume", `AttachVolume.Attach failed for volume ${JSON.stringify(key.name)} : ${why}`, ctx);
  const error = attachment.status?.attachError?.message;
  const waitedUs = ctx.unixUs - (parseRfc3339(attachment.metadata.creationTimestamp) ?? 0);
  if (error !== undefined) failed(error);
  else if (waitedUs >= attachTimeoutUs) failed(`timed out waiting for external-attacher of ${attachment.spec.attacher} CSI driver to attach volume ${volume.spec.csi?.volumeHandle ?? ""}`);
  return { requeueAfterUs: waitedUs >= attachTimeoutUs ? attachTimeoutUs : attachTimeoutUs - waitedUs };
}

/** Writes what is attached into the node's status; false where it is there already. */
function reportAttached(node: Node, without: string | null, added: PersistentVolume | null, ctx: ReconcileContext): boolean {
  const volumes = ctx.lister(persistentVolumeKind);
  const names = ctx.lister(volumeAttachmentKind).byIndex(attachmentNodeIndex, node.metadata.name).flatMap(({ spec, status }) => {
    const volume = spec.source.persistentVolumeName === without ? null : volumes.get({ namespace: "", name: spec.source.persistentVolumeName ?? "" });
    return volume === null || status?.attached !== true ? [] : [attachedName(volume)];
  });
  const all = [...new Set(added === null ? names : [...names, attachedName(added)])].sort();
  const before = node.status?.volumesAttached ?? [];
  if (deepEqual(before.map(({ name }) => name).toSorted(), all)) return false;
  ctx.write({ ...patchOp(nodeKind, { namespace: "", name: node.metadata.name }, { status: { volumesAttached: all.map((name) => ({ name, devicePath: "" })) } }, "application/merge-patch+json", "status"), tolerates: [404] });
  return added !== null && !before.some(({ name }) => name === attachedName(added));
}

function tellMultiAttach(volume: PersistentVolume, here: readonly Pod[], others: readonly Pod[], ctx: ReconcileContext): void {
  // All pods of a claim are of its namespace.
  const why = others.length === 0 ? "Volume is already exclusively attached to one node and can't be attached to another" : `Volume is already used by pod(s) ${others.map((pod) => pod.metadata.name).join(", ")}`;
  tell(here, "Warning", "FailedAttachVolume", `Multi-Attach error for volume ${JSON.stringify(volume.metadata.name)} ${why}`, ctx);
}

function tell(pods: readonly Pod[], type: "Normal" | "Warning", reason: string, message: string, ctx: ReconcileContext): void {
  for (const pod of pods) ctx.event({ about: referenceTo(pod), type, reason, message });
}
