import type { PodSpec } from "../core/pod/types.ts";

/** What changed, for the message that refuses it. */
export function podSpecDiff(_old: PodSpec, _spec: PodSpec): string {
  return "";
}
