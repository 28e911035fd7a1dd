import type { DurationUs } from "../../sim/time.ts";

/** Upper bounds in microseconds, as upstream's histograms of requests have them in seconds. */
export const latencyBoundsUs: readonly number[] = [5, 25, 50, 100, 200, 400, 600, 800, 1000, 1250, 1500, 2000, 3000, 4000, 5000, 6000, 8000, 10_000, 15_000, 20_000, 30_000, 45_000, 60_000].map((ms) => ms * 1000);

/** Observations of one kind: how many fell between each bound and the one before, the last beyond all; plain data. */
export interface Latencies {
  sumUs: number;
  readonly counts: number[];
}

export type LatencyState = readonly (readonly [key: string, sumUs: number, counts: readonly number[]])[];

/** Histograms by key. An observation is one look-up and one increment; most are below the first bound. */
export class LatencyTable {
  readonly byKey = new Map<string, Latencies>();
  private readonly mostKeys: number;

  constructor(mostKeys: number) {
    this.mostKeys = mostKeys;
  }

  observe(key: string, us: DurationUs): void {
    let latencies = this.byKey.get(key);
    if (latencies === undefined) {
      if (this.byKey.size >= this.mostKeys) return;
      latencies = { sumUs: 0, counts: [0] };
      this.byKey.set(key, latencies);
    }
    let at = 0;
    while (at < latencyBoundsUs.length && us > (latencyBoundsUs[at] as number)) at++;
    const { counts } = latencies;
    while (counts.length <= at) counts.push(0);
    counts[at] = (counts[at] as number) + 1;
    latencies.sumUs += us;
  }

  snapshot(): LatencyState {
    return Array.from(this.byKey, ([key, { sumUs, counts }]) => [key, sumUs, [...counts]] as const);
  }

  restore(state: LatencyState): void {
    this.byKey.clear();
    for (const [key, sumUs, counts] of state) this.byKey.set(key, { sumUs, counts: [...counts] });
  }
}
