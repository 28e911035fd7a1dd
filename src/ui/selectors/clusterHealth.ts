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

/** "3 nodes" and "14 of 14 pods ready"; nodes that are not ready are told. */
export function healthWords(health: ClusterHealth): readonly [string, string] {
  const word = plural(health.nodes, "node", "nodes");
  return [health.nodesReady === health.nodes ? `${health.nodes} ${word}` : t`${health.nodesReady} of ${health.nodes} ${word} ready`, t`${health.podsReady} of ${health.pods} pods ready`];
}

/** "3 nodes, 14 of 14 pods ready" */
export function healthText(health: ClusterHealth): string {
  return healthWords(health).join(", ");
}
