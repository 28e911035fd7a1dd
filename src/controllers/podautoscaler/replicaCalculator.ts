// Follows pkg/controller/podautoscaler/replica_calculator.go and metrics/utilization.go. Usages are in thousandths.
import { parseRfc3339 } from "../../base/rfc3339.ts";
import { isPodReady, isRestartableInitContainer, podCondition } from "../../kinds/core/pod/podStatus.ts";
import { podRequests } from "../../kinds/core/pod/podResources.ts";
import type { Pod } from "../../kinds/core/pod/types.ts";
import { quantityMilli } from "../../apimachinery/quantity.ts";
import { minute, second } from "../../sim/time.ts";

export interface PodMetric {
  readonly value: number;
  readonly atUs: number;
  readonly windowUs: number;
}

export type PodMetrics = ReadonlyMap<string, PodMetric>;

export interface Tolerances {
  readonly down: number;
  readonly up: number;
}

export interface Failure {
  readonly error: string;
}

export interface Proposal {
  readonly replicas: number;
  /** Of a pod on average, or of all for targets that are plain values. */
  readonly usage: number;
  /** Percent of what the pods request. */
  readonly utilization?: number;
}

/** What a proposal is made from, whatever the metric. */
export interface Scene {
  readonly replicas: number;
  /** All that the target selects. */
  readonly pods: readonly Pod[];
  readonly tolerances: Tolerances;
  readonly nowUs: number;
}

const mostReplicas = 2 ** 31 - 1;
const cpuInitializationUs = 5 * minute;
const initialReadinessUs = 30 * second;

export const failed = <T extends object>(result: T | Failure): result is Failure => "error" in result;
const noPods: Failure = { error: "no pods returned by selector while calculating replica count" };
const noMetrics: Failure = { error: "did not receive metrics for targeted pods (pods might be unready)" };
const isWithin = ({ down, up }: Tolerances, ratio: number): boolean => 1 - down <= ratio && ratio <= 1 + up;
const roundedUp = (count: number): number => Math.min(mostReplicas, Math.ceil(count));

interface Groups {
  readonly ready: number;
  /** What counts of the metrics. */
  readonly values: Map<string, number>;
  readonly unready: readonly string[];
  readonly missing: readonly string[];
}

function groupPods(pods: readonly Pod[], metrics: PodMetrics, resource: string, nowUs: number): Groups {
  const values = new Map([...metrics].map(([name, { value }]) => [name, value]));
  const unready: string[] = [];
  const missing: string[] = [];
  let ready = 0;
  for (const pod of pods) {
    const { name, deletionTimestamp } = pod.metadata;
    const phase = pod.status?.phase;
    const metric = metrics.get(name);
    if (deletionTimestamp !== undefined || phase === "Failed") values.delete(name);
    else if (phase === "Pending" || (resource === "cpu" && metric !== undefined && isWarmingUp(pod, metric, nowUs))) {
      values.delete(name);
      unready.push(name);
    } else if (metric === undefined) missing.push(name);
    else ready += 1;
  }
  return { ready, values, unready, missing };
}

/** A pod that starts uses more CPU than it will: what it used before it was ready tells nothing. */
function isWarmingUp(pod: Pod, metric: PodMetric, nowUs: number): boolean {
  const condition = podCondition(pod, "Ready");
  const startedUs = parseRfc3339(pod.status?.startTime ?? "");
  if (condition === null || startedUs === null) return true;
  const changedUs = parseRfc3339(condition.lastTransitionTime ?? "") ?? 0;
  const isFalse = condition.status === "False";
  if (startedUs + cpuInitializationUs > nowUs) return isFalse || metric.atUs < changedUs + metric.windowUs;
  return isFalse && startedUs + initialReadinessUs > changedUs;
}

/** Pods without metrics, or not ready, dampen the change and never turn it round. */
function balanced(scene: Scene, groups: Groups, ratioOf: (values: ReadonlyMap<string, number>) => number, missingAs: (pod: string) => number): number {
  const { ready, unready, missing } = groups;
  const { tolerances, replicas } = scene;
  const ratio = ratioOf(groups.values);
  const growsUnready = unready.length > 0 && ratio > 1;
  if (!growsUnready && missing.length === 0) return isWithin(tolerances, ratio) ? replicas : roundedUp(ratio * ready);
  const values = new Map(groups.values);
  if (ratio !== 1) for (const pod of missing) values.set(pod, ratio < 1 ? missingAs(pod) : 0);
  if (growsUnready) for (const pod of unready) values.set(pod, 0);
  const again = ratioOf(values);
  if (isWithin(tolerances, again) || (ratio < 1 && again > 1) || (ratio > 1 && again < 1)) return replicas;
  const wanted = roundedUp(again * values.size);
  return (again < 1 && wanted > replicas) || (again > 1 && wanted < replicas) ? replicas : wanted;
}

/** For a target in percent of what the pods (or their container of that name) request. */
export function byUtilization(scene: Scene, metrics: PodMetrics, resource: string, container: string, target: number): Proposal | Failure {
  if (scene.pods.length === 0) return noPods;
  const groups = groupPods(scene.pods, metrics, resource, scene.nowUs);
  if (groups.values.size === 0) return noMetrics;
  const requests = new Map<string, number>();
  for (const pod of scene.pods) {
    const request = requestOf(pod, resource, container);
    if (typeof request !== "number") return request;
    requests.set(pod.metadata.name, request);
  }
  const sums = (values: ReadonlyMap<string, number>) => {
    let [used, requested, count] = [0, 0, 0];
    for (const [pod, value] of values) {
      const request = requests.get(pod);
      if (request === undefined) continue;
      used += value;
      requested += request;
      count += 1;
    }
    return { used, count, requested, utilization: Math.trunc((used * 100) / requested) };
  };
  const { used, count, requested, utilization } = sums(groups.values);
  if (requested === 0) return { error: "no metrics returned matched known pods" };
  const replicas = balanced(scene, groups, (values) => sums(values).utilization / target, (pod) => Math.trunc(((requests.get(pod) ?? 0) * Math.max(100, target)) / 100));
  return { replicas, usage: Math.trunc(used / count), utilization };
}

/** For a target that is an amount for each pod. */
export function byUsage(scene: Scene, metrics: PodMetrics, resource: string, target: number): Proposal | Failure {
  if (scene.pods.length === 0) return noPods;
  const groups = groupPods(scene.pods, metrics, resource, scene.nowUs);
  if (groups.values.size === 0) return noMetrics;
  const average = (values: ReadonlyMap<string, number>): number => Math.trunc([...values.values()].reduce((sum, value) => sum + value, 0) / values.size);
  const replicas = balanced(scene, groups, (values) => average(values) / target, () => target);
  return { replicas, usage: average(groups.values) };
}

/** For a target that is an amount for all pods together. */
export function byValue(scene: Scene, usage: number, target: number): Proposal | Failure {
  const ratio = usage / target;
  if (scene.replicas === 0) return { replicas: roundedUp(ratio), usage };
  if (isWithin(scene.tolerances, ratio)) return { replicas: scene.replicas, usage };
  if (scene.pods.length === 0) return { error: `unable to calculate ready pods: ${noPods.error}` };
  const ready = scene.pods.filter((pod) => pod.status?.phase === "Running" && isPodReady(pod)).length;
  return { replicas: roundedUp(ratio * ready), usage };
}

/** For an amount of all that is to be shared among the pods; `replicas` are those that are there. */
export function byShare({ replicas, tolerances }: Scene, usage: number, target: number): Proposal {
  const wanted = isWithin(tolerances, usage / (target * replicas)) ? replicas : roundedUp(usage / target);
  return { replicas: wanted, usage: replicas === 0 ? usage : Math.ceil(usage / replicas) };
}

function requestOf(pod: Pod, resource: string, container: string): number | Failure {
  const { name } = pod.metadata;
  if (container === "" && Object.keys(pod.spec.resources?.requests ?? {}).length > 0) {
    const { cpuMilli, memoryBytes, scalar } = podRequests(pod);
    const request = resource === "cpu" ? cpuMilli : resource === "memory" ? memoryBytes * 1000 : (scalar[resource] ?? 0) * 1000;
    return request === 0 ? { error: `missing pod-level request for ${resource} in Pod ${name}` } : request;
  }
  let sum = 0;
  for (const each of [...pod.spec.containers, ...(pod.spec.initContainers ?? []).filter(isRestartableInitContainer)]) {
    if (container !== "" && container !== each.name) continue;
    const requests = each.resources?.requests ?? {};
    const request = Object.hasOwn(requests, resource) ? requests[resource] : undefined;
    if (request === undefined) return { error: `missing request for ${resource} in container ${each.name} of Pod ${name}` };
    sum += quantityMilli(request);
    if (container !== "") return sum;
  }
  return container === "" ? sum : { error: `container ${container} not found in Pod ${name}` };
}
