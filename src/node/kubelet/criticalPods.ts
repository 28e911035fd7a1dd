// Follows pkg/kubelet/types/pod_update.go (IsCriticalPod).
import type { Pod } from "../../kinds/core/pod/types.ts";

/** Static pods, their mirrors and what the system depends on: never ended for the sake of others, and others are ended for theirs. */
export function isCritical(pod: Pod): boolean {
  return pod.metadata.annotations?.["kubernetes.io/config.source"] === "file" || pod.metadata.annotations?.["kubernetes.io/config.mirror"] !== undefined || (pod.spec.priority ?? 0) >= 2_000_000_000;
}
