import { parseRfc3339 } from "../../base/rfc3339.ts";
import type { Lease } from "../../kinds/coordination/lease/types.ts";
import type { Node, NodeCondition, Taint } from "../../kinds/core/node/types.ts";
import { second } from "../../sim/time.ts";
import type { SimTime } from "../../sim/time.ts";

// Follows pkg/controller/nodelifecycle/node_lifecycle_controller.go (tryUpdateNodeHealth and its neighbours).

export const monitorGraceUs = 50 * second;
const startupGraceUs = 60 * second;

/** What was last heard of a node, by this controller's own clock: the node's own clock is not trusted. */
export interface Heard {
  readonly at: SimTime;
  readonly heartbeat: string;
  readonly renewTime: string;
}

export function conditionOf(node: Node, type: string): NodeCondition | null {
  return node.status?.conditions?.find((condition) => condition.type === type) ?? null;
}

export function isReady(node: Node): boolean {
  return conditionOf(node, "Ready")?.status === "True";
}

/** A new heartbeat in the status, or a renewed lease, is a sign of life now. */
export function hear(before: Heard | undefined, node: Node, lease: Lease | null, now: SimTime, unixUs: number): Heard {
  const heartbeat = conditionOf(node, "Ready")?.lastHeartbeatTime ?? "";
  const renewTime = lease?.spec.renewTime ?? "";
  if (before === undefined) {
    const createdUs = parseRfc3339(node.metadata.creationTimestamp) ?? unixUs;
    return { at: (heartbeat === "" ? Math.min(now, now - (unixUs - createdUs)) : now) as SimTime, heartbeat, renewTime };
  }
  const renewed = renewTime !== "" && (before.renewTime === "" || renewTime > before.renewTime);
  return heartbeat !== before.heartbeat || renewed ? { at: now, heartbeat, renewTime } : before;
}

export function isSilent(heard: Heard, node: Node, now: SimTime): boolean {
  return now > heard.at + (conditionOf(node, "Ready") === null ? startupGraceUs : monitorGraceUs);
}

const judged = ["Ready", "MemoryPressure", "DiskPressure", "PIDPressure"] as const;

/** The conditions of a node that has been silent for too long; null where they say so already. */
export function silentConditions(node: Node, timestamp: string): readonly NodeCondition[] | null {
  const conditions = node.status?.conditions ?? [];
  if (judged.every((type) => conditionOf(node, type)?.status === "Unknown")) return null;
  const changed = conditions.map((condition): NodeCondition =>
    (judged as readonly string[]).includes(condition.type) && condition.status !== "Unknown"
      ? { ...condition, status: "Unknown", reason: "NodeStatusUnknown", message: "Kubelet stopped posting node status.", lastTransitionTime: timestamp }
      : condition,
  );
  const missing = judged.filter((type) => conditionOf(node, type) === null);
  return [
    ...changed,
    ...missing.map((type): NodeCondition => ({
      type,
      status: "Unknown",
      reason: "NodeStatusNeverUpdated",
      message: "Kubelet never posted node status.",
      lastHeartbeatTime: node.metadata.creationTimestamp,
      lastTransitionTime: timestamp,
    })),
  ];
}

const taintOf: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  Ready: { False: "node.kubernetes.io/not-ready", Unknown: "node.kubernetes.io/unreachable" },
  MemoryPressure: { True: "node.kubernetes.io/memory-pressure" },
  DiskPressure: { True: "node.kubernetes.io/disk-pressure" },
  PIDPressure: { True: "node.kubernetes.io/pid-pressure" },
  NetworkUnavailable: { True: "node.kubernetes.io/network-unavailable" },
};
const unschedulableTaint = "node.kubernetes.io/unschedulable";
const managedKeys: ReadonlySet<string> = new Set([unschedulableTaint, ...Object.values(taintOf).flatMap((byStatus) => Object.values(byStatus))]);

/** The NoSchedule taints that the conditions and spec.unschedulable call for. */
export function noScheduleTaints(node: Node, timestamp: string): readonly Taint[] {
  const keys = (node.status?.conditions ?? []).flatMap((condition) => taintOf[condition.type]?.[condition.status] ?? []);
  if (node.spec.unschedulable === true) keys.push(unschedulableTaint);
  return keys.map((key) => ({ key, effect: "NoSchedule", timeAdded: timestamp }));
}

export function isManagedNoSchedule(taint: Taint): boolean {
  return taint.effect === "NoSchedule" && managedKeys.has(taint.key);
}

/** The NoExecute taint that the Ready condition calls for; null where the node is ready. */
export function noExecuteTaint(node: Node, timestamp: string): Taint | null {
  const ready = conditionOf(node, "Ready");
  const key = ready === null ? undefined : taintOf["Ready"]?.[ready.status];
  return key === undefined ? null : { key, effect: "NoExecute", timeAdded: timestamp };
}

export function isManagedNoExecute(taint: Taint): boolean {
  return taint.effect === "NoExecute" && (taint.key === "node.kubernetes.io/not-ready" || taint.key === "node.kubernetes.io/unreachable");
}
