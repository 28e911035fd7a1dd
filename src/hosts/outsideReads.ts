import type { ApiRequest, ApiResponse, WatchFrame } from "../apimachinery/apiRequest.ts";
import { forbidden, invalid } from "../apimachinery/fieldError.ts";
import type { FieldError } from "../apimachinery/status.ts";
import { badRequest, invalidStatus, serviceUnavailable } from "../apimachinery/statusErrors.ts";
import { isJsonObject, type Json } from "../base/json.ts";
import { parseRfc3339 } from "../base/rfc3339.ts";
import { minute, type SimTime } from "../sim/time.ts";
import { apiServer } from "./clusterComposition.ts";
import { whenDone, type MaybePromise } from "./hostPort.ts";
import { readThroughProxy } from "./metrics/nodeProxy.ts";
import { asServer, type Look } from "./outsideLook.ts";

const noBody = { warnings: [] } as const;

export function unavailable(): ApiResponse {
  return { ...serviceUnavailable("the server is currently unable to handle the request"), ...noBody };
}

/** Answers a read from outside; logs and what a kubelet serves come from the node, as the API server would fetch them. */
export function readOutside(look: Look, request: ApiRequest): MaybePromise<ApiResponse> {
  const pod = logPath.exec(request.path);
  if (pod !== null) return readLogs(look, request, pod[1] ?? "", pod[2] ?? "");
  const node = nodeProxyPath.exec(request.path);
  if (node !== null) return readThroughProxy(look, request, node[1] ?? "", node[2] ?? "");
  return whenDone(look(apiServer, { type: "request", request: request as unknown as Json }), (answer) => (answer as unknown as ApiResponse | null) ?? unavailable());
}

/** Names in a log's answer how many of its first lines are gone. */
export const droppedLinesHeader = "Orrery-Dropped-Lines";

const nodeProxyPath = /^\/api\/v1\/nodes\/([^/]+)\/proxy(\/.*)?$/;
const logPath = /^\/api\/v1\/namespaces\/([^/]+)\/pods\/([^/]+)\/log$/;

interface LoggedPod {
  readonly spec: { readonly nodeName?: string; readonly containers: readonly { readonly name: string }[]; readonly initContainers?: readonly { readonly name: string }[] };
  readonly metadata: { readonly annotations?: Readonly<Record<string, string>> };
}

/** Follows pkg/registry/core/pod/strategy.go LogLocation. */
function readLogs(look: Look, request: ApiRequest, namespace: string, name: string): MaybePromise<ApiResponse> {
  return whenDone(look(apiServer, { type: "request", request: request as unknown as Json }), (judged) => {
    const code = (judged as unknown as ApiResponse | null)?.code;
    return code === 401 || code === 403 ? (judged as unknown as ApiResponse) : readAllowedLogs(look, request, namespace, name);
  });
}

function readAllowedLogs(look: Look, request: ApiRequest, namespace: string, name: string): MaybePromise<ApiResponse> {
  const { id } = request;
  const get: ApiRequest = { id, verb: "get", path: request.path.slice(0, -"/log".length), query: {}, contentType: "", accept: "", ...asServer, body: null };
  return whenDone(readOutside(look, get), (found) => {
    if (found.code !== 200) return found;
    const pod = found.body as unknown as LoggedPod;
    const { query } = request;
    const errors = logOptionErrors(query);
    if (errors.length > 0) return { ...invalidStatus({ group: "", kind: "PodLogOptions" }, name, errors), ...noBody };
    const all = [...pod.spec.containers, ...(pod.spec.initContainers ?? [])].map((container) => container.name);
    const defaulted = pod.metadata.annotations?.["kubectl.kubernetes.io/default-container"];
    const container = query["container"] ?? (pod.spec.containers.length === 1 ? pod.spec.containers[0]?.name : defaulted);
    if (container === undefined) return refused(`a container name must be specified for pod ${name}, choose one of: [${all.join(" ")}]`);
    if (!all.includes(container)) return refused(`container ${container} is not valid for pod ${name}`);
    const node = pod.spec.nodeName ?? "";
    if (node === "") return { ...text(""), code: 204 };
    return whenDone(look(`${node}/runtime`, logsQuestion(`${namespace}/${name}`, container, query)), (answer) => logsAnswer(answer, node, name, container));
  });
}

/** Follows pkg/apis/core/validation ValidatePodLogOptions. */
function logOptionErrors(query: Readonly<Record<string, string>>): readonly FieldError[] {
  const errors: FieldError[] = [];
  const least = (key: string, minimum: number, text: string): void => {
    const value = Number(query[key] ?? minimum);
    if (value < minimum) errors.push(invalid(key, value, text));
  };
  least("tailLines", 0, "must be greater than or equal to 0");
  least("limitBytes", 1, "must be greater than 0");
  if (query["sinceSeconds"] !== undefined && query["sinceTime"] !== undefined) errors.push(forbidden("", "at most one of `sinceTime` or `sinceSeconds` may be specified"));
  else least("sinceSeconds", 1, "must be greater than 0");
  return errors;
}

function logsQuestion(pod: string, container: string, query: Readonly<Record<string, string>>): Json {
  const number = (key: string): Record<string, number> => {
    const value = Number(query[key] ?? "");
    return query[key] === undefined || !Number.isFinite(value) ? {} : { [key]: value };
  };
  const sinceUs = parseRfc3339(query["sinceTime"] ?? "");
  return {
    type: "logs", pod, container, previous: query["previous"] === "true", timestamps: query["timestamps"] === "true",
    ...(sinceUs === null ? {} : { sinceUs }), ...number("tailLines"), ...number("sinceSeconds"), ...number("limitBytes"),
  };
}

function logsAnswer(answer: Json | null, node: string, pod: string, container: string): ApiResponse {
  if (answer === null) return { ...serviceUnavailable(`Get "https://${node}:10250/containerLogs/${pod}/${container}": dial tcp: connect: connection refused`), ...noBody };
  if (!isJsonObject(answer)) return text("");
  if (typeof answer["error"] === "string") return refused(answer["error"]);
  const lines = answer["lines"] as readonly string[] | undefined;
  const dropped = answer["dropped"];
  const answered = text((lines ?? []).map((line) => `${line}\n`).join(""));
  // Of a log that was rotated: how many lines came before the first one here.
  return typeof dropped === "number" && dropped > 0 ? { ...answered, headers: { [droppedLinesHeader]: String(dropped) } } : answered;
}

function refused(message: string): ApiResponse {
  return { ...badRequest(message), ...noBody };
}

function text(body: string): ApiResponse {
  return { code: 200, body, warnings: [], contentType: "text/plain" };
}

interface WatchAnswer {
  readonly type: "frames" | "refused" | "ended";
  readonly revision: number;
  readonly frames: readonly WatchFrame[];
  readonly bookmark: WatchFrame;
  readonly response: ApiResponse;
}

const bookmarkEveryUs = minute;

/** A watch from outside: asked after windows, it answers with what is new. It sends no message and leaves no mark. */
export class OutsideWatch {
  private readonly look: (question: Json) => Json | null;
  private readonly newest: () => number;
  private readonly request: ApiRequest;
  private readonly wantsBookmarks: boolean;
  private pending: readonly WatchFrame[];
  /** A frame went out, and with the first Table its columns. */
  private columnsSent: boolean;
  private revision: number;
  private closed: boolean;
  private bookmarkAt: SimTime;

  private constructor(look: (question: Json) => Json | null, newest: () => number, request: ApiRequest, first: WatchAnswer, now: SimTime) {
    this.look = look;
    this.newest = newest;
    this.request = request;
    this.wantsBookmarks = request.query["allowWatchBookmarks"] === "true" || request.query["allowWatchBookmarks"] === "1";
    this.pending = first.frames;
    this.columnsSent = first.type === "frames" && first.frames.length > 0;
    this.revision = first.revision;
    this.closed = first.type === "ended";
    this.bookmarkAt = now;
  }

  /** `look` asks the API server; `newest` is its newest revision as far as one knows. An answer where the watch cannot begin. */
  static open(look: (question: Json) => Json | null, newest: () => number, request: ApiRequest, now: SimTime): OutsideWatch | ApiResponse {
    const first = look({ type: "watch", request: request as unknown as Json, sinceRevision: -1 }) as unknown as WatchAnswer | null;
    if (first === null) return unavailable();
    return first.type === "refused" ? first.response : new OutsideWatch(look, newest, request, first, now);
  }

  next(now: SimTime): { readonly frames: readonly WatchFrame[]; readonly closed: boolean } {
    const frames = [...this.pending];
    this.pending = [];
    const bookmarkDue = this.wantsBookmarks && now - this.bookmarkAt >= bookmarkEveryUs;
    if (!this.closed && (this.newest() > this.revision || bookmarkDue)) this.read(frames, bookmarkDue, now);
    return { frames, closed: this.closed };
  }

  close(): void {
    this.closed = true;
  }

  private read(frames: WatchFrame[], bookmarkDue: boolean, now: SimTime): void {
    const answer = this.look({ type: "watch", request: this.request as unknown as Json, sinceRevision: this.revision, columnsSent: this.columnsSent }) as unknown as WatchAnswer | null;
    if (answer === null || answer.type === "refused") {
      this.closed = true;
      return;
    }
    frames.push(...answer.frames);
    this.columnsSent ||= answer.frames.length > 0;
    if (answer.type === "ended") {
      this.closed = true;
      return;
    }
    this.revision = answer.revision;
    if (!bookmarkDue) return;
    this.bookmarkAt = now;
    frames.push(answer.bookmark);
  }
}
