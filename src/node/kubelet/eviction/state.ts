import type { Pod } from "../../../kinds/core/pod/types.ts";
import type { NodeSpec } from "../../nodeSpec.ts";
import type { PodWorkerEvent } from "../podWorker/state.ts";
import type { Pressure } from "./signals.ts";

/** What the manager asks of the kubelet around it. */
export interface EvictionHost {
  readonly node: NodeSpec;
  evict(pod: Pod, event: Extract<PodWorkerEvent, { type: "evict" }>): void;
  event(type: "Normal" | "Warning", reason: string, message: string): void;
  /** The node's conditions have changed. */
  report(): void;
}

export interface EvictionState {
  /** When each pressure was last seen, in the kubelet's own time: a pressure stays until it was not seen for five minutes. */
  seenUs: Readonly<Partial<Record<Pressure, number>>>;
  /** The pod that was evicted last, until nothing of it runs. */
  leaving: { readonly uid: string; readonly untilUs: number } | null;
  /** When unused images were removed last; 0: not in this time of need. */
  collectedUs: number;
  /** A look is due. */
  looking: boolean;
}
