import { clusterComposition } from "../clusterComposition.ts";
import { serveNodeThread } from "../transports/nodeThread.ts";

serveNodeThread(clusterComposition);
