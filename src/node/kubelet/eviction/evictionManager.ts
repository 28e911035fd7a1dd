// Follows pkg/kubelet/eviction/eviction_manager.go.
import type { Json } from "../../../base/json.ts";
import type { Pod } from "../../../kinds/core/pod/types.ts";
import type { ProcessContext, ProcessId } from "../../../sim/process.ts";
import type { Refusal } from "../admission.ts";
import type { FromRuntime } from "../../runtime/criMessages.ts";
import type { NodeSpec } from "../../nodeSpec.ts";
import { podChart } from "../podWorker/podMachine.ts";
import type { PodWorkerState } from "../podWorker/state.ts";
import type { Stats } from "../stats/statsTexts.ts";
import { measured, refusalUnder } from "./measure.ts";
import { foundUs, storageEviction } from "./storageLimits.ts";
import { signals, type Pressure } from "./signals.ts";
import type { EvictionHost, EvictionState } from "./state.ts";

const monitorUs = 10_000_000;
const cleanupUs = 1_000_000;

/**
 * Frees memory and disk by ending pods where the node runs out of them. The runtime tells when a threshold is crossed; only from then until
 * the pressure is over does it look every ten seconds, as upstream always does.
 */
export class EvictionManager {
  readonly #runtime: ProcessId;
  readonly #workers: ReadonlyMap<string, PodWorkerState>;
  #state: EvictionState = { seenUs: {}, leaving: null, collectedUs: 0, looking: false };

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
    const before = this.pressures.join();
    const { state, waitUs } = measured(this.#state, stats, { now: ctx.now, workers: this.#workers, host, collectImages: () => ctx.sendDatagram(this.#runtime, { type: "cri/collectImages", freeBytes: Number.MAX_SAFE_INTEGER }) });
    this.#state = state;
    if (before !== this.pressures.join()) host.report();
    if (waitUs === null) this.watch(ctx, host.node);
    else ctx.setTimer("eviction", waitUs);
  }

  /** A pod keeps more on the disk than it may, or (null: not yet) what it keeps was measured. */
  storage(ctx: ProcessContext, { podUid, use }: Extract<FromRuntime, { type: "cri/storage" }>, host: EvictionHost): void {
    if (use === null) return ctx.setTimer(`storage/${podUid}`, foundUs(ctx.now));
    const pod = this.#workers.get(podUid)?.pod;
    const event = pod === undefined ? null : storageEviction(pod, use);
    if (pod !== undefined && event !== null) host.evict(pod, event);
  }

  measureStorage(ctx: ProcessContext, podUid: string): void {
    ctx.sendDatagram(this.#runtime, { type: "cri/measureStorage", podUid });
  }

  /** Whether a pod may come while the node is under pressure; null: it may. */
  admits(pod: Pod): Refusal | null {
    const { pressures } = this;
    return pressures.length === 0 ? null : refusalUnder(pressures, pod);
  }

  snapshot(): Json {
    return { ...this.#state } as unknown as Json;
  }

  restore(data: Json): void {
    this.#state = { ...(data as unknown as EvictionState) };
  }
}
