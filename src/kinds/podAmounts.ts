// Follows component-helpers/resource/helpers.go (AggregateContainerRequests).
import type { PodSpec } from "./core/pod/types.ts";
import { addResources, maxResources, noResources, resourceAmounts, type ResourceAmounts } from "./resourceAmounts.ts";

/** What the containers of a pod need: all of them together, or the largest moment of initialization, sidecars counted in both. */
export function sumOfContainers(spec: PodSpec, list: "requests" | "limits"): ResourceAmounts {
  let total = noResources;
  for (const container of spec.containers) total = addResources(total, resourceAmounts(container.resources?.[list]));
  let sidecars = noResources;
  let largestMoment = noResources;
  for (const container of spec.initContainers ?? []) {
    const own = resourceAmounts(container.resources?.[list]);
    if (container.restartPolicy === "Always") {
      total = addResources(total, own);
      sidecars = addResources(sidecars, own);
      largestMoment = maxResources(largestMoment, sidecars);
    } else {
      largestMoment = maxResources(largestMoment, addResources(own, sidecars));
    }
  }
  return maxResources(total, largestMoment);
}
