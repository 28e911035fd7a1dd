import type { KubeObject } from "../apimachinery/objectMeta.ts";
import { compareQuantityTexts } from "../apimachinery/quantity.ts";
import { deepEqual } from "../base/deepEqual.ts";
import type { CSIDriver } from "../kinds/storage/csidriver/types.ts";
import type { CSINode } from "../kinds/storage/csinode/types.ts";
import type { CSIStorageCapacity } from "../kinds/storage/csistoragecapacity/types.ts";
import type { StorageClass } from "../kinds/storage/storageclass/types.ts";
import type { ClusterEvent } from "./framework.ts";

/**
 * What a change of storage may do for pods that wait, or null. Follows the queueing hints of
 * pkg/scheduler/framework/plugins/{volumebinding/volume_binding,nodevolumelimits/csi}.go.
 */
export function storageEvent(plural: string, change: "added" | "updated" | "deleted", object: KubeObject, old: KubeObject | null): ClusterEvent | null {
  if (plural === "volumeattachments") return change === "deleted" ? "detached" : null;
  if (change === "deleted") return null;
  if (plural === "persistentvolumeclaims") return "claimChange";
  if (plural === "persistentvolumes") return "volumeChange";
  if (plural === "storageclasses") return old === null || !deepEqual((object as StorageClass).allowedTopologies ?? [], (old as StorageClass).allowedTopologies ?? []) ? "classChange" : null;
  if (plural === "csinodes") return old === null || takesMore(object as CSINode, old as CSINode) ? "csiNodeChange" : null;
  if (plural === "csistoragecapacities") return old === null || hasMore(object as CSIStorageCapacity, old as CSIStorageCapacity) ? "capacityChange" : null;
  if (plural !== "csidrivers" || old === null) return null;
  return (old as CSIDriver).spec.storageCapacity === true && (object as CSIDriver).spec.storageCapacity !== true ? "capacityChange" : null;
}

function takesMore(now: CSINode, before: CSINode): boolean {
  const limits = new Map((before.spec.drivers ?? []).map(({ name, allocatable }) => [name, allocatable?.count ?? 0]));
  return (now.spec.drivers ?? []).some(({ name, allocatable }) => (allocatable?.count ?? 0) > (limits.get(name) ?? 0));
}

function hasMore(now: CSIStorageCapacity, before: CSIStorageCapacity): boolean {
  const limit = now.maximumVolumeSize ?? now.capacity;
  const earlier = before.maximumVolumeSize ?? before.capacity;
  return limit !== undefined && (earlier === undefined || compareQuantityTexts(limit, earlier) > 0);
}
