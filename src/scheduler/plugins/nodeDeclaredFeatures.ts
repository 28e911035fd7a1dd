import { deepEqual } from "../../base/deepEqual.ts";
import { skip, success, type SchedulerPlugin } from "../framework.ts";
import type { PodInfo } from "../podInfo.ts";

const name = "NodeDeclaredFeatures";
const restartAll = "RestartAllContainersOnContainerExits";
const noFeatures: readonly string[] = [];

/** Features of a kubelet that the pod's specification needs. Follows component-helpers/nodedeclaredfeatures/features, InferForScheduling. */
function requiredBy({ pod: { spec } }: PodInfo): readonly string[] {
  const restartsAll = [...(spec.initContainers ?? []), ...spec.containers].some((container) => (container.restartPolicyRules ?? []).some((rule) => rule.action === "RestartAllContainers"));
  const required = restartsAll ? [restartAll] : noFeatures;
  return spec.hostNetwork === true && spec.hostUsers === false ? [...required, "UserNamespacesHostNetworkSupport"] : required;
}

/** Follows pkg/scheduler/framework/plugins/nodedeclaredfeatures/nodedeclaredfeatures.go. */
export const nodeDeclaredFeatures: SchedulerPlugin = {
  name,
  weight: 0,
  preFilter(state, pod) {
    const required = requiredBy(pod);
    if (required.length > 0) state.set<readonly string[]>(name, required);
    return { status: required.length === 0 ? skip : success, nodeNames: null };
  },
  filter(state, _pod, { node }) {
    const declared = node.status?.declaredFeatures ?? noFeatures;
    const fits = (state.get<readonly string[]>(name) ?? noFeatures).every((feature) => declared.includes(feature));
    return fits ? success : { code: "unresolvable", reasons: ["node(s) didn't match Pod's required features"] };
  },
  wakesOn: ["nodeAdd", "nodeUpdate"],
  nodeMayHelp: (_waiting, node, old) => old === null || !deepEqual(node.status?.declaredFeatures ?? noFeatures, old.status?.declaredFeatures ?? noFeatures),
};
