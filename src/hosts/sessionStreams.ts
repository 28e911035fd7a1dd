import type { ApiRequest, ApiResponse } from "../apimachinery/apiRequest.ts";
import { isJsonObject, type Json } from "../base/json.ts";
import type { StreamInput, StreamOpen, StreamOutput } from "../node/runtime/streamMessages.ts";
import type { ClusterEngine } from "./clusterEngine.ts";
import type { OutsideStream } from "./outsideStreams.ts";
import type { FromEngine, StreamData, StreamRequest } from "./protocol.ts";

interface Open {
  close(): void;
  send?(input: StreamInput): void;
}

/** At once, of one page: a limit of ours. */
const mostOpen = 50;

/** Watches and sessions in containers that the page holds open, by the page's own numbers. */
export class SessionStreams {
  private readonly post: (message: FromEngine) => void;
  private readonly held = new Map<number, Open>();

  constructor(post: (message: FromEngine) => void) {
    this.post = post;
  }

  open(engine: ClusterEngine, id: number, asked: StreamRequest): void {
    if (this.held.size >= mostOpen) this.tell(id, { type: "failed", message: `${mostOpen} streams are open, the most there may be` });
    else if (asked.type === "watch") this.watch(engine, id, asked.request);
    else void this.exec(engine, id, asked.open).catch((error: unknown) => this.end(id, { type: "failed", message: String(error) }));
  }

  send(id: number, input: StreamInput): void {
    this.held.get(id)?.send?.(input);
  }

  close(id: number): void {
    const open = this.held.get(id);
    this.held.delete(id);
    open?.close();
  }

  /** Another run begins: nothing goes on. */
  endAll(): void {
    for (const id of [...this.held.keys()]) {
      this.close(id);
      this.tell(id, { type: "ended" });
    }
  }

  private tell(id: number, data: StreamData): void {
    this.post({ type: "stream", id, data: data as unknown as Json });
  }

  private end(id: number, data: StreamData): void {
    if (this.held.delete(id)) this.tell(id, data);
  }

  private watch(engine: ClusterEngine, id: number, request: ApiRequest): void {
    const watch = engine.watch(request);
    if ("code" in watch) {
      this.tell(id, { type: "refused", response: watch });
      return;
    }
    const pump = (): void => {
      if (!this.held.has(id)) return;
      const { frames, closed } = watch.next();
      if (frames.length > 0) this.tell(id, { type: "frames", frames });
      if (closed) {
        stop();
        this.end(id, { type: "ended" });
      }
    };
    const stop = engine.onMoved(pump);
    this.held.set(id, {
      close: () => {
        stop();
        watch.close();
      },
    });
    this.tell(id, { type: "opened" });
    pump();
  }

  private async exec(engine: ClusterEngine, id: number, open: StreamOpen): Promise<void> {
    // Held from the start: what is closed while the pod is being looked up is not opened.
    let stream: OutsideStream | null = null;
    this.held.set(id, { close: () => stream?.close(), send: (input) => stream?.send(input) });
    const [namespace = "", name = ""] = open.pod.split("/");
    const server = { type: "user", name: "system:apiserver", groups: ["system:masters"] } as const;
    const found: ApiResponse = await engine.read({ id: "", verb: "get", path: `/api/v1/namespaces/${namespace}/pods/${name}`, query: {}, contentType: "", accept: "", identity: server, body: null });
    if (found.code !== 200) {
      if (this.held.delete(id)) this.tell(id, { type: "refused", response: found });
      return;
    }
    const spec = isJsonObject(found.body) && isJsonObject(found.body["spec"]) ? found.body["spec"] : {};
    const node = typeof spec["nodeName"] === "string" ? spec["nodeName"] : "";
    if (node === "") return this.end(id, { type: "failed", message: `pod ${name} does not have a host assigned` });
    const opened = await engine.streams.open(node, open, engine.now, (output: StreamOutput) => {
      const last = output.type === "exited" || output.type === "failed";
      if (last) this.end(id, { type: "output", output });
      else if (this.held.has(id)) this.tell(id, { type: "output", output });
    });
    if ("refused" in opened) return this.end(id, { type: "failed", message: opened.refused });
    if (!this.held.has(id)) return opened.close();
    stream = opened;
    this.tell(id, { type: "opened" });
  }
}
