// Follows pkg/kubelet/eviction/helpers.go (rankMemoryPressure, rankDiskPressureFunc, evictionMessage).
import { quantityBytes, quantityText, unitQuantity } from "../../../apimachinery/quantity.ts";
import { podRequests } from "../../../kinds/core/pod/podResources.ts";
import type { Pod } from "../../../kinds/core/pod/types.ts";
import type { ContainerStats } from "../../runtime/criMessages.ts";
import type { Signal } from "./signals.ts";

export interface Candidate {
  readonly pod: Pod;
  readonly usedBytes: number;
  readonly containers: readonly ContainerStats[];
}

/** Who has to go first: who uses more than it asked for, then the lower priority, then who is further above its request. */
export function ranked(candidates: readonly Candidate[], signal: Signal): readonly Candidate[] {
  const overOf = ({ pod, usedBytes }: Candidate): number => usedBytes - (signal.name === "memory.available" ? podRequests(pod).memoryBytes : podRequests(pod).ephemeralStorageBytes);
  const exceeds = (candidate: Candidate): number => (overOf(candidate) > 0 ? 0 : 1);
  return [...candidates].sort((a, b) => exceeds(a) - exceeds(b) || (a.pod.spec.priority ?? 0) - (b.pod.spec.priority ?? 0) || overOf(b) - overOf(a));
}

const binary = (bytes: number): string => quantityText(unitQuantity(bytes, "BinarySI"));

/** Why a pod was evicted, as its status and its event say it. */
export function evictionMessage(signal: Signal, thresholdBytes: number, availableBytes: number, { pod, containers }: Candidate): string {
  const parts = [`The node was low on resource: ${signal.resource}. `, `Threshold quantity: ${binary(thresholdBytes)}, available: ${binary(availableBytes)}. `];
  if (signal.name === "memory.available") {
    for (const spec of pod.spec.containers) {
      const usage = containers.find(({ name }) => name === spec.name)?.memoryBytes ?? 0;
      const request = spec.resources?.requests?.["memory"] ?? "0";
      if (usage > quantityBytes(request)) parts.push(`Container ${spec.name} was using ${binary(usage)}, request is ${request}, has larger consumption of ${signal.resource}. `);
    }
  }
  return parts.join("");
}
