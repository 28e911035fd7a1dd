import { useSyncExternalStore } from "react";
import { coloursNow, onColours } from "./theme.ts";

/** Theme and mode in force, as the document has them: the system may change what the person left to it. */
export function useColours(): string {
  return useSyncExternalStore(onColours, coloursNow);
}
