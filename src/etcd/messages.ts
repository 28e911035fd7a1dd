import type { JsonObject } from "../base/json.ts";
import type { CauseId } from "../sim/process.ts";

/** What people read about a write in the chain of causes; etcd completes it with the revision when it commits. */
export interface WriteNote {
  readonly component: string;
  /** "wrote Deployment web" */
  readonly text: string;
  /** "<plural>.<group>/<namespace>/<name>" */
  readonly object: string;
}

/** Commits when the key's mod revision is `expectRevision` (0: the key does not exist). `value` null deletes. */
export interface EtcdTxn {
  readonly type: "txn";
  readonly id: number;
  readonly key: string;
  readonly expectRevision: number;
  readonly value: JsonObject | null;
  /** The key is deleted when this time is over (a lease of its own). */
  readonly ttlSeconds?: number;
  readonly note: WriteNote;
}

export type EtcdClientMessage =
  | EtcdTxn
  /** Answers with the newest revision: what a consistent read waits for. */
  | { readonly type: "readIndex"; readonly id: number }
  /** From revision 0: the whole state, then the changes. From another one: the changes since, or `compacted`. */
  | { readonly type: "watch"; readonly sinceRevision: number }
  | { readonly type: "compact"; readonly revision: number };

export interface EtcdItem {
  readonly key: string;
  readonly value: JsonObject;
  readonly modRevision: number;
  readonly cause: CauseId;
}

export interface EtcdEvent {
  readonly type: "put" | "delete";
  readonly revision: number;
  readonly key: string;
  /** Null for a delete. */
  readonly value: JsonObject | null;
  readonly cause: CauseId;
}

export type EtcdServerMessage =
  /** The quota is used up: nothing was written. */
  | { readonly type: "noSpace"; readonly id: number }
  /** `current` is what lies under the key when the comparison failed. A writer that watches gets its own change with the answer. */
  | { readonly type: "txnDone"; readonly id: number; readonly succeeded: boolean; readonly revision: number; readonly current: EtcdItem | null; readonly event?: EtcdEvent }
  | { readonly type: "readIndex"; readonly id: number; readonly revision: number }
  | { readonly type: "state"; readonly revision: number; readonly compactRevision: number; readonly items: readonly EtcdItem[] }
  | { readonly type: "events"; readonly revision: number; readonly events: readonly EtcdEvent[] }
  | { readonly type: "compacted"; readonly revision: number };
