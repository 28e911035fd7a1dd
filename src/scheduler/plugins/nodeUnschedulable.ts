import { success, type SchedulerPlugin } from "../framework.ts";
import type { Node } from "../../kinds/core/node/types.ts";
import type { PodInfo } from "../podInfo.ts";
import { isTolerated } from "./taints.ts";

function isOpen({ pod }: PodInfo, { spec }: Node): boolean {
  return spec?.unschedulable !== true || isTolerated(pod.spec.tolerations, { key: "node.kubernetes.io/unschedulable", effect: "NoSchedule" });
}

/** Follows pkg/scheduler/framework/plugins/nodeunschedulable. */
export const nodeUnschedulable: SchedulerPlugin = {
  name: "NodeUnschedulable",
  weight: 0,
  filter: (_state, pod, node) => (isOpen(pod, node.node) ? success : { code: "unresolvable", reasons: ["node(s) were unschedulable"] }),
  wakesOn: ["nodeAdd", "nodeUpdate"],
  nodeMayHelp: (waiting, node, old) => isOpen(waiting, node) && (old === null || !isOpen(waiting, old)),
};
