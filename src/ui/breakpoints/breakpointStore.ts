import { createStore } from "zustand/vanilla";
import type { Breakpoint, BreakpointHit, Condition } from "../../hosts/protocol.ts";
import type { EngineClient } from "../engine/engineClient.ts";
import type { ClusterStore } from "../stores/clusterStore.ts";

/** As many as the engine heeds. */
const mostBreakpoints = 30;

export interface BreakpointState {
  readonly breakpoints: readonly Breakpoint[];
  /** What the run was paused at last. */
  readonly hit: BreakpointHit | null;
}

/** The list of what pauses the run; every new run is told of it. */
export function createBreakpoints(cluster: ClusterStore, client: () => EngineClient) {
  const store = createStore<BreakpointState>(() => ({ breakpoints: [], hit: null }));
  let made = 0;
  const tell = (): void => client().setBreakpoints(store.getState().breakpoints);
  const set = (breakpoints: readonly Breakpoint[]): void => {
    store.setState({ breakpoints });
    tell();
  };
  cluster.subscribe((state, before) => {
    if (state.run === before.run) return;
    store.setState({ hit: null });
    if (store.getState().breakpoints.length > 0) tell();
  });
  return {
    store,
    /** A sentence where there are too many. */
    add(condition: Condition): string | null {
      const { breakpoints } = store.getState();
      if (breakpoints.length >= mostBreakpoints) return `There are ${mostBreakpoints} already: remove one first.`;
      set([...breakpoints, { id: `b${++made}`, enabled: true, condition }]);
      return null;
    },
    enable: (id: string, enabled: boolean): void => set(store.getState().breakpoints.map((one) => (one.id === id ? { ...one, enabled } : one))),
    remove: (id: string): void => set(store.getState().breakpoints.filter((one) => one.id !== id)),
  };
}
