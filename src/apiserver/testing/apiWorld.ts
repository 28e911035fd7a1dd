import type { ApiClientMessage, ApiRequest, ApiResponse, BodyFaults, Impersonation, Verb } from "../../apimachinery/apiRequest.ts";
import type { Json } from "../../base/json.ts";
import { createEtcd, type EtcdOptions } from "../../etcd/etcdProcess.ts";
import type { ProcessFactory, ProcessId } from "../../sim/process.ts";
import { World } from "../../sim/testing/world.ts";
import { createApiServer } from "../apiServerProcess.ts";
import type { DocumentShelf } from "../clientDocuments.ts";
import { OpenApiDocuments } from "../discovery/openapi.ts";
import { columnTexts } from "../../kinds/printing/columnTexts.ts";
import type { ApiServerOptions } from "../serverView.ts";
import { framesOf, type Recorded } from "./recordingClient.ts";

const epochUs = 1_767_225_600_000_000;
const second = 1_000_000;
const methods: Readonly<Record<string, Verb>> = { GET: "get", POST: "create", PUT: "update", PATCH: "patch", DELETE: "delete" };

export interface CallOptions {
  readonly contentType?: string;
  readonly accept?: string;
  readonly user?: string;
  readonly groups?: readonly string[];
  readonly token?: string;
  readonly userAgent?: string;
  readonly bodyFaults?: BodyFaults;
  readonly impersonate?: Partial<Impersonation>;
}

const openApi = new OpenApiDocuments(null);
/** What clients read, but for the descriptions of fields. */
const documents: DocumentShelf = { current: { columns: columnTexts, openApi: (rc, path) => openApi.serve(rc, path) } };

/** etcd and an API server in one world, asked as the gateway asks: reads observed, all else sent. */
export class ApiWorld {
  readonly world: World;
  private sent = 0;

  constructor(more: readonly ProcessFactory[] = [], etcd: EtcdOptions = {}, server: Partial<ApiServerOptions> = {}) {
    this.world = new World({ seed: 1, epochUs, factories: [createEtcd("cp-1/etcd", etcd), createApiServer("cp-1/apiserver", { etcd: "cp-1/etcd", epochUs, seed: 1, documents, ...server }), ...more] });
    this.world.runFor(second);
  }

  request(method: string, url: string, body: Json = null, options: CallOptions = {}): ApiRequest {
    const [path = "", search = ""] = url.split("?");
    const query: Record<string, string> = {};
    for (const [key, value] of new URLSearchParams(search)) query[key] = key in query ? `${query[key]},${value}` : value;
    const identity = options.token !== undefined ? ({ type: "bearer", token: options.token } as const) : ({ type: "user", name: options.user ?? "kubernetes-admin", groups: options.groups ?? ["system:masters"] } as const);
    return {
      id: `t${++this.sent}`, verb: methods[method] ?? (method as Verb), path, query, contentType: options.contentType ?? "", accept: options.accept ?? "",
      userAgent: options.userAgent ?? "test/1.0", identity, body, ...(options.impersonate === undefined ? {} : { impersonate: { user: "", groups: [], uid: "", extra: {}, ...options.impersonate } }),
      ...(options.bodyFaults === undefined ? {} : { bodyFaults: options.bodyFaults }),
    };
  }

  call(method: string, url: string, body: Json = null, options: CallOptions = {}): ApiResponse {
    const request = this.request(method, url, body, options);
    if (method === "GET") return this.world.observe("cp-1/apiserver", { type: "request", request } as unknown as Json) as unknown as ApiResponse;
    this.world.send("cp-1/apiserver", { type: "request", request } as unknown as Json);
    for (let waited = 0; waited < 100; waited++) {
      this.world.runFor(10_000);
      const reply = this.world.replies.find((entry) => (entry.body as unknown as { readonly id?: string }).id === request.id);
      if (reply !== undefined) return (reply.body as unknown as { readonly response: ApiResponse }).response;
    }
    throw new Error(`no answer to ${method} ${url} ${JSON.stringify(body).slice(0, 2_000)}`);
  }

  /** Sends a message over a recording client's own connection. */
  tell(client: ProcessId, message: ApiClientMessage): void {
    this.world.send(client, message as unknown as Json);
    this.world.runFor(20_000);
  }

  recorded(client: ProcessId): Recorded {
    return this.world.observe(client, null) as unknown as Recorded;
  }

  /** Opens a watch over a client's connection; the path as a URL. */
  watch(client: ProcessId, url: string, options: CallOptions = {}): ApiRequest {
    const request = { ...this.request("GET", url, null, options), verb: "watch" as const };
    this.tell(client, { type: "request", request });
    return request;
  }

  frames(client: ProcessId, request: ApiRequest): readonly string[] {
    return framesOf(this.recorded(client), request).map((frame) => `${frame.type} ${(frame.object as unknown as { readonly metadata?: { readonly name?: string } }).metadata?.name ?? ""}`.trim());
  }
}
