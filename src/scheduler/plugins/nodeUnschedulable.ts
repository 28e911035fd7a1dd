import { success, type SchedulerPlugin } from "../framework.ts";
import { isTolerated } from "./taints.ts";

/** Follows pkg/scheduler/framework/plugins/nodeunschedulable. */
export const nodeUnschedulable: SchedulerPlugin = {
  name: "NodeUnschedulable",
  weight: 0,
  filter(_state, pod, node) {
    if (node.node.spec?.unschedulable !== true) return success;
    if (isTolerated(pod.pod.spec.tolerations, { key: "node.kubernetes.io/unschedulable", effect: "NoSchedule" })) return success;
    return { code: "unresolvable", reasons: ["node(s) were unschedulable"] };
  },
  wakesOn: ["nodeAdd", "nodeUpdate"],
};
