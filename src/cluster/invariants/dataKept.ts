import { all, part, type LiveObjects } from "./define.ts";
import type { JsonObject } from "../../base/json.ts";

/**
 * S35, of what lies on a volume that pods only add lines to: each line says how many are before it, as its writer saw them. Nothing that was there
 * is lost, and whoever came later saw all of it. `after`: null where it is gone.
 */
export function dataLost(before: string, after: string | null): string | null {
  if (after === null) return before === "" ? null : `${countOf(before)} lines are gone`;
  if (!after.startsWith(before)) return `it had ${countOf(before)} lines, ${JSON.stringify(before.slice(-40))}, and has ${countOf(after)}, ${JSON.stringify(after.slice(-40))}`;
  const wrong = after.split("\n").slice(0, -1).findIndex((line, at) => Number(line) !== at);
  return wrong < 0 ? null : `who wrote line ${wrong} saw ${String(after.split("\n")[wrong])} before it`;
}

const countOf = (text: string): number => text.split("\n").length - 1;

/** S35: a disk of the cloud is one machine's. */
export function attachedTwice(disks: Readonly<Record<string, { readonly nodes: readonly string[] }>>): readonly string[] {
  return Object.entries(disks).flatMap(([id, { nodes }]) => (nodes.length > 1 ? [`S35: disk ${id} is attached to ${nodes.join(" and ")}`] : []));
}

const phase = (object: JsonObject): string => String(part(object, "status")["phase"]);

/** L24, L35: where nothing has changed for a while, StatefulSets have their pods, claims their volumes, and disks are attached where a pod is that uses them. */
export function storageOff(live: LiveObjects): readonly string[] {
  const wrong: string[] = [];
  for (const [key, set] of all(live, "statefulsets.apps")) {
    const { readyReplicas = 0, currentRevision, updateRevision } = part(set, "status");
    const { replicas } = part(set, "spec");
    if (readyReplicas !== replicas || currentRevision !== updateRevision) wrong.push(`L24: ${key} wants ${String(replicas)}, and ${String(readyReplicas)} are ready`);
  }
  const used = new Set<string>();
  for (const [, pod] of all(live, "pods")) {
    const { volumes, nodeName } = part(pod, "spec");
    for (const volume of (volumes ?? []) as readonly JsonObject[]) {
      const claim = live.get(`persistentvolumeclaims/${String(part(pod, "metadata")["namespace"])}/${String(part(volume, "persistentVolumeClaim")["claimName"])}`);
      if (claim !== undefined && !["Succeeded", "Failed"].includes(phase(pod))) used.add(`${String(part(claim, "spec")["volumeName"])} ${String(nodeName)}`);
    }
  }
  for (const [key, claim] of all(live, "persistentvolumeclaims")) if (phase(claim) !== "Bound") wrong.push(`L35: ${key} is ${phase(claim)}`);
  for (const [key, volume] of all(live, "persistentvolumes")) {
    const isKept = phase(volume) === "Released" && part(volume, "spec")["persistentVolumeReclaimPolicy"] === "Retain";
    if (phase(volume) !== "Bound" && !isKept) wrong.push(`L35: ${key} is ${phase(volume)}`);
  }
  for (const [key, attachment] of all(live, "volumeattachments.storage.k8s.io")) {
    const { source, nodeName } = part(attachment, "spec");
    if (!used.has(`${String((source as JsonObject)["persistentVolumeName"])} ${String(nodeName)}`)) wrong.push(`L35: ${key} is there, and no pod on ${String(nodeName)} uses it`);
  }
  return wrong;
}
