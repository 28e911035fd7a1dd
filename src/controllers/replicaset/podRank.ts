import { parseRfc3339 } from "../../base/rfc3339.ts";
import { isPodReady, podCondition } from "../../kinds/core/pod/podStatus.ts";
import type { ContainerStatus, Pod } from "../../kinds/core/pod/types.ts";

// Follows pkg/controller/controller_utils.go (ActivePodsWithRanks) and pkg/controller/replicaset/replica_set.go (getPodsToDelete).

const deletionCostAnnotation = "controller.kubernetes.io/pod-deletion-cost";
const phaseOrder: Readonly<Record<string, number>> = { Pending: 0, Unknown: 1, Running: 2 };

/** One step of the ranking: negative where `a` goes first, and the words for why. */
interface Criterion {
  readonly why: string;
  compare(a: Ranked, b: Ranked, nowUs: number): number;
}

interface Ranked {
  readonly pod: Pod;
  readonly ready: boolean;
  readonly readySinceUs: number | null;
  readonly createdUs: number | null;
  readonly cost: number;
  /** Pods of related ReplicaSets on the same node. */
  readonly neighbours: number;
  readonly restarts: number;
  readonly sidecarRestarts: number;
}

const criteria: readonly Criterion[] = [
  { why: "not placed on a node", compare: (a, b) => Number(isPlaced(a.pod)) - Number(isPlaced(b.pod)) },
  { why: "not running yet", compare: (a, b) => phaseRank(a.pod) - phaseRank(b.pod) },
  { why: "not ready", compare: (a, b) => Number(a.ready) - Number(b.ready) },
  { why: "lowest deletion cost", compare: (a, b) => a.cost - b.cost },
  { why: "its node holds more pods of this set", compare: (a, b) => b.neighbours - a.neighbours },
  { why: "ready for a shorter time", compare: (a, b, nowUs) => (a.ready && b.ready ? byAge(a, b, a.readySinceUs, b.readySinceUs, nowUs) : 0) },
  { why: "more restarts", compare: (a, b) => b.restarts - a.restarts || b.sidecarRestarts - a.sidecarRestarts },
  { why: "younger", compare: (a, b, nowUs) => byAge(a, b, a.createdUs, b.createdUs, nowUs) },
];

export interface Victim {
  readonly pod: Pod;
  /** Why it goes before the pods that stay; "" where all go. */
  readonly why: string;
}

/** The pods to delete, those first that are missed least. `related`: the active pods of all ReplicaSets of the same owner. */
export function victims(pods: readonly Pod[], related: readonly Pod[], count: number, nowUs: number): readonly Victim[] {
  if (count >= pods.length) return pods.map((pod) => ({ pod, why: "" }));
  const perNode = new Map<string, number>();
  for (const pod of related) if (isPlaced(pod)) perNode.set(pod.spec.nodeName ?? "", (perNode.get(pod.spec.nodeName ?? "") ?? 0) + 1);
  const ranked = pods.map((pod) => rank(pod, perNode)).sort((a, b) => order(a, b, nowUs).result);
  const survivor = ranked[count] as Ranked;
  return ranked.slice(0, count).map((victim) => ({ pod: victim.pod, why: order(victim, survivor, nowUs).why }));
}

function order(a: Ranked, b: Ranked, nowUs: number): { readonly result: number; readonly why: string } {
  for (const criterion of criteria) {
    const result = criterion.compare(a, b, nowUs);
    if (result !== 0) return { result, why: criterion.why };
  }
  return { result: 0, why: "as good as any" };
}

function rank(pod: Pod, perNode: ReadonlyMap<string, number>): Ranked {
  const ready = isPodReady(pod);
  const since = podCondition(pod, "Ready")?.lastTransitionTime;
  const cost = Number(pod.metadata.annotations?.[deletionCostAnnotation] ?? "0");
  const sidecars = new Set(pod.spec.initContainers?.filter((container) => container.restartPolicy === "Always").map((container) => container.name));
  return {
    pod,
    ready,
    readySinceUs: ready && since !== undefined ? parseRfc3339(since) : null,
    createdUs: parseRfc3339(pod.metadata.creationTimestamp),
    cost: Number.isInteger(cost) ? cost : 0,
    neighbours: isPlaced(pod) ? (perNode.get(pod.spec.nodeName ?? "") ?? 0) : 0,
    restarts: mostRestarts(pod.status?.containerStatuses ?? []),
    sidecarRestarts: mostRestarts((pod.status?.initContainerStatuses ?? []).filter((status) => sidecars.has(status.name))),
  };
}

function isPlaced(pod: Pod): boolean {
  return pod.spec.nodeName !== undefined && pod.spec.nodeName !== "";
}

function phaseRank(pod: Pod): number {
  return phaseOrder[pod.status?.phase ?? ""] ?? 0;
}

function mostRestarts(statuses: readonly ContainerStatus[]): number {
  return statuses.reduce((most, status) => Math.max(most, status.restartCount), 0);
}

/** Younger first, by the logarithm of the age, so that pods of like age are as good as drawn by lot; no time at all goes first. */
function byAge(a: Ranked, b: Ranked, aUs: number | null, bUs: number | null, nowUs: number): number {
  if (aUs === bUs) return 0;
  if (aUs === null || bUs === null) return aUs === null ? -1 : 1;
  const difference = ageRank(nowUs - aUs) - ageRank(nowUs - bUs);
  if (difference !== 0) return difference;
  return a.pod.metadata.uid < b.pod.metadata.uid ? -1 : 1;
}

/** Whole part of the binary logarithm of an age in nanoseconds. */
function ageRank(ageUs: number): number {
  if (ageUs <= 0) return -1;
  let rest = ageUs * 1000;
  let exponent = 0;
  while (rest >= 2) {
    rest /= 2;
    exponent += 1;
  }
  return exponent;
}
