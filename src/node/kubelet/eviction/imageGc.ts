// Follows pkg/kubelet/images/image_gc_manager.go (GarbageCollect) and kubelet.go (StartGarbageCollection).
import type { NodeSpec } from "../../nodeSpec.ts";
import type { EvictionHost, EvictionState } from "./state.ts";

const periodUs = 300_000_000;
const highPercent = 85;
const lowPercent = 80;

/**
 * What the kubelet's own look at images, every five minutes, has to say of a disk that is this full. The eviction manager sees it first and
 * has removed every image that nobody uses, so there is nothing left for it to free.
 */
export function imageGc(before: EvictionState["imageGc"], now: number, diskBytes: number, host: EvictionHost): EvictionState["imageGc"] {
  const atUs = now - (now % periodUs);
  if (before !== undefined && before.atUs === atUs) return before;
  // The first time that comes after the disk ran full, not the one before.
  if (before === undefined) return { atUs, failures: 0 };
  const toFree = bytesToFree(host.node, diskBytes);
  if (toFree === null) return { atUs, failures: 0 };
  const message = `Failed to garbage collect required amount of images. Attempted to free ${toFree} bytes, but only found 0 bytes eligible to free.`;
  host.event("Warning", "FreeDiskSpaceFailed", message);
  if (before.failures > 0) host.event("Warning", "ImageGCFailed", message);
  return { atUs, failures: before.failures + 1 };
}

/** How much has to go so that the disk is only so full; null: it is not full enough for that. */
function bytesToFree({ ephemeralStorageBytes }: NodeSpec, diskBytes: number): number | null {
  const available = Math.max(0, ephemeralStorageBytes - diskBytes);
  const usedPercent = 100 - Math.floor((available * 100) / ephemeralStorageBytes);
  return usedPercent < highPercent ? null : Math.floor((ephemeralStorageBytes * (100 - lowPercent)) / 100) - available;
}
