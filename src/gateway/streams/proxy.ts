import type { IncomingHttpHeaders } from "node:http";
import type { ApiRequest, ApiResponse, Identity } from "../../apimachinery/apiRequest.ts";
import { badRequest, serviceUnavailable } from "../../apimachinery/statusErrors.ts";
import type { JsonObject } from "../../base/json.ts";
import type { ClusterEngine } from "../../hosts/clusterEngine.ts";
import type { OutsideStream, StreamRefused } from "../../hosts/outsideStreams.ts";
import type { HttpRequest, Payload } from "../../network/packet.ts";
import type { StreamOutput } from "../../node/runtime/streamMessages.ts";

/**
 * The proxy subresource of pods and services: one request of HTTP to a pod's port. Follows pkg/registry/core/{pod,service}/.../rest.
 * Differs: links in pages are not rewritten, and the pod sees the request come from itself. Nodes are read like all else (hosts/metrics/nodeProxy.ts). NOT IMPLEMENTED: upgrades, https.
 */
const proxyPath = /^\/api\/v1\/namespaces\/([^/]+)\/(pods|services)\/([^/]+)\/proxy(\/.*)?$/;

export interface ProxyRequest {
  readonly method: string;
  readonly url: URL;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
  readonly identity: Identity;
}

interface Destination {
  readonly node: string;
  readonly pod: string;
  readonly ip: string;
  readonly port: number;
}

export function isProxyPath(path: string): boolean {
  return proxyPath.test(path);
}

function unavailable(message: string): ApiResponse {
  return { ...serviceUnavailable(message), warnings: [] };
}

/** Answers with what the pod said, or why there was nobody to ask. */
export async function proxyRequest(engine: ClusterEngine, asked: ProxyRequest): Promise<ApiResponse> {
  const [, namespace = "", plural = "", target = "", path = "/"] = proxyPath.exec(asked.url.pathname) ?? [];
  const parts = decodeURIComponent(target).split(":");
  const [scheme = "", name = "", port = ""] = parts.length === 1 ? ["", parts[0], ""] : parts.length === 2 ? ["", ...parts] : parts;
  const base: ApiRequest = { id: "outside", verb: asked.method === "GET" || asked.method === "HEAD" ? "get" : "create", path: `/api/v1/namespaces/${namespace}/${plural}/${name}/proxy`, query: {}, contentType: "", accept: "", identity: asked.identity, body: null };
  const judged = await engine.read(base);
  if (judged.code !== 503 || !JSON.stringify(judged.body).includes("proxying is not implemented")) return judged;
  if (scheme === "https") return unavailable("error trying to reach service: https to pods is not simulated");
  const read = async (at: string, query: Record<string, string> = {}): Promise<ApiResponse> => engine.read({ ...base, verb: "get", identity: server, path: at, query });
  const destination = plural === "pods" ? await podDestination(read, namespace, name, port) : await serviceDestination(read, namespace, name, port);
  if ("code" in destination) return destination;
  const { host: _host, authorization: _authorization, connection: _connection, "content-length": _length, "transfer-encoding": _encoding, ...others } = asked.headers;
  const headers = Object.fromEntries(Object.entries(others).map(([key, value]) => [key.replaceAll(/(^|-)[a-z]/g, (start) => start.toUpperCase()), String(value)]));
  const request: HttpRequest = { method: asked.method, host: `${destination.ip}:${destination.port}`, path: path + asked.url.search, headers: { ...headers, "X-Forwarded-Uri": asked.url.pathname, "X-Forwarded-Proto": "https" }, body: asked.body };
  return ask(engine, destination, request);
}

const server: Identity = { type: "user", name: "system:apiserver", groups: ["system:masters", "system:authenticated"] };

type Read = (path: string, query?: Record<string, string>) => Promise<ApiResponse>;

interface Pod {
  readonly metadata: { readonly name: string };
  readonly spec: { readonly nodeName?: string; readonly containers: readonly { readonly ports?: readonly { readonly name?: string; readonly containerPort: number }[] }[] };
  readonly status?: { readonly podIP?: string };
}

async function podDestination(read: Read, namespace: string, name: string, port: string): Promise<Destination | ApiResponse> {
  const found = await read(`/api/v1/namespaces/${namespace}/pods/${name}`);
  if (found.code !== 200) return found;
  const pod = found.body as unknown as Pod;
  const ports = pod.spec.containers.flatMap((container) => container.ports ?? []);
  const number = port === "" ? (ports[0]?.containerPort ?? 80) : Number(port);
  const ip = pod.status?.podIP ?? "";
  if (ip === "" || !Number.isInteger(number) || number < 1 || number > 65_535) return { ...badRequest("address not allowed"), warnings: [] };
  return { node: pod.spec.nodeName ?? "", pod: `${namespace}/${name}`, ip, port: number };
}

interface Service {
  readonly spec: { readonly ports?: readonly { readonly name?: string; readonly port: number }[] };
}
interface Slices {
  readonly items: readonly {
    readonly ports?: readonly { readonly name?: string; readonly port?: number }[];
    readonly endpoints: readonly { readonly addresses: readonly string[]; readonly conditions?: { readonly ready?: boolean }; readonly nodeName?: string; readonly targetRef?: { readonly name?: string } }[];
  }[];
}

let turn = 0;

async function serviceDestination(read: Read, namespace: string, name: string, port: string): Promise<Destination | ApiResponse> {
  const found = await read(`/api/v1/namespaces/${namespace}/services/${name}`);
  if (found.code !== 200) return found;
  const { ports = [] } = (found.body as unknown as Service).spec;
  const wanted = port === "" ? (ports.length === 1 ? ports[0] : undefined) : ports.find((each) => each.name === port || String(each.port) === port);
  if (wanted === undefined && port !== "") return unavailable(`no service port "${port}" found for service "${name}"`);
  const slices = await read(`/apis/discovery.k8s.io/v1/namespaces/${namespace}/endpointslices`, { labelSelector: `kubernetes.io/service-name=${name}` });
  const all = ((slices.body as unknown as Slices | JsonObject)["items"] ?? []) as Slices["items"];
  const reachable = all.flatMap((slice) => {
    const number = (slice.ports ?? []).find((each) => (each.name ?? "") === (wanted?.name ?? ""))?.port;
    return number === undefined ? [] : slice.endpoints.filter((endpoint) => endpoint.conditions?.ready !== false).map((endpoint) => ({ node: endpoint.nodeName ?? "", pod: `${namespace}/${endpoint.targetRef?.name ?? ""}`, ip: endpoint.addresses[0] ?? "", port: number }));
  });
  return reachable[turn++ % Math.max(1, reachable.length)] ?? unavailable(`no endpoints available for service "${name}"`);
}

/** One connection, one request. */
function ask(engine: ClusterEngine, { node, pod, ip, port }: Destination, request: HttpRequest): Promise<ApiResponse> {
  return new Promise((resolve, reject) => {
    let stream: OutsideStream | null = null;
    const done = (answer: ApiResponse): void => {
      stream?.close();
      resolve(answer);
    };
    const output = (said: StreamOutput): void => {
      if (said.type === "connected") stream?.send({ type: "request", connection: 1, port, payload: { type: "http", request } });
      else if (said.type === "refused") done(unavailable(`error trying to reach service: dial tcp ${ip}:${port}: connect: connection refused`));
      else if (said.type === "answer") done(answerOf(said.payload));
      else if (said.type === "failed") done(unavailable(`error trying to reach service: ${said.message}`));
    };
    const opened = (result: OutsideStream | StreamRefused): void => {
      if ("refused" in result) return resolve(unavailable(`error trying to reach service: ${result.refused}`));
      stream = result;
      stream.send({ type: "connect", connection: 1, port });
    };
    Promise.resolve(engine.streams.open(node, { type: "portForward", pod }, engine.now, output)).then(opened, reject);
  });
}

function answerOf(payload: Payload | null): ApiResponse {
  if (payload?.type !== "httpResponse") return unavailable(`error trying to reach service: ${payload === null ? "context deadline exceeded" : "EOF"}`);
  const { status, headers, body } = payload.response;
  const others = Object.fromEntries(Object.entries(headers).filter(([name]) => !/^(content-length|content-type|connection|transfer-encoding)$/i.test(name)));
  const type = Object.entries(headers).find(([name]) => name.toLowerCase() === "content-type")?.[1] ?? "text/plain; charset=utf-8";
  return { code: status, body, warnings: [], contentType: type, headers: others };
}
