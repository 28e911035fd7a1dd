import { quantityBytes, quantityMilli } from "../../apimachinery/quantity.ts";
import type { ContainerLimits } from "../runtime/criMessages.ts";

/** What the runtime is told of a container's limits; ephemeral storage and devices are not simulated. */
export function containerLimits(limits: Readonly<Record<string, string>>): ContainerLimits {
  const { cpu, memory } = limits;
  return { ...(cpu === undefined ? {} : { cpuMilli: quantityMilli(cpu) }), ...(memory === undefined ? {} : { memoryBytes: quantityBytes(memory) }) };
}
