// Follows pkg/kubelet/images/image_gc_manager.go (GarbageCollect).
import type { NodeSpec } from "../../nodeSpec.ts";

/** What is said where too little could go. */
export function insufficient(node: NodeSpec, usedPercent: number, freedBytes: number): string {
  return `Insufficient free disk space on the node's image filesystem (${usedPercent}% of ${sizeText(node.ephemeralStorageBytes)} used). Failed to free sufficient space by deleting unused images (freed ${freedBytes} bytes). Investigate disk usage, as it could be used by active images, logs, volumes, or other data.`;
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
