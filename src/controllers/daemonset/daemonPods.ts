import { compareText } from "../../base/compareText.ts";
import type { NewObject } from "../../client/writes.ts";
import { daemonSetKind } from "../../kinds/apps/daemonset/kind.ts";
import type { DaemonSet } from "../../kinds/apps/daemonset/types.ts";
import { isPodTerminal } from "../../kinds/core/pod/podStatus.ts";
import type { Affinity, Pod } from "../../kinds/core/pod/types.ts";
import { podRevisionLabel } from "../history/revisions.ts";
import { controllerReference } from "../ownership.ts";
import { podFromTemplate } from "../podFromTemplate.ts";
import { daemonTolerations } from "./placement.ts";

// Follows pkg/controller/daemon/util/daemonset_util.go. A pod's template generation is told on it, but only its hash says whether it is
// up to date: upstream compares the generation with the address of a number, which never holds.

const generationLabel = "pod-template-generation";
const generationAnnotation = "deprecated.daemonset.template.generation";

export type PodsByNode = ReadonlyMap<string, readonly Pod[]>;

/** The node a daemon pod is on, or is meant for; null where it does not say. */
export function targetNode(pod: Pod): string | null {
  const { nodeName = "", affinity } = pod.spec;
  if (nodeName !== "") return nodeName;
  for (const term of affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution?.nodeSelectorTerms ?? []) {
    for (const { key, operator, values = [] } of term.matchFields ?? []) {
      if (key === "metadata.name" && operator === "In") return values.length === 1 ? (values[0] ?? null) : null;
    }
  }
  return null;
}

/** By node. What has ended and is being deleted is for others to take away. */
export function podsByNode(pods: readonly Pod[]): PodsByNode {
  const found = new Map<string, Pod[]>();
  for (const pod of pods) {
    if (isPodTerminal(pod) && pod.metadata.deletionTimestamp !== undefined) continue;
    const node = targetNode(pod);
    if (node === null) continue;
    const there = found.get(node);
    if (there === undefined) found.set(node, [pod]);
    else there.push(pod);
  }
  return found;
}

/** Placed ones first, of these the oldest. */
export function byAge(a: Pod, b: Pod): number {
  const unplaced = (pod: Pod): number => Number((pod.spec.nodeName ?? "") === "");
  return unplaced(a) - unplaced(b) || compareText(a.metadata.creationTimestamp, b.metadata.creationTimestamp) || compareText(a.metadata.name, b.metadata.name);
}

export function isUpdated(pod: Pod, hash: string): boolean {
  return pod.metadata.labels?.[podRevisionLabel] === hash;
}

/** Pods of the DaemonSet at this hash, one a node: all share what does not name the node. */
export function daemonPodFactory(daemonSet: DaemonSet, hash: string): (node: string) => NewObject {
  const { template } = daemonSet.spec;
  const generation = daemonSet.metadata.annotations?.[generationAnnotation] ?? "";
  const labels = { ...template.metadata?.labels, ...(/^[+-]?\d+$/.test(generation) ? { [generationLabel]: String(Number(generation)) } : {}), [podRevisionLabel]: hash };
  const spec = { ...template.spec, tolerations: daemonTolerations(template.spec) };
  const shared = podFromTemplate({ metadata: { ...template.metadata, labels }, spec }, daemonSet.metadata.namespace ?? "", daemonSet.metadata.name, controllerReference(daemonSet, daemonSetKind));
  return (node) => ({ ...shared, spec: { ...spec, affinity: onNode(template.spec.affinity, node) } }) as NewObject;
}

/** What the template requires of nodes is met already: only the name is left to say. */
function onNode(affinity: Affinity | undefined, node: string): Affinity {
  const required = { nodeSelectorTerms: [{ matchFields: [{ key: "metadata.name", operator: "In", values: [node] }] }] };
  return { ...affinity, nodeAffinity: { ...affinity?.nodeAffinity, requiredDuringSchedulingIgnoredDuringExecution: required } };
}
