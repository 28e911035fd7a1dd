import type { Json } from "../../base/json.ts";
import type { ContainerRun } from "./container.ts";
import type { FromRuntime } from "./criMessages.ts";
import { cpuUsedUs, memoryBytes, reachesUs } from "./usage.ts";
import { measuredStats } from "./usageStats.ts";

/** What the system itself takes of a machine: kubelet, runtime, kernel. */
const systemBytes = 400 * 1024 * 1024;
const systemMilli = 40;
const systemDiskBytes = 4 * 1024 * 1024 * 1024;

interface MeterState {
  /** Counts changes of what containers use. */
  serial: number;
  /** Its value when a container last came or went. */
  set: number;
  /** CPU of containers that have ended. */
  endedUs: number;
  /** What faults take of the machine's memory and disk, by the fault's id. */
  taken: readonly (readonly [id: string, memoryBytes: number, diskBytes: number])[];
}

/** What the containers of one machine use, all together and one by one. */
export class UsageMeter {
  readonly #runs: ReadonlyMap<string, ContainerRun>;
  readonly #imageBytes: () => number;
  #state: MeterState = { serial: 1, set: 1, endedUs: 0, taken: [] };

  constructor(runs: ReadonlyMap<string, ContainerRun>, imageBytes: () => number) {
    this.#runs = runs;
    this.#imageBytes = imageBytes;
  }

  /** Something of what it uses has changed. */
  changed(run: ContainerRun): void {
    if (run.usage !== null) run.usage.changed = ++this.#state.serial;
  }

  began(run: ContainerRun): void {
    this.changed(run);
    this.#state.set = this.#state.serial;
  }

  ended(run: ContainerRun, nowUs: number): void {
    if (run.usage === null) return;
    this.#state.endedUs += cpuUsedUs(run.usage, nowUs);
    this.#state.set = ++this.#state.serial;
  }

  /** A fault takes of the machine, beside its containers; nothing gives it back. */
  take(id: string, memory: number, disk: number): void {
    const others = this.#state.taken.filter(([other]) => other !== id);
    this.#state.taken = memory === 0 && disk === 0 ? others : [...others, [id, memory, disk]];
  }

  /** Images, and what the system and faults keep there. What containers write is not counted. */
  diskBytes(): number {
    return this.#state.taken.reduce((sum, [, , disk]) => sum + disk, systemDiskBytes + this.#imageBytes());
  }

  memoryBytes(nowUs: number): number {
    let sum = systemBytes;
    for (const [, bytes] of this.#state.taken) sum += bytes;
    for (const { usage, value } of this.#runs.values()) if (usage !== null && value === "running") sum += memoryBytes(usage, nowUs);
    return sum;
  }

  /** When, from now, all together will be more than so much; null: never, as things are. */
  reachesUs(bytes: number, nowUs: number): number | null {
    const missing = bytes - this.memoryBytes(nowUs);
    if (missing < 0) return 0;
    let growth = 0;
    let pages = 0;
    for (const { usage, value } of this.#runs.values()) {
      if (usage === null || value !== "running" || usage.growthPerSecond === 0) continue;
      growth += usage.growthPerSecond;
      pages += 1;
    }
    return growth === 0 ? null : Math.ceil(((missing + pages * 4096) / growth) * 1_000_000);
  }

  oomUs(run: ContainerRun, nowUs: number): number | null {
    const { usage } = run;
    return usage === null || usage.memoryLimitBytes === null ? null : reachesUs(usage, usage.memoryLimitBytes, nowUs);
  }

  /** What is used now, of all or of what has changed since an earlier answer's serial. */
  stats(nowUs: number, atUs: number, since: number, tag: Json): Extract<FromRuntime, { type: "cri/stats" }> {
    const { serial, set, endedUs } = this.#state;
    return measuredStats(this.#runs.values(), { nowUs, atUs, since, whole: since < set, serial, cpuUs: endedUs + Math.floor((nowUs * systemMilli) / 1000), memoryBytes: this.memoryBytes(nowUs), diskBytes: this.diskBytes(), tag });
  }

  snapshot(): Json {
    return { ...this.#state } as unknown as Json;
  }

  restore(data: Json): void {
    this.#state = { ...(data as unknown as MeterState) };
  }
}
