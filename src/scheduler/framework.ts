import type { Node } from "../kinds/core/node/types.ts";
import type { ClusterView } from "./clusterView.ts";
import type { PodInfo, ResourceTotals } from "./podInfo.ts";

/** The outcome of one extension point. A refusal carries its reasons: they are what FailedScheduling says. */
export type SchedulingStatus =
  | { readonly code: "success" | "skip" }
  /** unresolvable: removing pods from the node would not help, so preemption does not look at it. */
  | { readonly code: "unschedulable" | "unresolvable"; readonly reasons: readonly string[] };

export const success: SchedulingStatus = { code: "success" };
export const skip: SchedulingStatus = { code: "skip" };

export function isRefusal(status: SchedulingStatus): status is Extract<SchedulingStatus, { readonly reasons: readonly string[] }> {
  return status.code === "unschedulable" || status.code === "unresolvable";
}

/** A node and what is placed on it. Owned and changed in place by the cache alone. */
export interface NodeInfo {
  readonly name: string;
  node: Node;
  readonly allocatable: ResourceTotals;
  /** Sums over `pods`. */
  readonly requested: ResourceTotals;
  /** As `requested`, with 100m CPU and 200 MB for containers that ask for nothing: what LeastAllocated scores by. */
  nonZeroCpuMilli: number;
  nonZeroMemoryBytes: number;
  /** By "namespace/name". */
  readonly pods: ReadonlyMap<string, PodInfo>;
  /** "protocol/port/ip" -> how many pods use it. */
  readonly usedPorts: ReadonlyMap<string, number>;
  /** Name of an image that the node has -> its size in bytes. */
  readonly images: ReadonlyMap<string, number>;
}

/** Values that plugins keep between the extension points of one cycle. */
export class CycleState {
  private readonly values = new Map<string, unknown>();
  readonly skippedFilter = new Set<string>();
  private filtering: readonly FilterPlugin[] | null = null;
  readonly view: ClusterView;

  constructor(view: ClusterView) {
    this.view = view;
  }

  /** Those that filter in this cycle: asked for first when all have said in preFilter whether they do. */
  filters(plugins: readonly SchedulerPlugin[]): readonly FilterPlugin[] {
    this.filtering ??= plugins.filter((plugin): plugin is FilterPlugin => plugin.filter !== undefined && !this.skippedFilter.has(plugin.name));
    return this.filtering;
  }

  get<T>(key: string): T | null {
    return (this.values.get(key) as T | undefined) ?? null;
  }

  set<T>(key: string, value: T): void {
    this.values.set(key, value);
  }
}

/** What can happen in a cluster that may make a refused pod fit. Follows pkg/scheduler/framework/types.go, ClusterEvent. */
export type ClusterEvent = "nodeAdd" | "nodeUpdate" | "nodeDelete"
  /** Of pods that are placed: also one that began to go counts as relabelled. */
  | "podAdd" | "podRelabel" | "podScaleDown" | "podDelete"
  /** Of storage; of classes only those that came or allow other places, of CSINodes only those that take more. */
  | "claimChange" | "volumeChange" | "classChange" | "csiNodeChange" | "capacityChange" | "detached";

export interface PreFilterResult {
  readonly status: SchedulingStatus;
  /** Only these nodes can fit; null: any. */
  readonly nodeNames: ReadonlySet<string> | null;
}

/** Follows pkg/scheduler/framework/interface.go. One file a plugin under plugins/, one line in plugins/index.ts. */
export interface SchedulerPlugin {
  readonly name: string;
  /** Factor of the normalized score; 0 where the plugin does not score. */
  readonly weight: number;
  /** Keeps a pod out of the queue: the reason, or null. */
  preEnqueue?(pod: PodInfo): string | null;
  preFilter?(state: CycleState, pod: PodInfo): PreFilterResult;
  filter?(state: CycleState, pod: PodInfo, node: NodeInfo): SchedulingStatus;
  /** What preFilter counted, as if `other` were placed on the node (1) or gone from it (-1); each call is undone by its opposite. */
  adjust?(state: CycleState, pod: PodInfo, other: PodInfo, node: NodeInfo, by: 1 | -1): void;
  preScore?(state: CycleState, pod: PodInfo, nodes: readonly NodeInfo[]): SchedulingStatus;
  /** Whole numbers; 0..100 after normalize. */
  score?(state: CycleState, pod: PodInfo, node: NodeInfo): number;
  normalize?(scores: readonly number[], state: CycleState, nodes: readonly NodeInfo[]): readonly number[];
  readonly wakesOn: readonly ClusterEvent[];
  /** Whether a pod that was placed, changed or went may help the waiting one. Without it, every one may. */
  podMayHelp?(waiting: PodInfo, other: PodInfo, view: ClusterView): boolean;
  /** Whether a node that came (old: null) or changed may help the waiting pod. Without it, every one may. */
  nodeMayHelp?(waiting: PodInfo, node: Node, old: Node | null): boolean;
}

type FilterPlugin = SchedulerPlugin & Required<Pick<SchedulerPlugin, "filter">>;

const maxNodeScore = 100;

/** Scales the highest score to 100; reverse turns the order round. Follows framework/plugins/helper/normalize_score.go. */
export function defaultNormalizeScore(scores: readonly number[], reverse: boolean): readonly number[] {
  const highest = scores.reduce((most, score) => Math.max(most, score), 0);
  if (highest === 0) return reverse ? scores.map(() => maxNodeScore) : scores;
  return scores.map((score) => {
    const scaled = Math.floor((maxNodeScore * score) / highest);
    return reverse ? maxNodeScore - scaled : scaled;
  });
}
