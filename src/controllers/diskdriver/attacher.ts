// Follows kubernetes-csi/external-attacher/pkg/controller/csi_handler.go.
import type { ReconcileContext, ReconcileResult } from "../../client/controller.ts";
import { patchOp } from "../../client/writes.ts";
import type { Json } from "../../base/json.ts";
import { persistentVolumeKind } from "../../kinds/core/persistentvolume/kind.ts";
import type { PersistentVolume } from "../../kinds/core/persistentvolume/types.ts";
import { csiNodeKind } from "../../kinds/storage/csinode/kind.ts";
import { volumeAttachmentKind } from "../../kinds/storage/volumeattachment/kind.ts";
import type { VolumeAttachment } from "../../kinds/storage/volumeattachment/types.ts";
import { diskDriverName } from "../../kinds/volumes/diskDriver.ts";
import { second } from "../../sim/time.ts";
import { diskHeard, faultHeard, type CloudDisks } from "./cloudDisks.ts";

/** On attachments and on volumes: not to be forgotten before the disk was given back. */
export const attacherFinalizer = `external-attacher/${diskDriverName.replaceAll(".", "-")}`;

const pollUs = 1 * second;
const merge = "application/merge-patch+json";

/** Attaches a disk to its machine, or gives it back where the attachment is being deleted. */
export function syncAttachment(cloud: CloudDisks, attachment: VolumeAttachment, ctx: ReconcileContext): ReconcileResult {
  if (attachment.spec.attacher !== diskDriverName) return {};
  return attachment.metadata.deletionTimestamp === undefined ? attach(cloud, attachment, ctx) : detach(cloud, attachment, ctx);
}

/** A volume that is being deleted loses the finalizer when nothing is attached any more. */
export function syncAttachedVolume(volume: PersistentVolume, ctx: ReconcileContext): ReconcileResult {
  const { finalizers = [], deletionTimestamp, name } = volume.metadata;
  if (deletionTimestamp === undefined || !finalizers.includes(attacherFinalizer)) return {};
  if (ctx.lister(volumeAttachmentKind).list(null).some(({ spec }) => spec.source.persistentVolumeName === name)) return {};
  ctx.write(finalizersOp(volume, finalizers.filter((each) => each !== attacherFinalizer), persistentVolumeKind));
  return {};
}

function finalizersOp(object: PersistentVolume | VolumeAttachment, finalizers: readonly string[], kind: typeof persistentVolumeKind | typeof volumeAttachmentKind) {
  const { name, resourceVersion } = object.metadata;
  return { ...patchOp(kind, { namespace: "", name }, { metadata: { finalizers: finalizers.length === 0 ? null : finalizers, resourceVersion } } as unknown as Json, merge), tolerates: [404] };
}

function statusOp(attachment: VolumeAttachment, status: Json) {
  return { ...patchOp(volumeAttachmentKind, { namespace: "", name: attachment.metadata.name }, { status } as unknown as Json, merge, "status"), tolerates: [404] };
}

function attach(cloud: CloudDisks, attachment: VolumeAttachment, ctx: ReconcileContext): ReconcileResult {
  if (attachment.status?.attached === true) return {};
  const { nodeName, source } = attachment.spec;
  const finalizers = attachment.metadata.finalizers ?? [];
  if (!finalizers.includes(attacherFinalizer)) {
    ctx.write(finalizersOp(attachment, [...finalizers, attacherFinalizer], volumeAttachmentKind));
    return {};
  }
  const volume = ctx.lister(persistentVolumeKind).get({ namespace: "", name: source.persistentVolumeName ?? "" });
  if (volume === null) return refused(attachment, `persistentvolume ${JSON.stringify(source.persistentVolumeName ?? "")} not found`, ctx);
  if (volume.metadata.finalizers?.includes(attacherFinalizer) !== true) {
    if (volume.metadata.deletionTimestamp !== undefined) return refused(attachment, `PersistentVolume ${JSON.stringify(volume.metadata.name)} is marked for deletion`, ctx);
    ctx.write(finalizersOp(volume, [...(volume.metadata.finalizers ?? []), attacherFinalizer], persistentVolumeKind));
    return { requeueAfterUs: pollUs };
  }
  const driver = ctx.lister(csiNodeKind).get({ namespace: "", name: nodeName })?.spec.drivers?.find(({ name }) => name === diskDriverName);
  if (driver === undefined) return refused(attachment, `CSINode ${nodeName} does not contain driver ${diskDriverName}`, ctx);
  const handle = volume.spec.csi?.volumeHandle ?? "";
  if (wasDone(cloud, "attach", handle, nodeName) && diskHeard(cloud, handle)?.nodes.includes(nodeName) === true) {
    ctx.because(`attached disk ${handle} to ${nodeName}`);
    ctx.write(statusOp(attachment, { attached: true, attachError: null, attachmentMetadata: { devicePath: `/dev/disk/by-id/orrery-${handle}` } }));
    return {};
  }
  const fault = faultHeard(cloud, "attach", handle, nodeName);
  cloud.ask("attach", handle, { node: nodeName });
  forgetDone(cloud, "detach", handle, nodeName);
  return fault === null ? { requeueAfterUs: pollUs } : refused(attachment, fault, ctx);
}

/** Whether the provider said, since it was last asked, that the operation is done. */
function wasDone(cloud: CloudDisks, op: "attach" | "detach", handle: string, node: string): boolean {
  return cloud.outside.heard(`fault ${op} ${handle} ${node}`) === null;
}

/** What was done before is undone by what is asked now. */
function forgetDone(cloud: CloudDisks, op: "attach" | "detach", handle: string, node: string): void {
  if (wasDone(cloud, op, handle, node)) cloud.outside.forget(`fault ${op} ${handle} ${node}`);
}

/** Said once for each cause; the error makes that it is tried again, later and later. */
function refused(attachment: VolumeAttachment, message: string, ctx: ReconcileContext): ReconcileResult {
  if (attachment.status?.attachError?.message === message) return { error: message };
  ctx.write(statusOp(attachment, { attached: false, attachError: { message, time: ctx.timestamp } }));
  return { requeueAfterUs: pollUs };
}

function detach(cloud: CloudDisks, attachment: VolumeAttachment, ctx: ReconcileContext): ReconcileResult {
  const finalizers = attachment.metadata.finalizers ?? [];
  if (!finalizers.includes(attacherFinalizer)) return {};
  const { nodeName, source } = attachment.spec;
  const handle = ctx.lister(persistentVolumeKind).get({ namespace: "", name: source.persistentVolumeName ?? "" })?.spec.csi?.volumeHandle ?? source.persistentVolumeName ?? "";
  // What the provider said of the disk before does not do: it may be attaching it.
  if (!cloud.isGone(handle) && !wasDone(cloud, "detach", handle, nodeName)) {
    const fault = faultHeard(cloud, "detach", handle, nodeName);
    cloud.ask("detach", handle, { node: nodeName });
    forgetDone(cloud, "attach", handle, nodeName);
    return fault === null ? { requeueAfterUs: pollUs } : { error: fault };
  }
  ctx.because(`gave disk ${handle} back from ${nodeName}`);
  ctx.write(finalizersOp(attachment, finalizers.filter((each) => each !== attacherFinalizer), volumeAttachmentKind));
  return {};
}
