// Follows pkg/kubelet/kuberuntime/security_context_others.go and containerd's containerd/oci (WithUser, WithAdditionalGIDs).
import type { PodSecurityContext } from "../../kinds/core/pod/types.ts";
import type { ProcessUser } from "../images/program.ts";

const none: readonly number[] = [];

/** As whom a container's processes run where its security context, over its pod's, says so; null: as its image has it. */
export function processUser({ runAsUser, runAsGroup, fsGroup, supplementalGroups = none }: PodSecurityContext): ProcessUser | null {
  if (runAsUser === undefined && runAsGroup === undefined && fsGroup === undefined && supplementalGroups.length === 0) return null;
  const gid = runAsGroup ?? 0;
  const groups = [...new Set([gid, ...(fsGroup === undefined ? [] : [fsGroup]), ...supplementalGroups])].sort((a, b) => a - b);
  return { uid: runAsUser ?? null, gid, groups, ...(fsGroup === undefined ? {} : { fsGroup }) };
}
