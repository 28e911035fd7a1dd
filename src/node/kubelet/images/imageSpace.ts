// Follows pkg/kubelet/images/image_gc_manager.go (GarbageCollect).
import { imagePolicy } from "../../nodeSettings.ts";
import type { NodeSpec } from "../../nodeSpec.ts";

function usedPercent({ ephemeralStorageBytes }: NodeSpec, diskBytes: number): number {
  return 100 - Math.floor((Math.max(0, ephemeralStorageBytes - diskBytes) * 100) / ephemeralStorageBytes);
}

/** How much has to go so that the disk is only so full; null: it is not full enough for that. */
export function bytesToFree(node: NodeSpec, diskBytes: number): number | null {
  const { highPercent, lowPercent } = imagePolicy(node);
  const { ephemeralStorageBytes } = node;
  if (usedPercent(node, diskBytes) < highPercent) return null;
  return Math.floor((ephemeralStorageBytes * (100 - lowPercent)) / 100) - Math.max(0, ephemeralStorageBytes - diskBytes);
}

/** What is said where too little could go. */
export function insufficient(node: NodeSpec, diskBytes: number, freedBytes: number): string {
  return `Insufficient free disk space on the node's image filesystem (${usedPercent(node, diskBytes)}% of ${sizeText(node.ephemeralStorageBytes)} used). Failed to free sufficient space by deleting unused images (freed ${freedBytes} bytes). Investigate disk usage, as it could be used by active images, logs, volumes, or other data.`;
}

/** "26.4 GiB" */
function sizeText(bytes: number): string {
  const units = ["B", "KiB", "MiB", "GiB", "TiB"];
  let value = bytes;
  let unit = 0;
  while (value >= 1024 && unit < units.length - 1) {
    value /= 1024;
    unit++;
  }
  return unit === 0 ? `${bytes} B` : `${value.toFixed(1)} ${units[unit] ?? ""}`;
}
