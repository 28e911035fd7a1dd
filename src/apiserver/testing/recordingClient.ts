import type { ApiClientMessage, ApiRequest, ApiServerMessage, WatchFrame } from "../../apimachinery/apiRequest.ts";
import type { Json } from "../../base/json.ts";
import type { Process, ProcessContext, ProcessEvent, ProcessFactory, ProcessId } from "../../sim/process.ts";

/** A client inside the cluster that sends what it is told from outside and remembers every answer. */
export function recordingClient(id: ProcessId, server: ProcessId = "cp-1/apiserver"): ProcessFactory {
  return { id, create: () => new RecordingClient(id, server) };
}

export interface Recorded {
  readonly messages: readonly ApiServerMessage[];
  readonly connected: boolean;
}

class RecordingClient implements Process {
  readonly id: ProcessId;
  private readonly server: ProcessId;
  private connection: string | null = null;
  private connected = false;
  private messages: ApiServerMessage[] = [];

  constructor(id: ProcessId, server: ProcessId) {
    this.id = id;
    this.server = server;
  }

  handle(event: ProcessEvent, ctx: ProcessContext): void {
    if (event.type === "start") this.connection = ctx.connect(this.server);
    else if (event.type === "connected") this.connected = true;
    else if (event.type === "disconnected") {
      this.connected = false;
      ctx.setTimer("again", 2_000_000);
    } else if (event.type === "timer") this.connection = ctx.connect(this.server);
    else if (event.type === "received") this.messages.push(event.body as ApiServerMessage);
    else if (event.type === "datagram" && this.connection !== null) ctx.send(this.connection, event.body as ApiClientMessage);
  }

  cost(): number {
    return 1;
  }

  snapshot(): Json {
    return { connection: this.connection, connected: this.connected, messages: this.messages } as unknown as Json;
  }

  restore(data: Json): void {
    const state = data as unknown as { connection: string | null; connected: boolean; messages: ApiServerMessage[] };
    this.connection = state.connection;
    this.connected = state.connected;
    this.messages = [...state.messages];
  }

  observe(): Json {
    return { messages: [...this.messages], connected: this.connected } as unknown as Json;
  }
}

/** The frames of one watch, as type and name (and revision of bookmarks). */
export function framesOf(recorded: Recorded, request: ApiRequest): readonly WatchFrame[] {
  return recorded.messages.flatMap((message) => {
    if (message.type === "bookmarks") return message.frames.filter(({ id }) => id === request.id).map(({ frame }) => frame);
    return message.type === "watchEvents" && message.id === request.id ? message.frames : [];
  });
}
