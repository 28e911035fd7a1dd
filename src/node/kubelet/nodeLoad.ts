import { podRequests } from "../../kinds/core/pod/podResources.ts";
import type { Pod } from "../../kinds/core/pod/types.ts";
import type { PodWorkerState } from "./podWorker/state.ts";

/** What the pods that count against a node ask of it together. */
export interface LoadSums {
  readonly pods: number;
  readonly cpuMilli: number;
  readonly memoryBytes: number;
  readonly ephemeralStorageBytes: number;
}

/** The sums of a node's pods, kept as pods come, so that a pod's admission need not look at each other one. Derived from the workers. */
export class NodeLoad {
  readonly #workers: ReadonlyMap<string, PodWorkerState>;
  #pods = 0;
  #cpuMilli = 0;
  #memoryBytes = 0;
  #ephemeralStorageBytes = 0;
  #stale = true;

  constructor(workers: ReadonlyMap<string, PodWorkerState>) {
    this.#workers = workers;
  }

  /** A worker has come, gone or moved on: `null` is none. */
  changed(before: PodWorkerState | null, after: PodWorkerState | null): void {
    const counted = before !== null && counts(before);
    if (after === null || !counts(after)) this.#stale ||= counted;
    else if (!counted) this.#add(after.pod);
    else if (before.pod.spec !== after.pod.spec) this.#stale = true;
  }

  /** The workers were replaced. */
  forget(): void {
    this.#stale = true;
  }

  /** What counts now. What went is not subtracted but all summed up anew: sums of very large amounts are not exact. */
  sums(): LoadSums {
    if (this.#stale) this.#sumUp();
    return { pods: this.#pods, cpuMilli: this.#cpuMilli, memoryBytes: this.#memoryBytes, ephemeralStorageBytes: this.#ephemeralStorageBytes };
  }

  /** What all but one pod ask for. */
  sumsWithout(uid: string): Pick<LoadSums, "cpuMilli" | "memoryBytes"> {
    let cpuMilli = 0;
    let memoryBytes = 0;
    for (const worker of this.#workers.values()) {
      if (!counts(worker) || worker.pod.metadata.uid === uid) continue;
      const requests = podRequests(worker.pod);
      cpuMilli += requests.cpuMilli;
      memoryBytes += requests.memoryBytes;
    }
    return { cpuMilli, memoryBytes };
  }

  pods(): readonly Pod[] {
    const pods: Pod[] = [];
    for (const worker of this.#workers.values()) if (counts(worker)) pods.push(worker.pod);
    return pods;
  }

  #sumUp(): void {
    this.#stale = false;
    this.#pods = 0;
    this.#cpuMilli = 0;
    this.#memoryBytes = 0;
    this.#ephemeralStorageBytes = 0;
    for (const worker of this.#workers.values()) if (counts(worker)) this.#add(worker.pod);
  }

  #add(pod: Pod): void {
    const requests = podRequests(pod);
    this.#pods += 1;
    this.#cpuMilli += requests.cpuMilli;
    this.#memoryBytes += requests.memoryBytes;
    this.#ephemeralStorageBytes += requests.ephemeralStorageBytes;
  }
}

function counts(worker: PodWorkerState): boolean {
  return worker.rejected === null && worker.value !== "finished";
}
