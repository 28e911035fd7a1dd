// Follows component-helpers/resource/helpers.go (PodRequests, PodLimits): what a pod asks for, as exact amounts.
import type { Quantity } from "../../apimachinery/quantity.ts";
import { podCondition } from "../core/pod/podStatus.ts";
import type { Container, Pod } from "../core/pod/types.ts";
import { addTo, amountsOf, masked, raiseTo, type Amounts } from "./amounts.ts";

type ListName = "requests" | "limits";

interface Totals {
  /** Counts a running container's present resources, the overhead and all that a pod may set for itself as a whole. */
  readonly forQuota: boolean;
}

/** All containers together, or the largest moment of initialization; sidecars count in both. */
export function podTotals(pod: Pod, list: ListName, { forQuota }: Totals): Amounts {
  const { spec } = pod;
  const ofContainer = (container: Container): Amounts => (forQuota ? withPresent(pod, container, list) : amountsOf(container.resources?.[list]));
  const sums = new Map<string, Quantity>();
  for (const container of spec.containers) addTo(sums, ofContainer(container));
  const sidecars = new Map<string, Quantity>();
  const moment = new Map<string, Quantity>();
  for (const container of spec.initContainers ?? []) {
    const own = ofContainer(container);
    if (container.restartPolicy === "Always") {
      addTo(sums, own);
      addTo(sidecars, own);
      raiseTo(moment, sidecars);
    } else {
      const together = new Map(own);
      addTo(together, sidecars);
      raiseTo(moment, together);
    }
  }
  raiseTo(sums, moment);
  for (const [name, amount] of amountsOf(spec.resources?.[list])) if (name === "cpu" || name === "memory" || (forQuota && name.startsWith("hugepages-"))) sums.set(name, amount);
  if (forQuota) addTo(sums, list === "requests" ? amountsOf(spec.overhead) : masked(amountsOf(spec.overhead), (name) => sums.has(name)));
  return sums;
}

/** While a container is being resized the larger of what it has and what it is to have counts. */
function withPresent(pod: Pod, container: Container, list: ListName): Amounts {
  const wanted = amountsOf(container.resources?.[list]);
  const status = [...(pod.status?.containerStatuses ?? []), ...(pod.status?.initContainerStatuses ?? [])].find((each) => each.name === container.name);
  const { resources, allocatedResources } = (status ?? {}) as { readonly resources?: { readonly [list in ListName]?: Readonly<Record<string, string>> }; readonly allocatedResources?: Readonly<Record<string, string>> };
  if (resources === undefined && allocatedResources === undefined) return wanted;
  const isInfeasible = podCondition(pod, "PodResizePending")?.reason === "Infeasible";
  const sums = isInfeasible && resources !== undefined ? new Map<string, Quantity>() : wanted;
  raiseTo(sums, amountsOf(resources?.[list]));
  if (list === "requests") raiseTo(sums, amountsOf(allocatedResources));
  return sums;
}
