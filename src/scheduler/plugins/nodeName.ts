import { skip, success, type SchedulerPlugin } from "../framework.ts";

/** Follows pkg/scheduler/framework/plugins/nodename. */
export const nodeName: SchedulerPlugin = {
  name: "NodeName",
  weight: 0,
  /** Differs: upstream looks at every node for this. */
  preFilter: (_state, pod) => ({ status: (pod.pod.spec.nodeName ?? "") === "" ? skip : success, nodeNames: null }),
  filter(_state, pod, node) {
    const wanted = pod.pod.spec.nodeName ?? "";
    if (wanted === "" || wanted === node.name) return success;
    return { code: "unresolvable", reasons: ["node(s) didn't match the requested node name"] };
  },
  wakesOn: ["nodeAdd", "nodeUpdate"],
};
