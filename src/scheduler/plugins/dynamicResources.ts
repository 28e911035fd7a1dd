import { success, type SchedulerPlugin } from "../framework.ts";

/**
 * Resource claims are not served: a pod that names one waits for it, as upstream where the claim does not exist.
 * Every other pod scores 0 everywhere. Follows pkg/scheduler/framework/plugins/dynamicresources.
 */
export const dynamicResources: SchedulerPlugin = {
  name: "DynamicResources",
  weight: 2,
  preEnqueue(pod) {
    const [claim] = pod.pod.spec.resourceClaims ?? [];
    return claim === undefined ? null : `waiting for resource claim ${JSON.stringify(claim.name)}`;
  },
  preScore: () => success,
  score: () => 0,
  wakesOn: [],
};
