import type { JsonObject } from "../../base/json.ts";
import { quantityMilli } from "../../apimachinery/quantity.ts";
import { all, isA, part, type Invariant } from "./define.ts";

function cpuMilli(pod: JsonObject): number {
  const containers = (part(pod, "spec")["containers"] ?? []) as readonly JsonObject[];
  return containers.reduce((sum, container) => sum + quantityMilli(String(part(part(container, "resources"), "requests")["cpu"] ?? "0")), 0);
}

function hasEnded(pod: JsonObject): boolean {
  return ["Succeeded", "Failed"].includes(String(part(pod, "status")["phase"]));
}

export const requestsFit: Invariant = {
  id: "S16",
  says: "the CPU that a node's pods ask for is at most what it can allocate, and so is their number",
  check: (change, live) => {
    if (!isA(change, "pods") || part(change.prev, "spec")["nodeName"] !== undefined) return null;
    const node = part(change.value, "spec")["nodeName"];
    if (typeof node !== "string" || change.type === "DELETED") return null;
    const allocatable = part(part(live.get(`nodes//${node}`), "status"), "allocatable");
    if (allocatable["cpu"] === undefined) return null;
    const pods = [...all(live, "pods")].map(([, pod]) => pod).filter((pod) => part(pod, "spec")["nodeName"] === node && !hasEnded(pod));
    const asked = pods.reduce((sum, pod) => sum + cpuMilli(pod), 0);
    if (asked > quantityMilli(String(allocatable["cpu"]))) return `${node} has ${String(allocatable["cpu"])} CPU, its pods ask for ${asked}m`;
    return pods.length > Number(allocatable["pods"]) ? `${node} takes ${String(allocatable["pods"])} pods and has ${pods.length}` : null;
  },
};
