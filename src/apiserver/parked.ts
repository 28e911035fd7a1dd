import type { ApiRequest, ApiResponse } from "../apimachinery/apiRequest.ts";
import type { EtcdItem } from "../etcd/messages.ts";
import type { ConnectionId } from "../sim/process.ts";
import type { SimTime } from "../sim/time.ts";
import type { PlannedWrite } from "./requestContext.ts";

/** Who waits for the answer. */
export type Origin =
  | { readonly type: "connection"; readonly connection: ConnectionId }
  /** The gateway or the page, by datagram. */
  | { readonly type: "outside" }
  /** The server's own bootstrap. */
  | { readonly type: "internal" };

/** A request in hand. */
export interface Asked {
  readonly request: ApiRequest;
  readonly origin: Origin;
  /** As what it will be counted. */
  readonly counted: string;
  readonly verdicts: readonly (readonly [string, string])[];
  readonly warnings: readonly string[];
  /** When it came. */
  readonly since: SimTime;
  /** The step that the request has reached, where it is more than one write; "" at its beginning. */
  readonly progress: string;
}

/** A request that waits for etcd: plain data. */
export interface Parked extends Asked {
  readonly id: number;
  readonly parkedAt: number;
  readonly waitsFor: Waiting;
}

export type Waiting =
  /** The server has no state yet. */
  | { readonly type: "ready" }
  | { readonly type: "readIndex" }
  /** With `quota`: the write comes when the quotas' status, the one of this step first, is written. */
  | { readonly type: "write"; readonly write: PlannedWrite; readonly attempt: number; readonly quota?: { readonly step: number; readonly attempt: number } }
  /** Its turn to count against the quotas of its namespace. */
  | { readonly type: "quota"; readonly turn: string }
  | { readonly type: "collection"; readonly write: PlannedWrite; readonly attempt: number; readonly at: ObjectName; readonly rest: readonly ObjectName[]; readonly response: ApiResponse };

export interface ObjectName {
  readonly namespace: string;
  readonly name: string;
}

/** What etcd held when it refused a transaction. */
export interface Stored {
  /** Undefined where it was another object that the transaction was about. */
  readonly item: EtcdItem | null | undefined;
  readonly attempt: number;
}
