// Follows pkg/kubelet/eviction/helpers.go and pkg/kubelet/apis/config/v1beta1/defaults_linux.go (DefaultEvictionHard).
import type { NodeSpec } from "../../nodeSpec.ts";
import type { Stats } from "../stats/statsTexts.ts";

export type Pressure = "MemoryPressure" | "DiskPressure";

export interface Signal {
  readonly name: "memory.available" | "imagefs.available";
  readonly condition: Pressure;
  /** What the node is low on. */
  readonly resource: "memory" | "ephemeral-storage";
  thresholdBytes(node: NodeSpec): number;
  availableBytes(node: NodeSpec, stats: Stats): number;
}

const mebibyte = 1024 * 1024;

/** memory.available<100Mi, imagefs.available<15%: images, logs and volumes share one file system, whose nodefs.available<10% is never met first. */
export const signals: readonly Signal[] = [
  {
    name: "memory.available", condition: "MemoryPressure", resource: "memory",
    thresholdBytes: () => 100 * mebibyte,
    availableBytes: (node, stats) => Math.max(0, node.memoryBytes - stats.memoryBytes),
  },
  {
    name: "imagefs.available", condition: "DiskPressure", resource: "ephemeral-storage",
    thresholdBytes: (node) => Math.floor((node.ephemeralStorageBytes * 15) / 100),
    availableBytes: (node, stats) => Math.max(0, node.ephemeralStorageBytes - stats.diskBytes),
  },
];
