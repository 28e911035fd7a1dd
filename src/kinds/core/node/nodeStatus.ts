import type { Node, NodeCondition } from "./types.ts";

export function nodeCondition(node: Node, type: string): NodeCondition | null {
  return node.status?.conditions?.find((condition) => condition.type === type) ?? null;
}

/** Whether the node's Ready condition is True. */
export function isNodeReady(node: Node): boolean {
  return nodeCondition(node, "Ready")?.status === "True";
}

/** The zone label, "" where there is none. */
export function nodeZone(node: Node): string {
  return node.metadata.labels?.["topology.kubernetes.io/zone"] ?? "";
}

/** The first address of a type, "" where there is none. */
export function nodeAddress(node: Node, type: string): string {
  return node.status?.addresses?.find((address) => address.type === type)?.address ?? "";
}
