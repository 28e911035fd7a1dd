// Follows pkg/apis/core/v1/helper/qos/qos.go.
import { quantityMilli } from "../../../apimachinery/quantity.ts";
import type { Pod, ResourceRequirements } from "./types.ts";

export type QosClass = "Guaranteed" | "Burstable" | "BestEffort";

const counted = ["cpu", "memory"] as const;

/** The quality of service of a pod, from the CPU and memory that its containers (or the pod itself) request and are limited to. */
export function qosClass(pod: Pod): QosClass {
  const spec = pod.spec;
  const sources: readonly (ResourceRequirements | undefined)[] = hasPodLevelResources(spec.resources)
    ? [spec.resources]
    : [...spec.containers, ...(spec.initContainers ?? [])].map((container) => container.resources);
  const requested: Record<string, number> = {};
  const limited: Record<string, number> = {};
  let allLimited = true;
  for (const resources of sources) {
    for (const name of counted) {
      addTo(requested, name, resources?.requests?.[name]);
      if (!addTo(limited, name, resources?.limits?.[name])) allLimited = false;
    }
  }
  const requestedNames = Object.keys(requested);
  if (requestedNames.length === 0 && Object.keys(limited).length === 0) return "BestEffort";
  const requestsAreLimits = requestedNames.every((name) => requested[name] === limited[name]);
  return allLimited && requestsAreLimits && requestedNames.length === Object.keys(limited).length ? "Guaranteed" : "Burstable";
}

/** Whether the pod sets resources for itself as a whole (CPU, memory or huge pages). */
export function hasPodLevelResources(resources: ResourceRequirements | undefined): boolean {
  return [...Object.keys(resources?.requests ?? {}), ...Object.keys(resources?.limits ?? {})].some((name) => name === "cpu" || name === "memory" || name.startsWith("hugepages-"));
}

function addTo(sums: Record<string, number>, name: string, text: string | undefined): boolean {
  const milli = text === undefined ? 0 : quantityMilli(text);
  if (milli <= 0) return false;
  sums[name] = (sums[name] ?? 0) + milli;
  return true;
}
