import type { JsonObject } from "../../base/json.ts";
import { leaderElectionLost } from "../../client/leaderElection.ts";
import type { TraceEntry } from "../../sim/recording.ts";
import { all, part, type LiveObjects } from "./define.ts";

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

/** S22: no identity of a StatefulSet runs on two machines at once. `running`: for each identity, the machines whose runtime has it running. */
export function runsTwice(running: ReadonlyMap<string, readonly string[]>): readonly string[] {
  return [...running].flatMap(([identity, machines]) => (machines.length > 1 ? [`S22: ${identity} runs on ${machines.join(" and ")}`] : []));
}

/** S41: no two instances of a component do its work at once. `leading`: by lease, the processes that say that they lead. */
export function leadTwice(leading: ReadonlyMap<string, readonly string[]>): readonly string[] {
  return [...leading].flatMap(([lease, processes]) => (processes.length > 1 ? [`S41: ${processes.join(" and ")} lead by ${lease}`] : []));
}

/** S34: no request is lost without a word. `inFlight`: those that have no end yet. */
export function requestsOff({ sent, ended, inFlight }: { readonly sent: number; readonly ended: number; readonly inFlight: number }): readonly string[] {
  return sent === ended + inFlight ? [] : [`S34: ${sent} requests were sent, ${ended} have ended and ${inFlight} are on their way`];
}

/** S45: no process fell over by itself: crashes that somebody asked for are none, and who cannot renew its lease has to end. */
export function crashes(trace: readonly TraceEntry[]): readonly string[] {
  return trace.flatMap(({ process, body }) => {
    const { type, reason } = body as { readonly type?: string; readonly reason?: string };
    return type === "crash" && reason !== "crashed from outside" && reason !== leaderElectionLost ? [`S45: ${process} crashed: ${reason}`] : [];
  });
}

/** S46: what a cluster at rest holds does not grow. Sizes of the whole state, taken some time apart. */
export function grows(before: number, after: number): readonly string[] {
  return after <= before * 1.1 ? [] : [`S46: the state of a cluster at rest grew from ${before} to ${after} characters`];
}
