import type { Json } from "../../base/json.ts";
import type { ClusterSpec } from "../../cluster/clusterSpec.ts";
import type { ClusterCommand } from "../../cluster/commands.ts";
import type { LiveObjects, ObservedRevision } from "../../cluster/invariants/define.ts";
import { patch } from "../../cluster/testing/commandsOf.ts";
import type { clusterComposition } from "../clusterComposition.ts";

/** `roll(6)` is 0 to 5. */
export type Roll = (count: number) => number;

/** What a random run is made of. All that it leaves open is rolled. */
export interface SeedPlan {
  spec(roll: Roll): ClusterSpec;
  workloads(roll: Roll): readonly ClusterCommand[];
  /** Something that people do while the cluster has its troubles. `pods`: names of those in namespace default. */
  input(roll: Roll, step: number, pods: readonly string[]): ClusterCommand;
  fault(roll: Roll, id: string, spec: ClusterSpec, pods: readonly string[]): ClusterCommand;
  /** What people undo when the faults are over. */
  healing(live: LiveObjects): readonly ClusterCommand[];
  monitor(spec: ClusterSpec): SeedMonitor;
}

/** What is watched beside the API's revisions. */
export interface SeedMonitor {
  readonly broken: readonly string[];
  /** The same cluster with the same history, in which the monitor sees what it wants to. */
  watched(composition: typeof clusterComposition): typeof clusterComposition;
  take(change: ObservedRevision): void;
  /** Each virtual second. */
  look(live: LiveObjects, observe: (process: string, question: Json) => Json | null): void;
  /** What is wrong where all is to be well. */
  atEnd(live: LiveObjects): readonly string[];
}

export const noMonitor: SeedMonitor = { broken: [], watched: (composition) => composition, take: () => undefined, look: () => undefined, atEnd: () => [] };

/** What people did to a node, undone: taints that are the controllers' come back by themselves. */
export function healthy(node: string): ClusterCommand {
  return patch(node, { spec: { taints: null, unschedulable: null } });
}
