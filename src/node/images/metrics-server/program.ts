// Follows kubernetes-sigs/metrics-server pkg/{server,scraper,storage}.
import type { NodeUsage, UsageMessage } from "../../../apimachinery/usageReport.ts";
import { compareText } from "../../../base/compareText.ts";
import type { Json } from "../../../base/json.ts";
import type { Informer } from "../../../client/clientSet.ts";
import { nodeKind } from "../../../kinds/core/node/kind.ts";
import type { Node } from "../../../kinds/core/node/types.ts";
import type { Payload } from "../../../network/packet.ts";
import { sinceHeaders, tellsOf } from "../../kubelet/stats/scraperHeaders.ts";
import { PodClient } from "../podClient.ts";
import type { Program, ProgramContext, ProgramEvent } from "../program.ts";
import { scraped, type ScrapedNode } from "./usagePoints.ts";

export interface MetricsServerFlags {
  readonly port: number;
  readonly resolutionUs: number;
}

const scrapeTimeoutUs = 10_000_000;
/** Of the work for one machine. */
const scrapeCpuUs = 400;

interface State {
  /** Machines of the scrape under way that have not answered yet. */
  waiting: string[];
  /** What the scrape under way has found so far. */
  found: NodeUsage[];
  /** The last scrape that came to its end told of a machine. */
  ready: boolean;
}

/** Asks each kubelet every 15 seconds, and tells the API server what the machines and their pods used in between. */
export class MetricsServerProgram implements Program {
  readonly #client = new PodClient("metrics-server/v0.8.0 (linux/amd64)", 50, 100);
  readonly #nodes: Informer<Node>;
  readonly #flags: MetricsServerFlags;
  #known = new Map<string, ScrapedNode>();
  #state: State = { waiting: [], found: [], ready: false };

  constructor(flags: MetricsServerFlags) {
    this.#flags = flags;
    this.#nodes = this.#client.clients.informer("nodes", { kind: nodeKind });
  }

  handle(event: ProgramEvent, ctx: ProgramContext): void {
    this.#client.handle(event, ctx);
    switch (event.type) {
      case "start":
        if (!this.#client.start(ctx)) {
          ctx.log("panic: unable to load configmap based request-header-client-ca-file: open /var/run/secrets/kubernetes.io/serviceaccount/token: no such file or directory", "stderr");
          return ctx.exit(2);
        }
        ctx.log(`I${"0101"} 1 secure_serving.go:211] Serving securely on [::]:${this.#flags.port}`, "stderr");
        ctx.listen(this.#flags.port);
        ctx.setTimer("scrape", 1);
        return;
      case "timer":
        if (event.key === "scrape") this.#scrape(ctx);
        return;
      case "answer":
        return this.#answered(String(event.tag), event.payload, event.failure, ctx);
      case "http": {
        const path = event.request.path.split("?")[0] ?? "";
        const failing = path === "/readyz" && !this.#state.ready;
        if (path === "/livez" || path === "/readyz" || path === "/healthz") return ctx.answerHttp(event.id, failing ? text(500, "[-]metric-storage-ready failed: not metrics to serve\nreadyz check failed\n") : text(200, "ok"));
        return ctx.answerHttp(event.id, text(403, "Forbidden\n"));
      }
      case "signal":
        if (event.name === "SIGTERM" || event.name === "SIGINT") ctx.exit(0);
        return;
      default:
        return;
    }
  }

  snapshot(): Json {
    return { client: this.#client.snapshot(), state: { ...this.#state }, known: [...this.#known].map(([node, { containers, ...rest }]) => [node, { ...rest, containers: [...containers] }]) } as unknown as Json;
  }

  restore(data: Json): void {
    const saved = data as unknown as { client: Json; state: State; known: readonly (readonly [string, Omit<ScrapedNode, "containers"> & { containers: readonly (readonly [string, never])[] }])[] };
    this.#client.restore(saved.client);
    this.#state = { waiting: [...saved.state.waiting], found: [...saved.state.found], ready: saved.state.ready };
    this.#known = new Map(saved.known.map(([node, { containers, ...rest }]) => [node, { ...rest, containers: new Map(containers) }]));
  }

  #scrape(ctx: ProgramContext): void {
    ctx.setTimer("scrape", this.#flags.resolutionUs);
    if (this.#state.waiting.length > 0) this.#tell(ctx);
    const nodes = this.#nodes.lister.list(null).map((node) => ({ name: node.metadata.name, ip: node.status?.addresses?.find(({ type }) => type === "InternalIP")?.address }));
    this.#state.waiting = nodes.map(({ name }) => name).sort(compareText);
    this.#state.found = [];
    for (const { name, ip } of nodes) {
      ctx.spend(scrapeCpuUs);
      if (ip === undefined) {
        this.#failed(name, `node ${name} has no address`, ctx);
        continue;
      }
      const request = { method: "GET", host: `${ip}:10250`, path: "/metrics/resource", headers: { "User-Agent": "metrics-server/v0.8.0", ...sinceHeaders(this.#known.get(name)?.serial) }, body: "" };
      ctx.call({ host: ip, port: 10250 }, { type: "http", request }, name, scrapeTimeoutUs);
    }
  }

  #answered(node: string, payload: Payload | null, failure: string | null, ctx: ProgramContext): void {
    if (!this.#state.waiting.includes(node)) return;
    if (payload?.type !== "httpResponse" || payload.response.status !== 200) return this.#failed(node, failure ?? "unexpected answer", ctx);
    const { serial, whole } = tellsOf(payload.response);
    const { known, usage } = scraped(node, this.#known.get(node) ?? null, payload.response.body, serial, whole);
    this.#known.set(node, known);
    if (usage !== null) this.#state.found.push(usage);
    this.#done(node, ctx);
  }

  #failed(node: string, why: string, ctx: ProgramContext): void {
    ctx.log(`E${"0101"} 1 scraper.go:149] "Failed to scrape node" err="${why}" node="${node}"`, "stderr");
    this.#known.delete(node);
    this.#done(node, ctx);
  }

  #done(node: string, ctx: ProgramContext): void {
    this.#state.waiting = this.#state.waiting.filter((other) => other !== node);
    if (this.#state.waiting.length === 0) this.#tell(ctx);
  }

  #tell(ctx: ProgramContext): void {
    this.#state.waiting = [];
    const nodes = [...this.#state.found].sort((a, b) => compareText(a.node, b.node));
    this.#state.found = [];
    this.#state.ready = nodes.length > 0;
    const { connection } = this.#client.clients;
    if (connection === null || nodes.length === 0) return;
    const message: UsageMessage = { type: "usage", identity: this.#client.identity, nodes };
    ctx.api.send(connection, message);
  }
}

function text(status: number, body: string): { readonly status: number; readonly headers: Readonly<Record<string, string>>; readonly body: string } {
  return { status, headers: { "Content-Type": "text/plain; charset=utf-8" }, body };
}
