import type { Json } from "../../base/json.ts";
import type { ClientNote, ClientSet } from "../../client/clientSet.ts";
import { createClientSet } from "../../client/clientSetImpl.ts";
import type { ProcessContext, ProcessEvent } from "../../sim/process.ts";
import { kubeletVersion } from "./nodeObject.ts";
import { nodeIdentity, type KubeletOptions } from "./options.ts";

/** A kubelet's three connections to the API server, as upstream's: what it works with, events, and the heartbeat that nothing may hold up. */
export class KubeletClients {
  readonly api: ClientSet;
  readonly events: ClientSet;
  readonly heartbeat: ClientSet;

  constructor({ server, node, limit = { qps: 50, burst: 100 } }: KubeletOptions) {
    const common = { server, identity: nodeIdentity(node.name), userAgent: `kubelet/${kubeletVersion} (linux/amd64)` };
    this.api = createClientSet({ ...common, name: "api", ...limit });
    this.events = createClientSet({ ...common, name: "events", qps: 50, burst: 100 });
    this.heartbeat = createClientSet({ ...common, name: "heartbeat", qps: 0, burst: 0 });
  }

  start(ctx: ProcessContext): void {
    this.api.start(ctx);
    this.events.start(ctx);
    this.heartbeat.start(ctx);
  }

  handle(event: ProcessEvent, ctx: ProcessContext, note: (note: ClientNote) => void, recorded: (note: ClientNote) => void): void {
    const own = event.type === "received" ? event.connection : null;
    if (own === null || own === this.api.connection) for (const each of this.api.handle(event, ctx)) note(each);
    if (own === null || own === this.events.connection) for (const each of this.events.handle(event, ctx)) recorded(each);
    if (own === null || own === this.heartbeat.connection) for (const each of this.heartbeat.handle(event, ctx)) note(each);
  }

  snapshot(): Json {
    return { api: this.api.snapshot(), events: this.events.snapshot(), heartbeat: this.heartbeat.snapshot() };
  }

  restore(data: Json): void {
    const saved = data as Readonly<Record<string, Json>>;
    this.api.restore(saved["api"] ?? null);
    this.events.restore(saved["events"] ?? null);
    this.heartbeat.restore(saved["heartbeat"] ?? null);
  }
}
