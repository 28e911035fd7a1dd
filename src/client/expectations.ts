import type { Json } from "../base/json.ts";
import { minute } from "../sim/time.ts";
import type { SimTime } from "../sim/time.ts";

// Follows pkg/controller/controller_utils.go (ControllerExpectations and UIDTrackingControllerExpectations).

const timeoutUs = 5 * minute;

interface Expected {
  creates: number;
  /** Keys of the objects whose deletion is awaited. */
  readonly deletes: Set<string>;
  readonly since: SimTime;
}

/**
 * What a controller has asked for and not yet seen in its informers. Until it has, its view is known to be old, and it neither
 * creates nor deletes again.
 */
export class Expectations {
  readonly #byOwner = new Map<string, Expected>();

  expectCreations(owner: string, count: number, now: SimTime): void {
    this.#byOwner.set(owner, { creates: count, deletes: new Set(), since: now });
  }

  /** `creates`: how many creations beside them. */
  expectDeletions(owner: string, keys: readonly string[], now: SimTime, creates = 0): void {
    this.#byOwner.set(owner, { creates, deletes: new Set(keys), since: now });
  }

  /** One was seen, or could not be made. */
  creationObserved(owner: string): void {
    const expected = this.#byOwner.get(owner);
    if (expected !== undefined) expected.creates -= 1;
  }

  deletionObserved(owner: string, key: string): void {
    this.#byOwner.get(owner)?.deletes.delete(key);
  }

  satisfied(owner: string, now: SimTime): boolean {
    const expected = this.#byOwner.get(owner);
    return expected === undefined || (expected.creates <= 0 && expected.deletes.size === 0) || now - expected.since > timeoutUs;
  }

  forget(owner: string): void {
    this.#byOwner.delete(owner);
  }

  clear(): void {
    this.#byOwner.clear();
  }

  snapshot(): Json {
    return [...this.#byOwner].map(([owner, { creates, deletes, since }]) => [owner, creates, [...deletes], since]);
  }

  restore(data: Json): void {
    this.#byOwner.clear();
    for (const [owner, creates, deletes, since] of data as unknown as readonly (readonly [string, number, readonly string[], SimTime])[]) {
      this.#byOwner.set(owner, { creates, deletes: new Set(deletes), since });
    }
  }
}
