import type { JsonObject } from "../../base/json.ts";
import { quantityBytes, quantityMilli } from "../../apimachinery/quantity.ts";
import { all, isA, part, type Invariant } from "./define.ts";

function containersOf(pod: JsonObject): readonly JsonObject[] {
  return (part(pod, "spec")["containers"] ?? []) as readonly JsonObject[];
}

function requested(pod: JsonObject, resource: string, amountOf: (quantity: string) => number): number {
  return containersOf(pod).reduce((sum, container) => sum + amountOf(String(part(part(container, "resources"), "requests")[resource] ?? "0")), 0);
}

/** "TCP 80 at 0.0.0.0" */
function hostPorts(pod: JsonObject): readonly string[] {
  return containersOf(pod).flatMap((container) => (container["ports"] ?? []) as readonly JsonObject[])
    .filter((port) => Number(port["hostPort"] ?? 0) > 0)
    .map((port) => `${String(port["protocol"] ?? "TCP")} ${String(port["hostPort"])} at ${String(port["hostIP"] ?? "0.0.0.0")}`);
}

function hasEnded(pod: JsonObject): boolean {
  return ["Succeeded", "Failed"].includes(String(part(pod, "status")["phase"]));
}

export const requestsFit: Invariant = {
  id: "S16",
  says: "the CPU and memory that a node's pods ask for are at most what it can allocate, and so is their number; no two have one port of the host",
  check: (change, live) => {
    if (!isA(change, "pods") || part(change.prev, "spec")["nodeName"] !== undefined) return null;
    const node = part(change.value, "spec")["nodeName"];
    if (typeof node !== "string" || change.type === "DELETED") return null;
    const allocatable = part(part(live.get(`nodes//${node}`), "status"), "allocatable");
    if (allocatable["cpu"] === undefined) return null;
    const pods = [...all(live, "pods")].map(([, pod]) => pod).filter((pod) => part(pod, "spec")["nodeName"] === node && !hasEnded(pod));
    const asked = pods.reduce((sum, pod) => sum + requested(pod, "cpu", quantityMilli), 0);
    const bytes = pods.reduce((sum, pod) => sum + requested(pod, "memory", quantityBytes), 0);
    const own = hostPorts(change.value);
    const clash = own.find((port) => pods.filter((pod) => hostPorts(pod).includes(port)).length > 1);
    if (clash !== undefined) return `two pods of ${node} have ${clash}`;
    if (allocatable["memory"] !== undefined && bytes > quantityBytes(String(allocatable["memory"]))) return `${node} has ${String(allocatable["memory"])} of memory, its pods ask for ${bytes}`;
    if (asked > quantityMilli(String(allocatable["cpu"]))) return `${node} has ${String(allocatable["cpu"])} CPU, its pods ask for ${asked}m`;
    return pods.length > Number(allocatable["pods"]) ? `${node} takes ${String(allocatable["pods"])} pods and has ${pods.length}` : null;
  },
};
