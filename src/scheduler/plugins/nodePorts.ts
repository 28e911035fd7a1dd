import { skip, success, type SchedulerPlugin } from "../framework.ts";

function clashes(wanted: string, used: ReadonlyMap<string, number>): boolean {
  const [protocol = "", port = "", ip = ""] = wanted.split("/");
  if (used.has(wanted) || used.has(`${protocol}/${port}/0.0.0.0`)) return true;
  if (ip !== "0.0.0.0") return false;
  for (const other of used.keys()) if (other.startsWith(`${protocol}/${port}/`)) return true;
  return false;
}

/** Follows pkg/scheduler/framework/plugins/nodeports. */
export const nodePorts: SchedulerPlugin = {
  name: "NodePorts",
  weight: 0,
  preFilter: (_state, pod) => ({ status: pod.hostPorts.length === 0 ? skip : success, nodeNames: null }),
  filter(_state, pod, node) {
    return pod.hostPorts.some((port) => clashes(port, node.usedPorts))
      ? { code: "unschedulable", reasons: ["node(s) didn't have free ports for the requested pod ports"] }
      : success;
  },
  wakesOn: ["podDelete", "nodeAdd", "nodeUpdate"],
  podMayHelp: (waiting, other) => other.hostPorts.length > 0 && waiting.hostPorts.some((port) => clashes(port, new Map(other.hostPorts.map((used) => [used, 1])))),
  nodeMayHelp: (_waiting, _node, old) => old === null,
};
