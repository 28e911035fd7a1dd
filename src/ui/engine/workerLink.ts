import type { FromEngine, ToEngine } from "../../hosts/protocol.ts";
import { t } from "../language/text.ts";
import type { EngineLink } from "./engineLink.ts";

/** Starts the engine worker and speaks to it. */
export function startWorkerLink(): EngineLink {
  return linkTo(new Worker(new URL("../../hosts/engine.worker.ts", import.meta.url), { type: "module", name: "orrery-engine" }));
}

/** One more beside it: it keeps nothing in the browser. */
export function startSecondLink(): EngineLink {
  return linkTo(new Worker(new URL("../../hosts/engine.worker.ts", import.meta.url), { type: "module", name: "orrery-second" }));
}

function linkTo(worker: Worker): EngineLink {
  const listeners = new Set<(message: FromEngine) => void>();
  let lost: FromEngine | null = null;
  worker.addEventListener("message", (event: MessageEvent<FromEngine>) => {
    for (const listener of listeners) listener(event.data);
  });
  // Its script could not be fetched or read: nothing else would ever say so.
  worker.addEventListener("error", ({ message }) => {
    lost = { type: "failed", message: message === "" || message === undefined ? t`its script could not be loaded` : message, recording: null };
    for (const listener of listeners) listener(lost);
  });
  return {
    post: (message: ToEngine) => worker.postMessage(message),
    listen(listener) {
      listeners.add(listener);
      // The worker begins before the page does: what it met until now is told to those who come later.
      if (lost !== null) queueMicrotask(() => lost !== null && listeners.has(listener) && listener(lost));
      return () => listeners.delete(listener);
    },
    close: () => worker.terminate(),
  };
}
