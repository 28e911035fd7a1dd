import type { Pod } from "../../kinds/core/pod/types.ts";

export function podKey(pod: Pod): string {
  return `${pod.metadata.namespace ?? ""}/${pod.metadata.name}`;
}

/** The address that policies know a pod by: none of pods of the host's network, and none of those that have given theirs back. */
export function addressOf(pod: Pod): string {
  if (pod.spec.hostNetwork === true || hasEnded(pod)) return "";
  return pod.status?.podIP ?? "";
}

export function hasEnded(pod: Pod): boolean {
  return pod.status?.phase === "Succeeded" || pod.status?.phase === "Failed";
}

/** The number of a container's port with this name; null where there is none of that protocol. */
export function namedPort(pod: Pod, protocol: string, name: string): number | null {
  const sidecars = (pod.spec.initContainers ?? []).filter((container) => container.restartPolicy === "Always");
  for (const container of [...pod.spec.containers, ...sidecars]) {
    const port = container.ports?.find((candidate) => candidate.name === name && (candidate.protocol ?? "TCP") === protocol);
    if (port !== undefined) return port.containerPort;
  }
  return null;
}
