import { parseApiVersion } from "../apimachinery/gvk.ts";
import type { KubeObject } from "../apimachinery/objectMeta.ts";
import { isJsonObject, type Json } from "../base/json.ts";
import type { ClientSet } from "../client/clientSet.ts";
import { createClientSet } from "../client/clientSetImpl.ts";
import { collectionPath } from "../client/paths.ts";
import { kindByGvk } from "../kinds/index.ts";
import type { Process, ProcessContext, ProcessEvent, ProcessId } from "../sim/process.ts";
import { second, type DurationUs } from "../sim/time.ts";

export type BootObject = Omit<KubeObject, "metadata"> & { readonly metadata: Partial<KubeObject["metadata"]> & { readonly name: string } };

const retryUs = 1 * second;

/** Puts the addons' objects in at boot, in order, and leaves alone what is there already. Follows cluster/addons/addon-manager. */
export function createAddonManager(id: ProcessId, options: { readonly server: ProcessId; readonly objects: readonly BootObject[] }): Process {
  return new AddonManager(id, options.server, options.objects);
}

class AddonManager implements Process {
  readonly id: ProcessId;
  private readonly objects: readonly BootObject[];
  private readonly clients: ClientSet;
  /** How many of the objects are in. */
  private done = 0;

  constructor(id: ProcessId, server: ProcessId, objects: readonly BootObject[]) {
    this.id = id;
    this.objects = objects;
    this.clients = createClientSet({
      server, qps: 100, burst: 100, userAgent: "addon-manager/v1.36.2",
      identity: { type: "user", name: "system:addon-manager", groups: ["system:masters", "system:authenticated"] },
    });
  }

  cost(): DurationUs {
    return 10;
  }

  handle(event: ProcessEvent, ctx: ProcessContext): void {
    if (event.type === "start") {
      this.clients.start(ctx);
      this.next(ctx);
    }
    if (event.type === "timer" && event.key === "retry") this.next(ctx);
    for (const note of this.clients.handle(event, ctx)) {
      if (note.type !== "answer") continue;
      const code = note.response?.code ?? 0;
      if (code === 201 || code === 409) {
        this.done += 1;
        this.next(ctx);
      } else {
        ctx.trace({ type: "addonRefused", object: this.objects[this.done]?.metadata.name ?? "", code, body: note.response?.body ?? null });
        ctx.setTimer("retry", retryUs);
      }
    }
  }

  private next(ctx: ProcessContext): void {
    const object = this.objects[this.done];
    if (object === undefined) return;
    const kind = kindByGvk({ ...parseApiVersion(object.apiVersion), kind: object.kind });
    if (kind === null) {
      ctx.trace({ type: "addonSkipped", kind: object.kind, object: object.metadata.name, reason: "the kind is not served yet" });
      this.done += 1;
      return this.next(ctx);
    }
    this.clients.request(ctx, { verb: "create", path: collectionPath(kind, object.metadata.namespace ?? null), body: object as unknown as Json }, this.done);
  }

  snapshot(): Json {
    return { clients: this.clients.snapshot(), done: this.done };
  }

  restore(data: Json): void {
    if (!isJsonObject(data)) throw new Error("addon manager: not a snapshot");
    this.clients.restore(data["clients"] ?? null);
    this.done = Number(data["done"]);
  }
}
