import type { Pod } from "../kinds/core/pod/types.ts";

/** The index that finds the pods bound to a node. */
export const nodeNameIndex = "nodeName";

export function nodeNameIndexOf(pod: Pod): readonly string[] {
  const { nodeName } = pod.spec;
  return nodeName === undefined || nodeName === "" ? [] : [nodeName];
}
