import { quantityBytes, quantityMilli } from "../apimachinery/quantity.ts";
import { compareText } from "../base/compareText.ts";
import type { Node } from "../kinds/core/node/types.ts";
import type { Container, Pod } from "../kinds/core/pod/types.ts";
import { affinityTermsOf, type PodAffinityTerms } from "./affinityTerms.ts";
import { podVolumesOf, type PodVolumes } from "./podVolumes.ts";

/** Amounts of every resource; scalars are whole units by resource name (extended resources, hugepages, attachable volumes). */
export interface ResourceTotals {
  cpuMilli: number;
  memoryBytes: number;
  ephemeralStorageBytes: number;
  pods: number;
  readonly scalars: Map<string, number>;
}

/** A pod with what scheduling asks of it, computed once. */
export interface PodInfo {
  readonly pod: Pod;
  /** "namespace/name" */
  readonly key: string;
  readonly priority: number;
  readonly requests: ResourceTotals;
  readonly nonZeroCpuMilli: number;
  readonly nonZeroMemoryBytes: number;
  /** "protocol/port/ip" */
  readonly hostPorts: readonly string[];
  readonly affinity: PodAffinityTerms;
  readonly volumes: PodVolumes;
}

/** What a container without requests counts as in scores. Follows pkg/scheduler/util/pod_resources.go. */
const defaultCpuMilli = 100;
const defaultMemoryBytes = 200 * 1024 * 1024;

export function emptyTotals(): ResourceTotals {
  return { cpuMilli: 0, memoryBytes: 0, ephemeralStorageBytes: 0, pods: 0, scalars: new Map() };
}

function addQuantity(totals: ResourceTotals, name: string, quantity: string): void {
  if (name === "cpu") totals.cpuMilli += quantityMilli(quantity);
  else if (name === "memory") totals.memoryBytes += quantityBytes(quantity);
  else if (name === "ephemeral-storage") totals.ephemeralStorageBytes += quantityBytes(quantity);
  else if (name === "pods") totals.pods += quantityBytes(quantity);
  else totals.scalars.set(name, (totals.scalars.get(name) ?? 0) + quantityBytes(quantity));
}

function sumOf(list: Readonly<Record<string, string>> | undefined): ResourceTotals {
  const totals = emptyTotals();
  for (const name of Object.keys(list ?? {}).sort(compareText)) addQuantity(totals, name, list?.[name] ?? "0");
  return totals;
}

export function totalsOfNode(node: Node): ResourceTotals {
  return sumOf(node.status?.allocatable);
}

function combine(a: ResourceTotals, b: ResourceTotals, merge: (x: number, y: number) => number): ResourceTotals {
  const scalars = new Map(a.scalars);
  for (const [name, amount] of b.scalars) scalars.set(name, merge(scalars.get(name) ?? 0, amount));
  return {
    cpuMilli: merge(a.cpuMilli, b.cpuMilli),
    memoryBytes: merge(a.memoryBytes, b.memoryBytes),
    ephemeralStorageBytes: merge(a.ephemeralStorageBytes, b.ephemeralStorageBytes),
    pods: 0,
    scalars,
  };
}

const plus = (x: number, y: number): number => x + y;

/** Follows component-helpers/resource/helpers.go, PodRequests: sidecars run beside the init containers that come after them. */
function podTotals(pod: Pod, ofContainer: (container: Container) => ResourceTotals, podLevel: Readonly<Record<string, string>> | undefined): ResourceTotals {
  let running = emptyTotals();
  for (const container of pod.spec.containers) running = combine(running, ofContainer(container), plus);
  let sidecars = emptyTotals();
  let initPeak = emptyTotals();
  for (const container of pod.spec.initContainers ?? []) {
    const asked = ofContainer(container);
    const during = combine(asked, sidecars, plus);
    if (container.restartPolicy === "Always") {
      running = combine(running, asked, plus);
      sidecars = during;
    }
    initPeak = combine(initPeak, during, Math.max);
  }
  let totals = combine(running, initPeak, Math.max);
  if (podLevel !== undefined) {
    const asked = sumOf(podLevel);
    totals = {
      ...totals,
      cpuMilli: podLevel["cpu"] === undefined ? totals.cpuMilli : asked.cpuMilli,
      memoryBytes: podLevel["memory"] === undefined ? totals.memoryBytes : asked.memoryBytes,
    };
  }
  return pod.spec.overhead === undefined ? totals : combine(totals, sumOf(pod.spec.overhead), plus);
}

function nonZero(container: Container): ResourceTotals {
  const requests = container.resources?.requests;
  const totals = emptyTotals();
  totals.cpuMilli = requests?.["cpu"] === undefined ? defaultCpuMilli : quantityMilli(requests["cpu"]);
  totals.memoryBytes = requests?.["memory"] === undefined ? defaultMemoryBytes : quantityBytes(requests["memory"]);
  return totals;
}

function hostPortsOf(pod: Pod): readonly string[] {
  const ports: string[] = [];
  for (const container of [...(pod.spec.initContainers ?? []).filter((init) => init.restartPolicy === "Always"), ...pod.spec.containers]) {
    for (const port of container.ports ?? []) {
      const hostPort = port.hostPort ?? 0;
      if (hostPort > 0) ports.push(`${port.protocol ?? "TCP"}/${hostPort}/${port.hostIP === undefined || port.hostIP === "" ? "0.0.0.0" : port.hostIP}`);
    }
  }
  return ports;
}

const known = new WeakMap<Pod, PodInfo>();

/** `old`: the pod before an update; what its specification asks is worked out once. */
export function podInfoOf(pod: Pod, old: Pod | null = null): PodInfo {
  const found = known.get(pod);
  if (found !== undefined) return found;
  const before = old !== null && asksAlike(old, pod) ? known.get(old) : undefined;
  const info = before === undefined ? newPodInfo(pod) : toldAnew(before, pod);
  known.set(pod, info);
  return info;
}

/** Whether all that PodInfo is made of is shared: also a pod that was bound shares it with what it was before. */
function asksAlike({ spec: a }: Pod, { spec: b }: Pod): boolean {
  return (
    a === b ||
    (a.containers === b.containers &&
      a.initContainers === b.initContainers &&
      a.resources === b.resources &&
      a.overhead === b.overhead &&
      a.affinity === b.affinity &&
      a.volumes === b.volumes &&
      a.priority === b.priority)
  );
}

function toldAnew({ key, priority, requests, nonZeroCpuMilli, nonZeroMemoryBytes, hostPorts, affinity, volumes }: PodInfo, pod: Pod): PodInfo {
  return { pod, key, priority, requests, nonZeroCpuMilli, nonZeroMemoryBytes, hostPorts, affinity, volumes };
}

function newPodInfo(pod: Pod): PodInfo {
  const requests = podTotals(pod, (container) => sumOf(container.resources?.requests), pod.spec.resources?.requests);
  // Scores look at containers alone, also where the pod asks as a whole.
  const scored = podTotals(pod, nonZero, undefined);
  return {
    pod,
    key: `${pod.metadata.namespace ?? ""}/${pod.metadata.name}`,
    priority: pod.spec.priority ?? 0,
    requests,
    nonZeroCpuMilli: scored.cpuMilli,
    nonZeroMemoryBytes: scored.memoryBytes,
    hostPorts: hostPortsOf(pod),
    affinity: affinityTermsOf(pod),
    volumes: podVolumesOf(pod),
  };
}
