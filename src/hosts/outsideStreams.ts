import { isJsonObject, type Json } from "../base/json.ts";
import type { ClusterCommand, StreamCommand } from "../cluster/commands.ts";
import type { FromStreams, StreamInput, StreamOpen, StreamOutput } from "../node/runtime/streamMessages.ts";
import { whenDone, type MaybePromise } from "./hostPort.ts";
import type { Look } from "./outsideLook.ts";

/** A stream that somebody outside holds. */
export interface OutsideStream {
  send(input: StreamInput): void;
  close(): void;
}

/** An answer of the node's: why there is nothing to open. */
export interface StreamRefused {
  readonly refused: string;
}

/** No more streams at once, over all nodes. */
const mostOpen = 500;

interface Held {
  readonly node: string;
  readonly listener: (output: StreamOutput) => void;
  /** How often in a row its node did not know it. */
  unknown: number;
}

/** What has just ended there is unknown for a moment before its last word is here. */
const mostUnknown = 3;

/** exec, attach and port-forward from outside: what the client sends is a journaled command, what the container writes comes back as messages. */
export class OutsideStreams {
  private readonly held = new Map<string, Held>();
  private readonly submit: (command: ClusterCommand) => string | null;
  private readonly look: Look;
  private readonly nodeIsReachable: (node: string) => boolean;
  private next = 1;

  constructor(submit: (command: ClusterCommand) => string | null, look: Look, nodeIsReachable: (node: string) => boolean) {
    this.submit = submit;
    this.look = look;
    this.nodeIsReachable = nodeIsReachable;
  }

  /** `now` makes the id one of its own, also in a run that goes on from a recording. */
  open(node: string, open: StreamOpen, now: number, listener: (output: StreamOutput) => void): MaybePromise<OutsideStream | StreamRefused> {
    const unreachable = { refused: `error dialing backend: dial tcp: connect to the kubelet of ${node}: connection refused` };
    if (!this.nodeIsReachable(node)) return unreachable;
    return whenDone(this.look(`${node}/runtime`, { type: "streamTarget", open: open as unknown as Json }), (answer) => {
      if (answer === null) return unreachable;
      if (isJsonObject(answer) && typeof answer["error"] === "string") return { refused: answer["error"] };
      return this.begin(node, open, now, listener);
    });
  }

  /** A message to the outside; false where it is none of a stream's. */
  receive(body: Json): boolean {
    if (!isJsonObject(body) || body["type"] !== "stream") return false;
    const { id, output } = body as unknown as FromStreams;
    const held = this.held.get(id);
    if (held === undefined) return true;
    if (output.type === "exited" || output.type === "failed") this.held.delete(id);
    held.listener(output);
    return true;
  }

  /** A stream whose node has lost it (power cut, runtime restarted) ends here: nobody else would say so. */
  async sweep(): Promise<void> {
    for (const [id, held] of [...this.held]) {
      const { node, listener } = held;
      const answer = await this.look(`${node}/runtime`, { type: "streamOpen", id });
      const known = isJsonObject(answer) && answer["open"] === true;
      held.unknown = known ? 0 : held.unknown + 1;
      if ((answer !== null && held.unknown < mostUnknown) || !this.held.delete(id)) continue;
      listener({ type: "failed", message: `error dialing backend: the connection to ${node} was lost` });
    }
  }

  private begin(node: string, open: StreamOpen, now: number, listener: (output: StreamOutput) => void): OutsideStream | StreamRefused {
    if (this.held.size >= mostOpen) return { refused: `${mostOpen} streams are open, the most there may be` };
    const id = `stream-${now}-${this.next++}`;
    const command = (step: "open" | "chunk" | "close", data: StreamCommand): string | null => this.submit({ type: "stream", id, step, data: data as unknown as Json });
    this.held.set(id, { node, listener, unknown: 0 });
    const refused = command("open", { node, open });
    if (refused !== null) {
      this.held.delete(id);
      return { refused };
    }
    return {
      send: (input) => {
        if (this.held.has(id)) command("chunk", { node, input });
      },
      close: () => {
        if (this.held.delete(id)) command("close", { node });
      },
    };
  }
}
