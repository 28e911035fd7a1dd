import type { DaemonSet } from "../../kinds/apps/daemonset/types.ts";
import { isPodAvailable, isPodReady, isTerminating } from "../../kinds/core/pod/podStatus.ts";
import type { Pod } from "../../kinds/core/pod/types.ts";
import { byAge, isUpdated } from "./daemonPods.ts";
import type { Placement } from "./placement.ts";
import { maxSurge } from "./rollingUpdate.ts";

// Follows pkg/controller/daemon/daemon_controller.go (podsShouldBeOnNode).

/** What to do on one node. */
export interface NodePlan {
  /** A pod is missing. */
  readonly create: boolean;
  readonly remove: readonly Removal[];
}

export interface Removal {
  readonly pod: Pod;
  readonly why: string;
  /** It has ended by itself: Failed ones are replaced with a back-off. */
  readonly ended?: "Failed" | "Succeeded";
}

const nothing: NodePlan = { create: false, remove: [] };

/** `pods`: those of the DaemonSet on the node, terminating ones included; null where there is none at all. */
export function planNode(daemonSet: DaemonSet, { run, stay }: Placement, pods: readonly Pod[] | null, hash: string, nowUs: number): NodePlan {
  if (pods === null) return run ? { create: true, remove: [] } : nothing;
  const there = pods.filter((pod) => !isTerminating(pod));
  if (!stay) return { create: false, remove: there.map((pod) => ({ pod, why: "the node is not to have one" })) };
  const ended: Removal[] = [];
  const running: Pod[] = [];
  for (const pod of there) {
    const phase = pod.status?.phase;
    if (phase === "Failed" || phase === "Succeeded") ended.push({ pod, why: `it ${phase.toLowerCase()}`, ended: phase });
    else running.push(pod);
  }
  if (maxSurge(daemonSet, 1) === 0) return { create: false, remove: [...ended, ...excess(running.sort(byAge).slice(1))] };
  if (running.length > 1) return { create: false, remove: [...ended, ...surgeRemovals(daemonSet, running.sort(byAge), hash, nowUs)] };
  // An update may have begun with a pod that is going: the node is not to be without one.
  return { create: running.length === 0 && run, remove: ended };
}

const excess = (pods: readonly Pod[]): readonly Removal[] => pods.map((pod) => ({ pod, why: "the node has an older one" }));

/** An old pod stays beside the new one while it is ready and the new one is not available yet. `running` begins with the oldest. */
function surgeRemovals(daemonSet: DaemonSet, running: readonly Pod[], hash: string, nowUs: number): readonly Removal[] {
  const fresh = running.find((pod) => isUpdated(pod, hash));
  const old = running.find((pod) => !isUpdated(pod, hash));
  const removals = [...excess(running.filter((pod) => pod !== fresh && pod !== old))];
  if (fresh === undefined || old === undefined) return removals;
  if (!isPodReady(old)) removals.push({ pod: old, why: "it is not ready, and a new one is there" });
  else if (isPodAvailable(fresh, daemonSet.spec.minReadySeconds ?? 0, nowUs)) removals.push({ pod: old, why: "the new one is available" });
  return removals;
}
