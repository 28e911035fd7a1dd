import type { JsonObject } from "../../base/json.ts";
import { all, isA, part, type Invariant, type LiveObjects } from "./define.ts";

function daemonSetOf(pod: JsonObject): JsonObject | null {
  const owners = (part(pod, "metadata")["ownerReferences"] ?? []) as readonly JsonObject[];
  return owners.find((owner) => owner["controller"] === true && owner["kind"] === "DaemonSet") ?? null;
}

/** Where the pod is, or where its affinity sends it. */
function nodeOf(pod: JsonObject): string {
  const spec = part(pod, "spec");
  if (typeof spec["nodeName"] === "string") return spec["nodeName"];
  const required = part(part(part(spec, "affinity"), "nodeAffinity"), "requiredDuringSchedulingIgnoredDuringExecution");
  const [term] = (required["nodeSelectorTerms"] ?? []) as readonly JsonObject[];
  const [field] = (term?.["matchFields"] ?? []) as readonly JsonObject[];
  return String(((field?.["values"] ?? []) as readonly string[])[0] ?? "");
}

function counts(pod: JsonObject): boolean {
  const phase = part(pod, "status")["phase"];
  return part(pod, "metadata")["deletionTimestamp"] === undefined && phase !== "Failed" && phase !== "Succeeded";
}

function mostOnNode(set: JsonObject | undefined): number {
  if (set === undefined) return 1;
  const rolling = part(part(part(set, "spec"), "updateStrategy"), "rollingUpdate");
  const surge = rolling["maxSurge"] ?? 0;
  // What it knew when it acted may be of an earlier generation.
  const acted = part(set, "status")["observedGeneration"] === part(set, "metadata")["generation"];
  return (surge === 0 || surge === "0%") && acted ? 1 : 2;
}

function others(change: JsonObject, uid: unknown, key: string, live: LiveObjects): number {
  const node = nodeOf(change);
  let count = 0;
  for (const [other, pod] of all(live, "pods")) if (other !== key && counts(pod) && daemonSetOf(pod)?.["uid"] === uid && nodeOf(pod) === node) count += 1;
  return count;
}

/** Only what it makes is its doing: orphans may be adopted where there is one already, and go then. */
export const daemonOnePerNode: Invariant = {
  id: "S27",
  says: "a DaemonSet makes no second pod for a node, but for one in a surge",
  check: (change, live) => {
    if (change.type !== "ADDED" || !isA(change, "pods")) return null;
    const owner = daemonSetOf(change.value);
    if (owner === null) return null;
    const [, namespace = ""] = change.key.split("/");
    const most = mostOnNode(live.get(`daemonsets.apps/${namespace}/${String(owner["name"])}`));
    const there = others(change.value, owner["uid"], change.key, live) + 1;
    return there > most ? `${there} pods for node ${nodeOf(change.value)}, ${most} allowed` : null;
  },
};
