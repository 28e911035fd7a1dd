import type { Composition } from "../composition.ts";
import { HostServer, type FromHost, type ToHost } from "../hostServer.ts";
import { RemoteHost } from "../remoteHost.ts";

/** A host in a Web Worker. */
export function openWebWorker<Spec>(worker: Worker): RemoteHost<Spec> {
  return new RemoteHost<Spec>({
    post: (message) => worker.postMessage(message),
    listen: (listener) => {
      worker.addEventListener("message", (event: MessageEvent<FromHost>) => listener.message(event.data));
      worker.addEventListener("error", (event) => listener.lost(event.message === "" ? "the worker could not be run" : event.message));
      worker.addEventListener("messageerror", () => listener.lost("a message could not be read"));
    },
    close: () => worker.terminate(),
  });
}

interface WorkerScope<Spec> {
  postMessage(message: FromHost): void;
  addEventListener(type: "message", listener: (event: MessageEvent<ToHost<Spec>>) => void): void;
}

/** The worker's own side: the last line of a worker's script. */
export function serveWebWorker<Spec, Command>(scope: WorkerScope<Spec>, composition: Composition<Spec, Command>): void {
  const server = new HostServer<Spec, Command>(composition);
  scope.addEventListener("message", (event) => scope.postMessage(server.answer(event.data)));
}
