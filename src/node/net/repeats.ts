import { ChurnMap } from "../../base/churnMap.ts";
import type { Json } from "../../base/json.ts";
import type { Packet, Way } from "../../network/packet.ts";

interface Waiting {
  readonly packet: Packet;
  readonly way: Way;
  readonly sentAtUs: number;
  readonly askAtUs: number;
}

const firstAskUs = 1_000_000;
const askAgainUs = 2_000_000;
const forgetUs = 60_000_000;

/**
 * TCP's own persistence for the calls of this node's programs: what is not answered after a second is asked after, and sent again where
 * the server does not have it. Loss becomes delay; programs hear nothing of it.
 */
export class Repeats {
  readonly #waiting = new ChurnMap<string, Waiting>();
  #armed = false;

  /** Whether a timer is to be set for `firstAskUs` from now. */
  sent(packet: Packet, way: Way, nowUs: number): boolean {
    this.#waiting.set(packet.flow.id, { packet, way, sentAtUs: nowUs, askAtUs: nowUs + firstAskUs });
    if (this.#armed) return false;
    this.#armed = true;
    return true;
  }

  get delayUs(): number {
    return firstAskUs;
  }

  answered(flowId: string): void {
    this.#waiting.delete(flowId);
  }

  /** The request that an answer of type "accepted" is about; null where it is not one of these. */
  get(flowId: string): { readonly packet: Packet; readonly way: Way } | null {
    return this.#waiting.get(flowId) ?? null;
  }

  /** The requests to ask after now, and when to look again (null: nothing waits). */
  due(nowUs: number): { readonly ask: readonly { readonly packet: Packet; readonly way: Way }[]; readonly againInUs: number | null } {
    const ask: Waiting[] = [];
    let nextUs = Number.MAX_SAFE_INTEGER;
    for (const [id, waiting] of this.#waiting) {
      if (nowUs - waiting.sentAtUs >= forgetUs) {
        this.#waiting.delete(id);
        continue;
      }
      let { askAtUs } = waiting;
      if (nowUs >= askAtUs) {
        ask.push(waiting);
        askAtUs = nowUs + askAgainUs;
        this.#waiting.set(id, { ...waiting, askAtUs });
      }
      nextUs = Math.min(nextUs, askAtUs);
    }
    this.#armed = this.#waiting.size > 0;
    return { ask, againInUs: this.#armed ? Math.max(1, nextUs - nowUs) : null };
  }

  snapshot(): Json {
    return { waiting: [...this.#waiting], armed: this.#armed } as unknown as Json;
  }

  restore(data: Json): void {
    const saved = data as unknown as { waiting: [string, Waiting][]; armed: boolean };
    this.#waiting.clear();
    for (const [id, waiting] of saved.waiting) this.#waiting.set(id, waiting);
    this.#armed = saved.armed;
  }
}
