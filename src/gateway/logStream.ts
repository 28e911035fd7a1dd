import type { ServerResponse } from "node:http";
import type { ApiRequest, ApiResponse } from "../apimachinery/apiRequest.ts";
import type { ClusterEngine } from "../hosts/clusterEngine.ts";
import { droppedLinesHeader } from "../hosts/outsideReads.ts";
import { sendApiResponse } from "./requestCodec.ts";

const lookEveryMs = 100;

export function isFollowedLog(request: ApiRequest): boolean {
  return request.verb === "get" && /\/pods\/[^/]+\/log$/.test(request.path) && ["true", "1"].includes(request.query["follow"] ?? "");
}

interface FollowedPod {
  readonly status?: { readonly containerStatuses?: readonly { readonly name: string; readonly state?: { readonly terminated?: unknown } }[]; readonly phase?: string };
}

async function hasEnded(engine: ClusterEngine, request: ApiRequest): Promise<boolean> {
  const found = await engine.read({ ...request, path: request.path.slice(0, -"/log".length), query: {}, accept: "" });
  if (found.code !== 200) return true;
  const { status } = found.body as unknown as FollowedPod;
  if (status?.phase === "Succeeded" || status?.phase === "Failed") return true;
  const name = request.query["container"];
  const own = status?.containerStatuses?.find((container) => name === undefined || container.name === name);
  return own?.state?.terminated !== undefined;
}

function droppedOf(answer: ApiResponse): number {
  return Number(answer.headers?.[droppedLinesHeader] ?? 0);
}

function lineCount(text: string): number {
  return text.split("\n").length - 1;
}

/** How many lines the log has had, with those that rotation took away. */
function logEnd(answer: ApiResponse): number {
  return answer.code === 200 ? droppedOf(answer) + lineCount(String(answer.body)) : 0;
}

/** The lines of a log behind the first `seen` ones. A log that is shorter belongs to a container that began anew: all of it is new. */
export function linesAfter(text: string, dropped: number, seen: number): string {
  const end = dropped + lineCount(text);
  if (end < seen) return text;
  const lines = text.split("\n");
  return lines.slice(Math.max(0, seen - dropped)).join("\n");
}

/** `kubectl logs -f`: the log so far, then its new lines until the container has ended or the client goes. */
export async function followLog(response: ServerResponse, request: ApiRequest, engine: ClusterEngine): Promise<void> {
  const { follow: _follow, ...once } = request.query;
  // Lines are counted from the log's beginning: whatever cuts the first answer must not cut the later ones.
  const { tailLines: _tail, limitBytes: _limit, sinceSeconds: _seconds, sinceTime: _time, ...rest } = once;
  const whole = { ...request, query: rest };
  const first = await engine.read({ ...request, query: once });
  if (first.code !== 200) return sendApiResponse(response, first, undefined, false);
  response.writeHead(200, { "Content-Type": "text/plain", "Cache-Control": "no-cache, private" });
  response.write(String(first.body));
  let seen = logEnd(await engine.read(whole));
  let lookedAtMs = 0;
  let looking = false;
  const look = async (): Promise<void> => {
    const ended = await hasEnded(engine, request);
    const answer = await engine.read(whole);
    if (answer.code === 200) {
      const added = linesAfter(String(answer.body), droppedOf(answer), seen);
      if (added !== "") response.write(added);
      seen = logEnd(answer);
    }
    if (ended) {
      stop();
      response.end();
    }
  };
  const stop = engine.onMoved(() => {
    if (looking || performance.now() - lookedAtMs < lookEveryMs) return;
    lookedAtMs = performance.now();
    looking = true;
    look().catch(() => response.destroy()).finally(() => {
      looking = false;
    });
  });
  response.on("close", stop);
}
