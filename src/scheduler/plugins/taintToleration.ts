import { defaultNormalizeScore, success, type SchedulerPlugin } from "../framework.ts";
import { isTolerated } from "./taints.ts";

/** Follows pkg/scheduler/framework/plugins/tainttoleration. */
export const taintToleration: SchedulerPlugin = {
  name: "TaintToleration",
  weight: 3,
  filter(_state, pod, node) {
    const blocking = (node.node.spec?.taints ?? []).find(
      (taint) => (taint.effect === "NoSchedule" || taint.effect === "NoExecute") && !isTolerated(pod.pod.spec.tolerations, taint),
    );
    return blocking === undefined ? success : { code: "unresolvable", reasons: ["node(s) had untolerated taint(s)"] };
  },
  score(_state, pod, node) {
    const softened = (pod.pod.spec.tolerations ?? []).filter((toleration) => (toleration.effect ?? "") === "" || toleration.effect === "PreferNoSchedule");
    return (node.node.spec?.taints ?? []).filter((taint) => taint.effect === "PreferNoSchedule" && !isTolerated(softened, taint)).length;
  },
  normalize: (scores) => defaultNormalizeScore(scores, true),
  wakesOn: ["nodeAdd", "nodeUpdate"],
};
