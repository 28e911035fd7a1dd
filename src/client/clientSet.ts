import type { ApiResponse, Identity, Verb, WatchFrame } from "../apimachinery/apiRequest.ts";
import type { ObjectKey } from "../apimachinery/gvk.ts";
import type { KubeObject } from "../apimachinery/objectMeta.ts";
import type { Json } from "../base/json.ts";
import type { KindDefinition } from "../kinds/define.ts";
import type { CauseId, ConnectionId, ProcessContext, ProcessEvent, ProcessId } from "../sim/process.ts";

/** The part of a ProcessContext that a client needs; a container's program gives one too. */
export type ClientContext = Pick<ProcessContext, "now" | "clock" | "random" | "cause" | "withCause" | "connect" | "send" | "disconnect" | "setTimer" | "cancelTimer" | "trace">;

export interface ClientOptions {
  /** Tells the client sets of one process apart ("" where there is one): part of its timers' keys and of its random stream. */
  readonly name?: string;
  readonly server: ProcessId;
  readonly identity: Identity;
  /** "kube-scheduler/v1.36.2 ...": what managedFields and the audit log call it. */
  readonly userAgent: string;
  /** Requests a second in the long run; 0 means no limit. */
  readonly qps: number;
  readonly burst: number;
}

export interface ClientRequest {
  readonly verb: Verb;
  readonly path: string;
  readonly query?: Readonly<Record<string, string>>;
  readonly contentType?: string;
  readonly body?: Json;
}

export interface InformerOptions<O extends KubeObject> {
  readonly kind: KindDefinition<O>;
  readonly namespace?: string;
  readonly labelSelector?: string;
  readonly fieldSelector?: string;
  /** Index name -> the values an object is found under. */
  readonly indexers?: Readonly<Record<string, (object: O) => readonly string[]>>;
  /** Tells at a glance that an update changes no value of any index (false where it cannot tell). */
  readonly sameIndexes?: (old: O, fresh: O) => boolean;
}

export interface Lister<O extends KubeObject> {
  get(key: ObjectKey): O | null;
  /** By namespace then name. null: all namespaces. */
  list(namespace: string | null, selector?: Readonly<Record<string, string>>): readonly O[];
  byIndex(index: string, value: string): readonly O[];
  /** How many byIndex would give, without making the list. */
  countByIndex(index: string, value: string): number;
  readonly size: number;
}

export interface Informer<O extends KubeObject> {
  readonly name: string;
  readonly synced: boolean;
  readonly lister: Lister<O>;
  readonly resourceVersion: string;
}

/** What the owner of a ClientSet is told, in order, out of handle(). */
export type ClientNote =
  | { readonly type: "answer"; readonly tag: Json; /** null: the connection broke (whether it was done is unknown), or none could be made. */ readonly response: ApiResponse | null }
  | { readonly type: "change"; readonly informer: string; readonly change: "added" | "updated" | "deleted"; readonly object: KubeObject; readonly old: KubeObject | null; readonly cause: CauseId }
  | { readonly type: "synced"; readonly informer: string }
  | { readonly type: "watchFrame"; readonly tag: Json; readonly frame: WatchFrame };

/**
 * One component's whole relation to the API server: one connection (made again with back-off when it breaks), a rate limit, requests
 * whose answers come back by tag, and informers (list, watch, resume, relist on 410). State is plain data; there are no callbacks.
 *
 *     handle(event, ctx) {
 *       if (event.type === "start") this.clients.start(ctx);
 *       for (const note of this.clients.handle(event, ctx)) { ... }
 *     }
 */
export interface ClientSet {
  /** Registered before start, or at any time later: it then begins with the next event. After restore() it must be registered again. */
  informer<O extends KubeObject>(name: string, options: InformerOptions<O>): Informer<O>;
  /** Ends an informer's watch and forgets its objects. */
  removeInformer(ctx: ClientContext, name: string): void;
  start(ctx: ClientContext): void;
  /** Consumes the events that are its own (its connection, timers under "client/"); returns [] for all others. */
  handle(event: ProcessEvent, ctx: ClientContext): readonly ClientNote[];
  /** Queued behind the rate limit; `tag` returns with the answer. Writes carry ctx.cause. */
  request(ctx: ClientContext, request: ClientRequest, tag: Json): void;
  /** Ends a watch that was begun by request(). */
  cancelWatch(ctx: ClientContext, tag: Json): void;
  /** Every informer has had its first list. */
  readonly synced: boolean;
  /** Names of the informers that have not had their first list. */
  readonly unsynced: readonly string[];
  readonly connected: boolean;
  /** Its connection, where it has one: events of others are not for it. */
  readonly connection: ConnectionId | null;
  /** Requests that wait for the rate limit or for a connection, and those under way. */
  readonly pending: number;
  snapshot(): Json;
  restore(data: Json): void;
}
