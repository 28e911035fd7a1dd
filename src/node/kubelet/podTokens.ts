// Follows pkg/kubelet/token/token_manager.go.
import type { ApiResponse } from "../../apimachinery/apiRequest.ts";
import type { Json, JsonObject } from "../../base/json.ts";
import { isJsonObject } from "../../base/json.ts";
import type { ClientContext, ClientSet } from "../../client/clientSet.ts";
import type { Pod, ServiceAccountTokenProjection } from "../../kinds/core/pod/types.ts";

interface TokenState {
  readonly token: string;
  readonly error: string;
  readonly refreshAtUs: number;
}

const defaultSeconds = 3600;
const retryUs = 10_000_000;

/** The service account tokens in the pods' volumes: asked for by TokenRequest, bound to the pod, renewed at 80% of their life. */
export class PodTokens {
  readonly #clients: ClientSet;
  readonly #tokens = new Map<string, TokenState>();

  constructor(clients: ClientSet) {
    this.#clients = clients;
  }

  /** Asks for every token of the pod that is not there yet. */
  fetch(ctx: ClientContext, pod: Pod): void {
    for (const { volume, index, source } of tokenSources(pod)) {
      const key = `${pod.metadata.uid}/${volume}/${index}`;
      if (!this.#tokens.has(key)) this.#request(ctx, pod, key, source);
    }
  }

  lookup(uid: string, volume: string, index: number): { readonly token: string } | { readonly error: string } | null {
    const state = this.#tokens.get(`${uid}/${volume}/${index}`);
    if (state === undefined || (state.token === "" && state.error === "")) return null;
    return state.token === "" ? { error: state.error } : { token: state.token };
  }

  /** The uid of the pod whose token came or was refused; null where the answer was to somebody else. */
  answered(ctx: ClientContext, tag: Json, response: ApiResponse | null): string | null {
    const key = isJsonObject(tag) && typeof tag["token"] === "string" ? tag["token"] : null;
    if (key === null) return null;
    const uid = key.slice(0, key.indexOf("/"));
    const before = this.#tokens.get(key);
    if (before === undefined) return uid;
    const seconds = isJsonObject(tag) && typeof tag["seconds"] === "number" ? tag["seconds"] : defaultSeconds;
    const token = response !== null && response.code === 201 ? tokenOf(response.body) : "";
    if (token !== "") {
      const delayUs = Math.floor(seconds * 800_000);
      this.#tokens.set(key, { token, error: "", refreshAtUs: ctx.now + delayUs });
      ctx.setTimer(`token/${key}`, delayUs);
    } else {
      this.#tokens.set(key, { token: before.token, error: `failed to fetch token: ${messageOf(response)}`, refreshAtUs: ctx.now + retryUs });
      ctx.setTimer(`token/${key}`, retryUs);
    }
    return uid;
  }

  /** A token is due for renewal. */
  renew(ctx: ClientContext, pod: Pod, key: string): void {
    const found = tokenSources(pod).find(({ volume, index }) => `${pod.metadata.uid}/${volume}/${index}` === key);
    if (found !== undefined && this.#tokens.has(key)) this.#request(ctx, pod, key, found.source);
  }

  forget(ctx: ClientContext, pod: Pod): void {
    for (const { volume, index } of tokenSources(pod)) {
      const key = `${pod.metadata.uid}/${volume}/${index}`;
      if (this.#tokens.delete(key)) ctx.cancelTimer(`token/${key}`);
    }
  }

  snapshot(): Json {
    return [...this.#tokens] as unknown as Json;
  }

  restore(data: Json): void {
    this.#tokens.clear();
    for (const [key, state] of data as unknown as readonly (readonly [string, TokenState])[]) this.#tokens.set(key, state);
  }

  #request(ctx: ClientContext, pod: Pod, key: string, source: ServiceAccountTokenProjection): void {
    const before = this.#tokens.get(key);
    this.#tokens.set(key, before ?? { token: "", error: "", refreshAtUs: 0 });
    const seconds = source.expirationSeconds ?? defaultSeconds;
    const account = pod.spec.serviceAccountName ?? "default";
    const body = {
      apiVersion: "authentication.k8s.io/v1",
      kind: "TokenRequest",
      spec: {
        audiences: source.audience === undefined || source.audience === "" ? [] : [source.audience],
        expirationSeconds: seconds,
        boundObjectRef: { apiVersion: "v1", kind: "Pod", name: pod.metadata.name, uid: pod.metadata.uid },
      },
    } as unknown as Json;
    this.#clients.request(ctx, { verb: "create", path: `/api/v1/namespaces/${pod.metadata.namespace ?? ""}/serviceaccounts/${account}/token`, body }, { token: key, seconds });
  }
}

interface TokenSource {
  readonly volume: string;
  readonly index: number;
  readonly source: ServiceAccountTokenProjection;
}

function tokenSources(pod: Pod): readonly TokenSource[] {
  const found: TokenSource[] = [];
  for (const { name: volume, projected } of pod.spec.volumes ?? []) {
    let index = -1;
    for (const { serviceAccountToken: source } of projected?.sources ?? []) {
      index += 1;
      if (source !== undefined) found.push({ volume, index, source });
    }
  }
  return found;
}

function tokenOf(body: Json): string {
  const status = isJsonObject(body) ? (body["status"] as JsonObject | undefined) : undefined;
  return typeof status?.["token"] === "string" ? status["token"] : "";
}

function messageOf(response: ApiResponse | null): string {
  if (response === null) return "the connection to the API server was lost";
  return isJsonObject(response.body) && typeof response.body["message"] === "string" ? response.body["message"] : `status ${response.code}`;
}
