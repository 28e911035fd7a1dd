import type { DurationUs, SimTime } from "../sim/time.ts";

// Follows client-go/util/flowcontrol/throttle.go (a token bucket), in integers: a token is a million microtokens, and qps tokens
// a second are qps microtokens a microsecond.
const token = 1_000_000;

export interface RateLimiterState {
  readonly microtokens: number;
  readonly at: number;
}

/** Token bucket by virtual time. qps 0 means no limit. */
export class RateLimiter {
  readonly #qps: number;
  readonly #full: number;
  #microtokens: number;
  #at = 0;

  constructor(qps: number, burst: number) {
    this.#qps = qps;
    this.#full = Math.max(1, burst) * token;
    this.#microtokens = this.#full;
  }

  /** Takes a token and returns 0, or returns how long to wait for one. */
  take(now: SimTime): DurationUs {
    if (this.#qps <= 0) return 0;
    this.#microtokens = Math.min(this.#full, this.#microtokens + Math.floor((now - this.#at) * this.#qps));
    this.#at = now;
    if (this.#microtokens >= token) {
      this.#microtokens -= token;
      return 0;
    }
    return Math.ceil((token - this.#microtokens) / this.#qps);
  }

  snapshot(): RateLimiterState & { readonly [key: string]: number } {
    return { microtokens: this.#microtokens, at: this.#at };
  }

  restore(state: RateLimiterState): void {
    this.#microtokens = state.microtokens;
    this.#at = state.at;
  }
}
