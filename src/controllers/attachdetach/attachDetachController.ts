import type { ObjectKey } from "../../apimachinery/gvk.ts";
import type { Json } from "../../base/json.ts";
import type { Change, ControllerContext, ControllerDefinition } from "../../client/controller.ts";
import { indexesOf } from "../../client/controller.ts";
import { nodeKind } from "../../kinds/core/node/kind.ts";
import type { Node } from "../../kinds/core/node/types.ts";
import { persistentVolumeKind } from "../../kinds/core/persistentvolume/kind.ts";
import { persistentVolumeClaimKind } from "../../kinds/core/persistentvolumeclaim/kind.ts";
import type { PersistentVolumeClaim } from "../../kinds/core/persistentvolumeclaim/types.ts";
import { podKind } from "../../kinds/core/pod/kind.ts";
import type { Pod } from "../../kinds/core/pod/types.ts";
import { csiDriverKind } from "../../kinds/storage/csidriver/kind.ts";
import { volumeAttachmentKind } from "../../kinds/storage/volumeattachment/kind.ts";
import type { VolumeAttachment } from "../../kinds/storage/volumeattachment/types.ts";
import { podClaimIndex, podClaimIndexOf } from "../podsByClaim.ts";
import { attachmentIndexes, attachmentNodeIndex, isNodeReady } from "./attachments.ts";
import { attachOrDetach } from "./attachPass.ts";

// Follows pkg/controller/volume/attachdetach/{attach_detach_controller,reconciler/reconciler}.go and pkg/volume/csi/csi_attacher.go. Keys are
// a node (as namespace) and a volume. Differs: upstream looks at all volumes ten times a second, here a change brings its key.

/** Attaches the volumes of drivers to the nodes of their pods, by VolumeAttachments that the drivers' attachers act on. */
export function createAttachDetachController(): ControllerDefinition {
  /** Keys of volumes that are to leave their node, and since when. */
  const leaving = new Map<string, number>();

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
    reconcile: (key, ctx) => attachOrDetach(key, leaving, ctx),
    snapshot: () => [...leaving],
    restore(data: Json) {
      leaving.clear();
      for (const [key, sinceUs] of data as unknown as readonly (readonly [string, number])[]) leaving.set(key, sinceUs);
    },
    reset: () => leaving.clear(),
  };
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
  const isSame = change === "updated" && node.status?.volumesInUse === before?.status?.volumesInUse && node.spec.taints === before?.spec.taints && isNodeReady(node) === isNodeReady(before);
  if (isSame || ctx.lister(volumeAttachmentKind).size === 0) return [];
  return ctx.lister(volumeAttachmentKind).byIndex(attachmentNodeIndex, node.metadata.name).map(({ spec }) => ({ namespace: node.metadata.name, name: spec.source.persistentVolumeName ?? "" }));
}
