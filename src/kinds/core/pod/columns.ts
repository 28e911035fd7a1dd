// Follows pkg/printers/internalversion/printers.go (printPod).
import type { Column } from "../../define.ts";
import { ageColumn, nameColumn } from "../../printing/cells.ts";
import { humanDuration } from "../../printing/humanDuration.ts";
import { podCondition, podReport } from "./podStatus.ts";
import type { Pod } from "./types.ts";

export const podColumns: readonly Column<Pod>[] = [
  nameColumn(),
  {
    name: "Ready", type: "string", description: "Pod Ready", priority: 0,
    cell(pod) {
      const report = podReport(pod);
      return `${report.readyContainers}/${report.totalContainers}`;
    },
  },
  { name: "Status", type: "string", description: "Pod Status", priority: 0, cell: (pod) => podReport(pod).reason },
  {
    name: "Restarts", type: "string", priority: 0,
    description: "Pod Restarts",
    cell(pod, nowUs) {
      const { restarts, lastRestartUs } = podReport(pod);
      return restarts !== 0 && lastRestartUs !== null ? `${restarts} (${humanDuration(nowUs - lastRestartUs)} ago)` : String(restarts);
    },
  },
  ageColumn(),
  { name: "IP", type: "string", description: "PodStatus.podIP", priority: 1, cell: (pod) => orNone(pod.status?.podIPs?.[0]?.ip) },
  { name: "Node", type: "string", description: "PodSpec.nodeName", priority: 1, cell: (pod) => orNone(pod.spec.nodeName) },
  { name: "Nominated Node", type: "string", description: "PodStatus.nominatedNodeName", priority: 1, cell: (pod) => orNone(pod.status?.nominatedNodeName) },
  {
    name: "Readiness Gates", type: "string", description: "PodSpec.readinessGates", priority: 1,
    cell(pod) {
      const gates = pod.spec.readinessGates ?? [];
      if (gates.length === 0) return "<none>";
      return `${gates.filter((gate) => podCondition(pod, gate.conditionType)?.status === "True").length}/${gates.length}`;
    },
  },
];

function orNone(text: string | undefined): string {
  return text === undefined || text === "" ? "<none>" : text;
}
