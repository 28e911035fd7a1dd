import type { ApiRequest, ApiResponse, WatchFrame } from "../apimachinery/apiRequest.ts";
import type { Json } from "../base/json.ts";
import type { ClusterCommand } from "../cluster/commands.ts";

/** A watch from outside: `next` is asked after every window; frames in the form that the request's Accept header asked for. */
export interface OutsideWatch {
  next(): { readonly frames: readonly WatchFrame[]; readonly closed: boolean };
  close(): void;
}

/** What the gateway needs of the running cluster. The only way in is a command; reads look from outside. */
export interface GatewayEngine {
  /** Journaled; resolves with the answer. */
  write(request: ApiRequest): Promise<ApiResponse>;
  /** Journaled; a sentence where it cannot be done (unknown type, bad parameters), else null. */
  command(command: ClusterCommand): string | null;
  read(request: ApiRequest): ApiResponse;
  /** A refusal as an ApiResponse, or the running watch. */
  watch(request: ApiRequest): ApiResponse | OutsideWatch;
  /** Called whenever virtual time has moved on. */
  onProgress(listener: () => void): () => void;
  ask(question: Json): Json;
  advance(seconds: number): Promise<void>;
  readonly ready: boolean;
  stop(): void;
}
