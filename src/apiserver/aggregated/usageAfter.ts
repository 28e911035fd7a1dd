import type { ContainerUsage, NodeUsage, UsageMessage } from "../../apimachinery/usageReport.ts";

/** What is known of one machine. */
export interface NodeUsageState {
  readonly told: Omit<NodeUsage, "pods">;
  /** By "namespace/name". */
  readonly pods: ReadonlyMap<string, readonly ContainerUsage[]>;
}

/** What is known after one more message: machines that it does not name are forgotten. */
export function usageAfter(before: ReadonlyMap<string, NodeUsageState>, { nodes }: UsageMessage): Map<string, NodeUsageState> {
  const after = new Map<string, NodeUsageState>();
  for (const { pods, ...told } of nodes) {
    const all = new Map(told.whole ? [] : (before.get(told.node)?.pods ?? []));
    for (const { namespace, name, containers } of pods) all.set(`${namespace}/${name}`, containers);
    after.set(told.node, { told, pods: all });
  }
  return after;
}
