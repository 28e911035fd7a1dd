import type { DocumentShelf } from "../apiserver/clientDocuments.ts";
import type { ClusterSpec } from "../cluster/clusterSpec.ts";
import type { ClusterCommand } from "../cluster/commands.ts";
import { arrivals } from "./arrivals.ts";
import { clusterComposition, documentedComposition } from "./clusterComposition.ts";
import { EngineSession } from "./engineSession.ts";
import { openIndexedDbShelf } from "./indexedDbShelf.ts";
import type { FromEngine, ToEngine } from "./protocol.ts";
import { InlineHost } from "./transports/inline.ts";
import { openWebWorker, serveWebWorker } from "./transports/webWorker.ts";
import { realClock } from "./wallClock.ts";

declare const self: DedicatedWorkerGlobalScope;

/** Workers of this name run nodes; the one that the page starts runs the engine. One script for both: it is fetched once. */
const nodesName = "orrery-nodes";
/** Shows a branch beside the page's run: what the browser keeps is the run's. */
const secondName = "orrery-second";

const arrives = arrivals.length === 0 ? null : Promise.all(arrivals).then(() => undefined);

/** One thread for the page, one for this worker; the others may run nodes. */
function nodeWorkers(nodes: number): number {
  return Math.max(Math.min(navigator.hardwareConcurrency - 2, nodes), nodes === 0 ? 0 : 1);
}

function serveEngine(): void {
  const documents: DocumentShelf = { current: null };
  const composition = documentedComposition(documents);
  const post = (message: FromEngine): void => self.postMessage(message);
  const session = new EngineSession({
    post,
    clock: realClock,
    openHost: (index) =>
      index === 0
        ? new InlineHost<ClusterSpec, ClusterCommand>(composition)
        : openWebWorker<ClusterSpec>(new Worker(self.location.href, { type: "module", name: `${nodesName}-${index}` })),
    hostsFor: (nodes) => 1 + nodeWorkers(nodes),
    shelf: self.name === secondName ? null : openIndexedDbShelf((message) => post({ type: "notice", message })),
    arrives,
    loadDocuments: async () => {
      documents.current = (await import("./clientDocuments.ts")).clientDocuments;
    },
  });
  self.addEventListener("message", (event: MessageEvent<ToEngine>) => session.receive(event.data));
}

if (self.name.startsWith(nodesName)) serveWebWorker(self, clusterComposition, arrives);
else serveEngine();
