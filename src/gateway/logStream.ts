import type { ServerResponse } from "node:http";
import type { ApiRequest } from "../apimachinery/apiRequest.ts";
import type { ClusterEngine } from "../hosts/clusterEngine.ts";
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

/** `kubectl logs -f`: the log so far, then its new lines until the container has ended or the client goes. */
export async function followLog(response: ServerResponse, request: ApiRequest, engine: ClusterEngine): Promise<void> {
  const { follow: _follow, tailLines: _tail, limitBytes: _limit, ...rest } = request.query;
  const whole = { ...request, query: rest };
  const first = await engine.read({ ...request, query: { ...rest, ...(_tail === undefined ? {} : { tailLines: _tail }) } });
  if (first.code !== 200) return sendApiResponse(response, first, undefined, false);
  response.writeHead(200, { "Content-Type": "text/plain", "Cache-Control": "no-cache, private" });
  response.write(String(first.body));
  let seen = String((await engine.read(whole)).body);
  let lookedAtMs = 0;
  let looking = false;
  const look = async (): Promise<void> => {
    const ended = await hasEnded(engine, request);
    const answer = await engine.read(whole);
    const text = answer.code === 200 ? String(answer.body) : seen;
    // A log that was rotated begins anew: what is there now is all there is.
    if (text !== seen) response.write(text.startsWith(seen) ? text.slice(seen.length) : text);
    seen = text;
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
