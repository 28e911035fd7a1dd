import type { ApiRequest, ApiResponse, WatchFrame } from "../apimachinery/apiRequest.ts";
import { isJsonObject, type Json } from "../base/json.ts";
import type { ClusterCommand, ClusterRecording } from "../cluster/commands.ts";
import { clusterComposition } from "../hosts/clusterComposition.ts";
import { Coordinator } from "../hosts/coordinator.ts";
import { Driver } from "../hosts/driver.ts";
import { isPromise } from "../hosts/hostPort.ts";
import { InlineHost } from "../hosts/transports/inline.ts";
import { realClock } from "../hosts/wallClock.ts";
import { addTime, second } from "../sim/time.ts";
import type { GatewayEngine, OutsideWatch } from "./gatewayEngine.ts";

const apiServer = "cp-1/apiserver";
/** Boot that has not ended by then goes on in the open. */
const longestBootUs = 120 * second;
/** A write that no answer came to within its 60 virtual seconds has an unknown outcome. */
const noAnswer: ApiResponse = {
  code: 504, warnings: [],
  body: { kind: "Status", apiVersion: "v1", metadata: {}, status: "Failure", message: "the API server did not answer in time", reason: "Timeout", code: 504 },
};
const answerWithinUs = 60 * second;

interface Waiting {
  readonly until: number;
  resolve(response: ApiResponse): void;
}

/** What observeWatch of the API server answers. */
type ObservedWatch =
  | { readonly type: "frames"; readonly revision: number; readonly frames: readonly WatchFrame[] }
  | { readonly type: "refused"; readonly response: ApiResponse }
  | { readonly type: "ended"; readonly frames: readonly WatchFrame[] };

/** The whole cluster in this thread, its time following the wall clock. */
export class LocalEngine implements GatewayEngine {
  readonly #coordinator: Coordinator<ClusterRecording["spec"], ClusterCommand>;
  readonly #driver: Driver;
  readonly #waiting = new Map<string, Waiting>();
  readonly #listeners = new Set<() => void>();
  /** Of the API server's cache, asked once a turn of the driver: idle watchers cost nothing. */
  #revision = -1;

  constructor(recording: ClusterRecording, options: { readonly speed: number; readonly engine: string; readonly log: (line: string) => void }) {
    this.#coordinator = new Coordinator({
      composition: clusterComposition, recording, engine: options.engine,
      ports: [new InlineHost(clusterComposition)],
      listener: {
        window: (news) => {
          for (const message of news.messages) this.#answered(message.body);
        },
        diverged: (checkpoint) => options.log(`the replay differs from its recording at virtual ${checkpoint.at} us: it was made by another engine`),
        applied: () => undefined,
      },
    });
    this.#driver = new Driver({
      driven: this.#driven(), clock: realClock, speed: options.speed,
      listener: {
        progress: () => this.#progress(),
        failed: (error) => {
          options.log(`the engine stopped: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
          return Promise.resolve(false);
        },
      },
    });
  }

  /** Runs boot at once: resolves when the control plane answers and every node is Ready. */
  async start(): Promise<void> {
    await this.#coordinator.open();
    while (this.#coordinator.replaying || (this.#coordinator.now < longestBootUs && !this.ready)) {
      await this.#coordinator.advance(addTime(this.#coordinator.now, second));
    }
    this.#driver.start();
  }

  get ready(): boolean {
    const request: ApiRequest = { id: "outside", verb: "list", path: "/api/v1/nodes", query: {}, contentType: "", accept: "", identity: { type: "user", name: "orrery", groups: ["system:masters"] }, body: null };
    const answer = this.read(request);
    if (answer.code !== 200 || !isJsonObject(answer.body)) return false;
    const items = answer.body["items"] as unknown as readonly { readonly status?: { readonly conditions?: readonly { readonly type: string; readonly status: string }[] } }[] | null;
    const wanted = this.#coordinator.recording().spec.nodes.length;
    const ready = (items ?? []).filter((node) => node.status?.conditions?.some((condition) => condition.type === "Ready" && condition.status === "True") === true);
    return ready.length >= wanted;
  }

  write(request: ApiRequest): Promise<ApiResponse> {
    return new Promise((resolve) => {
      const entry = this.#coordinator.submit({ type: "api", request });
      this.#waiting.set(`c${entry.seq}`, { until: this.#coordinator.now + answerWithinUs, resolve });
      this.#driver.submitted(true);
    });
  }

  command(command: ClusterCommand): string | null {
    const refusal = this.#coordinator.reader.refusal(command);
    if (refusal !== null) return refusal;
    this.#coordinator.submit(command);
    this.#driver.submitted(false);
    return null;
  }

  read(request: ApiRequest): ApiResponse {
    const answer = this.#observe(apiServer, { type: "request", request } as unknown as Json);
    return answer === null ? { code: 503, warnings: [], body: { kind: "Status", apiVersion: "v1", metadata: {}, status: "Failure", message: "the API server is down", reason: "ServiceUnavailable", code: 503 } } : (answer as unknown as ApiResponse);
  }

  watch(request: ApiRequest): ApiResponse | OutsideWatch {
    const first = this.#observeWatch(request, -1);
    if (first === null) return this.read(request);
    if (first.type === "refused") return first.response;
    let unread: ObservedWatch | null = first;
    let since = first.type === "frames" ? first.revision : -1;
    return {
      next: () => {
        if (unread === null && this.#revision === since) return { frames: [], closed: false };
        const news = unread ?? this.#observeWatch(request, since);
        unread = null;
        if (news === null || news.type === "refused") return { frames: [], closed: true };
        if (news.type === "ended") return { frames: news.frames, closed: true };
        since = news.revision;
        return { frames: news.frames, closed: false };
      },
      close: () => undefined,
    };
  }

  onProgress(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  ask(question: Json): Json {
    const type = isJsonObject(question) ? question["type"] : "";
    if (type === "digest") return { at: this.#coordinator.now, digest: this.#coordinator.digest() };
    if (type === "recording") return this.#coordinator.recording() as unknown as Json;
    if (type === "rules" && isJsonObject(question)) return this.#observe(`${String(question["node"])}/proxy`, { type: "rules" });
    if (type === "decision") return this.#observe("cp-1/kube-scheduler", question);
    return null;
  }

  observe(process: string, question: Json): Json | null {
    return this.#observe(process, question);
  }

  advance(seconds: number): Promise<void> {
    return this.#driver.advanceTo(addTime(this.#coordinator.now, Math.round(seconds * second)));
  }

  stop(): void {
    void this.#driver.stop();
    for (const waiting of this.#waiting.values()) waiting.resolve(noAnswer);
    this.#waiting.clear();
  }

  #driven() {
    const coordinator = this.#coordinator;
    return {
      get now() {
        return coordinator.now;
      },
      fine: false,
      advance: coordinator.advance.bind(coordinator),
      step: coordinator.step.bind(coordinator),
    };
  }

  #observe(process: string, question: Json): Json | null {
    const answer = this.#coordinator.observe(process, question);
    if (isPromise(answer)) throw new Error("an inline host answers at once");
    return answer;
  }

  #observeWatch(request: ApiRequest, sinceRevision: number): ObservedWatch | null {
    return this.#observe(apiServer, { type: "watch", request, sinceRevision } as unknown as Json) as ObservedWatch | null;
  }

  #answered(body: Json): void {
    const id = clusterComposition.answers(body);
    const waiting = id === null ? undefined : this.#waiting.get(id);
    if (id === null || waiting === undefined) return;
    this.#waiting.delete(id);
    this.#driver.answered();
    waiting.resolve((body as unknown as { readonly response: ApiResponse }).response);
  }

  #progress(): void {
    const now = this.#coordinator.now;
    for (const [id, waiting] of this.#waiting) {
      if (now < waiting.until) break;
      this.#waiting.delete(id);
      this.#driver.answered();
      waiting.resolve(noAnswer);
    }
    const changes = this.#observe(apiServer, { type: "changes", sinceRevision: Number.MAX_SAFE_INTEGER }) as { readonly revision: number } | null;
    if (changes === null || changes.revision === this.#revision) return;
    this.#revision = changes.revision;
    for (const listener of this.#listeners) listener();
  }
}
