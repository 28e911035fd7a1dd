// Follows pkg/kubelet/kuberuntime/security_context_others.go and containerd's containerd/oci (WithUser, WithAdditionalGIDs).
import type { Container, Pod } from "../../kinds/core/pod/types.ts";
import type { ProcessUser } from "../images/program.ts";

/** As whom a container's processes run where its spec says so; null: as its image has it. */
export function processUser(pod: Pod, container: Container): ProcessUser | null {
  const { runAsUser, runAsGroup, fsGroup, supplementalGroups = [] } = { ...pod.spec.securityContext, ...container.securityContext };
  if (runAsUser === undefined && runAsGroup === undefined && fsGroup === undefined && supplementalGroups.length === 0) return null;
  const gid = runAsGroup ?? 0;
  const groups = [...new Set([gid, ...(fsGroup === undefined ? [] : [fsGroup]), ...supplementalGroups])].sort((a, b) => a - b);
  return { uid: runAsUser ?? 0, gid, groups, ...(fsGroup === undefined ? {} : { fsGroup }) };
}
