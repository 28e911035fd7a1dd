import type { DaemonSet, DaemonSetStatus } from "../../kinds/apps/daemonset/types.ts";
import { isPodAvailable, isPodReady } from "../../kinds/core/pod/podStatus.ts";
import type { PodsByNode } from "./daemonPods.ts";
import { byAge, isUpdated } from "./daemonPods.ts";
import type { Placement } from "./placement.ts";

// Follows pkg/controller/daemon/daemon_controller.go (updateDaemonSetStatus, storeDaemonSetStatus).

/** The status that nodes and pods give: a node counts by its oldest pod. `seen`: the present generation was acted on. */
export function daemonSetStatus(daemonSet: DaemonSet, placements: ReadonlyMap<string, Placement>, byNode: PodsByNode, hash: string, seen: boolean, nowUs: number): DaemonSetStatus {
  let desired = 0;
  let current = 0;
  let misscheduled = 0;
  let ready = 0;
  let updated = 0;
  let available = 0;
  for (const [node, { run }] of placements) {
    const pods = byNode.get(node);
    const pod = pods === undefined ? undefined : pods.length === 1 ? pods[0] : [...pods].sort(byAge)[0];
    if (run) desired += 1;
    if (pod === undefined) continue;
    if (!run) {
      misscheduled += 1;
      continue;
    }
    current += 1;
    if (isUpdated(pod, hash)) updated += 1;
    if (!isPodReady(pod)) continue;
    ready += 1;
    if (isPodAvailable(pod, daemonSet.spec.minReadySeconds ?? 0, nowUs)) available += 1;
  }
  const { updatedNumberScheduled: _updated, numberAvailable: _available, numberUnavailable: _unavailable, ...kept } = daemonSet.status ?? {};
  return {
    ...kept,
    ...(seen ? { observedGeneration: daemonSet.metadata.generation ?? 0 } : {}),
    desiredNumberScheduled: desired,
    currentNumberScheduled: current,
    numberMisscheduled: misscheduled,
    numberReady: ready,
    ...(updated === 0 ? {} : { updatedNumberScheduled: updated }),
    ...(available === 0 ? {} : { numberAvailable: available }),
    ...(desired === available ? {} : { numberUnavailable: desired - available }),
  };
}
