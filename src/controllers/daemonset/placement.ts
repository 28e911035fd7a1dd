import { anyTermMatches, nodeSelectorMatches } from "../../kinds/core/node/nodeSelector.ts";
import type { Node, Taint } from "../../kinds/core/node/types.ts";
import type { PodSpec, Toleration } from "../../kinds/core/pod/types.ts";
import type { DaemonSet } from "../../kinds/apps/daemonset/types.ts";
import { tolerates } from "../taints.ts";

// Follows pkg/controller/daemon/daemon_controller.go (NodeShouldRunDaemonPod, predicates) and util/daemonset_util.go.

/** What a node is to a DaemonSet. */
export interface Placement {
  /** A pod is to run there. */
  readonly run: boolean;
  /** A pod that runs there may stay. */
  readonly stay: boolean;
}

const keys = ["not-ready", "unreachable", "disk-pressure", "memory-pressure", "pid-pressure", "unschedulable"];
const always: readonly Toleration[] = keys.map((key, at) => ({ key: `node.kubernetes.io/${key}`, operator: "Exists", effect: at < 2 ? "NoExecute" : "NoSchedule" }));
const ofHostNetwork: Toleration = { key: "node.kubernetes.io/network-unavailable", operator: "Exists", effect: "NoSchedule" };

/** A daemon pod outlasts what drives other pods away: a node's trouble is no reason to go, nor to stay away. */
export function daemonTolerations(spec: PodSpec): readonly Toleration[] {
  let all: readonly Toleration[] = spec.tolerations ?? [];
  for (const added of spec.hostNetwork === true ? [...always, ofHostNetwork] : always) all = withToleration(all, added);
  return all;
}

/** One that says the same but for how long gives way. */
function withToleration(all: readonly Toleration[], added: Toleration): readonly Toleration[] {
  const same = (other: Toleration): boolean => other.key === added.key && other.operator === added.operator && other.effect === added.effect && (other.value ?? "") === "";
  return all.some(same) ? all.map((other) => (same(other) ? added : other)) : [...all, added];
}

const nowhere: Placement = { run: false, stay: false };
const everywhere: Placement = { run: true, stay: true };

/** Whether the DaemonSet wants a pod on the node. `tolerations`: daemonTolerations of its template, which are the same for all nodes. */
export function placementOn(node: Node, daemonSet: DaemonSet, tolerations: readonly Toleration[]): Placement {
  const { nodeName = "", nodeSelector = {}, affinity } = daemonSet.spec.template.spec;
  if (nodeName !== "" && nodeName !== node.metadata.name) return nowhere;
  const terms = affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution?.nodeSelectorTerms;
  if (!nodeSelectorMatches(nodeSelector, node) || (terms !== undefined && !anyTermMatches(terms, node))) return nowhere;
  const bars = (effect: string) => (taint: Taint): boolean => taint.effect === effect && !tolerations.some((each) => tolerates(each, taint));
  const taints = node.spec?.taints ?? [];
  const driven = taints.some(bars("NoExecute"));
  return driven || taints.some(bars("NoSchedule")) ? { run: false, stay: !driven } : everywhere;
}

/** Whether an update of a node can make a difference to any DaemonSet. */
export function placementMayDiffer(old: Node, node: Node): boolean {
  return old.metadata.labels !== node.metadata.labels || old.spec?.taints !== node.spec?.taints;
}
