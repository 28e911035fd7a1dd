// Follows pkg/kubelet/kuberuntime/security_context_others.go (verifyRunAsNonRoot).
import type { Container, Pod } from "../../kinds/core/pod/types.ts";
import { imageUser } from "../images/users.ts";

/** Why a container that must not run as root, and is given no other user, may not be made; null: it may. */
export function nonRootError(pod: Pod, container: Container): string | null {
  const { namespace = "", name, uid } = pod.metadata;
  const where = `(pod: "${name}_${namespace}(${uid})", container: ${container.name})`;
  if ((container.securityContext?.runAsUser ?? pod.spec.securityContext?.runAsUser) === 0) return `container's runAsUser breaks non-root policy ${where}`;
  const user = imageUser(container.image ?? "");
  if (user === null) return null;
  const [account = ""] = user.split(":");
  if (account === "" || /^0+$/.test(account)) return `container has runAsNonRoot and image will run as root ${where}`;
  return /^\d+$/.test(account) ? null : `container has runAsNonRoot and image has non-numeric user (${account}), cannot verify user is non-root ${where}`;
}
