import { clusterComposition } from "./clusterComposition.ts";
import { serveWebWorker } from "./transports/webWorker.ts";

declare const self: DedicatedWorkerGlobalScope;

serveWebWorker(self, clusterComposition);
