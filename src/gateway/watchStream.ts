import type { ServerResponse } from "node:http";
import type { ClusterEngine } from "../hosts/clusterEngine.ts";
import type { WatchFrame } from "../apimachinery/apiRequest.ts";
import { objectBytes } from "./jsonBytes.ts";

/** A watch from outside: `next` is asked whenever time has moved on. */
export interface GatewayWatch {
  next(): { readonly frames: readonly WatchFrame[]; readonly closed: boolean };
  close(): void;
}

const frameEnd = Buffer.from("}\n");
/** A watcher that does not read is closed, not buffered for ever. */
const mostBufferedBytes = 8 * 1024 * 1024;

/** Streams frames as lines of JSON until either side ends it. `timeoutMs`: the request's own timeoutSeconds, in real time. */
export function streamWatch(response: ServerResponse, watch: GatewayWatch, engine: ClusterEngine, timeoutMs: number | null): void {
  response.setHeader("Content-Type", "application/json");
  response.setHeader("Cache-Control", "no-cache, private");
  response.setHeader("Transfer-Encoding", "chunked");
  response.writeHead(200);
  response.flushHeaders();
  let ended = false;
  const end = (): void => {
    if (ended) return;
    ended = true;
    stopListening();
    if (timer !== null) clearTimeout(timer);
    watch.close();
    response.end();
  };
  const pump = (): void => {
    if (ended) return;
    const { frames, closed } = watch.next();
    if (frames.length > 0) response.write(Buffer.concat(frames.flatMap(({ type, object }) => [Buffer.from(`{"type":"${type}","object":`), objectBytes(object), frameEnd])));
    if (response.writableLength > mostBufferedBytes) response.destroy();
    if (closed || response.destroyed) end();
  };
  const stopListening = engine.onMoved(pump);
  const timer = timeoutMs === null ? null : setTimeout(end, timeoutMs);
  response.on("close", end);
  pump();
}
