import { useSyncExternalStore } from "react";
import { coloursNow, drawnBy } from "./theme.ts";

function onColours(changed: () => void): () => void {
  const observer = new MutationObserver(changed);
  observer.observe(document.documentElement, { attributes: true, attributeFilter: drawnBy });
  return () => observer.disconnect();
}

/** Theme and mode in force, as the document has them: the system may change what the person left to it. */
export function useColours(): string {
  return useSyncExternalStore(onColours, coloursNow);
}
