import type { Parked, Waiting } from "./parked.ts";
import type { PlannedWrite } from "./requestContext.ts";

const mostAttempts = 5;

/**
 * Whose turn it is to write the quotas of a namespace. A request that counts against quotas writes their status first and itself then;
 * the next of the namespace is planned when the status is written, so that it counts on. Upstream has one worker a namespace for it
 * (admission/plugin/resourcequota/controller.go). Derived, so it is never kept.
 */
export class QuotaTurns {
  private readonly busy = new Set<string>();

  /** Again from the requests that wait. */
  restore(parked: Iterable<Parked>): void {
    this.busy.clear();
    for (const { waitsFor } of parked) if (isCounting(waitsFor)) this.busy.add(turnOf(waitsFor.write) ?? "");
  }

  isBusy(turn: string): boolean {
    return this.busy.has(turn);
  }

  take(turn: string): void {
    this.busy.add(turn);
  }

  /** The turn that a request had, given back; null where it had none. */
  release(waitsFor: Waiting): string | null {
    const turn = isCounting(waitsFor) ? turnOf(waitsFor.write) : null;
    if (turn !== null) this.busy.delete(turn);
    return turn;
  }
}

type Counting = Extract<Waiting, { readonly type: "write" }> & { readonly quota: NonNullable<Extract<Waiting, { readonly type: "write" }>["quota"]> };

/** Whether the request waits for the status of a quota. */
export function isCounting(waitsFor: Waiting): waitsFor is Counting {
  return waitsFor.type === "write" && waitsFor.quota !== undefined;
}

/** The namespace's part of the quotas' keys; null where a write counts nowhere. */
export function turnOf(write: PlannedWrite): string | null {
  const key = write.quotaWrites?.[0]?.key;
  return key === undefined ? null : key.slice(0, key.lastIndexOf("/"));
}

/** What a request waits for when the status before was written: the next quota's, or its own write. */
export function afterQuota(waitsFor: Counting): Waiting {
  const { quota, ...own } = waitsFor;
  const step = quota.step + 1;
  return step < (own.write.quotaWrites?.length ?? 0) ? { ...own, quota: { ...quota, step } } : own;
}

/** Somebody else wrote the quota in between: whether it is worth another look. */
export function mayTryAgain(waitsFor: Counting): boolean {
  return waitsFor.quota.attempt < mostAttempts;
}
