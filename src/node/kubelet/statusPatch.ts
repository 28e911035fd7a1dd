// Follows pkg/kubelet/status/status_manager.go (syncPod) and pkg/util/pod/pod.go (PatchPodStatus).
import { deepEqual } from "../../base/deepEqual.ts";
import type { Json, JsonObject } from "../../base/json.ts";
import type { Pod, PodCondition, PodStatus } from "../../kinds/core/pod/types.ts";

/** The strategic merge patch that makes the pod's status what it should be; null where it is already so. */
export function statusPatch(pod: Pod, wanted: PodStatus): JsonObject | null {
  const old = (pod.status ?? {}) as unknown as Readonly<Record<string, Json>>;
  const next = wanted as unknown as Readonly<Record<string, Json>>;
  const change: Record<string, Json> = {};
  for (const key of Object.keys(next)) {
    if (key !== "conditions" && !deepEqual(old[key], next[key])) change[key] = next[key] ?? null;
  }
  for (const key of ownedKeys) if (old[key] !== undefined && next[key] === undefined) change[key] = null;
  if (change["podIPs"] !== undefined && old["podIPs"] !== undefined) change["podIPs"] = replaceIps(old["podIPs"], change["podIPs"]);
  const conditions = changedConditions(pod.status?.conditions ?? [], wanted.conditions ?? []);
  if (conditions.length > 0) {
    change["$setElementOrder/conditions"] = (wanted.conditions ?? []).map((condition) => ({ type: condition.type }));
    change["conditions"] = conditions;
  }
  if (Object.keys(change).length === 0) return null;
  return { metadata: { uid: pod.metadata.uid }, status: change };
}

const ownedKeys = ["podIP", "podIPs", "initContainerStatuses", "containerStatuses"] as const;

/** Only those that differ; what a condition no longer says is named as removed, for conditions merge by type. */
function changedConditions(old: readonly PodCondition[], wanted: readonly PodCondition[]): readonly Json[] {
  return wanted.flatMap((condition): readonly Json[] => {
    const before = old.find((candidate) => candidate.type === condition.type);
    if (before !== undefined && sameCondition(before, condition)) return [];
    const removed: Record<string, null> = {};
    if (before?.reason !== undefined && condition.reason === undefined) removed["reason"] = null;
    if (before?.message !== undefined && condition.message === undefined) removed["message"] = null;
    return [{ ...(condition as unknown as JsonObject), ...removed }];
  });
}

function sameCondition(a: PodCondition, b: PodCondition): boolean {
  return a.status === b.status && a.reason === b.reason && a.message === b.message && a.observedGeneration === b.observedGeneration && a.lastTransitionTime === b.lastTransitionTime;
}

/** podIPs merge by ip: addresses that are no more must be named as deleted. */
function replaceIps(old: Json, next: Json): Json {
  const ips = (list: Json): readonly string[] => (Array.isArray(list) ? list.map((entry: { ip?: string }) => entry.ip ?? "") : []);
  const wanted = ips(next);
  const gone = ips(old).filter((ip) => !wanted.includes(ip)).map((ip) => ({ $patch: "delete", ip }));
  return next === null ? old : [...(next as readonly Json[]), ...gone];
}
