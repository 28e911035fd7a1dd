// Follows component-helpers/resource/helpers.go.
import { addResources, combineResources, resourceAmounts, type ResourceAmounts } from "../../resourceAmounts.ts";
import { sumOfContainers } from "../../podAmounts.ts";
import type { Container, Pod, PodSpec } from "./types.ts";

export { addResources, maxResources, noResources, resourceAmounts, type ResourceAmounts } from "../../resourceAmounts.ts";

const requestsBySpec = new WeakMap<PodSpec, ResourceAmounts>();
const limitsBySpec = new WeakMap<PodSpec, ResourceAmounts>();

/**
 * What a pod needs of a node: the larger of its containers together and of the largest moment of its
 * initialization, sidecars counted in both, pod-level requests in place of the sum, overhead on top.
 */
export function podRequests(pod: Pod): ResourceAmounts {
  return podSpecRequests(pod.spec);
}

/** The same for the spec of a template. */
export function podSpecRequests(spec: PodSpec): ResourceAmounts {
  const known = requestsBySpec.get(spec);
  if (known !== undefined) return known;
  const ofContainers = sumOfContainers(spec, "requests");
  const requests = addResources(withPodLevel(ofContainers, spec.resources?.requests), resourceAmounts(spec.overhead));
  requestsBySpec.set(spec, requests);
  return requests;
}

/** The limits of a pod, by the same rules; overhead counts only for what is limited at all. */
export function podLimits(pod: Pod): ResourceAmounts {
  const spec = pod.spec;
  const known = limitsBySpec.get(spec);
  if (known !== undefined) return known;
  const limits = withPodLevel(sumOfContainers(spec, "limits"), spec.resources?.limits);
  const overhead = resourceAmounts(spec.overhead);
  const withOverhead = combineResources(limits, overhead, (limit, extra) => (limit === 0 ? 0 : limit + extra));
  limitsBySpec.set(spec, withOverhead);
  return withOverhead;
}

/** What one container asks for. */
export function containerRequests(container: Container): ResourceAmounts {
  return resourceAmounts(container.resources?.requests);
}

function withPodLevel(amounts: ResourceAmounts, podLevel: Readonly<Record<string, string>> | undefined): ResourceAmounts {
  if (podLevel === undefined) return amounts;
  const own = resourceAmounts(podLevel);
  const scalar: Record<string, number> = { ...amounts.scalar };
  for (const name of Object.keys(own.scalar)) {
    if (name.startsWith("hugepages-")) scalar[name] = own.scalar[name] ?? 0;
  }
  return {
    cpuMilli: podLevel.cpu === undefined ? amounts.cpuMilli : own.cpuMilli,
    memoryBytes: podLevel.memory === undefined ? amounts.memoryBytes : own.memoryBytes,
    ephemeralStorageBytes: amounts.ephemeralStorageBytes,
    scalar,
  };
}
