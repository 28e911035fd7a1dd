import { deepEqual } from "../base/deepEqual.ts";
import type { Node } from "../kinds/core/node/types.ts";

/** Whether a node's update may let a refused pod fit; heartbeats do not. Follows scheduler/eventhandlers.go, nodeSchedulingPropertiesChange. */
export function mayHelp(now: Node, before: Node): boolean {
  return now.spec?.unschedulable !== before.spec?.unschedulable
    || !deepEqual(now.spec?.taints ?? [], before.spec?.taints ?? [])
    || !deepEqual(now.status?.allocatable ?? {}, before.status?.allocatable ?? {})
    || !deepEqual(now.status?.declaredFeatures ?? [], before.status?.declaredFeatures ?? [])
    || !deepEqual(now.metadata.labels ?? {}, before.metadata.labels ?? {});
}
