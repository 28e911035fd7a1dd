import { sha256 } from "@noble/hashes/sha2.js";
import type { ReconcileContext } from "../../client/controller.ts";
import { decodeBase64Bytes, encodeBase64 } from "../../kinds/base64.ts";
import type { Node } from "../../kinds/core/node/types.ts";
import type { PersistentVolume } from "../../kinds/core/persistentvolume/types.ts";
import { persistentVolumeClaimKind } from "../../kinds/core/persistentvolumeclaim/kind.ts";
import { podKind } from "../../kinds/core/pod/kind.ts";
import { isPodTerminal } from "../../kinds/core/pod/podStatus.ts";
import type { Pod } from "../../kinds/core/pod/types.ts";
import { csiDriverKind } from "../../kinds/storage/csidriver/kind.ts";
import type { VolumeAttachment } from "../../kinds/storage/volumeattachment/types.ts";
import { podClaimIndex } from "../podsByClaim.ts";

/** The indexes that find attachments by their node and by their volume. */
export const attachmentNodeIndex = "attachmentNode";
export const attachmentVolumeIndex = "attachmentVolume";

export const attachmentIndexes = {
  [attachmentNodeIndex]: ({ spec }: VolumeAttachment): readonly string[] => [spec.nodeName],
  [attachmentVolumeIndex]: ({ spec }: VolumeAttachment): readonly string[] => [spec.source.persistentVolumeName ?? ""],
};

/** Follows pkg/volume/csi/csi_attacher.go (getAttachmentName). */
export function attachmentName(volume: PersistentVolume, node: string): string {
  const text = `${volume.spec.csi?.volumeHandle ?? ""}${volume.spec.csi?.driver ?? ""}${node}`;
  const digest = sha256(Uint8Array.from(decodeBase64Bytes(encodeBase64(text))));
  return `csi-${Array.from(digest, (byte) => byte.toString(16).padStart(2, "0")).join("")}`;
}

/** What a node's status calls the volume. */
export function attachedName(volume: PersistentVolume): string {
  return `kubernetes.io/csi/${volume.spec.csi?.driver ?? ""}^${volume.spec.csi?.volumeHandle ?? ""}`;
}

/** Only volumes of drivers are attached, and not those whose driver says that it needs none. */
export function needsAttachment(volume: PersistentVolume, ctx: ReconcileContext): boolean {
  const driver = volume.spec.csi?.driver;
  return driver !== undefined && ctx.lister(csiDriverKind).get({ namespace: "", name: driver })?.spec.attachRequired !== false;
}

/** A volume that several nodes may have at once. Follows pkg/volume/util/util.go (IsMultiAttachAllowed). */
export function isShared(volume: PersistentVolume): boolean {
  const modes = volume.spec.accessModes ?? [];
  return modes.length === 0 || modes.some((mode) => mode === "ReadWriteMany" || mode === "ReadOnlyMany");
}

/** The pods that have a volume, wherever they are; those that ended do not count. */
export function usersOf(volume: PersistentVolume, ctx: ReconcileContext): readonly Pod[] {
  const reference = volume.spec.claimRef;
  if (reference === undefined) return [];
  const key = { namespace: reference.namespace ?? "", name: reference.name ?? "" };
  if (ctx.lister(persistentVolumeClaimKind).get(key)?.spec.volumeName !== volume.metadata.name) return [];
  return ctx.lister(podKind).byIndex(podClaimIndex, `${key.namespace}/${key.name}`).filter((pod) => (pod.spec.nodeName ?? "") !== "" && !isOver(pod));
}

/** Follows pkg/volume/util/util.go (IsPodTerminated). */
function isOver(pod: Pod): boolean {
  const isStopped = (pod.status?.containerStatuses ?? []).every(({ state }) => state?.terminated !== undefined || state?.waiting !== undefined);
  return isPodTerminal(pod) || (pod.metadata.deletionTimestamp !== undefined && isStopped);
}

export function isNodeReady(node: Node | null): boolean {
  return node?.status?.conditions?.some(({ type, status }) => type === "Ready" && status === "True") === true;
}
