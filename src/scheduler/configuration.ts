import type { NodeSelector, PreferredSchedulingTerm } from "../kinds/core/pod/affinityTypes.ts";
import type { TopologySpreadConstraint } from "../kinds/core/pod/types.ts";

/** Of a KubeSchedulerConfiguration (kubescheduler.config.k8s.io/v1) what is simulated; absent fields have upstream's defaults. */
export interface SchedulerConfiguration {
  /** Of large clusters so many nodes that fit are enough; 0 lets their number decide. */
  readonly percentageOfNodesToScore?: number;
  /** One named default-scheduler by default. */
  readonly profiles?: readonly ProfileConfiguration[];
}

export interface ProfileConfiguration {
  readonly schedulerName?: string;
  readonly percentageOfNodesToScore?: number;
  readonly plugins?: Readonly<Partial<Record<ExtensionPoint, PluginSet>>>;
  readonly pluginConfig?: readonly PluginConfig[];
}

/** Where plugins may be chosen; queueSort, reserve, permit, preBind, bind and postBind are as they are. */
export const extensionPoints = ["multiPoint", "preEnqueue", "preFilter", "filter", "postFilter", "preScore", "score"] as const;
export type ExtensionPoint = (typeof extensionPoints)[number];

export interface PluginSet {
  readonly enabled?: readonly { readonly name: string; readonly weight?: number }[];
  /** "*": all. */
  readonly disabled?: readonly { readonly name: string }[];
}

export type PluginConfig =
  | { readonly name: "NodeResourcesFit"; readonly args: NodeResourcesFitArgs }
  | { readonly name: "PodTopologySpread"; readonly args: PodTopologySpreadArgs }
  | { readonly name: "InterPodAffinity"; readonly args: InterPodAffinityArgs }
  | { readonly name: "NodeAffinity"; readonly args: NodeAffinityArgs };

export interface NodeResourcesFitArgs {
  /** Extended resources, and prefixes of them ("example.com"), that the filter does not ask for. */
  readonly ignoredResources?: readonly string[];
  readonly ignoredResourceGroups?: readonly string[];
  readonly scoringStrategy?: ScoringStrategy;
}

export interface ScoringStrategy {
  readonly type?: "LeastAllocated" | "MostAllocated" | "RequestedToCapacityRatio";
  /** cpu and memory, of one weight, by default. */
  readonly resources?: readonly { readonly name: string; readonly weight?: number }[];
  /** Scores of 0 to 10 by utilization in percent, which increases. */
  readonly requestedToCapacityRatio?: { readonly shape: readonly { readonly utilization: number; readonly score: number }[] };
}

export interface PodTopologySpreadArgs {
  /** Without labelSelector: what selects is what the pod belongs to. */
  readonly defaultConstraints?: readonly TopologySpreadConstraint[];
  readonly defaultingType?: "System" | "List";
}

export interface InterPodAffinityArgs {
  /** 0 to 100, 1 by default: what a required term of a placed pod weighs in scores. */
  readonly hardPodAffinityWeight?: number;
  readonly ignorePreferredTermsOfExistingPods?: boolean;
}

export interface NodeAffinityArgs {
  /** Holds for all pods of the profile, beside their own. */
  readonly addedAffinity?: {
    readonly requiredDuringSchedulingIgnoredDuringExecution?: NodeSelector;
    readonly preferredDuringSchedulingIgnoredDuringExecution?: readonly PreferredSchedulingTerm[];
  };
}
