import type { ApiRequest, ApiResponse } from "../apimachinery/apiRequest.ts";
import type { KubeObject } from "../apimachinery/objectMeta.ts";
import type { StatusAnswer } from "../apimachinery/statusErrors.ts";
import type { Json, JsonObject } from "../base/json.ts";
import type { Stored } from "./parked.ts";
import type { Random } from "../sim/random.ts";
import type { AcceptedForm } from "./encode/accept.ts";
import type { Printing } from "./encode/table.ts";
import type { ServerView } from "./serverView.ts";
import type { RequestPath } from "./paths.ts";
import type { Resource } from "./resources.ts";
import type { WatcherState } from "./watch/watchHub.ts";
import type { Selection } from "./watch/selection.ts";

export interface UserInfo {
  readonly name: string;
  readonly uid: string;
  readonly groups: readonly string[];
  readonly extra: Readonly<Record<string, readonly string[]>>;
}

/** What a resource request is about. */
export interface Target {
  readonly path: RequestPath;
  readonly resource: Resource;
  readonly namespace: string;
  readonly name: string;
  readonly subresource: string;
}

/** A change that waits for etcd: plain data, so that a parked request can be kept. */
export interface PlannedWrite {
  readonly key: string;
  readonly expectRevision: number;
  /** Null deletes. */
  readonly value: JsonObject | null;
  readonly ttlSeconds?: number;
  /** Of the answer, where that is not the stored one. */
  readonly version?: string;
  readonly noteText: string;
  readonly noteObject: string;
  /** Whether the request may be planned again on what etcd holds when the comparison fails. */
  readonly onConflict: "retry" | "alreadyExists" | "generateAgain" | "planAgain";
  /** The request goes on from this step when etcd has it: its work is more than one write. */
  readonly next?: string;
  readonly answer: WriteAnswer;
  /** Written first, one after the other: what quotas count of it. One that fails has the request planned again. */
  readonly quotaWrites?: readonly QuotaWrite[];
  /** What the service allocators hold back until etcd has answered. */
  readonly reserved?: { readonly ips: readonly string[]; readonly ports: readonly number[] };
}

/** The status of a ResourceQuota with a request counted in. */
export interface QuotaWrite {
  readonly key: string;
  readonly expectRevision: number;
  readonly value: JsonObject;
}

/** How the answer is made of the committed object. */
export type WriteAnswer =
  | { readonly type: "object"; readonly code: number }
  | { readonly type: "scale"; readonly code: number }
  | { readonly type: "body"; readonly code: number; readonly body: Json }
  /** The deleted object itself, at the revision of its deletion or at its last one. */
  | { readonly type: "deleted"; readonly object: KubeObject; readonly keepsVersion: boolean };

export type Outcome =
  | { readonly type: "answer"; readonly response: ApiResponse }
  /** The read goes on when the cache has reached etcd's revision. */
  | { readonly type: "awaitFresh" }
  | { readonly type: "write"; readonly write: PlannedWrite }
  | { readonly type: "watch"; readonly watch: WatchPlan }
  /** The objects of a deletecollection, deleted one after the other. */
  | { readonly type: "collection"; readonly names: readonly { readonly namespace: string; readonly name: string }[]; readonly response: ApiResponse };

export interface WatchPlan {
  readonly state: Omit<WatcherState, "serial" | "connection" | "withColumns">;
  readonly resource: Resource;
  readonly selection: Selection;
  readonly initial: "state" | "none";
  /** A bookmark with the annotation that ends the initial events. */
  readonly initialEventsEnd: boolean;
  readonly sinceRevision: number;
  readonly timeoutSeconds: number | null;
}

/** One request while it is handled. Lives inside one event; never state. */
export interface RequestContext {
  readonly server: ServerView;
  readonly request: ApiRequest;
  readonly random: Random;
  /** Unix microseconds. */
  readonly nowUs: number;
  /** The answer goes over HTTP, not to a component of ours. */
  readonly outside: boolean;
  /** A look from outside between windows: served from the cache as it is. */
  readonly observed: boolean;
  /** The cache has reached the revision that etcd had when the request came. */
  readonly fresh: boolean;
  /** Set where etcd refused an earlier plan: what it holds under the key. */
  readonly stored: Stored | null;
  /** Which of its writes a request of several has done; "" for none. */
  readonly progress: string;
  readonly verdicts: (readonly [stage: string, verdict: string])[];
  readonly warnings: string[];
  accepted: AcceptedForm;
  user: UserInfo;
  /** What the path names, served or not: what authorization judges. */
  path: RequestPath | null;
  target: Target | null;
  work: WriteWork | null;
}

/** What the stages of a write hand on. */
export interface WriteWork {
  operation: "CREATE" | "UPDATE" | "DELETE";
  dryRun: boolean;
  manager: string;
  /** The decoded body: the object, the patch, the options. */
  input: Json;
  old: KubeObject | null;
  oldRevision: number;
  object: KubeObject | null;
  /** By server-side apply. */
  applied: boolean;
  /** The request named the resource version that it replaces. */
  versioned: boolean;
  reserved: { ips: string[]; ports: number[] };
  /** The address that the Service takes; its IPAddress is to be made first. "" where there is none to make. */
  takes: string;
  quotaWrites: readonly QuotaWrite[];
  /** Set where the answer is not the object. */
  answer: WriteAnswer | null;
}

/** Ends a request with a Status; caught by the pipeline. */
export class Refusal extends Error {
  readonly answer: StatusAnswer;
  readonly headers: Readonly<Record<string, string>>;
  constructor(answer: StatusAnswer, headers: Readonly<Record<string, string>> = {}) {
    super(String(answer.body["message"] ?? answer.code));
    this.answer = answer;
    this.headers = headers;
  }
}

export function refuse(answer: StatusAnswer): never {
  throw new Refusal(answer);
}

/** The object of a stage that runs after `current`. */
/** How the answer is printed: see encodeObject. */
export function printingOf(rc: RequestContext): Printing | null {
  return rc.outside ? rc.server : null;
}

export function workOf(rc: RequestContext): WriteWork {
  if (rc.work === null) throw new Error("no write in hand");
  return rc.work;
}

export function targetOf(rc: RequestContext): Target {
  if (rc.target === null) throw new Error("no resource request");
  return rc.target;
}
