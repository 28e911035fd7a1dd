// Follows pkg/kubelet/eviction/eviction_manager.go.
import type { Json } from "../../../base/json.ts";
import { qosClass } from "../../../kinds/core/pod/qosClass.ts";
import type { Pod } from "../../../kinds/core/pod/types.ts";
import type { ProcessContext, ProcessId } from "../../../sim/process.ts";
import type { Refusal } from "../admission.ts";
import type { NodeSpec } from "../../nodeSpec.ts";
import { podChart } from "../podWorker/podMachine.ts";
import type { PodWorkerEvent, PodWorkerState } from "../podWorker/state.ts";
import type { Stats } from "../stats/statsTexts.ts";
import { evictionMessage, isCritical, ranked, type Candidate } from "./ranking.ts";
import { signals, type Pressure, type Signal } from "./signals.ts";

const monitorUs = 10_000_000;
const cleanupUs = 1_000_000;
const longestCleanupUs = 30_000_000;
const transitionUs = 300_000_000;
/** What a pod has to end in where a threshold was met (immediateEvictionGracePeriodSeconds). */
const immediateUs = 1_000_000;

/** What the manager asks of the kubelet around it. */
export interface EvictionHost {
  readonly node: NodeSpec;
  evict(pod: Pod, event: Extract<PodWorkerEvent, { type: "evict" }>): void;
  event(type: "Normal" | "Warning", reason: string, message: string): void;
  /** The node's conditions have changed. */
  report(): void;
}

interface State {
  /** When each pressure was last seen, in the kubelet's own time: a pressure stays until it was not seen for five minutes. */
  seenUs: Readonly<Partial<Record<Pressure, number>>>;
  /** The pod that was evicted last, until nothing of it runs. */
  leaving: { readonly uid: string; readonly untilUs: number } | null;
  /** When unused images were removed last; 0: not in this time of need. */
  collectedUs: number;
  /** A look is due. */
  looking: boolean;
}

/**
 * Frees memory and disk by ending pods where the node runs out of them. The runtime tells when a threshold is crossed; only from then until
 * the pressure is over does it look every ten seconds, as upstream always does.
 */
export class EvictionManager {
  readonly #runtime: ProcessId;
  readonly #workers: ReadonlyMap<string, PodWorkerState>;
  #state: State = { seenUs: {}, leaving: null, collectedUs: 0, looking: false };

  constructor(runtime: ProcessId, workers: ReadonlyMap<string, PodWorkerState>) {
    this.#runtime = runtime;
    this.#workers = workers;
  }

  get pressures(): readonly Pressure[] {
    return signals.map(({ condition }) => condition).filter((condition) => this.#state.seenUs[condition] !== undefined);
  }

  /** Has the runtime watch the thresholds. */
  watch(ctx: ProcessContext, node: NodeSpec): void {
    const [memory, disk] = signals.map((signal) => signal.thresholdBytes(node));
    ctx.sendDatagram(this.#runtime, { type: "cri/watchUse", memoryBytes: node.memoryBytes - (memory ?? 0), diskBytes: node.ephemeralStorageBytes - (disk ?? 0) });
  }

  /** A threshold was crossed: it is noticed at the next look. */
  crossed(ctx: ProcessContext): void {
    if (this.#state.looking) return;
    this.#state.looking = true;
    ctx.setTimer("eviction", monitorUs - (ctx.now % monitorUs));
  }

  look(ctx: ProcessContext): void {
    const { leaving } = this.#state;
    if (leaving !== null && podChart.has(this.#workers.get(leaving.uid)?.value ?? "finished", "up") && ctx.now < leaving.untilUs) return ctx.setTimer("eviction", cleanupUs);
    this.#state.leaving = null;
    ctx.sendDatagram(this.#runtime, { type: "cri/stats", since: 0, tag: { eviction: true } });
  }

  /** What the runtime says is used. */
  measured(ctx: ProcessContext, stats: Stats, host: EvictionHost): void {
    const met = signals.filter((signal) => signal.availableBytes(host.node, stats) < signal.thresholdBytes(host.node));
    const before = this.pressures;
    const seenUs: Partial<Record<Pressure, number>> = {};
    for (const { condition } of signals) {
      const last = met.some((signal) => signal.condition === condition) ? ctx.now : this.#state.seenUs[condition];
      if (last !== undefined && ctx.now - last < transitionUs) seenUs[condition] = last;
    }
    this.#state.seenUs = seenUs;
    if (before.join() !== this.pressures.join()) host.report();
    const [worst] = met;
    if (worst !== undefined) this.#reclaim(ctx, worst, stats, host);
    else if (this.pressures.length === 0) {
      this.#state.looking = false;
      this.#state.collectedUs = 0;
      return this.watch(ctx, host.node);
    }
    ctx.setTimer("eviction", this.#state.leaving === null && this.#state.collectedUs !== ctx.now ? monitorUs : cleanupUs);
  }

  /** Whether a pod may come while the node is under pressure; null: it may. */
  admits(pod: Pod): Refusal | null {
    const { pressures } = this;
    if (pressures.length === 0 || isCritical(pod)) return null;
    if (pressures.join() === "MemoryPressure") {
      if (qosClass(pod) !== "BestEffort") return null;
      const tolerated = pod.spec.tolerations?.some(({ key, operator, effect }) => (key === undefined || key === "" || key === "node.kubernetes.io/memory-pressure") && (operator === "Exists" || key !== undefined) && (effect === undefined || effect === "" || effect === "NoSchedule"));
      if (tolerated === true) return null;
    }
    return { reason: "Evicted", message: `The node had condition: [${pressures.join(" ")}]. ` };
  }

  snapshot(): Json {
    return { ...this.#state } as unknown as Json;
  }

  restore(data: Json): void {
    this.#state = { ...(data as unknown as State) };
  }

  #reclaim(ctx: ProcessContext, signal: Signal, stats: Stats, host: EvictionHost): void {
    host.event("Warning", "EvictionThresholdMet", `Attempting to reclaim ${signal.resource}`);
    // What can be had without ending a pod comes first.
    if (signal.condition === "DiskPressure" && (this.#state.collectedUs === 0 || ctx.now - this.#state.collectedUs > monitorUs)) {
      this.#state.collectedUs = ctx.now;
      return ctx.sendDatagram(this.#runtime, { type: "cri/collectImages", freeBytes: Number.MAX_SAFE_INTEGER });
    }
    const candidates = [...this.#workers.values()].filter((worker) => worker.rejected === null && worker.termination === null).map(({ pod }): Candidate => {
      const containers = stats.containers.filter(({ podUid }) => podUid === pod.metadata.uid);
      return { pod, containers, usedBytes: signal.condition === "MemoryPressure" ? containers.reduce((sum, { memoryBytes }) => sum + memoryBytes, 0) : 0 };
    });
    const chosen = ranked(candidates, signal).find(({ pod }) => !isCritical(pod));
    if (chosen === undefined) return;
    this.#state.leaving = { uid: chosen.pod.metadata.uid, untilUs: ctx.now + longestCleanupUs };
    const message = evictionMessage(signal, signal.thresholdBytes(host.node), signal.availableBytes(host.node, stats), chosen);
    host.evict(chosen.pod, { type: "evict", reason: "Evicted", message, graceUs: immediateUs });
  }
}
