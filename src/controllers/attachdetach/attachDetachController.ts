import type { ObjectKey } from "../../apimachinery/gvk.ts";
import { parseRfc3339 } from "../../base/rfc3339.ts";
import { deepEqual } from "../../base/deepEqual.ts";
import type { Json } from "../../base/json.ts";
import type { Change, ControllerContext, ControllerDefinition, ReconcileContext, ReconcileResult } from "../../client/controller.ts";
import { indexesOf } from "../../client/controller.ts";
import { referenceTo } from "../../client/eventRecorder.ts";
import { createOp, deleteOp, patchOp } from "../../client/writes.ts";
import { nodeKind } from "../../kinds/core/node/kind.ts";
import type { Node } from "../../kinds/core/node/types.ts";
import { persistentVolumeKind } from "../../kinds/core/persistentvolume/kind.ts";
import type { PersistentVolume } from "../../kinds/core/persistentvolume/types.ts";
import { persistentVolumeClaimKind } from "../../kinds/core/persistentvolumeclaim/kind.ts";
import type { PersistentVolumeClaim } from "../../kinds/core/persistentvolumeclaim/types.ts";
import { podKind } from "../../kinds/core/pod/kind.ts";
import type { Pod } from "../../kinds/core/pod/types.ts";
import { csiDriverKind } from "../../kinds/storage/csidriver/kind.ts";
import { volumeAttachmentKind } from "../../kinds/storage/volumeattachment/kind.ts";
import type { VolumeAttachment } from "../../kinds/storage/volumeattachment/types.ts";
import { second } from "../../sim/time.ts";
import { podClaimIndex, podClaimIndexOf } from "../podsByClaim.ts";
import { attachedName, attachmentIndexes, attachmentName, attachmentNodeIndex, attachmentVolumeIndex, isShared, needsAttachment, usersOf } from "./attachments.ts";

// Follows pkg/controller/volume/attachdetach/{attach_detach_controller,reconciler/reconciler}.go and pkg/volume/csi/csi_attacher.go. Keys are
// a node (as namespace) and a volume. Differs: upstream looks at all volumes ten times a second, here a change brings its key.

/** How long an unmounted node may keep a volume that it says it uses. */
const forceAfterUs = 360 * second;
const attachTimeoutUs = 120 * second;
const managedAnnotation = "volumes.kubernetes.io/controller-managed-attach-detach";

/** Attaches the volumes of drivers to the nodes of their pods, by VolumeAttachments that the drivers' attachers act on. */
export function createAttachDetachController(): ControllerDefinition {
  /** Keys of volumes that are to leave their node, and since when. */
  const leaving = new Map<string, number>();

  const detach = (key: ObjectKey, volume: PersistentVolume, attachment: VolumeAttachment, ctx: ReconcileContext): ReconcileResult => {
    const id = `${key.namespace}/${key.name}`;
    const sinceUs = leaving.get(id) ?? ctx.now;
    leaving.set(id, sinceUs);
    const node = ctx.lister(nodeKind).get({ namespace: "", name: key.namespace });
    const isInUse = node === null || node.status?.volumesInUse?.includes(attachedName(volume)) === true;
    const isOutOfService = node?.spec.taints?.some((taint) => taint.key === "node.kubernetes.io/out-of-service") === true;
    const leftUs = sinceUs + forceAfterUs - ctx.now;
    if (isInUse && !isOutOfService && leftUs > 0) return { requeueAfterUs: leftUs };
    // A node that answers is believed, however long it takes.
    if (isInUse && !isOutOfService && isReady(node)) return {};
    ctx.because(isInUse ? `took volume ${key.name} from node ${key.namespace}, which does not answer` : `detached volume ${key.name} from node ${key.namespace}: no pod there uses it`);
    if (node !== null) reportAttached(node, key.name, null, ctx);
    ctx.write({ ...deleteOp(volumeAttachmentKind, { namespace: "", name: attachment.metadata.name }), tolerates: [404] });
    return {};
  };

  const reconcile = (key: ObjectKey, ctx: ReconcileContext): ReconcileResult => {
    const volume = ctx.lister(persistentVolumeKind).get({ namespace: "", name: key.name });
    if (volume === null) return {};
    const attachment = ctx.lister(volumeAttachmentKind).get({ namespace: "", name: attachmentName(volume, key.namespace) });
    const users = usersOf(volume, ctx);
    const here = users.filter((pod) => pod.spec.nodeName === key.namespace);
    if (here.length === 0 && attachment !== null) return attachment.metadata.deletionTimestamp === undefined ? detach(key, volume, attachment, ctx) : {};
    leaving.delete(`${key.namespace}/${key.name}`);
    return here.length === 0 ? {} : attach(key, volume, attachment, here, users, ctx);
  };

  return {
    name: "attachdetach",
    account: "attachdetach-controller",
    eventComponent: "attachdetach-controller",
    for: null,
    owns: [],
    watches: [
      { kind: podKind, map: ({ object }, ctx) => keysOfPod(object as Pod, ctx) },
      { kind: persistentVolumeClaimKind, map: claimBound },
      { kind: volumeAttachmentKind, map: attachmentChanged },
      { kind: nodeKind, map: nodeChanged },
    ],
    reads: [persistentVolumeKind, csiDriverKind],
    indexes: [indexesOf(podKind, { [podClaimIndex]: podClaimIndexOf }), indexesOf(volumeAttachmentKind, attachmentIndexes)],
    reconcile,
    snapshot: () => [...leaving],
    restore(data: Json) {
      leaving.clear();
      for (const [key, sinceUs] of data as unknown as readonly (readonly [string, number])[]) leaving.set(key, sinceUs);
    },
    reset: () => leaving.clear(),
  };
}

function isReady(node: Node | null): boolean {
  return node?.status?.conditions?.some(({ type, status }) => type === "Ready" && status === "True") === true;
}

function keysOfPod(pod: Pod, ctx: ControllerContext): readonly ObjectKey[] {
  const node = pod.spec.nodeName ?? "";
  const names = node === "" ? [] : podClaimIndexOf(pod);
  if (names.length === 0) return [];
  const namespace = pod.metadata.namespace ?? "";
  return names.flatMap((key) => {
    const volume = ctx.lister(persistentVolumeClaimKind).get({ namespace, name: key.slice(namespace.length + 1) })?.spec.volumeName ?? "";
    return volume === "" ? [] : [{ namespace: node, name: volume }];
  });
}

function claimBound({ change, object }: Change, ctx: ControllerContext): readonly ObjectKey[] {
  const claim = object as PersistentVolumeClaim;
  if (change === "deleted" || (claim.spec.volumeName ?? "") === "") return [];
  return podsOfClaim(claim.metadata.namespace ?? "", claim.metadata.name, ctx).map((pod) => ({ namespace: pod.spec.nodeName ?? "", name: claim.spec.volumeName ?? "" }));
}

function podsOfClaim(namespace: string, name: string, ctx: ControllerContext): readonly Pod[] {
  return ctx.lister(podKind).byIndex(podClaimIndex, `${namespace}/${name}`).filter((pod) => (pod.spec.nodeName ?? "") !== "");
}

/** A volume that was given back may go to the next node that waits for it. */
function attachmentChanged({ change, object }: Change, ctx: ControllerContext): readonly ObjectKey[] {
  const { nodeName, source } = (object as VolumeAttachment).spec;
  const name = source.persistentVolumeName ?? "";
  const key = { namespace: nodeName, name };
  const reference = change === "deleted" ? ctx.lister(persistentVolumeKind).get({ namespace: "", name })?.spec.claimRef : undefined;
  if (reference === undefined) return name === "" ? [] : [key];
  return [key, ...podsOfClaim(reference.namespace ?? "", reference.name ?? "", ctx).map((pod) => ({ namespace: pod.spec.nodeName ?? "", name }))];
}

function nodeChanged({ change, object, old }: Change, ctx: ControllerContext): readonly ObjectKey[] {
  const node = object as Node;
  const before = old as Node | null;
  const isSame = change === "updated" && node.status?.volumesInUse === before?.status?.volumesInUse && node.spec.taints === before?.spec.taints && isReady(node) === isReady(before);
  if (isSame || ctx.lister(volumeAttachmentKind).size === 0) return [];
  return ctx.lister(volumeAttachmentKind).byIndex(attachmentNodeIndex, node.metadata.name).map(({ spec }) => ({ namespace: node.metadata.name, name: spec.source.persistentVolumeName ?? "" }));
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
