import { all, isA, part, type LiveObjects, type ObservedRevision } from "./define.ts";

/** L24: a Deployment that is not held back has all its pods, of its present template, and says so. */
export function deploymentsOff(live: LiveObjects): readonly string[] {
  return [...all(live, "deployments.apps")].flatMap(([key, deployment]) => {
    const { replicas, paused } = part(deployment, "spec");
    const status = part(deployment, "status");
    const told = ["replicas", "updatedReplicas", "availableReplicas"].map((name) => Number(status[name] ?? 0));
    const knows = status["observedGeneration"] === part(deployment, "metadata")["generation"];
    return paused === true || (knows && told.every((count) => count === Number(replicas))) ? [] : [`L24: ${key} wants ${String(replicas)} and says ${told.join(", ")}${knows ? "" : " of an older spec"}`];
  });
}

/** L14: a namespace that was told to go goes, once nothing holds it. */
export function namespacesLeft(live: LiveObjects): readonly string[] {
  return [...all(live, "namespaces")].flatMap(([key, namespace]) => {
    if (part(namespace, "metadata")["deletionTimestamp"] === undefined) return [];
    const name = String(part(namespace, "metadata")["name"]);
    const holds = [...live].find(([, object]) => part(object, "metadata")["namespace"] === name && part(object, "metadata")["finalizers"] !== undefined);
    return holds === undefined ? [`L14: ${key} does not end`] : [];
  });
}

/**
 * L40: what nobody asked for any more and yet was written. Nodes renew their leases and now and then tell their status; the scheduler
 * looks every five minutes at pods that fit nowhere, and counts up the event that says so.
 */
export function notQuiet(changes: readonly ObservedRevision[]): readonly string[] {
  const counted = new Set<string>();
  const loud = changes.filter((change) => {
    if (isA(change, "leases.coordination.k8s.io")) return false;
    if (change.type !== "MODIFIED") return true;
    if (isA(change, "nodes")) return false;
    if (!isA(change, "events") || change.value["reason"] !== "FailedScheduling" || counted.has(change.key)) return true;
    counted.add(change.key);
    return false;
  });
  return loud.length === 0 ? [] : [`L40: ${loud.length} writes when all was done: ${[...new Set(loud.map(({ type, key, by }) => `${type} ${key}${by === undefined ? "" : ` by ${by}`}`))].slice(0, 5).join("; ")}`];
}
