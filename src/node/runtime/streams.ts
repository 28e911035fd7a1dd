import type { Json } from "../../base/json.ts";
import type { ProcessContext } from "../../sim/process.ts";
import type { FromStreams, StreamOpen, StreamOutput } from "./streamMessages.ts";
import { shown, type TypedLine } from "./terminal.ts";

/** A client's stream as the runtime knows it. */
export interface OpenStream {
  readonly id: string;
  readonly open: StreamOpen;
  /** Container id; "" for a port-forward, which belongs to the pod. */
  readonly container: string;
  /** The command that was started for it; null where it is attached to the container's own program. */
  readonly exec: string | null;
  line: TypedLine;
}

/** No more clients at one node than this. */
export const mostStreams = 200;

/** The streams that clients hold open at this node. */
export class Streams {
  readonly #open = new Map<string, OpenStream>();

  get full(): boolean {
    return this.#open.size >= mostStreams;
  }

  add(id: string, open: StreamOpen, container: string, exec: string | null): OpenStream {
    const stream = { id, open, container, exec, line: { text: "" } };
    this.#open.set(id, stream);
    return stream;
  }

  get(id: string): OpenStream | null {
    return this.#open.get(id) ?? null;
  }

  drop(id: string): void {
    this.#open.delete(id);
  }

  /** Those that are attached to a container's own program. */
  attachedTo(container: string): readonly OpenStream[] {
    if (this.#open.size === 0) return none;
    return [...this.#open.values()].filter((stream) => stream.container === container && stream.exec === null);
  }

  ofExec(exec: string): OpenStream | null {
    for (const stream of this.#open.values()) if (stream.exec === exec) return stream;
    return null;
  }

  /** All of a container, or all of a pod. */
  of(container: string, pod: string | null = null): readonly OpenStream[] {
    if (this.#open.size === 0) return none;
    return [...this.#open.values()].filter((stream) => (pod === null ? stream.container === container : stream.open.pod === pod));
  }

  /** Tells the client; text is shown as its terminal shows it. The last word closes the stream. */
  tell(ctx: ProcessContext, stream: OpenStream, output: StreamOutput): void {
    if ((output.type === "stdout" || output.type === "stderr") && output.text === "") return;
    const said = (output.type === "stdout" || output.type === "stderr") && stream.open.type !== "portForward" && stream.open.tty ? { type: "stdout" as const, text: shown(output.text) } : output;
    say(ctx, stream.id, said);
    if (output.type === "exited" || output.type === "failed") this.#open.delete(stream.id);
  }

  snapshot(): Json {
    return [...this.#open.values()] as unknown as Json;
  }

  restore(data: Json): void {
    this.#open.clear();
    for (const stream of (data ?? []) as unknown as readonly OpenStream[]) this.#open.set(stream.id, { ...stream });
  }
}

const none: readonly OpenStream[] = [];

/** A word to the outside about a stream. */
export function say(ctx: ProcessContext, id: string, output: StreamOutput): void {
  const message: FromStreams = { type: "stream", id, output };
  ctx.sendDatagram("", message);
}
