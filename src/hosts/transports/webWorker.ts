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

/** The worker's own side: the last line of a worker's script. `arrives`: what must be there before anything is answered. */
export function serveWebWorker<Spec, Command>(scope: WorkerScope<Spec>, composition: Composition<Spec, Command>, arrives: Promise<void> | null = null): void {
  const server = new HostServer<Spec, Command>(composition);
  let waiting = arrives;
  void arrives?.then(() => void (waiting = null));
  scope.addEventListener("message", (event) => {
    const answer = (): void => scope.postMessage(server.answer(event.data));
    if (waiting === null) answer();
    else void waiting.then(answer);
  });
}
