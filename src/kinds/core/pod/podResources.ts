// Follows component-helpers/resource/helpers.go.
import { quantityBytes, quantityMilli } from "../../../apimachinery/quantity.ts";
import { isRestartableInitContainer } from "./podStatus.ts";
import type { Container, Pod, PodSpec } from "./types.ts";

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
  return combine(a, b, (left, right) => left + right);
}

export function maxResources(a: ResourceAmounts, b: ResourceAmounts): ResourceAmounts {
  return combine(a, b, (left, right) => (left > right ? left : right));
}

const requestsBySpec = new WeakMap<PodSpec, ResourceAmounts>();
const limitsBySpec = new WeakMap<PodSpec, ResourceAmounts>();

/**
 * What a pod needs of a node: the larger of its containers together and of the largest moment of its
 * initialization, sidecars counted in both, pod-level requests in place of the sum, overhead on top.
 */
export function podRequests(pod: Pod): ResourceAmounts {
  return podSpecRequests(pod.spec);
}

/** The same for the spec of a template. */
export function podSpecRequests(spec: PodSpec): ResourceAmounts {
  const known = requestsBySpec.get(spec);
  if (known !== undefined) return known;
  const ofContainers = aggregate(spec, (container) => containerRequests(container));
  const requests = addResources(withPodLevel(ofContainers, spec.resources?.requests), resourceAmounts(spec.overhead));
  requestsBySpec.set(spec, requests);
  return requests;
}

/** The limits of a pod, by the same rules; overhead counts only for what is limited at all. */
export function podLimits(pod: Pod): ResourceAmounts {
  const spec = pod.spec;
  const known = limitsBySpec.get(spec);
  if (known !== undefined) return known;
  const limits = withPodLevel(aggregate(spec, (container) => resourceAmounts(container.resources?.limits)), spec.resources?.limits);
  const overhead = resourceAmounts(spec.overhead);
  const withOverhead = combine(limits, overhead, (limit, extra) => (limit === 0 ? 0 : limit + extra));
  limitsBySpec.set(spec, withOverhead);
  return withOverhead;
}

/** What one container asks for. */
export function containerRequests(container: Container): ResourceAmounts {
  return resourceAmounts(container.resources?.requests);
}

function aggregate(spec: PodSpec, amountsOf: (container: Container) => ResourceAmounts): ResourceAmounts {
  let total = noResources;
  for (const container of spec.containers) total = addResources(total, amountsOf(container));
  let sidecars = noResources;
  let largestMoment = noResources;
  for (const container of spec.initContainers ?? []) {
    const own = amountsOf(container);
    if (isRestartableInitContainer(container)) {
      total = addResources(total, own);
      sidecars = addResources(sidecars, own);
      largestMoment = maxResources(largestMoment, sidecars);
    } else {
      largestMoment = maxResources(largestMoment, addResources(own, sidecars));
    }
  }
  return maxResources(total, largestMoment);
}

function withPodLevel(amounts: ResourceAmounts, podLevel: Readonly<Record<string, string>> | undefined): ResourceAmounts {
  if (podLevel === undefined) return amounts;
  const own = resourceAmounts(podLevel);
  const scalar: Record<string, number> = { ...amounts.scalar };
  for (const name of Object.keys(own.scalar)) {
    if (name.startsWith("hugepages-")) scalar[name] = own.scalar[name] ?? 0;
  }
  return {
    cpuMilli: podLevel.cpu === undefined ? amounts.cpuMilli : own.cpuMilli,
    memoryBytes: podLevel.memory === undefined ? amounts.memoryBytes : own.memoryBytes,
    ephemeralStorageBytes: amounts.ephemeralStorageBytes,
    scalar,
  };
}

function combine(a: ResourceAmounts, b: ResourceAmounts, of: (left: number, right: number) => number): ResourceAmounts {
  const scalar: Record<string, number> = {};
  for (const name of new Set([...Object.keys(a.scalar), ...Object.keys(b.scalar)])) scalar[name] = of(a.scalar[name] ?? 0, b.scalar[name] ?? 0);
  return {
    cpuMilli: of(a.cpuMilli, b.cpuMilli),
    memoryBytes: of(a.memoryBytes, b.memoryBytes),
    ephemeralStorageBytes: of(a.ephemeralStorageBytes, b.ephemeralStorageBytes),
    scalar,
  };
}
