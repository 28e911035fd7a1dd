import type { ObjectKey } from "../../apimachinery/gvk.ts";
import { compareQuantityTexts } from "../../apimachinery/quantity.ts";
import type { Change, ControllerDefinition, ReconcileContext, ReconcileResult } from "../../client/controller.ts";
import { persistentVolumeKind } from "../../kinds/core/persistentvolume/kind.ts";
import { persistentVolumeClaimKind } from "../../kinds/core/persistentvolumeclaim/kind.ts";
import type { PersistentVolumeClaim } from "../../kinds/core/persistentvolumeclaim/types.ts";
import { csiNodeKind } from "../../kinds/storage/csinode/kind.ts";
import { volumeAttachmentKind } from "../../kinds/storage/volumeattachment/kind.ts";
import type { VolumeAttachment } from "../../kinds/storage/volumeattachment/types.ts";
import { diskDriverName } from "../../kinds/volumes/diskDriver.ts";
import { syncAttachedVolume, syncAttachment } from "./attacher.ts";
import type { CloudDisks } from "./cloudDisks.ts";
import { provisionDisk, removeDisk } from "./diskProvisioner.ts";
import type { Provisioner } from "../provisioner/provisioner.ts";
import { growClaim } from "./resizer.ts";

// What runs in a driver's controller pod beside the provisioner. That pod is not simulated: this runs beside the cloud's controllers.

const volumePrefix = "volume";

/** Disks of the cloud: zonal, attached to one machine at a time. */
export function diskProvisioner(cloud: CloudDisks): Provisioner {
  return {
    name: diskDriverName,
    finalizer: "external-provisioner.volume.kubernetes.io/finalizer",
    provision: (request, ctx) => provisionDisk(cloud, request, ctx),
    remove: (volume, ctx) => removeDisk(cloud, volume, ctx),
  };
}

/** Acts on the VolumeAttachments of the driver. Keys are attachments, and volumes below the namespace "volume". */
export function createDiskAttacher(cloud: CloudDisks): ControllerDefinition {
  return {
    name: "csi-attacher",
    account: "csi-attacher",
    for: null,
    owns: [],
    watches: [
      { kind: volumeAttachmentKind, map: ({ object, change }) => attachmentKeys(object as VolumeAttachment, change) },
      { kind: persistentVolumeKind, map: ({ object }) => (object.metadata.deletionTimestamp === undefined ? [] : [{ namespace: volumePrefix, name: object.metadata.name }]) },
    ],
    reads: [csiNodeKind],
    concurrency: 10,
    reconcile(key: ObjectKey, ctx: ReconcileContext): ReconcileResult {
      if (key.namespace === volumePrefix) {
        const volume = ctx.lister(persistentVolumeKind).get({ namespace: "", name: key.name });
        return volume === null ? {} : syncAttachedVolume(volume, ctx);
      }
      const attachment = ctx.lister(volumeAttachmentKind).get(key);
      return attachment === null ? {} : syncAttachment(cloud, attachment, ctx);
    },
  };
}

function attachmentKeys({ metadata, spec }: VolumeAttachment, change: Change["change"]): readonly ObjectKey[] {
  const volume = spec.source.persistentVolumeName ?? "";
  return change === "deleted" ? [{ namespace: volumePrefix, name: volume }] : [{ namespace: "", name: metadata.name }];
}

/** Enlarges the disks of claims that ask for more. */
export function createDiskResizer(cloud: CloudDisks): ControllerDefinition {
  return {
    name: "csi-resizer",
    account: "csi-resizer",
    eventComponent: `external-resizer ${diskDriverName}`,
    for: null,
    owns: [],
    watches: [{ kind: persistentVolumeClaimKind, map: grownClaim }],
    reads: [persistentVolumeKind],
    reconcile(key: ObjectKey, ctx: ReconcileContext): ReconcileResult {
      const claim = ctx.lister(persistentVolumeClaimKind).get(key);
      return claim === null ? {} : growClaim(cloud, claim, ctx);
    },
  };
}

function grownClaim({ change, object }: Change): readonly ObjectKey[] {
  const { spec, status, metadata } = object as PersistentVolumeClaim;
  const held = status?.capacity?.["storage"];
  if (change === "deleted" || held === undefined || compareQuantityTexts(spec.resources?.requests?.["storage"] ?? "0", held) <= 0) return [];
  return [{ namespace: metadata.namespace ?? "", name: metadata.name }];
}
