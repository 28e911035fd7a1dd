import type { Json } from "../base/json.ts";
import type { ProcessContext, ProcessId } from "../sim/process.ts";
import type { HttpUrl } from "./httpUrl.ts";
import type { FlowRecord, Hop, HttpResponse, Packet } from "./packet.ts";
import type { TrafficSource } from "./traffic.ts";

/** A way to a server: which net takes the packet, and to what address. */
export interface Opened {
  readonly net: ProcessId;
  readonly destination: string;
  readonly port: number;
  readonly hops: readonly Hop[];
  /** Whom the client waits for, in words: "node-2". */
  readonly towards: string;
}

export type Opening =
  | ({ readonly type: "opened" } & Opened)
  /** Ends at once. */
  | { readonly type: "failed"; readonly reason: string; readonly hops: readonly Hop[] }
  /** Nobody will ever answer: the client finds out by its time-out. */
  | { readonly type: "silent"; readonly reason: string; readonly hops: readonly Hop[] }
  /** A name is being looked up: TrafficRunner.opened will be called with the flow's id. */
  | { readonly type: "resolving" };

/** Where the clients sit: on the internet, or in a pod. */
export interface TrafficHost {
  open(url: HttpUrl, flowId: string, sourceAddress: string, ctx: ProcessContext): Opening;
  /** The answer to a one-off request. */
  answered(tag: Json, response: HttpResponse | null, flow: FlowRecord, ctx: ProcessContext): void;
}

export interface KeptConnection extends Opened {
  readonly sourcePort: number;
  readonly busy: boolean;
}

export interface Client {
  readonly address: string;
  readonly jitterUs: number;
  readonly connection: KeptConnection | null;
  /** What servers asked it to send again: "name=value; other=value". Absent: none yet. */
  readonly cookies?: string;
}

export interface RunningSource {
  readonly source: TrafficSource;
  readonly timer: string;
  readonly startedAtUs: number;
  started: number;
  /** Those that were started before the source was changed last. */
  readonly before: number;
  answered: number;
  failed: number;
  /** Written in place: a source may have a thousand. */
  readonly clients: Client[];
}

export interface Draft {
  readonly source: string;
  /** -1: a one-off request. */
  readonly client: number;
  readonly address: string;
  readonly method: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly keepAlive: boolean;
  readonly tag: Json;
}

/** A request that has not ended. Written in place: snapshots copy it. */
export interface Outstanding {
  readonly request: Draft;
  readonly id: string;
  sourcePort: number;
  readonly startedAtUs: number;
  stage: "resolving" | "sent" | "probing" | "accepted";
  packet: Packet | null;
  probeAtUs: number;
  net: ProcessId;
  towards: string;
  /** The hops that it was sent with. */
  begun: readonly Hop[];
  /** As far as is known. */
  hops: readonly Hop[];
  /** How it went before it was sent again over a new connection. */
  earlier: readonly Hop[] | null;
  /** Why nothing will come, where somebody knows. */
  reason: string;
}

export interface OneOffRequest {
  readonly source: string;
  readonly method: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly address: string;
  readonly tag: Json;
}
