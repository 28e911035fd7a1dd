import type { SchedulerPlugin } from "../framework.ts";
import { dynamicResources } from "./dynamicResources.ts";
import { imageLocality } from "./imageLocality.ts";
import { interPodAffinity } from "./interPodAffinity.ts";
import { nodeDeclaredFeatures } from "./nodeDeclaredFeatures.ts";
import { nodeAffinity } from "./nodeAffinity.ts";
import { nodeName } from "./nodeName.ts";
import { nodePorts } from "./nodePorts.ts";
import { nodeResourcesBalancedAllocation } from "./nodeResourcesBalancedAllocation.ts";
import { nodeResourcesFit } from "./nodeResourcesFit.ts";
import { nodeUnschedulable } from "./nodeUnschedulable.ts";
import { nodeVolumeLimits } from "./nodeVolumeLimits.ts";
import { podTopologySpread } from "./podTopologySpread.ts";
import { schedulingGates } from "./schedulingGates.ts";
import { taintToleration } from "./taintToleration.ts";
import { volumeBinding } from "./volumeBinding.ts";
import { volumeRestrictions } from "./volumeRestrictions.ts";
import { volumeZone } from "./volumeZone.ts";

/** The default profile, in upstream's order: the first filter that refuses a node is the one that is named. */
export const defaultPlugins: readonly SchedulerPlugin[] = [
  schedulingGates,
  nodeUnschedulable,
  nodeName,
  taintToleration,
  nodeAffinity,
  nodePorts,
  nodeResourcesFit,
  volumeRestrictions,
  nodeVolumeLimits,
  volumeBinding,
  volumeZone,
  podTopologySpread,
  interPodAffinity,
  dynamicResources,
  nodeDeclaredFeatures,
  nodeResourcesBalancedAllocation,
  imageLocality,
];
