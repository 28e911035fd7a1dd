import type { JsonObject } from "../../base/json.ts";
import type { TraceEntry } from "../../sim/recording.ts";
import { all, isA, part, type LiveObjects, type ObservedRevision } from "./define.ts";

/** S6: what a list says is what the watch before it told. `listed`: by key, all that exists. */
export function listDiffers(live: LiveObjects, listed: LiveObjects): readonly string[] {
  const version = (object: JsonObject | undefined): string => String(part(object, "metadata")["resourceVersion"] ?? "nothing");
  return [...new Set([...live.keys(), ...listed.keys()])].filter((key) => version(live.get(key)) !== version(listed.get(key)))
    .map((key) => `S6: ${key}: the watch told ${version(live.get(key))}, the list says ${version(listed.get(key))}`);
}

/** L24: every ReplicaSet has as many pods as it wants. Asked where nothing has changed for a while. */
export function replicaSetsOff(live: LiveObjects): readonly string[] {
  const owned = new Map<string, number>();
  for (const [, pod] of all(live, "pods")) {
    const owner = ((part(pod, "metadata")["ownerReferences"] ?? []) as readonly JsonObject[]).find((each) => each["controller"] === true);
    const isActive = !["Succeeded", "Failed"].includes(String(part(pod, "status")["phase"])) && part(pod, "metadata")["deletionTimestamp"] === undefined;
    if (owner !== undefined && isActive) owned.set(String(owner["uid"]), (owned.get(String(owner["uid"])) ?? 0) + 1);
  }
  return [...all(live, "replicasets.apps")].flatMap(([key, set]) => {
    const wanted = Number(part(set, "spec")["replicas"]);
    const there = owned.get(String(part(set, "metadata")["uid"])) ?? 0;
    const told = Number(part(set, "status")["replicas"]);
    return wanted === there && wanted === told ? [] : [`L24: ${key} wants ${wanted}, has ${there} and says ${told}`];
  });
}

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

/** L40: what nobody asked for any more and yet was written. Nodes renew their leases and now and then tell their status. */
export function notQuiet(changes: readonly ObservedRevision[]): readonly string[] {
  const loud = changes.filter((change) => !isA(change, "leases.coordination.k8s.io") && !(isA(change, "nodes") && change.type === "MODIFIED"));
  return loud.length === 0 ? [] : [`L40: ${loud.length} writes when all was done: ${[...new Set(loud.map(({ type, key, by }) => `${type} ${key}${by === undefined ? "" : ` by ${by}`}`))].slice(0, 5).join("; ")}`];
}

/** S34: no request is lost without a word. `inFlight`: those that have no end yet. */
export function requestsOff({ sent, ended, inFlight }: { readonly sent: number; readonly ended: number; readonly inFlight: number }): readonly string[] {
  return sent === ended + inFlight ? [] : [`S34: ${sent} requests were sent, ${ended} have ended and ${inFlight} are on their way`];
}

/** S45: no process fell over by itself: crashes that somebody asked for are none. */
export function crashes(trace: readonly TraceEntry[]): readonly string[] {
  return trace.flatMap(({ process, body }) => {
    const { type, reason } = body as { readonly type?: string; readonly reason?: string };
    return type === "crash" && reason !== "crashed from outside" ? [`S45: ${process} crashed: ${reason}`] : [];
  });
}

/** S46: what a cluster at rest holds does not grow. Sizes of the whole state, taken some time apart. */
export function grows(before: number, after: number): readonly string[] {
  return after <= before * 1.1 ? [] : [`S46: the state of a cluster at rest grew from ${before} to ${after} characters`];
}
