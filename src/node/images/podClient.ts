import type { Identity } from "../../apimachinery/apiRequest.ts";
import type { Json } from "../../base/json.ts";
import type { ClientNote, ClientSet } from "../../client/clientSet.ts";
import { createClientSet } from "../../client/clientSetImpl.ts";
import type { ProgramContext, ProgramEvent } from "./program.ts";

const tokenPath = "/var/run/secrets/kubernetes.io/serviceaccount/token";
const rereadUs = 60_000_000;
const rereadTimer = "pod-client/token";

/**
 * A program's way to the API server with its pod's token, as client-go's InClusterConfig: the token is read again every minute, because
 * the kubelet renews it.
 */
export class PodClient {
  readonly clients: ClientSet;
  #token = "";

  constructor(userAgent: string, qps: number, burst: number) {
    const token = (): string => this.#token;
    this.clients = createClientSet({
      server: "kubernetes", userAgent, qps, burst,
      get identity() {
        return { type: "bearer" as const, token: token() };
      },
    });
  }

  /** False where the pod has no token: it cannot reach the API at all. */
  start(ctx: ProgramContext): boolean {
    if (!this.#read(ctx)) return false;
    ctx.setTimer(rereadTimer, rereadUs);
    this.clients.start(ctx.api);
    return true;
  }

  /** What the API told; [] for events that are not the client's. */
  handle(event: ProgramEvent, ctx: ProgramContext): readonly ClientNote[] {
    if (event.type === "api") return this.clients.handle(event.event, ctx.api);
    if (event.type === "timer" && event.key === rereadTimer) {
      this.#read(ctx);
      ctx.setTimer(rereadTimer, rereadUs);
    }
    return [];
  }

  /** Who it is, as every request says. */
  get identity(): Identity {
    return { type: "bearer", token: this.#token };
  }

  #read(ctx: ProgramContext): boolean {
    const content = ctx.readFile(tokenPath);
    if (content === null || content.trim() === "") return false;
    this.#token = content.trim();
    return true;
  }

  snapshot(): Json {
    return { token: this.#token, clients: this.clients.snapshot() };
  }

  restore(data: Json): void {
    const saved = data as unknown as { token: string; clients: Json };
    this.#token = saved.token;
    this.clients.restore(saved.clients);
  }
}
