import { serveNodeThread } from "../transports/nodeThread.ts";
import { toyComposition } from "./toyComposition.ts";

serveNodeThread(toyComposition);
