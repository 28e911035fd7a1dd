import { createStore } from "zustand/vanilla";
import type { FlowRecord } from "../../network/packet.ts";

const recentLimit = 400;
const failedLimit = 200;

export interface FlowState {
  /** Newest last. */
  readonly recent: readonly FlowRecord[];
  readonly failed: readonly FlowRecord[];
  /** Rises with each batch; `batch` is what the last one brought, for the dots. */
  readonly version: number;
  readonly batch: readonly FlowRecord[];
  /** Failed dots older than this are no longer drawn: the person has put them away. */
  readonly dismissedBeforeUs: number;
}

export function createFlowStore() {
  return createStore<FlowState>(() => ({ recent: [], failed: [], version: 0, batch: [], dismissedBeforeUs: -1 }));
}
export type FlowStore = ReturnType<typeof createFlowStore>;

/** Adds a frame's requests; the rings keep the newest. */
export function addFlows(store: FlowStore, flows: readonly FlowRecord[], reset: boolean): void {
  if (flows.length === 0 && !reset) return;
  const state = store.getState();
  const failures = flows.filter((flow) => flow.failure !== null);
  store.setState({
    recent: [...(reset ? [] : state.recent), ...flows].slice(-recentLimit),
    failed: failures.length === 0 && !reset ? state.failed : [...(reset ? [] : state.failed), ...failures].slice(-failedLimit),
    version: state.version + 1,
    batch: flows,
    dismissedBeforeUs: reset ? -1 : state.dismissedBeforeUs,
  });
}

/** Puts the failed dots away until the next failure. */
export function dismissFailures(store: FlowStore): void {
  const last = store.getState().failed.at(-1);
  if (last !== undefined) store.setState({ dismissedBeforeUs: last.endedAtUs });
}
