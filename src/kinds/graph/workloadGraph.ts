import type { KubeObject } from "../../apimachinery/objectMeta.ts";
import type { GraphTraits } from "../define.ts";
import { ownerEdges, plural } from "./edges.ts";

export interface WorkloadCounts {
  readonly desired: number;
  readonly current: number;
  readonly updated: number;
  readonly ready: number;
  readonly available: number;
  readonly revision: string;
}

/** Graph traits of a kind that keeps pods running: its health and its sentence follow from its counts. */
export function workloadGraph<O extends KubeObject & { readonly status?: { readonly observedGeneration?: number } }>(icon: string, counts: (obj: O) => WorkloadCounts): GraphTraits<O> {
  return {
    icon,
    tier: "workload",
    health(obj) {
      if (obj.metadata.deletionTimestamp !== undefined) return "terminating";
      const { desired, current, ready } = counts(obj);
      return isSeen(obj) && ready === desired && current === desired ? "ok" : "progressing";
    },
    node: () => null,
    sentence(obj) {
      if (obj.metadata.deletionTimestamp !== undefined) return "Being deleted together with its pods.";
      if (!isSeen(obj)) return "No controller has acted on its present description yet.";
      const { desired, current, updated, ready } = counts(obj);
      if (desired === 0 && current === 0) return "Wants no pods, and has none.";
      if (current !== desired) return `Has ${plural(current, "pod")}, wants ${desired}.`;
      if (updated < desired) return `${updated} of ${plural(desired, "pod")} follow the newest template.`;
      return ready === desired ? `All ${plural(desired, "pod")} are ready.` : `${ready} of ${plural(desired, "pod")} ready.`;
    },
    summary: (obj) => ({ tier: "workload", ...counts(obj) }),
    edges: ownerEdges,
  };
}

function isSeen(obj: KubeObject & { readonly status?: { readonly observedGeneration?: number } }): boolean {
  return (obj.status?.observedGeneration ?? 0) >= (obj.metadata.generation ?? 0);
}
