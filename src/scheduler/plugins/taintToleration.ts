import { defaultNormalizeScore, success, type SchedulerPlugin } from "../framework.ts";
import type { Node } from "../../kinds/core/node/types.ts";
import type { PodInfo } from "../podInfo.ts";
import { isTolerated } from "./taints.ts";

function isLetIn({ pod }: PodInfo, { spec }: Node): boolean {
  const taints = spec?.taints;
  return taints === undefined || taints.every((taint) => (taint.effect !== "NoSchedule" && taint.effect !== "NoExecute") || isTolerated(pod.spec.tolerations, taint));
}

/** Follows pkg/scheduler/framework/plugins/tainttoleration. */
export const taintToleration: SchedulerPlugin = {
  name: "TaintToleration",
  weight: 3,
  filter: (_state, pod, node) => (isLetIn(pod, node.node) ? success : { code: "unresolvable", reasons: ["node(s) had untolerated taint(s)"] }),
  score(_state, pod, node) {
    const taints = node.node.spec?.taints;
    if (taints === undefined) return 0;
    const softened = (pod.pod.spec.tolerations ?? []).filter((toleration) => (toleration.effect ?? "") === "" || toleration.effect === "PreferNoSchedule");
    return taints.filter((taint) => taint.effect === "PreferNoSchedule" && !isTolerated(softened, taint)).length;
  },
  normalize: (scores) => defaultNormalizeScore(scores, true),
  wakesOn: ["nodeAdd", "nodeUpdate"],
  nodeMayHelp: (waiting, node, old) => isLetIn(waiting, node) && (old === null || !isLetIn(waiting, old)),
};
