import type { ClusterSpec } from "../cluster/clusterSpec.ts";
import type { ClusterCommand } from "../cluster/commands.ts";
import { clusterComposition } from "./clusterComposition.ts";
import { EngineSession } from "./engineSession.ts";
import { openIndexedDbShelf } from "./indexedDbShelf.ts";
import type { FromEngine, ToEngine } from "./protocol.ts";
import { InlineHost } from "./transports/inline.ts";
import { openWebWorker } from "./transports/webWorker.ts";
import { realClock } from "./wallClock.ts";

declare const self: DedicatedWorkerGlobalScope;

/** One thread for the page, one for this worker; the others may run nodes. */
function nodeWorkers(nodes: number): number {
  return Math.max(Math.min(navigator.hardwareConcurrency - 2, nodes), nodes === 0 ? 0 : 1);
}

const session = new EngineSession({
  post: (message: FromEngine) => self.postMessage(message),
  clock: realClock,
  openHost: (index) =>
    index === 0
      ? new InlineHost<ClusterSpec, ClusterCommand>(clusterComposition)
      : openWebWorker<ClusterSpec>(new Worker(new URL("./nodes.worker.ts", import.meta.url), { type: "module", name: `orrery-nodes-${index}` })),
  hostsFor: (nodes) => 1 + nodeWorkers(nodes),
  shelf: openIndexedDbShelf(),
});

self.addEventListener("message", (event: MessageEvent<ToEngine>) => session.receive(event.data));
