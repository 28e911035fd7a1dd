import type { Json } from "../base/json.ts";
import type { UsageMessage } from "./usageReport.ts";

export type Verb = "get" | "list" | "watch" | "create" | "update" | "patch" | "delete" | "deletecollection";

/** What the API speaks, for client, server, gateway and journal. */
export interface ApiRequest {
  /** Unique on its connection; given by the coordinator for requests from outside ("c12"). */
  readonly id: string;
  readonly verb: Verb;
  /** Without query: "/api/v1/namespaces/default/pods/web". */
  readonly path: string;
  /** As in the URL: labelSelector, fieldSelector, limit, continue, resourceVersion, dryRun, fieldManager, ... Repeated keys are joined by ",". */
  readonly query: Readonly<Record<string, string>>;
  /** Media type of the body; for patches it names the patch type. "" means application/json. */
  readonly contentType: string;
  /** The Accept header; "" means application/json. */
  readonly accept: string;
  readonly userAgent?: string;
  readonly identity: Identity;
  /** Whom the request is to act as (the Impersonate-* headers). */
  readonly impersonate?: Impersonation;
  readonly body: Json;
  /** From outside only: what was wrong with the text of the body. */
  readonly bodyFaults?: BodyFaults;
}

/** What the text of a body says that its parsed form does not. */
export interface BodyFaults {
  /** Why YAML could not be read; the body is then its text. Unreadable JSON comes as its text alone. */
  readonly unreadable?: string;
  /** Keys that came twice, each in its parser's words: `duplicate field "spec.x"`, `line 5: key "name" already set in map`. */
  readonly repeatedKeys?: readonly string[];
}

export interface ApiResponse {
  readonly code: number;
  readonly body: Json;
  readonly warnings: readonly string[];
  /** Response headers beside the usual ones (Audit-Id, Retry-After, ...). */
  readonly headers?: Readonly<Record<string, string>>;
  /** Set where the body is not JSON (healthz: text/plain). `body` is then a string. */
  readonly contentType?: string;
}

/** Who asks: never a credential. A token is named by the object that issued it. "bearer" is a JWT inside the cluster only; it never reaches a journal. */
export type Identity =
  | { readonly type: "user"; readonly name: string; readonly groups: readonly string[] }
  | { readonly type: "token"; readonly issuedFor: string }
  | { readonly type: "bearer"; readonly token: string };

/** "" and empty where nothing is asked for. */
export interface Impersonation {
  readonly user: string;
  readonly groups: readonly string[];
  readonly uid: string;
  readonly extra: Readonly<Record<string, readonly string[]>>;
}

export interface WatchFrame {
  readonly type: "ADDED" | "MODIFIED" | "DELETED" | "BOOKMARK" | "ERROR";
  /** Already in the form that the Accept header asked for (object, Table, PartialObjectMetadata). */
  readonly object: Json;
  /** Cause of the revision it tells of. */
  readonly cause: string;
}

/** Client to server on a connection. A watch is a request whose answers are a stream. */
export type ApiClientMessage = { readonly type: "request"; readonly request: ApiRequest } | { readonly type: "cancel"; readonly id: string } | UsageMessage;

/** Server to client on a connection. `response` ends the request; a watch that started says so with `watchStarted`. */
export type ApiServerMessage =
  | { readonly type: "response"; readonly id: string; readonly response: ApiResponse }
  | { readonly type: "watchStarted"; readonly id: string }
  | { readonly type: "watchEvents"; readonly id: string; readonly frames: readonly WatchFrame[] }
  /** Those of all watches of a connection, which come at one time. */
  | { readonly type: "bookmarks"; readonly frames: readonly { readonly id: string; readonly frame: WatchFrame }[] }
  | { readonly type: "watchClosed"; readonly id: string };
