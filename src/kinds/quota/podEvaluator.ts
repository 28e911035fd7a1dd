// Follows pkg/quota/v1/evaluator/core/pods.go.
import { compareText } from "../../base/compareText.ts";
import { parseRfc3339 } from "../../base/rfc3339.ts";
import type { KubeObject } from "../../apimachinery/objectMeta.ts";
import type { Quantity } from "../../apimachinery/quantity.ts";
import { isPodTerminal } from "../core/pod/podStatus.ts";
import { qosClass } from "../core/pod/qosClass.ts";
import type { PodAffinityTerm } from "../core/pod/affinityTypes.ts";
import type { Pod } from "../core/pod/types.ts";
import type { ScopeRequirement } from "../core/resourcequota/types.ts";
import { isExtendedResource, isNativeResource } from "../podtemplate/validateResources.ts";
import { addTo, amountsOf, one, type Amounts } from "./amounts.ts";
import type { Evaluator } from "./evaluators.ts";
import { podTotals } from "./podTotals.ts";
import { valuesMatch } from "./scopes.ts";

const hugePages = "hugepages-";
/** A container's resource, under which names a quota counts its request and its limit. */
const computed: readonly (readonly [name: string, requests: readonly string[], limit: string])[] = [
  ["cpu", ["cpu", "requests.cpu"], "limits.cpu"],
  ["memory", ["memory", "requests.memory"], "limits.memory"],
  ["ephemeral-storage", ["ephemeral-storage", "requests.ephemeral-storage"], "limits.ephemeral-storage"],
];
const names: ReadonlySet<string> = new Set(["count/pods", "pods", ...computed.flatMap(([, requests, limit]) => [...requests, limit])]);
/** Where a quota counts these, every container must say them. */
const mustBeSaid: ReadonlySet<string> = new Set(["cpu", "memory", "requests.cpu", "requests.memory", "limits.cpu", "limits.memory"]);
const secondUs = 1_000_000;

export const podEvaluator: Evaluator = {
  resource: "pods",
  handles: (operation, subresource) => (subresource === "" ? operation === "CREATE" : subresource === "resize" && operation === "UPDATE"),
  tracks: (name) => names.has(name) || name.startsWith(hugePages) || name.startsWith(`requests.${hugePages}`) || (name.startsWith("requests.") && !isNativeResource(name)),
  matchesScope: (requirement, object) => podMatchesScope(requirement, object as Pod),
  missing: (tracked, object) => missing(tracked, object as Pod),
  usage: (object, nowUs) => podUsage(object as Pod, nowUs),
};

function missing(tracked: readonly string[], pod: Pod): string | null {
  const wanted = tracked.filter((name) => mustBeSaid.has(name)).sort(compareText);
  if (wanted.length === 0) return null;
  const containers = [...pod.spec.containers, ...(pod.spec.initContainers ?? [])];
  const texts = wanted.flatMap((name) => {
    const without = containers.filter(({ resources }) => !computeUsage(amountsOf(resources?.requests), amountsOf(resources?.limits)).has(name)).map((container) => container.name);
    return without.length === 0 ? [] : [`${name} for: ${[...new Set(without)].sort(compareText).join(",")}`];
  });
  return texts.length === 0 ? null : `must specify ${texts.join("; ")}`;
}

/** An ended pod, or one that should long be gone, counts as an object only. */
function podUsage(pod: Pod, nowUs: number): Amounts {
  const usage = new Map<string, Quantity>([["count/pods", one]]);
  if (countsForQuota(pod, nowUs)) addTo(usage, computeUsage(podTotals(pod, "requests", { forQuota: true }), podTotals(pod, "limits", { forQuota: true })));
  return usage;
}

/** Whether what the pod asks for is held against a quota. */
export function countsForQuota(pod: Pod, nowUs: number): boolean {
  return !isPodTerminal(pod) && nowUs <= releasedAtUs(pod);
}

/** When a pod in deletion stops to count: stuck ones must not be in the way of their successors. */
export function releasedAtUs(pod: Pod): number {
  const { deletionTimestamp, deletionGracePeriodSeconds } = pod.metadata;
  if (deletionTimestamp === undefined || deletionGracePeriodSeconds === undefined) return Infinity;
  return (parseRfc3339(deletionTimestamp) ?? 0) + deletionGracePeriodSeconds * secondUs;
}

function computeUsage(requests: Amounts, limits: Amounts): Amounts {
  const usage = new Map<string, Quantity>([["pods", one]]);
  for (const [name, requestNames, limitName] of computed) {
    const request = requests.get(name);
    const limit = limits.get(name);
    if (request !== undefined) for (const each of requestNames) usage.set(each, request);
    if (limit !== undefined) usage.set(limitName, limit);
  }
  for (const [name, request] of requests) {
    if (name.startsWith(hugePages)) usage.set(name, request);
    if (name.startsWith(hugePages) || isExtendedResource(name)) usage.set(`requests.${name}`, request);
  }
  return usage;
}

function podMatchesScope(requirement: ScopeRequirement, pod: Pod): boolean {
  switch (requirement.scopeName) {
    case "Terminating":
      return hasDeadline(pod);
    case "NotTerminating":
      return !hasDeadline(pod);
    case "BestEffort":
      return isBestEffort(pod);
    case "NotBestEffort":
      return !isBestEffort(pod);
    case "PriorityClass":
      return valuesMatch(requirement, (pod.spec.priorityClassName ?? "") === "" ? [] : [pod.spec.priorityClassName ?? ""]);
    case "CrossNamespacePodAffinity":
      return looksAcrossNamespaces(pod);
    default:
      return false;
  }
}

function hasDeadline(pod: Pod): boolean {
  return pod.spec.activeDeadlineSeconds !== undefined && pod.spec.activeDeadlineSeconds >= 0;
}

function isBestEffort(pod: Pod): boolean {
  return (pod.status?.qosClass ?? qosClass(pod)) === "BestEffort";
}

function looksAcrossNamespaces(pod: Pod): boolean {
  const { podAffinity, podAntiAffinity } = pod.spec.affinity ?? {};
  const terms = [podAffinity, podAntiAffinity].flatMap((each): readonly PodAffinityTerm[] => [
    ...(each?.requiredDuringSchedulingIgnoredDuringExecution ?? []), ...(each?.preferredDuringSchedulingIgnoredDuringExecution ?? []).map((weighted) => weighted.podAffinityTerm),
  ]);
  return terms.some((term) => (term.namespaces ?? []).length > 0 || term.namespaceSelector !== undefined);
}

/** Whether a change of a pod may free what a quota holds. */
export function podFreesQuota(pod: KubeObject, old: KubeObject): boolean {
  const [now, before] = [pod as Pod, old as Pod];
  return (isPodTerminal(now) && !isPodTerminal(before)) || now.spec.containers !== before.spec.containers || now.metadata.deletionTimestamp !== before.metadata.deletionTimestamp;
}
