import { extensionPoints, type PluginConfig, type SchedulerConfiguration } from "./configuration.ts";
import type { SchedulerPlugin } from "./framework.ts";
import { defaultPlugins } from "./plugins/index.ts";
import { interPodAffinityWith } from "./plugins/interPodAffinity.ts";
import { nodeAffinityWith } from "./plugins/nodeAffinity.ts";
import { nodeResourcesFitWith } from "./plugins/nodeResourcesFit.ts";
import { podTopologySpreadWith } from "./plugins/podTopologySpread.ts";
import { profileOf, type ProfileTools } from "./profileOf.ts";

/** How the pods of one scheduler name are placed. */
export interface Profile {
  readonly schedulerName: string;
  /** In the order in which they filter. */
  readonly plugins: readonly SchedulerPlugin[];
  /** 0: as many as the size of the cluster asks for. */
  readonly percentageOfNodesToScore: number;
  /** What is tried for a pod that fits nowhere: DynamicResources and DefaultPreemption, where they are enabled. */
  readonly deallocates: boolean;
  readonly preempts: boolean;
}

const defaultName = "default-scheduler";

const ordinary: Profile = { schedulerName: defaultName, plugins: defaultPlugins, percentageOfNodesToScore: 0, deallocates: true, preempts: true };

function withArgs(config: PluginConfig): SchedulerPlugin | null {
  switch (config.name) {
    case "NodeResourcesFit": return nodeResourcesFitWith(config.args);
    case "PodTopologySpread": return podTopologySpreadWith(config.args);
    case "InterPodAffinity": return interPodAffinityWith(config.args);
    case "NodeAffinity": return nodeAffinityWith(config.args);
    default: return null;
  }
}

const tools: ProfileTools = { defaultName, defaultPlugins, extensionPoints, withArgs };

/** Throws where a configuration names what there is not. */
export function profilesOf({ percentageOfNodesToScore = 0, profiles }: SchedulerConfiguration = {}): readonly Profile[] {
  if (profiles === undefined || profiles.length === 0) return [{ ...ordinary, percentageOfNodesToScore }];
  const made = profiles.map((profile) => profileOf({ percentageOfNodesToScore, ...profile }, tools));
  const twice = made.find(({ schedulerName }, index) => made.findIndex((other) => other.schedulerName === schedulerName) !== index);
  if (twice !== undefined) throw new Error(`scheduler: two profiles have the schedulerName "${twice.schedulerName}"`);
  return made;
}
