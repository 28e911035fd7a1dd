import type { JsonObject } from "../../base/json.ts";
import type { Node } from "../../kinds/core/node/types.ts";
import type { Pod } from "../../kinds/core/pod/types.ts";
import { affinityTermsOf, termMatches } from "../../scheduler/affinityTerms.ts";
import { anyTermMatches, nodeSelectorMatches } from "../../kinds/core/node/nodeSelector.ts";
import { isTolerated } from "../../scheduler/plugins/taints.ts";
import { all, isA, part, type Invariant, type LiveObjects } from "./define.ts";

const before = (node: string): string => `S17 ${node}`;

/** Whether the pod may go there, whatever else runs; the reason why not, or null. */
function refusal({ spec }: Pod, node: Node): string | null {
  const terms = spec.affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution?.nodeSelectorTerms;
  if (!nodeSelectorMatches(spec.nodeSelector ?? {}, node) || (terms !== undefined && !anyTermMatches(terms, node))) return "its node selector or affinity does not match";
  const taint = (node.spec?.taints ?? []).find((each) => each.effect !== "PreferNoSchedule" && !isTolerated(spec.tolerations, each));
  return taint === undefined ? null : `it does not tolerate ${taint.key}`;
}

/** A pod that its required anti-affinity keeps away from, in the domain of the node. */
function enemy(pod: Pod, node: Node, live: LiveObjects): string | null {
  const terms = affinityTermsOf(pod).requiredAnti;
  if (terms.length === 0) return null;
  for (const [key, object] of all(live, "pods")) {
    const other = object as unknown as Pod;
    const there = live.get(`nodes//${other.spec.nodeName ?? ""}`) as unknown as Node | undefined;
    if (there === undefined || other.metadata.uid === pod.metadata.uid || ["Succeeded", "Failed"].includes(other.status?.phase ?? "")) continue;
    const namespace = live.get(`namespaces//${other.metadata.namespace ?? ""}`);
    const labels = part(part(namespace, "metadata"), "labels") as Readonly<Record<string, string>>;
    const isNear = terms.some((term) => {
      const domain = node.metadata.labels?.[term.topologyKey];
      return domain !== undefined && domain === there.metadata.labels?.[term.topologyKey] && termMatches(term, other, labels);
    });
    if (isNear) return key;
  }
  return null;
}

/** Node and scheduler are apart: a node that changed as the pod was bound is judged by what it was, too. */
export const hardConstraintsHold: Invariant = {
  id: "S17",
  says: "a pod is bound to a node that its selector, affinity, tolerations and anti-affinity allow",
  check: (change, live, { notes }) => {
    if (isA(change, "nodes") && change.prev !== null) {
      const relevant = (node: JsonObject): string => JSON.stringify([part(node, "metadata")["labels"] ?? null, part(node, "spec")["taints"] ?? null]);
      if (relevant(change.prev) !== relevant(change.value)) notes.set(before(String(part(change.value, "metadata")["name"])), JSON.stringify(change.prev));
    }
    if (!isA(change, "pods") || change.type !== "MODIFIED" || (part(change.prev, "spec")["nodeName"] ?? "") !== "") return null;
    const pod = change.value as unknown as Pod;
    const node = live.get(`nodes//${pod.spec.nodeName ?? ""}`) as unknown as Node | undefined;
    if (node === undefined) return null;
    const near = enemy(pod, node, live);
    if (near !== null) return `${change.key} keeps away from ${near}, and came to it`;
    const now = refusal(pod, node);
    const earlier = notes.get(before(node.metadata.name));
    if (now === null || (earlier !== undefined && refusal(pod, JSON.parse(earlier) as Node) === null)) return null;
    return `${change.key} was bound to ${node.metadata.name}: ${now}`;
  },
};
