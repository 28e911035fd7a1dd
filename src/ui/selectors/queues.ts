/** One key of a controller's queue. */
export interface QueueKey {
  readonly key: string;
  readonly state: "working" | "queued" | "delayed";
  readonly failures: number;
  readonly cause: string | null;
  /** Microseconds of cluster time. */
  readonly dueAt: number | null;
}

/** A controller's queue, as the question "queues" answers. */
export interface ControllerQueue {
  readonly part: string;
  readonly state: "running" | "stopped";
  readonly depth: number;
  readonly working: number;
  readonly delayed: number;
  readonly adds: number;
  readonly retries: number;
  readonly keys: readonly QueueKey[];
}

export interface QueuedPod {
  readonly key: string;
  readonly place: "active" | "backoff" | "unschedulable" | "gated";
  readonly attempts?: number;
}

export interface SchedulerQueue {
  readonly active: number;
  readonly backoff: number;
  readonly unschedulable: number;
  readonly gated: number;
  readonly pods: readonly QueuedPod[];
}

/** Null where the process is down. */
export interface Queues {
  readonly controllers: readonly ControllerQueue[] | null;
  readonly scheduler: SchedulerQueue | null;
}

/** How busy a queue is: what waits, what is worked on. */
export function waitingIn({ depth, working }: ControllerQueue): number {
  return depth + working;
}

/**
 * The controllers worth a line: those that have had most to do, and any that is stopped or has work now; in the engine's order, so
 * that lines do not change places.
 */
export function busiest(controllers: readonly ControllerQueue[], stopped: ReadonlySet<string>, most: number): readonly ControllerQueue[] {
  const weight = (one: ControllerQueue) => (stopped.has(one.part) || one.state === "stopped" ? 1e9 : 0) + Math.min(1e8, one.adds + waitingIn(one) * 50);
  const chosen = new Set([...controllers].filter((one) => weight(one) > 0).sort((a, b) => weight(b) - weight(a)).slice(0, most).map(({ part }) => part));
  return controllers.filter(({ part }) => chosen.has(part));
}
