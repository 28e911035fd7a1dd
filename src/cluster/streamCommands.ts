import { isJsonObject, type Json } from "../base/json.ts";
import type { StreamInput, StreamOpen, ToStreams } from "../node/runtime/streamMessages.ts";
import { nodeTarget } from "./faults/define.ts";
import type { ClusterSpec } from "./clusterSpec.ts";
import type { StreamCommand } from "./commands.ts";

/** As much as one command carries: what a client sends at once is cut by its host. */
export const mostStreamText = 65_536;
const mostWords = 256;

/** The data of a stream command, once `streamProblem` found nothing wrong with it. */
export function streamOf(data: Json): StreamCommand {
  return data as unknown as StreamCommand;
}

/** What is wrong with a stream command, in a sentence; null if nothing is. */
export function streamProblem(step: "open" | "chunk" | "close", data: Json, spec: ClusterSpec): string | null {
  if (!isJsonObject(data) || typeof data["node"] !== "string") return "data.node: must be the name of a node";
  const absent = nodeTarget(data["node"], spec);
  if (absent !== null) return absent;
  if (step === "open" && !isOpen(data["open"])) return "data.open: must say what to open: exec, attach or portForward, in which pod and container";
  return step === "chunk" && !isInput(data["input"]) ? "data.input: must be what the client sends" : null;
}

function isOpen(open: Json | undefined): boolean {
  if (!isJsonObject(open) || typeof open["pod"] !== "string") return false;
  const { type, container, command, stdin, tty } = open as { readonly [key: string]: Json };
  if (type === "portForward") return true;
  if ((type !== "exec" && type !== "attach") || typeof container !== "string" || typeof stdin !== "boolean" || typeof tty !== "boolean") return false;
  return type === "attach" || (Array.isArray(command) && command.length > 0 && command.length <= mostWords && command.every((word) => typeof word === "string" && word.length <= mostStreamText));
}

function isInput(input: Json | undefined): boolean {
  if (!isJsonObject(input)) return false;
  const { type, text, connection, port, payload } = input as { readonly [key: string]: Json };
  if (type === "stdin") return typeof text === "string" && text.length <= mostStreamText;
  if (type === "endOfInput" || type === "resize") return true;
  const isPort = typeof connection === "number" && Number.isInteger(port) && Number(port) > 0 && Number(port) < 65_536;
  return isPort && (type === "connect" || (type === "request" && isJsonObject(payload) && isRequest(payload)));
}

/** What a client may send to a port: a request of HTTP, or text. */
function isRequest(payload: { readonly [key: string]: Json }): boolean {
  if (payload["type"] === "bytes") return typeof payload["text"] === "string";
  const request = payload["request"];
  return payload["type"] === "http" && isJsonObject(request) && ["method", "host", "path", "body"].every((key) => typeof request[key] === "string") && isJsonObject(request["headers"]);
}

/** The message to the runtime of that node. */
export function streamMessage(id: string, step: "open" | "chunk" | "close", { open, input }: StreamCommand): Json {
  const message: ToStreams = step === "open" ? { type: "stream/open", id, open: open as StreamOpen } : step === "chunk" ? { type: "stream/input", id, input: input as StreamInput } : { type: "stream/close", id };
  return message as unknown as Json;
}
