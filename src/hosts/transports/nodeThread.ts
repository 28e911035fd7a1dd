import { parentPort, Worker } from "node:worker_threads";
import type { Composition } from "../composition.ts";
import { HostServer, type FromHost, type ToHost } from "../hostServer.ts";
import { RemoteHost } from "../remoteHost.ts";

/** A host in a Node worker thread that runs the bundle at `scriptPath` (see bundleNodeThread.mjs). */
export function openNodeThread<Spec>(scriptPath: string): RemoteHost<Spec> {
  const worker = new Worker(scriptPath);
  let closing = false;
  return new RemoteHost<Spec>({
    post: (message) => worker.postMessage(message),
    listen: (listener) => {
      worker.on("message", (message: FromHost) => listener.message(message));
      worker.on("error", (error: Error) => listener.lost(error.message));
      worker.on("exit", (code) => {
        if (!closing) listener.lost(`the thread ended with code ${code}`);
      });
    },
    close: () => {
      closing = true;
      void worker.terminate();
    },
  });
}

/** The thread's own side: the last line of a thread's script. */
export function serveNodeThread<Spec, Command>(composition: Composition<Spec, Command>): void {
  const port = parentPort;
  if (port === null) throw new Error("not in a worker thread");
  const server = new HostServer<Spec, Command>(composition);
  port.on("message", (message: ToHost<Spec>) => port.postMessage(server.answer(message)));
}
