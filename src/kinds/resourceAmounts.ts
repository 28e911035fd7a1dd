import { quantityBytes, quantityMilli } from "../apimachinery/quantity.ts";

/** Amounts of resources as whole numbers. */
export interface ResourceAmounts {
  readonly cpuMilli: number;
  readonly memoryBytes: number;
  readonly ephemeralStorageBytes: number;
  /** Every other resource by name: huge pages, devices. */
  readonly scalar: Readonly<Record<string, number>>;
}

export const noResources: ResourceAmounts = { cpuMilli: 0, memoryBytes: 0, ephemeralStorageBytes: 0, scalar: {} };

/** A resource list ({cpu: "250m", memory: "64Mi"}) as amounts. */
export function resourceAmounts(list: Readonly<Record<string, string>> | undefined): ResourceAmounts {
  if (list === undefined) return noResources;
  let cpuMilli = 0;
  let memoryBytes = 0;
  let ephemeralStorageBytes = 0;
  const scalar: Record<string, number> = {};
  for (const name of Object.keys(list).sort()) {
    const text = list[name] ?? "0";
    if (name === "cpu") cpuMilli = quantityMilli(text);
    else if (name === "memory") memoryBytes = quantityBytes(text);
    else if (name === "ephemeral-storage") ephemeralStorageBytes = quantityBytes(text);
    else scalar[name] = quantityBytes(text);
  }
  return { cpuMilli, memoryBytes, ephemeralStorageBytes, scalar };
}

export function addResources(a: ResourceAmounts, b: ResourceAmounts): ResourceAmounts {
  return combineResources(a, b, (left, right) => left + right);
}

export function maxResources(a: ResourceAmounts, b: ResourceAmounts): ResourceAmounts {
  return combineResources(a, b, (left, right) => (left > right ? left : right));
}

/** Two lists of amounts, resource by resource. */
export function combineResources(a: ResourceAmounts, b: ResourceAmounts, of: (left: number, right: number) => number): ResourceAmounts {
  const scalar: Record<string, number> = {};
  for (const name of new Set([...Object.keys(a.scalar), ...Object.keys(b.scalar)])) scalar[name] = of(a.scalar[name] ?? 0, b.scalar[name] ?? 0);
  return {
    cpuMilli: of(a.cpuMilli, b.cpuMilli),
    memoryBytes: of(a.memoryBytes, b.memoryBytes),
    ephemeralStorageBytes: of(a.ephemeralStorageBytes, b.ephemeralStorageBytes),
    scalar,
  };
}
