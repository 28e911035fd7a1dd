import type { KubeObject } from "../../apimachinery/objectMeta.ts";
import type { Json } from "../../base/json.ts";
import { podKind } from "../../kinds/core/pod/kind.ts";
import type { Pod } from "../../kinds/core/pod/types.ts";
import type { Process, ProcessContext, ProcessEvent, ProcessFactory } from "../../sim/process.ts";
import type { ClientNote, ClientRequest, ClientSet, Informer } from "../clientSet.ts";
import { createClientSet } from "../clientSetImpl.ts";

/** A process with one client and an informer of pods; a datagram {request, tag} makes a request, and every note becomes a line. */
export function clientHolder(id: string, server: string, limits: { readonly qps: number; readonly burst: number } = { qps: 0, burst: 0 }): ProcessFactory {
  return { id, create: () => new ClientHolder(id, server, limits) };
}

class ClientHolder implements Process {
  readonly id: string;
  private readonly clients: ClientSet;
  private readonly pods: Informer<Pod>;
  private lines: string[] = [];

  constructor(id: string, server: string, limits: { readonly qps: number; readonly burst: number }) {
    this.id = id;
    this.clients = createClientSet({ server, identity: { type: "user", name: "tester", groups: [] }, userAgent: "tester/1", ...limits });
    this.pods = this.clients.informer("pods", { kind: podKind });
  }

  handle(event: ProcessEvent, ctx: ProcessContext): void {
    if (event.type === "start") this.clients.start(ctx);
    if (event.type === "datagram") {
      const { request, tag } = event.body as { readonly request: ClientRequest; readonly tag: Json };
      this.clients.request(ctx, request, tag);
    }
    for (const note of this.clients.handle(event, ctx)) this.lines.push(`${Math.round(ctx.now / 1000)} ms ${lineOf(note)}`);
  }

  cost(): number {
    return 10;
  }

  snapshot(): Json {
    return { clients: this.clients.snapshot(), lines: [...this.lines] };
  }

  restore(data: Json): void {
    const saved = data as unknown as { clients: Json; lines: readonly string[] };
    this.clients.restore(saved.clients);
    this.lines = [...saved.lines];
  }

  observe(): Json {
    return { lines: this.lines, pods: this.pods.lister.list(null).map((pod: KubeObject) => `${pod.metadata.name}@${pod.metadata.resourceVersion}`), synced: this.clients.synced };
  }
}

function lineOf(note: ClientNote): string {
  switch (note.type) {
    case "answer":
      return `answer ${JSON.stringify(note.tag)} ${note.response === null ? "lost" : note.response.code}`;
    case "change":
      return `${note.change} ${note.object.metadata.name} because ${note.cause}`;
    case "synced":
      return `synced ${note.informer}`;
    default:
      return `frame ${note.frame.type}`;
  }
}
