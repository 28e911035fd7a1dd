import type { ApiResponse } from "../apimachinery/apiRequest.ts";
import { failure } from "../apimachinery/statusErrors.ts";
import { addTime, second, type SimTime } from "../sim/time.ts";

const longestAnswerUs = 60 * second;

interface Waiting {
  readonly until: SimTime;
  readonly resolve: (response: ApiResponse) => void;
}

/** Writes from outside that wait for their answer. One that never comes leaves an unknown outcome, and says so. */
export class PendingWrites {
  private readonly waiting = new Map<string, Waiting>();

  get size(): number {
    return this.waiting.size;
  }

  add(id: string, now: SimTime): Promise<ApiResponse> {
    return new Promise((resolve) => this.waiting.set(id, { until: addTime(now, longestAnswerUs), resolve }));
  }

  /** False where nobody waits for it. */
  answer(id: string, response: ApiResponse): boolean {
    const waiting = this.waiting.get(id);
    this.waiting.delete(id);
    waiting?.resolve(response);
    return waiting !== undefined;
  }

  /** Gives up on those that waited too long; how many they were. */
  expire(now: SimTime): number {
    let expired = 0;
    for (const [id, { until }] of this.waiting) {
      if (now < until) continue;
      expired++;
      this.answer(id, { ...failure(504, "Timeout", "Timeout: request did not complete within requested timeout - context deadline exceeded", null), warnings: [] });
    }
    return expired;
  }
}
