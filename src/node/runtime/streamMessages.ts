import type { Payload } from "../../network/packet.ts";

/** A stream that a client outside the cluster opens at the node of a pod. `pod`: "namespace/name". */
export type StreamOpen =
  | { readonly type: "exec"; readonly pod: string; readonly container: string; readonly command: readonly string[]; readonly stdin: boolean; readonly tty: boolean }
  | { readonly type: "attach"; readonly pod: string; readonly container: string; readonly stdin: boolean; readonly tty: boolean }
  | { readonly type: "portForward"; readonly pod: string };

/** What the client sends. Connections are those of a port-forward, numbered by the client's side. */
export type StreamInput =
  | { readonly type: "stdin"; readonly text: string }
  | { readonly type: "endOfInput" }
  | { readonly type: "resize"; readonly width: number; readonly height: number }
  | { readonly type: "connect"; readonly connection: number; readonly port: number }
  | { readonly type: "request"; readonly connection: number; readonly port: number; readonly payload: Payload };

export type ToStreams =
  | { readonly type: "stream/open"; readonly id: string; readonly open: StreamOpen }
  | { readonly type: "stream/input"; readonly id: string; readonly input: StreamInput }
  | { readonly type: "stream/close"; readonly id: string };

/** What comes back. "failed" and "exited" are the last of a stream. */
export type StreamOutput =
  | { readonly type: "opened" }
  | { readonly type: "stdout" | "stderr"; readonly text: string }
  | { readonly type: "exited"; readonly code: number }
  | { readonly type: "failed"; readonly message: string }
  | { readonly type: "connected"; readonly connection: number }
  | { readonly type: "refused"; readonly connection: number; readonly message: string }
  | { readonly type: "answer"; readonly connection: number; readonly payload: Payload | null };

/** To the outside: the message that carries an output of a stream. */
export interface FromStreams {
  readonly type: "stream";
  readonly id: string;
  readonly output: StreamOutput;
}

/** "Is there something to open, and is this stream still open?", asked of the runtime. */
export type StreamQuestion = { readonly type: "streamTarget"; readonly open: StreamOpen } | { readonly type: "streamOpen"; readonly id: string };

