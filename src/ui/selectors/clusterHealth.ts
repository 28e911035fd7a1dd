import type { GraphFact } from "../../hosts/protocol.ts";
import { plural, t } from "../language/text.ts";

export interface ClusterHealth {
  readonly nodes: number;
  readonly nodesReady: number;
  readonly pods: number;
  readonly podsReady: number;
}

/** Counts what the header's status says. Pods that are on their way out are not counted: nobody waits for them. */
export function clusterHealth(facts: Iterable<GraphFact>): ClusterHealth {
  let nodes = 0;
  let nodesReady = 0;
  let pods = 0;
  let podsReady = 0;
  for (const { summary, deleting } of facts) {
    if (summary.tier === "node") {
      nodes++;
      if (summary.ready) nodesReady++;
    } else if (summary.tier === "pod" && !deleting && summary.phase !== "Succeeded") {
      pods++;
      if (summary.ready) podsReady++;
    }
  }
  return { nodes, nodesReady, pods, podsReady };
}

/** "3 nodes, 14 of 14 pods ready"; nodes that are not ready are named before anything else would hide them. */
export function healthText(health: ClusterHealth): string {
  const word = plural(health.nodes, "node", "nodes");
  const nodes = health.nodesReady === health.nodes ? `${health.nodes} ${word}` : t`${health.nodesReady} of ${health.nodes} ${word} ready`;
  return t`${nodes}, ${health.podsReady} of ${health.pods} pods ready`;
}
