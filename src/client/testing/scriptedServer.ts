import type { ApiClientMessage, ApiRequest, ApiResponse, ApiServerMessage, WatchFrame } from "../../apimachinery/apiRequest.ts";
import type { Json } from "../../base/json.ts";
import type { ConnectionId, Process, ProcessContext, ProcessEvent, ProcessFactory } from "../../sim/process.ts";

/** What a test tells the server to do next, as datagrams. */
export type Script =
  | { readonly type: "frames"; readonly path: string; readonly frames: readonly WatchFrame[] }
  | { readonly type: "closeWatches" }
  | { readonly type: "answer"; readonly verb: string; readonly path: string; readonly response: ApiResponse; readonly times?: number };

interface Watching {
  readonly connection: ConnectionId;
  readonly id: string;
  readonly path: string;
}

/** An API server that answers as it is told, and keeps what it was asked on its disk. */
export function scriptedServer(id: string, script: readonly Extract<Script, { readonly type: "answer" }>[] = []): ProcessFactory {
  return { id, create: () => new ScriptedServer(id, script) };
}

class ScriptedServer implements Process {
  readonly id: string;
  private answers: { verb: string; path: string; response: ApiResponse; times: number }[];
  private watches: Watching[] = [];
  private asked: ApiRequest[] = [];

  constructor(id: string, script: readonly Extract<Script, { readonly type: "answer" }>[]) {
    this.id = id;
    this.answers = script.map(({ verb, path, response, times }) => ({ verb, path, response, times: times ?? 1 }));
  }

  handle(event: ProcessEvent, ctx: ProcessContext): void {
    if (event.type === "start") {
      const disk = ctx.disk.read("script");
      if (disk !== null) this.restore(disk);
      this.watches = [];
    } else if (event.type === "datagram") {
      this.obey(event.body as Script, ctx);
    } else if (event.type === "disconnected") {
      this.watches = this.watches.filter((watch) => watch.connection !== event.connection);
    } else if (event.type === "received") {
      const message = event.body as ApiClientMessage;
      if (message.type === "request") this.answer(event.connection, message.request, ctx);
      else if (message.type === "cancel") this.watches = this.watches.filter((watch) => watch.id !== message.id);
    }
    ctx.disk.write("script", this.snapshot());
  }

  cost(): number {
    return 10;
  }

  snapshot(): Json {
    return { answers: this.answers.map((answer) => ({ ...answer })), watches: this.watches, asked: this.asked } as unknown as Json;
  }

  restore(data: Json): void {
    const saved = data as unknown as { answers: ScriptedServer["answers"]; watches: Watching[]; asked: ApiRequest[] };
    this.answers = saved.answers.map((answer) => ({ ...answer }));
    this.watches = [...saved.watches];
    this.asked = [...saved.asked];
  }

  observe(): Json {
    return this.asked.map(({ verb, path, query }) => ({ verb, path, query }));
  }

  private obey(script: Script, ctx: ProcessContext): void {
    if (script.type === "answer") {
      this.answers.push({ verb: script.verb, path: script.path, response: script.response, times: script.times ?? 1 });
      return;
    }
    for (const { connection, id, path } of this.watches) {
      if (script.type === "closeWatches") ctx.send(connection, { type: "watchClosed", id } satisfies ApiServerMessage);
      else if (script.path === path) ctx.send(connection, { type: "watchEvents", id, frames: script.frames } satisfies ApiServerMessage);
    }
    if (script.type === "closeWatches") this.watches = [];
  }

  private answer(connection: ConnectionId, request: ApiRequest, ctx: ProcessContext): void {
    this.asked = [...this.asked, request];
    const scripted = this.answers.find((answer) => answer.times > 0 && answer.verb === request.verb && answer.path === request.path);
    if (scripted !== undefined) {
      scripted.times -= 1;
      ctx.send(connection, { type: "response", id: request.id, response: scripted.response } satisfies ApiServerMessage);
    } else if (request.verb === "watch") {
      this.watches = [...this.watches, { connection, id: request.id, path: request.path }];
      ctx.send(connection, { type: "watchStarted", id: request.id } satisfies ApiServerMessage);
    } else {
      ctx.send(connection, { type: "response", id: request.id, response: { code: 200, body: { metadata: { resourceVersion: "1" }, items: [] }, warnings: [] } } satisfies ApiServerMessage);
    }
  }
}
