import type { Json } from "../../base/json.ts";
import { minute, second } from "../../sim/time.ts";
import type { DurationUs, SimTime } from "../../sim/time.ts";

// Follows client-go/util/flowcontrol/backoff.go, with the times of cmd/kube-controller-manager/app/apps.go.

const firstUs = second;
const longestUs = 15 * minute;

interface Entry {
  readonly delayUs: DurationUs;
  readonly at: SimTime;
}

/** A DaemonSet's failed pod on a node is replaced at once, the next a second later, and so on: it may be fighting with the kubelet. */
export class FailedPodsBackoff {
  readonly #entries = new Map<string, Entry>();

  /** How long the key has been told to wait; 0 where its time is over. */
  waiting(key: string, now: SimTime): DurationUs {
    const entry = this.#entries.get(key);
    return entry === undefined || now - entry.at >= entry.delayUs ? 0 : entry.delayUs;
  }

  /** One more was replaced. Those that failed long ago are forgotten meanwhile. */
  next(key: string, now: SimTime): void {
    for (const [other, { at }] of this.#entries) if (now - at > 2 * longestUs) this.#entries.delete(other);
    const entry = this.#entries.get(key);
    this.#entries.set(key, { delayUs: entry === undefined ? firstUs : Math.min(longestUs, 2 * entry.delayUs), at: now });
  }

  clear(): void {
    this.#entries.clear();
  }

  snapshot(): Json {
    return [...this.#entries].map(([key, { delayUs, at }]) => [key, delayUs, at]);
  }

  restore(data: Json): void {
    this.#entries.clear();
    for (const [key, delayUs, at] of data as unknown as readonly (readonly [string, DurationUs, SimTime])[]) this.#entries.set(key, { delayUs, at });
  }
}
