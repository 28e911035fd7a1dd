import { createStore } from "zustand/vanilla";
import { guardBreakpoints } from "../../cluster/breakpointGuard.ts";
import { mostBreakpoints, type Breakpoint, type BreakpointHit, type Condition } from "../../hosts/protocol.ts";
import type { EngineClient } from "../engine/engineClient.ts";
import { t } from "../language/text.ts";
import type { ClusterStore } from "../stores/clusterStore.ts";

export interface BreakpointState {
  readonly breakpoints: readonly Breakpoint[];
  /** What the run was paused at last. */
  readonly hit: BreakpointHit | null;
}

/** What was kept under a key; none where it cannot be read, or holds something else. */
function keptUnder(key: string): readonly Breakpoint[] {
  try {
    const guarded = guardBreakpoints(JSON.parse(globalThis.localStorage?.getItem(key) ?? "[]"));
    return "wrong" in guarded ? [] : guarded.breakpoints;
  } catch {
    return [];
  }
}

/** The list of what pauses the run; every new run is told of it, and it is kept beside the drafts of the scenario's files. */
export function createBreakpoints(scenario: string, cluster: ClusterStore, client: () => EngineClient) {
  const key = `orrery.breakpoints.${scenario}`;
  const store = createStore<BreakpointState>(() => ({ breakpoints: [], hit: null }));
  let made = 0;
  const tell = (): void => client().setBreakpoints(store.getState().breakpoints);
  const set = (breakpoints: readonly Breakpoint[]): void => {
    store.setState({ breakpoints });
    try {
      globalThis.localStorage?.setItem(key, JSON.stringify(breakpoints));
    } catch {
      // A full or forbidden storage costs them at the next visit, nothing else.
    }
    tell();
  };
  /** Ids are the page's own: they go on from those that were made here. */
  const named = (breakpoints: readonly Breakpoint[]): readonly Breakpoint[] => breakpoints.map((one) => ({ ...one, id: `b${++made}` }));
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
      if (breakpoints.length >= mostBreakpoints) return t`There are ${mostBreakpoints} already: remove one first.`;
      set([...breakpoints, { id: `b${++made}`, enabled: true, condition }]);
      return null;
    },
    enable: (id: string, enabled: boolean): void => set(store.getState().breakpoints.map((one) => (one.id === id ? { ...one, enabled } : one))),
    remove: (id: string): void => set(store.getState().breakpoints.filter((one) => one.id !== id)),
    /** Those of a run that was kept, instead of the present ones. */
    replace: (breakpoints: readonly Breakpoint[]): void => set(named(breakpoints)),
    /** Those of the last visit, for the run that begins now: it is told when it does. */
    restore: (): void => store.setState({ breakpoints: named(keptUnder(key)) }),
  };
}
