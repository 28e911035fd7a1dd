import type { SimTime } from "../sim/time.ts";

/** What a run can be paused at. An empty namespace or name means any; labels must all match. */
export type Condition =
  | { readonly type: "endpointsGone"; readonly namespace: string; readonly name: string }
  | { readonly type: "podNotReady" | "podCrashLoop"; readonly namespace: string; readonly name: string; readonly labels: Readonly<Record<string, string>> }
  | { readonly type: "rolloutComplete" | "rolloutStalled"; readonly namespace: string; readonly name: string }
  | { readonly type: "nodeNotReady"; readonly name: string }
  | { readonly type: "event"; readonly reason: string }
  | { readonly type: "requestFailed" }
  | { readonly type: "time"; readonly at: SimTime };

/** Part of no history: a run with breakpoints is the same run. */
export interface Breakpoint {
  readonly id: string;
  readonly enabled: boolean;
  readonly condition: Condition;
}

/** The first thing in a window that a breakpoint waited for. */
export interface BreakpointHit {
  readonly id: string;
  /** When it happened: within the window that the run is paused behind. */
  readonly at: SimTime;
  readonly text: string;
  readonly select: { readonly type: "object"; readonly uid: string } | { readonly type: "flow"; readonly id: string } | null;
}

/** Each is asked of every write while it waits: a limit of ours. */
export const mostBreakpoints = 30;
