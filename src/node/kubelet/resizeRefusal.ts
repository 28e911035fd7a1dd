import { podRequests } from "../../kinds/core/pod/podResources.ts";
import type { Pod } from "../../kinds/core/pod/types.ts";
import type { NodeRoom } from "./admission.ts";
import type { LoadSums } from "./nodeLoad.ts";

/** Whether a pod that runs here can get what it asks for now. Follows pkg/kubelet/allocation/allocation_manager.go (canResizePod). */
export function resizeRefusal(pod: Pod, room: NodeRoom, others: Pick<LoadSums, "cpuMilli" | "memoryBytes">): { readonly reason: "Deferred" | "Infeasible"; readonly message: string } | null {
  const { cpuMilli, memoryBytes } = podRequests(pod);
  const infeasible = (what: string, requested: number, capacity: number) => ({ reason: "Infeasible" as const, message: `Node didn't have enough capacity: ${what}, requested: ${requested}, capacity: ${capacity}` });
  const deferred = (what: string, requested: number, used: number, capacity: number) => ({ reason: "Deferred" as const, message: `Node didn't have enough resource: ${what}, requested: ${requested}, used: ${used}, capacity: ${capacity}` });
  if (memoryBytes > room.memoryBytes) return infeasible("memory", memoryBytes, room.memoryBytes);
  if (cpuMilli > room.cpuMilli) return infeasible("cpu", cpuMilli, room.cpuMilli);
  if (cpuMilli > room.cpuMilli - others.cpuMilli) return deferred("cpu", cpuMilli, others.cpuMilli, room.cpuMilli);
  if (memoryBytes > room.memoryBytes - others.memoryBytes) return deferred("memory", memoryBytes, others.memoryBytes, room.memoryBytes);
  return null;
}
