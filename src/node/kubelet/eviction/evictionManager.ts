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
import { ImageCollector } from "../images/imageCollector.ts";
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
  readonly #images: ImageCollector;
  #state: EvictionState = { seenUs: {}, leaving: null, collectedUs: 0, looking: false };

  constructor(runtime: ProcessId, workers: ReadonlyMap<string, PodWorkerState>) {
    this.#runtime = runtime;
    this.#workers = workers;
    this.#images = new ImageCollector(runtime);
  }

  get pressures(): readonly Pressure[] {
    return signals.map(({ condition }) => condition).filter((condition) => this.#state.seenUs[condition] !== undefined);
  }

  /** The runtime has answered for the first time, or again. */
  begin(ctx: ProcessContext, node: NodeSpec): void {
    this.#watch(ctx, node);
    this.#images.begin(ctx, node);
  }

  /** Whether a timer that has run out was one of its own. */
  timer(ctx: ProcessContext, key: string): boolean {
    if (key === "eviction") this.#look(ctx);
    else if (key === "images") this.#images.look(ctx);
    else if (key.startsWith("storage/")) ctx.sendDatagram(this.#runtime, { type: "cri/measureStorage", podUid: key.slice("storage/".length) });
    else return false;
    return true;
  }

  /** What the runtime says of the machine. */
  told(ctx: ProcessContext, message: Extract<FromRuntime, { type: "cri/stats" | "cri/useCrossed" | "cri/storage" | "cri/imageUse" }>, host: EvictionHost): void {
    switch (message.type) {
      case "cri/stats": return this.#measured(ctx, message, host);
      case "cri/useCrossed": return this.#crossed(ctx);
      case "cri/storage": return this.#storage(ctx, message, host);
      case "cri/imageUse": return this.#images.told(ctx, message, host.node, host.event);
    }
  }

  /** Has the runtime watch the thresholds. */
  #watch(ctx: ProcessContext, node: NodeSpec): void {
    const [memory, disk] = signals.map((signal) => signal.thresholdBytes(node));
    ctx.sendDatagram(this.#runtime, { type: "cri/watchUse", memoryBytes: node.memoryBytes - (memory ?? 0), diskBytes: node.ephemeralStorageBytes - (disk ?? 0) });
  }

  /** A threshold was crossed: it is noticed at the next look. */
  #crossed(ctx: ProcessContext): void {
    if (this.#state.looking) return;
    this.#state.looking = true;
    ctx.setTimer("eviction", monitorUs - (ctx.now % monitorUs));
  }

  #look(ctx: ProcessContext): void {
    const { leaving } = this.#state;
    if (leaving !== null && podChart.has(this.#workers.get(leaving.uid)?.value ?? "finished", "up") && ctx.now < leaving.untilUs) return ctx.setTimer("eviction", cleanupUs);
    this.#state.leaving = null;
    ctx.sendDatagram(this.#runtime, { type: "cri/stats", since: 0, tag: { eviction: true } });
  }

  /** What the runtime says is used. */
  #measured(ctx: ProcessContext, stats: Stats, host: EvictionHost): void {
    const before = this.pressures.join();
    const { state, waitUs } = measured(this.#state, stats, { now: ctx.now, workers: this.#workers, host, collectImages: () => this.#images.deleteUnused(ctx) });
    this.#state = state;
    if (before !== this.pressures.join()) host.report();
    if (waitUs === null) this.#watch(ctx, host.node);
    else ctx.setTimer("eviction", waitUs);
  }

  /** A pod keeps more on the disk than it may, or (null: not yet) what it keeps was measured. */
  #storage(ctx: ProcessContext, { podUid, use }: Extract<FromRuntime, { type: "cri/storage" }>, host: EvictionHost): void {
    if (use === null) return ctx.setTimer(`storage/${podUid}`, foundUs(ctx.now));
    const pod = this.#workers.get(podUid)?.pod;
    const event = pod === undefined ? null : storageEviction(pod, use);
    if (pod !== undefined && event !== null) host.evict(pod, event);
  }

  /** Whether a pod may come while the node is under pressure; null: it may. */
  admits(pod: Pod): Refusal | null {
    const { pressures } = this;
    return pressures.length === 0 ? null : refusalUnder(pressures, pod);
  }

  snapshot(): Json {
    return { ...this.#state, images: this.#images.snapshot() } as unknown as Json;
  }

  restore(data: Json): void {
    const { images, ...state } = data as unknown as EvictionState & { readonly images: Json };
    this.#state = state;
    this.#images.restore(images);
  }
}
