// Follows pkg/kubelet/eviction/eviction_manager.go (synchronize, evictPod, Admit).
import { qosClass } from "../../../kinds/core/pod/qosClass.ts";
import type { Pod } from "../../../kinds/core/pod/types.ts";
import type { Refusal } from "../admission.ts";
import type { PodWorkerState } from "../podWorker/state.ts";
import type { Stats } from "../stats/statsTexts.ts";
import { isCritical } from "../criticalPods.ts";
import { evictionMessage, ranked, type Candidate } from "./ranking.ts";
import { signals, type Pressure, type Signal } from "./signals.ts";
import type { EvictionHost, EvictionState } from "./state.ts";

const monitorUs = 10_000_000;
const cleanupUs = 1_000_000;
const longestCleanupUs = 30_000_000;
const transitionUs = 300_000_000;
/** What a pod has to end in where a threshold was met (immediateEvictionGracePeriodSeconds). */
const immediateUs = 1_000_000;

interface Around {
  readonly now: number;
  readonly workers: ReadonlyMap<string, PodWorkerState>;
  readonly host: EvictionHost;
  collectImages(): void;
}

/** One look: what is known after it, and when to look again; null: not before a threshold is crossed. */
export function measured(before: EvictionState, stats: Stats, around: Around): { readonly state: EvictionState; readonly waitUs: number | null } {
  const { now, host } = around;
  const met = signals.filter((signal) => signal.availableBytes(host.node, stats) < signal.thresholdBytes(host.node));
  const seenUs: Partial<Record<Pressure, number>> = {};
  for (const { condition } of signals) {
    const last = met.some((signal) => signal.condition === condition) ? now : before.seenUs[condition];
    if (last !== undefined && now - last < transitionUs) seenUs[condition] = last;
  }
  const [worst] = met;
  const state = { ...before, seenUs };
  if (worst === undefined) return Object.keys(seenUs).length === 0 ? { state: { ...state, looking: false, collectedUs: 0 }, waitUs: null } : { state, waitUs: monitorUs };
  host.event("Warning", "EvictionThresholdMet", `Attempting to reclaim ${worst.resource}`);
  // What can be had without ending a pod comes first.
  if (worst.condition === "DiskPressure" && (before.collectedUs === 0 || now - before.collectedUs > monitorUs)) {
    around.collectImages();
    return { state: { ...state, collectedUs: now }, waitUs: cleanupUs };
  }
  const uid = evict(worst, stats, around);
  return uid === null ? { state, waitUs: monitorUs } : { state: { ...state, leaving: { uid, untilUs: now + longestCleanupUs } }, waitUs: cleanupUs };
}

/** The pod that had to go; null where none may be chosen. */
function evict(signal: Signal, stats: Stats, { workers, host }: Around): string | null {
  const candidates: Candidate[] = [];
  for (const { pod, rejected, termination } of workers.values()) {
    if (rejected !== null || termination !== null) continue;
    const containers = stats.containers.filter(({ podUid }) => podUid === pod.metadata.uid);
    candidates.push({ pod, containers, usedBytes: signal.condition === "MemoryPressure" ? containers.reduce((sum, { memoryBytes }) => sum + memoryBytes, 0) : 0 });
  }
  const chosen = ranked(candidates, signal).find(({ pod }) => !isCritical(pod));
  if (chosen === undefined) return null;
  const message = evictionMessage(signal, signal.thresholdBytes(host.node), signal.availableBytes(host.node, stats), chosen);
  host.evict(chosen.pod, { type: "evict", reason: "Evicted", message, graceUs: immediateUs });
  return chosen.pod.metadata.uid;
}

/** Why a pod may not come while the node is under pressure; null: it may. */
export function refusalUnder(pressures: readonly Pressure[], pod: Pod): Refusal | null {
  if (isCritical(pod)) return null;
  if (pressures.join() === "MemoryPressure") {
    if (qosClass(pod) !== "BestEffort") return null;
    const tolerated = pod.spec.tolerations?.some(({ key, operator, effect }) => (key === undefined || key === "" || key === "node.kubernetes.io/memory-pressure") && (operator === "Exists" || key !== undefined) && (effect === undefined || effect === "" || effect === "NoSchedule"));
    if (tolerated === true) return null;
  }
  return { reason: "Evicted", message: `The node had condition: [${pressures.join(" ")}]. ` };
}
