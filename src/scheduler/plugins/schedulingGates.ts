import type { SchedulerPlugin } from "../framework.ts";

/** Follows pkg/scheduler/framework/plugins/schedulinggates. */
export const schedulingGates: SchedulerPlugin = {
  name: "SchedulingGates",
  weight: 0,
  preEnqueue(pod) {
    const gates = pod.pod.spec.schedulingGates ?? [];
    return gates.length === 0 ? null : `waiting for scheduling gates: [${gates.map((gate) => gate.name).join(" ")}]`;
  },
  wakesOn: [],
};
