import { nodeAddress } from "../node/kubelet/options.ts";
import type { NodeSpec } from "../node/nodeSpec.ts";

/** A machine as its provider knows it. */
export interface Instance {
  readonly name: string;
  readonly zone: string;
  /** "orrery-4c-8g": its size. */
  readonly type: string;
  readonly address: string;
}

/** The n-th machine that ever was, from 1. */
export function instanceOf(node: NodeSpec, index: number): Instance {
  const gibibytes = Math.max(1, Math.round(node.memoryBytes / 2 ** 30));
  return { name: node.name, zone: node.zone, type: `orrery-${Math.max(1, Math.round(node.cpuMilli / 1000))}c-${gibibytes}g`, address: nodeAddress(index) };
}
