// Follows pkg/controller/job/backoff_utils.go (backoffStore) and tracking_utils.go (uidTrackingExpectations).
import type { Json } from "../../base/json.ts";
import type { BackoffRecord } from "./backoff.ts";
import { noFailures } from "./backoff.ts";

const none: ReadonlySet<string> = new Set();

/** What the controller remembers of Jobs, by "<namespace>/<name>": nothing of it is in the API. */
export class JobMemory {
  readonly #backoffs = new Map<string, BackoffRecord>();
  /** uids of pods whose finalizer was removed, until the informer shows it. */
  readonly #removing = new Map<string, Set<string>>();

  backoff(job: string): BackoffRecord {
    return this.#backoffs.get(job) ?? noFailures;
  }

  setBackoff(job: string, record: BackoffRecord): void {
    if (record.failures === 0) this.#backoffs.delete(job);
    else this.#backoffs.set(job, record);
  }

  removing(job: string): ReadonlySet<string> {
    return this.#removing.get(job) ?? none;
  }

  expectRemovals(job: string, uids: readonly string[]): void {
    this.#removing.set(job, new Set([...this.removing(job), ...uids]));
  }

  removalSeen(job: string, uid: string): void {
    const uids = this.#removing.get(job);
    if (uids?.delete(uid) === true && uids.size === 0) this.#removing.delete(job);
  }

  /** Removals of this Job are not to be relied on. */
  forgetRemovals(job: string): void {
    this.#removing.delete(job);
  }

  forget(job: string): void {
    this.#backoffs.delete(job);
    this.#removing.delete(job);
  }

  clear(): void {
    this.#backoffs.clear();
    this.#removing.clear();
  }

  snapshot(): Json {
    return { backoffs: [...this.#backoffs], removing: [...this.#removing].map(([job, uids]) => [job, [...uids]]) } as unknown as Json;
  }

  restore(data: Json): void {
    const saved = data as unknown as { backoffs: readonly (readonly [string, BackoffRecord])[]; removing: readonly (readonly [string, readonly string[]])[] };
    this.clear();
    for (const [job, record] of saved.backoffs) this.#backoffs.set(job, record);
    for (const [job, uids] of saved.removing) this.#removing.set(job, new Set(uids));
  }
}
