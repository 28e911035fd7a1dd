// Follows pkg/printers/internalversion/printers.go (printPod).
import type { Column } from "../../define.ts";
import { ageColumn, nameColumn } from "../../printing/cells.ts";
import { fieldDescriptions } from "../../printing/fieldDescriptions.ts";
import { humanDuration } from "../../printing/humanDuration.ts";
import { podCondition, podReport } from "./podStatus.ts";
import type { Pod } from "./types.ts";

export const podColumns: readonly Column<Pod>[] = [
  nameColumn(),
  {
    name: "Ready", type: "string", format: "", description: "The aggregate readiness state of this pod for accepting traffic.", priority: 0,
    cell(pod) {
      const report = podReport(pod);
      return `${report.readyContainers}/${report.totalContainers}`;
    },
  },
  { name: "Status", type: "string", format: "", description: "The aggregate status of the containers in this pod.", priority: 0, cell: (pod) => podReport(pod).reason },
  {
    name: "Restarts", type: "string", format: "", priority: 0,
    description: "The number of times the containers in this pod have been restarted and when the last container in this pod has restarted.",
    cell(pod, nowUs) {
      const { restarts, lastRestartUs } = podReport(pod);
      return restarts !== 0 && lastRestartUs !== null ? `${restarts} (${humanDuration(nowUs - lastRestartUs)} ago)` : String(restarts);
    },
  },
  ageColumn(),
  { name: "IP", type: "string", format: "", description: fieldDescriptions["PodStatus.podIP"], priority: 1, cell: (pod) => orNone(pod.status?.podIPs?.[0]?.ip) },
  { name: "Node", type: "string", format: "", description: fieldDescriptions["PodSpec.nodeName"], priority: 1, cell: (pod) => orNone(pod.spec.nodeName) },
  { name: "Nominated Node", type: "string", format: "", description: fieldDescriptions["PodStatus.nominatedNodeName"], priority: 1, cell: (pod) => orNone(pod.status?.nominatedNodeName) },
  {
    name: "Readiness Gates", type: "string", format: "", description: fieldDescriptions["PodSpec.readinessGates"], priority: 1,
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
