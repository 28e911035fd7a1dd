import type { ClusterState } from "../stores/clusterStore.ts";

export type PartState = "running" | "stopped" | "off";

/** A process as frames name it when it is stopped; a controller behind "#". */
export function partName(process: string, part: string | null): string {
  return part === null ? process : `${process}#${part}`;
}

export function machineIsOff(faults: ClusterState["faults"], machine: string): boolean {
  return faults.some(({ type, target }) => (type === "node-off" || type === "node-reboot") && target === machine);
}

/** What a person has done to a process or to a controller in it. */
export function partState({ stopped, faults }: Pick<ClusterState, "stopped" | "faults">, process: string, part: string | null): PartState {
  const machine = process.slice(0, process.indexOf("/"));
  const ids = stopped as readonly string[];
  // One that shuts down has power until its pods have had their time.
  if (machineIsOff(faults, machine) || (ids.includes(process) && faults.some(({ type, target }) => type === "node-shutdown" && target === machine))) return "off";
  if (ids.includes(process) || (part !== null && ids.includes(partName(process, part)))) return "stopped";
  return process.endsWith("/kubelet") && faults.some(({ type, target }) => type === "kubelet-stopped" && `${target}/kubelet` === process) ? "stopped" : "running";
}
