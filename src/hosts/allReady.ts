import type { ClusterSpec } from "../cluster/clusterSpec.ts";
import type { ObjectTable } from "./objectTable.ts";

/** All machines and all that was put in at boot are Ready. */
export function isReady(table: ObjectTable, spec: ClusterSpec): boolean {
  let nodes = 0;
  let workloads = 0;
  for (const { kind, object } of table.all()) {
    const { tier } = kind.graph;
    if (tier !== "node" && tier !== "workload" && tier !== "pod") continue;
    if (kind.graph.health(object) !== "ok") return false;
    if (tier === "node") nodes++;
    if (tier === "workload") workloads++;
  }
  const addons = spec.addons.filter((addon) => addon !== "cloud" && addon !== "local-path");
  return nodes >= spec.nodes.length && (spec.nodes.length === 0 || workloads >= addons.length) && table.byName("namespaces", "", "default") !== null;
}
