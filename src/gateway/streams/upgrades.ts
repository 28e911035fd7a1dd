import type { IncomingMessage } from "node:http";
import type { Duplex } from "node:stream";
import type { ApiResponse, Identity, Verb } from "../../apimachinery/apiRequest.ts";
import type { ClusterEngine } from "../../hosts/clusterEngine.ts";
import type { StreamOpen } from "../../node/runtime/streamMessages.ts";
import { statusBody, toApiRequest } from "../requestCodec.ts";
import { Channels, channelProtocols } from "./channels.ts";
import { PortForward, portForwardProtocol } from "./portForward.ts";
import { SpdyChannels } from "./spdyChannels.ts";
import { offeredProtocols, WebSocketConnection, webSocketProblem } from "./webSocket.ts";

/** An upgrade as the gateway has judged it so far. */
export interface Upgrade {
  readonly request: IncomingMessage;
  readonly socket: Duplex;
  readonly head: Buffer;
  readonly url: URL;
  readonly identity: Identity;
  readonly engine: ClusterEngine;
}

interface PodToReach {
  readonly metadata: { readonly annotations?: Readonly<Record<string, string>> };
  readonly spec: { readonly nodeName?: string; readonly containers: readonly { readonly name: string }[] };
}

const podPath = /^\/api\/v1\/namespaces\/([^/]+)\/pods\/([^/]+)\/(exec|attach|portforward)$/;

/** A plain answer instead of an upgrade. */
export function refuseUpgrade(socket: Duplex, code: number, body: string, type = "application/json"): void {
  const names: Readonly<Record<number, string>> = { 400: "Bad Request", 401: "Unauthorized", 403: "Forbidden", 404: "Not Found", 500: "Internal Server Error", 501: "Not Implemented", 503: "Service Unavailable" };
  socket.end(`HTTP/1.1 ${code} ${names[code] ?? "Error"}\r\nContent-Type: ${type}\r\nContent-Length: ${Buffer.byteLength(body)}\r\nConnection: close\r\n\r\n${body}`);
}

function refuseStatus(socket: Duplex, code: number, reason: string, message: string): void {
  refuseUpgrade(socket, code, `${JSON.stringify(statusBody(code, reason, message))}\n`);
}

/** exec, attach and port-forward of a pod; the API server judges who may, the pod's node does it. */
export async function upgrade(asked: Upgrade): Promise<void> {
  const { request, socket, url, engine } = asked;
  const [, namespace = "", name = "", subresource = ""] = podPath.exec(url.pathname) ?? [];
  if (name === "") return refuseStatus(socket, 400, "BadRequest", "this path cannot be upgraded");
  const refused = await judge(asked, "get") ?? await judge(asked, "create");
  if (refused !== null) return refuseUpgrade(socket, refused.code, `${JSON.stringify(refused.body)}\n`);
  const problem = isSpdy(request) ? null : webSocketProblem(request);
  if (problem !== null) return refuseStatus(socket, 400, "BadRequest", problem);
  const found = await engine.read({ ...toApiRequest(request, url, Buffer.alloc(0), { type: "user", name: "system:apiserver", groups: ["system:masters", "system:authenticated"] }), verb: "get", path: `/api/v1/namespaces/${namespace}/pods/${name}`, query: {}, accept: "" });
  if (found.code !== 200) return refuseUpgrade(socket, found.code, `${JSON.stringify(found.body)}\n`);
  const pod = found.body as unknown as PodToReach;
  if (subresource === "portforward") return openForward(asked, pod, `${namespace}/${name}`);
  return openChannels(asked, pod, `${namespace}/${name}`, subresource === "exec" ? "exec" : "attach");
}

/** The API server's refusal; null where it would connect. */
async function judge({ request, url, identity, engine }: Upgrade, verb: Verb): Promise<ApiResponse | null> {
  const judged = await engine.read({ ...toApiRequest(request, url, Buffer.alloc(0), identity), verb });
  return judged.code === 400 && JSON.stringify(judged.body).includes("Upgrade request required") ? null : judged;
}

function isSpdy(request: IncomingMessage): boolean {
  return (request.headers.upgrade ?? "").toLowerCase() === "spdy/3.1";
}

/** Node joins headers that come many times with a comma. */
function spdyProtocols(request: IncomingMessage): readonly string[] {
  return [request.headers["x-stream-protocol-version"] ?? []].flat().flatMap((value) => value.split(",")).map((name) => name.trim());
}

/** Answers an upgrade to SPDY and reads it from then on. */
function takeOver(socket: Duplex, head: Buffer, protocol: string, take: (data: Buffer) => void, closed: () => void): void {
  socket.write(`HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: SPDY/3.1\r\nX-Stream-Protocol-Version: ${protocol}\r\n\r\n`);
  socket.on("data", take);
  socket.on("close", closed);
  if (head.length > 0) take(head);
}

/** SPDY inside a WebSocket (kubectl since 1.31), or by itself (before that). */
async function openForward({ request, socket, head, engine }: Upgrade, pod: PodToReach, key: string): Promise<void> {
  const node = pod.spec.nodeName ?? "";
  let forward: PortForward;
  if (isSpdy(request)) {
    const offered = spdyProtocols(request);
    if (!offered.includes(portForwardProtocol)) return refuseStatus(socket, 403, "Forbidden", `unable to negotiate protocol: client supports [${offered.join(" ")}], server supports [${portForwardProtocol}]`);
    forward = new PortForward((data) => writeBounded(socket, data), () => void socket.end());
    takeOver(socket, head, portForwardProtocol, (data) => forward.take(data), () => forward.closed());
  } else {
    const tunnel = `SPDY/3.1+${portForwardProtocol}`;
    const offered = offeredProtocols(request);
    if (!offered.includes(tunnel)) return refuseStatus(socket, 400, "BadRequest", `none of the offered protocols is served: [${offered.join(" ")}]; served is [${tunnel}]`);
    const connection = new WebSocketConnection(request, socket, head, tunnel, { message: (data) => forward.take(data), closed: () => forward.closed() });
    forward = new PortForward((data) => connection.send(data), () => connection.close());
  }
  const stream = await engine.streams.open(node, { type: "portForward", pod: key }, engine.now, (output) => forward.output(output));
  if ("refused" in stream) socket.end();
  else forward.opened(stream);
}

const mostBufferedBytes = 8 * 1024 * 1024;

/** A client that does not read is closed, not buffered for ever. */
function writeBounded(socket: Duplex, data: Buffer): void {
  if (!socket.destroyed) socket.write(data);
  if (socket.writableLength > mostBufferedBytes) socket.destroy();
}

function wanted(url: URL, name: string): boolean {
  return ["true", "1"].includes(url.searchParams.get(name) ?? "");
}

async function openChannels({ request, socket, head, url, engine }: Upgrade, pod: PodToReach, key: string, type: "exec" | "attach"): Promise<void> {
  const offered = isSpdy(request) ? spdyProtocols(request) : offeredProtocols(request);
  const protocol = channelProtocols.find((known) => offered.includes(known));
  if (protocol === undefined) return refuseStatus(socket, 400, "BadRequest", `none of the offered protocols is served: [${offered.join(" ")}]; served are [${channelProtocols.join(" ")}]`);
  const command = url.searchParams.getAll("command");
  if (type === "exec" && command.length === 0) return refuseStatus(socket, 400, "BadRequest", "you must specify at least one command for the container");
  const container = url.searchParams.get("container") ?? pod.metadata.annotations?.["kubectl.kubernetes.io/default-container"] ?? pod.spec.containers[0]?.name ?? "";
  const tty = wanted(url, "tty");
  const base = { pod: key, container, stdin: wanted(url, "stdin"), tty };
  const open: StreamOpen = type === "exec" ? { type, ...base, command } : { type, ...base };
  const begin = async (channels: Channels): Promise<void> => {
    const stream = await engine.streams.open(pod.spec.nodeName ?? "", open, engine.now, (output) => channels.output(output));
    if ("refused" in stream) channels.fail(stream.refused);
    else channels.opened(stream);
  };
  if (isSpdy(request)) {
    const spdy: SpdyChannels = new SpdyChannels(socket, (data) => writeBounded(socket, data), { stdin: base.stdin, stdout: wanted(url, "stdout"), stderr: wanted(url, "stderr"), tty }, () => void begin(spdy.channels).catch(() => socket.destroy()));
    return takeOver(socket, head, protocol, (data) => spdy.take(data), () => spdy.channels.closed());
  }
  const connection = new WebSocketConnection(request, socket, head, protocol, { message: (data) => channels.message(data[0], data.subarray(1)), closed: () => channels.closed() });
  const channels = new Channels({ send: (kind, data) => connection.send(Buffer.concat([Buffer.of(kind), data])), close: (code) => connection.close(code) }, tty);
  return begin(channels);
}
