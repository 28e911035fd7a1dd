import type { ApiResponse, Verb, WatchFrame } from "../apimachinery/apiRequest.ts";
import { isJsonObject, type Json, type JsonObject } from "../base/json.ts";

export interface KubeRequest {
  readonly verb: Verb;
  readonly path: string;
  readonly query?: Readonly<Record<string, string>>;
  readonly contentType?: string;
  readonly accept?: string;
  readonly body?: Json;
  /** Whom the request is to act as (--as, --as-group). */
  readonly impersonate?: { readonly user: string; readonly groups: readonly string[]; readonly uid: string; readonly extra: Readonly<Record<string, readonly string[]>> };
}

export interface ExecTarget {
  readonly type: "exec" | "attach";
  readonly namespace: string;
  readonly pod: string;
  readonly container: string;
  readonly command: readonly string[];
  readonly stdin: boolean;
  readonly tty: boolean;
}

export type ExecOutput =
  | { readonly type: "stdout" | "stderr"; readonly text: string }
  | { readonly type: "exited"; readonly code: number }
  | { readonly type: "failed"; readonly message: string };

export interface ExecSession {
  send(text: string): void;
  endOfInput(): void;
  close(): void;
}

/** The way to an API server: the page's engine, or a gateway in tests. */
export interface KubeClient {
  send(request: KubeRequest): Promise<ApiResponse>;
  /** Calls back for each frame until it ends or is closed. Settles with the refusal where the watch cannot begin. */
  watch(request: KubeRequest, listener: { frame(frame: WatchFrame): void; ended(): void }): Promise<{ readonly close: () => void } | { readonly refused: ApiResponse }>;
  exec(target: ExecTarget, listener: (output: ExecOutput) => void): Promise<ExecSession>;
}

/** What kubectl runs in: a shell's streams, its files, the cluster's clock. */
export interface KubectlHost {
  readonly client: KubeClient;
  out(text: string): void;
  err(text: string): void;
  /** Everything that is piped in; "" where nothing is. */
  readInput(): Promise<string>;
  /** The text of a file; null where there is none. */
  readFile(path: string): string | null;
  /** Files of a folder ("." is the workspace); null where it is none. */
  listFolder(path: string): readonly string[] | null;
  /** The cluster's wall clock, Unix microseconds. */
  nowUs(): number;
  /** Settles when that much of the cluster's time has gone by, or at once when the command was interrupted. */
  sleep(seconds: number): Promise<void>;
  /** Ctrl-C. */
  interrupted(): boolean;
  onInterrupt(listener: () => void): () => void;
  /** The context's namespace. */
  namespace(): string;
  setNamespace(namespace: string): void;
  /** Opens a text for the person to change; null where it was given up. Absent where there is no editor. */
  edit?(name: string, text: string): Promise<string | null>;
  /** Gives the terminal to a session until the returned function is called: lines typed go to `line`. */
  attachTerminal?(session: { line(text: string): void; endOfInput(): void; interrupt(): void }): () => void;
  /** Discovery as it was read last; a new object each session. */
  readonly cache: Map<string, unknown>;
}

/** Ends a command with a message on stderr. */
export class KubectlError extends Error {
  readonly code: number;
  constructor(message: string, code = 1) {
    super(message);
    this.code = code;
  }
}

export function ok(response: ApiResponse): boolean {
  return response.code >= 200 && response.code < 300;
}

export function textOf(value: Json | undefined): string {
  return typeof value === "string" ? value : "";
}

export function objectOf(value: Json | undefined): JsonObject {
  return isJsonObject(value) ? value : {};
}

export function listOf(value: Json | undefined): readonly JsonObject[] {
  return Array.isArray(value) ? value.filter(isJsonObject) : [];
}

export function metaOf(object: JsonObject): JsonObject {
  return objectOf(object["metadata"]);
}

export function nameOf(object: JsonObject): string {
  return textOf(metaOf(object)["name"]);
}

/** The server's refusal in kubectl's words. `doing`: "error when creating \"x.yaml\"", put before the message. Follows kubectl/pkg/cmd/util/helpers.go. */
export function failureMessage(response: ApiResponse, doing = ""): string {
  const body = objectOf(response.body);
  const message = textOf(body["message"]) || (typeof response.body === "string" ? response.body : "unknown");
  const reason = textOf(body["reason"]);
  const details = objectOf(body["details"]);
  if (reason === "Invalid") return invalidMessage(details, doing === "" ? message : `${doing}: ${message}`);
  const told = doing === "" ? message : `${doing}: ${message}`;
  if (reason === "Unauthorized") return `error: You must be logged in to the server (${told})`;
  return reason === "" ? `Error from server: ${told}` : `Error from server (${reason}): ${told}`;
}

function invalidMessage(details: JsonObject, message: string): string {
  if (Object.keys(details).length === 0) return `The request is invalid: ${message}`;
  const kind = textOf(details["kind"]);
  const head = kind === "" && textOf(details["name"]) === "" ? "The request is invalid" : `The ${kind} "${textOf(details["name"])}" is invalid`;
  const causes = [...new Set(listOf(details["causes"]).map((cause) => `${textOf(cause["field"])}: ${textOf(cause["message"])}`))];
  if (causes.length === 0) return head;
  return causes.length === 1 ? `${head}: ${causes[0] ?? ""}` : `${head}: \n${causes.map((cause) => `* ${cause}`).join("\n")}`;
}

/** Throws the server's refusal. */
export function mustSucceed(response: ApiResponse, doing = ""): JsonObject {
  if (!ok(response)) throw new KubectlError(failureMessage(response, doing));
  return objectOf(response.body);
}
