import type { NodeAffinityArgs } from "../configuration.ts";
import { defaultNormalizeScore, skip, success, type PreFilterResult, type SchedulerPlugin } from "../framework.ts";
import type { Node } from "../../kinds/core/node/types.ts";
import type { PodInfo } from "../podInfo.ts";
import { anyTermMatches, nodeSelectorMatches, termMatches } from "../../kinds/core/node/nodeSelector.ts";

function requiredTerms(pod: PodInfo) {
  return pod.pod.spec.affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution?.nodeSelectorTerms ?? null;
}

function preferredTerms(pod: PodInfo) {
  return pod.pod.spec.affinity?.nodeAffinity?.preferredDuringSchedulingIgnoredDuringExecution ?? [];
}

function isMeant(pod: PodInfo, node: Node): boolean {
  const terms = requiredTerms(pod);
  return nodeSelectorMatches(pod.pod.spec.nodeSelector ?? {}, node) && (terms === null || anyTermMatches(terms, node));
}

/** Terms that name their nodes outright (matchFields metadata.name In) leave only those to look at. */
function namedNodes(pod: PodInfo): ReadonlySet<string> | null {
  const terms = requiredTerms(pod);
  if (terms === null) return null;
  const names = new Set<string>();
  for (const term of terms) {
    let inTerm: Set<string> | null = null;
    for (const field of term.matchFields ?? []) {
      if (field.key !== "metadata.name" || field.operator !== "In") continue;
      const wanted: readonly string[] = field.values ?? [];
      inTerm = new Set(inTerm === null ? wanted : wanted.filter((name) => inTerm?.has(name)));
    }
    if (inTerm === null) return null;
    for (const name of inTerm) names.add(name);
  }
  return names;
}

const notMeant = { code: "unresolvable", reasons: ["node(s) didn't match Pod's node affinity/selector"] } as const;
const notEnforced = { code: "unresolvable", reasons: ["node(s) didn't match scheduler-enforced node affinity"] } as const;

/** Follows pkg/scheduler/framework/plugins/nodeaffinity/node_affinity.go. */
export function nodeAffinityWith({ addedAffinity }: NodeAffinityArgs): SchedulerPlugin {
  const enforced = addedAffinity?.requiredDuringSchedulingIgnoredDuringExecution?.nodeSelectorTerms ?? null;
  const alsoPreferred = addedAffinity?.preferredDuringSchedulingIgnoredDuringExecution ?? [];
  const isAllowed = (node: Node): boolean => enforced === null || anyTermMatches(enforced, node);
  return {
    name: "NodeAffinity",
    weight: 2,
    preFilter(_state, pod): PreFilterResult {
      if (enforced === null && requiredTerms(pod) === null && Object.keys(pod.pod.spec.nodeSelector ?? {}).length === 0) return { status: skip, nodeNames: null };
      const nodeNames = namedNodes(pod);
      if (nodeNames !== null && nodeNames.size === 0) {
        return { status: { code: "unresolvable", reasons: ["pod affinity terms conflict"] }, nodeNames: null };
      }
      return { status: success, nodeNames };
    },
    filter: (_state, pod, node) => (!isAllowed(node.node) ? notEnforced : isMeant(pod, node.node) ? success : notMeant),
    preScore: (_state, pod) => (preferredTerms(pod).length + alsoPreferred.length === 0 ? skip : success),
    score(_state, pod, node) {
      let total = 0;
      for (const term of alsoPreferred) if (termMatches(term.preference, node.node)) total += term.weight;
      for (const term of preferredTerms(pod)) if (term.weight !== 0 && termMatches(term.preference, node.node)) total += term.weight;
      return total;
    },
    normalize: (scores) => defaultNormalizeScore(scores, false),
    wakesOn: ["nodeAdd", "nodeUpdate"],
    nodeMayHelp: (waiting, node, old) => isAllowed(node) && isMeant(waiting, node) && (old === null || !isMeant(waiting, old) || !isAllowed(old)),
  };
}

export const nodeAffinity: SchedulerPlugin = nodeAffinityWith({});
