// Follows pkg/kubelet/status/status_manager.go (syncPod) and pkg/util/pod/pod.go (PatchPodStatus).
import { extended } from "../../base/extended.ts";
import { deepEqual } from "../../base/deepEqual.ts";
import type { Json, JsonObject } from "../../base/json.ts";
import type { Pod, PodCondition, PodStatus } from "../../kinds/core/pod/types.ts";

/** The strategic merge patch that makes the pod's status what it should be; null where it is already so, which costs no memory. */
export function statusPatch(pod: Pod, wanted: PodStatus): JsonObject | null {
  const old = (pod.status ?? nothing) as unknown as Readonly<Record<string, Json>>;
  const next = wanted as unknown as Readonly<Record<string, Json>>;
  const oldConditions = pod.status?.conditions ?? [];
  const conditions = wanted.conditions ?? [];
  const change: Record<string, Json> | null = changedFields(old, next);
  const removed = removedConditions(oldConditions, conditions);
  if (removed.length === 0 && allSame(oldConditions, conditions)) return change === null ? null : { metadata: { uid: pod.metadata.uid }, status: change };
  const status = change ?? {};
  status["$setElementOrder/conditions"] = conditions.map((condition) => ({ type: condition.type }));
  status["conditions"] = [...changedConditions(oldConditions, conditions), ...removed];
  return { metadata: { uid: pod.metadata.uid }, status };
}

const nothing: PodStatus = {};
const ownedKeys = ["podIP", "podIPs", "initContainerStatuses", "containerStatuses", "reason", "message"] as const;

/** All that differs but the conditions. */
function changedFields(old: Readonly<Record<string, Json>>, next: Readonly<Record<string, Json>>): Record<string, Json> | null {
  let change: Record<string, Json> | null = null;
  for (const key in next) {
    if (key === "conditions" || deepEqual(old[key], next[key])) continue;
    change ??= {};
    change[key] = key === "podIPs" && old[key] !== undefined ? replaceIps(old[key], next[key] ?? null) : (next[key] ?? null);
  }
  for (const key of ownedKeys) {
    if (old[key] === undefined || next[key] !== undefined) continue;
    change ??= {};
    change[key] = key === "podIPs" ? old[key] : null;
  }
  return change;
}

function allSame(old: readonly PodCondition[], wanted: readonly PodCondition[]): boolean {
  for (const condition of wanted) {
    const before = conditionOf(old, condition.type);
    if (before === null || !sameCondition(before, condition)) return false;
  }
  return true;
}

const nothingRemoved: readonly Json[] = [];

/** What of the kubelet's own conditions is only there at times, and is over. */
function removedConditions(old: readonly PodCondition[], wanted: readonly PodCondition[]): readonly Json[] {
  let removed: Json[] | null = null;
  for (const { type } of old) {
    if ((type !== "PodResizePending" && type !== "PodResizeInProgress") || conditionOf(wanted, type) !== null) continue;
    removed ??= [];
    removed.push({ $patch: "delete", type });
  }
  return removed ?? nothingRemoved;
}

const noReasonNorMessage = { reason: null, message: null };

/** Only those that differ; what a condition no longer says is named as removed, for conditions merge by type. */
function changedConditions(old: readonly PodCondition[], wanted: readonly PodCondition[]): readonly Json[] {
  const changed: Json[] = [];
  for (const condition of wanted) {
    const before = conditionOf(old, condition.type);
    if (before !== null && sameCondition(before, condition)) continue;
    const noReason = before?.reason !== undefined && condition.reason === undefined;
    const noMessage = before?.message !== undefined && condition.message === undefined;
    if (!noReason && !noMessage) changed.push(condition as unknown as Json);
    else changed.push(extended(condition as unknown as JsonObject, noReason && noMessage ? noReasonNorMessage : noReason ? { reason: null } : { message: null }));
  }
  return changed;
}

/** The condition of a type; null where there is none. */
export function conditionOf(conditions: readonly PodCondition[], type: string): PodCondition | null {
  for (const condition of conditions) if (condition.type === type) return condition;
  return null;
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
