import { clusterComposition } from "../clusterComposition.ts";
import { serveNodeThread } from "./nodeThread.ts";

serveNodeThread(clusterComposition);
